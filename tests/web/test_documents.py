"""What documents hold: the same statements in every syntax, and the rule of what belongs."""

import json
import re
from dataclasses import replace
from html import escape as escaped
from itertools import pairwise
from urllib.parse import quote

import pytest
import rdflib
from pyoxigraph import (
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    parse,
)

from reviewgraph.rdf.terms import IRI
from reviewgraph.release.document import describe, fragments_of
from reviewgraph.store.embedded import EmbeddedStore
from reviewgraph.web.app import create_app
from reviewgraph.web.dates import in_words

FORMATS = {
    "ttl": (RdfFormat.TURTLE, "turtle"),
    "nt": (RdfFormat.N_TRIPLES, "nt"),
    "rdf": (RdfFormat.RDF_XML, "xml"),
    "jsonld": (RdfFormat.JSON_LD, "json-ld"),
}
GRAPH = IRI("https://x.example/g")
NEXT = IRI("http://www.w3.org/ns/hydra/core#next")
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"


def escape(text: str) -> str:
    """As the templates escape it."""
    return escaped(text).replace("&quot;", "&#34;").replace("&#x27;", "&#39;")


def canonical(quads) -> Dataset:
    dataset = Dataset(Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def read_tree(ask, address: str, answer) -> Dataset:
    """The statements of a document in JSON: read with the context that its Link header names."""
    context = re.search(
        r'<([^>]*)>; rel="http://www.w3.org/ns/json-ld#context"', answer.headers["link"]
    )
    linked = json.loads(ask(context[1]).body)["@context"]
    document = json.loads(answer.body)
    assert "@context" not in document or document["@context"] is None, address
    text = json.dumps({"@context": linked, "@graph": [document]})
    return canonical(parse(text, format=RdfFormat.JSON_LD))


def documents(release) -> list[str]:
    """The addresses, without extension, of the document of everything below the base IRI."""
    store = EmbeddedStore.open(release.store_path)
    table = store.select("SELECT DISTINCT ?s { ?s ?p ?o FILTER(isIRI(?s)) } ORDER BY ?s")
    found = {
        row["s"].value.partition("#")[0].removeprefix(release.base)
        for row in table.dicts()
        if row["s"].value.startswith(release.base)
    }
    found |= {graph.removeprefix(release.base) for graph in release.graphs}
    paths = {quote(path, safe="/%") for path in found}
    return sorted(f"/doc/{path[3:]}" if path.startswith("id/") else f"/{path}" for path in paths)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:.*does not look like a valid URI")
def test_every_document_is_the_same_graph_in_every_syntax(ask, odd):
    addresses = documents(odd)
    assert len(addresses) > 20
    for address in addresses:
        graphs = {}
        for extension, (engine, rdflib_name) in FORMATS.items():
            answer = ask(f"{address}.{extension}")
            assert answer.status in {200, 410}, (address, extension, answer.text)
            graphs[extension] = canonical(parse(answer.body, format=engine))
            by_rdflib = rdflib.Graph().parse(data=answer.body, format=rdflib_name)
            assert len(by_rdflib) == len(graphs[extension]), (address, extension)
        assert len(graphs["nt"]) > 0
        graphs["json"] = read_tree(ask, address, ask(f"{address}.json"))
        for extension, graph in graphs.items():
            assert graph == graphs["nt"], (address, extension)


@pytest.mark.parametrize("name", ["own", "museum"])
def test_the_documents_of_real_data_are_the_same_in_every_syntax(request, name):
    asking, release = request.getfixturevalue(f"ask_{name}"), request.getfixturevalue(name)
    addresses = documents(release)
    assert len(addresses) > 10
    for address in addresses:
        graphs = [
            canonical(parse(asking(f"{address}.{extension}").body, format=engine))
            for extension, (engine, _) in FORMATS.items()
        ]
        graphs.append(read_tree(asking, address, asking(f"{address}.json")))
        assert all(graph == graphs[0] for graph in graphs), address


@pytest.mark.parametrize("name", ["own", "museum"])
def test_the_pages_of_an_entity_show_every_statement_of_it(request, name):
    """Each all of them, but for descriptions, of which each has those in its language."""
    asking, release = request.getfixturevalue(f"ask_{name}"), request.getfixturevalue(name)
    site = asking.app.state.site
    shown = 0
    for iri in entities_of(release):
        path = quote(iri.removeprefix(f"{release.base}id/"), safe="/")
        page, thai = (asking(f"/doc/{path}.{lang}.html").text for lang in ("en", "th"))
        for subject, predicate, value in site.document(iri).statements:
            if subject != IRI(iri):
                continue
            shown += 1
            told = f"{page}{thai}" if _described(predicate) else page
            named = predicate.value in release.label_properties or _described(predicate)
            property_page = site.href(predicate.value, "en")
            if property_page and not named:
                assert f'href="{escape(property_page[0])}"' in page, (iri, predicate)
            if isinstance(value, IRI):
                target = site.href(value.value, "en")
                assert target is None or f'href="{escape(target[0])}"' in page, (iri, value)
            elif isinstance(value, Literal):
                words = in_words(value.value, value.datatype.value, "en")
                assert escape(words or value.value) in told, (iri, predicate, value)
    assert shown > (1000 if name == "own" else 10)


def entities_of(release) -> list[str]:
    store = EmbeddedStore.open(release.store_path)
    below = f"{release.base}id/"
    found = {quad.subject.value for quad in store.quads() if isinstance(quad.subject, IRI)}
    return sorted(iri for iri in found if iri.startswith(below) and "#" not in iri)


def _described(predicate) -> bool:
    """Whether the page gives a property's values a place of their own, without its name."""
    return predicate.value.rpartition("#")[2] in {"type", "altLabel", "definition", "comment"} or (
        predicate.value.rpartition("/")[2] == "description"
    )


def test_json_is_a_tree_for_programs_that_know_no_rdf(ask_own):
    review = json.loads(ask_own("/doc/review/opdc-oecd-2019.json").body)
    assert list(review)[:2] == ["id", "type"]
    assert review["id"].endswith("/id/review/opdc-oecd-2019")
    assert set(review["label"]) == {"th", "en"}
    assert review["startDate"] == "2019-04-01"
    sessions = review["sessions"]
    assert [type(each) for each in sessions] == [dict] * 5
    assert all(set(each["label"]) == {"th", "en"} for each in sessions)
    chair = [
        each for each in review["participations"] if each["role"]["prefLabel"]["en"] == "Chair"
    ]
    assert chair[0]["participant"]["label"]["en"]


def test_no_text_of_real_data_hides_its_language_in_json(ask_own, own):
    """The context says of every property with texts that they are by language.

    What a claim says of a statement is any kind of value.
    """
    for address in documents(own):
        for line, following in pairwise(ask_own(f"{address}.json").text.splitlines()):
            told = '"@language"' not in following or line.strip() == '"object": {'
            assert told, (address, line, following)


@pytest.fixture
def crowded(tmp_path, odd, asking):
    """The site of a release in which 1,100 things point at one."""
    predicate = IRI("https://odd.example/data/def#near")
    target = IRI("https://odd.example/data/id/hub")
    quads = [Quad(target, IRI(LABEL), Literal("Hub", language="en"), GRAPH)]
    for number in range(1100):
        pointing = IRI(f"https://odd.example/data/id/n{number}")
        quads += [
            Quad(pointing, predicate, target, GRAPH),
            Quad(pointing, IRI(LABEL), Literal(f"N{number}", language="en"), GRAPH),
        ]
    EmbeddedStore.create(tmp_path / "store", quads)
    return asking(create_app(replace(odd, path=tmp_path, graphs={GRAPH.value: 0}, files={})))


def test_a_big_entity_is_told_in_pages_and_every_syntax_leads_on(crowded):
    pointing = set()
    address, pages = "/doc/hub.ttl", []
    while address:
        answer = crowded(address)
        assert answer.status == 200
        pages.append(address)
        found = parse(answer.body, format=RdfFormat.TURTLE)
        triples = {quad.triple for quad in found}
        pointing |= {
            t.subject.value for t in triples if getattr(t.object, "value", "").endswith("hub")
        }
        view = IRI(f"https://odd.example/data{address.removesuffix('.ttl')}")
        following = {t.object.value for t in triples if t.subject == view and t.predicate == NEXT}
        link = re.search(r'<(/releases/[0-9a-f]{64})?([^>]*)>; rel="next"', answer.headers["link"])
        assert link is None or link[1]
        address = link[2] if link else ""
        expected = {f"https://odd.example/data{address.removesuffix('.ttl')}"} if address else set()
        assert following == expected
        other = [
            canonical(parse(crowded(pages[-1][:-3] + e).body, format=f))
            for e, (f, _) in FORMATS.items()
        ]
        other.append(read_tree(crowded, address, crowded(pages[-1][:-3] + "json")))
        assert all(graph == other[0] for graph in other)
    assert pages == ["/doc/hub.ttl", "/doc/hub.page-2.ttl", "/doc/hub.page-3.ttl"]
    assert len({iri for iri in pointing if "/id/" in iri}) == 1100


def test_the_pages_of_a_big_entity_lead_to_one_another(crowded):
    first = crowded("/doc/hub", accept="text/html", accept_language="en")
    assert 'href="/doc/hub.page-2.en.html" rel="next"' in first.text
    assert 'rel="next"' in first.headers["link"]
    second = crowded("/doc/hub.page-2.en.html")
    assert 'href="/doc/hub.en.html" rel="prev"' in second.text
    assert '</doc/hub.page-3.en.html>; rel="next"' in second.headers["link"]
    assert '</doc/hub.en.html>; rel="first"' in second.headers["link"]
    assert first.headers["etag"] != second.headers["etag"]
    assert "not shown here" not in first.text
    assert crowded("/doc/hub.page-4").status == 404


def test_every_page_of_real_data_can_be_written(ask_own, ask_museum, own, museum):
    for ask_it, release in ((ask_own, own), (ask_museum, museum)):
        for address in documents(release):
            answer = ask_it(address, accept="text/html", accept_language="en")
            assert answer.status == 200, (address, answer.text[:300])


def test_json_ld_uses_the_context_of_the_publication_and_fetches_none(ask):
    document = json.loads(ask("/doc/plain.jsonld").body)
    assert document["@context"]["label"]["@container"] == "@language"
    plain = next(node for node in document["@graph"] if node["id"].endswith("id/plain"))
    assert plain["label"] == {"en": "Plain", "th": "ธรรมดา"}
    assert "https://odd.example/data/id/\u00e9vil" in plain["near"]


def triples(ask, address):
    return {
        (quad.subject, quad.predicate, quad.object)
        for quad in parse(ask(f"{address}.nt").body, format=RdfFormat.N_TRIPLES)
    }


def test_a_document_holds_what_the_rule_says(ask):
    found = triples(ask, "/doc/plain")
    subjects = {str(subject) for subject, _, _ in found}
    own = "<https://odd.example/data/id/"
    assert f"{own}plain>" in subjects
    assert f"{own}gone>" in subjects, "statements that point at it"
    node = NamedNode("https://odd.example/data/id/joint")
    said = {p.value.rpartition("#")[2] for s, p, _ in found if s == node}
    assert said == {"type", "who", "role", "value"}, "all of a node without a name"
    assert any(s.value.endswith("holder") and o == node for s, _, o in found), "its other end"
    names = {s.value for s, p, _ in found if p.value == LABEL}
    assert "https://odd.example/data/id/kind/one" in names, "names of what is mentioned"
    assert "https://odd.example/data/def#near" in names, "names of properties"
    assert any(getattr(o, "value", "") == "deepest" for _, _, o in found), "blank nodes, deep"


def test_a_document_holds_its_parts(ask):
    subjects = {subject for subject, _, _ in triples(ask, "/doc/text")}
    assert NamedNode("https://odd.example/data/id/text#char=1,2") in subjects


def test_an_ontology_is_its_terms_and_not_the_data(ask):
    subjects = {str(subject) for subject, _, _ in triples(ask, "/def")}
    assert "<https://odd.example/data/def#near>" in subjects
    assert not any("/id/" in subject for subject in subjects)
    assert triples(ask, "/def/2") == triples(ask, "/def")


def test_what_points_at_an_entity_is_told_in_pages():
    target, predicate = IRI("https://x.example/t"), IRI("https://x.example/p")
    quads = [Quad(IRI(f"https://x.example/{n}"), predicate, target, GRAPH) for n in range(30)]
    store = EmbeddedStore.in_memory(quads)
    pages = [
        describe(store, target.value, [LABEL], page_size=10, page=number) for number in (1, 2, 3)
    ]
    assert [(page.more, len(page.statements)) for page in pages] == [
        (True, 10),
        (True, 10),
        (False, 10),
    ]
    every = describe(store, target.value, [LABEL], page_size=30)
    assert not every.more
    assert {item for page in pages for item in page.statements} == set(every.statements)
    assert describe(store, target.value, [LABEL], page_size=10, page=4) is None


def test_blank_nodes_that_point_are_followed_up_to_something_named():
    text = """<x:a> <x:p> [ <x:q> [ <x:r> <x:target> ] ] . <x:target> <x:s> <x:target> ."""
    quads = parse(text, format=RdfFormat.TURTLE)
    store = EmbeddedStore.in_memory(Quad(*quad.triple, IRI("x:g")) for quad in quads)
    document = describe(store, "x:target", [LABEL])
    assert len(document.statements) == 4
    assert document.graphs == ("x:g",)


def test_cycles_come_to_an_end():
    text = "<x:a> <x:p> _:b . _:b <x:p> _:c . _:c <x:p> _:b , <x:a> . <x:a> <x:p> <x:a> ."
    store = EmbeddedStore.in_memory(
        Quad(*quad.triple, GRAPH) for quad in parse(text, format=RdfFormat.TURTLE)
    )
    assert len(describe(store, "x:a", [LABEL]).statements) == 5


def test_parts_are_found_by_their_iri():
    quads = [Quad(IRI(iri), IRI("x:p"), IRI("x:o")) for iri in ("x:a#2", "x:a#1", "x:a", "x:b#")]
    assert fragments_of(EmbeddedStore.in_memory(quads)) == {
        "x:a": ("x:a#1", "x:a#2"),
        "x:b": ("x:b#",),
    }


@pytest.mark.parametrize("path", ["/graph/data/things", "/graph/ontology/words"])
def test_a_named_graph_is_served_whole(ask, odd, path):
    store = EmbeddedStore.open(odd.store_path)
    wanted = canonical(store.quads(graph=IRI(odd.base + path[1:])))
    assert canonical(parse(ask(f"{path}.ttl").body, format=RdfFormat.TURTLE)) == wanted
