"""The workflow for pull requests, on checkouts of a repository with two branches."""

import shutil
import subprocess

import pytest

PULL_REQUEST = {"number": "7", "base": {"ref": "main"}, "head": {}}


def git(folder, *arguments):
    person = ("-c", "user.name=someone", "-c", "user.email=someone@example.org")
    command = ["git", *person, "-C", str(folder), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit(folder):
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "changes")
    return git(folder, "rev-parse", "HEAD")


class Contribution:
    """A pull request on a repository that holds the museum and this action."""

    def __init__(self, runner, workflow, repo, museum_folder):
        self.runner, self.workflow = runner, workflow
        self.base = runner.workspace / "base"
        self.head = runner.workspace / "head"
        origin = shutil.copytree(museum_folder, runner.temp / "origin")
        shutil.copytree(repo / ".github", origin / ".github")
        shutil.copy(repo / "action.yml", origin)
        git(origin, "init", "--quiet", "--initial-branch", "main")
        commit(origin)
        for checkout in (self.base, self.head):
            git(origin, "clone", "--quiet", origin, checkout)
        git(self.head, "checkout", "--quiet", "-b", "contribution")

    def judged(self, head_sha=""):
        """Merge it, as the forge does, and run the job that judges."""
        sha = commit(self.head)
        git(self.head, "checkout", "--quiet", "main")
        git(self.head, "merge", "--quiet", "--no-ff", "--message", "merge", "contribution")
        event = PULL_REQUEST | {"head": {"sha": head_sha or sha}}
        self.runner.context["github"] |= {
            "event_name": "pull_request_target",
            "event": {"pull_request": event},
        }
        self.runner.context["steps"] = {}
        return self.runner.run(self.workflow["jobs"]["judge"]["steps"])

    @property
    def outputs(self):
        return self.runner.context["steps"]["gate"]["outputs"]

    @property
    def comment(self):
        return (self.runner.temp / self.outputs["report"] / "report.md").read_text()


@pytest.fixture
def contribution(runner, workflow, repo, museum_folder):
    return Contribution(runner, workflow, repo, museum_folder)


def without_a_room(folder):
    data = folder / "data" / "artefacts.ttl"
    old = " ;\n    m:shownIn <https://museum.example/id/room/1> ."
    assert old in data.read_text()
    data.write_text(data.read_text().replace(old, " ."))


def test_a_good_contribution_passes_and_its_rules_are_not_spoken_of(contribution):
    data = contribution.head / "data" / "artefacts.ttl"
    data.write_text(data.read_text().replace('"1400"', '"1401"'))
    done = contribution.judged()
    assert done["Take the shapes of the base branch"].code == 0
    assert done["Validate with the shapes of the base branch"].code == 0
    assert done["Validate with the proposed shapes"].code is None
    assert done["Keep the report"].given["path"] == contribution.outputs["report"]
    assert contribution.comment.startswith("✅")
    assert "propose" not in contribution.comment


def test_what_is_told_names_the_file_as_the_repository_does(contribution):
    without_a_room(contribution.head)
    done = contribution.judged()
    gate = done["Validate with the shapes of the base branch"]
    assert gate.code == 1
    assert "::error file=data/artefacts.ttl,line=4," in gate.said


def drop_the_rule(shapes):
    (shapes / "artefact.ttl").write_text("")


def drop_all_rules(shapes):
    shutil.rmtree(shapes)


def link_elsewhere(shapes):
    shapes.rename(shapes.with_name("elsewhere"))
    shapes.symlink_to("elsewhere")
    drop_the_rule(shapes)


def put_a_file_there(shapes):
    shutil.rmtree(shapes)
    shapes.write_text("")


@pytest.mark.parametrize(
    "weaken", [drop_the_rule, drop_all_rules, link_elsewhere, put_a_file_there]
)
def test_rules_cannot_be_weakened_by_who_breaks_them(contribution, weaken):
    without_a_room(contribution.head)
    weaken(contribution.head / "shapes")
    done = contribution.judged()
    assert done["Validate with the shapes of the base branch"].code == 1
    assert done["Validate with the proposed shapes"].code == 0
    assert done["Keep the report"].code == 0
    assert contribution.comment.startswith("❌")
    assert "told, not decisive" in contribution.comment


def test_rules_that_would_pass_it_are_told(contribution):
    without_a_room(contribution.head)
    shape = contribution.head / "shapes" / "artefact.ttl"
    shape.write_text(shape.read_text().replace("sh:minCount 1", "sh:minCount 0"))
    contribution.judged()
    decisive, told = contribution.comment.split("\n---\n")
    assert decisive.startswith("❌")
    assert "✅" in told
    assert told in contribution.runner.summary


def test_rules_that_would_not_pass_it_are_told_and_decide_nothing(contribution):
    shape = contribution.head / "shapes" / "artefact.ttl"
    shape.write_text(shape.read_text().replace("sh:minCount 1", "sh:minCount 2"))
    done = contribution.judged()
    assert done["Validate with the shapes of the base branch"].code == 0
    assert done["Validate with the proposed shapes"].code == 0
    decisive, told = contribution.comment.split("\n---\n")
    assert decisive.startswith("✅")
    assert "❌" in told


def test_proposed_rules_with_too_much_to_say_stay_out_of_the_comment(contribution):
    filler = "".join(
        f"<https://museum.example/id/{n}> a <https://museum.example/terms#Nothing> .\n"
        for n in range(400)
    )
    (contribution.head / "data" / "many.ttl").write_text(filler)
    shape = contribution.head / "shapes" / "artefact.ttl"
    shape.write_text(shape.read_text() + "\n# a remark\n")
    contribution.judged()
    assert len(contribution.comment) < 65_000
    assert "in the job's summary" in contribution.comment
    assert "told, not decisive" in contribution.runner.summary


def test_the_program_and_the_action_come_from_the_base_branch(contribution):
    (contribution.head / "action.yml").write_text("runs: nothing")
    (contribution.head / ".github" / "comment.sh").write_text("touch ran")
    for name in ("reviewgraph", "rdflib", "json"):
        (contribution.head / name).mkdir()
        (contribution.head / name / "__init__.py").write_text("open('ran', 'w')")
    done = contribution.judged()
    assert done["Validate with the shapes of the base branch"].code == 0
    assert not list(contribution.runner.workspace.rglob("ran"))


def test_a_merge_of_another_commit_is_not_judged(contribution):
    done = contribution.judged(head_sha="0" * 40)
    assert done["Take the shapes of the base branch"].code == 2
    assert done["Validate with the shapes of the base branch"].code is None
    assert done["Keep the report"].code is None


def test_the_report_is_told_by_a_job_that_never_saw_the_contribution(contribution, forge):
    without_a_room(contribution.head)
    contribution.judged()
    runner = contribution.runner
    shutil.copytree(runner.temp / contribution.outputs["report"], runner.workspace / "report")
    shutil.rmtree(contribution.head)
    runner.context["github"]["event_name"] = "pull_request_target"
    runner.context["github"]["event"] = {"pull_request": PULL_REQUEST | {"head": {"sha": "5" * 40}}}
    done = runner.run(contribution.workflow["jobs"]["tell"]["steps"])
    assert {step.code for step in done.values()} == {0}
    [body] = forge.bodies
    assert body.split("\n", 1)[1] == contribution.comment
    upload = done["Upload to code scanning"].given
    assert (runner.workspace / upload["sarif_file"]).is_file()
    assert upload["ref"] == "refs/pull/7/head"
    assert upload["sha"] == "5" * 40


def test_who_may_write_never_checks_out_the_contribution(workflow):
    assert workflow["permissions"] == {}
    assert workflow["jobs"]["judge"]["permissions"] == {"contents": "read"}
    refs = {
        name: [
            step["with"]["ref"]
            for step in job["steps"]
            if step.get("uses", "").startswith("actions/checkout@")
        ]
        for name, job in workflow["jobs"].items()
    }
    base = "refs/heads/${{ github.event.pull_request.base.ref }}"
    merged = "refs/pull/${{ github.event.pull_request.number }}/merge"
    assert refs == {"judge": [base, merged], "tell": [base]}


def test_no_token_lies_where_the_contribution_is_read(workflow):
    judge = str(workflow["jobs"]["judge"])
    assert "token" not in judge
    assert "secrets" not in judge
    for job in workflow["jobs"].values():
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False
