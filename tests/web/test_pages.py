"""Pages: what readers see, in their language, with nothing from elsewhere."""

import gzip
import re
from html.parser import HTMLParser
from urllib.parse import urljoin

import pytest

from reviewgraph.rdf.namespaces import DCAT, DCTERMS, OWL, PROV, RDF, RDFS, SKOS, SPDX, VOID
from reviewgraph.web.static import FOLDER
from reviewgraph.web.term_words import TERMS
from reviewgraph.web.words import CHECKED, SITE

EMPTY = {"meta", "link", "br", "input", "img", "hr"}


class Page(HTMLParser):
    """The tags of a page; complains of one that is not closed."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert not self._open, self._open

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in EMPTY:
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag, tag

    def handle_data(self, data):
        self.words += data

    def links(self) -> list[str]:
        return [attrs["href"] for tag, attrs in self.tags if tag == "a"]


def page(ask, path, lang="en") -> Page:
    answer = ask(path, accept="text/html", accept_language=lang)
    assert answer.media_type == "text/html", (path, answer.status, answer.text[:200])
    assert answer.headers["content-language"] == ("th" if ".th." in path else lang)
    return Page(answer.text)


PATHS = [
    "/",
    "/doc/plain",
    "/doc/%C3%A9vil",
    "/doc/joint",
    "/doc/text",
    "/doc/gone",
    "/doc/slash",
    "/def",
    "/graphs",
    "/graph/data/things",
    "/questions",
    "/questions/near",
    "/questions/number?number=12",
    "/dump",
    "/search",
    "/search?q=plain",
    "/shapes",
    "/shapes/named",
    "/rules",
    "/rules/span-digest",
    "/browse/d-Thing",
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("lang", ["th", "en"])
def test_pages_are_well_formed_and_load_nothing_from_elsewhere(ask, path, lang):
    found = page(ask, path, lang)
    assert found.tags[0] == ("html", {"lang": lang})
    for tag, attrs in found.tags:
        assert tag not in {"iframe", "object", "style", "base"}
        assert tag != "script" or attrs["src"].startswith("/static/")
        assert "style" not in attrs
        assert not [name for name in attrs if name.startswith("on")]
        if tag == "link" and attrs["rel"] == "canonical":
            continue
        for name in ("src", "action", "href"):
            if tag != "a" and name in attrs:
                assert re.match(r"/(?!/)", attrs[name]), (tag, attrs)
    for target in found.links():
        assert re.match(r"(?:/(?!/)|#|https?://)", target), target
        assert "attacker" not in target or target.startswith("https://odd.example/")


def test_the_style_sheet_loads_nothing_from_elsewhere():
    css = (FOLDER / "style.css").read_text()
    assert set(re.findall(r"url\(([^)]*)", css)) == {
        f'"vendor/sarabun-5.3.0/{script}-{weight}.woff2"'
        for script in ("thai", "latin")
        for weight in (400, 700)
    }
    assert "@import" not in css
    assert "//" not in re.sub(r"/\*.*?\*/", "", css)


def test_markup_in_the_data_is_text(ask):
    found = page(ask, "/doc/%C3%A9vil")
    assert "<script>alert('x')</script>" in found.words
    assert '"><img src=x>' in found.words
    assert "What <b>breaks</b> publishers." in page(ask, "/").words


def test_only_http_iris_are_links(ask):
    found = page(ask, "/doc/plain")
    assert "javascript:alert(1)" in found.words
    assert not [target for target in found.links() if target.startswith("javascript")]
    outside = [attrs for tag, attrs in found.tags if "elsewhere" in attrs.get("href", "")]
    assert outside
    assert all(
        attrs["rel"] == "noopener" and attrs["href"] == "https://elsewhere.example/x?a=1&b=2"
        for attrs in outside
    )


def test_links_inside_stay_on_the_host_that_was_asked(ask):
    found = page(ask, "/doc/plain")
    assert "/doc/%C3%A9vil.en.html" in found.links()
    assert not [target for target in found.links() if target.startswith("https://odd.example")]


def test_an_iri_that_would_lead_to_another_host_is_not_host_relative(ask):
    targets = page(ask, "/doc/slash").links()
    assert "https://odd.example/data//attacker.example/x" in targets


def test_the_language_follows_the_reader_and_can_be_switched(ask):
    assert "ธรรมดา" in page(ask, "/doc/plain", "th").words
    assert "Plain" in page(ask, "/doc/plain", "en").words
    chosen = ask("/doc/plain.th.html", accept="text/html", accept_language="en")
    assert chosen.headers["content-language"] == "th"
    assert ask("/doc/plain", accept="text/html").headers["content-language"] == "th"
    french = ask("/doc/plain", accept="text/html", accept_language="fr")
    assert french.headers["content-language"] == "th"
    found = page(ask, "/questions/number?number=12", "th")
    switch = [attrs["href"] for _, attrs in found.tags if "hreflang" in attrs]
    assert switch == ["/questions/number.en.html?number=12"]


def test_the_chosen_language_is_carried_by_links_inside(ask):
    targets = page(ask, "/doc/text.en.html").links()
    assert "/questions.en.html" in targets
    assert "/def.en.html#of" in targets


def test_a_name_in_another_language_says_which(ask):
    found = page(ask, "/doc/holder", "th")
    heading = ask("/doc/holder.th.html", accept="text/html").text
    shown = '<h1><span lang="en">Holder</span> <small class="tongue" title="ยังไม่มีคำแปลภาษาไทย">'
    assert f"{shown}อังกฤษ</small></h1>" in heading
    assert found.words


def test_properties_stand_as_the_rules_order_them_and_values_by_their_position(ask):
    words = page(ask, "/doc/ordered").words
    values = ["Epsilon", "Beta", "Alpha", "Delta", "Gamma"]
    shown = ["Words · step", *values, "Words · from", "Words · until", "Words · note"]
    places = [words.index(each) for each in shown]
    assert places == sorted(places)


def test_a_publication_that_names_a_common_term_goes_before_the_site(ask):
    words = page(ask, "/doc/ordered").words
    assert "look there" in words
    assert TERMS[str(RDFS.seeAlso)].en not in words


def test_the_terms_that_the_site_names_are_of_no_subject():
    general = (DCAT, DCTERMS, OWL, PROV, RDF, RDFS, SKOS, SPDX, VOID)
    assert all(term.startswith(tuple(map(str, general))) for term in TERMS)


def test_the_releases_own_list_of_files_is_not_among_its_things(ask_museum, museum):
    assert f"{museum.base}graph/folder" in museum.graphs
    for lang in ("th", "en"):
        words = page(ask_museum, "/", lang).words
        assert TERMS[str(SPDX.File)].get(lang) not in words.split("\n")
    links = page(ask_museum, "/").links()
    assert "/browse/spdx-File.en.html" not in links
    assert ask_museum("/browse/spdx-File").status == 404
    listed = next(link for link in links if link.startswith("/browse/") and "Room" in link)
    assert ask_museum(listed).status == 200


def test_dates_are_buddhist_in_thai_and_common_in_english(ask):
    assert "1 เมษายน 2562" in page(ask, "/doc/plain", "th").words
    assert "1 April 2019" in page(ask, "/doc/plain", "en").words
    assert '<time datetime="2019-04-01">' in ask("/doc/plain", accept="text/html").text


def test_a_node_without_a_name_is_called_after_what_it_joins(ask):
    assert "One · 27 · Plain · Holder" in page(ask, "/doc/joint").words
    assert "One · 27 · Holder" in page(ask, "/doc/plain").words


def test_a_thing_that_is_only_mentioned_is_not_called_after_who_mentions_it(ask):
    assert "https://elsewhere.example/x?a=1&b=2" in page(ask, "/questions/near").words


def test_a_part_has_an_anchor_that_links_reach(ask):
    found = page(ask, "/doc/text")
    assert "char=1,2" in [attrs.get("id") for _, attrs in found.tags]
    assert page(ask, "/id/text#char=1,2".replace("/id/", "/doc/"))


def test_a_statement_that_something_is_said_of_shows_it(ask):
    text = ask("/doc/plain.en.html", accept="text/html").text
    folded = text[text.index('<details class="proof">') :]
    folded = folded[: folded.index("</details>")]
    assert '<a href="/doc/claim.en.html" class="more">' in folded
    assert text.count('<details class="proof">') == 2  # of the record, and at the statement


def test_a_withdrawn_entity_says_what_replaces_it(ask):
    found = page(ask, "/doc/gone")
    assert "/doc/plain.en.html" in found.links()
    assert SITE["withdrawn"].en in found.words


def test_terms_are_anchors_on_the_page_of_their_ontology(ask):
    found = page(ask, "/def")
    ids = [attrs.get("id") for _, attrs in found.tags]
    assert "Thing" in ids
    assert "near" in ids
    assert len([each for each in ids if each]) == len({each for each in ids if each})


def test_rules_are_documented_in_both_languages(ask):
    words = page(ask, "/shapes").words + page(ask, "/shapes/named").words
    for expected in ("A thing", "named", "warning", "It has no <name>.", "ไม่มีชื่อ"):
        assert expected in words
    answer = ask("/shape/named")
    assert answer.headers["location"] == "/shapes/named"


def test_the_report_is_told(ask_museum):
    assert SITE["no_results"].en in page(ask_museum, "/report").words
    assert ask_museum("/report.json").media_type == "application/json"
    assert ask_museum("/report", accept="application/json").body == ask_museum("/report.json").body
    assert "ValidationReport" in ask_museum("/report.ttl").text


def test_the_footer_names_release_and_licence(ask, odd):
    found = page(ask, "/")
    assert odd.name[:12] in found.words
    assert odd.license in found.links()


@pytest.mark.parametrize("path", ["/doc/person/barbara-ubaldi", "/", "/questions", "/def"])
def test_pages_for_people_are_small(ask_own, path):
    body = ask_own(path, accept="text/html").body
    assert len(body) < 60_000
    assert len(gzip.compress(body, compresslevel=6)) < 20_000


@pytest.mark.parametrize("site", ["ask", "ask_museum", "ask_own"])
@pytest.mark.parametrize("start", ["/", "/index.en.html"])
def test_no_link_inside_leads_nowhere(request, site, start):
    asking = request.getfixturevalue(site)
    seen: set[str] = set()
    waiting = [(start, 0)]
    while waiting:
        address, depth = waiting.pop(0)
        target = address.partition("#")[0]
        if target in seen or target.startswith("/sparql"):
            continue
        seen.add(target)
        answer = asking(target, accept="text/html,*/*;q=0.8")
        if answer.status == 303:
            answer = asking(answer.headers["location"].partition("#")[0], accept="text/html")
        assert answer.status in {200, 410}, (address, answer.status, answer.text[:300])
        if depth < 3 and answer.media_type == "text/html":
            for link in Page(answer.text).links():
                joined = urljoin(target, link)
                if joined.startswith("/"):
                    waiting.append((joined, depth + 1))
    assert len(seen) > 20


def test_all_words_are_in_both_languages():
    for words in (*SITE.values(), *CHECKED.values(), *TERMS.values()):
        assert words.th
        assert words.en
