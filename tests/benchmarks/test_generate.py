"""The generator of made-up publications: the benchmark is worth as much as its data."""

import json
import subprocess
import sys

import pytest

from reviewgraph.gate.judge import judge
from reviewgraph.gate.report import Severity
from reviewgraph.publication.folder import load

SMALL = 3_000


@pytest.fixture(scope="module")
def generated(repo, tmp_path_factory):
    """A function that generates a folder."""
    root = tmp_path_factory.mktemp("generated")

    def generate(name, *arguments):
        script = repo / "benchmarks" / "generate.py"
        command = [sys.executable, script, root / name, "--triples", str(SMALL), *arguments]
        subprocess.run(command, check=True, capture_output=True)
        return root / name

    return generate


def planted_in(folder):
    return json.loads((folder / "planted.json").read_text())["planted"]


def bytes_of(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted((folder / "data").rglob("*.ttl"))
    }


def test_clean_data_pass_every_rule(generated):
    publication = load(generated("clean"))
    report = judge(publication)
    assert [r for r in report.results if r.severity >= Severity.WARNING] == []
    assert report.checked["statements"] == pytest.approx(SMALL, rel=0.3)


def test_planted_errors_are_found_where_the_manifest_says(generated):
    folder = generated("spoilt", "--errors", "0.05")
    found = {}
    for result in judge(load(folder)).results:
        assert result.severity < Severity.FAILURE
        rule = result.rule_name.removesuffix("-sparql")
        found.setdefault((rule, (result.focus or "")[1:-1]), result)
    planted = planted_in(folder)
    assert len({error["rule"] for error in planted}) > 30
    for error in planted:
        assert (error["rule"], error["focus"]) in found
        lines = (folder / error["file"]).read_text().splitlines()
        assert " a " in lines[error["line"] - 1] or "dcterms:" in lines[error["line"] - 1]


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(generated):
    first = bytes_of(generated("first", "--errors", "0.01"))
    assert bytes_of(generated("again", "--errors", "0.01")) == first
    assert bytes_of(generated("other", "--errors", "0.01", "--seed", "2")) != first


def test_a_folder_that_exists_is_left_alone(generated):
    folder = generated("once")
    with pytest.raises(subprocess.CalledProcessError):
        generated("once")
    assert folder.is_dir()
