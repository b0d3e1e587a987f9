"""The values of constraint parameters, as the specification demands them.

Each of these raises ``Unsupported`` where a shape has something else: pySHACL then says what.
"""

from __future__ import annotations

from rdflib import Literal, URIRef
from rdflib.namespace import RDF, XSD
from rdflib.term import Node

from reviewgraph.gate.shacl.model import Shape, Shapes, Unsupported


def need_path(shape: Shape) -> None:
    """A parameter that only property shapes may have."""
    if shape.path is None:
        raise Unsupported("a constraint that only property shapes may have")


def iri(shape: Shape, parameter: URIRef) -> str:
    """The IRI that is a parameter's only value."""
    value = shape.only(parameter)
    if not isinstance(value, URIRef):
        raise Unsupported(f"{parameter} is not an IRI")
    return str(value)


def integer(shape: Shape, parameter: URIRef) -> int:
    """The count, an ``xsd:integer`` from zero up, that is a parameter's only value."""
    value = shape.only(parameter)
    whole = isinstance(value, Literal) and value.datatype == XSD.integer
    if not whole or not isinstance(value.value, int) or value.value < 0:  # type: ignore[union-attr]
        raise Unsupported(f"{parameter} is not a count")
    return value.value  # type: ignore[union-attr]


def boolean(shape: Shape, parameter: URIRef) -> bool:
    """The truth value that is a parameter's only value."""
    value = shape.only(parameter)
    if not isinstance(value, Literal) or not isinstance(value.value, bool):
        raise Unsupported(f"{parameter} is not a boolean")
    return value.value


def items(shape: Shape, parameter: URIRef, shapes: Shapes) -> list[Node]:
    """The members of the list that is a parameter's only value; none if there is no list."""
    head = shape.only(parameter)
    return [] if head is None or head == RDF.nil else shapes.members(head)


def text(node: Node | None) -> str:
    """A string without a language."""
    plain = isinstance(node, Literal) and node.datatype in {None, XSD.string}
    if not plain:
        raise Unsupported(f"{node} is not a string")
    return str(node)
