"""What comes along with the program, and whether it is built alike each time."""

import hashlib
import os
import re
import shutil
import subprocess
import sys

PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)


def test_every_dependency_is_in_the_list_of_licences(repo):
    pinned = set(PINNED.findall((repo / "requirements.lock").read_text()))
    rows = re.findall(
        r"^\| (\S+) \| (\S+) \| (.+) \|$", (repo / "docs" / "licences.md").read_text(), re.MULTILINE
    )
    heads = {"package", "---"}
    listed = {(name, version): licence for name, version, licence in rows if name not in heads}
    assert set(listed) == pinned, "run: make licences"
    assert "?" not in listed.values()
    assert not any(re.search(r"\bA?GPL", licence) for licence in listed.values())


def test_every_pinned_file_has_a_hash(repo):
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-bench.lock"):
        text = (repo / name).read_text()
        for block in re.split(r"\n(?=[A-Za-z0-9])", text):
            if PINNED.match(block):
                assert "--hash=sha256:" in block, block.splitlines()[0]


def test_the_same_commit_makes_the_same_wheel(repo, tmp_path):
    digests = set()
    for number in range(2):
        copy = tmp_path / f"copy{number}"
        names = ("pyproject.toml", "README.md", "LICENSE", "src")
        for name in names:
            source = repo / name
            if source.is_dir():
                ignored = shutil.ignore_patterns("__pycache__")
                shutil.copytree(source, copy / name, ignore=ignored)
            else:
                copy.mkdir(exist_ok=True)
                shutil.copy(source, copy / name)
        for path in copy.rglob("*.py"):
            os.utime(path, (number + 1e9, number + 1e9))
        out = tmp_path / f"out{number}"
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir"]
        subprocess.run(
            [*command, str(out), str(copy)],
            check=True,
            env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000"},
        )
        (wheel,) = out.glob("*.whl")
        digests.add(hashlib.sha256(wheel.read_bytes()).hexdigest())
    assert len(digests) == 1
