"""The texts that evidence points into: no part of the publication, known by their SHA-256.

Whoever has them names the folder. Nothing outside it is opened, whatever links say.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from reviewgraph.errors import Place, SourceSyntaxError, Words, printable
from reviewgraph.publication.reading import name_of, read_bytes
from reviewgraph.rdf.canonical import sha256

MAX_SOURCE_BYTES = 64 * 1024 * 1024
"""A larger file in the folder of sources is left out: a page of text never comes near."""


def read_texts(folder: Path, wanted: Collection[str], notes: list[Words]) -> dict[str, str]:
    """The texts in the folder with one of these SHA-256, by it.

    Args:
        folder: whose files are looked at, those below too.
        wanted: SHA-256 in lower-case hexadecimal.
        notes: get what cannot be read.
    """
    found: dict[str, str] = {}
    for path in _files(folder, notes):
        if len(found) == len(wanted):
            break
        try:
            data = _content(folder, path)
        except SourceSyntaxError as error:
            notes.append(_left_out(folder, path, error.words))
            continue
        if (digest := sha256(data)) in wanted:
            try:
                found[digest] = data.decode("utf-8")
            except UnicodeDecodeError:
                words = Words("ไม่ใช่ข้อความ UTF-8", "it is no UTF-8 text")
                notes.append(_left_out(folder, path, words))
    return found


def _content(folder: Path, path: Path) -> bytes:
    """A file's bytes.

    Raises:
        SourceSyntaxError: it leads out of the folder, is too large, or may not be read.
    """
    try:
        size = path.stat().st_size
    except (OSError, ValueError):
        size = 0  # reading says why
    if size > MAX_SOURCE_BYTES:
        raise SourceSyntaxError(
            f"ไฟล์ใหญ่เกินไป ({size} ไบต์ สูงสุด {MAX_SOURCE_BYTES})",
            f"the file is too large ({size} bytes, at most {MAX_SOURCE_BYTES})",
            Place(name_of(folder, path), 1),
        )
    return read_bytes(folder, path)


def _files(folder: Path, notes: list[Words]) -> Iterator[Path]:
    """Everything below the folder that is no directory, in a fixed order; links are not entered."""

    def note(error: OSError) -> None:
        reason = error.strerror or str(error)
        words = Words(f"เปิดดูไม่ได้: {reason}", f"it cannot be listed: {reason}")
        notes.append(_left_out(folder, Path(error.filename), words))

    for directory, below, names in os.walk(folder, onerror=note):
        below.sort()
        yield from (Path(directory, name) for name in sorted(names))


def _left_out(folder: Path, path: Path, reason: Words) -> Words:
    name = printable(str(Path(folder.name) / path.relative_to(folder)))
    return Words(f"ไม่ได้ใช้ {name}: {reason.th}", f"{name} was left out: {reason.en}")
