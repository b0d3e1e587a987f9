"""A release that a disk has spoiled is refused, with the name of the file."""

import shutil
import subprocess
import sys

import pytest

from reviewgraph.release.manifest import MANIFEST


def served(folder, port):
    return subprocess.run(
        [sys.executable, "-m", "reviewgraph", "serve", str(folder), "--port", str(port)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def flipped(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def shortened(path):
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize("harm", [flipped, shortened, lambda path: path.unlink()])
@pytest.mark.parametrize("name", ["dump.nq", "dump.ttl.gz", "search.sqlite", "void.ttl"])
def test_a_file_that_is_not_what_was_written_is_named(museum, tmp_path, free_port, harm, name):
    folder = shutil.copytree(museum.path, tmp_path / "release")
    harm(folder / name)
    answer = served(folder, free_port)
    assert answer.returncode == 2
    assert name in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize(
    "harm",
    [lambda path: path.write_bytes(path.read_bytes()[:-10]), lambda path: path.write_text("{}")],
)
def test_a_manifest_that_cannot_be_read_is_told(museum, tmp_path, free_port, harm):
    folder = shutil.copytree(museum.path, tmp_path / "release")
    harm(folder / MANIFEST)
    answer = served(folder, free_port)
    assert answer.returncode == 2
    assert "Traceback" not in answer.stderr
