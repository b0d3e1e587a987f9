"""``reviewgraph diff`` as a user runs it."""

import json
import subprocess
import sys

import pytest

from reviewgraph.command.revision import checked_out
from reviewgraph.gate.judge import judge
from reviewgraph.publication.folder import load
from reviewgraph.release.build import build


def run(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-m", "reviewgraph", "diff", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )


def git(folder, *arguments):
    own = ["-c", "user.name=A", "-c", "user.email=a@x.example", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *own, *arguments], cwd=folder, check=True, capture_output=True)


def edit(folder, old="Sangkhalok bowl", new="Deep bowl"):
    file = folder / "data" / "artefacts.ttl"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


@pytest.fixture
def repository(museum_copy):
    git(museum_copy, "init")
    git(museum_copy, "add", ".")
    git(museum_copy, "commit", "-m", "one")
    edit(museum_copy)
    return museum_copy


def test_a_revision_is_compared_with_the_folder(repository):
    done = run("HEAD", ".", "--lang", "en", cwd=repository)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "1 changed · statements +1 −1"
    assert '+ m:name "Deep bowl"@en' in done.stdout
    done = run("HEAD", "--lang", "th", "--exit-code", cwd=repository)
    assert done.returncode == 1
    assert "แก้ไข 1 รายการ" in done.stdout
    git(repository, "commit", "-am", "two")
    assert run("HEAD", "--exit-code", cwd=repository).returncode == 0
    assert "Deep bowl" in run("HEAD~1", "HEAD", cwd=repository).stdout


def test_a_revision_of_a_folder_below_the_top(repository, tmp_path):
    top = tmp_path / "top"
    top.mkdir()
    repository.rename(top / "museum")
    subprocess.run(["rm", "-rf", "museum/.git"], cwd=top, check=True)
    git(top, "init")
    git(top, "add", ".")
    git(top, "commit", "-m", "one")
    edit(top / "museum", "Deep bowl", "Flat bowl")
    done = run("HEAD:museum", "museum", cwd=top)
    assert "Flat bowl" in done.stdout


def test_releases_are_compared_by_folder_and_by_name(repository):
    names = []
    out = repository / ".reviewgraph"
    for word in ("Deep bowl", "Flat bowl"):
        if word == "Flat bowl":
            edit(repository, "Deep bowl", word)
        publication = load(repository)
        names.append(build(publication, judge(publication), out).name)
    for old, new in (
        (names[0], names[1]),
        (names[0][:8], names[1][:7]),
        (f".reviewgraph/releases/{names[0]}", ".reviewgraph"),
        (names[0], "."),
    ):
        done = run(old, new, "--format", "json", cwd=repository)
        assert done.returncode == 0, done.stderr
        document = json.loads(done.stdout)
        assert document["counts"]["statements"] == {"added": 1, "removed": 1, "moved": 0}
    assert json.loads(done.stdout)["entities"][0]["iri"] == "https://museum.example/id/bowl"


def test_a_comment_for_a_pull_request(repository):
    done = run("HEAD", "--format", "markdown", "--lang", "both", cwd=repository)
    assert "<details>" in done.stdout
    assert "แก้ไข" in done.stdout


@pytest.mark.parametrize(
    ("old", "words"),
    [
        ("nowhere", "neither a folder nor a release nor a git revision"),
        ("abcdef123456", "neither a folder nor a release nor a git revision"),
        ("data", "neither a publication nor a release"),
        ("HEAD:nothing", "neither a folder"),
        ("--option", ""),
    ],
)
def test_what_is_nothing_is_told_in_both_languages(repository, old, words):
    done = run("--lang", "both", "--", old, ".", cwd=repository)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert any("\u0e00" <= char <= "\u0e7f" for char in done.stderr)


def test_a_file_that_cannot_be_read_is_told_with_its_place(repository):
    file = repository / "data" / "artefacts.ttl"
    file.write_text(file.read_text() + "\n<x> <y> .\n")
    done = run("HEAD", cwd=repository)
    assert done.returncode == 2
    assert "data/artefacts.ttl:" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_revision_is_unpacked_without_the_filter_of_newer_pythons(repository, monkeypatch):
    monkeypatch.delattr("tarfile.data_filter", raising=False)
    with checked_out(repository, "HEAD") as folder:
        files = {path.relative_to(folder) for path in folder.rglob("*.ttl")}
        assert {path.read_bytes() for path in folder.rglob("artefacts.ttl")}
    assert {path.relative_to(repository) for path in repository.rglob("*.ttl")} >= files
