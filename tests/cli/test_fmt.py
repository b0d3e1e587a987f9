"""``fmt`` as a user, an editor and CI meet it."""

import re
import shutil
import subprocess
import sys
import time

import pytest

from reviewgraph.command import fmt
from reviewgraph.errors import GateError
from reviewgraph.gate.bounded import Limits
from reviewgraph.publication.layout import files

UGLY = "<a:s>   a <b:C> . # kept"
NEAT = "<a:s> a <b:C> . # kept\n"


def run(*arguments, text=None):
    return subprocess.run(
        [sys.executable, "-m", "reviewgraph", "fmt", *map(str, arguments)],
        capture_output=True,
        text=True,
        input=text,
        timeout=120,
        check=False,
    )


def test_check_names_what_would_change_and_fmt_changes_it(museum_copy):
    assert run(museum_copy, "--check").returncode == 0
    ugly = museum_copy / "data" / "ugly.ttl"
    ugly.write_text(UGLY)
    checked = run("--check", museum_copy, "--lang", "en")
    assert (checked.returncode, checked.stdout) == (1, f"{ugly}\n")
    assert re.search(r"\b1 of \d+ files would change", checked.stderr)
    shown = run("--diff", ugly)
    assert shown.returncode == 1
    assert f"-{UGLY}\n" in shown.stdout
    assert f"+{NEAT}" in shown.stdout
    assert ugly.read_text() == UGLY
    done = run(ugly)
    assert (done.returncode, done.stdout) == (0, f"{ugly}\n")
    assert ugly.read_text() == NEAT


def test_stdin_goes_to_stdout_and_errors_leave_stdout_empty():
    done = run("-", text=UGLY)
    assert (done.returncode, done.stdout, done.stderr) == (0, NEAT, "")
    assert run("-", "--check", text=UGLY).returncode == 1
    assert run("-", "--check", text=NEAT).returncode == 0
    bad = run("-", text="<s> <p> .")
    assert (bad.returncode, bad.stdout) == (2, "")
    assert "<stdin>:1:9: ไวยากรณ์ Turtle ผิด" in bad.stderr
    assert "<stdin>:1:9: not well-formed Turtle" in bad.stderr


def test_a_file_in_error_is_told_and_the_others_are_done(tmp_path):
    bad, good, trig = (tmp_path / name for name in ("bad.ttl", "good.ttl", "x.trig"))
    bad.write_text("<s> <p> .")
    good.write_text(UGLY)
    trig.write_text(UGLY)
    done = run(tmp_path / "nowhere.ttl", bad, trig, good)
    assert done.returncode == 2
    assert f"{bad}:1:9: " in done.stderr
    assert "there is no" in done.stderr
    assert f"{trig}: left as it is, not Turtle" in done.stderr
    assert (good.read_text(), trig.read_text()) == (NEAT, UGLY)


@pytest.fixture
def endless(monkeypatch):
    """Documents that speak of the end are never laid out."""
    lay_out = files.lay_out

    def stuck(text, name):
        while "endless" in text:
            time.sleep(1)
        return lay_out(text, name)

    monkeypatch.setattr(files, "lay_out", stuck)


@pytest.mark.usefixtures("endless")
def test_a_file_that_never_ends_is_named_and_the_others_are_done_and_told_once(tmp_path):
    first, stuck, last = (tmp_path / f"{name}.ttl" for name in ("first", "stuck", "last"))
    for path in (first, last):
        path.write_text(UGLY)
    stuck.write_text(f"{UGLY} # endless")
    shown, told = [], []
    request = fmt.Request((first, stuck, last))
    code = fmt.lay_out(request, Limits(seconds=1.0), shown.append, lambda w: told.append(w.en))
    assert code == 2
    assert shown == [str(first), str(last)]
    assert [path.read_text() for path in (first, last)] == [NEAT, NEAT]
    assert stuck.read_text() == f"{UGLY} # endless"
    assert told[0].startswith(f"{stuck}:1:1: the file {stuck} did not finish within 1 s")
    assert told[1:] == ["2 of 2 files changed"]


@pytest.mark.usefixtures("endless")
def test_standard_input_that_never_ends_is_given_up(monkeypatch):
    with subprocess.Popen(["echo", "# endless"], stdout=subprocess.PIPE, text=True) as source:
        monkeypatch.setattr(sys, "stdin", source.stdout)
        with pytest.raises(GateError, match="did not finish within 1 s"):
            fmt.lay_out_stdin(Limits(seconds=1.0), dry=False)


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not on this machine")
def test_lint_and_format_lay_out_what_ci_checks(repo):
    for target in ("lint", "format"):
        shown = subprocess.run(
            ["make", "--dry-run", target], cwd=repo, capture_output=True, text=True, check=True
        )
        assert "reviewgraph fmt" in shown.stdout
