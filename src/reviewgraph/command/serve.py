"""``reviewgraph serve``: the release that is to be served, built if there is none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import typer

from reviewgraph.command.access import access
from reviewgraph.errors import ReleaseError
from reviewgraph.publish.packing import default_folder, is_archive, release_from
from reviewgraph.release.manifest import (
    CURRENT,
    MANIFEST,
    PREVIEW,
    Release,
    open_release,
    verify,
)
from reviewgraph.store.remote.engine import Engine
from reviewgraph.store.source import ModeChoice
from reviewgraph.web.backend import Backend, Elsewhere, Here


def release_at(
    place: str, digest: str, out: Path | None, lang: str, *, drafts: bool = False
) -> Release:
    """The release at a place: as ``release_of``, or in an archive with this SHA-256.

    Its files are compared with their digests: what a disk has spoiled is not served.

    Raises:
        ReleaseError: it cannot be had, or is not the one that is named.
        typer.Exit: none could be built; the build has said why.
    """
    if is_archive(place):
        folder = release_from(place, digest, (out or default_folder()) / "archives")
        release = open_release(folder, drafts=drafts)
    else:
        release = release_of(Path(place), out, lang, drafts=drafts)
    verify(release)
    return release


def release_of(folder: Path, out: Path | None, lang: str, *, drafts: bool = False) -> Release:
    """The release that the folder is or holds; of a publication, a release built now.

    With ``drafts`` it is a preview, without it never.

    Raises:
        ReleaseError: it cannot be opened, or it is a preview and should be none, or the reverse.
        typer.Exit: none could be built; the build has said why.
    """
    if drafts and _is_release(folder / PREVIEW):
        folder = folder / PREVIEW
    path = folder if _is_release(folder) else _built(folder, out, lang, drafts=drafts)
    release = open_release(path, drafts=drafts)
    if drafts and not release.preview:
        raise ReleaseError(
            f"{folder} เป็นรุ่นที่สร้างโดยไม่มีฉบับร่าง โปรดใช้ --drafts กับโฟลเดอร์ข้อมูลหรือรุ่นดูตัวอย่าง",
            f"{folder} was built without drafts: use --drafts with the publication folder,"
            " or with a preview",
        )
    return release


def backend_of(store: str, mode: ModeChoice) -> Backend:
    """Where the statements of releases lie: in the engine at a URL, or without one here.

    Raises:
        EngineError: this is no such URL, or the credentials do not go together.
    """
    return Elsewhere(Engine(access(store, None, os.environ))) if store else Here(mode)


def output_of(release: Release) -> Path | None:
    """The output folder whose release in force this is; none if it was opened by itself."""
    out = release.path.parent.parent
    link = out / CURRENT
    return out if link.is_symlink() and link.resolve() == release.path else None


def _is_release(folder: Path) -> bool:
    return (folder / MANIFEST).is_file() or (folder / CURRENT / MANIFEST).is_file()


def _built(folder: Path, out: Path | None, lang: str, *, drafts: bool) -> Path:
    """Build in a process of its own, which can be kept from the network, and wait for it."""
    command = [sys.executable, "-m", "reviewgraph", "build", str(folder), "--lang", lang]
    command += ["--out", str(out)] if out else []
    command += ["--drafts"] if drafts else []
    done = subprocess.run(  # noqa: S603 - our own program, no shell
        command, stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        raise typer.Exit(done.returncode)
    return Path(done.stdout.rstrip("\n"))
