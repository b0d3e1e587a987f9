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
HOLD_SECONDS = 0.05
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
        self._send = sink.sendall

    def write(self, number: int, letter: bytes, content: bytes = b"") -> None:
        """Send a frame."""
        self._send(FRAME.pack(number, letter, len(content)) + content)


class Body:
    """Gathers a serializer's writes, compresses them, sends them as frames."""

    def __init__(self, outlet: Outlet, number: int, encoding: str, holder: Holder) -> None:
        self._outlet = outlet
        self._number = number
        self._encoding = encoding
        self._holder = holder
        self._buffer = bytearray()
        self._lock = threading.Lock()
        self._compressor: _Gzip | _Zstd | None = None
        self._begun = False
        self._held_since = 0.0
        self.first = 0.0
        self.head: Head | None = None
        self.size = 0

    def write(self, data: bytes) -> int:
        """Take the bytes."""
        with self._lock:
            self._buffer += data
            if not self._held_since:
                self._held_since = time.monotonic()
                self.first = self.first or self._held_since
                if len(self._buffer) < CHUNK_BYTES:
                    self._holder.watch(self)
            if len(self._buffer) >= CHUNK_BYTES:
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
            content = bytes(self._buffer)
            if self._encoding and len(content) >= COMPRESSED_FROM:
                content = _compressor(self._encoding).last(content)
            else:
                head = _identity(head)
            self._outlet.write(self._number, b"W", pack_head(head) + content)

    def drop(self) -> None:
        """Send nothing more."""
        with self._lock:
            self._held_since = 0.0
            self._buffer.clear()

    def _send(self, *, end: bool = False) -> None:
        self._held_since = 0.0
        if not self._begun:
            self._begun = True
            if self.head is not None:
                self._outlet.write(self._number, b"H", pack_head(self.head))
            if self._encoding:
                self._compressor = _compressor(self._encoding)
        content = bytes(self._buffer)
        self._buffer.clear()
        if self._compressor is not None:
            compress = self._compressor.last if end else self._compressor.piece
            content = compress(content)
        if content:
            self._outlet.write(self._number, b"D", content)


class XmlBody(Body):
    """Mends or stops what the engine would write as ill-formed XML."""

    _tail = b""

    def write(self, data: bytes) -> int:
        """Take the bytes.

        Raises:
            UnwritableError: no XML document can hold them.
        """
        if _ILL_FORMED.search(self._tail + data):
            raise UnwritableError
        self._tail = data[-_LONGEST_MARK:]
        # A parser makes a line feed of a bare carriage return (XML 1.0, 2.11).
        super().write(data.replace(b"\r", b"&#13;"))
        return len(data)


class Holder:
    """The thread that lets go of what has been held long enough.

    The engine gives up Python's lock while it works, so it runs beside a long evaluation.
    """

    def __init__(self) -> None:
        self._body: Body | None = None
        self._wake = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()

    def watch(self, body: Body) -> None:
        """Look after this one; a worker has one at a time."""
        self._body = body
        self._wake.set()

    def _run(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            body = self._body
            left = HOLD_SECONDS
            while body is not None and left > 0:
                time.sleep(left)
                with contextlib.suppress(OSError):  # nobody listens: the other thread finds out
                    left = body.let_go()


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


def _compressor(encoding: str) -> _Gzip | _Zstd:
    return _Zstd() if encoding == "zstd" else _Gzip()


def _identity(head: Head) -> Head:
    if not head.encoding:
        return head
    return Head(head.kind, head.volatile, "", head.examined, head.first, head.total, head.processor)
