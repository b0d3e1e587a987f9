"""Statements written down: one order, the prefixes that are used, nothing a reader must guess.

N-Triples, N-Quads and datasets in JSON-LD are the engine's work. Turtle, TriG and RDF/XML are
written here: the engine's Turtle escapes names in ways that common parsers stumble over, and its
RDF/XML lets through characters and property names that XML does not have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import IO

from pyoxigraph import Quad, Triple, parse
from pyoxigraph import serialize as engine_serialize
from rdflib.namespace import RDF, XSD

from reviewgraph.errors import ReviewgraphError
from reviewgraph.rdf.formats import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE, Syntax
from reviewgraph.rdf.jsonld import Context, compact
from reviewgraph.rdf.rdfxml import IllegalInXml, write_rdfxml
from reviewgraph.rdf.terms import IRI, BlankNode, DefaultGraph, Literal, Statement, Term, statement

_TYPE = str(RDF.type)
_STRING = str(XSD.string)
_BARE = {
    str(XSD.integer): re.compile(r"[+-]?[0-9]+"),
    str(XSD.decimal): re.compile(r"[+-]?[0-9]+\.[0-9]+"),
    str(XSD.boolean): re.compile(r"true|false"),
}
_PREFIX = re.compile(r"[A-Za-z](?:[A-Za-z0-9_-]*[A-Za-z0-9_-])?")
# Narrower than PN_LOCAL: a name that needs an escape is written as an IRI instead.
_LOCAL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")


class NotSerializable(ReviewgraphError):
    """The statements hold something that the syntax has no way to write."""


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
    if syntax in {N_QUADS, TRIG, JSON_LD}:
        ordered = sorted(set(quads), key=_quad_key)
        if syntax is TRIG:
            return "".join(_trig(ordered, prefixes or {})).encode()
        if syntax is JSON_LD and all(isinstance(q.graph_name, DefaultGraph) for q in ordered):
            if context is not None:
                return compact(list(map(statement, ordered)), context)
        return engine_serialize(ordered, format=syntax.engine) or b""
    distinct = sorted({statement(quad) for quad in quads}, key=statement_key)
    if syntax is TURTLE:
        return "".join(_turtle(distinct, prefixes or {})).encode()
    if syntax is RDF_XML:
        try:
            return write_rdfxml(distinct, prefixes or {}).encode()
        except IllegalInXml as error:
            raise NotSerializable(
                f"เขียนเป็น RDF/XML ไม่ได้: {error}", f"RDF/XML has no way to write {error}"
            ) from error
    return engine_serialize([Triple(*item) for item in distinct], format=N_TRIPLES.engine) or b""


def write(
    statements: Iterable[Quad | Triple],
    output: IO[bytes],
    syntax: Syntax,
    prefixes: Mapping[str, str] | None = None,
) -> None:
    """Write what ``serialize`` gives to a stream."""
    output.write(serialize(statements, syntax, prefixes))


def triples(quads: Iterable[Quad]) -> list[Triple]:
    """The distinct triples of the quads, in order."""
    return [Triple(*item) for item in sorted(set(map(statement, quads)), key=statement_key)]


def count(path: Path, syntax: Syntax) -> int:
    """How many statements a reader finds in the file.

    Raises:
        SyntaxError: it is not well-formed.
    """
    return sum(1 for _ in parse(path=str(path), format=syntax.engine))


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


def _turtle(triples: Sequence[Statement], prefixes: Mapping[str, str]) -> Iterator[str]:
    names = _Names(prefixes)
    body = "".join(_blocks(triples, names, ""))
    yield from names.declarations()
    yield body


def _trig(quads: Sequence[Quad], prefixes: Mapping[str, str]) -> Iterator[str]:
    names = _Names(prefixes)
    parts = []
    for graph, members in groupby(quads, key=lambda quad: quad.graph_name):
        triples = [statement(quad) for quad in members]
        if isinstance(graph, DefaultGraph):
            parts.extend(_blocks(triples, names, ""))
        else:
            term = graph if isinstance(graph, IRI) else BlankNode(graph.value)
            parts.append(f"\n{names.write(term)} {{\n")
            parts.extend(_blocks(triples, names, "    "))
            parts.append("}\n")
    yield from names.declarations()
    yield from parts


def _blocks(triples: Sequence[Statement], names: _Names, margin: str) -> Iterator[str]:
    for subject, about in groupby(triples, key=lambda item: item[0]):
        yield "" if margin else "\n"
        yield f"{margin}{names.write(subject)}\n"
        lines = []
        for predicate, same in groupby(about, key=lambda item: item[1]):
            verb = "a" if predicate.value == _TYPE else names.write(predicate)
            values = f" ,\n{margin}        ".join(names.write(item[2]) for item in same)
            lines.append(f"{margin}    {verb} {values}")
        yield " ;\n".join(lines) + " .\n"


class _Names:
    """Writes terms, and remembers which prefixes it took."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        known = {iri: name for name, iri in prefixes.items() if _PREFIX.fullmatch(name)}
        self._known = sorted(known.items(), key=lambda entry: (-len(entry[0]), entry[1]))
        self._used: dict[str, str] = {}
        self._written: dict[str, str] = {}

    def declarations(self) -> Iterator[str]:
        for name, iri in sorted(self._used.items()):
            yield f"@prefix {name}: <{iri}> .\n"

    def write(self, term: Term) -> str:
        if isinstance(term, IRI):
            if term.value not in self._written:
                self._written[term.value] = self._iri(term)
            return self._written[term.value]
        if not isinstance(term, Literal) or term.language:
            return str(term)
        datatype = term.datatype.value
        if datatype == _STRING:
            return str(term)
        if (bare := _BARE.get(datatype)) and bare.fullmatch(term.value):
            return term.value
        return f"{Literal(term.value)}^^{self.write(term.datatype)}"

    def _iri(self, term: IRI) -> str:
        for namespace, name in self._known:
            if term.value.startswith(namespace) and _LOCAL.fullmatch(term.value[len(namespace) :]):
                self._used[name] = namespace
                return f"{name}:{term.value[len(namespace) :]}"
        return str(term)
