"""The folder as it was at a revision of its git repository."""

from __future__ import annotations

import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from reviewgraph.errors import GateError
from reviewgraph.publication.folder import ROOMS


@contextmanager
def checked_out(folder: Path, revision: str | None) -> Iterator[Path | None]:
    """The publication at that revision, in a folder that is gone afterwards; no revision, none.

    Raises:
        GateError: git does not know the revision, or the folder is in no repository.
    """
    if revision is None:
        yield None
        return
    commit = _git(folder, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}")
    tree = _git(folder, "rev-parse", "--verify", f"{commit.decode().strip()}:./").decode().strip()
    there = _git(folder, "ls-tree", "--name-only", "--full-tree", tree).decode().split("\n")
    top = Path(_git(folder, "rev-parse", "--show-toplevel").decode().rstrip("\n"))
    rooms = [room for room in ROOMS if room in there]
    archive = _git(top, "archive", "--format=tar", tree, *rooms)
    with tempfile.TemporaryDirectory(prefix="reviewgraph-") as name:
        with tarfile.open(fileobj=BytesIO(archive)) as tar:
            _extract(tar, name)
        yield Path(name)


def _extract(tar: tarfile.TarFile, into: str) -> None:
    """Write what git packed, and nothing outside that folder.

    Pythons before 3.11.4 have no filter of their own: they get plain files and folders only.
    """
    if hasattr(tarfile, "data_filter"):
        tar.extractall(into, filter="data")
        return
    members = [
        each
        for each in tar.getmembers()
        if (each.isfile() or each.isdir())
        and not each.name.startswith("/")
        and ".." not in each.name.split("/")
    ]
    tar.extractall(into, members)  # noqa: S202 - the members were looked at above


def _git(folder: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - no shell; the revision stands behind --end-of-options
            ["git", "-C", str(folder), *arguments],  # noqa: S607 - git is found on the path
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise GateError(
            f"เรียก git ไม่ได้: {error.strerror}", f"git cannot be run: {error.strerror}"
        ) from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        reason = said[-1] if said else f"exit code {done.returncode}"
        raise GateError(f"git บอกว่า: {reason}", f"git says: {reason}")
    return done.stdout
