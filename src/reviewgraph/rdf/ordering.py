"""The order of statements, as something that can be sorted by its bytes.

A record of a statement is ordered as the statement is (``rdf.syntax.statement_key``) and can be
turned back into it: subject, predicate and object follow one another, each behind a mark that puts
IRIs before blank nodes and ``rdf:type`` before other properties.
"""

from __future__ import annotations

from rdflib.namespace import RDF

from reviewgraph.rdf.terms import BlankNode, DefaultGraph, Quad, Statement, Term

_TYPE = str(RDF.type)
_END = "\0"  # below every character; no IRI has it, and of an object nothing comes behind


def record_of(statement: Statement) -> bytes:
    """The record of a statement."""
    subject, predicate, value = statement
    return (
        f"{_mark(subject)}{subject.value}{_END}"
        f"{'0' if predicate.value == _TYPE else '1'}{predicate.value}{_END}"
        f"{_mark(value)}{value}"
    ).encode()


def record_of_quad(quad: Quad) -> bytes:
    """The record of a statement in its graph: graphs in the order of their names."""
    name = "" if isinstance(quad.graph_name, DefaultGraph) else str(quad.graph_name)
    statement = (quad.subject, quad.predicate, quad.object)
    return f"{name}{_END}".encode() + record_of(statement)  # type: ignore[arg-type]


def line_of(record: bytes, graph: bytes = b"") -> bytes:
    """The line of N-Triples or N-Quads that a record of a statement stands for."""
    subject, predicate, value = record.split(b"\0", 2)
    head = b"_:%b" % subject[1:] if subject[:1] == b"1" else b"<%b>" % subject[1:]
    tail = b" %b" % graph if graph else b""
    return b"%b <%b> %b%b .\n" % (head, predicate[1:], value[1:], tail)


def line_of_quad(record: bytes) -> bytes:
    """The line of N-Quads that a record of a quad stands for."""
    graph, statement = record.split(b"\0", 1)
    return line_of(statement, graph)


def _mark(term: Term) -> str:
    return "1" if isinstance(term, BlankNode) else "0"
