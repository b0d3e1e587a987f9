"""Documentation breaks the build when it lies."""

import re
import subprocess

import pytest
import typer.main

from reviewgraph import cli
from reviewgraph.publication.folder import load
from reviewgraph.web.app import create_app


@pytest.fixture(scope="module")
def readme(repo):
    return (repo / "README.md").read_text()


def commands():
    return typer.main.get_command(cli.app).commands


def test_every_command_and_option_is_in_the_readme(readme):
    assert set(commands()) == {
        *("fmt", "rule", "validate", "build"),
        *("serve", "query", "export", "load", "pack", "diff"),
    }
    for name, command in commands().items():
        assert f"reviewgraph {name} [" in readme
        assert command.help
        assert command.epilog.startswith("Example: ")
        for parameter in command.params:
            for option in parameter.opts:
                if option.startswith("--") and option != "--help":
                    assert option in readme, f"{name} {option}"


def test_every_setting_is_in_the_readme(readme):
    settings = {
        parameter.envvar
        for command in commands().values()
        for parameter in command.params
        if parameter.envvar
    }
    assert len(settings) > 4
    for setting in settings:
        option = "--" + setting.removeprefix("REVIEWGRAPH_").lower().replace("_", "-")
        assert f"`{option}`" in readme, setting


def test_every_address_is_in_the_readme(readme, own):
    paths = create_app(own).openapi()["paths"]
    assert len(paths) > 20
    for path in paths:
        first = "/" + path.split("/")[1].split(".")[0].split("{")[0]
        written = "/.well-known" if path.startswith("/.well-known") else first
        assert f"`{written}" in readme, path


def test_the_addresses_of_the_samples_exist(readme, repo):
    names = {question.name for question in load(repo).questions}
    mentioned = set(re.findall(r"/questions/(q[\w-]+)\.", readme))
    assert mentioned
    assert mentioned <= names


def test_the_make_targets_of_the_documents_exist(readme, repo):
    makefile = (repo / "Makefile").read_text()
    text = readme + (repo / "CONTRIBUTING.md").read_text()
    targets = set(re.findall(r"make (\w+)", text)) - {"is"}
    assert {"serve", "test", "validate", "format", "lock"} <= targets
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_counts_of_the_changelog_are_those_of_the_files(repo):
    changelog = (repo / "CHANGELOG.md").read_text()
    rules = sum(path.read_text().count("sh:severity") for path in (repo / "shapes").glob("*.ttl"))
    cases = [
        path
        for path in (repo / "shapes" / "cases").glob("*/*.ttl")
        if not path.name.endswith(".expected.ttl")
    ]
    passages = sum(
        path.read_text().count(" a rg:Passage") for path in (repo / "data").rglob("*.ttl")
    )
    assert f"{rules} rules in" in changelog
    assert f"{len(cases)} cases" in changelog
    assert f"{passages} evidence spans" in changelog
    assert f"{len(load(repo).questions)} competency questions" in changelog


def test_files_speak_of_the_project_alone(repo):
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=repo,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    names = listed.stdout.split("\n")
    assert len(names) > 100
    # Not the path of an address, as in http://vocabulary.example/work/terms.
    parent = re.compile(r"(?<![\w.])" + re.escape(f"{repo.parent}/"))
    for name in names:
        path = repo / name
        if path.is_file():
            assert not parent.search(path.read_text(errors="replace")), name
