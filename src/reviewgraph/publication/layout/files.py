"""Turtle files laid out in place: whole or not at all, and only those that change."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from reviewgraph.errors import Place, PublicationError, SourceSyntaxError, Words, printable
from reviewgraph.publication.folder import ROOMS
from reviewgraph.publication.layout.document import lay_out
from reviewgraph.publication.reading import MAX_BYTES, files_below, name_of, read_bytes
from reviewgraph.publication.writing import write_bytes
from reviewgraph.rdf.formats import TURTLE

STDIN = "<stdin>"
_DIFF_SHOWN = 40
_DIFF_READ = 4000  # lines; comparing takes the square of their number at worst


@dataclass(frozen=True, slots=True)
class TurtleFile:
    """A file to lay out: it lies in the folder ``root``, a user knows it as ``name``."""

    root: Path
    path: Path
    name: str

    @property
    def shown(self) -> str:
        """The name, fit for a terminal."""
        return printable(self.name)


@dataclass(frozen=True, slots=True)
class Layout:
    """A file's bytes as they are and as they should be."""

    file: TurtleFile
    before: bytes
    after: bytes

    @property
    def changed(self) -> bool:
        """Whether the file is not in its layout yet."""
        return self.before != self.after

    def difference(self) -> list[str]:
        """The first lines of a unified diff, fit for a terminal."""
        import difflib  # noqa: PLC0415 - rarely asked for

        old, new = (side.decode().split("\n")[:_DIFF_READ] for side in (self.before, self.after))
        lines = difflib.unified_diff(old, new, self.file.name, self.file.name, n=1, lineterm="")
        first = list(islice(lines, _DIFF_SHOWN + 1))
        return [printable(line) for line in first[:_DIFF_SHOWN]] + ["…"] * (
            len(first) > _DIFF_SHOWN
        )


def is_turtle(path: Path) -> bool:
    """Whether a file's name says that it is Turtle; TriG and the others are not laid out."""
    return path.suffix[1:].lower() == TURTLE.extension


def layouts(
    given: Path,
    *,
    write: bool,
    progress: Callable[[str], None] = lambda _name: None,
    skip: Mapping[str, Words] | None = None,
) -> Iterator[Layout | PublicationError]:
    """Lay out a file, or the Turtle files in a publication's rooms, hidden ones left out.

    Each is written before it is handed out, if ``write`` and it changes. What cannot be listed,
    read or written is handed out as an error and the rest goes on.

    Args:
        given: the file or the publication.
        write: whether files are changed.
        progress: told the name of each file before it is read.
        skip: files that are not to be read, with the reason: they are handed out as errors.
    """
    for file in _files(given):
        if isinstance(file, PublicationError):
            yield file
            continue
        try:
            _refuse(file, skip or {})
            progress(file.name)
            layout = layout_of(file)
            if write and layout.changed:
                save(layout)
            yield layout
        except SourceSyntaxError as error:
            yield error


def _refuse(file: TurtleFile, skip: Mapping[str, Words]) -> None:
    if words := skip.get(file.name):
        raise SourceSyntaxError(words.th, words.en, Place(file.name, 1))


def layout_of(file: TurtleFile) -> Layout:
    """Read a file and lay it out; nothing is written.

    Raises:
        SourceSyntaxError: it may not be read, is not well-formed, or is beyond this program.
    """
    try:
        before = read_bytes(file.root, file.path)
    except SourceSyntaxError as error:
        raise _called(file.name, error) from error
    return Layout(file, before, laid_out(before, file.name))


def laid_out(document: bytes, name: str) -> bytes:
    """A document's bytes in its layout: UTF-8 without byte order mark.

    Raises:
        SourceSyntaxError: it is too large, not UTF-8, not well-formed, or beyond this program.
    """
    if len(document) > MAX_BYTES:
        raise SourceSyntaxError(
            f"ข้อมูลใหญ่เกินไป (สูงสุด {MAX_BYTES} ไบต์)",
            f"the document is too large (at most {MAX_BYTES} bytes)",
            Place(name, 1),
        )
    try:
        text = document.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceSyntaxError(
            "ไฟล์นี้ไม่ใช่ UTF-8 โปรดบันทึกใหม่เป็น UTF-8",
            "the file is not UTF-8: save it again as UTF-8",
            Place(name, document.count(b"\n", 0, error.start) + 1),
        ) from error
    return lay_out(text, name).encode()


def save(layout: Layout) -> None:
    """Put the new layout in the file's place by one rename; its mode stays.

    A link is followed, as it was for reading, and stays a link.

    Raises:
        SourceSyntaxError: the file has changed meanwhile, or may not be written.
    """
    file = layout.file
    place = Place(file.name, 1)
    if read_bytes(file.root, file.path) != layout.before:
        raise SourceSyntaxError(
            "ไฟล์เปลี่ยนไประหว่างจัดรูป จึงไม่แก้ไข โปรดสั่งอีกครั้ง",
            "the file changed meanwhile and was left as it is: run this again",
            place,
        )
    try:
        write_bytes(file.path.resolve(strict=True), layout.after)
    except OSError as error:
        reason = error.strerror or str(error)
        raise SourceSyntaxError(
            f"เขียนไม่ได้: {reason}", f"it cannot be written: {reason}", place
        ) from error


def _files(given: Path) -> Iterator[TurtleFile | PublicationError]:
    if not given.is_dir():
        if not os.path.lexists(given):
            yield PublicationError(f"ไม่พบ {given}", f"there is no {given}")
            return
        folder = given.parent.resolve()
        yield TurtleFile(folder, folder / given.name, str(given))
        return
    rooms = [room for room in ROOMS if (given / room).is_dir()]
    if not rooms:
        yield PublicationError(
            f"{given} ไม่ใช่โฟลเดอร์เผยแพร่: ไม่มี {', '.join(ROOMS)}",
            f"{given} is not a publication: it has none of {', '.join(ROOMS)}",
        )
        return
    root = given.resolve()
    for room in rooms:
        try:
            for path in files_below(root, root / room):
                name = name_of(root, path)
                if is_turtle(path) and not any(part.startswith(".") for part in name.split("/")):
                    yield TurtleFile(root, path, str(given / name))
        except SourceSyntaxError as error:
            yield _called(str(given / error.place.file), error)


def _called(name: str, error: SourceSyntaxError) -> SourceSyntaxError:
    """The error with the file's name as its user knows it."""
    return SourceSyntaxError(
        error.words.th, error.words.en, Place(name, error.place.line, error.place.column)
    )
