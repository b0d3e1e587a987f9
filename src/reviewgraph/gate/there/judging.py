"""The shapes of a publication, judged on statements that lie in an engine."""

from __future__ import annotations

from collections.abc import Iterator

from rdflib.term import Node

from reviewgraph.errors import GateError, QueryError, Words
from reviewgraph.gate.judge import Rules, unreadable
from reviewgraph.gate.report import Report, Severity, in_reading_order
from reviewgraph.gate.shacl import sparql
from reviewgraph.gate.shacl.check import Finding
from reviewgraph.gate.shacl.components import instances_of
from reviewgraph.gate.shacl.core import Evaluator
from reviewgraph.gate.shacl.engine import PHASE, Outcome
from reviewgraph.gate.shacl.facts import Facts
from reviewgraph.gate.shacl.locate import locate
from reviewgraph.gate.shacl.plan import Plan
from reviewgraph.gate.shacl.together import ask_of, is_separable
from reviewgraph.gate.steps import Clock, Progress, Step, silent
from reviewgraph.gate.there.reading import There, focus_nodes, hierarchy, read_by, target
from reviewgraph.gate.there.suspicion import EVERYTHING, Suspicion
from reviewgraph.publication.folder import Publication


def judge_there(publication: Publication, there: There, progress: Progress = silent) -> Report:
    """The report of a publication's rules on statements that lie in an engine.

    Args:
        publication: its shapes are what counts.
        there: the statements.
        progress: told each rule before it is judged.

    Raises:
        QueryError: the engine does not say what classes there are, or how many statements.
    """
    if publication.errors:
        return unreadable(publication.errors, {}, publication)
    clock = Clock(progress)
    rules = Rules.of(publication.shapes)
    results = rules.wrong()
    notes = [_ONLY_RULES]
    if any(result.severity is Severity.FAILURE for result in results):
        return Report(in_reading_order(results), tuple(notes), rules=rules.described(publication))
    if not there.is_trusted:
        notes.append(_BY_VIRTUOSO)
    outcome = validate_there(rules.plan, there, clock)
    clock.stop()
    rows = there.select("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").dicts()
    return Report(
        results=in_reading_order([*results, *locate(outcome, (), publication.shapes)]),
        notes=tuple(notes),
        checked={"statements": int(next(rows)["n"].value), "shapes": rules.count},
        rules=rules.described(publication),
        seconds=clock.seconds,
    )


def validate_there(planned: Plan, there: There, progress: Progress = silent) -> Outcome:
    """Validate what lies in an engine: the same findings as of the same statements here.

    What cannot be judged there is among the failures: shapes that are left to pySHACL, queries that
    only make sense for one focus node at a time, and what the engine does not answer.

    Args:
        planned: the shapes.
        there: the statements.
        progress: told each rule before it is judged.

    Raises:
        QueryError: the engine does not say what classes there are.
    """
    classes = hierarchy(there)
    outcome = Outcome(planned, classes)
    suspicion = Suspicion(planned.shapes, lambda kind: instances_of(classes, kind), there.genid)
    for node in planned.own:
        progress(Step(PHASE, str(node)))
        try:
            conditions = suspicion.of(node, "?this") if there.is_trusted else [EVERYTHING]
            outcome.findings += _judged(planned, there, classes, node, conditions)
        except (GateError, QueryError) as error:
            outcome.failures[node] = error.words
    for constraint in planned.constraints:
        progress(Step(PHASE, constraint.name))
        try:
            outcome.findings += _asked(planned, there, classes, constraint)
        except (GateError, QueryError) as error:
            outcome.failures[constraint.node] = error.words
    for node in planned.left:
        outcome.failures[node] = Words(
            "กฎนี้ต้องใช้ pySHACL จึงตรวจในเครื่องปลายทางไม่ได้",
            "this rule is left to pySHACL, which cannot judge what lies elsewhere",
        )
    return outcome


_ONLY_RULES = Words(
    "ตรวจเฉพาะกฎใน shapes/ กับข้อมูลในเครื่องปลายทาง ไม่ได้ตรวจคำศัพท์ คำถาม และหลักฐาน",
    "the rules in shapes/ were judged on the data there, but no vocabulary, questions or evidence",
)
_BY_VIRTUOSO = Words(
    "กฎที่เป็นคำค้นถาม Virtuoso ซึ่งเทียบค่าที่เขียนผิดรูปแบบต่างจากที่นี่",
    "rules that are queries were asked of Virtuoso, which compares ill-formed values otherwise",
)


def _judged(
    planned: Plan, there: There, classes: Facts, node: Node, conditions: list[str]
) -> Iterator[Finding]:
    """The findings of a shape of SHACL Core."""
    pattern = target(there, planned.shapes, node, classes)
    if not pattern:
        return
    for some in focus_nodes(there, pattern, conditions):
        facts = Facts(classes)
        for subject, predicate, value in read_by(there, planned.shapes, node, some):
            if (subject, predicate, value) not in facts:
                facts.add(subject, predicate, value)
        judged = Evaluator(facts, planned.shapes).judged(node)
        for focus in some:
            yield from judged.findings(focus)


def _asked(
    planned: Plan, there: There, classes: Facts, constraint: sparql.Constraint
) -> Iterator[Finding]:
    """The findings of a SPARQL constraint."""
    pattern = target(there, planned.shapes, constraint.targeted, classes)
    if not pattern:
        return
    if not is_separable(constraint.query):
        raise GateError(
            "คำค้นของกฎนี้ต้องถามทีละรายการ จึงตรวจในเครื่องปลายทางไม่ได้",
            "the rule's query has to be asked of one focus node at a time, which is not done there",
        )
    # Joined at the head of the query, as focus nodes are: see ``gate.shacl.together``.
    head = f"{{ SELECT DISTINCT ?this {{ {pattern} }} }}"
    for row in there.select(ask_of(constraint.query, head)).dicts():
        yield sparql.finding(constraint, planned.graph, row["this"], row)
