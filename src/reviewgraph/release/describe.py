"""The release described: VoID (https://www.w3.org/TR/void/) and DCAT 3 with DCAT-AP's musts.

Every number is counted from the store of the release itself.
"""

from __future__ import annotations

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF, XSD
from rdflib.term import Node

from reviewgraph.publication.catalog import Catalog
from reviewgraph.rdf.formats import RDF_SYNTAXES
from reviewgraph.rdf.namespaces import DCAT, PREFIXES, SPDX, VOID
from reviewgraph.rdf.terms import Quad, to_graph
from reviewgraph.release.counts import Counts
from reviewgraph.release.manifest import FileEntry

MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
SPARQL_PROTOCOL = URIRef("http://www.w3.org/TR/sparql11-protocol/")


def _about(catalog: Catalog, data: list[Quad]) -> Graph:
    """What the publication itself says of its dataset, carried into every description."""
    told = to_graph(data)
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    dataset = URIRef(catalog.dataset)
    graph += told.cbd(dataset)
    for thing in (URIRef(catalog.publisher), *told.objects(dataset, DCTERMS.temporal)):
        graph += told.cbd(thing)
    return graph


def void(catalog: Catalog, told: list[Quad], counts: Counts, name: str) -> Graph:
    """The VoID description of the release.

    Args:
        catalog: names the dataset and its base IRI.
        told: the statements of ``data/catalog.ttl`` and of whatever it refers to.
        counts: of the release's store.
        name: the release's name.
    """
    graph = _about(catalog, told)
    dataset = URIRef(catalog.dataset)
    description = URIRef(catalog.base + ".well-known/void")
    graph.add((description, RDF.type, VOID.DatasetDescription))
    graph.add((description, FOAF.primaryTopic, dataset))
    graph.add((dataset, RDF.type, VOID.Dataset))
    _version(graph, dataset, name)
    _number(graph, dataset, VOID.triples, counts.triples)
    _number(graph, dataset, VOID.entities, counts.entities)
    _number(graph, dataset, VOID.classes, len(counts.classes))
    _number(graph, dataset, VOID.properties, len(counts.properties))
    _number(graph, dataset, VOID.distinctSubjects, counts.subjects)
    _number(graph, dataset, VOID.distinctObjects, counts.objects)
    graph.add((dataset, VOID.sparqlEndpoint, URIRef(catalog.base + "sparql")))
    for syntax in RDF_SYNTAXES:
        graph.add((dataset, VOID.feature, URIRef(syntax.iri)))
        graph.add((dataset, VOID.dataDump, URIRef(f"{catalog.base}dump.{syntax.extension}")))
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
    return graph


def dcat(catalog: Catalog, told: list[Quad], files: dict[str, FileEntry], name: str) -> Graph:
    """The DCAT 3 catalogue of the release: dataset, distributions, data service.

    Args:
        catalog: names the dataset and its base IRI.
        told: the statements of ``data/catalog.ttl`` and of whatever it refers to.
        files: the dumps, by file name.
        name: the release's name.
    """
    graph = _about(catalog, told)
    dataset = URIRef(catalog.dataset)
    site = URIRef(catalog.base + "catalog")
    service = URIRef(catalog.base + "sparql")
    graph.add((site, RDF.type, DCAT.Catalog))
    graph.add((site, DCAT.dataset, dataset))
    graph.add((site, DCAT.service, service))
    for predicate in (DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCTERMS.license):
        for value in graph.objects(dataset, predicate):
            graph.add((site, predicate, value))
    graph.add((service, RDF.type, DCAT.DataService))
    graph.add((service, DCTERMS.title, Literal("SPARQL endpoint", lang="en")))
    graph.add((service, DCTERMS.title, Literal("บริการคำค้น SPARQL", lang="th")))
    graph.add((service, DCAT.endpointURL, service))
    graph.add((service, DCAT.endpointDescription, service))
    graph.add((service, DCAT.servesDataset, dataset))
    graph.add((service, DCTERMS.conformsTo, SPARQL_PROTOCOL))
    _version(graph, dataset, name)
    for syntax in RDF_SYNTAXES:
        for suffix in ("", ".gz"):
            file = f"dump.{syntax.extension}{suffix}"
            distribution = URIRef(catalog.base + file)
            graph.add((dataset, DCAT.distribution, distribution))
            graph.add((distribution, RDF.type, DCAT.Distribution))
            graph.add(
                (
                    distribution,
                    DCTERMS.title,
                    Literal(syntax.name + (" (gzip)" if suffix else ""), lang="en"),
                )
            )
            graph.add((distribution, DCAT.accessURL, distribution))
            graph.add((distribution, DCAT.downloadURL, distribution))
            graph.add((distribution, DCAT.mediaType, URIRef(MEDIA_TYPES + syntax.media_type)))
            if suffix:
                graph.add(
                    (distribution, DCAT.compressFormat, URIRef(MEDIA_TYPES + "application/gzip"))
                )
            graph.add((distribution, DCTERMS.license, URIRef(catalog.license)))
            entry = files[file]
            graph.add(
                (
                    distribution,
                    DCAT.byteSize,
                    Literal(str(entry.bytes), datatype=XSD.nonNegativeInteger),
                )
            )
            checksum = URIRef(f"{distribution}#sha256")
            graph.add((distribution, SPDX.checksum, checksum))
            graph.add((checksum, RDF.type, SPDX.Checksum))
            graph.add((checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256))
            graph.add(
                (
                    checksum,
                    SPDX.checksumValue,
                    Literal(entry.sha256, datatype=XSD.hexBinary, normalize=False),
                )
            )
    return graph


def _version(graph: Graph, dataset: URIRef, name: str) -> None:
    graph.set((dataset, DCAT.version, Literal(name)))


def _number(graph: Graph, subject: Node, predicate: URIRef, value: int) -> None:
    graph.add((subject, predicate, Literal(value)))


def _part(graph: Graph, dataset: URIRef, predicate: URIRef, name: str) -> URIRef:
    part = URIRef(f"{dataset}#{name}")
    graph.add((dataset, predicate, part))
    graph.add((part, RDF.type, VOID.Dataset))
    return part
