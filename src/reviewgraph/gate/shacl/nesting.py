"""Constraints that ask whether values conform to other shapes.

https://www.w3.org/TR/shacl/#core-components-logical and #core-components-shape
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rdflib import URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from reviewgraph.gate.shacl.check import (
    Builder,
    Check,
    Fault,
    Faults,
    Finding,
    Ground,
    Judged,
    counted,
    each,
)
from reviewgraph.gate.shacl.facts import Values
from reviewgraph.gate.shacl.model import Shape, Shapes, Unsupported
from reviewgraph.gate.shacl.parameters import boolean, integer
from reviewgraph.rdf.terms import Term

# --- logic


def _not(shape: Shape, ground: Ground) -> Iterator[tuple[URIRef, Check]]:
    for node in shape.values(SH["not"]):
        yield SH.NotConstraintComponent, each(ground.judged(node).conforms)


def _list(parameter: URIRef, component: URIRef, bad: Callable[[list[bool]], bool]) -> Builder:
    def build(shape: Shape, ground: Ground) -> Iterator[tuple[URIRef, Check]]:
        for head in shape.values(parameter):
            members = [ground.judged(node) for node in ground.shapes.members(head)]

            def fails(value: Term, members: Sequence[Judged] = members) -> bool:
                return bad([member.conforms(value) for member in members])

            yield component, each(fails)

    return build


# --- shapes


def _property(shape: Shape, ground: Ground) -> Iterator[tuple[URIRef, Check]]:
    for node in shape.values(SH.property):
        if ground.shapes.shape(node).path is None:
            raise Unsupported("sh:property names a node shape")
        findings = ground.judged(node).findings

        def check(
            _focus: Term, values: Values, findings: Callable[[Term], list[Finding]] = findings
        ) -> Faults:
            if len(values) == 1:
                (value,) = values
                return findings(value)
            return [finding for value in values for finding in findings(value)]

        yield SH.PropertyConstraintComponent, check


def _node(shape: Shape, ground: Ground) -> Iterator[tuple[URIRef, Check]]:
    for node in shape.values(SH.node):
        if ground.shapes.shape(node).path is not None:
            raise Unsupported("sh:node names a property shape")
        judged = ground.judged(node)

        def check(_focus: Term, values: Values, judged: Judged = judged) -> Faults:
            return [
                Fault(value, details=tuple(judged.findings(value)))
                for value in values
                if not judged.conforms(value)
            ]

        yield SH.NodeConstraintComponent, check


def _qualified(shape: Shape, ground: Ground) -> Iterator[tuple[URIRef, Check]]:
    if shape.path is None:
        return  # pySHACL and the specification pass over it on node shapes
    least = integer(shape, SH.qualifiedMinCount) if shape.values(SH.qualifiedMinCount) else None
    most = integer(shape, SH.qualifiedMaxCount) if shape.values(SH.qualifiedMaxCount) else None
    if least is None and most is None:
        raise Unsupported("sh:qualifiedValueShape without a count")
    apart = bool(shape.values(SH.qualifiedValueShapesDisjoint)) and boolean(
        shape, SH.qualifiedValueShapesDisjoint
    )
    for node in shape.values(SH.qualifiedValueShape):
        conforms = ground.judged(node).conforms
        siblings = [
            ground.judged(other).conforms
            for other in (_siblings(shape, node, ground.shapes) if apart else ())
        ]

        def count(
            values: Values,
            conforms: Callable[[Term], bool] = conforms,
            siblings: Sequence[Callable[[Term], bool]] = siblings,
        ) -> int:
            return sum(
                conforms(value) and not any(sibling(value) for sibling in siblings)
                for value in values
            )

        if least is not None:
            yield (
                SH.QualifiedMinCountConstraintComponent,
                counted(count, lambda number: number < least),
            )
        if most is not None:
            yield (
                SH.QualifiedMaxCountConstraintComponent,
                counted(count, lambda number: number > most),
            )


def _siblings(shape: Shape, node: Node, shapes: Shapes) -> list[Node]:
    """Section 4.7.3: the qualified value shapes of the other properties of the same parents."""
    graph = shapes.graph
    return sorted(
        {
            other
            for parent in graph.subjects(SH.property, shape.node)
            for part in graph.objects(parent, SH.property)
            for other in graph.objects(part, SH.qualifiedValueShape)
            if other != node
        },
        key=str,
    )


NESTED: dict[URIRef, Builder] = {
    SH["not"]: _not,
    SH["and"]: _list(SH["and"], SH.AndConstraintComponent, lambda passed: not all(passed)),
    SH["or"]: _list(SH["or"], SH.OrConstraintComponent, lambda passed: not any(passed)),
    SH.xone: _list(SH.xone, SH.XoneConstraintComponent, lambda passed: passed.count(True) != 1),
    SH.property: _property,
    SH.node: _node,
    SH.qualifiedValueShape: _qualified,
}
