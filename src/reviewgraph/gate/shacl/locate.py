"""From findings to results: the statement at fault, what it was compared with, the rule's line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rdflib import BNode, Graph, URIRef
from rdflib import Literal as RdflibLiteral
from rdflib.namespace import SH
from rdflib.term import Node

from reviewgraph.errors import Place, Words
from reviewgraph.gate.places import Places
from reviewgraph.gate.report import RULES, Result, Severity
from reviewgraph.gate.shacl import paths
from reviewgraph.gate.shacl.check import Finding
from reviewgraph.gate.shacl.engine import Outcome
from reviewgraph.gate.shacl.facts import Facts
from reviewgraph.publication.source import SourceFile
from reviewgraph.rdf.terms import IRI, Literal, Term, from_rdflib

FAILED = RULES + "shacl"
SEVERITIES = {
    SH.Violation: Severity.VIOLATION,
    SH.Warning: Severity.WARNING,
    SH.Info: Severity.INFO,
}
_COMPARED = {
    SH.LessThanConstraintComponent: SH.lessThan,
    SH.LessThanOrEqualsConstraintComponent: SH.lessThanOrEquals,
    SH.DisjointConstraintComponent: SH.disjoint,
    SH.EqualsConstraintComponent: SH.equals,
}


def locate(
    outcome: Outcome, files: Iterable[SourceFile], rules: Sequence[SourceFile]
) -> list[Result]:
    """A result for each finding and each failure, with its places."""
    graph, facts = outcome.plan.graph, outcome.facts
    said_at, rules_at = Places(files), Places(rules)
    found = [
        _result(finding, _rule(finding, graph), graph, facts, said_at, rules_at)
        for finding in outcome.findings
    ]
    found += [
        Result(
            rule=rule_name(node, graph) or FAILED,
            severity=Severity.FAILURE,
            message=words,
            place=rules_at.find(from_rdflib(node)),
        )
        for node, words in outcome.failures.items()
    ]
    return found


def rule_name(node: Node, shapes: Graph) -> str:
    """The rule's IRI; an unnamed property shape goes by the shape that holds it."""
    seen: set[Node] = set()
    while isinstance(node, BNode) and node not in seen:
        seen.add(node)
        holder = min(shapes.subjects(None, node), default=None, key=str)
        if holder is None:
            break
        node = holder
    return str(from_rdflib(node)) if isinstance(node, BNode) else str(node)


def _result(
    finding: Finding, rule: Node, graph: Graph, facts: Facts, said_at: Places, rules_at: Places
) -> Result:
    shape = finding.shape
    path = finding.path if finding.path is not None else shape.path
    place, related = _places(finding, facts, said_at)
    return Result(
        rule=rule_name(rule, graph),
        severity=SEVERITIES.get(shape.severity, Severity.VIOLATION),
        message=_words(finding),
        place=place,
        focus=str(finding.focus),
        path=paths.as_text(path) if path is not None else None,
        value=str(finding.value) if finding.value is not None else None,
        component=str(finding.component),
        rule_place=rules_at.find(from_rdflib(rule)),
        related=related,
    )


def _places(
    finding: Finding, facts: Facts, said_at: Places
) -> tuple[Place | None, tuple[Place, ...]]:
    """The statement at fault, and the others that the rule compared it with."""
    focus, value = finding.focus, finding.value
    path = finding.path if finding.path is not None else finding.shape.path
    related: list[Place | None] = []
    if path is None:
        place = said_at.find(focus)
    elif isinstance(path, IRI):
        place = said_at.find(focus, path, value)
    else:
        subject, step = _last_step(path, focus, value, facts) or (focus, None)
        place = said_at.find(subject, step, value if subject != value else None)
        if subject != focus:
            related.append(said_at.find(focus))
    if finding.component == SH.MaxCountConstraintComponent and isinstance(path, IRI):
        related += said_at.all(focus, path)
    if finding.component in _COMPARED:
        for predicate in finding.shape.values(_COMPARED[finding.component]):
            related += said_at.all(focus, IRI(str(predicate)))
    if finding.constraint is not None:
        related += _compared(finding, facts, said_at)
    told = dict.fromkeys(at for at in related if at is not None and at != place)
    return place, tuple(told)


def _compared(finding: Finding, facts: Facts, said_at: Places) -> Iterator[Place | None]:
    """What a query selects besides the value is what it compared.

    A literal stands in a statement about one of the nodes; a node without one by its block.
    """
    others = [term for term in (finding.value, *finding.related) if term is not None]
    nodes = [term for term in others if not isinstance(term, Literal)]
    spoken: set[Term] = set()
    for literal in finding.related:
        for node in (*nodes, finding.focus) if isinstance(literal, Literal) else ():
            if (place := said_at.statement(node, literal)) is not None:
                spoken.add(node)
                yield place
                break
    for node in nodes:
        if node != finding.focus and node not in spoken and not facts.is_predicate(node):
            yield said_at.block(node)


def _last_step(
    path: paths.Path, focus: Term, value: Term | None, facts: Facts
) -> tuple[Term, IRI] | None:
    """The statement by which a path came to the value: its subject and predicate."""
    if value is None:
        return None
    reached = paths.walker(paths.Repeat(_any(path), none=True, more=True), facts)(focus)
    for predicate in sorted(paths.predicates(path), key=str):
        subjects = facts.backward(predicate).get(value, ())
        # The focus node before others, and always the same of those.
        for subject in sorted(subjects, key=lambda node: (node != focus, str(node))):
            if subject in reached:
                return subject, predicate
        for other in facts.forward(predicate).get(value, ()):
            if other == focus:
                return value, predicate
    return None


def _any(path: paths.Path) -> paths.Path:
    """One step along any of the path's predicates, either way."""
    steps = sorted(paths.predicates(path), key=str)
    return paths.Alternative(tuple(way for step in steps for way in (step, paths.Inverse(step))))


def _rule(finding: Finding, shapes: Graph) -> Node:
    """The shape, or its SPARQL constraint if that has words of its own."""
    constraint = finding.constraint
    if isinstance(constraint, URIRef) and (constraint, SH.message, None) in shapes:
        return constraint
    return finding.shape.node


def _words(finding: Finding) -> Words:
    by_language = {
        (message.language or ""): str(message)
        for message in (finding.messages or finding.shape.messages)
        if isinstance(message, RdflibLiteral)
    }
    fallback = by_language.get("") or next(iter(by_language.values()), "")
    if not fallback:
        name = str(finding.component).rsplit("#", 1)[-1].removesuffix("ConstraintComponent")
        return Words(
            f"ไม่เป็นไปตามเงื่อนไข {name} ของกฎนี้", f"does not meet the rule's {name} constraint"
        )
    return Words(by_language.get("th", fallback), by_language.get("en", fallback))
