"""The answer to one query, as it comes."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING

from reviewgraph.errors import QueryError
from reviewgraph.store.frames import Head, QueryRequest
from reviewgraph.store.spool import Spool

if TYPE_CHECKING:
    from reviewgraph.store.pools import Pool
    from reviewgraph.store.process import Worker


class Answer:
    """What has been asked, and what has come of it.

    It is ``ready`` when it is ``whole``, when it has its ``head`` and the first of its pieces, or
    when there is an ``error``; ``told`` is called at that moment. ``finished`` is when nothing
    more will come from a worker.
    """

    __slots__ = (
        "asked",
        "client",
        "error",
        "finished",
        "gone",
        "head",
        "kept",
        "number",
        "packed",
        "pieces",
        "pool",
        "ready",
        "request",
        "sent",
        "size",
        "spool",
        "told",
        "unseen",
        "whole",
        "worker",
    )

    def __init__(
        self,
        pool: Pool,
        number: int,
        request: QueryRequest,
        packed: bytes,
        told: Callable[[Answer], None] | None,
    ) -> None:
        self.pool = pool
        self.number = number
        self.request = request
        self.packed = packed
        self.told = told
        self.asked = time.monotonic()
        self.client = ""  # the address that asked, as far as it is known
        self.sent = False
        self.unseen = 0  # how often it was with no worker and not on its way either
        self.ready = False
        self.finished = False
        self.gone = False
        self.kept = False
        self.worker: Worker | None = None
        self.head: Head | None = None
        self.whole: bytes | None = None
        self.error: QueryError | None = None
        self.spool: Spool | None = None
        self.pieces: list[memoryview] | None = None  # to be kept, while it is small enough
        self.size = 0

    @property
    def seconds(self) -> float:
        """What it has taken a worker; what it was waited for, where that is not known."""
        if self.head is not None and self.head.total and self.error is None:
            return self.head.total / 1_000_000
        return time.monotonic() - self.asked if self.sent or self.worker else 0.0

    async def chunks(self) -> AsyncIterator[bytes | memoryview]:
        """The bytes of the answer.

        Raises:
            QueryError: it breaks off.
        """
        if self.whole is not None:
            yield self.whole
            return
        if self.spool is not None:
            while (piece := await self.spool.get()) is not None:
                self.pool.taken(self)
                yield piece
        if self.error is not None:
            raise self.error

    def restart(self) -> None:
        """Forget what has come: another worker will be asked, and nobody has seen any of it."""
        if self.spool is not None:
            self.spool.close()
        self.sent = False
        self.worker = self.head = self.spool = self.pieces = None
        self.size = 0

    def close(self) -> None:
        """Want no more of it; its worker is ended if it is still at it."""
        self.pool.leave(self)
