"""A release as one file: packed, fetched once, and opened only if its digest is the one named.

The archive is the release's folder as ``tar.gz``, the same bytes for the same folder. Whoever
serves it says its SHA-256; nothing of it is read before that has been compared, and nothing is put
in its place before every file agrees with the manifest.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
import tarfile
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import httpx

from reviewgraph.errors import ReleaseError
from reviewgraph.release.manifest import Release, open_release, verify

DIGEST_SUFFIX: Final = ".sha256"
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_LEVEL: Final = 6
_ATTEMPTS: Final = 3
_PIECE: Final = 1 << 20
_MOST_REDIRECTS: Final = 5


def pack(release: Release, file: Path) -> str:
    """Write the archive of a release, and its digest beside it; return that.

    Args:
        release: what to pack.
        file: where to; what is there is replaced as a whole.

    Raises:
        OSError: it cannot be written.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".packing-", dir=file.parent)
    work = Path(name)
    try:
        with os.fdopen(handle, "wb") as raw:
            # Neither the time nor a name, which would make two archives of one folder differ.
            with (
                gzip.GzipFile("", "wb", _LEVEL, raw, mtime=0) as packed,
                tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as archive,
            ):
                for path in sorted(release.path.rglob("*")):
                    if path.is_file():
                        _add(archive, path, f"{release.name}/{path.relative_to(release.path)}")
            raw.flush()
            os.fsync(raw.fileno())
        work.chmod(0o644)
        digest = _digest(work)
        work.replace(file)
    finally:
        work.unlink(missing_ok=True)
    beside = file.with_name(file.name + DIGEST_SUFFIX)
    beside.write_text(f"{digest}  {file.name}\n", encoding="utf-8")
    return digest


def is_archive(place: str) -> bool:
    """Whether this names an archive: a URL, or a file."""
    return is_url(place) or (place.endswith((".tar.gz", ".tgz")) and not Path(place).is_dir())


def is_url(place: str) -> bool:
    """Whether this is the address of one."""
    return place.startswith(("http://", "https://"))


def release_from(
    place: str, digest: str, folder: Path, wait: Callable[[float], None] = time.sleep
) -> Path:
    """The folder of the release in an archive, fetched and unpacked if it is not there yet.

    Args:
        place: a URL or the path of a file.
        digest: the archive's SHA-256; empty if a file has it beside itself.
        folder: what was unpacked is kept here, by its digest.
        wait: sleeps for so many seconds before it is tried again.

    Raises:
        ReleaseError: it cannot be had, it is another one, or it holds no whole release.
    """
    digest = digest.lower() or _digest_beside(place)
    if not _DIGEST.fullmatch(digest):
        raise ReleaseError(
            "ระบุค่าแฮชของไฟล์ชุดข้อมูลด้วย --sha256 (เลขฐานสิบหก 64 ตัว)",
            "name the archive's digest by --sha256 (64 hexadecimal digits)",
        )
    target = folder / digest
    if target.is_dir():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".unpacking-", dir=folder) as name:
        work = Path(name)
        archive = _fetched(place, work / "archive", wait) if is_url(place) else Path(place)
        _compare(place, archive, digest)
        unpacked = _unpacked(archive, work / "release")
        verify(open_release(unpacked))
        try:
            unpacked.rename(target)
        except OSError:
            if not target.is_dir():  # somebody else has done the same
                raise
    return target


def default_folder() -> Path:
    """Where unpacked archives are kept if nobody says: the user's cache."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "reviewgraph"


def _add(archive: tarfile.TarFile, path: Path, name: str) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = path.stat().st_size
    entry.mode = 0o644
    with path.open("rb") as stream:
        archive.addfile(entry, stream)


def _digest_beside(place: str) -> str:
    beside = Path(place + DIGEST_SUFFIX)
    if is_url(place) or not beside.is_file():
        return ""
    return beside.read_text(encoding="utf-8", errors="replace").partition(" ")[0]


def _fetched(url: str, file: Path, wait: Callable[[float], None]) -> Path:
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            _download(url, file)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            refused = isinstance(error, httpx.HTTPStatusError) and error.response.status_code < 500  # noqa: PLR2004
            if refused or attempt == _ATTEMPTS:
                kind = type(error).__name__
                if isinstance(error, httpx.HTTPStatusError):
                    kind = str(error.response.status_code)
                raise ReleaseError(
                    f"ดึงไฟล์ชุดข้อมูลไม่สำเร็จ ({kind})", f"the archive cannot be fetched ({kind})"
                ) from error
            wait(2.0**attempt)
        else:
            break
    return file


def _download(url: str, file: Path) -> None:
    client = httpx.Client(
        follow_redirects=True, max_redirects=_MOST_REDIRECTS, timeout=httpx.Timeout(60, connect=10)
    )
    with client, client.stream("GET", url) as response, file.open("wb") as stream:
        response.raise_for_status()
        # As it is sent: the digest is that of the file.
        for piece in response.iter_raw(_PIECE):
            stream.write(piece)


def _compare(place: str, archive: Path, digest: str) -> None:
    try:
        found = _digest(archive)
    except OSError as error:
        raise ReleaseError(
            f"เปิดไฟล์ {place} ไม่ได้: {error.strerror}", f"{place} cannot be opened: {error.strerror}"
        ) from error
    if found != digest:
        raise ReleaseError(
            f"ไฟล์ชุดข้อมูลไม่ใช่ไฟล์ที่ระบุ: SHA-256 คือ {found}",
            f"this is another archive than the one named: its SHA-256 is {found}",
        )


def _unpacked(archive: Path, work: Path) -> Path:
    """The one folder in the archive."""
    try:
        with tarfile.open(archive, "r:gz") as packed:
            packed.extractall(work, filter="data")
    except (tarfile.TarError, OSError, EOFError) as error:
        shutil.rmtree(work, ignore_errors=True)
        raise ReleaseError(
            f"แตกไฟล์ชุดข้อมูลไม่ได้: {error}", f"the archive cannot be unpacked: {error}"
        ) from error
    folders = [*work.iterdir()] if work.is_dir() else []
    if len(folders) != 1 or not folders[0].is_dir():
        raise ReleaseError("ไฟล์นี้ไม่ใช่ชุดข้อมูลที่แพ็กไว้", "this archive holds no release")
    return folders[0]


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
