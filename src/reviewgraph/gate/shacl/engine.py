"""The run: every rule by whoever judges it, and after an edit only where it is felt."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import chain, count
from typing import NamedTuple

from rdflib import Graph, URIRef
from rdflib.term import Node

from reviewgraph.errors import GateError, Words
from reviewgraph.gate.shacl import paths, reads, record, results, sparql
from reviewgraph.gate.shacl.check import Finding
from reviewgraph.gate.shacl.components import SUBCLASS
from reviewgraph.gate.shacl.core import Evaluator
from reviewgraph.gate.shacl.facts import Facts
from reviewgraph.gate.shacl.plan import Plan, alone
from reviewgraph.gate.shacl.touched import felt_by
from reviewgraph.gate.steps import Progress, Step, silent
from reviewgraph.rdf.terms import IRI, Statement, Term, to_rdflib
from reviewgraph.store.interface import Store

PHASE = "shacl"


@dataclass
class Outcome:
    """What was found, and what could not be judged: by shape, with the reason."""

    plan: Plan
    facts: Facts
    findings: list[Finding] = field(default_factory=list)
    failures: dict[Node, Words] = field(default_factory=dict)

    def graph(self) -> Graph:
        """The W3C validation report."""
        return results.as_graph(map(_settled, self.findings), self.plan.graph, self.facts)


def _settled(finding: Finding) -> Finding:
    """The finding with its details in an order that no earlier edit has a part in."""
    if not finding.details:
        return finding
    details = sorted(
        map(_settled, finding.details),
        key=lambda d: tuple(map(str, (d.shape.node, d.component, d.path, d.value))),
    )
    return finding._replace(details=tuple(details))


def validate(
    facts: Facts,
    planned: Plan,
    store: Store,
    *,
    progress: Progress = silent,
    skip: Mapping[Step, Words] | None = None,
) -> Outcome:
    """Validate the merge of all graphs.

    Args:
        facts: what to validate.
        planned: the shapes.
        store: of the same statements, for the SPARQL constraints.
        progress: told each rule before it is judged.
        skip: rules that are not to be judged, with the reason: they become failures.
    """
    return Validation(facts, planned, store).run(progress, skip or {})


class Validation:
    """What was found, kept by shape and focus node, so that an edit need not begin anew."""

    def __init__(self, facts: Facts, planned: Plan, store: Store) -> None:
        self.facts = facts
        self.plan = planned
        self._store = store
        self._steps = _steps(planned)
        self._evaluator = Evaluator(facts, planned.shapes)
        self._own: dict[Node, dict[Term, list[Finding]]] = {}
        self._asked: dict[sparql.Constraint, dict[Term, list[Finding]]] = {}
        self._left: dict[Node, list[Finding]] = {}
        self._failures: dict[Node, Words] = {}
        self._trails: dict[IRI | None, list[_Trail]] = {}
        self._skip: Mapping[Step, Words] = {}

    def run(self, progress: Progress = silent, skip: Mapping[Step, Words] | None = None) -> Outcome:
        """Judge everything."""
        self._failures.clear()
        self._skip = skip or {}
        for node in self.plan.own:
            if self._begins(self._steps[node], node, progress):
                self._own[node] = {}
                self._judge(node, self._evaluator.focus_nodes(node))
        for constraint in self.plan.constraints:
            if self._begins(self._steps[constraint], constraint.node, progress):
                self._ask(constraint)
        self._judge_left(progress)
        return self.outcome()

    def prepare(self) -> None:
        """Find out what each rule reads, before the first edit."""
        self._follow_trails()
        for constraint in self.plan.constraints:
            reads.query_keys(constraint.query)
            felt_by(constraint.query, set(), self._store)

    def edit(
        self,
        removed: AbstractSet[Statement],
        added: AbstractSet[Statement],
        change: Callable[[], None],
        progress: Progress,
    ) -> Outcome:
        """Judge again what an edit of the facts can be felt by.

        Args:
            removed: facts that will be gone.
            added: facts that will be new.
            change: makes it so, in the facts and in the store.
            progress: told each rule before it is judged.
        """
        changed = removed | added
        felt = self._felt(removed)
        touched = reads.keys(changed)
        waiting = {
            constraint: felt_by(constraint.query, set(removed), self._store)
            for constraint in self.plan.constraints
            if self._rests_on(constraint, touched)
        }
        change()
        if any(predicate == SUBCLASS for _s, predicate, _o in changed):
            self._evaluator = Evaluator(self.facts, self.plan.shapes)
            self._trails = {}
            return self.run(progress, self._skip)
        for node, terms in self._felt(added).items():
            felt[node] |= terms
        ends = {end for subject, _p, value in changed for end in (subject, value)}
        for node in self._own:
            progress(self._steps[node])
            again = felt[node] | ends
            for focus in again:
                self._own[node].pop(focus, None)
            self._judge(node, (f for f in again if self._evaluator.is_focus_node(node, f)))
        for constraint, before in waiting.items():
            if self._begins(self._steps[constraint], constraint.node, progress):
                after = felt_by(constraint.query, set(added), self._store)
                if before is None or after is None or constraint not in self._asked:
                    self._ask(constraint, patience=0)
                else:
                    self._ask(constraint, before | after | ends)
        if changed:
            self._judge_left(progress)
        return self.outcome()

    def outcome(self) -> Outcome:
        """Everything that was found so far."""
        findings = [
            finding
            for by_focus in self._own.values()
            for found in by_focus.values()
            for finding in found
        ]
        findings += [
            finding
            for by_focus in self._asked.values()
            for found in by_focus.values()
            for finding in found
        ]
        findings += [finding for found in self._left.values() for finding in found]
        return Outcome(self.plan, self.facts, findings, dict(self._failures))

    def _begins(self, step: Step, node: Node, progress: Progress) -> bool:
        if step in self._skip:
            self._failures[node] = self._skip[step]
            return False
        progress(step)
        return True

    def _judge(self, node: Node, focus_nodes: Iterable[Term]) -> None:
        findings, kept = self._evaluator.judged(node).findings, self._own[node]
        for focus in focus_nodes:
            if found := findings(focus):
                kept[focus] = found

    def _ask(
        self,
        constraint: sparql.Constraint,
        again: set[Term] | None = None,
        patience: float = sparql.SINGLY_FOR,
    ) -> None:
        """Ask for all focus nodes, or again for some of them."""
        evaluator, shape = self._evaluator, constraint.targeted
        nodes: Collection[Term]
        if again is None:
            nodes, kept = evaluator.focus_nodes(shape), {}
        else:
            nodes = [node for node in again if evaluator.is_focus_node(shape, node)]
            before = self._asked[constraint]
            kept = {focus: found for focus, found in before.items() if focus not in again}
        self._failures.pop(constraint.node, None)
        try:
            for finding in sparql.findings(
                constraint, nodes, self.plan.graph, self._store, patience
            ):
                kept.setdefault(finding.focus, []).append(finding)
            self._asked[constraint] = kept
        except GateError as error:
            self._asked.pop(constraint, None)
            self._failures[constraint.node] = error.words

    def _judge_left(self, progress: Progress) -> None:
        """Let pySHACL judge the rest, one shape at a time, so that a failure has a name."""
        if not self.plan.left:
            return
        data = Graph(bind_namespaces="none")
        for subject, predicate, value in self.facts:
            data.add((to_rdflib(subject), to_rdflib(predicate), to_rdflib(value)))
        for node in self.plan.left:
            self._failures.pop(node, None)
            if not self._begins(self._steps[node], node, progress):
                continue
            try:
                report = record.validate(data, alone(self.plan.shapes, {node}))
            except GateError as error:
                self._left.pop(node, None)
                self._failures[node] = error.words
            else:
                self._left[node] = results.from_graph(report, self.plan.shapes)

    def _felt(self, changed: AbstractSet[Statement]) -> dict[Node, set[Term]]:
        """By shape, the nodes from which it reads one of these statements, as things stand."""
        by_predicate = self._follow_trails()
        felt: dict[Node, set[Term]] = {node: set() for node in self.plan.own}
        for subject, predicate, value in changed:
            for trail in (*by_predicate.get(predicate, ()), *by_predicate.get(None, ())):
                felt[trail.node].update(trail.back(value if trail.inverse else subject))
        return felt

    def _follow_trails(self) -> dict[IRI | None, list[_Trail]]:
        """The ways back from a statement, by its predicate; ``None`` for any."""
        if not self._trails:
            for node in self.plan.own:
                for read in set(reads.reads(self.plan.shapes, node)):
                    back = paths.inverse(read.path or paths.Sequence(()))
                    trail = _Trail(node, read.inverse, paths.walker(back, self.facts))
                    self._trails.setdefault(read.predicate, []).append(trail)
        return self._trails

    def _rests_on(self, constraint: sparql.Constraint, touched: set[reads.Key]) -> bool:
        read = reads.query_keys(constraint.query)
        if read is None:
            return True
        classes = self._evaluator.target_classes(constraint.targeted)
        targets = reads.target_keys(self.plan.shapes, constraint.targeted, classes)
        return not touched.isdisjoint(read | targets)


def _steps(planned: Plan) -> dict[Node | sparql.Constraint, Step]:
    """What each shape and constraint is called as a step; no two are called alike.

    A query that has no IRI goes by its shape's, or else by that of the shape with the target.
    """
    found: dict[Node | sparql.Constraint, Step] = {
        node: Step(PHASE, _called(node)) for node in (*planned.own, *planned.left)
    }
    taken = {step.subject for step in found.values()}
    for constraint in planned.constraints:
        names = (constraint.node, constraint.shape.node, constraint.targeted)
        name = next((str(node) for node in names if isinstance(node, URIRef)), _called(names[-1]))
        subjects = chain((name, f"{name} SPARQL"), (f"{name} SPARQL {n}" for n in count(2)))
        subject = next(each for each in subjects if each not in taken)
        taken.add(subject)
        found[constraint] = Step(PHASE, subject)
    return found


def _called(node: Node) -> str:
    return str(node) if isinstance(node, URIRef) else f"_:{node}"


class _Trail(NamedTuple):
    """From a statement back to the focus nodes that read it."""

    node: Node
    inverse: bool
    back: paths.Walk
