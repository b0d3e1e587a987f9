"""What ``data/catalog.ttl`` says of the dataset: its name, its base IRI, its words."""

from __future__ import annotations

from dataclasses import dataclass

from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF

from reviewgraph.errors import PublicationError
from reviewgraph.publication.source import SourceFile
from reviewgraph.rdf.namespaces import DCAT, VOID
from reviewgraph.rdf.terms import statement, to_graph

PATH = "data/catalog.ttl"


@dataclass(frozen=True, slots=True)
class Catalog:
    """The dataset as its publication describes it.

    ``base`` is ``void:uriSpace``: all IRIs that the publication mints begin with it.
    ``titles`` and ``descriptions`` are by language tag.
    """

    dataset: str
    base: str
    titles: dict[str, str]
    descriptions: dict[str, str]
    license: str
    publisher: str


def read_catalog(file: SourceFile) -> Catalog:
    """The description of the one dataset that the file holds.

    Raises:
        PublicationError: there is no dataset, more than one, or something it must say is missing.
    """
    graph = to_graph(file.quads())
    datasets = sorted(map(str, set(graph.subjects(RDF.type, DCAT.Dataset))))
    if len(datasets) != 1:
        raise PublicationError(
            f"{file.path}: ต้องมี dcat:Dataset หนึ่งรายการ แต่พบ {len(datasets)}",
            f"{file.path}: it must describe one dcat:Dataset, not {len(datasets)}",
        )
    dataset = URIRef(datasets[0])

    def one(predicate: URIRef, name: str) -> str:
        values = list(graph.objects(dataset, predicate))
        if len(values) != 1:
            raise PublicationError(
                f"{file.path}: ชุดข้อมูลต้องมี {name} หนึ่งค่า แต่พบ {len(values)}",
                f"{file.path}: the dataset needs one {name}, not {len(values)}",
            )
        return str(values[0])

    base = one(VOID.uriSpace, "void:uriSpace")
    if not base.startswith(("https://", "http://")) or not base.endswith(("/", "#")):
        raise PublicationError(
            f"{file.path}: void:uriSpace ต้องเป็น IRI แบบ http(s) ที่ลงท้ายด้วย / ไม่ใช่ {base}",
            f"{file.path}: void:uriSpace must be an http(s) IRI that ends in a slash, not {base}",
        )
    return Catalog(
        dataset=str(dataset),
        base=base,
        titles=_by_language(graph, dataset, DCTERMS.title),
        descriptions=_by_language(graph, dataset, DCTERMS.description),
        license=one(DCTERMS.license, "dcterms:license"),
        publisher=one(DCTERMS.publisher, "dcterms:publisher"),
    )


def ontology_iris(files: list[SourceFile]) -> list[str]:
    """The IRIs of the ontologies that the files declare."""
    ontology = str(OWL.Ontology)
    return sorted(
        {
            str(statement(located.quad)[0].value)
            for file in files
            for located in file.statements
            if located.quad.predicate.value == str(RDF.type)
            and getattr(located.quad.object, "value", "") == ontology
        }
    )


def _by_language(graph: Graph, subject: URIRef, predicate: URIRef) -> dict[str, str]:
    return {
        str(getattr(value, "language", None) or ""): str(value)
        for value in graph.objects(subject, predicate)
    }
