"""Which statements a verdict rests on, so that an edit is judged again just where it is felt.

A shape reads along paths: from a focus node to the subject (or, backwards, the object) of a
statement with some predicate. Walking such a path back from a changed statement leads to every
focus node whose verdict may have changed. A query is only known by the predicates it names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from rdflib.namespace import SH
from rdflib.term import Node

from reviewgraph.gate.shacl.components import SUBCLASS, TYPE
from reviewgraph.gate.shacl.model import SHAPE_LISTS, SHAPE_VALUES, Shapes
from reviewgraph.gate.shacl.paths import Alternative, Inverse, Path, Repeat, Sequence, inverse
from reviewgraph.rdf.terms import IRI, Statement, Term, from_rdflib

_GRAPHS = re.compile(r"\b(?:GRAPH|FROM)\b|\\u", re.IGNORECASE)
"""What a query that looks at named graphs has; an escape may spell it, too."""

_PAIRS = (SH.equals, SH.disjoint, SH.lessThan, SH.lessThanOrEquals)

Key: TypeAlias = tuple[IRI, Term | None]
"""A predicate; ``rdf:type`` together with the class, or with ``None`` for any."""


class Read(NamedTuple):
    """Statements with a predicate (any, if none) that are met at the end of a path.

    ``path`` leads from the focus node to their subject, or to their object if ``inverse``.
    """

    path: Path | None
    predicate: IRI | None
    inverse: bool = False


def reads(shapes: Shapes, node: Node) -> Iterator[Read]:
    """What judging a focus node against a shape reads; the subclasses of a class aside."""
    shape = shapes.shape(node)
    here = shape.path
    if here is not None:
        yield from _along(here)
    if shape.values(SH["class"]):
        yield Read(here, TYPE)
    if shape.values(SH.closed):
        yield Read(here, None)
    for parameter in _PAIRS:
        for predicate in shape.values(parameter):
            yield Read(None, IRI(str(predicate)))
    children = [child for parameter in SHAPE_VALUES for child in shape.values(parameter)]
    for parameter in SHAPE_LISTS:
        children += [child for head in shape.values(parameter) for child in shapes.members(head)]
    if shape.values(SH.qualifiedValueShapesDisjoint):
        graph = shapes.graph
        children += [
            sibling
            for parent in graph.subjects(SH.property, node)
            for part in graph.objects(parent, SH.property)
            for sibling in graph.objects(part, SH.qualifiedValueShape)
        ]
    for child in children:
        for read in reads(shapes, child):
            yield read._replace(path=_joined(here, read.path))


def _along(path: Path) -> Iterator[Read]:
    """What walking a path reads."""
    match path:
        case Inverse(IRI() as predicate):
            yield Read(None, predicate, inverse=True)
        case Inverse(inner):
            yield from _along(inverse(inner))
        case Sequence(parts):
            for at, part in enumerate(parts):
                before = Sequence(parts[:at]) if at else None
                yield from _behind(before, part)
        case Alternative(parts):
            for part in parts:
                yield from _along(part)
        case Repeat(inner, _none, more):
            yield from _behind(Repeat(inner, none=True, more=True) if more else None, inner)
        case IRI():
            yield Read(None, path)


def _behind(before: Path | None, path: Path) -> Iterator[Read]:
    """What walking a path reads after another one was walked."""
    for read in _along(path):
        yield read._replace(path=_joined(before, read.path))


def _joined(first: Path | None, then: Path | None) -> Path | None:
    if first is None or then is None:
        return then if first is None else first
    return Sequence((first, then))


def keys(facts: AbstractSet[Statement]) -> set[Key]:
    """The predicates of changed statements, as ``query_keys`` names them."""
    found: set[Key] = set()
    for _subject, predicate, value in facts:
        found.add((predicate, value if predicate == TYPE else None))
        if predicate == TYPE:
            found.add((TYPE, None))
    return found


def target_keys(shapes: Shapes, node: Node, classes: frozenset[Term]) -> set[Key]:
    """What decides which nodes a shape's targets produce."""
    graph = shapes.graph
    found: set[Key] = {(TYPE, kind) for kind in classes} | {(SUBCLASS, None)}
    for target in (SH.targetSubjectsOf, SH.targetObjectsOf):
        for predicate in graph.objects(node, target):
            found.add((IRI(str(from_rdflib(predicate).value)), None))
    return found


@lru_cache(maxsize=1024)
def query_keys(query: str) -> frozenset[Key] | None:
    """What a query reads, or ``None`` if that may be anything."""
    # Reading a query takes as long as answering it; only an edit asks.
    from pyparsing import ParseBaseException  # noqa: PLC0415
    from rdflib.plugins.sparql.algebra import translateQuery  # noqa: PLC0415
    from rdflib.plugins.sparql.parser import parseQuery  # noqa: PLC0415

    if names_graphs(query):
        return None  # a statement that moves to another file changes no fact
    try:
        algebra = translateQuery(parseQuery(query)).algebra
    except (ParseBaseException, RecursionError, TypeError, ValueError, KeyError):
        return None
    except Exception as error:
        if type(error).__module__.startswith("rdflib"):  # rdflib has no one class for these
            return None
        raise
    found: set[Key] = set()
    for subject, predicate, value, anchored in _triples(algebra):
        if may_be_empty(predicate) and anchored.isdisjoint((subject, value)):
            return None  # any statement about a node makes it one that such a path begins at
        if type(predicate).__name__ == "URIRef":
            is_type = str(predicate) == TYPE.value and type(value).__name__ == "URIRef"
            found.add((IRI(str(predicate)), IRI(str(value)) if is_type else None))
            continue
        named = path_predicates(predicate)
        if named is None:
            return None
        found |= {(IRI(name), None) for name in named}
    return frozenset(found)


def names_graphs(query: str) -> bool:
    """Whether a query may look at graphs one by one."""
    return bool(_GRAPHS.search(query))


def anchors(triples: Iterable[Any]) -> set[Any]:
    """The ends of those triple patterns that only statements can match."""
    steps = [triple for triple in triples if not may_be_empty(triple[1])]
    return {end for subject, _path, other in steps for end in (subject, other)}


def _triples(node: Any) -> Iterator[Any]:  # noqa: ANN401 - rdflib's algebra has no types
    """Every triple pattern, with the terms that a statement must have for its group to match."""
    if hasattr(node, "name") and hasattr(node, "values"):
        for name, value in node.items():
            if name == "triples":
                anchored = anchors(value)
                yield from ((*triple, anchored) for triple in value)
            elif name != "_vars":
                yield from _triples(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from _triples(value)


def may_be_empty(path: Any) -> bool:  # noqa: ANN401
    """Whether a path leads from a node to itself without any statement."""
    kind = type(path).__name__
    if kind == "MulPath":
        return path.mod in {"*", "?"} or may_be_empty(path.path)
    if kind == "InvPath":
        return may_be_empty(path.arg)
    if kind in {"SequencePath", "AlternativePath"}:
        return (all if kind == "SequencePath" else any)(map(may_be_empty, path.args))
    return False


def path_predicates(path: Any) -> frozenset[str] | None:  # noqa: ANN401
    """The predicates of a property path; ``None`` for a variable or a negated set."""
    kind = type(path).__name__
    if kind == "URIRef":
        return frozenset({str(path)})
    if kind == "InvPath":
        return path_predicates(path.arg)
    if kind == "MulPath":
        return path_predicates(path.path)
    if kind in {"SequencePath", "AlternativePath"}:
        parts = [path_predicates(part) for part in path.args]
        known = [part for part in parts if part is not None]
        return frozenset[str]().union(*known) if len(known) == len(parts) else None
    return None
