"""What answers strangers' queries, whoever does it: workers here, or an engine elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from types import TracebackType
from typing import Self

from reviewgraph.store.answer import Answer
from reviewgraph.store.frames import QueryRequest
from reviewgraph.store.limits import Limits

OnFinished = Callable[[Answer], None]


class Pool(ABC):
    """Answers queries under limits."""

    limits: Limits
    replaced: int = 0
    """How many of its processes were ended and born anew."""

    @abstractmethod
    async def start(self) -> None:
        """Begin.

        Raises:
            QueryError: it cannot answer.
        """

    @abstractmethod
    async def close(self) -> None:
        """End; who still waits is told."""

    @property
    @abstractmethod
    def busy(self) -> bool:
        """Whether a query is waiting or at work."""

    @property
    @abstractmethod
    def open(self) -> int:
        """How many queries wait or are at work."""

    @property
    @abstractmethod
    def pids(self) -> frozenset[int]:
        """The processes that take queries."""

    @abstractmethod
    def submit(
        self,
        request: QueryRequest,
        told: Callable[[Answer], None] | None = None,
        *,
        fresh: bool = False,
    ) -> Answer:
        """Ask, and have ``told`` called when the answer is ready, unless it is ready at once.

        With ``fresh`` an answer that is kept will not do.

        Raises:
            QueryTooLarge: the text is too long.
            QueueFull: too many are waiting.
            QueryFailed: the service is closing.
        """

    @abstractmethod
    def leave(self, answer: Answer) -> None:
        """Nobody wants this answer any more."""

    @abstractmethod
    def taken(self, answer: Answer) -> None:
        """Its reader has taken a piece."""

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def ask(self, request: QueryRequest) -> Answer:
        """The answer as soon as it is ready; ``close`` it.

        Raises:
            QueryError: there is none.
        """
        ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def told(_answer: Answer) -> None:
            if not ready.done():
                ready.set_result(None)

        answer = self.submit(request, told)
        if not answer.ready:
            try:
                await ready
            except BaseException:
                answer.close()
                raise
        if answer.head is None and answer.error is not None:
            raise answer.error
        return answer

    @contextlib.asynccontextmanager
    async def answer(self, request: QueryRequest) -> AsyncIterator[Answer]:
        """The answer, given up at the end of the block."""
        answer = await self.ask(request)
        try:
            yield answer
        finally:
            answer.close()
