"""Property paths (https://www.w3.org/TR/shacl/#property-paths)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from rdflib import BNode, Graph, URIRef
from rdflib.collection import Collection as RdfList
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from reviewgraph.errors import GateError
from reviewgraph.gate.shacl.facts import Facts, Values
from reviewgraph.rdf.terms import IRI, Term

MAX_DEPTH = 10
"""As deep as pySHACL follows a path; nobody reads a deeper one."""


@dataclass(frozen=True, slots=True)
class Inverse:
    """``sh:inversePath``."""

    path: Path


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of paths, one after the other."""

    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """``sh:alternativePath``."""

    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """``sh:zeroOrMorePath``, ``sh:oneOrMorePath``, ``sh:zeroOrOnePath``."""

    path: Path
    none: bool
    more: bool


Path: TypeAlias = IRI | Inverse | Sequence | Alternative | Repeat
Walk: TypeAlias = Callable[[Term], Values]

_REPEATS = {
    SH.zeroOrMorePath: (True, True),
    SH.oneOrMorePath: (False, True),
    SH.zeroOrOnePath: (True, False),
}


def read_path(shapes: Graph, node: Node, depth: int = 0) -> Path:
    """The path that a node of the shapes graph stands for.

    Raises:
        GateError: it is none, or nests deeper than ``MAX_DEPTH``.
    """
    if isinstance(node, URIRef):
        return IRI(str(node))
    if not isinstance(node, BNode) or depth >= MAX_DEPTH:
        raise _no_path(node)
    if (node, RDF.first, None) in shapes:
        return Sequence(_members(shapes, node, depth))
    for predicate, inner in shapes.predicate_objects(node):
        if predicate == SH.inversePath:
            return Inverse(read_path(shapes, inner, depth + 1))
        if predicate == SH.alternativePath:
            return Alternative(_members(shapes, inner, depth))
        if predicate in _REPEATS:
            none, more = _REPEATS[predicate]  # type: ignore[index]
            return Repeat(read_path(shapes, inner, depth + 1), none, more)
    raise _no_path(node)


def _members(shapes: Graph, node: Node, depth: int) -> tuple[Path, ...]:
    members = tuple(read_path(shapes, item, depth + 1) for item in RdfList(shapes, node))
    if len(members) < 2:  # noqa: PLR2004 - the specification's number
        raise _no_path(node)
    return members


def _no_path(node: Node) -> GateError:
    return GateError(f"sh:path {node} ใช้ไม่ได้", f"sh:path {node} is not a property path")


def predicates(path: Path) -> frozenset[IRI]:
    """The predicates that walking the path reads."""
    match path:
        case Inverse(inner) | Repeat(inner):
            return predicates(inner)
        case Sequence(parts) | Alternative(parts):
            return frozenset().union(*map(predicates, parts))
        case _:
            return frozenset({path})


def inverse(path: Path) -> Path:
    """The path that leads back."""
    match path:
        case Inverse(inner):
            return inner
        case Sequence(parts):
            return Sequence(tuple(inverse(part) for part in reversed(parts)))
        case Alternative(parts):
            return Alternative(tuple(map(inverse, parts)))
        case Repeat(inner, none, more):
            return Repeat(inverse(inner), none, more)
        case _:
            return Inverse(path)


def walker(path: Path, facts: Facts) -> Walk:
    """A function from a node to the set of nodes that the path reaches."""
    match path:
        case Sequence(parts):
            return _sequence([walker(part, facts) for part in parts])
        case Alternative(parts):
            return _alternative([walker(part, facts) for part in parts])
        case Repeat(inner, none, more):
            return _repeat(walker(inner, facts), none=none, more=more)
        case Inverse(inner) if isinstance(inner, IRI):
            return _along(facts.backward(inner))
        case Inverse(inner):
            return walker(inverse(inner), facts)
        case _:
            return _along(facts.forward(path))


def _along(table: dict[Term, Values]) -> Walk:
    find = table.get
    return lambda node: find(node, ())


def _sequence(steps: list[Walk]) -> Walk:
    def walk(node: Term) -> Values:
        reached: Values = (node,)
        for step in steps:
            reached = dict.fromkeys(value for start in reached for value in step(start))
        return reached

    return walk


def _alternative(ways: list[Walk]) -> Walk:
    return lambda node: dict.fromkeys(value for way in ways for value in way(node))


def _repeat(step: Walk, *, none: bool, more: bool) -> Walk:
    def walk(node: Term) -> Values:
        reached: dict[Term, None] = {node: None} if none else {}
        ahead = list(step(node))
        while ahead:
            value = ahead.pop()
            if value not in reached:
                reached[value] = None
                if more:
                    ahead += step(value)
        return reached

    return walk


def as_text(path: Path) -> str:
    """The path as SPARQL writes it (https://www.w3.org/TR/sparql11-query/#propertypaths)."""
    match path:
        case Inverse(inner):
            return f"^{_part(inner)}"
        case Sequence(parts):
            return "/".join(map(_part, parts))
        case Alternative(parts):
            return "|".join(map(_part, parts))
        case Repeat(inner, none, more):
            mark = {(True, True): "*", (False, True): "+", (True, False): "?"}[none, more]
            return _part(inner) + mark
        case _:
            return str(path)


def _part(path: Path) -> str:
    return as_text(path) if isinstance(path, IRI) else f"({as_text(path)})"
