"""Sitemaps: every document once, in files that keep the protocol's limits."""

from itertools import chain

import pytest
from lxml import etree
from pyoxigraph import RdfFormat, parse
from rdflib import Graph

from reviewgraph.release import manifest, sitemap

XMLNS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def locations(data: bytes) -> list[str]:
    root = etree.fromstring(data)
    assert root.tag in {f"{XMLNS}urlset", f"{XMLNS}sitemapindex"}
    return [loc.text for loc in root.iter(f"{XMLNS}loc")]


def test_the_sitemap_has_every_document_once_below_the_base(release):
    found = locations(release.file(manifest.SITEMAP_FILE).read_bytes())
    assert len(found) == len(set(found))
    assert all(address.startswith(release.base) and address.isascii() for address in found)
    dump = Graph().parse(release.path / "dump.nt", format="nt")
    subjects = {
        str(s).removeprefix(release.base)
        for s in dump.subjects()
        if str(s).startswith(release.base + "id/") and "#" not in s
    }
    assert len(subjects) == len([address for address in found if "/doc/" in address])
    for question in release.questions:
        assert f"{release.base}questions/{question.name}" in found


def test_a_long_list_is_split_and_an_index_names_the_parts():
    pages = [f"https://x.example/doc/{number}?a=1&b=<2>" for number in range(2501)]
    files = dict(sitemap.sitemaps("https://x.example/", pages, most_urls=1000))
    names = ["sitemap-1.xml", "sitemap-2.xml", "sitemap-3.xml"]
    assert list(files) == [*names, "sitemap.xml"]
    assert locations(files["sitemap.xml"]) == [f"https://x.example/{name}" for name in names]
    parts = [locations(files[name]) for name in names]
    assert [len(part) for part in parts] == [1000, 1000, 501]
    assert list(chain(*parts)) == pages


@pytest.mark.parametrize(("number", "files"), [(0, 1), (999, 1), (1000, 1), (1001, 3)])
def test_the_limit_is_the_last_that_fits(number, files):
    pages = [f"https://x.example/{each}" for each in range(number)]
    assert len(list(sitemap.sitemaps("https://x.example/", pages, most_urls=1000))) == files


def test_a_sitemap_that_would_be_too_long_is_split():
    pages = [f"https://x.example/{'&' * 1000}{each}" for each in range(30)]
    files = dict(sitemap.sitemaps("https://x.example/", pages, most_bytes=50_000))
    assert len(files) > 3
    assert all(len(data) <= 50_000 for data in files.values())
    assert [
        address for name, data in files.items() if "-" in name for address in locations(data)
    ] == pages


def test_an_address_that_no_sitemap_may_hold_is_left_out():
    pages = ["https://x.example/a", "https://x.example/" + "b" * 2048, "https://x.example/c"]
    ((name, data),) = sitemap.sitemaps("https://x.example/", pages)
    assert (name, locations(data)) == ("sitemap.xml", [pages[0], pages[2]])


def test_what_was_withdrawn_is_not_in_the_sitemap():
    base = "https://x.example/"
    turtle = (
        "<id/old> <http://purl.org/dc/terms/isReplacedBy> <id/new> . <id/new> a <def#T> ."
        " <id/new#part> a <def#T> . <id/only-said> <def#p> 1 . <other> a <def#T> ."
        " <id/moved> a <def#T> ; <http://purl.org/dc/terms/isReplacedBy> <id/new> . [] a <def#T> ."
    )
    triples = parse(turtle, format=RdfFormat.TURTLE, base_iri=base)
    told = [(triple.subject, triple.predicate, triple.object) for triple in triples]
    found = list(sitemap.entities(told, base))
    assert found == [f"{base}id/new", f"{base}id/only-said", f"{base}id/moved"]


def test_crawlers_are_told_to_leave_a_preview():
    assert sitemap.robots("https://x.example/", preview=True) == b"User-agent: *\nDisallow: /\n"


def test_robots_name_the_sitemap(release):
    lines = release.file(manifest.ROBOTS_FILE).read_text().splitlines()
    assert lines[0] == "User-agent: *"
    assert lines[-1] == f"Sitemap: {release.base}sitemap.xml"
    assert "Disallow: /sparql" in lines


def test_addresses_of_a_base_in_another_script_are_percent_encoded():
    base, encoded = "https://x.example/ก/", "https://x.example/%E0%B8%81/"
    assert f"Sitemap: {encoded}sitemap.xml".encode() in sitemap.robots(base)
    assert sitemap.page(base, f"{base}id/ข?") == f"{encoded}doc/%E0%B8%82?"
    pages = [f"{encoded}{number}" for number in range(3)]
    files = dict(sitemap.sitemaps(base, pages, most_urls=2))
    assert locations(files["sitemap.xml"]) == [f"{encoded}sitemap-{n}.xml" for n in (1, 2)]
