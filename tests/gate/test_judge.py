"""The gate on a whole folder: what passes, what does not, and where it says so."""

import json

import pytest

from reviewgraph.errors import Place, Words
from reviewgraph.gate import formats
from reviewgraph.gate.judge import judge
from reviewgraph.gate.report import RULES, Report, Result, Severity
from reviewgraph.publication.folder import load


def judged(folder, **options):
    return judge(load(folder), **options)


def spoil(folder, name, old, new):
    path = folder / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    return text[: text.index(old)].count("\n") + 1


def only(report):
    (result,) = report.results
    return result


def test_a_clean_folder_passes_and_says_what_it_checked(museum_folder):
    report = judged(museum_folder)
    assert report.results == ()
    assert report.exit_code(Severity.INFO) == 0
    assert report.checked == {
        "files": 8,
        "statements": 54,
        "questions": 1,
        "views": 2,
        "shapes": 2,
        "spans": 0,
        "texts": 0,
        "claims": 0,
        "claims_with_evidence": 0,
    }


def test_a_violation_names_the_line_of_the_statement_at_fault(museum_copy):
    line = spoil(
        museum_copy,
        "data/artefacts.ttl",
        "m:shownIn <https://museum.example/id/room/1>",
        "m:shownIn <https://museum.example/id/room/1> , <https://museum.example/id/room/2>",
    )
    result = next(r for r in judged(museum_copy).results if "shape" in r.rule)
    assert result.place == Place("data/artefacts.ttl", line, 5)
    assert result.rule == "https://museum.example/shape/Artefact-room"
    assert result.rule_place.file == "shapes/artefact.ttl"
    assert "one room" in result.message.en
    assert "ห้อง" in result.message.th
    assert result.severity is Severity.VIOLATION


def test_what_is_missing_is_shown_at_the_subjects_block(museum_copy):
    spoil(
        museum_copy,
        "data/artefacts.ttl",
        '    m:madeIn "1400"^^xsd:gYear ;\n    m:shownIn <https://museum.example/id/room/1> .',
        '    m:madeIn "1400"^^xsd:gYear .',
    )
    report = judged(museum_copy)
    line = (museum_copy / "data/artefacts.ttl").read_text().split("id/bowl")[0].count("\n") + 1
    missing = next(r for r in report.results if "shape" in r.rule)
    assert missing.place == Place("data/artefacts.ttl", line, 1)
    assert report.exit_code() == 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("m:madeIn", "m:madeAt", "did you mean “madeIn”"),
        ("a m:Artefact", "a m:Artifact", "did you mean “Artefact”"),
        ("m:name", "<http://www.w3.org/2000/01/rdf-schema#lable>", "did you mean “label”"),
        ("m:name", "<http://schema.org/name>", "https, not http"),
        ("m:name", "<http://www.w3.org/ns/oa#qqqqqq>", "check its spelling"),
    ],
)
def test_a_term_that_a_known_namespace_does_not_define_is_a_violation(museum_copy, old, new, said):
    line = spoil(museum_copy, "data/artefacts.ttl", old, new)
    result = next(r for r in judged(museum_copy).results if r.rule == RULES + "unknown-term")
    assert said in result.message.en
    assert (result.place.file, result.place.line) == ("data/artefacts.ttl", line)


def test_every_file_in_error_is_a_failure_and_nothing_is_judged_by_halves(museum_copy):
    (museum_copy / "data" / "one.ttl").write_text("<s> <p> .")
    (museum_copy / "data" / "two.ttl").write_text("<s> <p> .")
    report = judged(museum_copy)
    assert [str(result.place) for result in report.results] == [
        "data/one.ttl:1:9",
        "data/two.ttl:1:9",
    ]
    assert report.exit_code() == 2
    assert "not judged" in report.notes[0].en


def test_a_constraint_whose_query_is_broken_is_a_failure_not_a_pass(museum_copy):
    (museum_copy / "shapes" / "broken.ttl").write_text(
        """@prefix sh: <http://www.w3.org/ns/shacl#> .
        <https://museum.example/shape/B> a sh:NodeShape ;
          sh:targetClass <https://museum.example/terms#Room> ;
          sh:sparql <https://museum.example/shape/B-q> .
        <https://museum.example/shape/B-q> sh:message "x"@th , "x"@en ;
          sh:select "SELECT nonsense" ."""
    )
    report = judged(museum_copy)
    result = only(report)
    assert result.severity is Severity.FAILURE
    assert result.place.file == "shapes/broken.ttl"
    assert "could not be judged" in result.message.en
    assert report.exit_code() == 2


def test_a_malformed_shape_is_named_and_the_rest_is_still_told(museum_copy, capfd):
    spoil(museum_copy, "shapes/artefact.ttl", "sh:minCount 1", 'sh:minCount "x"')
    spoil(museum_copy, "data/artefacts.ttl", "m:madeIn", "m:madeAt")
    report = judged(museum_copy)
    assert {result.place.file for result in report.results} == {
        "shapes/artefact.ttl",
        "data/artefacts.ttl",
    }
    assert report.exit_code() == 2
    assert capfd.readouterr().err == ""


def test_cases_in_error_are_all_told(museum_copy):
    cases = museum_copy / "shapes" / "cases"
    cases.mkdir(exist_ok=True)
    for name in ("a.valid.ttl", "b.valid.ttl"):
        (cases / name).write_text("<s> <p> .")
    report = judged(museum_copy)
    assert [result.place.file for result in report.results] == [
        "shapes/cases/a.valid.ttl",
        "shapes/cases/b.valid.ttl",
    ]


QUESTION = "ontology/questions/where.expected.tsv"


@pytest.mark.parametrize(
    ("file", "old", "new", "rule", "said"),
    [
        (QUESTION, '"Lamp"@en', '"Lantern"@en', "question-answer", "this expected row is missing"),
        (QUESTION, "?name", "?title", "question-answer", "its columns are"),
        (
            QUESTION,
            '"Lamp"@en\t<https://museum.example/id/room/2>\n',
            "",
            "question-answer",
            'this row is not expected: "Lamp"@en',
        ),
        (
            "ontology/questions/where.rq",
            "ORDER BY ?name",
            "ORDER BY DESC(?name)",
            "question-answer",
            "another order",
        ),
        (
            "ontology/questions/where.rq",
            "SELECT ?name ?room",
            "SELECT ?name",
            "question-answer",
            "its columns are",
        ),
        ("ontology/questions/where.rq", "SELECT", "SELEKT", "question-query", "SELECT"),
        (
            "ontology/questions/where.rq",
            "?a a m:Artefact",
            "SERVICE <x:y> {}",
            "question-query",
            "SERVICE",
        ),
        ("ontology/questions/where.rq", "SELECT ?name ?room", "ASK", "question-query", "SELECT"),
    ],
)
def test_a_question_with_another_answer_does_not_pass(museum_copy, file, old, new, rule, said):
    spoil(museum_copy, file, old, new)
    found = [r for r in judged(museum_copy).results if r.rule == RULES + rule]
    assert any(said in result.message.en for result in found), found
    assert judged(museum_copy).exit_code() > 0


def test_a_question_without_expected_answer_does_not_pass(museum_copy):
    (museum_copy / QUESTION).unlink()
    assert only(judged(museum_copy)).rule == RULES + "question-without-answer"


def test_the_worst_severity_decides_and_failures_are_not_results():
    def report(*severities):
        return Report(tuple(Result("x:r", severity, Words("ก", "a")) for severity in severities))

    assert report().exit_code() == 0
    assert report(Severity.WARNING).exit_code() == 0
    assert report(Severity.WARNING).exit_code(Severity.WARNING) == 1
    assert report(Severity.VIOLATION).exit_code() == 1
    assert report(Severity.VIOLATION, Severity.FAILURE).exit_code() == 2


def test_the_text_shows_the_line_with_a_caret_under_thai(museum_copy):
    spoil(
        museum_copy,
        "data/artefacts.ttl",
        'm:name "ตะเกียง"@th , "Lamp"@en ;',
        'm:name "ตะเกียง"@th ; m:nam "Lamp"@en ;',
    )
    publication = load(museum_copy)
    report = judge(publication)
    text = formats.as_text(report, "en", publication)
    quoted = next(line for line in text.splitlines() if "m:nam " in line)
    caret = text.splitlines()[text.splitlines().index(quoted) + 1]
    # One of the Thai word's characters stands above another and takes no room of its own.
    assert caret.index("^") == quoted.index("m:nam ") - 1
    assert "did you mean" in text
    assert "หมายถึง" in formats.as_text(report, "th", publication)
    assert "หมายถึง" in formats.as_text(report, "both", publication)


def test_the_json_is_stable_and_whole(museum_copy):
    spoil(museum_copy, "data/artefacts.ttl", "m:madeIn", "m:madeAt")
    content = json.loads(formats.as_json(judged(museum_copy)))
    assert content["exit_code"] == 1
    assert content["counts"]["violation"] == len(content["results"]) == 1
    (result,) = content["results"]
    assert result["place"]["file"] == "data/artefacts.ttl"
    assert set(result["message"]) == {"th", "en"}
    assert formats.as_json(judged(museum_copy)) == formats.as_json(judged(museum_copy))


def test_a_value_that_will_be_served_in_another_form_is_a_warning(museum_copy):
    (museum_copy / "data" / "weights.ttl").write_text(
        "<https://museum.example/id/bowl>\n  <https://museum.example/weight> 1.50 , 2.5 ."
    )
    result = only(judged(museum_copy))
    assert result.severity is Severity.WARNING
    assert "1.5" in result.message.en
    assert result.place == Place("data/weights.ttl", 2, 35)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ('<x:a> <https://e.org/p> "a\\u0001" .', "U+0001"),
        ('<x:a> <https://e.org/p> "\\u0000" .', "U+0000"),
        ('<x:a> <https://e.org/1> "a" .', "does not end in a name"),
    ],
)
def test_what_no_xml_can_hold_is_told_before_a_release_is_built(museum_copy, statement, said):
    (museum_copy / "data" / "odd.ttl").write_text(statement)
    result = only(judged(museum_copy))
    assert said in result.message.en
    assert result.place.file == "data/odd.ttl"


def test_values_that_rdflib_cannot_make_out_print_no_trace(museum_copy, capfd):
    (museum_copy / "data" / "odd.ttl").write_text(
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
        f"<x:a> <https://e.org/p> {'9' * 5000} .\n"
        f'<x:a> <https://e.org/p> "P{"1" * 40}Y"^^xsd:duration .'
    )
    judged(museum_copy)
    assert "Traceback" not in capfd.readouterr().err


def test_names_that_would_command_a_terminal_are_shown_escaped(museum_copy):
    name = "a\nFAKE: passes the gate\x1b[2J.ttl"
    (museum_copy / "data" / name).write_text("<s> <p> .")
    publication = load(museum_copy)
    text = formats.as_text(judge(publication), "en", publication)
    assert "\x1b" not in text
    assert "data/a\\nFAKE: passes" in text


def test_a_reference_to_what_nothing_describes_is_a_violation(museum_copy):
    line = spoil(museum_copy, "data/artefacts.ttl", "id/room/1>", "id/room/7>")
    result = next(r for r in judged(museum_copy).results if r.rule == RULES + "dangling-reference")
    assert (result.place.file, result.place.line) == ("data/artefacts.ttl", line)
    assert "id/room/7" in result.message.en
