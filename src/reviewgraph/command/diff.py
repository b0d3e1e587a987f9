"""``reviewgraph diff``: two states of a dataset found, wherever they are, and compared."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from reviewgraph.command.reading import read
from reviewgraph.command.revision import checked_out
from reviewgraph.errors import GateError, ReleaseError, Words
from reviewgraph.gate import bounded
from reviewgraph.gate.steps import Progress, Step
from reviewgraph.publication.folder import ROOMS
from reviewgraph.publication.words import label_properties
from reviewgraph.rdf.canonical import lines_of
from reviewgraph.release.build import dataset, default_output
from reviewgraph.release.diff import data, markdown, text
from reviewgraph.release.diff.changes import Changes, Side, compare, side_of
from reviewgraph.release.history import RELEASES
from reviewgraph.release.manifest import CURRENT, MANIFEST, open_release

_NAME = re.compile(r"[0-9a-f]{7,64}")
_FOUND, _NONE = b"1", b"0"


def diff(
    old: str,
    new: str,
    format_: str,
    langs: Sequence[str],
    limits: bounded.Limits,
    progress: Progress,
    *,
    colour: bool = False,
) -> tuple[str, bool]:
    """What changed from ``old`` to ``new``, written, and whether anything did.

    Each is a release, an output folder, a publication, the name of a release of the publication
    here (or its beginning), or a git revision of it (``REV`` or ``REV:FOLDER``).

    Raises:
        ReviewgraphError: one is none of these, or cannot be read.
    """
    with ExitStack() as stack:
        found = [_found(each, stack) for each in (old, new)]

        def work(told: Progress, skip: Mapping[Step, Words]) -> bytes:
            sides = [
                _side(name, place, told, skip)
                for name, place in zip((old, new), found, strict=True)
            ]
            changes = compare(*sides)
            written = _written(changes, format_, langs, colour=colour)
            return (_FOUND if changes else _NONE) + written.encode()

        answer = bounded.run(work, limits, progress=progress)
    return answer[1:].decode(), answer[:1] == _FOUND


def _written(changes: Changes, format_: str, langs: Sequence[str], *, colour: bool) -> str:
    if format_ == "json":
        return data.write(changes)
    if format_ == "markdown":
        return markdown.write(changes, langs)
    return text.write(changes, langs, colour=colour)


def _found(given: str, stack: ExitStack) -> Path:
    """The folder that is meant: of a release or of a publication."""
    path = Path(given)
    if (path / MANIFEST).is_file() or (path / CURRENT / MANIFEST).is_file():
        return path
    if all((path / room).is_dir() for room in ROOMS):
        return path
    if _NAME.fullmatch(given):
        releases = default_output(Path()) / RELEASES
        named = [each for each in releases.glob(f"{given}*") if (each / MANIFEST).is_file()]
        if len(named) == 1:
            return named[0]
    if path.exists():
        raise ReleaseError(
            f"{given} ไม่ใช่โฟลเดอร์เผยแพร่ รุ่น หรือโฟลเดอร์ของรุ่น",
            f"{given} is neither a publication nor a release nor a folder of releases",
        )
    revision, _, folder = given.partition(":")
    try:
        checked = stack.enter_context(checked_out(Path(folder or "."), revision))
    except GateError as error:
        raise ReleaseError(
            f"ไม่พบ {given}: ไม่ใช่โฟลเดอร์ ชื่อรุ่น หรือ revision ของ git ({error.words.th})",
            f"there is no {given}: neither a folder nor a release nor a git revision"
            f" ({error.words.en})",
        ) from error
    return checked or Path()


def _side(name: str, place: Path, told: Progress, skip: Mapping[Step, Words]) -> Side:
    if (place / MANIFEST).is_file() or (place / CURRENT / MANIFEST).is_file():
        return side_of(open_release(place))
    publication = read(place, told, skip)
    if publication.errors:
        raise publication.errors[0]
    lines = [*lines_of(dataset(publication))]
    return Side(
        name=name,
        lines=lambda: lines,
        base=publication.catalog.base,
        label_properties=label_properties(publication.ontology),
        prefixes=publication.prefixes,
    )
