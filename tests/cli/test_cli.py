"""The command line as a user meets it: exit codes, words, no traceback."""

import json
import os
import subprocess
import sys

import pytest

from reviewgraph import __version__


def run(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "reviewgraph", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "LC_ALL": "C.UTF-8", "CI": "", "COLUMNS": "100", **environment},
    )


def test_help_lists_the_commands_and_each_has_an_example():
    listing = run("--help")
    assert listing.returncode == 0
    for command in ("validate", "build", "serve"):
        assert command in listing.stdout
        one = run(command, "--help")
        assert one.returncode == 0
        assert "Example: reviewgraph " + command in " ".join(one.stdout.split())


def test_the_version_is_printed():
    assert run("--version").stdout == f"reviewgraph {__version__}\n"


def test_a_clean_folder_exits_with_0(museum_folder):
    done = run("validate", museum_folder, "--lang", "en")
    assert done.returncode == 0
    assert done.stdout.startswith("passes the gate: 0 violations")
    assert done.stderr == ""


@pytest.mark.parametrize(("fail_on", "code"), [("violation", 1), ("warning", 1), ("info", 1)])
def test_a_violation_exits_with_1_and_names_the_line(museum_copy, fail_on, code):
    data = museum_copy / "data" / "artefacts.ttl"
    data.write_text(data.read_text().replace("m:madeIn", "m:madeAt", 1))
    done = run("validate", museum_copy, "--fail-on", fail_on)
    assert done.returncode == code
    assert "data/artefacts.ttl:6:5: " in done.stdout
    assert "หมายถึง" in done.stdout
    assert "did you mean" in done.stdout


def test_a_warning_fails_only_when_asked(museum_copy):
    shape = museum_copy / "shapes" / "artefact.ttl"
    shape.write_text(shape.read_text().replace("sh:Violation", "sh:Warning"))
    data = museum_copy / "data" / "loans.jsonld"
    data.write_text(
        '{"@id": "https://museum.example/id/x", "@type": "https://museum.example/terms#Artefact"}'
    )
    assert run("validate", museum_copy).returncode == 0
    assert run("validate", museum_copy, "--fail-on", "warning").returncode == 1


def test_files_in_error_exit_with_2_and_all_are_named(museum_copy):
    (museum_copy / "data" / "one.ttl").write_text("<s> <p> .")
    (museum_copy / "data" / "two.ttl").write_text("<s> <p> .")
    done = run("validate", museum_copy, "--format", "json")
    assert done.returncode == 2
    content = json.loads(done.stdout)
    assert [result["place"]["file"] for result in content["results"]] == [
        "data/one.ttl",
        "data/two.ttl",
    ]


@pytest.mark.parametrize("command", ["validate", "build", "serve"])
def test_a_folder_that_is_not_there_is_said_in_words(tmp_path, command):
    done = run(command, tmp_path / "nowhere", "--lang", "en")
    assert done.returncode == 2
    assert "there is no folder" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout


def test_messages_are_in_the_language_asked_for(tmp_path):
    thai = run("validate", tmp_path, REVIEWGRAPH_LANG="th").stderr
    assert "ไม่ใช่โฟลเดอร์เผยแพร่" in thai
    assert "publication" not in thai
    both = run("validate", tmp_path).stderr
    assert "ไม่ใช่โฟลเดอร์เผยแพร่" in both
    assert "is not a publication" in both


def test_build_prints_the_release_and_says_why_not(museum_copy, tmp_path):
    done = run("build", museum_copy, "--out", tmp_path / "out")
    assert done.returncode == 0
    assert done.stdout.strip() == str((tmp_path / "out" / "current").resolve())
    (museum_copy / "data" / "bad.ttl").write_text(
        "<https://museum.example/id/x> a <http://www.w3.org/2004/02/skos/core#Konzept> ."
    )
    again = run("build", museum_copy, "--out", tmp_path / "out", "--lang", "en")
    assert again.returncode == 1
    assert "did you mean “Concept”" in again.stderr
    assert "no release was built, the last one stays" in again.stderr


def test_an_error_of_our_own_is_one_line(museum_folder):
    code = (
        "import reviewgraph.gate.judge as judge\n"
        "def boom(*a): raise RuntimeError('boom')\n"
        "judge.Gate.judge = boom\n"
        "import sys; sys.argv = ['reviewgraph', 'validate', '.']\n"
        "from reviewgraph.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert "internal error: RuntimeError('boom')" in done.stderr
    assert "Traceback" not in done.stderr
