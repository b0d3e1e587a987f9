"""Packages of others that pages use: theirs, whole, licensed, small, and kept by browsers."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from reviewgraph.web.static import FOLDER

ROOT = Path(__file__).parents[2]
LARGEST_WHEEL = 1_500_000


@pytest.fixture(scope="module")
def vendor():
    spec = importlib.util.spec_from_file_location("vendor", ROOT / "tools" / "vendor.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def lock(vendor):
    return json.loads(vendor.LOCK.read_text())


def test_every_file_is_the_one_of_the_lock(vendor, lock):
    assert lock
    assert vendor.compare(lock) == []


def test_another_file_would_be_told(vendor, lock):
    folder = next(iter(lock))
    files = dict(lock[folder]["files"])
    files.pop("LICENSE.txt")
    name = next(iter(files))
    files[name] = {**files[name], "sha256": "0" * 64}
    wrong = vendor.compare({**lock, folder: {**lock[folder], "files": files}})
    assert f"{folder}/LICENSE.txt: not in the lock" in wrong
    assert f"{folder}/{name}: another SHA-256" in wrong
    assert f"{folder}: no LICENSE.txt" in wrong


def test_every_package_names_its_version_and_licence(lock):
    for folder, package in lock.items():
        assert folder.endswith(f"-{package['version']}")
        assert package["license"] in {"MIT", "OFL-1.1"}
        assert package["integrity"].startswith("sha512-")


def test_vendored_files_are_kept_and_own_ones_asked_for_again(ask_museum, lock):
    for folder, package in lock.items():
        for name in package["files"]:
            answer = ask_museum(f"/static/vendor/{folder}/{name}")
            assert answer.status == 200
            assert "immutable" in answer.headers["cache-control"]
    assert "immutable" not in ask_museum("/static/style.css").headers["cache-control"]
    assert "immutable" not in ask_museum("/static/vendor/vendor.lock.json").headers["cache-control"]
    font = ask_museum("/static/vendor/sarabun-5.3.0/thai-400.woff2")
    assert font.headers["content-type"] == "font/woff2"
    assert "font-src 'self'" in font.headers["content-security-policy"]


def test_no_file_asks_another_host_for_anything():
    for path in FOLDER.rglob("*.css"):
        text = path.read_text()
        assert "url(http" not in text.replace('"', "").replace("'", "")
        assert "@import" not in text


def test_the_wheel_is_small(tmp_path):
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir"]
    done = subprocess.run(
        [*command, str(tmp_path), str(ROOT)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    assert wheel.stat().st_size <= LARGEST_WHEEL
