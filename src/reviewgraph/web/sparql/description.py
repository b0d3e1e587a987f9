"""What the endpoint tells of itself: SPARQL 1.1 Service Description."""

from __future__ import annotations

from urllib.parse import urljoin

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, VOID

from reviewgraph.rdf.formats import GRAPH_SYNTAXES, N_QUADS, RESULT_SYNTAXES, TRIG
from reviewgraph.rdf.namespaces import SD
from reviewgraph.release.manifest import Release

_SIMPLE_ENTAILMENT = URIRef("http://www.w3.org/ns/entailment/Simple")


def endpoint_of(release: Release) -> str:
    """The canonical IRI of the endpoint; relative IRIs of a query are resolved against it."""
    return urljoin(release.base, "sparql")


def describe_service(release: Release) -> Graph:
    """The description; the default graph is the merge of all named graphs."""
    endpoint = endpoint_of(release)
    service = URIRef(endpoint)
    dataset = URIRef(f"{endpoint}#dataset")
    default = URIRef(f"{endpoint}#default-graph")
    graph = Graph(bind_namespaces="none")
    graph.add((service, RDF.type, SD.Service))
    graph.add((service, SD.endpoint, service))
    for language, title in release.titles.items():
        graph.add((service, DCTERMS.title, Literal(title, lang=language or None)))
    graph.add((service, DCTERMS.license, URIRef(release.license)))
    graph.add((service, SD.supportedLanguage, SD.SPARQL10Query))
    graph.add((service, SD.supportedLanguage, SD.SPARQL11Query))
    graph.add((service, SD.feature, SD.UnionDefaultGraph))
    graph.add((service, SD.defaultEntailmentRegime, _SIMPLE_ENTAILMENT))
    graphs = (*GRAPH_SYNTAXES, TRIG, N_QUADS)
    for iri in (*(each.iri for each in RESULT_SYNTAXES), *(each.iri for each in graphs)):
        graph.add((service, SD.resultFormat, URIRef(iri)))
    graph.add((service, SD.defaultDataset, dataset))
    graph.add((dataset, RDF.type, SD.Dataset))
    graph.add((dataset, DCTERMS.source, URIRef(release.dataset)))
    graph.add((dataset, SD.defaultGraph, default))
    graph.add((default, RDF.type, SD.Graph))
    graph.add((default, VOID.triples, Literal(release.triples)))
    for number, (name, size) in enumerate(sorted(release.graphs.items())):
        named, members = BNode(f"named{number}"), BNode(f"graph{number}")
        graph.add((dataset, SD.namedGraph, named))
        graph.add((named, RDF.type, SD.NamedGraph))
        graph.add((named, SD.name, URIRef(name)))
        graph.add((named, SD.graph, members))
        graph.add((members, RDF.type, SD.Graph))
        graph.add((members, VOID.triples, Literal(size)))
    return graph
