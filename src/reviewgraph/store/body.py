"""What a serializer writes to, and how it leaves the worker.

An answer of up to ``CHUNK_BYTES`` that is written within ``HOLD_SECONDS`` leaves whole; one that
is larger or slower leaves in pieces, the first of them at that moment. (The engine hands over what
it writes in pieces of 8 KB.)
"""

from __future__ import annotations

import contextlib
import re
import socket
import threading
import time
import zlib

import zstandard

from reviewgraph.store.frames import FRAME, Head, pack_head

CHUNK_BYTES = 64 << 10
# Once it leaves in pieces: larger ones wake fewer sleepers.
PIECE_BYTES = 256 << 10
HOLD_SECONDS = 0.04
_LOOK_SECONDS = 0.02
# Less is not worth compressing: it fits into one packet.
COMPRESSED_FROM = 1024

# What XML 1.0 cannot hold in any spelling, and what the engine writes for a predicate that has
# no local name (``http://example.org/1``): an element name that ends in its colon.
_ILL_FORMED = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]|<oxprefix: ")
_LONGEST_MARK = len(b"<oxprefix: ")


class UnwritableError(Exception):
    """The result holds what the wanted format cannot."""


class Outlet:
    """Frames of one worker; two threads may write."""

    def __init__(self, sink: socket.socket) -> None:
        self._sink = sink

    def write(self, number: int, letter: bytes, *content: bytes) -> None:
        """Send a frame of this content, which is not put together for it."""
        size = sum(map(len, content))
        head = FRAME.pack(number, letter, size)
        if size < CHUNK_BYTES:
            self._sink.sendall(b"".join((head, *content)))
            return
        sent = self._sink.sendmsg((head, *content))
        if sent < FRAME.size + size:  # the rest is rare, and short
            self._sink.sendall(memoryview(b"".join((head, *content)))[sent:])


class Body:
    """Gathers a serializer's writes, compresses them, sends them as frames.

    A worker has one for all its answers: ``open`` begins with the next.
    """

    def __init__(self, outlet: Outlet, holder: Holder) -> None:
        self._outlet = outlet
        self._holder = holder
        self._lock = threading.Lock()
        self._buffer: list[bytes] = []
        self._size = 0
        self._most = CHUNK_BYTES
        self._number = 0
        self._head: Head | None = None
        self._compressor: _Gzip | _Zstd | None = None
        self._begun = False
        self._held_since = 0.0
        self.first = 0.0

    def open(self, number: int, head: Head) -> None:
        """Begin with an answer; of its costs only those for examining it are known."""
        with self._lock:
            self._buffer = []
            self._size = 0
            self._most = CHUNK_BYTES
            self._number = number
            self._head = head
            self._compressor = None
            self._begun = False
            self._held_since = 0.0
            self.first = 0.0

    def write(self, data: bytes) -> int:
        """Take the bytes."""
        with self._lock:
            self._buffer.append(data)
            self._size += len(data)
            if not self._held_since:
                self._held_since = time.monotonic()
                self.first = self.first or self._held_since
                self._holder.watch(self)
            if self._size >= self._most:
                self._send()
        return len(data)

    def flush(self) -> None:
        """Nothing: what is held goes when there is enough of it, when it is time, or at the end."""

    def let_go(self) -> float:
        """Send what has been held long enough; how long the rest may stay, 0 if there is none."""
        with self._lock:
            if not self._held_since:
                return 0.0
            left = self._held_since + HOLD_SECONDS - time.monotonic()
            if left <= 0:
                self._send()
            return max(left, 0.0)

    def close(self, head: Head) -> None:
        """Send what is left, and the end."""
        with self._lock:
            self._held_since = 0.0
            if self._begun:
                self._send(end=True)
                self._outlet.write(self._number, b"E", pack_head(head))
                return
            content = self._buffer
            if head.encoding:
                if self._size >= COMPRESSED_FROM:
                    content = [compressed(b"".join(content), head.encoding)]
                else:
                    head = head._replace(encoding="")
            self._outlet.write(self._number, b"W", pack_head(head), *content)

    def drop(self) -> None:
        """Send nothing more."""
        with self._lock:
            self._held_since = 0.0
            self._buffer = []

    def _send(self, *, end: bool = False) -> None:
        self._held_since = 0.0
        if not self._begun:
            self._begun = True
            if self._head is not None:
                self._outlet.write(self._number, b"H", pack_head(self._head))
                if self._head.encoding:
                    self._compressor = _compressor(self._head.encoding)
            self._most = PIECE_BYTES
        content, self._buffer, self._size = self._buffer, [], 0
        if self._compressor is not None:
            compress = self._compressor.last if end else self._compressor.piece
            content = [compress(b"".join(content))]
        if content:
            self._outlet.write(self._number, b"D", *content)


class XmlBody(Body):
    """Mends or stops what the engine would write as ill-formed XML."""

    _tail = b""

    def open(self, number: int, head: Head) -> None:
        """Begin with an answer."""
        super().open(number, head)
        self._tail = b""

    def write(self, data: bytes) -> int:
        """Take the bytes.

        Raises:
            UnwritableError: no XML document can hold them.
        """
        checked = check_xml(data, self._tail)
        self._tail = data[-_LONGEST_MARK:]
        super().write(checked)
        return len(data)


class Holder:
    """The thread that lets go of what has been held long enough.

    The engine gives up Python's lock while it works, so it runs beside a long evaluation. To wake
    it for every answer would cost a small one as much as its evaluation: it looks by itself, and
    rests only when nothing has been written for a second.
    """

    def __init__(self) -> None:
        self._body: Body | None = None
        self._resting = False
        self._wake = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()

    def watch(self, body: Body) -> None:
        """Look after this one; a worker has one at a time."""
        self._body = body
        if self._resting:
            self._resting = False
            self._wake.set()

    def _run(self) -> None:
        idle = 0.0
        while True:
            time.sleep(_LOOK_SECONDS)
            idle = 0.0 if self._holds() else idle + _LOOK_SECONDS
            if idle > 1:
                self._rest()
                idle = 0.0

    def _holds(self) -> bool:
        """Let go of what has been held long enough; whether anything else is held."""
        body = self._body
        with contextlib.suppress(OSError):  # nobody listens: the other thread finds out
            return body is not None and body.let_go() > 0
        return False

    def _rest(self) -> None:
        self._wake.clear()
        # From here on ``watch`` wakes; what was written before is seen by looking once more.
        self._resting = True
        if not self._holds():
            self._wake.wait()
        self._resting = False


class _Gzip:
    """Content coding ``gzip``."""

    def __init__(self) -> None:
        self._engine = zlib.compressobj(5, zlib.DEFLATED, 16 + zlib.MAX_WBITS)

    def piece(self, data: bytes) -> bytes:
        """The data compressed, so that a reader can read all of it now."""
        return self._engine.compress(data) + self._engine.flush(zlib.Z_SYNC_FLUSH)

    def last(self, data: bytes) -> bytes:
        """The data compressed, and the end."""
        return self._engine.compress(data) + self._engine.flush()


class _Zstd:
    """Content coding ``zstd`` (RFC 8878)."""

    def __init__(self) -> None:
        self._engine = zstandard.ZstdCompressor(level=3).compressobj()

    def piece(self, data: bytes) -> bytes:
        """The data compressed, so that a reader can read all of it now."""
        return self._engine.compress(data) + self._engine.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)

    def last(self, data: bytes) -> bytes:
        """The data compressed, and the end."""
        return self._engine.compress(data) + self._engine.flush()


def check_xml(data: bytes, before: bytes = b"") -> bytes:
    """What the engine wrote as XML, fit to be read as such.

    Args:
        data: a document, or a piece of one.
        before: the end of the piece before.

    Raises:
        UnwritableError: no XML document can hold it.
    """
    if _ILL_FORMED.search(before + data):
        raise UnwritableError
    # A parser makes a line feed of a bare carriage return (XML 1.0, 2.11).
    return data.replace(b"\r", b"&#13;")


def compressed(data: bytes, encoding: str) -> bytes:
    """All of an answer in a content coding."""
    return _compressor(encoding).last(data)


def _compressor(encoding: str) -> _Gzip | _Zstd:
    return _Zstd() if encoding == "zstd" else _Gzip()
