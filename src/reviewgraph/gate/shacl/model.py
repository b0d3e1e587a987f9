"""Shapes as the specification defines them, read from a shapes graph.

A shape that this program's own evaluator cannot judge for certain (a custom constraint component,
recursion, a malformed parameter) raises ``Unsupported``; pySHACL then judges it, or says what is
wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from rdflib import Graph, Literal, URIRef
from rdflib.collection import Collection as RdfList
from rdflib.namespace import OWL, RDF, RDFS, SH
from rdflib.term import Node

from reviewgraph.errors import GateError
from reviewgraph.gate.shacl.paths import Path, read_path
from reviewgraph.rdf.terms import Term, from_rdflib


class Unsupported(Exception):
    """The own evaluator leaves this shape to pySHACL; the text says why."""


TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
SHAPE_LISTS = (SH["and"], SH["or"], SH.xone)
SHAPE_VALUES = (SH.property, SH.node, SH["not"], SH.qualifiedValueShape)


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A node shape, or a property shape if it has a path.

    ``parameters`` are the values of each constraint parameter, in the shapes graph's terms.
    """

    node: Node
    path: Path | None
    path_node: Node | None
    severity: URIRef
    messages: tuple[Literal, ...]
    deactivated: bool
    parameters: dict[URIRef, tuple[Node, ...]] = field(repr=False)

    def values(self, parameter: URIRef) -> tuple[Node, ...]:
        """The values of a parameter, in a fixed order."""
        return self.parameters.get(parameter, ())

    def only(self, parameter: URIRef) -> Node | None:
        """The value of a parameter that may have one at most.

        Raises:
            Unsupported: it has several.
        """
        values = self.values(parameter)
        if len(values) > 1:
            raise Unsupported(f"{parameter} has several values")
        return values[0] if values else None

    def term(self) -> Term:
        """The shape's name."""
        return from_rdflib(self.node)


class Shapes:
    """A shapes graph, shape by shape."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._read: dict[Node, Shape] = {}
        self._nodes = self._find()
        self._custom = set(graph.objects(None, SH.parameter))
        self.custom_parameters = {
            path for parameter in self._custom for path in graph.objects(parameter, SH.path)
        }
        # A class of OWL is one of RDFS, whether or not the shapes graph repeats it.
        self._classes = {
            *graph.transitive_subjects(RDFS.subClassOf, RDFS.Class),
            *graph.transitive_subjects(RDFS.subClassOf, OWL.Class),
        }

    def __contains__(self, node: Node) -> bool:
        return node in self._nodes

    def targeted(self) -> list[Node]:
        """Every shape that has a target, in a fixed order."""
        graph = self.graph
        found = {node for target in TARGETS for node in graph.subjects(target, None)}
        found |= {node for node in self._nodes if self.is_class(node)}
        return sorted(found, key=str)

    def is_class(self, node: Node) -> bool:
        """Whether the shape is a class too, and so targets its instances."""
        return not self._classes.isdisjoint(self.graph.objects(node, RDF.type))

    def shape(self, node: Node) -> Shape:
        """The shape that a node of the graph names.

        Raises:
            Unsupported: it is none, or is malformed.
        """
        if node not in self._read:
            self._read[node] = self._shape(node)
        return self._read[node]

    def members(self, head: Node) -> list[Node]:
        """The members of an RDF list.

        Raises:
            Unsupported: the list is empty or broken.
        """
        try:
            members = list(RdfList(self.graph, head))
        except ValueError as error:
            raise Unsupported("a list that runs in a circle") from error
        if not members:
            raise Unsupported("an empty list")
        return members

    def references(self, node: Node) -> Iterator[Node]:
        """The shapes that a shape's constraints speak of."""
        for parameter in SHAPE_VALUES:
            yield from self.graph.objects(node, parameter)
        for parameter in SHAPE_LISTS:
            for head in self.graph.objects(node, parameter):
                yield from self.members(head)

    def _find(self) -> set[Node]:
        graph = self.graph
        found = set(graph.subjects(RDF.type, SH.NodeShape))
        found |= set(graph.subjects(RDF.type, SH.PropertyShape))
        for predicate in (*TARGETS, SH.property, SH.node):
            found |= set(graph.subjects(predicate, None))
        for predicate in SHAPE_VALUES:
            found |= set(graph.objects(None, predicate))
        for predicate in SHAPE_LISTS:
            for head in graph.objects(None, predicate):
                found |= set(graph.items(head))
        return found

    def _shape(self, node: Node) -> Shape:
        graph = self.graph
        if node not in self._nodes:
            raise Unsupported(f"{node} is not a shape")
        parameters: dict[URIRef, list[Node]] = {}
        for predicate, value in graph.predicate_objects(node):
            if predicate in self.custom_parameters:
                raise Unsupported(f"{predicate} is a parameter of a constraint component")
            if isinstance(predicate, URIRef) and predicate.startswith(str(SH)):
                parameters.setdefault(predicate, []).append(value)
        ordered = {name: tuple(sorted(values, key=_order)) for name, values in parameters.items()}
        paths = ordered.get(SH.path, ())
        kinds = set(graph.objects(node, RDF.type))
        if len(paths) > 1 or SH[("Node" if paths else "Property") + "Shape"] in kinds:
            raise Unsupported(f"{node} is a node shape with a path, or a property shape without")
        path = paths[0] if paths else None
        try:
            walked = read_path(graph, path) if path is not None else None
        except (GateError, ValueError) as error:
            raise Unsupported(str(error)) from error
        severity = next(iter(ordered.get(SH.severity, ())), SH.Violation)
        if not isinstance(severity, URIRef) or len(ordered.get(SH.severity, ())) > 1:
            raise Unsupported("sh:severity is not one IRI")
        messages = tuple(m for m in ordered.get(SH.message, ()) if isinstance(m, Literal))
        return Shape(
            node=node,
            path=walked,
            path_node=path,
            severity=severity,
            messages=messages,
            deactivated=_is_true(ordered.get(SH.deactivated, ())),
            parameters=ordered,
        )


def _is_true(values: tuple[Node, ...]) -> bool:
    if len(values) > 1 or any(
        not isinstance(value, Literal) or not isinstance(value.value, bool) for value in values
    ):
        raise Unsupported("sh:deactivated is not one boolean")
    return bool(values) and bool(values[0].value)  # type: ignore[attr-defined]


def _order(node: Node) -> tuple[str, str]:
    return (str(node), node.n3())
