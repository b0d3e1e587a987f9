"""As much of a runner as the scripts of action.yml and the workflow can tell from a real one."""

import json
import os
import re
import subprocess
import sys
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

PROGRAM = Path(sys.executable).with_name("reviewgraph")


@pytest.fixture(scope="session")
def action(repo):
    return yaml.safe_load((repo / "action.yml").read_text())


@pytest.fixture(scope="session")
def workflow(repo):
    return yaml.safe_load((repo / ".github" / "workflows" / "validate.yml").read_text())


def installed() -> dict:
    """What the steps that set up and install would have said."""
    return {
        "python": {"outputs": {"python-path": sys.executable}},
        "install": {"outputs": {"program": str(PROGRAM)}},
    }


@dataclass
class Step:
    """What a step was given and what came of it; ``code`` is None if it was left out."""

    step: dict
    code: int | None = None
    said: str = ""
    given: dict = field(default_factory=dict)


class Runner:
    """Runs the scripts among steps as the hosted runner does; the others it only notes.

    ``context`` is what expressions see: ``inputs``, ``github``, ``runner``, ``steps``. Outputs
    that a test has put into ``context["steps"]`` stand for a step, which is then left out.
    """

    def __init__(self, home: Path, action_path: Path):
        self.workspace = home / "work space"
        self.temp = home / "temp"
        self.programs = home / "programs"
        for folder in (self.workspace, self.temp, self.programs):
            folder.mkdir(parents=True)
        self.action_path = action_path
        self.context = {
            "github": {"event_name": "push", "token": "t0ken", "workspace": str(self.workspace)},
            "steps": {},
            "inputs": {},
        }

    @property
    def summary(self) -> str:
        path = self.temp / "summary"
        return path.read_text() if path.exists() else ""

    def program(self, name: str, code: str) -> Path:
        """A made-up program that scripts find on their path."""
        path = self.programs / name
        path.write_text(f"#!{sys.executable} -I\n{code}")
        path.chmod(0o755)
        return path

    def use(self, action: dict, **inputs: str) -> dict[str, Step]:
        """Run an action with inputs; steps by their names."""
        known = action["inputs"]
        given = {name.replace("_", "-"): value for name, value in inputs.items()}
        assert set(given) <= set(known)
        self.context["inputs"] = {name: known[name]["default"] for name in known} | given
        return self.run(action["runs"]["steps"])

    def outputs(self, action: dict) -> dict[str, str]:
        return {name: self.text(each["value"]) for name, each in action["outputs"].items()}

    def run(self, steps: list[dict]) -> dict[str, Step]:
        done: dict[str, Step] = {}
        failed = False
        for step in steps:
            here = done[step["name"]] = Step(step)
            condition = str(step.get("if", "")).removeprefix("${{").removesuffix("}}").strip()
            if failed and "!cancelled()" not in condition:
                continue
            if step.get("id") in self.context["steps"]:
                continue
            if condition and not all(map(self.clause, condition.split("&&"))):
                continue
            here.given = {key: self.text(str(value)) for key, value in step.get("with", {}).items()}
            here.code = 0
            if "run" in step:
                self.script(step, here)
            elif step["uses"].startswith("./"):
                self.nested(step, here)
            failed = failed or here.code != 0
        return done

    def script(self, step: dict, here: Step) -> None:
        file = self.temp / "script.sh"
        file.write_text(step["run"])
        output = self.temp / "output"
        output.write_text("")
        done = subprocess.run(
            [str(file) if word == "{0}" else word for word in step["shell"].split()],
            cwd=self.workspace,
            env={
                "PATH": f"{self.programs}{os.pathsep}/usr/local/bin:/usr/bin:/bin",
                "HOME": str(self.temp),
                "GITHUB_ACTION_PATH": str(self.action_path),
                "GITHUB_OUTPUT": str(output),
                "GITHUB_REPOSITORY": "someone/museum",
                "GITHUB_STEP_SUMMARY": str(self.temp / "summary"),
                "GITHUB_WORKSPACE": str(self.workspace),
                "RUNNER_TEMP": str(self.temp),
            }
            | {name: self.text(str(value)) for name, value in step.get("env", {}).items()},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        here.code, here.said = done.returncode, done.stdout
        if "id" in step:
            pairs = (line.partition("=") for line in output.read_text().splitlines())
            self.context["steps"][step["id"]] = {
                "outputs": {name: value for name, _, value in pairs}
            }

    def nested(self, step: dict, here: Step) -> None:
        """An action out of the workspace; its program is the one under test."""
        inner = copy(self)
        inner.action_path = self.workspace / step["uses"]
        inner.context = self.context | {"steps": installed()}
        action = yaml.safe_load((inner.action_path / "action.yml").read_text())
        done = inner.use(action, **here.given)
        here.code = next((each.code for each in done.values() if each.code), 0)
        here.said = "".join(each.said for each in done.values())
        self.context["steps"][step["id"]] = {"outputs": inner.outputs(action)}

    def text(self, written: str) -> str:
        return re.sub(r"\$\{\{(.*?)\}\}", lambda found: self.value(found[1]), written)

    def value(self, expression: str) -> str:
        """A path into the context, as the runner reads it: what is not there is empty."""
        expression = expression.strip()
        if re.search(r" [!=]= ", expression):
            return str(self.clause(expression)).lower()
        if files := re.fullmatch(r"hashFiles\('(.*)'\)", expression):
            return "hash" if (self.workspace / files[1]).exists() else ""
        assert re.fullmatch(r"[a-z_]+(\.[\w-]+)+", expression), expression
        found = self.context
        for name in expression.split("."):
            found = found.get(name, {})
        return found or ""

    def clause(self, written: str) -> bool:
        written = written.strip()
        if written == "!cancelled()":
            return True
        if compared := re.fullmatch(r"(\S+) ([!=])= '(.*)'", written):
            return (self.value(compared[1]) == compared[3]) is (compared[2] == "=")
        begins = re.fullmatch(r"startsWith\((\S+), '(.*)'\)", written)
        assert begins, written
        return self.value(begins[1]).startswith(begins[2])


@pytest.fixture(scope="session")
def program():
    """The command under test."""
    return PROGRAM


@pytest.fixture(scope="session")
def runner_at(repo):
    """A runner in that folder, whose program is the one under test, installed already."""

    def made(home):
        runner = Runner(home, repo)
        runner.context["steps"] |= installed()
        return runner

    return made


@pytest.fixture
def runner(runner_at, tmp_path):
    return runner_at(tmp_path)


FORGE = """
import json, re, sys
from pathlib import Path

state = Path({state!r})
forge = json.loads(state.read_text())
arguments = sys.argv[1:]
forge["calls"].append(arguments)
assert arguments[0] == "api"
flags = dict(zip(arguments[1:], arguments[2:]))
method = flags.get("--method", "GET")
path = next(each for each in arguments[1:] if each.startswith("repos/"))
if not forge["may"]["read" if method == "GET" else "write"]:
    print("gh: Resource not accessible by integration (HTTP 403)", file=sys.stderr)
    sys.exit(1)
if method == "GET":
    asked = (
        r'\\.\\[\\] \\| select\\(\\.user\\.login == "(.*)"'
        r' and \\(\\.body \\| startswith\\("(.*)"\\)\\)\\) \\| \\.id'
    )
    author, mark = re.fullmatch(asked, flags["--jq"]).groups()
    for comment in forge["comments"]:
        if comment["user"] == author and comment["body"].startswith(mark):
            print(comment["id"])
else:
    name, _, file = flags["--field"].partition("=@")
    assert name == "body"
    body = Path(file).read_text()
    if method == "POST":
        assert path == "repos/someone/museum/issues/7/comments"
        number = len(forge["comments"]) + 1
        forge["comments"].append({{"id": number, "user": "github-actions[bot]", "body": body}})
    else:
        assert method == "PATCH"
        [found] = [c for c in forge["comments"] if path.endswith("/issues/comments/%d" % c["id"])]
        found["body"] = body
state.write_text(json.dumps(forge))
"""


class Forge:
    def __init__(self, runner, path):
        self.path = path
        self.write(comments=[], calls=[], may={"read": True, "write": True})
        runner.program("gh", FORGE.format(state=str(path)))
        runner.context["github"]["event_name"] = "pull_request"
        runner.context["github"]["event"] = {"pull_request": {"number": "7"}}

    def write(self, **changes):
        self.path.write_text(json.dumps(changes))

    def read(self, name):
        return json.loads(self.path.read_text())[name]

    def change(self, **changes):
        self.write(**json.loads(self.path.read_text()) | changes)

    @property
    def bodies(self):
        return [comment["body"] for comment in self.read("comments")]


@pytest.fixture
def forge(runner, tmp_path):
    return Forge(runner, tmp_path / "forge.json")
