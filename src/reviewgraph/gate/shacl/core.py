"""SHACL Core judged in this process, one focus node at a time, over the tables of ``Facts``.

A shape is bound once: its parameters are read, its paths become look-ups, its patterns are
compiled. After that a focus node costs a few look-ups for each of its constraints, so that an
edit need only be judged where it is felt.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from rdflib.namespace import SH
from rdflib.term import Node

from reviewgraph.gate.shacl import components, paths
from reviewgraph.gate.shacl.check import Fault, Finding
from reviewgraph.gate.shacl.components import instances_of
from reviewgraph.gate.shacl.facts import Facts
from reviewgraph.gate.shacl.model import Shape, Shapes, Unsupported
from reviewgraph.rdf.terms import IRI, Term, from_rdflib

_NOTHING: list[Finding] = []


class Evaluator:
    """The shapes of a shapes graph, bound to facts as they are asked for."""

    def __init__(self, facts: Facts, shapes: Shapes) -> None:
        self.facts = facts
        self.shapes = shapes
        self._bound: dict[Node, Bound] = {}
        self._open: set[Node] = set()
        self._targeted: dict[Node, _Targets] = {}

    def judged(self, node: Node) -> Bound:
        """The shape of that name, ready to judge.

        Raises:
            Unsupported: something about it must be left to pySHACL.
        """
        if node in self._open:
            raise Unsupported("a shape that refers to itself")
        if node not in self._bound:
            self._open.add(node)
            try:
                self._bound[node] = Bound(self.shapes.shape(node), self)
            finally:
                self._open.discard(node)
        return self._bound[node]

    def focus_nodes(self, node: Node) -> dict[Term, None]:
        """Section 2.1.3: the union of what the shape's targets produce, in a fixed order."""
        targets, facts = self._targets(node), self.facts
        found = dict.fromkeys(targets.nodes)
        instances = facts.backward(components.TYPE)
        for kind in sorted(targets.classes, key=str):
            found.update(dict.fromkeys(instances.get(kind, ())))
        for predicate in targets.subjects_of:
            found.update(dict.fromkeys(facts.forward(predicate)))
        for predicate in targets.objects_of:
            found.update(dict.fromkeys(facts.backward(predicate)))
        return found

    def is_focus_node(self, node: Node, term: Term) -> bool:
        """Whether the shape's targets produce this node."""
        targets, facts = self._targets(node), self.facts
        return (
            term in targets.nodes
            or not targets.classes.isdisjoint(facts.forward(components.TYPE).get(term, ()))
            or any(term in facts.forward(predicate) for predicate in targets.subjects_of)
            or any(term in facts.backward(predicate) for predicate in targets.objects_of)
        )

    def target_classes(self, node: Node) -> frozenset[Term]:
        """The classes whose instances the shape's targets produce, subclasses included."""
        return self._targets(node).classes

    def _targets(self, node: Node) -> _Targets:
        if node not in self._targeted:
            graph = self.shapes.graph
            classes = set(graph.objects(node, SH.targetClass))
            if self.shapes.is_class(node):
                classes.add(node)
            wanted = [instances_of(self.facts, from_rdflib(kind)) for kind in classes]
            self._targeted[node] = _Targets(
                nodes=frozenset(map(from_rdflib, graph.objects(node, SH.targetNode))),
                classes=frozenset[Term]().union(*wanted),
                subjects_of=_iris(graph.objects(node, SH.targetSubjectsOf)),
                objects_of=_iris(graph.objects(node, SH.targetObjectsOf)),
            )
        return self._targeted[node]


class _Targets(NamedTuple):
    """A shape's targets, classes with their subclasses."""

    nodes: frozenset[Term]
    classes: frozenset[Term]
    subjects_of: tuple[IRI, ...]
    objects_of: tuple[IRI, ...]


class Bound:
    """One shape, bound to facts."""

    def __init__(self, shape: Shape, evaluator: Evaluator) -> None:
        self.shape = shape
        self._walk = None if shape.path is None else paths.walker(shape.path, evaluator.facts)
        self._checks = [] if shape.deactivated else components.checks(shape, evaluator)

    def conforms(self, node: Term) -> bool:
        """Whether the node has no result."""
        values = (node,) if self._walk is None else self._walk(node)
        return not any(check(node, values) for _component, check in self._checks)

    def findings(self, focus: Term) -> list[Finding]:
        """The results of validating the node against the shape."""
        values = (focus,) if self._walk is None else self._walk(focus)
        found = _NOTHING
        for component, check in self._checks:
            if faults := check(focus, values):
                found = found + [
                    Finding(
                        self.shape, component, focus, fault.value, fault.path, details=fault.details
                    )
                    if isinstance(fault, Fault)
                    else fault
                    for fault in faults
                ]
        return found


def _iris(nodes: Iterable[Node]) -> tuple[IRI, ...]:
    terms = sorted(map(from_rdflib, nodes), key=str)
    if not all(isinstance(term, IRI) for term in terms):
        raise Unsupported("a target that is not an IRI")
    return tuple(term for term in terms if isinstance(term, IRI))
