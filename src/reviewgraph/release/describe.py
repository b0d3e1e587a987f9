"""The release described in VoID (https://www.w3.org/TR/void/).

Every number is counted from the store of the release itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF
from rdflib.term import Node

from reviewgraph.rdf.formats import RDF_SYNTAXES
from reviewgraph.rdf.namespaces import DCAT, VOID
from reviewgraph.release.about import About
from reviewgraph.release.counts import Counts


def void(
    about: About,
    counts: Counts,
    links: Mapping[tuple[str, str], int],
    examples: Iterable[str],
    name: str,
) -> Graph:
    """The VoID description of the release.

    Args:
        about: what the publication says of its dataset.
        counts: of the release's store.
        links: into other datasets, by predicate and host (see ``linksets``).
        examples: IRIs to show if the publication names none itself.
        name: the release's name.
    """
    graph, dataset, base = about.copy(), about.dataset, about.catalog.base
    description = URIRef(base + ".well-known/void")
    graph.add((description, RDF.type, VOID.DatasetDescription))
    graph.add((description, FOAF.primaryTopic, dataset))
    graph.add((dataset, RDF.type, VOID.Dataset))
    graph.add((dataset, FOAF.homepage, URIRef(base)))
    graph.set((dataset, DCAT.version, Literal(name)))
    _number(graph, dataset, VOID.triples, counts.triples)
    _number(graph, dataset, VOID.entities, counts.entities)
    _number(graph, dataset, VOID.classes, len(counts.classes))
    _number(graph, dataset, VOID.properties, len(counts.properties))
    _number(graph, dataset, VOID.distinctSubjects, counts.subjects)
    _number(graph, dataset, VOID.distinctObjects, counts.objects)
    graph.add((dataset, VOID.sparqlEndpoint, URIRef(base + "sparql")))
    for syntax in RDF_SYNTAXES:
        graph.add((dataset, VOID.feature, URIRef(syntax.iri)))
        for suffix in ("", ".gz"):
            graph.add((dataset, VOID.dataDump, URIRef(f"{base}dump.{syntax.extension}{suffix}")))
    if not about.examples:
        for example in examples:
            graph.add((dataset, VOID.exampleResource, URIRef(example)))
    named = {str(each).rstrip("#/") for each in graph.objects(dataset, VOID.vocabulary)}
    for vocabulary in vocabularies(counts):
        if vocabulary.rstrip("#/") not in named:
            graph.add((dataset, VOID.vocabulary, URIRef(vocabulary)))
    _partitions(graph, dataset, counts)
    _linksets(graph, dataset, links)
    return graph


def vocabularies(counts: Counts) -> list[str]:
    """The namespaces of the classes and properties in use."""
    terms = (*counts.classes, *counts.properties)
    return sorted({term[: max(term.rfind("#"), term.rfind("/")) + 1] for term in terms} - {""})


def _partitions(graph: Graph, dataset: URIRef, counts: Counts) -> None:
    for kind, (iri, entities) in enumerate(counts.classes.items(), start=1):
        part = _part(graph, dataset, VOID.classPartition, f"class-{kind}")
        graph.add((part, VOID["class"], URIRef(iri)))
        _number(graph, part, VOID.entities, entities)
    for kind, (iri, (triples, subjects, objects)) in enumerate(counts.properties.items(), start=1):
        part = _part(graph, dataset, VOID.propertyPartition, f"property-{kind}")
        graph.add((part, VOID.property, URIRef(iri)))
        _number(graph, part, VOID.triples, triples)
        _number(graph, part, VOID.distinctSubjects, subjects)
        _number(graph, part, VOID.distinctObjects, objects)
    for iri, triples in counts.graphs.items():
        part = URIRef(iri)
        graph.add((dataset, VOID.subset, part))
        graph.add((part, RDF.type, VOID.Dataset))
        _number(graph, part, VOID.triples, triples)


def _linksets(graph: Graph, dataset: URIRef, links: Mapping[tuple[str, str], int]) -> None:
    """A linkset for each predicate and host; the other dataset is known by its host alone."""
    for number, ((predicate, host), triples) in enumerate(links.items(), start=1):
        linkset = URIRef(f"{dataset}#linkset-{number}")
        target = URIRef(f"{dataset}#at-{quote(host)}")
        graph.add((dataset, VOID.subset, linkset))
        graph.add((linkset, RDF.type, VOID.Linkset))
        graph.add((linkset, VOID.subjectsTarget, dataset))
        graph.add((linkset, VOID.objectsTarget, target))
        graph.add((linkset, VOID.linkPredicate, URIRef(predicate)))
        _number(graph, linkset, VOID.triples, triples)
        graph.add((target, RDF.type, VOID.Dataset))
        graph.add((target, DCTERMS.title, Literal(host)))
        graph.add((target, VOID.uriRegexPattern, Literal(f"^https?://{re.escape(host)}/")))


def _number(graph: Graph, subject: Node, predicate: URIRef, value: int) -> None:
    graph.add((subject, predicate, Literal(value)))


def _part(graph: Graph, dataset: URIRef, predicate: URIRef, name: str) -> URIRef:
    part = URIRef(f"{dataset}#{name}")
    graph.add((dataset, predicate, part))
    graph.add((part, RDF.type, VOID.Dataset))
    return part
