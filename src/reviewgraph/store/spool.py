"""What a worker has written and its reader has not taken yet.

A worker hands its answer over as fast as it can make it, and is free for others; how slow the
reader is does not matter to it. A little is held in memory, what exceeds that in a file without
a name.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import deque
from typing import IO

from reviewgraph.errors import QueryError

MEMORY_BYTES = 1 << 20
PIECE_BYTES = 64 << 10


class Stock:
    """How many bytes all spools together have on disk, and which spools these are."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.used = 0
        self.spools: set[Spool] = set()

    @property
    def full(self) -> bool:
        """Whether no more should come."""
        return self.used >= self.most

    @property
    def largest(self) -> Spool | None:
        """The spool that has most on disk."""
        return max(self.spools, key=lambda spool: spool.on_disk, default=None)


class Spool:
    """Pieces in, pieces out, in order."""

    def __init__(self, stock: Stock) -> None:
        self._stock = stock
        self._error: QueryError | None = None
        self._pieces: deque[bytes | memoryview] = deque()
        self._held = 0
        self._file: IO[bytes] | None = None
        self._written = 0
        self._read = 0
        self._ended = False
        self._waiting: asyncio.Future[None] | None = None

    def put(self, piece: bytes | memoryview) -> None:
        """Add a piece.

        Raises:
            OSError: there is no room on the disk.
        """
        if self._file is None and self._held + len(piece) <= MEMORY_BYTES:
            self._pieces.append(piece)
            self._held += len(piece)
        else:
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="reviewgraph-", buffering=0)  # noqa: SIM115
                self._stock.spools.add(self)
            self._file.seek(self._written)
            view = memoryview(piece)
            while view:  # a raw file may take less than it is given
                view = view[self._file.write(view) :]
            self._written += len(piece)
            self._stock.used += len(piece)
        self._wake()

    def end(self) -> None:
        """No more will come."""
        self._ended = True
        self._wake()

    @property
    def on_disk(self) -> int:
        """How many bytes of it are on disk, whether read or not."""
        return self._written

    def break_off(self, error: QueryError) -> None:
        """Forget what is left; whoever reads it is told why."""
        self._error = error
        self.close()

    async def get(self) -> bytes | memoryview | None:
        """The next piece, ``None`` at the end.

        Raises:
            QueryError: it was broken off.
        """
        while True:
            piece = self.take()
            if piece is not None:
                return piece
            if self._error is not None:
                raise self._error
            if self._ended:
                return None
            self._waiting = asyncio.get_running_loop().create_future()
            await self._waiting

    def take(self) -> bytes | memoryview | None:
        """The next piece if it is there."""
        if self._pieces:
            piece = self._pieces.popleft()
            self._held -= len(piece)
            return piece
        if self._file is None:
            return None
        self._file.seek(self._read)
        piece = self._file.read(PIECE_BYTES)
        self._read += len(piece)
        if self._read >= self._written:
            self._drop()
        return piece

    def close(self) -> None:
        """Forget what is left."""
        self._pieces.clear()
        self._held = 0
        self._drop()
        self.end()

    def _drop(self) -> None:
        if self._file is not None:
            self._file.close()
            self._stock.used -= self._written
            self._stock.spools.discard(self)
            self._file = None
            self._written = self._read = 0

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)
        self._waiting = None
