"""The hooks for pre-commit: each entry runs, and by pre-commit itself where that is installed."""

import os
import re
import shutil
import subprocess

import pytest
import yaml


@pytest.fixture(scope="module")
def hooks(repo):
    return {
        hook["id"]: hook for hook in yaml.safe_load((repo / ".pre-commit-hooks.yaml").read_text())
    }


@pytest.fixture
def checkout(museum_folder, tmp_path):
    folder = shutil.copytree(museum_folder, tmp_path / "museum")
    subprocess.run(["git", "init", "--quiet", folder], check=True)
    subprocess.run(["git", "-C", folder, "add", "--all"], check=True)
    return folder


def entry(hook, program, folder, *files):
    words = hook["entry"].split()
    assert words[0] == program.name
    command = [str(program), *words[1:], *files]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode


def test_the_hooks_are_these(hooks):
    assert list(hooks) == ["reviewgraph-validate", "reviewgraph-fmt", "reviewgraph-fmt-check"]
    for hook in hooks.values():
        assert hook["language"] == "python"
        assert hook["description"]


@pytest.mark.parametrize(
    ("file", "validated", "formatted"),
    [
        ("data/people.ttl", True, True),
        ("ontology/questions/q01.rq", True, False),
        ("museum/shapes/cases/x/valid.TTL", True, True),
        ("database/readme.md", False, False),
        ("src/shapes.py", False, False),
        ("notes.ttl.txt", False, False),
    ],
)
def test_the_files_that_a_hook_looks_at(hooks, file, validated, formatted):
    def looks(name):
        return bool(re.search(hooks[name]["files"], file))

    assert looks("reviewgraph-validate") is validated
    assert looks("reviewgraph-fmt") is formatted
    assert looks("reviewgraph-fmt-check") is formatted


def test_the_entries_run(hooks, checkout, program):
    file = "data/artefacts.ttl"
    assert entry(hooks["reviewgraph-validate"], program, checkout) == 0
    assert entry(hooks["reviewgraph-fmt"], program, checkout, file) == 0
    assert entry(hooks["reviewgraph-fmt-check"], program, checkout, file) == 0
    laid_out = (checkout / file).read_text()
    (checkout / file).write_text(laid_out.replace(" ;\n    ", "; "))
    assert entry(hooks["reviewgraph-fmt-check"], program, checkout, file) == 1
    assert entry(hooks["reviewgraph-fmt"], program, checkout, file) == 0
    assert (checkout / file).read_text() == laid_out
    (checkout / file).write_text(laid_out.replace("m:madeIn", "m:madeAt", 1))
    assert entry(hooks["reviewgraph-validate"], program, checkout) == 1


def test_pre_commit_runs_them(hooks, checkout, program, tmp_path):
    """With the program that is installed: to install it anew, pre-commit needs the network."""
    pre_commit = shutil.which("pre-commit")
    if pre_commit is None:
        pytest.skip("pre-commit is not on the path")
    here = [hook | {"language": "system"} for hook in hooks.values()]
    config = {"repos": [{"repo": "local", "hooks": here}]}
    (checkout / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))

    def results():
        subprocess.run(["git", "-C", checkout, "add", "--all"], check=True)
        done = subprocess.run(
            [pre_commit, "run"],
            cwd=checkout,
            env={
                "PATH": os.pathsep.join((str(program.parent), "/usr/bin", "/bin")),
                "HOME": str(tmp_path),
                "PRE_COMMIT_HOME": str(tmp_path / "cache"),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        said = re.findall(
            r"^(reviewgraph \S+).*?\.(Passed|Failed|.*Skipped)$", done.stdout, re.MULTILINE
        )
        assert len(said) == len(hooks), done.stdout + done.stderr
        return [result for _, result in said]

    assert results() == ["Passed", "Passed", "Passed"]
    file = checkout / "data" / "artefacts.ttl"
    laid_out = file.read_text()
    file.write_text(laid_out.replace(" ;\n    ", "; ").replace("m:madeIn", "m:madeAt", 1))
    assert results() == ["Failed", "Failed", "Passed"]  # the second has put it in order
    assert file.read_text() == laid_out.replace("m:madeIn", "m:madeAt", 1)
