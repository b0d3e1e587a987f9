"""Link headers by the Signposting profile: https://signposting.org/profile/."""

import re

import pytest

from reviewgraph.rdf.formats import RDF_SYNTAXES
from reviewgraph.web.signposting import MOST_TYPES

ENTRY = re.compile(r'<([^>]*)>; rel="([^"]+)"(?:; type="([^"]+)")?')


def links(answer) -> set[tuple[str, str, str]]:
    """Target, relation and media type of each entry."""
    header = answer.headers["link"]
    found = ENTRY.findall(header)
    assert len(found) == header.count("rel=")
    assert header.isascii()
    return set(found)


def targets(answer, relation) -> set[str]:
    return {target for target, rel, _ in links(answer) if rel == relation}


PERSON = "/doc/person/barbara-ubaldi"
BASE = "https://w3id.org/reviewgraph/"


@pytest.mark.parametrize("accept", ["text/html", "text/turtle"])
def test_a_document_says_what_it_is_and_whose(ask_own, accept):
    answer = ask_own(PERSON, accept=accept)
    assert targets(answer, "cite-as") == {f"{BASE}id/person/barbara-ubaldi"}
    assert targets(answer, "canonical") == {f"{BASE}id/person/barbara-ubaldi"}
    assert targets(answer, "type") == {
        "https://schema.org/AboutPage",
        "http://xmlns.com/foaf/0.1/Person",
    }
    assert targets(answer, "author") == {f"{BASE}id/organisation/reviewgraph-project"}
    assert targets(answer, "license") == {"https://creativecommons.org/licenses/by/4.0/"}
    assert targets(answer, "collection") == {"/dataset"}
    assert {(t, m) for t, rel, m in links(answer) if rel == "describedby"} >= {
        (f"{PERSON}.ttl", "text/turtle"),
        (f"{PERSON}.nt", "application/n-triples"),
        (f"{PERSON}.jsonld", "application/ld+json"),
        (f"{PERSON}.rdf", "application/rdf+xml"),
    }
    assert f"{PERSON}.ttl" in targets(answer, "alternate")


@pytest.mark.parametrize("path", ["/", "/dataset"])
def test_the_landing_page_has_the_dumps_as_its_items(ask_own, own, path):
    answer = ask_own(path, accept="text/html")
    items = {(target, kind) for target, rel, kind in links(answer) if rel == "item"}
    assert items == {
        (f"/dump.{syntax.extension}{suffix}", "application/gzip" if suffix else syntax.media_type)
        for syntax in RDF_SYNTAXES
        for suffix in ("", ".gz")
    }
    for address, media_type in items:
        assert ask_own(address).media_type == media_type
    assert targets(answer, "cite-as") == {own.dataset}
    assert targets(answer, "type") == {
        "https://schema.org/Dataset",
        "https://schema.org/AboutPage",
    }
    assert targets(answer, "author") == {f"{BASE}id/organisation/reviewgraph-project"}
    assert targets(answer, "license") == {own.license}
    assert not targets(answer, "collection")
    described = targets(answer, "describedby")
    assert {
        "/.well-known/void.ttl",
        "/catalog.ttl",
        "/catalog.jsonld",
        "/CITATION.cff",
    } <= described


@pytest.mark.parametrize("path", ["/", "/dataset", PERSON, "/dump.ttl", "/llms.txt"])
def test_every_link_inside_leads_to_what_it_says(ask_own, path):
    for target, relation, media_type in links(ask_own(path, accept="text/html")):
        if target.startswith("/"):
            answer = ask_own(target)
            assert answer.status == (302 if relation == "timegate" else 200), (target, relation)
            assert media_type in {"", answer.media_type}, target


def test_a_dump_points_back_to_its_dataset(ask_own, own):
    answer = ask_own("/dump.nq.gz")
    assert targets(answer, "collection") == {"/dataset"}
    assert targets(answer, "license") == {own.license}
    assert targets(answer, "author")
    assert links(ask_own("/dump.nq.gz", if_none_match=answer.headers["etag"])) == links(answer)


def test_without_creators_the_publisher_is_the_author(ask_museum, ask):
    assert targets(ask_museum("/"), "author") == {"https://museum.example/id/museum"}
    assert targets(ask("/doc/plain"), "author") == {"https://elsewhere.example/me"}


def test_each_relation_names_a_target_once(ask_own):
    for path in ("/", "/dataset", PERSON):
        found = ENTRY.findall(ask_own(path, accept="text/html").headers["link"])
        pairs = [(t, rel, kind) for t, rel, kind in found if rel != "alternate"]
        assert len(pairs) == len(set(pairs)), path


def test_types_are_bounded(ask_own):
    for path in (PERSON, "/doc/review/opdc-oecd-2019", "/def"):
        assert len(targets(ask_own(path), "type")) <= MOST_TYPES + 1


def test_a_release_that_is_kept_links_to_its_own_files(ask_museum, museum):
    prefix = f"/releases/{museum.name}"
    answer = ask_museum(f"{prefix}/")
    assert answer.status == 200
    items = targets(answer, "item")
    assert len(items) == 12
    for target in items | targets(answer, "describedby"):
        assert target.startswith(prefix)
        assert ask_museum(target).status == 200, target
    assert targets(ask_museum(f"{prefix}/doc/bowl"), "collection") == {f"{prefix}/dataset"}
    assert targets(answer, "cite-as") == {museum.dataset}
