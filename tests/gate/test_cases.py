"""Every rule on its cases: found here, not listed; results compared as W3C reports.

``shapes/cases/<file>/<rule>.valid.ttl`` must have no result about its own records, and
``<rule>.invalid.<reason>.ttl`` just those of ``<rule>.invalid.<reason>.expected.ttl``. A case
plays before ``shapes/cases/background.ttl``, which is clean.
"""

from functools import cache
from pathlib import Path

import pytest
from pyshacl.shape import Shape
from rdflib import Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import SH

from reviewgraph.gate import shapes
from reviewgraph.gate.shacl import engine, plan, record
from reviewgraph.gate.shacl.core import Evaluator
from reviewgraph.gate.shacl.facts import Facts
from reviewgraph.gate.shacl.model import TARGETS
from reviewgraph.publication.folder import load, read_rdf
from reviewgraph.rdf.terms import statement, to_graph, to_rdflib
from reviewgraph.store.embedded import EmbeddedStore
from reviewgraph.store.live import LiveStore

REPO = Path(__file__).resolve().parents[2]
FOLDER = REPO / "shapes" / "cases"
CASES = sorted(path for path in FOLDER.glob("*/*.ttl") if not path.name.endswith(".expected.ttl"))
COMPARED = (
    SH.focusNode,
    SH.resultPath,
    SH.value,
    SH.sourceConstraintComponent,
    SH.sourceShape,
    SH.sourceConstraint,
    SH.resultSeverity,
)


@cache
def publication():
    return load(REPO)


@cache
def rules() -> Graph:
    return shapes.merge(
        located.statement for file in publication().shapes for located in file.statements
    )


@cache
def planned() -> plan.Plan:
    return plan.plan(rules())


@pytest.fixture
def about(monkeypatch):
    """The records that engines look at, none other: so that a case is quick to judge."""
    nodes: set = set()
    own, of_pyshacl = Evaluator.focus_nodes, Shape.focus_nodes
    monkeypatch.setattr(
        Evaluator,
        "focus_nodes",
        lambda *args: {node: None for node in own(*args) if to_rdflib(node) in nodes},
    )
    monkeypatch.setattr(
        Shape, "focus_nodes", lambda *args, **named: of_pyshacl(*args, **named) & nodes
    )
    return nodes


def on_stage(path, about: set):
    """A case before the background; ``about`` are its own records from now on."""
    quads = case(path)
    about.clear()
    about.update(to_rdflib(quad.subject) for quad in quads)
    return background() + quads


@cache
def stage() -> tuple[Facts, LiveStore, engine.Validation]:
    """The background with all rules bound to it, once for all cases."""
    facts = Facts(map(statement, background()))
    store = LiveStore(facts)
    return facts, store, engine.Validation(facts, planned(), store)


@pytest.fixture
def report_of(about):
    """The report on a case."""

    def judge(path):
        facts, store, validation = stage()
        said = [statement(quad) for quad in on_stage(path, about)[len(background()) :]]
        added = [one for one in said if facts.add(*one)]
        store.edit((), added)
        try:
            outcome = validation.run()
            assert outcome.failures == {}
            return outcome.graph()
        finally:
            for one in said:
                facts.remove(*one)
            store.edit(added, ())

    return judge


@pytest.fixture
def record_of(about):
    """The same by pySHACL alone."""
    return lambda path: record.validate(to_graph(on_stage(path, about)), rules())


@cache
def background():
    stage = read_rdf(REPO, FOLDER / "background.ttl", publication().catalog.base)
    return [quad for file in (*publication().ontology, stage) for quad in file.quads()]


def case(path):
    return read_rdf(REPO, path, publication().catalog.base).quads()


def results(graph: Graph, about: set) -> list:
    """The results about these focus nodes, without their words."""
    return sorted(
        sorted((str(p), value.n3()) for p in COMPARED for value in graph.objects(node, p))
        for node in graph.objects(predicate=SH.result)
        if graph.value(node, SH.focusNode) in about
    )


def expected(path) -> Graph:
    return to_graph(case(path.with_name(path.name.removesuffix(".ttl") + ".expected.ttl")))


def name(path):
    return path.relative_to(FOLDER).as_posix()


def test_there_are_cases():
    assert len(CASES) > 400


@pytest.mark.parametrize("path", CASES, ids=name)
def test_a_case_has_the_results_it_says(path, report_of, about):
    if ".invalid." in path.name:
        report = expected(path)
        wanted = results(report, set(report.objects(predicate=SH.focusNode)))
        assert wanted, "an invalid case expects at least one result"
    else:
        assert ".valid" in path.name
        wanted = []
    assert results(report_of(path), about) == wanted


OF_SPARQL = [
    path
    for path in CASES
    if ".invalid." in path.name
    and (None, SH.sourceConstraintComponent, SH.SPARQLConstraintComponent) in expected(path)
]


def test_there_are_cases_of_sparql_constraints():
    assert len(OF_SPARQL) >= 20


@pytest.mark.parametrize("path", OF_SPARQL, ids=name)
def test_the_store_judges_sparql_constraints_as_pyshacl_does(path, report_of, record_of, about):
    assert results(report_of(path), about) == results(record_of(path), about)


def without_languages(report: Graph) -> Graph:
    """A report as pySHACL writes it: the words of SPARQL constraints have lost their languages."""
    written = Graph()
    written += report
    for node in report.subjects(SH.sourceConstraint):
        for message in report.objects(node, SH.resultMessage):
            written.remove((node, SH.resultMessage, message))
            written.add((node, SH.resultMessage, Literal(str(message))))
    return written


INVALID = [path for path in CASES if ".invalid." in path.name]


@pytest.mark.parametrize("path", INVALID[::12], ids=name)
def test_the_report_is_isomorphic_to_that_of_pyshacl(path, report_of, record_of):
    assert isomorphic(without_languages(report_of(path)), record_of(path))


def rules_that_can_fail() -> set[URIRef]:
    return set(rules().subjects(SH.severity))


def test_every_rule_has_a_case_that_breaks_it():
    broken = {
        shape
        for path in CASES
        if ".invalid." in path.name
        for shape in expected(path).objects(predicate=SH.sourceShape)
    }
    assert rules_that_can_fail() - broken == set()
    assert len(broken) > 150


def test_every_rule_has_a_valid_case():
    valid = {path.name.split(".")[0] for path in CASES if ".valid" in path.name}
    rule_names = {str(rule).rsplit("/", 1)[-1] for rule in rules_that_can_fail()}
    assert {rule for rule in rule_names if rule not in valid} == set()


def test_every_target_is_met_by_a_case():
    met = Facts(statement(quad) for path in CASES for quad in case(path))
    targeted = [
        (shape, target) for kind in TARGETS for shape, target in rules().subject_objects(kind)
    ]
    idle = shapes.idle_targets(rules(), (), met, Facts)
    assert len(targeted) > 80
    assert idle == []


def test_every_message_is_in_thai_and_english_and_says_something():
    messages = list(rules().subject_objects(SH.message))
    assert len(messages) > 300
    for shape, message in messages:
        assert message.language in {"th", "en"}, shape
        assert len(message) > 20, shape
        has_thai = any("\u0e00" <= character <= "\u0e7f" for character in message)
        assert has_thai or message.language == "en", shape


def test_the_background_is_clean():
    quads = background()
    facts = Facts(map(statement, quads))
    outcome = engine.validate(facts, planned(), EmbeddedStore.in_memory(quads))
    stage = read_rdf(REPO, FOLDER / "background.ttl", publication().catalog.base).quads()
    assert results(outcome.graph(), {to_rdflib(quad.subject) for quad in stage}) == []
