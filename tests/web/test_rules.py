"""Pages of rules: every shape and each of the gate's own rules has one that its IRI leads to."""

import json
import re
from dataclasses import replace

import pytest
from rdflib import SH, Graph, URIRef

from reviewgraph.gate.report import RULES
from reviewgraph.gate.rules import own_rules
from reviewgraph.release.manifest import RULES_FILE, SHAPES_FILE, FileEntry
from reviewgraph.web.app import create_app
from reviewgraph.web.words import SITE

SHAPE = "https://w3id.org/reviewgraph/shape/"
HTML = {"accept": "text/html", "accept_language": "en"}


def shapes_of(release) -> Graph:
    return Graph().parse(release.file(SHAPES_FILE), format="turtle")


def text(answer) -> str:
    """The words of a page, without its markup."""
    bare = re.sub(r"<[^>]*>", "", answer.text)
    return (
        bare.replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", '"').replace("&#39;", "'")
    )


@pytest.mark.parametrize("lang", ["th", "en"])
def test_the_list_of_rules_is_small_and_leads_to_each(ask_own, own, lang):
    answer = ask_own("/shapes", accept="text/html", accept_language=lang)
    assert len(answer.body) < 60_000
    linked = set(re.findall(rf'href="/shapes/([^"?]+)\.{lang}\.html"', answer.text))
    speaking = {str(shape).removeprefix(SHAPE) for shape in shapes_of(own).subjects(SH.severity)}
    assert len(speaking) > 150
    assert speaking <= linked


def test_every_iri_of_the_shapes_is_dereferenced(ask_own, own):
    for node in {node for node in shapes_of(own).subjects() if isinstance(node, URIRef)}:
        answer = ask_own("/" + str(node).removeprefix(own.base))
        assert answer.status == 303, node
        location = answer.headers["location"]
        assert location.startswith("/shapes")
        page = ask_own(location, **HTML)
        assert page.status == 200, node
        anchor = location.partition("#")[2]
        assert f'id="{anchor}"' in page.text or not anchor, node


def test_the_page_of_a_rule_says_what_why_where_and_shows_right_and_wrong(ask_own, repo):
    words = text(ask_own("/shapes/Person-honorific", **HTML))
    cases = repo / "shapes" / "cases" / "person"
    for expected in (
        "No honorific in the name",
        "One person may carry different honorifics",
        "This name seems to begin with an honorific.",
        "ชื่อนี้ดูเหมือนขึ้นต้นด้วยคำนำหน้า",
        f"{SHAPE}Person-honorific",
        SITE["warning"].en,
        "shapes/cases/person/Person-honorific.valid.ttl",
        '"ดร.อรุณ ใจดี"@th , "Aroon Jaidee"@en',
    ):
        assert expected in words
    assert re.search(r"shapes/person\.ttl:\d+", words)
    shown = re.findall(r"shapes/cases/person/(\S+\.ttl)", words)
    assert sorted(shown) == sorted(
        path.name
        for path in cases.glob("Person-honorific.*")
        if not path.name.endswith(".expected.ttl")
    )


def test_a_rule_is_data_too(ask_own):
    answer = ask_own("/shapes/Person-same-name", accept="text/turtle")
    assert answer.media_type == "text/turtle"
    graph = Graph().parse(data=answer.body, format="turtle")
    subjects = {str(subject).removeprefix(SHAPE) for subject in graph.subjects()}
    assert subjects == {"Person-same-name", "Person-same-name-sparql"}
    assert ask_own("/shapes/Person-same-name.ttl").body == answer.body
    assert ask_own("/shapes/Person-same-name.xyz").status == 404
    assert f'<{SHAPE}Person-same-name>; rel="canonical"' in answer.headers["link"]


def test_the_query_of_a_constraint_stands_on_the_page_of_its_rule(ask_own):
    answer = ask_own("/shape/Person-same-name-sparql")
    location = answer.headers["location"]
    assert location == "/shapes/Person-same-name#Person-same-name-sparql"
    page = ask_own("/shapes/Person-same-name", **HTML).text
    assert '<pre tabindex="0" id="Person-same-name-sparql"><code>SELECT DISTINCT $this' in page


def test_what_other_rules_use_has_a_page_that_names_them(ask_own):
    page = ask_own("/shapes/NameWithHonorific", **HTML).text
    assert 'href="/shapes/Person-honorific.en.html"' in page
    assert SITE["no_examples"].en not in page
    assert (
        'href="/shapes/NameWithHonorific.en.html"'
        in ask_own("/shapes/Person-honorific", **HTML).text
    )


def test_rules_without_cases_say_that_there_is_no_example(ask_museum):
    assert ask_museum("/shape/Artefact-room").headers["location"] == "/shapes/Artefact-room"
    page = ask_museum("/shapes/Artefact-room", **HTML)
    assert SITE["no_examples"].en in text(page)
    assert SITE["made_up"].en not in text(page)
    assert "shapes/artefact.ttl:8" in page.text
    assert 'href="/shapes/Artefact.en.html"' in page.text
    assert SITE["no_examples"].en not in text(ask_museum("/shapes/Artefact", **HTML))


def test_a_release_that_an_older_program_wrote_has_pages_without_examples(ask):
    page = ask("/shapes/named", **HTML)
    assert SITE["no_examples"].en in text(page)
    assert "It has no <name>." in text(page)
    assert SITE["written_at"].en not in page.text


def test_shapes_that_end_alike_have_pages_of_their_own(tmp_path, odd, ask):
    for file in odd.path.iterdir():
        (tmp_path / file.name).symlink_to(file)
    (tmp_path / SHAPES_FILE).unlink()
    (tmp_path / SHAPES_FILE).write_text(
        """
        @prefix sh: <http://www.w3.org/ns/shacl#> .
        @prefix x: <https://odd.example/data/def#> .
        <https://odd.example/data/shape/named> sh:path x:on ; sh:message "first"@en ;
            sh:targetClass x:Thing .
        <https://odd.example/data/shapes#named> sh:path x:on ; sh:message "second <b>"@en ;
            sh:targetClass x:Thing .
        <https://odd.example/data/shape/%E0%B8%81> sh:path x:on ; sh:message "third"@en .
        <https://odd.example/data/shape/v1.2> a sh:NodeShape ; sh:targetClass x:Thing ;
            sh:property [ sh:path x:near ; sh:message "inner"@en ; sh:severity sh:Info ] .
        """
    )
    (tmp_path / RULES_FILE).write_text('{"version": 1, "rules": {}}')
    files = dict(odd.files) | {RULES_FILE: FileEntry(0, "0" * 64)}
    ask = type(ask)(create_app(replace(odd, path=tmp_path, files=files)))
    assert "first" in text(ask("/shapes/named", **HTML))
    assert "second <b>" in text(ask("/shapes/named-2", **HTML))
    assert "third" in text(ask("/shapes/%E0%B8%81", **HTML))
    assert ask("/shape/%E0%B8%81").headers["location"] == "/shapes/%E0%B8%81"
    inner = text(ask("/shapes/v1.2", **HTML))
    assert "inner" in inner
    assert SITE["info"].en in inner
    assert "inner" in ask("/shapes/v1.2.nt").text
    assert "v1.2" in text(ask("/shapes", **HTML))


def test_the_gates_own_rules_have_a_list_with_anchors_and_pages(ask_museum):
    listed = ask_museum("/rules", **HTML)
    assert len(listed.body) < 60_000
    for rule in own_rules().values():
        assert f'<section class="part" id="{rule.iri.removeprefix(RULES)}">' in listed.text
        page = ask_museum(f"/rules/{rule.name}", **HTML)
        assert page.status == 200
        assert rule.description.en in text(page)
        assert SITE["invalid_example"].en in page.text
        assert SITE["valid_example"].en in page.text
        thai = ask_museum(f"/rules/{rule.name}.th.html", accept="text/html")
        assert rule.title.th in text(thai)


@pytest.mark.parametrize("path", ["/rules/none", "/shapes/none", "/shapes/", "/shape/none"])
def test_a_rule_that_there_is_not_is_not_found(ask, path):
    assert ask(path).status == 404


@pytest.mark.parametrize("path", ["/rules", "/rules/syntax", "/shapes/named"])
def test_pages_of_rules_are_negotiated_and_cached_like_others(ask, path):
    answer = ask(path, **HTML)
    assert answer.headers["content-language"] == "en"
    assert "Accept-Language" in answer.headers["vary"]
    assert ask(path, if_none_match=answer.headers["etag"], **HTML).status == 304
    assert ask(path, accept="image/png").status == 406


def test_a_result_of_the_report_links_to_its_rule(tmp_path, museum, ask_museum):
    for file in museum.path.iterdir():
        (tmp_path / file.name).symlink_to(file)
    (tmp_path / "report.json").unlink()
    rules = [f"{RULES}value-form", "https://museum.example/shape/Artefact-room", f"{RULES}gone"]
    results = [
        {"rule": rule, "rule_name": rule, "severity": "warning", "message": {"en": "x"}}
        for rule in rules
    ]
    (tmp_path / "report.json").write_text(json.dumps({"results": results}))
    ask = type(ask_museum)(create_app(replace(museum, path=tmp_path)))
    links = re.findall(r'href="(/(?:rules|shapes)/[^"]*)"', ask("/report", **HTML).text)
    assert links == ["/rules/value-form.en.html", "/shapes/Artefact-room.en.html"]
