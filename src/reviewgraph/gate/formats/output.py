"""Reports in files: which format a file wants, and writing it whole or not at all."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from reviewgraph.errors import GateError
from reviewgraph.publication.folder import ROOMS
from reviewgraph.publication.writing import write_bytes

BY_SUFFIX = {
    ".sarif.json": "sarif",
    ".txt": "text",
    ".json": "json",
    ".sarif": "sarif",
    ".xml": "junit",
    ".ttl": "turtle",
    ".html": "html",
    ".md": "markdown",
}
_NAMED = re.compile(r"([A-Za-z][A-Za-z0-9-]*)=(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Output:
    """A file that a report goes to."""

    format: str
    path: Path


def read_output(text: str, formats: Iterable[str]) -> Output:
    """``FORMAT=FILE``, or ``FILE`` whose extension tells the format.

    Raises:
        GateError: it does not say a format that there is, or no file.
    """
    known = sorted(formats)
    named = _NAMED.fullmatch(text)
    if named:
        name, file = named.groups()
        if name not in known or not file:
            raise GateError(
                f"--output {text}: โปรดเขียน FORMAT=FILE โดย FORMAT เป็น {' '.join(known)}",
                f"--output {text}: write FORMAT=FILE with one of {', '.join(known)}",
            )
        return Output(name, Path(file))
    for suffix, name in BY_SUFFIX.items():
        if Path(text).name.lower().endswith(suffix):
            return Output(name, Path(text))
    raise GateError(
        f"--output {text}: นามสกุลไม่บอกรูปแบบ โปรดใช้ {' '.join(BY_SUFFIX)} หรือ FORMAT=FILE",
        f"--output {text}: the extension tells no format: use one of {' '.join(BY_SUFFIX)},"
        " or write FORMAT=FILE",
    )


def check_writable(paths: Iterable[Path], folder: Path) -> None:
    """Refuse files that could not be written, before the long work begins.

    Raises:
        GateError: a file's folder is missing or may not be written, the file is something else
            than a regular file, is named twice, or lies where the publication is read from.
    """
    seen: set[Path] = set()
    for path in paths:
        real = path.resolve()
        if not real.parent.is_dir():
            raise GateError(
                f"{path}: ไม่มีโฟลเดอร์ {path.parent} โปรดสร้างก่อน",
                f"{path}: there is no folder {path.parent}: make it first",
            )
        if real.exists() and not real.is_file():
            raise GateError(f"{path}: ไม่ใช่ไฟล์ธรรมดา", f"{path}: not a regular file")
        if not os.access(real.parent, os.W_OK):
            raise GateError(
                f"{path}: ไม่มีสิทธิ์เขียนในโฟลเดอร์ {path.parent}",
                f"{path}: the folder {path.parent} may not be written to",
            )
        if real in seen:
            raise GateError(f"{path}: ระบุไฟล์นี้สองครั้ง", f"{path}: this file is named twice")
        if any(real.is_relative_to((folder / room).resolve()) for room in ROOMS):
            raise GateError(
                f"{path}: โปรดเขียนไว้นอก {' '.join(ROOMS)} มิฉะนั้นจะกลายเป็นส่วนหนึ่งของข้อมูล",
                f"{path}: write it outside {', '.join(ROOMS)}, or it would become part of the data",
            )
        seen.add(real)


def write_whole(path: Path, text: str) -> None:
    """Write a report, whole or not at all.

    Raises:
        GateError: it cannot be written; what was there before stays.
    """
    try:
        # A link stays a link.
        write_bytes(path.resolve(), text.encode(errors="backslashreplace"))
    except OSError as error:
        raise GateError(
            f"เขียน {path} ไม่สำเร็จ: {error.strerror}",
            f"{path} could not be written: {error.strerror}",
        ) from error
