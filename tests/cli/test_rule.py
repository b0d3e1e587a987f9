"""``reviewgraph rule``: a rule's page in the terminal."""

import subprocess
import sys

import pytest


def run(*arguments, cwd=None):
    return subprocess.run(
        [sys.executable, "-m", "reviewgraph", "rule", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
    )


def test_a_rule_of_the_publication_is_told_with_its_line_and_examples(repo):
    done = run("Person-honorific", repo, "--lang", "en")
    assert done.returncode == 0
    for expected in (
        "warning [Person-honorific]\n  No honorific in the name\n",
        "\nWhy\n  One person may carry",
        "\nInvalid: shapes/cases/person/Person-honorific.invalid.",
        "\nValid: shapes/cases/person/Person-honorific.valid.ttl\n  | person:pilot a foaf:Person ;",
        "\nWritten at: shapes/person.ttl:",
        "\nAddress: https://w3id.org/reviewgraph/shape/Person-honorific\n",
    ):
        assert expected in done.stdout
    assert "@prefix" not in done.stdout
    iri = "https://w3id.org/reviewgraph/shape/Person-honorific"
    assert run(iri, repo, "--lang", "en").stdout == done.stdout


def test_a_rule_of_the_gates_own_is_told_anywhere(tmp_path):
    done = run("question-answer", "--lang", "th", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("ผิด [question-answer]\n  คำถามต้องได้คำตอบที่คาดไว้\n")
    assert "ontology/questions/rooms.expected.tsv\n  | ?rooms\n  | 3\n" in done.stdout
    assert run("Person-honorific", cwd=tmp_path).returncode == 2


def test_a_shape_that_gathers_others_lists_them(museum_folder):
    done = run("Artefact", museum_folder, "--lang", "en")
    assert done.stdout.startswith("[Artefact]\n")
    assert "\nIts rules\n  Artefact-room  room\n" in done.stdout
    assert done.stdout.count("no example") == 0
    assert run("Artefact-room", museum_folder, "--lang", "en").stdout.count("no example yet") == 2


@pytest.mark.parametrize(
    ("name", "suggested"),
    [("artefact-rom", "Artefact-room"), ("unknown_term", "unknown-term"), ("zzzzzzz", "lists all")],
)
def test_a_name_that_no_rule_has_is_answered_with_those_spelt_alike(museum_folder, name, suggested):
    done = run(name, museum_folder, "--lang", "en")
    assert done.returncode == 2
    assert done.stdout == ""
    assert suggested in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_without_a_name_all_rules_are_listed_with_their_titles(museum_folder):
    for arguments in (("", museum_folder), (f"{museum_folder}/",)):
        done = run(*arguments, "--lang", "en")
        assert done.returncode == 0
        listed = dict(line.split("  ", 1) for line in done.stdout.splitlines())
        assert listed["unknown-term"].strip() == "A term must exist in its vocabulary"
        assert listed["Artefact-room"].strip() == "room"
