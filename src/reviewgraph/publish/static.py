"""The whole site as files: each one is what the site sends for that address, byte for byte.

The site itself is asked, without a socket in between, for every representation that has an address
of its own. Files are written beside the folder and moved into its place at the end.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote_to_bytes

import reviewgraph
from reviewgraph.errors import ReleaseError, Words
from reviewgraph.publish.hosts import APACHE, NGINX, apache, nginx, without_ending
from reviewgraph.release.history import of_release
from reviewgraph.release.manifest import Release
from reviewgraph.web.app import create_app
from reviewgraph.web.contents import every_address

MARK: Final = ".reviewgraph-export.json"
"""What tells an export from a folder that somebody else filled; it says of which release it is."""

_LONGEST_NAME = 255  # bytes, on every file system of note
_GONE = 410
_FOUND = (200, _GONE)


@dataclass
class Export:
    """What was written: files by address, and what could not be, with the reason."""

    folder: Path
    files: dict[str, Path] = field(default_factory=dict)
    left_out: dict[str, Words] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)


def export(
    release: Release,
    folder: Path,
    progress: Callable[[str], None] = lambda _address: None,
    texts: Mapping[str, str] | None = None,
) -> Export:
    """Write the site of a release, and of those that are kept beside it.

    Args:
        release: what to export.
        folder: where to: missing, empty, or an export, which is replaced as a whole.
        progress: told each address before it is written.
        texts: those of sources that are at hand, by the source's IRI.

    Raises:
        ReleaseError: the folder holds something else, or cannot be written. It stays as it was.
    """
    folder = folder.absolute()
    _check(folder)
    app = create_app(release, history=of_release(release), texts=texts)
    work = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        work.chmod(0o755)
        written = Export(folder)
        asyncio.run(_write_all(app, written, work, progress))
        (work / APACHE).write_text(apache(release, written.gone), encoding="utf-8")
        (work / NGINX).write_text(nginx(release, written.gone), encoding="utf-8")
        mark = {"release": release.name, "generator": f"reviewgraph {reviewgraph.__version__}"}
        (work / MARK).write_text(json.dumps(mark) + "\n", encoding="utf-8")
        _replace(folder, work)
    except OSError as error:
        raise ReleaseError(
            f"เขียนเว็บลง {folder} ไม่สำเร็จ: {error}",
            f"the site could not be written to {folder}: {error}",
        ) from error
    finally:
        if work is not None:
            shutil.rmtree(work, ignore_errors=True)
    return written


def file_of(address: str) -> Path | Words:
    """The file that an address has in an export, or why it can have none.

    A host of files decodes an address and takes slashes for folders.
    """
    octets = unquote_to_bytes(address.removeprefix("/"))
    if b"/" in unquote_to_bytes(address.replace("/", "")):
        return Words(
            "ที่อยู่มี %2F ซึ่งเว็บแบบไฟล์แยกจาก / ไม่ได้",
            "its address has %2F, which a host of files cannot tell from a slash",
        )
    parts = octets.split(b"/")
    if any(part in {b"", b".", b".."} or b"\0" in part for part in parts):
        return Words("ที่อยู่ใช้เป็นชื่อไฟล์ไม่ได้", "its address is no name of a file")
    if any(len(part) > _LONGEST_NAME for part in parts):
        return Words(
            f"ชื่อไฟล์จะยาวเกิน {_LONGEST_NAME} ไบต์",
            f"its file's name would have more than {_LONGEST_NAME} bytes",
        )
    return Path(os.fsdecode(octets))


async def _write_all(
    app: Any,  # noqa: ANN401 - an ASGI application, which only the web has types for
    written: Export,
    work: Path,
    progress: Callable[[str], None],
) -> None:
    for address in _once(every_address(app.state.site, app.state.archive)):
        progress(address)
        target = file_of(address)
        if isinstance(target, Words):
            written.left_out[address] = target
            continue
        file = work / target
        if file.exists() or any(parent.is_file() for parent in file.parents if parent != work):
            written.left_out[address] = Words(
                "มีไฟล์ชื่อนี้ของสิ่งอื่นแล้ว", "something else has a file of this name already"
            )
            continue
        response = await _Response.of(app, address)
        if response.status not in _FOUND:
            written.left_out[address] = Words(
                f"เว็บตอบด้วยรหัส {response.status}", f"the site answers with {response.status}"
            )
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        response.write(file)
        written.files[address] = target
        if response.status == _GONE:
            written.gone.append(address)
            # Where there is a folder, Apache does not negotiate before it is told of the 410.
            negotiated = file_of(without_ending(address))
            if isinstance(negotiated, Path):
                (work / negotiated).mkdir(exist_ok=True)


def _once(items: Iterator[str]) -> Iterator[str]:
    seen: set[str] = set()
    for item in items:
        if item not in seen:
            seen.add(item)
            yield item


@dataclass
class _Response:
    """What the site says: a body, or a file of the release."""

    status: int = 0
    body: list[bytes] = field(default_factory=list)
    path: str = ""

    @classmethod
    async def of(cls, app: Any, address: str) -> _Response:  # noqa: ANN401 - as above
        found = cls()
        raw = address.encode()
        scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": unquote_to_bytes(address).decode(),
            "raw_path": raw,
            "root_path": "",
            "query_string": b"",
            "headers": [(b"host", b"localhost")],
            "server": ("localhost", 80),
            "client": None,
            "extensions": {"http.response.pathsend": {}},
        }

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:  # noqa: ANN401 - as ASGI has it
            if message["type"] == "http.response.start":
                found.status = message["status"]
            elif message["type"] == "http.response.pathsend":
                found.path = str(message["path"])
            else:
                found.body.append(message.get("body", b""))

        await app(scope, receive, send)
        return found

    def write(self, file: Path) -> None:
        if self.path:
            shutil.copyfile(self.path, file)
        else:
            file.write_bytes(b"".join(self.body))


def _check(folder: Path) -> None:
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise ReleaseError(
            f"{folder} มีไฟล์อื่นอยู่ โปรดเลือกโฟลเดอร์ว่างหรือโฟลเดอร์ที่ส่งออกไว้เดิม",
            f"{folder} holds other files; choose an empty folder, or one of an earlier export",
        )
    if folder.exists() and not folder.is_dir():
        raise ReleaseError(f"{folder} ไม่ใช่โฟลเดอร์", f"{folder} is no folder")


def _replace(folder: Path, work: Path) -> None:
    """Move the work into place; what was there is put aside first, and back if that fails."""
    if not folder.exists():
        work.rename(folder)
        return
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
    old = folder.rename(aside / folder.name)
    try:
        work.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)
