"""What several rooms' tests share: where things are, and releases that are built once."""

import os
import shutil
from pathlib import Path

import pytest

from reviewgraph.gate.judge import judge
from reviewgraph.publication.folder import load
from reviewgraph.release.build import build

REPO = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def repo() -> Path:
    return REPO


@pytest.fixture(scope="session")
def shared() -> Path:
    """Source page, questions and conformance suites: not on every machine, but always in CI."""
    folder = Path(os.environ.get("REVIEWGRAPH_TEST_MATERIAL", REPO.parent / "shared"))
    if not folder.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"CI needs the test material, see CONTRIBUTING.md: no folder {folder}")
        pytest.skip("the test material is not on this machine, see CONTRIBUTING.md")
    return folder


@pytest.fixture(scope="session")
def museum_folder() -> Path:
    return REPO / "tests" / "museum"


@pytest.fixture
def museum_copy(museum_folder, tmp_path) -> Path:
    """A copy of the small publication, to be spoiled."""
    return Path(shutil.copytree(museum_folder, tmp_path / "museum"))


@pytest.fixture
def own_copy(tmp_path) -> Path:
    """A copy of this repository's own publication, to be spoiled."""
    for room in ("ontology", "data", "shapes"):
        shutil.copytree(REPO / room, tmp_path / "own" / room)
    return tmp_path / "own"


def release_of(folder: Path, out: Path):
    publication = load(folder)
    return build(publication, judge(publication), out)


@pytest.fixture(scope="session")
def museum(museum_folder, tmp_path_factory):
    """The small publication's release."""
    return release_of(museum_folder, tmp_path_factory.mktemp("museum"))


@pytest.fixture(scope="session")
def own(tmp_path_factory):
    """The release of this repository's own publication."""
    return release_of(REPO, tmp_path_factory.mktemp("own"))
