"""The rules are checked too: each way in which a rule checks nothing has a result."""

import pytest

from reviewgraph.gate.judge import judge
from reviewgraph.gate.report import RULES, Severity
from reviewgraph.publication.folder import load

SHAPES = "shapes/artefact.ttl"


def results(folder):
    return judge(load(folder)).results


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("sh:targetClass m:Artefact", "sh:targetclass m:Artefact", "unknown-term"),
        ("sh:minCount", "sh:minimumCount", "unknown-term"),
        ("sh:targetClass m:Artefact ;", "", "shape-without-target"),
        ("sh:targetClass m:Artefact", "sh:targetClass m:Room , <x:Nothing>", "idle-target"),
        ("sh:targetClass m:Artefact", "sh:targetSubjectsOf <x:nothing>", "idle-target"),
        ("sh:targetClass m:Artefact", "sh:targetNode <x:nothing>", "idle-target"),
        ("sh:message", "sh:description", "shape-without-message"),
        (', "An artefact is shown in one room: name exactly one."@en', "", "shape-without-message"),
        ("sh:maxCount 1 ;", "sh:maxCount 1 ; sh:js <x:js> ;", "unsupported-constraint"),
        (
            "sh:targetClass",
            "<http://www.w3.org/2002/07/owl#imports> <x:y> ; sh:targetClass",
            "unsupported-import",
        ),
    ],
)
def test_a_rule_that_would_be_silent_is_told(museum_copy, old, new, rule):
    path = museum_copy / SHAPES
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    found = [result for result in results(museum_copy) if result.rule == RULES + rule]
    assert found
    assert found[0].place.file == SHAPES
    assert found[0].severity >= Severity.VIOLATION


def test_a_constraint_that_would_call_another_endpoint_is_never_run(museum_copy):
    (museum_copy / "shapes" / "out.ttl").write_text(
        """@prefix sh: <http://www.w3.org/ns/shacl#> .
        <https://museum.example/shape/B> a sh:NodeShape ;
          sh:targetClass <https://museum.example/terms#Room> ;
          sh:sparql <https://museum.example/shape/B-q> .
        <https://museum.example/shape/B-q> sh:message "กข"@th , "x"@en ;
          sh:select "SELECT $this { \\u0053ERVICE <http://127.0.0.1:9/> { $this ?p ?o } }" ."""
    )
    report = judge(load(museum_copy))
    assert report.exit_code() == 2
    (result,) = report.results
    assert result.place.file == "shapes/out.ttl"
    assert "SERVICE" in result.message.en


def test_no_shapes_at_all_is_a_failure(museum_copy):
    (museum_copy / SHAPES).write_text("# nothing\n")
    report = judge(load(museum_copy))
    assert RULES + "no-shapes" in {result.rule for result in report.results}
    assert report.exit_code() == 2


def test_a_target_may_be_met_by_a_case_alone(museum_copy):
    shape = museum_copy / SHAPES
    shape.write_text(shape.read_text().replace("m:Artefact ;", "m:Artefact , <x:Planned> ;", 1))
    case = museum_copy / "shapes" / "cases" / "planned.valid.ttl"
    case.parent.mkdir(exist_ok=True)
    case.write_text("<x:a> a <x:Planned> .")
    assert results(museum_copy) == ()
