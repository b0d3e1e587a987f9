"""Reports in files: the format that a name tells, whole files or none, the command's choices."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from reviewgraph.errors import GateError
from reviewgraph.gate.formats import FORMATS
from reviewgraph.gate.formats.output import BY_SUFFIX, check_writable, read_output, write_whole


@pytest.mark.parametrize(
    ("text", "format_", "path"),
    [
        ("r.txt", "text", "r.txt"),
        ("out/r.json", "json", "out/r.json"),
        ("r.sarif", "sarif", "r.sarif"),
        ("r.sarif.json", "sarif", "r.sarif.json"),
        ("R.XML", "junit", "R.XML"),
        ("r.ttl", "turtle", "r.ttl"),
        ("r.html", "html", "r.html"),
        ("r.md", "markdown", "r.md"),
        ("gitlab=gl-code-quality.json", "gitlab", "gl-code-quality.json"),
        ("github=ann.txt", "github", "ann.txt"),
        ("json=a=b.txt", "json", "a=b.txt"),
        ("./a=b.md", "markdown", "./a=b.md"),
    ],
)
def test_the_format_is_named_or_told_by_the_extension(text, format_, path):
    output = read_output(text, FORMATS)
    assert (output.format, output.path) == (format_, Path(path))


def test_every_extension_tells_a_format_that_there_is():
    assert set(BY_SUFFIX.values()) <= set(FORMATS)


@pytest.mark.parametrize("text", ["r.pdf", "r", "", "sarf=r.json", "json=", "pdf=r.txt", "-"])
def test_what_tells_no_format_is_refused_in_words(text):
    with pytest.raises(GateError, match="--output") as refused:
        read_output(text, FORMATS)
    assert "โปรด" in refused.value.words.th


def test_files_that_could_not_be_written_are_refused(museum_copy, tmp_path):
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    here = tmp_path / "r.txt"
    for paths, said in (
        ([tmp_path / "none" / "r.txt"], "make it first"),
        ([tmp_path / "folder"], "not a regular file"),
        ([tmp_path / "pipe"], "not a regular file"),
        ([here, tmp_path / "folder" / ".." / "r.txt"], "named twice"),
        ([museum_copy / "data" / "report.ttl"], "outside ontology, data, shapes"),
    ):
        with pytest.raises(GateError, match=said):
            check_writable(paths, museum_copy)
    check_writable([here, museum_copy / "report.ttl"], museum_copy)


def test_a_file_is_replaced_whole_and_keeps_its_mode_and_links(tmp_path):
    file, link = tmp_path / "real.txt", tmp_path / "link.txt"
    file.write_text("old")
    file.chmod(0o640)
    link.symlink_to(file)
    write_whole(link, "ใหม่\n")
    assert link.is_symlink()
    assert file.read_text() == "ใหม่\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    write_whole(tmp_path / "new.txt", "x")
    assert stat.S_IMODE((tmp_path / "new.txt").stat().st_mode) & 0o077 != 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.txt", "new.txt", "real.txt"]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    file = tmp_path / "report.txt"
    file.write_text("old")

    def full(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(GateError, match="No space left"):
        write_whole(file, "new")
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


# the command


def run(*arguments, **environment):
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"LC_ALL", "LC_MESSAGES", "LANG", "REVIEWGRAPH_LANG", "CI"}
    }
    return subprocess.run(
        [sys.executable, "-m", "reviewgraph", "validate", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**kept, "PYTHONUTF8": "1", **environment},
    )


@pytest.mark.parametrize(
    ("environment", "th", "en"),
    [
        ({}, True, True),
        ({"LANG": "C.UTF-8"}, True, True),
        ({"LANG": "th_TH.UTF-8"}, True, False),
        ({"LANG": "th_TH.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, False, True),
        ({"LC_ALL": "th_TH.UTF-8", "LC_MESSAGES": "en_GB"}, True, False),
        ({"LC_ALL": "", "LANG": "en_US.UTF-8"}, False, True),
        ({"LANG": "fr_FR.UTF-8"}, True, True),
        ({"LANG": "th_TH.UTF-8", "REVIEWGRAPH_LANG": "en"}, False, True),
    ],
)
def test_the_locale_decides_where_no_language_was_asked_for(tmp_path, environment, th, en):
    said = run(tmp_path, **environment).stderr
    assert ("ไม่ใช่โฟลเดอร์เผยแพร่" in said) == th
    assert ("is not a publication" in said) == en


def test_the_flag_wins_over_the_locale(tmp_path):
    said = run(tmp_path, "--lang", "both", LANG="th_TH.UTF-8").stderr
    assert "is not a publication" in said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--output", "r.pdf"], "tells no format"),
        (["--output", "nowhere/r.json"], "make it first"),
        (["--baseline", "none.json"], "there is no baseline"),
    ],
)
def test_wrong_options_exit_with_2_before_anything_is_judged(tmp_path, options, said):
    done = run(tmp_path / "no-folder", "--lang", "en", *options)
    assert done.returncode == 2
    assert said in done.stderr
    assert "no folder" not in done.stderr.replace("there is no folder nowhere", "")


def test_one_run_writes_every_report_and_a_baseline_that_the_next_run_accepts(
    museum_copy, tmp_path
):
    data = museum_copy / "data" / "artefacts.ttl"
    text = data.read_text()
    data.write_text(text.replace("m:madeIn", "m:madeAt", 1))
    names = [f"r{suffix}" for suffix in BY_SUFFIX]
    outputs = [part for name in names for part in ("--output", tmp_path / name)]
    base = tmp_path / "base.json"
    more = ["--output", f"gitlab={tmp_path / 'gl.json'}", "--write-baseline", base]
    first = run(museum_copy, "--format", "json", *outputs, *more)
    assert first.returncode == 1
    assert (tmp_path / "r.json").read_text() == first.stdout
    assert "\x1b" not in (tmp_path / "r.txt").read_text()
    assert all((tmp_path / name).stat().st_size for name in names)
    data.write_text("# moved\n\n" + data.read_text())
    second = run(museum_copy, "--baseline", base, "--lang", "en")
    assert (second.returncode, second.stderr) == (0, "")
    assert "1 known from the baseline" in second.stdout
    data.write_text(text.replace("m:madeIn", "m:madeAt"))
    third = run(museum_copy, "--baseline", base, "--format", "json")
    assert third.returncode == 1
    assert json.loads(third.stdout)["baseline"]["known"] == 1


def test_a_failure_is_told_but_no_baseline_is_written(museum_copy, tmp_path):
    (museum_copy / "data" / "bad.ttl").write_text("<s> <p> .")
    done = run(museum_copy, "--write-baseline", tmp_path / "b.json", "--lang", "en")
    assert done.returncode == 2
    assert "data/bad.ttl:1:9: failure" in done.stdout
    assert "no baseline was written" in done.stderr
    assert not (tmp_path / "b.json").exists()
