"""Statements written down: one order, the prefixes that are used, nothing a reader must guess.

The engine writes every syntax but RDF/XML, where it lets through characters and property names
that XML does not have (``rdf.rdfxml``), and compact JSON-LD, which it has not (``rdf.jsonld``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from pathlib import Path

import pyoxigraph
from rdflib.namespace import RDF

from reviewgraph.errors import NotSerializable
from reviewgraph.rdf.formats import JSON_LD, RDF_XML, TRIG, TURTLE, Syntax
from reviewgraph.rdf.jsonld import Context, compact
from reviewgraph.rdf.rdfxml import IllegalInXml, write_rdfxml, write_rdfxml_to
from reviewgraph.rdf.terms import (
    IRI,
    BlankNode,
    DefaultGraph,
    Literal,
    Quad,
    Statement,
    Triple,
    statement,
)

_TYPE = str(RDF.type)


def serialize(
    statements: Iterable[Quad | Triple],
    syntax: Syntax,
    prefixes: Mapping[str, str] | None = None,
    context: Context | None = None,
) -> bytes:
    """The statements in ``syntax``, the same bytes whatever order they come in.

    Graph names are kept by the syntaxes that have them and dropped by the others. With a
    ``context``, JSON-LD of statements that are in no named graph is compacted.

    Raises:
        NotSerializable: RDF/XML has no way to write one of them.
    """
    quads = [item if isinstance(item, Quad) else Quad(*statement(item)) for item in statements]
    if syntax.quads and any(not isinstance(quad.graph_name, DefaultGraph) for quad in quads):
        return _engine(sorted(set(quads), key=_quad_key), syntax, prefixes)
    distinct = sorted({statement(quad) for quad in quads}, key=statement_key)
    if syntax is RDF_XML:
        try:
            return write_rdfxml(distinct, prefixes or {}).encode()
        except IllegalInXml as error:
            raise _no_way(error) from error
    triples = [Triple(*item) for item in distinct]
    if syntax is JSON_LD and context is not None:
        return compact(triples, context)
    return _engine(triples, syntax, prefixes)


def write_ordered(
    path: Path,
    statements: Iterable[Quad] | Iterable[Triple],
    syntax: Syntax,
    prefixes: Mapping[str, str],
) -> None:
    """Statements that are distinct and in order, into a file: as ``serialize``, in flat memory.

    Args:
        path: the file.
        statements: in the order that ``serialize`` would put them in.
        syntax: that of the file.
        prefixes: those that the statements use; RDF/XML finds out by itself.

    Raises:
        NotSerializable: RDF/XML has no way to write one of them.
        OSError: the file cannot be written.
    """
    if syntax is RDF_XML:
        try:
            write_rdfxml_to(path, map(statement, statements), prefixes)
        except IllegalInXml as error:
            raise _no_way(error) from error
        return
    used = dict(prefixes) if syntax in {TURTLE, TRIG} else None
    pyoxigraph.serialize(statements, str(path), format=syntax.engine, prefixes=used)


class UsedPrefixes:
    """Notes which prefixes statements use, as they pass."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = prefixes
        self._known = frozenset(prefixes.values())
        self._used: set[str] = set()

    def note(self, item: Quad | Triple) -> None:
        """Look at a statement."""
        for term in chain(statement(item), (getattr(item, "graph_name", None),)):
            iri = term.datatype if isinstance(term, Literal) else term
            if isinstance(iri, IRI):
                # A namespace is just what stands before a name.
                cut = max(iri.value.rfind("#"), iri.value.rfind("/")) + 1
                if iri.value[:cut] in self._known:
                    self._used.add(iri.value[:cut])

    @property
    def used(self) -> dict[str, str]:
        """The prefixes whose namespaces were used."""
        return {name: iri for name, iri in sorted(self._prefixes.items()) if iri in self._used}


def _no_way(error: IllegalInXml) -> NotSerializable:
    return NotSerializable(f"เขียนเป็น RDF/XML ไม่ได้: {error}", f"RDF/XML has no way to write {error}")


def statement_key(item: Statement) -> tuple[object, ...]:
    """The order of statements: IRIs before blank nodes, ``rdf:type`` first, then by code point."""
    subject, predicate, value = item
    return (
        isinstance(subject, BlankNode),
        subject.value,
        predicate.value != _TYPE,
        predicate.value,
        isinstance(value, BlankNode),
        str(value),
    )


def _quad_key(quad: Quad) -> tuple[object, ...]:
    graph = quad.graph_name
    return ("" if isinstance(graph, DefaultGraph) else str(graph), *statement_key(statement(quad)))


def _engine(
    statements: list[Quad] | list[Triple], syntax: Syntax, prefixes: Mapping[str, str] | None
) -> bytes:
    found = UsedPrefixes(prefixes or {})
    if syntax in {TURTLE, TRIG}:
        for item in statements:
            found.note(item)
    used = found.used if syntax in {TURTLE, TRIG} else None
    return pyoxigraph.serialize(statements, format=syntax.engine, prefixes=used) or b""
