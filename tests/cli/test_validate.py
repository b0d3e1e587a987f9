"""``validate`` as an editor, a reviewer and CI meet it: watch, changes, costs, limits."""

import json
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

BAD = "<https://museum.example/id/x> a <http://www.w3.org/2004/02/skos/core#Konzept> .\n"
PLAIN = {"LC_ALL": "C.UTF-8", "CI": "", "REVIEWGRAPH_DEBUG": ""}
HANGS = 120  # seconds after which a test gives up; nothing is judged by this clock


def command(*arguments):
    return [sys.executable, "-m", "reviewgraph", "validate", *map(str, arguments)]


def run(*arguments, cwd=None, **environment):
    return subprocess.run(
        command(*arguments),
        capture_output=True,
        text=True,
        timeout=HANGS,
        check=False,
        cwd=cwd,
        env={**os.environ, **PLAIN, **environment},
    )


# --- watch


class Watched:
    """A watching process, heard report by report."""

    def __init__(self, process):
        self.process = process
        self._lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self._lines.put(line)

    def report(self):
        """What it says up to and with the next line that sums a report up."""
        said = ""
        while True:
            line = self._lines.get(timeout=HANGS)
            said += line
            if re.match("passes the gate|does not pass|could not be judged", line):
                return said

    def until(self, said):
        """The first report that says so: a file may be looked at while it is half written."""
        while said not in (report := self.report()):
            pass
        return report

    def children(self):
        return (
            Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        )


@contextmanager
def watching(*arguments):
    process = subprocess.Popen(
        command(*arguments, "--watch", "--lang", "en"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **PLAIN, "PYTHONUNBUFFERED": ""},
    )
    try:
        yield Watched(process)
    finally:
        process.kill()
        process.communicate()


def test_watch_tells_of_each_edit_until_it_is_stopped(museum_copy):
    data = museum_copy / "data" / "artefacts.ttl"
    right = data.read_text()
    with watching(museum_copy) as watched:
        assert watched.report().startswith("passes the gate: 0 violations")
        data.write_text(right.replace("m:madeIn", "m:madeAt", 1))
        broken = watched.until("did you mean “madeIn”")
        assert "data/artefacts.ttl:6:5: " in broken
        data.write_text(right)
        watched.until("passes the gate: 0 violations")
        children = watched.children() if Path("/proc/self/task").exists() else []
        watched.process.send_signal(signal.SIGINT)
        assert watched.process.wait(timeout=HANGS) == 130
        assert watched.process.stderr.read() == ""
    assert children
    assert not any(Path("/proc", child).exists() for child in children)


def test_watch_goes_on_when_a_file_is_unreadable_or_gone(museum_copy):
    with watching(museum_copy) as watched:
        watched.report()
        new = museum_copy / "data" / "new.ttl"
        new.write_text("<s> <p> .")
        watched.until("data/new.ttl:1:9: ")
        new.unlink()
        watched.until("passes the gate")


def test_watch_follows_a_file_that_becomes_a_draft_and_stops_being_one(museum_copy):
    mark = "<http://www.w3.org/ns/adms#status> <http://purl.org/adms/status/UnderDevelopment>"
    new, beside = museum_copy / "data" / "new.ttl", museum_copy / "data" / "list.ttl"
    new.write_text(BAD)
    with watching(museum_copy) as watched:
        watched.until("data/new.ttl:1:33: ")
        beside.write_text(f"<https://museum.example/graph/data/new> {mark} .")
        said = watched.until("drafts were left out, 1 file: data/new.ttl")
        assert "passes the gate: 0 violations" in said
        beside.unlink()
        assert "drafts" not in watched.until("data/new.ttl:1:33: ")


def test_watch_judges_a_rule_again_that_was_left_out_before_it_was_mended(museum_copy):
    with watching(museum_copy, "--limit-seconds", "1") as watched:
        assert watched.report().startswith("passes the gate")
        slow(museum_copy)
        watched.until("the rule Slow did not finish within 1 s")
        rules = museum_copy / "shapes" / "artefact.ttl"
        rules.write_text(rules.read_text().replace("^(a+)+$", ".."))
        watched.until("passes the gate: 0 violations")


def test_watch_of_a_folder_that_is_none_ends_in_words(tmp_path):
    done = run(tmp_path, "--watch", "--lang", "en")
    assert done.returncode == 2
    assert "is not a publication" in done.stderr


# --- changes since a revision


def git(folder, *arguments):
    identity = ["-c", "user.name=A", "-c", "user.email=a@museum.example", "-c", "commit.gpgsign=no"]
    subprocess.run(
        ["git", "-C", str(folder), *identity, *arguments],
        check=True,
        capture_output=True,
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull},
    )


def commit(folder):
    git(folder, "add", "--all")
    git(folder, "commit", "--message", "as it is")


@pytest.fixture
def kept(museum_copy):
    """The museum in a repository whose last revision holds one violation."""
    if shutil.which("git") is None:
        pytest.skip("git is not on this machine")
    (museum_copy / "data" / "old.ttl").write_text(BAD)
    git(museum_copy.parent, "init", "--quiet", str(museum_copy))
    commit(museum_copy)
    return museum_copy


def found(done):
    content = json.loads(done.stdout)
    return {
        (result["place"]["file"], result["rule_name"], result["known"])
        for result in content["results"]
    }


def since(folder, revision="HEAD", **options):
    return run(folder, "--changed-since", revision, "--format", "json", **options)


def test_what_a_revision_had_is_known_and_what_is_new_fails(kept):
    done = since(kept)
    assert (done.returncode, done.stderr) == (0, "")
    assert found(done) == {("data/old.ttl", "unknown-term", True)}
    (kept / "data" / "new.ttl").write_text(BAD)
    done = since(kept)
    assert done.returncode == 1
    assert found(done) == {
        ("data/old.ttl", "unknown-term", True),
        ("data/new.ttl", "unknown-term", False),
    }


def test_a_second_fault_like_a_known_one_is_new(kept):
    old = kept / "data" / "old.ttl"
    old.write_text("\n\n" + BAD)
    assert since(kept).returncode == 0
    old.write_text(BAD + BAD.replace("Konzept", "Concept") + BAD.replace("id/x", "id/y"))
    done = since(kept)
    assert done.returncode == 1
    assert found(done) == {
        ("data/old.ttl", "unknown-term", True),
        ("data/old.ttl", "unknown-term", False),
    }


def test_a_file_that_was_renamed_answers_for_its_faults(kept):
    (kept / "data" / "old.ttl").rename(kept / "data" / "renamed.ttl")
    done = since(kept)
    assert done.returncode == 1
    assert found(done) == {("data/renamed.ttl", "unknown-term", False)}


def test_both_are_judged_each_by_its_own_rules(kept):
    shape = kept / "shapes" / "artefact.ttl"
    shape.write_text(
        shape.read_text().replace("sh:minCount 1", "sh:minCount 2 ; sh:deactivated false", 1)
    )
    done = since(kept)
    assert done.returncode == 1
    assert ("data/artefacts.ttl", "Artefact-room", False) in found(done)


def test_a_folder_below_the_top_of_its_repository_is_compared_too(kept, tmp_path):
    top = tmp_path / "top"
    below = shutil.copytree(kept, top / "deep" / "er", ignore=shutil.ignore_patterns(".git"))
    (top / "data").mkdir()
    (top / "data" / "decoy.ttl").write_text("not Turtle")
    git(tmp_path, "init", "--quiet", str(top))
    commit(top)
    (below / "data" / "new.ttl").write_text(BAD)
    for folder, cwd in ((below, None), (".", below)):
        done = since(folder, cwd=cwd)
        assert (done.returncode, done.stderr) == (1, "")
        assert found(done) == {
            ("data/old.ttl", "unknown-term", True),
            ("data/new.ttl", "unknown-term", False),
        }


@pytest.mark.parametrize("revision", ["nowhere", "--output=x", "HEAD:data", ""])
def test_a_revision_that_git_does_not_know_is_told_in_gits_words(kept, revision):
    done = run(kept, f"--changed-since={revision}", "--lang", "en")
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch("reviewgraph: git says: fatal: .+\n", done.stderr)
    assert not (kept / "x").exists()


def test_a_folder_in_no_repository_is_told_in_gits_words(museum_copy, tmp_path):
    done = run(
        museum_copy,
        "--changed-since",
        "HEAD",
        "--lang",
        "en",
        GIT_CEILING_DIRECTORIES=str(tmp_path),
    )
    assert done.returncode == 2
    assert "git says: fatal: not a git repository" in done.stderr


def test_nothing_of_the_revision_is_left_in_the_folder_for_temporary_files(kept, tmp_path):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    assert since(kept, TMPDIR=str(temporary)).returncode == 0
    assert list(temporary.iterdir()) == []


def test_a_baseline_and_a_revision_exclude_each_other(kept, tmp_path):
    done = since(kept, "HEAD")
    assert done.returncode == 0
    baseline = tmp_path / "baseline.json"
    assert run(kept, "--write-baseline", baseline).returncode == 1
    done = run(kept, "--changed-since", "HEAD", "--baseline", baseline, "--lang", "en")
    assert done.returncode == 2
    assert "use one of them" in done.stderr


# --- what it costs, what it may use, what it says meanwhile


def test_the_profile_names_phases_and_rules_on_stderr_alone(museum_copy):
    plain = run(museum_copy)
    done = run(museum_copy, "--profile")
    assert done.stdout == plain.stdout
    assert plain.stderr == ""
    rows = [line.split(maxsplit=4) for line in done.stderr.splitlines()]
    names = {row[-1].split()[-1] for row in rows}
    assert {"vocabulary", "shapes", "references", "https://museum.example/shape/Artefact"} <= names
    assert all(
        re.fullmatch(r" *\d+\.\d{3} s +\d+\.\d%  \S.*", line) for line in done.stderr.splitlines()
    )
    seconds = [float(row[0]) for row in rows]
    assert seconds == sorted(seconds, reverse=True)


def slow(folder):
    rule = (folder / "shapes" / "artefact.ttl").read_text()
    rule += """
<https://museum.example/shape/Slow> a sh:NodeShape ; sh:targetClass m:Artefact ;
    sh:property [ sh:path m:name ; sh:pattern "^(a+)+$" ; sh:message "ผิด"@th , "Wrong."@en ] .
"""
    (folder / "shapes" / "artefact.ttl").write_text(rule)
    (folder / "data" / "a.nt").write_text(
        f'<https://museum.example/id/bowl> <https://museum.example/terms#name> "{"a" * 60}b"@en .\n'
    )


def test_limits_come_from_the_environment_and_an_option_is_stronger(museum_copy):
    slow(museum_copy)
    done = run(museum_copy, REVIEWGRAPH_LIMIT_SECONDS="1.5")
    assert done.returncode == 2
    assert "the rule Slow did not finish within 1.5 s" in done.stdout
    done = run(museum_copy, "--limit-seconds", "0.5", REVIEWGRAPH_LIMIT_SECONDS="3600")
    assert "the rule Slow did not finish within 0.5 s" in done.stdout
    done = run(museum_copy, "--lang", "en", REVIEWGRAPH_LIMIT_MEMORY="lots")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_rule_that_needs_more_memory_than_the_environment_allows_is_named(museum_copy):
    doubled = " ".join(f"BIND(CONCAT(?t{i}, ?t{i}) AS ?t{i + 1})" for i in range(40))
    query = f"SELECT $this (?t40 AS ?value) {{ $this ?p ?o BIND('x' AS ?t0) {doubled} }}"
    rule = museum_copy / "shapes" / "artefact.ttl"
    swelling = f"""
<https://museum.example/shape/Swelling> a sh:NodeShape ; sh:targetClass m:Artefact ;
    sh:sparql [ sh:select "{query}" ; sh:message "ผิด"@th , "Wrong."@en ] .
"""
    rule.write_text(rule.read_text() + swelling)
    done = run(museum_copy, "--lang", "en", REVIEWGRAPH_LIMIT_MEMORY="500")
    assert (done.returncode, done.stderr) == (2, "")
    assert re.search(r"the rule Swelling SPARQL .*\b500 MiB\b", done.stdout)


def test_the_language_of_the_report_is_the_one_asked_for(museum_copy):
    (museum_copy / "data" / "bad.ttl").write_text(BAD)
    english, thai = run(museum_copy, "--lang", "en").stdout, run(museum_copy, "--lang", "th").stdout
    assert not re.search("[ก-ฮ]", english)
    assert "did you mean" in english
    assert "หมายถึง" in thai
    assert "did you mean" not in thai
    assert run(museum_copy, REVIEWGRAPH_LANG="th").stdout == thai
    assert run(museum_copy, LC_ALL="th_TH.UTF-8").stdout == thai
    assert run(museum_copy, "--lang", "en", LC_ALL="th_TH.UTF-8").stdout == english


def test_ci_gets_a_line_for_each_phase_and_nobody_else_does(museum_copy):
    done = run(museum_copy, "--lang", "en", CI="1")
    assert done.returncode == 0
    lines = done.stderr.splitlines()
    assert lines[:2] == ["… reading the files", "… the check of the rules themselves"]
    assert "… the check of the data by the rules" in lines
    assert lines[-1] == "… the writing of the report"
    assert len(lines) == len(set(lines))
    assert run(museum_copy, "--lang", "en").stderr == ""
