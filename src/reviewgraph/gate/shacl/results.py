"""Findings as a W3C validation report and back (SHACL, section 3.6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF, SH, XSD
from rdflib.term import Node

from reviewgraph.gate.shacl.check import Finding
from reviewgraph.gate.shacl.facts import Facts
from reviewgraph.gate.shacl.model import Shape, Shapes, Unsupported
from reviewgraph.rdf.formats import TURTLE
from reviewgraph.rdf.syntax import serialize
from reviewgraph.rdf.terms import IRI, BlankNode, Term, from_rdflib, quads_of, to_rdflib


def as_graph(findings: Iterable[Finding], shapes: Graph, facts: Facts) -> Graph:
    """The report. A blank node it speaks of brings along what is said about it.

    The same findings give the same graph, down to the names of its blank nodes.
    """
    ordered = sorted(findings, key=_sort_key)
    return _Writer(shapes, facts).report(ordered)


def as_turtle(report: Graph, prefixes: Mapping[str, str]) -> str:
    """The report as a document: the same report always gives the same text."""
    return serialize(quads_of(report), TURTLE, prefixes).decode()


def _sort_key(finding: Finding) -> tuple[str, ...]:
    return (
        str(finding.focus),
        str(finding.shape.node),
        str(finding.component),
        str(finding.constraint or ""),
        str(finding.path or ""),
        str(finding.value or ""),
        *map(str, finding.messages),
    )


class _Writer:
    def __init__(self, shapes: Graph, facts: Facts) -> None:
        self.shapes = shapes
        self.facts = facts
        self.graph = Graph(bind_namespaces="none")
        self.copied: set[Node] = set()
        self.count = 0

    def report(self, findings: Iterable[Finding]) -> Graph:
        report = BNode("report")
        conforms = "true"
        for finding in findings:
            conforms = "false"
            self.graph.add((report, SH.result, self.result(finding)))
        self.graph.add((report, RDF.type, SH.ValidationReport))
        self.graph.add((report, SH.conforms, Literal(conforms, datatype=XSD.boolean)))
        return self.graph

    def result(self, finding: Finding) -> BNode:
        self.count += 1
        shape, node = finding.shape, BNode(f"r{self.count}")
        path = to_rdflib(finding.path) if finding.path is not None else shape.path_node
        value = to_rdflib(finding.value) if finding.value is not None else None
        for predicate, term in (
            (RDF.type, SH.ValidationResult),
            (SH.focusNode, to_rdflib(finding.focus)),
            (SH.resultSeverity, shape.severity),
            (SH.sourceShape, shape.node),
            (SH.sourceConstraintComponent, finding.component),
            (SH.sourceConstraint, finding.constraint),
            (SH.resultPath, path),
            (SH.value, value),
            *((SH.resultMessage, message) for message in finding.messages or shape.messages),
            *((SH.detail, self.result(detail)) for detail in finding.details),
        ):
            if term is not None:
                self.graph.add((node, predicate, term))
        for shape_node in (shape.node, path, finding.constraint):
            self.copy_shape(shape_node)
        for data_node in (finding.focus, finding.value):
            self.copy_data(data_node)
        return node

    def copy_shape(self, node: Node | None) -> None:
        """What the shapes graph says of a blank node."""
        if isinstance(node, BNode) and node not in self.copied:
            self.copied.add(node)
            for predicate, value in self.shapes.predicate_objects(node):
                self.graph.add((node, predicate, value))
                self.copy_shape(value)

    def copy_data(self, term: Term | None) -> None:
        """What the data say of a blank node."""
        if isinstance(term, BlankNode) and (node := to_rdflib(term)) not in self.copied:
            self.copied.add(node)
            for predicate, value in self.facts.about(term):
                self.graph.add((node, to_rdflib(predicate), to_rdflib(value)))
                self.copy_data(value)


def from_graph(report: Graph, shapes: Shapes) -> list[Finding]:
    """The findings of a report that pySHACL wrote."""
    holder = report.value(predicate=RDF.type, object=SH.ValidationReport)
    return [_read(report, node, shapes) for node in report.objects(holder, SH.result)]


def _read(report: Graph, node: Node, shapes: Shapes) -> Finding:
    shape_node = report.value(node, SH.sourceShape)
    severity = report.value(node, SH.resultSeverity)
    path = report.value(node, SH.resultPath)
    messages = sorted(report.objects(node, SH.resultMessage), key=lambda m: m.n3())
    try:
        shape = shapes.shape(cast(Node, shape_node))
    except Unsupported:
        shape = Shape(
            node=cast(Node, shape_node),
            path=None,
            path_node=path,
            severity=cast(URIRef, severity),
            messages=(),
            deactivated=False,
            parameters={},
        )
    value = report.value(node, SH.value)
    own_path = path is not None and path != shape.path_node
    return Finding(
        shape,
        cast(URIRef, report.value(node, SH.sourceConstraintComponent)),
        from_rdflib(cast(Node, report.value(node, SH.focusNode))),
        None if value is None else from_rdflib(value),
        IRI(str(path)) if own_path else None,
        report.value(node, SH.sourceConstraint),
        tuple(message for message in messages if isinstance(message, Literal)),
        tuple(_read(report, detail, shapes) for detail in report.objects(node, SH.detail)),
    )
