"""Every number of the VoID description is that of the dump, counted once more by rdflib."""

from collections import Counter
from urllib.parse import urlsplit

import pytest
from pyoxigraph import Literal, NamedNode
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF

from reviewgraph.rdf.formats import RDF_SYNTAXES
from reviewgraph.rdf.namespaces import DCAT, VOID
from reviewgraph.release.linksets import host_of, link_counts
from reviewgraph.release.manifest import VOID_FILE


@pytest.fixture
def void(release):
    return Graph().parse(release.path / VOID_FILE, format="turtle")


@pytest.fixture
def dump(release):
    return Graph().parse(release.path / "dump.nt", format="nt")


def number(graph, subject, predicate) -> int:
    (value,) = graph.objects(subject, predicate)
    return int(value)


def test_the_dataset_is_counted(release, void, dump):
    node = URIRef(release.dataset)
    entities = {
        s for s in dump.subjects() if s.startswith(release.base) and "/graph/" not in str(s)
    }
    counted = {
        VOID.triples: len(dump),
        VOID.entities: len(entities),
        VOID.classes: len(set(dump.objects(predicate=RDF.type))),
        VOID.properties: len(set(dump.predicates())),
        VOID.distinctSubjects: len(set(dump.subjects())),
        VOID.distinctObjects: len(set(dump.objects())),
    }
    assert {predicate: number(void, node, predicate) for predicate in counted} == counted


def test_each_class_and_property_is_counted(release, void, dump):
    node = URIRef(release.dataset)
    parts = list(void.objects(node, VOID.classPartition))
    assert {
        void.value(part, VOID["class"]): number(void, part, VOID.entities) for part in parts
    } == {
        kind: len(set(dump.subjects(RDF.type, kind)))
        for kind in set(dump.objects(predicate=RDF.type))
    }
    parts = list(void.objects(node, VOID.propertyPartition))
    assert {
        void.value(part, VOID.property): tuple(
            number(void, part, predicate)
            for predicate in (VOID.triples, VOID.distinctSubjects, VOID.distinctObjects)
        )
        for part in parts
    } == {
        predicate: (
            len(list(dump.subject_objects(predicate))),
            len(set(dump.subjects(predicate))),
            len(set(dump.objects(predicate=predicate))),
        )
        for predicate in set(dump.predicates())
    }


def test_each_linkset_is_counted(release, void, dump):
    expected = Counter(
        (str(p), urlsplit(str(o)).netloc)
        for s, p, o in dump
        if isinstance(o, URIRef)
        and str(o).startswith("http")
        and str(s).startswith(release.base)
        and not str(o).startswith(release.base)
        and not str(p).startswith(str(RDF))
    )
    node = URIRef(release.dataset)
    found = {}
    for linkset in void.subjects(RDF.type, VOID.Linkset):
        assert (node, VOID.subset, linkset) in void
        assert void.value(linkset, VOID.subjectsTarget) == node
        target = void.value(linkset, VOID.objectsTarget)
        assert (target, RDF.type, VOID.Dataset) in void
        key = (str(void.value(linkset, VOID.linkPredicate)), str(void.value(target, DCTERMS.title)))
        found[key] = number(void, linkset, VOID.triples)
    assert found == expected
    assert found


def test_links_to_verified_identifiers_are_among_them(own):
    void = Graph().parse(own.path / VOID_FILE, format="turtle")
    hosts = {str(void.value(t, DCTERMS.title)) for t in void.objects(None, VOID.objectsTarget)}
    assert {"www.wikidata.org", "ror.org", "eurovoc.europa.eu", "sws.geonames.org"} <= hosts


def test_it_says_how_to_get_at_the_data(release, void):
    node, base = URIRef(release.dataset), release.base
    assert {str(dump).removeprefix(base) for dump in void.objects(node, VOID.dataDump)} == {
        name for name in release.files if name.startswith("dump.")
    }
    assert {str(each) for each in void.objects(node, VOID.feature)} == {
        syntax.iri for syntax in RDF_SYNTAXES
    }
    assert str(void.value(node, VOID.sparqlEndpoint)) == f"{base}sparql"
    assert str(void.value(node, VOID.uriSpace)) == base
    assert str(void.value(node, DCAT.version)) == release.name
    assert str(void.value(node, FOAF.homepage)) == base
    assert void.value(node, DCTERMS.license)
    assert void.value(predicate=FOAF.primaryTopic, object=node)


def test_examples_and_vocabularies_are_those_of_the_data(release, void, dump):
    node = URIRef(release.dataset)
    examples = set(void.objects(node, VOID.exampleResource))
    assert examples
    for example in examples:
        assert (example, None, None) in dump
    named = [str(each).rstrip("#/") for each in void.objects(node, VOID.vocabulary)]
    assert len(named) == len(set(named))
    used = {*dump.predicates(), *dump.objects(predicate=RDF.type)}
    assert {str(term) for term in used if not str(term).startswith(tuple(named))} == set()


A, B, P = (NamedNode(f"https://x.example/{name}") for name in "abp")
OUT = NamedNode("https://Other.example:8443/y")
HOST = "other.example:8443"


def test_what_is_no_link_is_not_counted():
    told = [
        (A, P, B),
        (A, NamedNode(str(RDF.type)), OUT),
        (A, NamedNode(str(RDF.predicate)), OUT),
        (A, P, Literal("https://other.example/")),
        (A, P, NamedNode("urn:isbn:1")),
        (OUT, P, A),
        (OUT, P, OUT),
    ]
    assert link_counts(told, "https://x.example/") == {}


def test_links_are_in_order_whatever_order_they_come_in():
    q = NamedNode("https://x.example/q")
    told = [(B, q, OUT), (A, q, OUT), (A, P, OUT)]
    found = link_counts(told, "https://x.example/")
    assert list(found.items()) == [((P.value, HOST), 1), ((q.value, HOST), 2)]
    assert found == link_counts(reversed(told), "https://x.example/")


@pytest.mark.parametrize(
    ("iri", "host"),
    [
        ("http://a.example/x", "a.example"),
        ("https://user@A.example:1/x", "a.example:1"),
        ("urn:x:y", ""),
        ("mailto:a@b.example", ""),
        ("http://[x/", ""),
    ],
)
def test_the_host_of_an_iri(iri, host):
    assert host_of(iri) == host
