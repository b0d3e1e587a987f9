"""The action: its scripts run as they stand, with the steps of others left out."""

import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET

import pytest
import typer.main

import reviewgraph
from reviewgraph import cli

RECORDER = """
import json, sys
from pathlib import Path
arguments = sys.argv[1:]
Path({record!r}).write_text(json.dumps(arguments))
for argument in arguments:
    if argument.startswith("--output="):
        Path(argument.split("=", 2)[2]).write_text("fine")
"""


@pytest.fixture
def museum_here(runner, museum_folder):
    """The museum in a repository's checkout."""
    subprocess.run(["git", "init", "--quiet", runner.workspace], check=True)
    return shutil.copytree(museum_folder, runner.workspace / "museum")


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_default_release_is_this_one(action):
    assert action["inputs"]["version"]["default"] == reviewgraph.__version__


def test_every_input_is_described_and_in_the_readme(action, repo):
    section = (repo / "README.md").read_text().split("\n## In CI\n")[1].split("\n## ")[0]
    for name, told in action["inputs"].items():
        assert told["description"]
        assert isinstance(told["default"], str), name
        assert f"`{name}`" in section, name
    for name, told in action["outputs"].items():
        assert told["description"]
        assert f"`{name}`" in section, name


def test_the_token_reaches_the_comment_alone(action):
    with_token = [step["name"] for step in action["runs"]["steps"] if "token" in str(step)]
    assert with_token == ["Comment"]


def test_what_passes_passes(runner, action, museum_here, program):
    done = runner.use(action, folder="museum")
    assert {name: step.code for name, step in done.items()} == {
        "Set up Python": None,  # these two stand already
        "Install": None,
        "Validate": 0,
        "Upload to code scanning": None,
        "Comment": None,
        "Decide": 0,
    }
    assert "::error" not in done["Validate"].said
    assert "::notice title=reviewgraph::" in done["Validate"].said
    outputs = runner.outputs(action)
    assert outputs["exit-code"] == "0"
    assert outputs["conforms"] == "true"
    assert outputs["program"] == str(program)
    assert runner.summary.startswith("✅")


@pytest.fixture(scope="module")
def violation(runner_at, action, museum_folder, tmp_path_factory):
    """A runner after a run on a museum with one fault, and its steps."""
    runner = runner_at(tmp_path_factory.mktemp("violation"))
    subprocess.run(["git", "init", "--quiet", runner.workspace], check=True)
    museum = shutil.copytree(museum_folder, runner.workspace / "museum")
    data = museum / "data" / "artefacts.ttl"
    data.write_text(data.read_text().replace("m:madeIn", "m:madeAt", 1))
    return runner, runner.use(action, folder="museum", sarif="true", lang="en")


def test_a_violation_is_told_at_its_line_and_fails_at_the_very_end(violation, action):
    runner, done = violation
    assert done["Validate"].code == 0
    assert "::error file=museum/data/artefacts.ttl,line=6,col=5," in done["Validate"].said
    assert "หมายถึง" not in done["Validate"].said
    assert list(done)[-1] == "Decide"
    assert done["Decide"].code == 1
    assert "::error title=reviewgraph::" in done["Decide"].said
    assert runner.outputs(action)["exit-code"] == "1"
    assert runner.outputs(action)["conforms"] == "false"


def test_results_go_to_code_scanning_whether_or_not_it_takes_them(violation, action):
    runner, done = violation
    upload = done["Upload to code scanning"]
    assert upload.code == 0
    assert upload.given["sarif_file"] == runner.outputs(action)["report"] + "/report.sarif"
    assert upload.given["category"] == "reviewgraph/museum"
    assert upload.step["continue-on-error"] is True


def test_the_report_is_in_all_formats(violation, action):
    runner, _ = violation
    report = runner.temp / runner.outputs(action)["report"]
    assert names(report) == [
        "report.html",
        "report.json",
        "report.md",
        "report.sarif",
        "report.xml",
    ]
    [run] = json.loads((report / "report.sarif").read_text())["runs"]
    [result] = run["results"]
    location = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location["uri"] == "museum/data/artefacts.ttl"
    assert json.loads((report / "report.json").read_text())["exit_code"] == 1
    assert ET.parse(report / "report.xml").getroot().get("failures") == "1"  # noqa: S314 - our own
    assert "data/artefacts.ttl" in (report / "report.html").read_text()
    assert runner.summary == (report / "report.md").read_text()
    assert runner.summary.startswith("❌")


def test_what_a_revision_had_too_passes(runner, action, museum_here):
    data = museum_here / "data" / "artefacts.ttl"
    data.write_text(data.read_text().replace("m:madeIn", "m:madeAt", 1))
    git = ["git", "-C", runner.workspace, "-c", "user.name=x", "-c", "user.email=x@example.org"]
    subprocess.run([*git, "add", "--all"], check=True)
    subprocess.run([*git, "commit", "--quiet", "--message", "a fault"], check=True)
    done = runner.use(action, folder="museum", changed_since="HEAD")
    assert done["Decide"].code == 0, done["Validate"].said
    assert "::error" not in done["Validate"].said


def test_what_cannot_be_read_fails_with_2(runner, action, museum_here):
    (museum_here / "data" / "broken.ttl").write_text("<s> <p> .")
    done = runner.use(action, folder="museum", sarif="true")
    assert "museum/data/broken.ttl" in done["Validate"].said
    assert done["Upload to code scanning"].code == 0
    assert done["Decide"].code == 2
    assert "could not judge" in done["Decide"].said


def test_a_folder_that_is_not_there_fails_with_2_and_the_summary_says_so(runner, action):
    done = runner.use(action, folder="nowhere", sarif="true")
    assert "nowhere" in done["Validate"].said
    assert done["Upload to code scanning"].code is None
    assert done["Decide"].code == 2
    assert "could not judge" in runner.summary


@pytest.mark.parametrize(
    "name", ["a b $(touch x) `touch x` ;touch x #", "-x --output=x.md", "'\"ก"]
)
def test_a_folder_may_be_called_anything(runner, action, museum_here, name):
    museum_here.rename(runner.workspace / name)
    done = runner.use(action, folder=name)
    assert done["Decide"].code == 0
    assert names(runner.workspace) == sorted([".git", name])


def test_inputs_reach_the_program_each_as_one_word(runner, action, tmp_path):
    record = tmp_path / "arguments"
    program = runner.program("recorder", RECORDER.format(record=str(record)))
    runner.context["steps"]["install"]["outputs"]["program"] = str(program)
    nasty = 'a b"; $(touch x) --fail-on=info'
    done = runner.use(
        action,
        folder=nasty,
        fail_on=nasty,
        lang=nasty,
        baseline=nasty,
        changed_since=nasty,
        sources=nasty,
    )
    assert done["Decide"].code == 0
    arguments = json.loads(record.read_text())
    options = typer.main.get_command(cli.app).commands["validate"].params
    known = {name for option in options for name in option.opts}
    words = [word for word in arguments if word.startswith("--") and word != "--"]
    assert {word.split("=")[0] for word in words} <= known
    for option in ("--fail-on", "--lang", "--baseline", "--changed-since", "--sources"):
        assert f"{option}={nasty}" in arguments
    assert arguments[-2:] == ["--", nasty]
    assert names(runner.workspace) == []


def test_inputs_that_were_not_given_are_no_options(runner, action, tmp_path):
    record = tmp_path / "arguments"
    program = runner.program("recorder", RECORDER.format(record=str(record)))
    runner.context["steps"]["install"]["outputs"]["program"] = str(program)
    runner.use(action)
    given = {word.split("=")[0] for word in json.loads(record.read_text())}
    assert given == {"validate", "--format", "--fail-on", "--lang", "--output", "--", "."}


@pytest.mark.parametrize("ending", ["sys.exit(1)", "os.kill(os.getpid(), 9)", "sys.exit(0)"])
def test_a_program_without_a_report_has_judged_nothing(runner, action, ending):
    program = runner.program("crashing", f"import os, sys\n{ending}")
    runner.context["steps"]["install"]["outputs"]["program"] = str(program)
    done = runner.use(action)
    assert done["Validate"].code == 0
    assert runner.outputs(action)["exit-code"] == "2"
    assert runner.outputs(action)["conforms"] == "false"
    assert done["Decide"].code == 2
    assert "could not judge" in runner.summary


def test_the_runner_obeys_nothing_that_the_program_says_on_stderr(runner, action):
    program = runner.program("talking", 'import sys; sys.exit("x ##[add-matcher]y\\n::error::z")')
    runner.context["steps"]["install"]["outputs"]["program"] = str(program)
    said = runner.use(action)["Validate"].said
    assert re.fullmatch(
        r"::stop-commands::([0-9a-f]{32})\nx ##\[add-matcher\]y\n::error::z\n::\1::\n", said
    )


def test_modules_in_the_workspace_are_not_run(runner, action, museum_here):
    for name in ("json", "multiprocessing", "reviewgraph", "rdflib", "sitecustomize", "encodings"):
        (runner.workspace / name).mkdir()
        (runner.workspace / name / "__init__.py").write_text("open('ran', 'w'); raise SystemExit")
    done = runner.use(action, folder="museum")
    assert done["Decide"].code == 0, done["Validate"].said
    assert not (runner.workspace / "ran").exists()


PIP = """
import json, sys
from pathlib import Path
record = Path({record!r})
calls = json.loads(record.read_text()) if record.exists() else []
record.write_text(json.dumps([*calls, sys.argv[1:]]))
if sys.argv[1:4] == ["-I", "-m", "venv"]:
    here = Path(sys.argv[4]) / "bin"
    here.mkdir()
    (here / "python").write_text(Path(sys.argv[0]).read_text())
    (here / "python").chmod(0o755)
"""


@pytest.mark.parametrize("version", ["1.2.3", "2.0rc1", "source"])
def test_it_is_installed_beside_dependencies_locked_by_hash(
    runner, action, repo, tmp_path, version
):
    record = tmp_path / "calls"
    python = runner.program("python", PIP.format(record=str(record)))
    runner.context["steps"]["python"]["outputs"]["python-path"] = str(python)
    del runner.context["steps"]["install"]
    done = runner.use(action, version=version)
    assert done["Install"].code == 0, done["Install"].said
    made, locked, own = json.loads(record.read_text())
    assert made[:3] == ["-I", "-m", "venv"]
    pip = ["-I", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    assert locked == [*pip, "--require-hashes", "-r", f"{repo}/requirements.lock"]
    wanted = ["--no-deps", str(repo)] if version == "source" else [f"reviewgraph=={version}"]
    assert own == [*pip, *wanted]
    assert runner.outputs(action)["program"] == f"{made[3]}/bin/reviewgraph"


@pytest.mark.parametrize("version", ["", "1.0 --index-url=x", "@ file:x", "-e.", "1\nsource"])
def test_what_is_no_release_is_not_installed(runner, action, tmp_path, version):
    runner.context["steps"]["python"]["outputs"]["python-path"] = "/nowhere/python"
    del runner.context["steps"]["install"]
    done = runner.use(action, version=version)
    assert done["Install"].code == 2
    assert "neither a release" in done["Install"].said
    assert done["Decide"].code is None
