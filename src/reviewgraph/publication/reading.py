"""Reading files of a folder that strangers contribute to.

Only regular files inside the folder are opened, whatever links say, and none that is too large.
What cannot be read or listed is told, never passed over.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from reviewgraph.errors import Place, SourceSyntaxError

MAX_BYTES = 256 * 1024 * 1024
"""A larger file is refused before it is read; records of one file never come near."""


@lru_cache(maxsize=64)
def _inside(root: Path) -> str:
    """How the real path of everything inside the folder begins."""
    return os.path.join(os.path.realpath(root), "")  # noqa: PTH118 - with a slash at the end


def read_bytes(root: Path, path: Path) -> bytes:
    """The content of a file of the folder ``root``.

    Raises:
        SourceSyntaxError: it is outside, no regular file, too large, or may not be read.
    """
    place = Place(name_of(root, path), 1)
    try:
        real = Path(os.path.realpath(path, strict=True))
        if not str(real).startswith(_inside(root)):
            raise SourceSyntaxError(
                "ลิงก์นี้ชี้ออกนอกโฟลเดอร์", "this link leads out of the folder", place
            )
        status = real.stat()
        if not stat.S_ISREG(status.st_mode):
            raise SourceSyntaxError("นี่ไม่ใช่ไฟล์ธรรมดา", "this is not a regular file", place)
        size = status.st_size
        if size > MAX_BYTES:
            raise SourceSyntaxError(
                f"ไฟล์ใหญ่เกินไป ({size} ไบต์ สูงสุด {MAX_BYTES}) โปรดแบ่งเป็นหลายไฟล์",
                f"the file is too large ({size} bytes, at most {MAX_BYTES}): split it",
                place,
            )
        return real.read_bytes()
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links
        raise _unreadable(error, place) from error


def signature(path: Path) -> tuple[int, ...]:
    """What changes when somebody writes to a file, so that it need not be read to know.

    Raises:
        OSError: there is no such file.
    """
    status = path.stat()
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def read_text(root: Path, path: Path) -> str:
    """The text of a file of the folder; a byte order mark is not part of it.

    Raises:
        SourceSyntaxError: as ``read_bytes``, or it is not UTF-8.
    """
    data = read_bytes(root, path)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceSyntaxError(
            "ไฟล์นี้ไม่ใช่ UTF-8 โปรดบันทึกใหม่เป็น UTF-8",
            "the file is not UTF-8: save it again as UTF-8",
            Place(name_of(root, path), line),
        ) from error


def files_below(root: Path, folder: Path, *, deep: bool = True) -> Iterator[Path]:
    """Everything in a folder that is no directory, sorted by path.

    Raises:
        SourceSyntaxError: a directory may not be listed, or a name is not UTF-8.
    """

    def fail(error: OSError) -> None:
        raise _unreadable(error, Place(name_of(root, Path(error.filename)), 1)) from error

    found = []
    for directory, below, names in os.walk(folder, onerror=fail):
        found += [Path(directory, name) for name in names]
        if not deep:
            below.clear()
    for path in sorted(found):
        try:
            str(path).encode()
        except UnicodeEncodeError as error:
            raise SourceSyntaxError(
                "ชื่อไฟล์ไม่ใช่ UTF-8 โปรดเปลี่ยนชื่อ",
                "the file's name is not UTF-8: rename it",
                Place(ascii(path.name), 1),
            ) from error
        yield path


def name_of(root: Path, path: Path) -> str:
    """A file's path inside the folder, with forward slashes."""
    return path.relative_to(root).as_posix()


def _unreadable(error: Exception, place: Place) -> SourceSyntaxError:
    reason = getattr(error, "strerror", None) or str(error)
    return SourceSyntaxError(f"อ่านไม่ได้: {reason}", f"it cannot be read: {reason}", place)
