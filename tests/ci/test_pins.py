"""What holds for every step, of the action and of the workflow."""

import re

import pytest
import yaml

FILES = ("action.yml", ".github/workflows/validate.yml")


@pytest.fixture(scope="module", params=FILES)
def text(request, repo):
    return (repo / request.param).read_text()


def steps_of(text):
    content = yaml.safe_load(text)
    rooms = [content["runs"]] if "runs" in content else content["jobs"].values()
    return [step for room in rooms for step in room["steps"]]


def uses(text):
    return re.findall(r"^ +(?:- )?uses: (.*)$", text, re.MULTILINE)


def test_every_foreign_action_is_pinned_to_a_commit_and_says_its_version(text):
    found = uses(text)
    assert len(found) == sum("uses" in step for step in steps_of(text)) > 1
    for each in found:
        assert each == "./base" or re.fullmatch(
            r"[\w-]+(/[\w-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each
        )


def test_an_action_has_one_pin(repo):
    pins = {pin for file in FILES for pin in uses((repo / file).read_text()) if "@" in pin}
    assert len(pins) == len({pin.split("@")[0] for pin in pins}) > 3


def test_scripts_hold_no_expressions(text):
    scripts = [step["run"] for step in steps_of(text) if "run" in step]
    assert len(scripts) > 2
    for script in scripts:
        assert "${{" not in script


def test_scripts_stop_at_the_first_error(text):
    for step in steps_of(text):
        if "run" in step:
            assert step["shell"] == "bash --noprofile --norc -euo pipefail {0}"


def test_every_step_has_a_name_of_its_own(text):
    content = yaml.safe_load(text)
    for room in [content["runs"]] if "runs" in content else content["jobs"].values():
        names = [step["name"] for step in room["steps"]]
        assert len(names) == len(set(names))


def test_no_process_of_the_program_takes_a_module_from_the_workspace(text):
    steps = [step for step in steps_of(text) if '"$PROGRAM"' in step.get("run", "")]
    assert len(steps) == 1
    assert steps[0]["env"]["PYTHONSAFEPATH"] == "1"
