"""Which release was in force when: ``history.json`` beside the releases, written by builds alone.

A release says nothing of when it was built, so that the same folder gives the same bytes. When it
was put in force is another matter: the link to it has the time. The file keeps it when the next
link takes its place; should a build end before it is written, the link still tells.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from reviewgraph.errors import ReleaseError
from reviewgraph.release.manifest import CURRENT, MANIFEST, Release

HISTORY = "history.json"
RELEASES = "releases"


@dataclass(frozen=True, slots=True)
class Entry:
    """A release's name, and since when it was in force (UTC, whole seconds).

    ``kept`` says that the operator still has it.
    """

    release: str
    since: datetime
    kept: bool = True


def read_history(out: Path) -> tuple[Entry, ...]:
    """What was in force in an output folder, oldest first; the last one still is.

    Raises:
        ReleaseError: the file cannot be understood.
    """
    path = out / HISTORY
    try:
        written = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
        told = [(each["release"], datetime.fromisoformat(each["since"])) for each in written]
    except (ValueError, TypeError, KeyError) as error:
        raise ReleaseError(
            f"{path} อ่านไม่ได้: {error}", f"{path} cannot be understood: {error}"
        ) from error
    link = out / CURRENT
    if link.is_symlink():
        name = link.readlink().name
        if not told or told[-1][0] != name:
            since = datetime.fromtimestamp(int(link.lstat().st_mtime), UTC)
            told.append((name, max(since, told[-1][1]) if told else since))
    return tuple(
        Entry(name, since, (out / RELEASES / name / MANIFEST).is_file()) for name, since in told
    )


def record(out: Path) -> None:
    """Write down what is in force since the link was changed."""
    history = read_history(out)
    path = out / HISTORY
    content = [{"release": each.release, "since": each.since.isoformat()} for each in history]
    text = json.dumps(content, indent=1) + "\n"
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    new = out / f".{HISTORY}-{os.getpid()}"
    with new.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(path)


def of_release(release: Release) -> tuple[Entry, ...]:
    """The history up to the last time a release was in force; none if it lies by itself."""
    folder = release.path.parent
    if folder.name != RELEASES or not (folder.parent / CURRENT).exists():
        return ()
    history = read_history(folder.parent)
    times = [number for number, entry in enumerate(history) if entry.release == release.name]
    return history[: times[-1] + 1] if times else ()
