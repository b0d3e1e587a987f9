"""Which release was in force when."""

import json
import os
import shutil
from datetime import UTC, datetime

import pytest

from reviewgraph.errors import ReleaseError
from reviewgraph.gate.judge import judge
from reviewgraph.publication.folder import load
from reviewgraph.release.build import build
from reviewgraph.release.history import HISTORY, of_release, read_history, record
from reviewgraph.release.manifest import open_release


def built(folder, out):
    publication = load(folder)
    return build(publication, judge(publication), out)


def edit(folder, old, new):
    file = folder / "data" / "artefacts.ttl"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


@pytest.fixture
def two(museum_copy, tmp_path):
    """An output folder with two releases, the first in force again after the second."""
    out = tmp_path / "out"
    first = built(museum_copy, out)
    edit(museum_copy, "Sangkhalok bowl", "Deep bowl")
    second = built(museum_copy, out)
    edit(museum_copy, "Deep bowl", "Sangkhalok bowl")
    assert built(museum_copy, out).name == first.name
    return out, first, second


def test_each_change_of_the_release_in_force_is_told(two):
    out, first, second = two
    history = read_history(out)
    assert [entry.release for entry in history] == [first.name, second.name, first.name]
    assert all(entry.kept for entry in history)
    assert [entry.since for entry in history] == sorted(entry.since for entry in history)
    assert all(entry.since.tzinfo is UTC and not entry.since.microsecond for entry in history)


def test_building_the_same_again_changes_nothing(two, museum_copy):
    out, _, _ = two
    before = (out / HISTORY).read_bytes()
    built(museum_copy, out)
    assert (out / HISTORY).read_bytes() == before


def test_a_build_that_ended_before_it_wrote_it_down_is_told_by_the_link(two):
    out, first, second = two
    link = out / "current"
    link.unlink()
    link.symlink_to(f"releases/{second.name}")
    os.utime(link, (4_000_000_000, 4_000_000_000), follow_symlinks=False)
    history = read_history(out)
    assert [entry.release for entry in history] == [
        first.name,
        second.name,
        first.name,
        second.name,
    ]
    assert history[-1].since == datetime.fromtimestamp(4_000_000_000, UTC)
    record(out)
    assert json.loads((out / HISTORY).read_text())[-1]["release"] == second.name


def test_a_release_that_was_removed_stays_in_the_history(two):
    out, first, second = two
    shutil.rmtree(second.path)
    assert [entry.kept for entry in read_history(out)] == [True, False, True]
    assert of_release(open_release(out))[-1].release == first.name


def test_the_history_of_an_older_release_ends_with_it(two):
    out, first, second = two
    assert [entry.release for entry in of_release(second)] == [first.name, second.name]
    alone = shutil.copytree(second.path, out.parent / "alone")
    assert of_release(open_release(alone)) == ()


def test_a_history_that_cannot_be_read_is_an_error_with_its_place(two):
    out, _, _ = two
    (out / HISTORY).write_text("[{")
    with pytest.raises(ReleaseError, match=r"history\.json"):
        read_history(out)
