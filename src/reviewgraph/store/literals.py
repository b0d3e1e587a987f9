"""What the engine makes of a literal.

It keeps the values of numbers, booleans, times and durations, not how they were written:
``"1.50"^^xsd:decimal`` comes back as ``1.5`` and ``"5"^^xsd:nonNegativeInteger`` as an
``xsd:integer``. A release holds what the engine keeps, so that its dumps, documents and answers
agree; the gate tells who wrote it otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

import pyoxigraph
from rdflib.namespace import XSD

from reviewgraph.rdf.terms import IRI, Literal, Quad

_STRING = str(XSD.string)
_ANY = IRI("urn:x-any")


def kept(literal: Literal) -> Literal:
    """The literal as the engine gives it back."""
    if literal.language or literal.datatype.value == _STRING:
        return literal
    return _kept(literal)


def kept_quads(quads: Iterable[Quad]) -> Iterator[Quad]:
    """The quads as the engine gives them back."""
    for quad in quads:
        value = quad.object
        if isinstance(value, Literal) and (other := kept(value)) != value:
            yield Quad(quad.subject, quad.predicate, other, quad.graph_name)
        else:
            yield quad


@lru_cache(maxsize=65536)
def _kept(literal: Literal) -> Literal:
    scratch = pyoxigraph.Store()
    scratch.add(Quad(_ANY, _ANY, literal))
    (quad,) = scratch
    return quad.object if isinstance(quad.object, Literal) else literal
