"""The terms that all rooms speak of.

What grows with the data (statements, solutions) is held in Oxigraph's terms: a million of them
parse in a second, where rdflib's take forty. What people write by hand and pySHACL reads (the
ontology, the shapes, descriptions) is small and lives in rdflib graphs. The bridge is here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias, cast

import rdflib
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple
from rdflib.namespace import XSD
from rdflib.term import Node

from reviewgraph.rdf.magnitude import is_too_large

__all__ = [
    "IRI",
    "BlankNode",
    "DefaultGraph",
    "Literal",
    "Quad",
    "Statement",
    "Subject",
    "Term",
    "Triple",
    "from_rdflib",
    "quads_of",
    "statement",
    "to_graph",
    "to_rdflib",
]

IRI = NamedNode
Subject: TypeAlias = NamedNode | BlankNode
Term: TypeAlias = NamedNode | BlankNode | Literal
Statement: TypeAlias = tuple[Subject, NamedNode, Term]

_XSD_STRING = str(XSD.string)


def to_rdflib(term: Term) -> Node:
    """The same term for rdflib.

    Lexical forms stay as written: rdflib would otherwise rewrite ``"01"`` to ``"1"``, and a
    report would quote what nobody typed. What is too large to be read has no value.
    """
    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, BlankNode):
        return rdflib.BNode(term.value)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    if term.datatype.value == _XSD_STRING:
        return rdflib.Literal(term.value)
    datatype = rdflib.URIRef(term.datatype.value)
    if is_too_large(term.value, term.datatype.value):
        return _unread(term.value, datatype)
    return rdflib.Literal(term.value, datatype=datatype, normalize=False)


def _unread(form: str, datatype: rdflib.URIRef) -> rdflib.Literal:
    """A literal as rdflib has it after it failed to read a value; it has no way to be asked so."""
    literal = rdflib.Literal(form)
    literal._datatype, literal._value, literal._ill_typed = datatype, None, True  # noqa: SLF001
    return literal


def from_rdflib(node: Node) -> Term:
    """The same term for Oxigraph.

    Raises:
        TypeError: for a node that RDF 1.1 does not have (a variable, a formula).
    """
    if isinstance(node, rdflib.URIRef):
        return NamedNode(str(node))
    if isinstance(node, rdflib.BNode):
        return BlankNode(str(node))
    if isinstance(node, rdflib.Literal):
        if node.language:
            return Literal(str(node), language=node.language)
        if node.datatype is None:
            return Literal(str(node))
        return Literal(str(node), datatype=NamedNode(str(node.datatype)))
    raise TypeError(f"not an RDF 1.1 term: {node!r}")


def statement(quad: Quad | Triple) -> Statement:
    """The quad without its graph. RDF 1.2 triple terms never get past the reader."""
    return cast(Statement, (quad.subject, quad.predicate, quad.object))


def to_graph(statements: Iterable[Quad | Triple]) -> rdflib.Graph:
    """An rdflib graph of the statements, graph names left out."""
    graph = rdflib.Graph(bind_namespaces="none")
    for quad in statements:
        s, p, o = statement(quad)
        graph.add((to_rdflib(s), to_rdflib(p), to_rdflib(o)))
    return graph


def quads_of(graph: rdflib.Graph, name: NamedNode | None = None) -> list[Quad]:
    """An rdflib graph's triples as quads of the graph ``name`` (the default graph if none)."""
    graph_name = name or DefaultGraph()
    return [
        Quad(
            cast(Subject, from_rdflib(s)),
            cast(NamedNode, from_rdflib(p)),
            from_rdflib(o),
            graph_name,
        )
        for s, p, o in graph
    ]
