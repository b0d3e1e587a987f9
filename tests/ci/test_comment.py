"""The comment on a pull request, with a forge made up of one program."""

import pytest


@pytest.fixture
def comment(runner, action, tmp_path):
    """Comment with that text about that folder."""
    [step] = [step for step in action["runs"]["steps"] if step["name"] == "Comment"]

    def commented(text, folder="."):
        (tmp_path / "report.md").write_text(text)
        runner.context["inputs"] = {"comment": "true", "folder": folder}
        runner.context["steps"]["validate"] = {"outputs": {"report": str(tmp_path)}}
        return runner.run([step])["Comment"]

    return commented


def test_a_comment_is_made_once_and_then_kept_up_to_date(forge, comment):
    assert comment("❌ one").code == 0
    [first] = forge.bodies
    assert first.startswith("<!-- reviewgraph ")
    assert first.endswith(" -->\n❌ one")
    assert comment("✅ two").code == 0
    [second] = forge.bodies
    assert second == first.replace("❌ one", "✅ two")
    methods = [
        call[call.index("--method") + 1] for call in forge.read("calls") if "--jq" not in call
    ]
    assert methods == ["POST", "PATCH"]
    assert all("--paginate" in call for call in forge.read("calls") if "--jq" in call)


def test_each_folder_has_a_comment_of_its_own(forge, comment):
    comment("one", "a --> b")
    comment("two", "c")
    comment("three", "a --> b")
    assert [body.split("\n", 1)[1] for body in forge.bodies] == ["three", "two"]
    assert all(body.split("\n")[0].count("-->") == 1 for body in forge.bodies)


def test_a_strangers_comment_with_the_same_mark_is_not_written_over(forge, comment):
    comment("one")
    [ours] = forge.bodies
    forge.change(comments=[{"id": 1, "user": "stranger", "body": ours}])
    comment("two")
    assert forge.bodies == [ours, ours.replace("one", "two")]


@pytest.mark.parametrize("may", [{"read": True, "write": False}, {"read": False, "write": False}])
def test_a_token_that_may_not_write_fails_nothing(forge, comment, may):
    forge.change(may=may)
    done = comment("one")
    assert done.code == 0
    assert "::notice title=reviewgraph::" in done.said
    assert forge.bodies == []


def test_a_token_that_may_write_no_longer_leaves_the_old_comment(forge, comment):
    comment("one")
    forge.change(may={"read": True, "write": False})
    done = comment("two")
    assert done.code == 0
    assert "::notice title=reviewgraph::" in done.said
    assert forge.bodies[0].endswith("one")


@pytest.mark.parametrize(("event", "wanted"), [("push", "true"), ("pull_request", "false")])
def test_without_a_pull_request_or_the_wish_there_is_no_comment(
    runner, action, forge, event, wanted, museum_folder
):
    runner.context["github"]["event_name"] = event
    done = runner.use(action, folder=str(museum_folder), comment=wanted)
    assert done["Comment"].code is None
    assert forge.read("calls") == []


def test_the_whole_action_comments_what_it_found(runner, action, forge, museum_folder):
    done = runner.use(action, folder=str(museum_folder), comment="true")
    assert done["Comment"].code == 0
    [body] = forge.bodies
    assert body.split("\n", 1)[1] == runner.summary
