"""Statements judged where they lie: the findings of the same statements judged here."""

import os
import shutil
import subprocess
import sys
import tarfile
from decimal import Decimal
from itertools import islice
from pathlib import Path

import pytest
from rdflib import Graph
from rdflib.namespace import Namespace

from reviewgraph.gate import shapes
from reviewgraph.gate.ground import Ground
from reviewgraph.gate.shacl import engine as here
from reviewgraph.gate.shacl import plan as plans
from reviewgraph.gate.shacl.facts import Facts
from reviewgraph.gate.there.judging import validate_there
from reviewgraph.gate.there.suspicion import EVERYTHING, Suspicion
from reviewgraph.publication import turtle
from reviewgraph.publication.folder import load
from reviewgraph.publication.lines import Lines
from reviewgraph.publish.load.loading import load as put
from reviewgraph.rdf.terms import IRI, Literal, Quad, statement, to_graph
from reviewgraph.store.live import LiveStore
from reviewgraph.store.remote.engine import Access, Engine
from reviewgraph.store.remote.merge import Merge
from reviewgraph.store.remote.versions import line_of

REPO = Path(__file__).resolve().parents[2]
BASE = "https://w3id.org/reviewgraph/"
ROOT = Path(os.environ.get("REVIEWGRAPH_TEST_MATERIAL", REPO.parent / "shared"))
ARCHIVE = ROOT / "suites" / "shacl-core-sparql.tar.gz"
SHT = Namespace("http://www.w3.org/ns/shacl-test#")
XSD_DECIMAL = "http://www.w3.org/2001/XMLSchema#decimal"
TESTS = "https://example.org/tests/"


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory):
    """A publication of made-up reviews with errors of every kind."""
    folder = tmp_path_factory.mktemp("made") / "publication"
    command = [sys.executable, REPO / "benchmarks" / "generate.py", "--triples", "6000"]
    subprocess.run([*command, "--errors", "0.02", folder], check=True, capture_output=True)
    return load(folder)


def plan_of(publication):
    files = publication.shapes
    return plans.plan(shapes.merge(each.statement for file in files for each in file.statements))


def merge_of(engine, name, facts):
    """The facts, put into a graph of an engine."""
    graph = f"https://data.example/{name}"
    lines = (line_of(each, BASE).decode() for each in facts)
    while some := list(islice(lines, 1000)):
        text = "\n".join(some)
        engine.update(f"INSERT DATA {{ GRAPH <{graph}> {{ {text} }} }}")
    return Merge(engine, (graph,), BASE)


def spelt(term):
    """Engines keep values, not how they were written: of ``4.0`` comes back ``4``."""
    if isinstance(term, Literal) and term.datatype.value == XSD_DECIMAL:
        return f"{Decimal(term.value).normalize():f}"
    return str(term)


def told(outcome):
    return sorted(
        (
            str(finding.shape.node),
            str(finding.component),
            spelt(finding.focus),
            spelt(finding.value),
            str(finding.path),
            str(finding.constraint),
            sorted(map(str, finding.messages)),
            len(finding.details),
        )
        for finding in outcome.findings
    )


@pytest.fixture(scope="module")
def there(lasting_oxigraph):
    with Engine(Access(f"{lasting_oxigraph}/query", f"{lasting_oxigraph}/update")) as engine:
        yield engine


def test_the_findings_are_those_of_the_gate(spoiled, there):
    plan = plan_of(spoiled)
    ground = Ground(spoiled.files, named=False)
    wanted = here.validate(ground.facts, plan, ground.store)
    found = validate_there(plan, merge_of(there, "spoiled", ground.facts))
    assert len(wanted.findings) > 100
    assert len({finding.shape.node for finding in wanted.findings}) > 40
    assert wanted.failures == found.failures == {}
    assert told(found) == told(wanted)


def test_virtuoso_finds_what_the_gate_finds(spoiled, virtuoso):
    plan = plan_of(spoiled)
    ground = Ground(spoiled.files, named=False)
    wanted = here.validate(ground.facts, plan, ground.store)
    with Engine(virtuoso) as engine:
        found = validate_there(plan, merge_of(engine, "spoiled", ground.facts))
    assert [str(node).rsplit("/", 1)[-1] for node in found.failures] == ["Theme-unused-sparql"]
    unjudged = {str(node) for node in found.failures}
    core, asked = ([], []), ([], [])
    for place, outcome in enumerate((wanted, found)):
        for each in told(outcome):
            if each[5] not in unjudged:
                (core if each[5] == "None" else asked)[place].append(each)
    assert core[1] == core[0]
    # It takes what is no date for one, at times: more findings, but none fewer.
    assert all(each in asked[1] for each in asked[0])


class Counting:
    """Counts what is asked."""

    def __init__(self, merge):
        self.merge = merge
        self.asked = []

    def __getattr__(self, name):
        return getattr(self.merge, name)

    def select(self, query):
        self.asked.append(query)
        return self.merge.select(query)


def test_of_what_is_not_suspicious_nothing_is_fetched(museum_folder, there):
    publication = load(museum_folder)
    plan = plan_of(publication)
    facts = Ground(publication.files, named=False).facts
    counting = Counting(merge_of(there, "clean", facts))
    outcome = validate_there(plan, counting)
    assert outcome.findings == []
    assert outcome.failures == {}
    assert not any("?s" in query for query in counting.asked)


def test_what_a_query_cannot_say_leaves_everything_suspicious(spoiled):
    plan = plan_of(spoiled)
    suspicion = Suspicion(plan.shapes, lambda kind: frozenset({kind}), f"{BASE}genid/")
    told_by = {str(node): suspicion.of(node, "?this") for node in plan.own}
    assert any(EVERYTHING in conditions for conditions in told_by.values())
    assert any(conditions and EVERYTHING not in conditions for conditions in told_by.values())


def test_blank_nodes_that_every_answer_calls_otherwise_are_no_ground_to_judge_on(
    museum_folder, there
):
    plan = plan_of(load(museum_folder))
    there.update(
        "INSERT DATA { GRAPH <https://data.example/blank> {"
        " [] a <https://museum.example/terms#Artefact> } }"
    )
    outcome = validate_there(plan, Merge(there, ("https://data.example/blank",), BASE))
    assert outcome.findings == []
    assert any("blank nodes" in words.en for words in outcome.failures.values())


# --- the W3C's suite ------------------------------------------------------------------------------


def suite():
    if not ARCHIVE.is_file():
        return {}
    found = {}
    with tarfile.open(ARCHIVE) as archive:
        for member in archive.getmembers():
            _, below, path = member.name.partition("/tests/")
            if below and path.endswith(".ttl") and not path.endswith("manifest.ttl"):
                found[path] = archive.extractfile(member).read().decode()
    return found


FILES = suite()
OTHERWISE = {"core/property/datatype-ill-formed.ttl": "Oxigraph makes an integer of a byte"}


def statements(path):
    text = FILES[path]
    read = turtle.read(text, base=TESTS + path, scope="f", lines=Lines(text))
    return [statement(located.quad) for located in read]


def graph_of(found) -> Graph:
    return to_graph(Quad(*each, IRI(TESTS)) for each in found)


def test_the_suites_cases_have_the_same_findings(there):
    if not FILES:
        if os.environ.get("CI"):
            pytest.fail(f"CI needs {ARCHIVE.name}")
        pytest.skip("the W3C's suite is not here")
    compared = findings = 0
    for path in sorted(FILES.keys() - OTHERWISE.keys()):
        graph = graph_of(statements(path))
        for action in graph.subjects(SHT.shapesGraph, None):
            names = [
                str(graph.value(action, each)).removeprefix(TESTS)
                for each in (SHT.shapesGraph, SHT.dataGraph)
            ]
            if not set(names) <= FILES.keys():
                continue
            plan = plans.plan(graph_of(statements(names[0])))
            if plan.left or not (plan.own or plan.constraints):
                continue
            facts = Facts(dict.fromkeys(statements(names[1])))
            wanted = here.validate(facts, plan, LiveStore(facts))
            found = validate_there(plan, merge_of(there, path, facts))
            unjudged = {str(node) for node in found.failures}
            assert told(found) == [each for each in told(wanted) if each[5] not in unjudged], path
            compared += 1
            findings += len(found.findings)
    assert compared > 80
    assert findings > 150


# --- the command ----------------------------------------------------------------------------------


def validated(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "reviewgraph", "validate", *map(str, arguments), "--lang", "en"],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_judges_the_release_in_force(museum_copy, museum, oxigraph):
    address = f"{oxigraph}/query"
    nothing = validated(museum_copy, "--store", address)
    assert nothing.returncode == 2
    assert "no release is in force there" in nothing.stderr
    with Engine(Access(address, f"{oxigraph}/update")) as engine:
        put(museum, engine)
        good = validated(museum_copy, "--store", address)
        assert good.returncode == 0, good.stderr
        assert f"checked {museum.triples} statements" in good.stdout
        engine.update(
            "INSERT DATA { GRAPH <https://data.example/g> { <https://museum.example/id/pot>"
            " a <https://museum.example/terms#Artefact> } }"
        )
    bad = validated(museum_copy, "--store", address, "--graph", "https://data.example/g")
    assert bad.returncode == 1
    assert "https://museum.example/id/pot" in bad.stdout
    assert "no vocabulary, questions or evidence" in bad.stdout
    away = validated(museum_copy, "--store", "http://127.0.0.1:9/query", "--graph", "urn:g")
    assert away.returncode == 2
    assert "Traceback" not in away.stderr
    assert "cannot be reached" in away.stderr
    both = validated(museum_copy, "--store", address, "--sources", museum_copy)
    assert both.returncode == 2


def test_a_rule_that_cannot_be_judged_there_is_named(museum_copy, museum, oxigraph):
    shutil.copy(museum_copy / "shapes" / "artefact.ttl", museum_copy / "shapes" / "more.ttl")
    (museum_copy / "shapes" / "more.ttl").write_text(
        """
        PREFIX sh: <http://www.w3.org/ns/shacl#>
        PREFIX m: <https://museum.example/terms#>
        m:Limited a sh:NodeShape ; sh:targetClass m:Artefact ; sh:sparql m:limited .
        m:limited a sh:SPARQLConstraint ; sh:message "no"@en , "ไม่"@th ;
            sh:select "SELECT $this { $this a ?x } LIMIT 1" .
        m:Outside a sh:NodeShape ; sh:targetClass m:Artefact ; sh:sparql m:outside .
        m:outside a sh:SPARQLConstraint ; sh:message "no"@en , "ไม่"@th ;
            sh:select "SELECT $this { $this a ?x FILTER(<bif:sleep>(9)) }" .
        """
    )
    address = f"{oxigraph}/query"
    with Engine(Access(address, f"{oxigraph}/update")) as engine:
        put(museum, engine)
    answer = validated(museum_copy, "--store", address)
    assert answer.returncode == 2, answer.stdout + answer.stderr
    assert "asked of one focus node at a time" in answer.stdout
    assert "is not of SPARQL 1.1" in answer.stdout
