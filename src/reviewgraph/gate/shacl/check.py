"""What a constraint is once it is bound to facts: a check, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol, TypeAlias

from rdflib import Literal as RdflibLiteral
from rdflib import URIRef
from rdflib.term import Node

from reviewgraph.gate.shacl.facts import Facts, Values
from reviewgraph.gate.shacl.model import Shape, Shapes
from reviewgraph.rdf.terms import IRI, Term


class Judged(Protocol):
    """A shape made ready to judge nodes."""

    def conforms(self, node: Term) -> bool:
        """Whether the node has no result."""

    def findings(self, focus: Term) -> list[Finding]:
        """The results of validating the node against the shape."""


class Finding(NamedTuple):
    """One validation result; ``path`` only where it is not the shape's own."""

    shape: Shape
    component: URIRef
    focus: Term
    value: Term | None = None
    path: IRI | None = None
    constraint: Node | None = None
    messages: tuple[RdflibLiteral, ...] = ()
    details: tuple[Finding, ...] = ()
    related: tuple[Term, ...] = ()


class Fault(NamedTuple):
    """What a check found: a value, and at times a path or the results below it."""

    value: Term | None = None
    path: IRI | None = None
    details: tuple[Finding, ...] = ()


Faults: TypeAlias = Sequence[Fault | Finding]
Check: TypeAlias = Callable[[Term, Values], Faults]


class Ground(Protocol):
    """What a component builds its checks on."""

    facts: Facts
    shapes: Shapes

    def judged(self, node: Node) -> Judged:
        """The shape of that name, ready."""


Builder: TypeAlias = Callable[[Shape, Ground], Iterator[tuple[URIRef, Check]]]


def each(bad: Callable[[Term], bool]) -> Check:
    """A check that looks at one value node at a time."""
    return lambda _focus, values: [Fault(value) for value in values if bad(value)]


def counted(count: Callable[[Values], int], bad: Callable[[int], bool]) -> Check:
    """A check of how many value nodes there are."""
    return lambda _focus, values: [Fault()] if bad(count(values)) else ()
