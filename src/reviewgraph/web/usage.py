"""How much the words of a vocabulary are used: what the VoID description of a release counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rdflib import Graph, URIRef
from rdflib.namespace import OWL, RDF, RDFS, VOID
from rdflib.term import Node

from reviewgraph.rdf.terms import IRI
from reviewgraph.release.manifest import VOID_FILE
from reviewgraph.web.site import Site

CLASS_KINDS = (OWL.Class, RDFS.Class)
PROPERTY_KINDS = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDF.Property)


@dataclass(frozen=True)
class Usage:
    """The classes with the number of their instances, the properties with that of statements.

    Words that are declared and not used are there with none.
    """

    classes: dict[str, int]
    properties: dict[str, int]


def usage_of(site: Site) -> Usage:
    """What is used how much in the release of a site, found once."""
    usage: Usage = site.kept("usage", _usage)
    return usage


def _usage(site: Site) -> Usage:
    counted = VOID_FILE in site.release.files
    graph = site.graph(VOID_FILE) if counted else Graph()
    dataset = URIRef(site.release.dataset)
    return Usage(
        {
            **_declared(site, CLASS_KINDS),
            **_counts(graph, dataset, VOID.classPartition, VOID["class"], VOID.entities),
        },
        {
            **_declared(site, PROPERTY_KINDS),
            **_counts(graph, dataset, VOID.propertyPartition, VOID.property, VOID.triples),
        },
    )


def _declared(site: Site, kinds: tuple[URIRef, ...]) -> dict[str, int]:
    return {
        quad.subject.value: 0
        for kind in kinds
        for quad in site.store.quads(predicate=IRI(str(RDF.type)), object=IRI(str(kind)))
        if isinstance(quad.subject, IRI)
    }


def _counts(
    graph: Graph, dataset: Node, partition: URIRef, named: URIRef, counted: URIRef
) -> dict[str, int]:
    found = {}
    for part in graph.objects(dataset, partition):
        name: Any = graph.value(part, named)
        count: Any = graph.value(part, counted)
        if isinstance(name, URIRef) and count is not None:
            found[str(name)] = int(count)
    return found
