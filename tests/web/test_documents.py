"""What documents hold: the same statements in every syntax, and the rule of what belongs."""

import json
from urllib.parse import quote

import pytest
import rdflib
from pyoxigraph import CanonicalizationAlgorithm, Dataset, NamedNode, Quad, RdfFormat, parse

from reviewgraph.rdf.terms import IRI
from reviewgraph.release.document import describe, fragments_of
from reviewgraph.store.embedded import EmbeddedStore

FORMATS = {
    "ttl": (RdfFormat.TURTLE, "turtle"),
    "nt": (RdfFormat.N_TRIPLES, "nt"),
    "rdf": (RdfFormat.RDF_XML, "xml"),
    "jsonld": (RdfFormat.JSON_LD, "json-ld"),
}
GRAPH = IRI("https://x.example/g")
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"


def canonical(quads) -> Dataset:
    dataset = Dataset(Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


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
        for extension, graph in graphs.items():
            assert graph == graphs["nt"], (address, extension)


def test_the_documents_of_real_data_are_the_same_in_every_syntax(ask_own, own):
    for address in documents(own)[::12]:
        graphs = [
            canonical(parse(ask_own(f"{address}.{extension}").body, format=engine))
            for extension, (engine, _) in FORMATS.items()
        ]
        assert all(graph == graphs[0] for graph in graphs), address


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


def test_what_points_at_an_entity_is_bounded_and_that_is_said():
    target, predicate = IRI("https://x.example/t"), IRI("https://x.example/p")
    quads = [Quad(IRI(f"https://x.example/{n}"), predicate, target, GRAPH) for n in range(30)]
    store = EmbeddedStore.in_memory(quads)
    some = describe(store, target.value, [LABEL], most_inbound=10)
    every = describe(store, target.value, [LABEL], most_inbound=30)
    assert (some.whole, len(some.statements)) == (False, 10)
    assert (every.whole, len(every.statements)) == (True, 30)


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
