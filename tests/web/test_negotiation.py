"""Content negotiation by RFC 9110 12.5.1 and RFC 4647."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewgraph.web.negotiation import choose, language

OFFERS = ("text/turtle", "application/rdf+xml", "application/ld+json", "text/html")


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "text/turtle"),
        ("", "text/turtle"),
        ("*/*", "text/turtle"),
        ("*", "text/turtle"),
        ("text/html", "text/html"),
        ("TEXT/HTML", "text/html"),
        ("text/html, */*", "text/html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("application/rdf+xml, text/turtle", "text/turtle"),
        ("application/rdf+xml, text/turtle;q=0.9", "application/rdf+xml"),
        ("text/*;q=0.5, application/*;q=0.6", "application/rdf+xml"),
        ("text/*, text/turtle;q=0.1", "text/html"),
        ("text/*, text/turtle;q=0", "text/html"),
        ("*/*, text/turtle;q=0, application/*;q=0", "text/html"),
        ("text/turtle;charset=utf-8", "text/turtle"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', OFFERS[2]),
        ("text/html;level=1;q=0.1, text/html;q=0.9, text/turtle;q=0.5", "text/html"),
        ("application/json", None),
        ("text/turtle;q=0", None),
        ("*/*;q=0", None),
        ("image/png, text/plain", None),
        ("rubbish", "text/turtle"),
        (";;q=,,", "text/turtle"),
        ("text/html;q=high, text/turtle;q=2, application/rdf+xml", "application/rdf+xml"),
    ],
)
def test_the_best_offer_is_chosen(accept, chosen):
    assert choose(accept, OFFERS) == chosen


def test_nothing_is_chosen_where_nothing_is_offered():
    assert choose("*/*", ()) is None


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        (None, "th"),
        ("", "th"),
        ("*", "th"),
        ("en", "en"),
        ("en-US,en;q=0.9,th;q=0.8", "en"),
        ("th-TH,th;q=0.9,en;q=0.8", "th"),
        ("de, en;q=0.1", "en"),
        ("de", "th"),
        ("th;q=0", "en"),
        ("th;q=0, *", "en"),
        ("en, th", "en"),
        ("en;q=0.5, th;q=0.6", "th"),
        ("*;q=0, en;q=0, th;q=0", "th"),
        (";;q=,", "th"),
    ],
)
def test_the_best_language_is_chosen(header, chosen):
    assert language(header) == chosen


TYPES = st.sampled_from([*OFFERS, "text/*", "application/*", "*/*", "*", "image/png", "TEXT/HTML"])
WEIGHTS = st.sampled_from(
    ["", ";q=1", ";q=0", ";q=0.5", ";q=0.001", ";q=x", "; Q=0.2", ";a=b;q=0.7"]
)
HEADERS = st.lists(st.tuples(TYPES, WEIGHTS).map("".join)).map(", ".join)
RUBBISH = st.text(alphabet=st.characters(max_codepoint=0xFF)) | HEADERS


@given(RUBBISH, st.lists(st.sampled_from(OFFERS), unique=True))
def test_what_is_chosen_was_offered(header, offers):
    assert choose(header, offers) in (None, *offers)
    assert language(header, offers or ["th"]) in (offers or ["th"])


@given(HEADERS, st.sampled_from(OFFERS))
def test_quality_zero_never_wins(header, refused):
    assert choose(f"{header}, {refused};q=0" if header else f"{refused};q=0", [refused]) in (
        None,
        # unless the same type is also given a quality above zero
        *([refused] if refused in header.lower() else []),
    )


@given(HEADERS)
def test_adding_a_type_with_full_quality_gets_it(header):
    assert choose(f"{header}, text/html" if header else "text/html", ["text/html"]) == "text/html"
