"""Who judges which rule.

Each shape that has a target goes to this program's own evaluator for what SHACL Core says of it
and to the store for its SPARQL constraints; what either cannot judge exactly goes to pySHACL as a
whole. The plan depends on the shapes alone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from rdflib import Graph
from rdflib.namespace import OWL, RDF, RDFS, SH
from rdflib.term import Node

from reviewgraph.gate.shacl import sparql
from reviewgraph.gate.shacl.components import COMPONENTS
from reviewgraph.gate.shacl.core import Evaluator
from reviewgraph.gate.shacl.facts import Facts
from reviewgraph.gate.shacl.model import TARGETS, Shapes, Unsupported

OWN, STORE, PYSHACL = "gate", "store", "pyshacl"


@dataclass(frozen=True)
class Plan:
    """The shapes with targets, each with who judges it.

    ``own`` are judged by the evaluator, ``constraints`` by the store, ``left`` by pySHACL.
    """

    shapes: Shapes
    own: tuple[Node, ...]
    constraints: tuple[sparql.Constraint, ...]
    left: tuple[Node, ...]

    @property
    def graph(self) -> Graph:
        """The shapes graph."""
        return self.shapes.graph


def plan(graph: Graph) -> Plan:
    """Decide who judges which shape."""
    shapes = Shapes(graph)
    trial = Evaluator(Facts(), shapes)
    own: list[Node] = []
    left: list[Node] = []
    constraints: list[sparql.Constraint] = []
    for node in shapes.targeted():
        try:
            trial.judged(node)
            trial.focus_nodes(node)
            constraints += sparql.constraints_of(shapes, node)
        except Unsupported:
            left.append(node)
        else:
            own.append(node)
    return Plan(shapes, tuple(own), tuple(constraints), tuple(left))


def judges(planned: Plan) -> dict[Node, str]:
    """Each shape and constraint that has results of its own, with who judges it."""
    graph = planned.graph
    found: dict[Node, str] = {}
    for nodes, by in ((planned.own, OWN), (planned.left, PYSHACL)):
        waiting = list(nodes)
        while waiting:
            node = waiting.pop()
            if found.get(node) != by:
                found[node] = by
                waiting += graph.objects(node, SH.property)
    for constraint in planned.constraints:
        found[constraint.node] = STORE
        if set(constraint.shape.parameters).isdisjoint(COMPONENTS):
            found[constraint.shape.node] = STORE
    return found


def alone(shapes: Shapes, kept: Collection[Node]) -> Graph:
    """The shapes graph with the targets of these shapes only."""
    graph = Graph(bind_namespaces="none")
    graph += shapes.graph
    for node in shapes.targeted():
        if node not in kept:
            for target in TARGETS:
                graph.remove((node, target, None))
            for kind in (RDFS.Class, OWL.Class):
                graph.remove((node, RDF.type, kind))
    return graph
