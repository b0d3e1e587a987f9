"""SHACL by pySHACL, the judge of record; the only module that imports it."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import redirect_stderr
from dataclasses import dataclass
from io import StringIO
from typing import cast

import pyshacl
import rdflib.plugins.sparql
from pyparsing import ParseException
from pyshacl.errors import ReportableRuntimeError, ShapeLoadError, ValidationFailure
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF, SH, XSD
from rdflib.term import Node

from reviewgraph.errors import GateError, Words
from reviewgraph.gate import sparql
from reviewgraph.gate.places import Places
from reviewgraph.gate.report import RULES, Result, Severity
from reviewgraph.gate.targets import TARGETS
from reviewgraph.publication.source import SourceFile
from reviewgraph.rdf.terms import IRI, BlankNode, Quad, from_rdflib, to_graph
from reviewgraph.store.interface import Store

# A constraint's query must never fetch what it names in FROM.
rdflib.plugins.sparql.SPARQL_LOAD_GRAPHS = False
# It would print a traceback for every literal whose value it cannot make out.
logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)

FAILED = RULES + "shacl"
_FAILURES = (
    ReportableRuntimeError,
    ShapeLoadError,
    ValidationFailure,
    ParseException,
    # What pySHACL and rdflib raise where a shape or a value is stranger than they thought.
    ArithmeticError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
)
SEVERITIES = {
    SH.Violation: Severity.VIOLATION,
    SH.Warning: Severity.WARNING,
    SH.Info: Severity.INFO,
}


@dataclass(frozen=True)
class Outcome:
    """The W3C validation report of one run."""

    graph: Graph

    def results(self) -> list[Node]:
        """The nodes of the top-level results."""
        report = self.graph.value(predicate=RDF.type, object=SH.ValidationReport)
        return list(self.graph.objects(report, SH.result))


class Rules:
    """A shapes graph made ready: which constraints the store answers, and the rest."""

    def __init__(self, shapes: Graph) -> None:
        self.shapes = shapes
        self.constraints = sparql.taken_over(shapes)
        self.rest = Graph(bind_namespaces="none")
        self.rest += shapes
        for constraint in self.constraints:
            self.rest.remove((constraint.shape, SH.sparql, constraint.node))


def validate(data: Iterable[Quad], rules: Rules, store: Store | None = None) -> Outcome:
    """Validate the merge of all graphs.

    Args:
        data: what to validate.
        rules: the shapes.
        store: of the same data; SPARQL-based constraints are asked of it where that is exact.
            Without it pySHACL judges everything.

    Raises:
        GateError: pySHACL could not judge: a shape is malformed or a constraint's query failed.
    """
    try:
        # pySHACL prints what it also raises; the report says it once, with a place.
        with redirect_stderr(StringIO()):
            _conforms, report, text = pyshacl.validate(
                to_graph(data),
                shacl_graph=rules.shapes if store is None else rules.rest,
                inference=None,
                advanced=False,
                js=False,
                do_owl_imports=False,
                meta_shacl=False,
                inplace=True,
            )
    except _FAILURES as error:
        raise _could_not_judge(str(error)) from error
    if not isinstance(report, Graph):
        raise _could_not_judge(text)
    if store is not None:
        _add(report, sparql.validate(rules.constraints, rules.shapes, store))
    return Outcome(report)


def _add(report: Graph, results: Graph) -> None:
    """Put results into a validation report."""
    holder = report.value(predicate=RDF.type, object=SH.ValidationReport)
    if holder is None or not len(results):
        return
    for node in results.subjects(RDF.type, SH.ValidationResult):
        report.add((holder, SH.result, node))
    report += results
    report.set((holder, SH.conforms, Literal("false", datatype=XSD.boolean)))


def blame(
    data: list[Quad], rules: Rules, store: Store, error: GateError, files: list[SourceFile]
) -> list[Result]:
    """Which shapes could not be judged, after ``validate`` has raised ``error``.

    Each targeted shape is tried alone: slow, but a steward is told the rule and its line.
    """
    targets = [
        (shape, predicate, target)
        for predicate in TARGETS
        for shape, target in rules.shapes.subject_objects(predicate)
    ]
    found: list[tuple[Node, Words]] = []
    for shape in sorted({shape for shape, _, _ in targets}, key=str):
        alone = Graph(bind_namespaces="none")
        alone += rules.shapes
        for other, predicate, target in targets:
            if other != shape:
                alone.remove((other, predicate, target))
        try:
            validate(data, Rules(alone), store)
        except GateError as reason:
            found.append((shape, reason.words))
    places = Places(files, {from_rdflib(shape) for shape, _ in found})
    return [
        Result(
            rule=_name(shape, rules.shapes),
            severity=Severity.FAILURE,
            message=words,
            place=places.find(from_rdflib(shape)),
        )
        for shape, words in found
    ] or [Result(rule=FAILED, severity=Severity.FAILURE, message=error.words)]


def _could_not_judge(reason: str) -> GateError:
    return GateError(f"ตรวจด้วย SHACL ไม่สำเร็จ: {reason}", f"SHACL could not judge: {reason}")


def locate(
    outcome: Outcome, shapes: Graph, files: list[SourceFile], rules: list[SourceFile]
) -> list[Result]:
    """The outcome's results, each with the place of the statement at fault and of its rule."""
    graph = outcome.graph
    nodes = outcome.results()
    places = Places(files, {from_rdflib(_need(graph, node, SH.focusNode)) for node in nodes})
    rule_of = {node: _rule(graph, node, shapes) for node in nodes}
    rule_places = Places(rules, {from_rdflib(rule) for rule in rule_of.values()})
    found = []
    for node in nodes:
        focus = from_rdflib(_need(graph, node, SH.focusNode))
        path = graph.value(node, SH.resultPath)
        value = graph.value(node, SH.value)
        rule = rule_of[node]
        found.append(
            Result(
                rule=_name(rule, shapes),
                severity=SEVERITIES.get(
                    cast(URIRef, graph.value(node, SH.resultSeverity)), Severity.VIOLATION
                ),
                message=_words(graph, node),
                place=places.find(
                    focus,
                    IRI(str(path)) if isinstance(path, URIRef) else None,
                    from_rdflib(value) if value is not None else None,
                ),
                focus=str(focus),
                path=path.n3() if isinstance(path, URIRef) else None,
                value=str(from_rdflib(value)) if value is not None else None,
                component=str(graph.value(node, SH.sourceConstraintComponent) or ""),
                rule_place=rule_places.find(from_rdflib(rule)),
            )
        )
    return found


def _need(graph: Graph, node: Node, predicate: URIRef) -> Node:
    value = graph.value(node, predicate)
    if value is None:
        raise _could_not_judge(f"a result has no {predicate.n3()}")
    return value


def _rule(graph: Graph, node: Node, shapes: Graph) -> Node:
    """The shape, or its SPARQL constraint if that has words of its own."""
    constraint = graph.value(node, SH.sourceConstraint)
    if isinstance(constraint, URIRef) and (constraint, SH.message, None) in shapes:
        return constraint
    return _need(graph, node, SH.sourceShape)


def _name(rule: Node, shapes: Graph) -> str:
    """The rule's IRI; an unnamed property shape goes by the shape that holds it."""
    while isinstance(rule, BNode):
        holder = next(iter(shapes.subjects(None, rule)), None)
        if holder is None:
            return str(BlankNode(str(rule)))
        rule = holder
    return str(rule)


def _words(graph: Graph, node: Node) -> Words:
    by_language = {
        (message.language or ""): str(message)
        for message in graph.objects(node, SH.resultMessage)
        if isinstance(message, Literal)
    }
    fallback = by_language.get("") or next(iter(by_language.values()), "")
    return Words(by_language.get("th", fallback), by_language.get("en", fallback))
