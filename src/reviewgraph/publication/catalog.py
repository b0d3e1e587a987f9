"""What ``data/catalog.ttl`` says of the dataset: its name, its base IRI, its words."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF

from reviewgraph.errors import Place, SourceSyntaxError
from reviewgraph.publication.source import SourceFile
from reviewgraph.rdf.namespaces import DCAT, VOID
from reviewgraph.rdf.terms import IRI, to_graph

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
        SourceSyntaxError: there is no dataset, more than one, or something it must say is missing.
    """
    graph = to_graph(file.quads())
    datasets = sorted(map(str, set(graph.subjects(RDF.type, DCAT.Dataset))))
    if len(datasets) != 1:
        raise SourceSyntaxError(
            f"ต้องมี dcat:Dataset หนึ่งรายการ แต่พบ {len(datasets)}",
            f"it must describe one dcat:Dataset, not {len(datasets)}",
            Place(file.path, 1),
        )
    dataset = URIRef(datasets[0])
    place = next(
        file.place(located.subject_at)
        for located in file.statements
        if str(located.statement[0].value) == datasets[0]
    )

    def one(predicate: URIRef, name: str) -> str:
        values = list(graph.objects(dataset, predicate))
        if len(values) != 1:
            raise SourceSyntaxError(
                f"ชุดข้อมูลต้องมี {name} หนึ่งค่า แต่พบ {len(values)}",
                f"the dataset needs one {name}, not {len(values)}",
                place,
            )
        return str(values[0])

    base = one(VOID.uriSpace, "void:uriSpace")
    if not is_base(base):
        raise SourceSyntaxError(
            f"void:uriSpace ต้องเป็นที่อยู่ http(s) ที่มีชื่อโฮสต์และลงท้ายด้วย / ไม่ใช่ {base!r}",
            f"void:uriSpace must be an http(s) address that ends in a slash, not {base!r}",
            place,
        )
    return Catalog(
        dataset=str(dataset),
        base=base,
        titles=_by_language(graph, dataset, DCTERMS.title),
        descriptions=_by_language(graph, dataset, DCTERMS.description),
        license=one(DCTERMS.license, "dcterms:license"),
        publisher=one(DCTERMS.publisher, "dcterms:publisher"),
    )


def is_base(text: str) -> bool:
    """Whether IRIs can be minted below it and dereferenced by their path."""
    try:
        parts = urlsplit(IRI(text).value)
        host, port = parts.hostname, parts.port
    except ValueError:
        return False
    plain = not (parts.query or parts.fragment or parts.username or "?" in text or "#" in text)
    dots = {".", ".."} & set(parts.path.split("/"))
    return (
        parts.scheme in {"http", "https"}
        and bool(host)
        and (port is None or port > 0)
        and plain
        and not dots
        and parts.path.endswith("/")
    )


def ontology_iris(files: list[SourceFile]) -> list[str]:
    """The IRIs of the ontologies that the files declare."""
    ontology = str(OWL.Ontology)
    return sorted(
        {
            str(located.statement[0].value)
            for file in files
            for located in file.statements
            if located.predicate.value == str(RDF.type)
            and getattr(located.object, "value", "") == ontology
        }
    )


def _by_language(graph: Graph, subject: URIRef, predicate: URIRef) -> dict[str, str]:
    return {
        str(getattr(value, "language", None) or ""): str(value)
        for value in graph.objects(subject, predicate)
    }
