"""Files are laid out whole or not at all, inside the folder, and only if they change."""

import os
from pathlib import Path

import pytest

from reviewgraph.errors import PublicationError, SourceSyntaxError
from reviewgraph.publication.layout import files
from reviewgraph.publication.layout.files import laid_out, layouts

UGLY = b"\xef\xbb\xbf<a:s>   a <b:C> .\r\n# kept"
NEAT = "<a:s> a <b:C> .\n\n# kept\n"


@pytest.fixture
def folder(tmp_path):
    """A folder with one file that is not in its layout and one that is."""
    for room in ("ontology", "data/deep", "shapes/cases/x"):
        (tmp_path / room).mkdir(parents=True)
    (tmp_path / "data/deep/ugly.ttl").write_bytes(UGLY)
    (tmp_path / "shapes/cases/x/neat.ttl").write_text(NEAT)
    return tmp_path


def names(found):
    return [layout.file.path.name for layout in found]


def run(path, *, write=True):
    found = list(layouts(path, write=write))
    errors = [item for item in found if isinstance(item, PublicationError)]
    return [item for item in found if item not in errors], errors


def test_the_own_publication_and_the_small_one_are_in_their_layout(repo, museum_folder):
    for root, least in ((repo, 500), (museum_folder, 3)):
        found, errors = run(root, write=False)
        assert errors == []
        assert len(found) >= least
        assert [layout.file.name for layout in found if layout.changed] == []


def test_a_folder_is_all_its_rooms_and_only_what_changes_is_touched(folder):
    neat = folder / "shapes/cases/x/neat.ttl"
    os.utime(neat, ns=(1, 1))
    found, errors = run(folder)
    assert errors == []
    assert names(found) == ["ugly.ttl", "neat.ttl"]
    assert [layout.changed for layout in found] == [True, False]
    assert (folder / "data/deep/ugly.ttl").read_bytes() == NEAT.encode()
    assert neat.stat().st_mtime_ns == 1
    assert [layout.changed for layout in run(folder)[0]] == [False, False]


def test_nothing_is_written_when_only_looking(folder):
    ugly = folder / "data/deep/ugly.ttl"
    found, _ = run(folder, write=False)
    assert found[0].changed
    assert found[0].difference()[:2] == [f"--- {ugly}", f"+++ {ugly}"]
    assert "+<a:s> a <b:C> ." in found[0].difference()
    assert ugly.read_bytes() == UGLY


def test_a_difference_is_short_and_safe_for_a_terminal(folder):
    ugly = folder / "data/deep/ugly.ttl"
    ugly.write_text("".join(f"<a:s{n}>  a <b:C> . # \x1b[2J\n" for n in range(300)))
    lines = run(ugly, write=False)[0][0].difference()
    assert len(lines) < 60
    assert lines[-1] == "…"
    assert "\x1b" not in "".join(lines)


def test_the_mode_of_a_file_stays_and_nothing_is_left_beside_it(folder):
    ugly = folder / "data/deep/ugly.ttl"
    ugly.chmod(0o640)
    run(folder)
    assert ugly.stat().st_mode & 0o7777 == 0o640
    assert [path.name for path in ugly.parent.iterdir()] == ["ugly.ttl"]


def test_hidden_files_and_other_syntaxes_are_left_alone(folder):
    for name in ("data/.hidden.ttl", "data/.git/x.ttl", "data/x.trig", "data/x.nt", "else/x.ttl"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(UGLY)
    assert names(run(folder)[0]) == ["ugly.ttl", "neat.ttl"]
    assert not files.is_turtle(Path("x.trig"))
    assert files.is_turtle(Path("x.TTL"))


def test_a_file_in_error_is_told_with_its_place_and_the_others_are_done(folder):
    (folder / "data/bad.ttl").write_text("\n<s> <p> .")
    (folder / "data/latin.ttl").write_bytes(b"\n\n# \xe9")
    found, errors = run(folder)
    assert names(found) == ["ugly.ttl", "neat.ttl"]
    assert (folder / "data/deep/ugly.ttl").read_text() == NEAT
    assert [str(error.place) for error in errors] == [
        f"{folder}/data/bad.ttl:2:9",
        f"{folder}/data/latin.ttl:3:1",
    ]


def test_no_link_leads_out_of_the_folder(folder, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "x.ttl"
    outside.write_bytes(UGLY)
    link = folder / "data" / "link.ttl"
    link.symlink_to(outside)
    for given in (folder, link):
        _, errors = run(given)
        assert [error.place.file for error in errors] == [str(link)]
        assert "out of the folder" in errors[0].words.en
    assert outside.read_bytes() == UGLY
    assert link.is_symlink()


def test_a_link_inside_the_folder_stays_a_link(folder):
    link = folder / "data" / "link.ttl"
    link.symlink_to("deep/ugly.ttl")
    assert run(folder)[1] == []
    assert link.is_symlink()
    assert link.read_text() == NEAT


def test_a_file_that_changed_meanwhile_is_left_as_it_is(folder):
    ugly = folder / "data/deep/ugly.ttl"
    (layout,) = layouts(ugly, write=False)
    ugly.write_text("# other\n")
    with pytest.raises(SourceSyntaxError, match="changed meanwhile"):
        files.save(layout)
    assert ugly.read_text() == "# other\n"


def test_a_write_that_fails_leaves_the_old_file_and_no_other(folder, monkeypatch):
    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    _, errors = run(folder)
    assert "No space left on device" in errors[0].words.en
    assert (folder / "data/deep/ugly.ttl").read_bytes() == UGLY
    assert [path.name for path in (folder / "data/deep").iterdir()] == ["ugly.ttl"]


def test_what_is_not_there_and_what_has_no_rooms_is_said(tmp_path):
    assert "there is no" in run(tmp_path / "nowhere")[1][0].words.en
    assert "is not a publication" in run(tmp_path)[1][0].words.en


def test_a_directory_that_may_not_be_listed_is_told_and_the_other_rooms_are_done(
    folder, monkeypatch
):
    listed = files.files_below

    def below(root, room):
        if room.name == "ontology":
            raise SourceSyntaxError("อ่านไม่ได้", "it cannot be read", files.Place("ontology", 1))
        return listed(root, room)

    monkeypatch.setattr(files, "files_below", below)
    found, errors = run(folder)
    assert [error.place.file for error in errors] == [f"{folder}/ontology"]
    assert names(found) == ["ugly.ttl", "neat.ttl"]


def test_a_document_of_bytes_is_judged_like_a_file(monkeypatch):
    assert laid_out(UGLY, "<stdin>") == NEAT.encode()
    monkeypatch.setattr(files, "MAX_BYTES", 3)
    with pytest.raises(SourceSyntaxError, match="too large"):
        laid_out(UGLY, "<stdin>")
