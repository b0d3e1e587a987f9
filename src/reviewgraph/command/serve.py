"""``reviewgraph serve``: the release that is to be served, built if there is none."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import typer

from reviewgraph.release.manifest import CURRENT, MANIFEST, Release, open_release


def release_of(folder: Path, out: Path | None, lang: str) -> Release:
    """The release that the folder is or holds; of a publication, a release built now.

    Raises:
        ReleaseError: it cannot be opened.
        typer.Exit: none could be built; the build has said why.
    """
    is_release = (folder / MANIFEST).is_file() or (folder / "current" / MANIFEST).is_file()
    return open_release(folder if is_release else _built(folder, out, lang))


def output_of(release: Release) -> Path | None:
    """The output folder whose release in force this is; none if it was opened by itself."""
    out = release.path.parent.parent
    link = out / CURRENT
    return out if link.is_symlink() and link.resolve() == release.path else None


def _built(folder: Path, out: Path | None, lang: str) -> Path:
    """Build in a process of its own, which can be kept from the network, and wait for it."""
    command = [sys.executable, "-m", "reviewgraph", "build", str(folder), "--lang", lang]
    done = subprocess.run(  # noqa: S603 - our own program, no shell
        [*command, "--out", str(out)] if out else command,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise typer.Exit(done.returncode)
    return Path(done.stdout.rstrip("\n"))
