"""The release as a catalogue of one dataset: DCAT 3, by the application profile DCAT-AP 3.

https://semiceu.github.io/DCAT-AP/releases/3.0.0/ says which properties a class must and should
have and what their values are; ``tests/release/dcat-ap.ttl`` says it in SHACL.
"""

from __future__ import annotations

from collections.abc import Mapping

from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF, SKOS, XSD
from rdflib.term import Node

from reviewgraph.rdf.formats import (
    JSON_LD,
    N_QUADS,
    N_TRIPLES,
    RDF_SYNTAXES,
    RDF_XML,
    TRIG,
    TURTLE,
    Syntax,
)
from reviewgraph.rdf.namespaces import DCAT, SPDX, VCARD
from reviewgraph.release.about import About
from reviewgraph.release.manifest import FileEntry

MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
SPARQL_PROTOCOL = URIRef("http://www.w3.org/TR/sparql11-protocol/")
# The European Union's authority tables, which DCAT-AP asks for.
_TABLES = "http://publications.europa.eu/resource/authority/"
_THEMES = URIRef(_TABLES + "data-theme")
_PUBLIC = URIRef(_TABLES + "access-right/PUBLIC")
_FILE_TYPES = Namespace(_TABLES + "file-type/")
_FORMATS: dict[Syntax, URIRef] = {
    TURTLE: _FILE_TYPES.RDF_TURTLE,
    N_TRIPLES: _FILE_TYPES.RDF_N_TRIPLES,
    N_QUADS: _FILE_TYPES.RDF_N_QUADS,
    TRIG: _FILE_TYPES.RDF_TRIG,
    JSON_LD: _FILE_TYPES.JSON_LD,
    RDF_XML: _FILE_TYPES.RDF_XML,
}
_THEME_NAMES = {
    "AGRI": "Agriculture, fisheries, forestry and food",
    "ECON": "Economy and finance",
    "EDUC": "Education, culture and sport",
    "ENER": "Energy",
    "ENVI": "Environment",
    "GOVE": "Government and public sector",
    "HEAL": "Health",
    "INTR": "International issues",
    "JUST": "Justice, legal system and public safety",
    "OP_DATPRO": "Provisional data",
    "REGI": "Regions and cities",
    "SOCI": "Population and society",
    "TECH": "Science and technology",
    "TRAN": "Transport",
}
# The classes of what these properties lead to.
_RANGES: dict[URIRef, URIRef] = {
    DCTERMS.accessRights: DCTERMS.RightsStatement,
    DCTERMS.accrualPeriodicity: DCTERMS.Frequency,
    DCTERMS.conformsTo: DCTERMS.Standard,
    DCTERMS.creator: FOAF.Agent,
    DCTERMS.format: DCTERMS.MediaTypeOrExtent,
    DCTERMS.language: DCTERMS.LinguisticSystem,
    DCTERMS.license: DCTERMS.LicenseDocument,
    DCTERMS.publisher: FOAF.Agent,
    DCTERMS.spatial: DCTERMS.Location,
    DCTERMS.temporal: DCTERMS.PeriodOfTime,
    DCAT.compressFormat: DCTERMS.MediaType,
    DCAT.contactPoint: VCARD.Kind,
    DCAT.landingPage: FOAF.Document,
    DCAT.mediaType: DCTERMS.MediaType,
}
_SHARED = (DCTERMS.publisher, DCTERMS.license, DCTERMS.language, DCTERMS.creator, DCTERMS.spatial)
"""What holds for the catalogue because it holds for the one dataset in it."""


def dcat(about: About, files: Mapping[str, FileEntry], name: str) -> Graph:
    """The catalogue of the release: the dataset, its distributions, the SPARQL endpoint.

    Args:
        about: what the publication says of its dataset.
        files: the dumps, by file name.
        name: the release's name.
    """
    graph, dataset, base = about.copy(), about.dataset, about.catalog.base
    catalog, service = URIRef(base + "catalog"), URIRef(base + "sparql")
    _catalog(graph, about, catalog, service)
    graph.add((dataset, DCAT.landingPage, URIRef(base)))
    graph.add((dataset, DCTERMS.identifier, Literal(about.catalog.dataset)))
    graph.set((dataset, DCAT.version, Literal(name)))
    _service(graph, about, service)
    for syntax in RDF_SYNTAXES:
        for suffix in ("", ".gz"):
            file = f"dump.{syntax.extension}{suffix}"
            distribution = URIRef(base + file)
            graph.add((dataset, DCAT.distribution, distribution))
            _distribution(graph, about, distribution, syntax, is_packed=bool(suffix))
            _measure(graph, distribution, files[file])
    _themes(graph)
    _classify(graph)
    return graph


def _catalog(graph: Graph, about: About, catalog: URIRef, service: URIRef) -> None:
    graph.add((catalog, RDF.type, DCAT.Catalog))
    graph.add((catalog, DCAT.dataset, about.dataset))
    graph.add((catalog, DCAT.service, service))
    graph.add((catalog, FOAF.homepage, URIRef(about.catalog.base)))
    graph.add((URIRef(about.catalog.base), RDF.type, FOAF.Document))
    for predicate in (DCTERMS.title, DCTERMS.description, DCTERMS.issued, *_SHARED):
        _share(graph, about.dataset, catalog, predicate)


def _service(graph: Graph, about: About, service: URIRef) -> None:
    graph.add((service, RDF.type, DCAT.DataService))
    _say(graph, service, DCTERMS.title, "บริการคำค้น SPARQL", "SPARQL endpoint")
    _say(
        graph,
        service,
        DCTERMS.description,
        "ตอบคำค้น SPARQL 1.1 จากข้อมูลทั้งชุด เปิดให้ใช้โดยไม่ต้องลงทะเบียน",
        "Answers SPARQL 1.1 queries over the whole dataset, for everybody, without registration.",
    )
    graph.add((service, DCAT.endpointURL, service))
    graph.add((service, DCAT.endpointDescription, service))
    graph.add((service, DCAT.servesDataset, about.dataset))
    graph.add((service, DCTERMS.conformsTo, SPARQL_PROTOCOL))
    graph.add((service, DCTERMS.accessRights, _PUBLIC))
    for predicate in (DCTERMS.publisher, DCTERMS.license, DCAT.contactPoint):
        _share(graph, about.dataset, service, predicate)


def _distribution(
    graph: Graph, about: About, distribution: URIRef, syntax: Syntax, *, is_packed: bool
) -> None:
    packed_th, packed_en = (" บีบอัดด้วย gzip", ", compressed by gzip") if is_packed else ("", "")
    graph.add((distribution, RDF.type, DCAT.Distribution))
    _say(
        graph,
        distribution,
        DCTERMS.title,
        f"ข้อมูลทั้งชุดในรูปแบบ {syntax.name}{packed_th}",
        f"The whole dataset in {syntax.name}{packed_en}",
    )
    kept_th = "ทั้งกราฟที่มีชื่อ" if syntax.quads else "รวมเป็นกราฟเดียว"
    kept_en = "named graphs are kept" if syntax.quads else "all graphs merged into one"
    _say(
        graph,
        distribution,
        DCTERMS.description,
        f"ข้อความทุกข้อของรุ่นนี้ {kept_th}",
        f"Every statement of the release, {kept_en}.",
    )
    graph.add((distribution, DCAT.accessURL, distribution))
    graph.add((distribution, DCAT.downloadURL, distribution))
    graph.add((distribution, DCAT.mediaType, URIRef(MEDIA_TYPES + syntax.media_type)))
    graph.add((distribution, DCTERMS["format"], _FORMATS[syntax]))
    if is_packed:
        gzip = URIRef(MEDIA_TYPES + "application/gzip")
        graph.add((distribution, DCAT.compressFormat, gzip))
    for predicate in (DCTERMS.license, DCTERMS.language, DCTERMS.issued):
        _share(graph, about.dataset, distribution, predicate)


def _measure(graph: Graph, distribution: URIRef, entry: FileEntry) -> None:
    size = Literal(str(entry.bytes), datatype=XSD.nonNegativeInteger)
    digest = Literal(entry.sha256, datatype=XSD.hexBinary, normalize=False)
    checksum = URIRef(f"{distribution}#sha256")
    graph.add((distribution, DCAT.byteSize, size))
    graph.add((distribution, SPDX.checksum, checksum))
    graph.add((checksum, RDF.type, SPDX.Checksum))
    graph.add((checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256))
    graph.add((SPDX.checksumAlgorithm_sha256, RDF.type, SPDX.ChecksumAlgorithm))
    graph.add((checksum, SPDX.checksumValue, digest))


def _themes(graph: Graph) -> None:
    """Name the themes that are the European Union's, and their taxonomy."""
    used = {theme for theme in graph.objects(None, DCAT.theme) if isinstance(theme, URIRef)}
    known = {theme: theme.removeprefix(_THEMES + "/") for theme in used}
    for theme, code in known.items():
        if code in _THEME_NAMES:
            graph.add((theme, RDF.type, SKOS.Concept))
            graph.add((theme, SKOS.prefLabel, Literal(_THEME_NAMES[code], lang="en")))
            graph.add((theme, SKOS.inScheme, _THEMES))
            for catalog in graph.subjects(RDF.type, DCAT.Catalog):
                graph.add((catalog, DCAT.themeTaxonomy, _THEMES))
    if (None, DCAT.themeTaxonomy, _THEMES) in graph:
        graph.add((_THEMES, RDF.type, SKOS.ConceptScheme))
        graph.add((_THEMES, DCTERMS.title, Literal("Data theme", lang="en")))


def _classify(graph: Graph) -> None:
    for predicate, kind in _RANGES.items():
        for value in list(graph.objects(None, predicate)):
            if not isinstance(value, Literal):
                graph.add((value, RDF.type, kind))


def _share(graph: Graph, source: URIRef, target: URIRef, predicate: URIRef) -> None:
    values: list[Node] = list(graph.objects(source, predicate))
    for value in values:
        graph.add((target, predicate, value))


def _say(graph: Graph, subject: URIRef, predicate: URIRef, th: str, en: str) -> None:
    graph.add((subject, predicate, Literal(th, lang="th")))
    graph.add((subject, predicate, Literal(en, lang="en")))
