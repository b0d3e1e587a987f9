"""``reviewgraph query``: a query answered from a release."""

import json
import subprocess
import sys

import pytest


def asked(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "reviewgraph", "query", *map(str, arguments), "--lang", "en"],
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_query_as_text(museum):
    answer = asked(museum.path, "-e", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.split() == ["n", str(museum.triples)]


def test_a_query_in_a_file_and_a_format(museum, tmp_path):
    file = tmp_path / "query.rq"
    file.write_text("ASK { ?s ?p ?o }")
    answer = asked(museum.path, file, "--format", "json")
    assert json.loads(answer.stdout) == {"head": {}, "boolean": True}
    assert asked(museum.path, tmp_path / "none.rq").returncode == 2


def test_a_graph_is_turtle(museum):
    answer = asked(museum.path, "-e", "DESCRIBE <https://museum.example/id/bowl>")
    assert "Sangkhalok" in answer.stdout
    assert "@prefix" in answer.stdout.lower()


def test_a_competency_question_by_its_name(museum):
    name = museum.questions[0].name
    answer = asked(museum.path, "--question", name)
    assert answer.returncode == 0, answer.stderr
    assert len(answer.stdout.splitlines()) > 1
    unknown = asked(museum.path, "--question", "nothing")
    assert unknown.returncode == 2
    assert name in unknown.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "name one query"),
        (["-e", "ASK {}", "--question", "where"], "name one query"),
        (["-e", "SELECT * { ?s ?p "], "line 1"),
        (["-e", "ASK {}", "--format", "docx"], "there is: json"),
        (["-e", "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"], "SERVICE"),
        (
            [
                *("--timeout", "1", "-e"),
                "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?o ?p }",
            ],
            "longer than 1 seconds",
        ),
    ],
)
def test_what_cannot_be_answered_is_told(museum, arguments, told):
    answer = asked(museum.path, *arguments)
    assert answer.returncode == 2
    assert told in answer.stderr
    assert answer.stdout == ""
    assert "Traceback" not in answer.stderr
