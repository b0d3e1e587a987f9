"""One table of what can be written and read: media types, extensions, names.

Everything that negotiates, names a file or lists distributions reads it from here.
"""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import QueryResultsFormat, RdfFormat


@dataclass(frozen=True, slots=True)
class Syntax:
    """An RDF syntax.

    ``media_types`` holds the registered type first, then those that clients also send.
    ``iri`` is the W3C's name for the format, used in service descriptions.
    """

    name: str
    extension: str
    media_types: tuple[str, ...]
    engine: RdfFormat
    iri: str
    quads: bool = False

    @property
    def media_type(self) -> str:
        """The registered media type."""
        return self.media_types[0]


@dataclass(frozen=True, slots=True)
class ResultSyntax:
    """A syntax for the solutions of a SELECT or ASK query."""

    name: str
    extension: str
    media_types: tuple[str, ...]
    engine: QueryResultsFormat
    iri: str

    @property
    def media_type(self) -> str:
        """The registered media type."""
        return self.media_types[0]


TURTLE = Syntax(
    "Turtle",
    "ttl",
    ("text/turtle", "application/x-turtle", "application/turtle"),
    RdfFormat.TURTLE,
    "http://www.w3.org/ns/formats/Turtle",
)
N_TRIPLES = Syntax(
    "N-Triples",
    "nt",
    ("application/n-triples", "text/plain"),
    RdfFormat.N_TRIPLES,
    "http://www.w3.org/ns/formats/N-Triples",
)
N_QUADS = Syntax(
    "N-Quads",
    "nq",
    ("application/n-quads", "text/x-nquads"),
    RdfFormat.N_QUADS,
    "http://www.w3.org/ns/formats/N-Quads",
    quads=True,
)
TRIG = Syntax(
    "TriG",
    "trig",
    ("application/trig", "application/x-trig"),
    RdfFormat.TRIG,
    "http://www.w3.org/ns/formats/TriG",
    quads=True,
)
JSON_LD = Syntax(
    "JSON-LD",
    "jsonld",
    ("application/ld+json",),
    RdfFormat.JSON_LD,
    "http://www.w3.org/ns/formats/JSON-LD",
    quads=True,
)
RDF_XML = Syntax(
    "RDF/XML",
    "rdf",
    ("application/rdf+xml",),
    RdfFormat.RDF_XML,
    "http://www.w3.org/ns/formats/RDF_XML",
)

RDF_SYNTAXES: tuple[Syntax, ...] = (TURTLE, N_TRIPLES, N_QUADS, TRIG, JSON_LD, RDF_XML)
GRAPH_SYNTAXES: tuple[Syntax, ...] = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML)
BY_EXTENSION: dict[str, Syntax] = {syntax.extension: syntax for syntax in RDF_SYNTAXES}

RESULT_JSON = ResultSyntax(
    "JSON",
    "srj",
    ("application/sparql-results+json", "application/json"),
    QueryResultsFormat.JSON,
    "http://www.w3.org/ns/formats/SPARQL_Results_JSON",
)
RESULT_XML = ResultSyntax(
    "XML",
    "srx",
    ("application/sparql-results+xml", "application/xml", "text/xml"),
    QueryResultsFormat.XML,
    "http://www.w3.org/ns/formats/SPARQL_Results_XML",
)
RESULT_CSV = ResultSyntax(
    "CSV",
    "csv",
    ("text/csv",),
    QueryResultsFormat.CSV,
    "http://www.w3.org/ns/formats/SPARQL_Results_CSV",
)
RESULT_TSV = ResultSyntax(
    "TSV",
    "tsv",
    ("text/tab-separated-values",),
    QueryResultsFormat.TSV,
    "http://www.w3.org/ns/formats/SPARQL_Results_TSV",
)

RESULT_SYNTAXES: tuple[ResultSyntax, ...] = (RESULT_JSON, RESULT_XML, RESULT_CSV, RESULT_TSV)
