"""Addresses: from an IRI to an address and back, and never to another host."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewgraph.web.addresses import Addresses, endings, spellings, uri

BASE = "https://odd.example/data/"
ADDRESSES = Addresses(BASE)
PATHS = st.text(
    st.sampled_from("ab/.~-_%25:@!$&'()*+,;=#กé́")
    | st.characters(min_codepoint=0xA1, categories=["L"]),
    min_size=1,
    max_size=12,
)


@given(PATHS)
def test_the_address_of_an_iri_leads_back_to_it(path):
    path = path.replace("%", "%25")
    local = ADDRESSES.local(f"{BASE}id/{path}")
    if local is None:
        return
    asked = local.partition("#")[0]
    assert asked.isascii()
    assert f"{BASE}id/{path}".partition("#")[0] in list(ADDRESSES.entities(asked))


@pytest.mark.parametrize(
    "iri",
    [
        f"{BASE}/evil.example",
        f"{BASE}id/../x",
        f"{BASE}./x",
        f"{BASE}id/x?y=1",
        "https://odd.example/database",
        "https://elsewhere.example/",
    ],
)
def test_an_iri_that_a_browser_would_read_otherwise_has_no_local_address(iri):
    assert ADDRESSES.local(iri) is None
    assert ADDRESSES.href(iri) == (uri(iri), True)


@pytest.mark.parametrize("iri", ["javascript:alert(1)", "data:text/html,x", "urn:x:y", "file:///x"])
def test_other_schemes_are_no_links(iri):
    assert ADDRESSES.href(iri) is None


@given(st.text(max_size=20))
def test_spellings_never_fail(path):
    assert next(iter(spellings(uri(path)))) == uri(path)


def test_the_address_of_a_page_says_its_language_before_the_fragment():
    assert ADDRESSES.page("/doc/x#y", "en") == "/doc/x.en.html#y"
    assert ADDRESSES.page("/", "th") == "/index.th.html"
    assert Addresses(BASE, "/releases/1").page("/", "th") == "/releases/1/index.th.html"


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("x", ["x"]),
        ("x.ttl", ["x.ttl", "x +.ttl"]),
        ("x.th.html", ["x.th.html", "x.th +.html", "x +.th.html"]),
        ("x.page-2", ["x.page-2", "x +.page-2"]),
        (
            "x.page-12.en.html",
            [
                "x.page-12.en.html",
                "x.page-12.en +.html",
                "x.page-12 +.en.html",
                "x +.page-12.en.html",
            ],
        ),
        ("x.page-1", ["x.page-1"]),
        ("x.page-02", ["x.page-02"]),
        (".ttl", [".ttl"]),
        ("x.th", ["x.th", "x +.th"]),
        ("a/b.c/d", ["a/b.c/d"]),
    ],
)
def test_an_address_is_read_as_something_and_an_ending(path, found):
    read = [f"{stem} +{ending}" if str(ending) else stem for stem, ending in endings(path)]
    assert read == found
    for stem, ending in endings(path):
        assert f"{stem}{ending}" == path
