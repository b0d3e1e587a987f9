"""Strangers' queries, each in a worker process that can be killed.

A pool keeps ``Limits.workers`` processes over one read-only store. A query has its worker to
itself. When the deadline passes, when the client goes away, when the result grows too large or
the engine dies, the worker is killed and another takes its place.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import math
import signal
from collections.abc import AsyncIterator, Coroutine, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from reviewgraph.errors import (
    QueryError,
    QueryFailed,
    QueryTimeout,
    QueryTooLarge,
    QueueFull,
)
from reviewgraph.store.engine_errors import Unwritable, from_worker
from reviewgraph.store.guard import Query
from reviewgraph.store.limits import Limits
from reviewgraph.store.process import Worker
from reviewgraph.store.worker import TABLE

__all__ = ["TABLE", "Answer", "Limits", "QueryRequest", "Unwritable", "WorkerPool"]

# As much of an answer as is held back to see how it ends: a smaller one is whole or a clean
# error, and its worker is free again before the first byte is sent.
HELD_BACK_BYTES = 65_536

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """A query and what its answer is to be.

    ``media_type`` is a format of the query's form, or ``TABLE`` for its first ``rows`` as JSON.
    The graphs are those of the protocol's parameters and go before the query's own.
    """

    query: Query
    media_type: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    base: str | None = None
    prefixes: Mapping[str, str] = field(default_factory=dict)
    rows: int = 1000

    def content(self) -> bytes:
        """The frame's content."""
        return json.dumps(
            {
                "query": self.query.text,
                "dataset": self.query.dataset,
                "media_type": self.media_type,
                "default_graphs": self.default_graphs,
                "named_graphs": self.named_graphs,
                "base": self.base,
                "prefixes": dict(self.prefixes),
                "rows": self.rows,
            }
        ).encode()


class WorkerPool:
    """Workers over the store in ``path``."""

    def __init__(self, path: Path, limits: Limits | None = None) -> None:
        self.path = path.absolute()
        self.limits = limits or Limits()
        self._idle: asyncio.Queue[Worker] = asyncio.Queue()
        self._workers: set[Worker] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting = 0
        self._closed = False

    async def start(self) -> None:
        """Start the workers.

        Raises:
            QueryFailed: one cannot be started, or cannot give up the network.
        """
        try:
            await asyncio.gather(*(self._spawn() for _ in range(self.limits.workers)))
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """End all workers and wait until they are gone."""
        self._closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(worker.end() for worker in tuple(self._workers)))
        self._workers.clear()

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

    @property
    def pids(self) -> frozenset[int]:
        """The processes, idle or busy."""
        return frozenset(worker.process.pid for worker in self._workers if worker.alive)

    @contextlib.asynccontextmanager
    async def answer(self, request: QueryRequest) -> AsyncIterator[Answer]:
        """The answer, given up at the end of the block."""
        answer = await self.ask(request)
        try:
            yield answer
        finally:
            answer.close()

    async def ask(self, request: QueryRequest) -> Answer:
        """The answer as soon as it is whole or its first bytes are there; ``close`` it.

        Raises:
            QueueFull: too many are waiting, or this one waited too long.
            QueryError: what else keeps it from being answered.
        """
        worker = await self._acquire()
        answer = Answer(self, worker, request)
        try:
            await answer.open()
        except BaseException:
            answer.close()
            raise
        return answer

    async def _acquire(self) -> Worker:
        limits = self.limits
        full = self._waiting >= limits.waiting and self._idle.empty()
        if not full:
            self._waiting += 1
            try:
                async with asyncio.timeout(limits.seconds * 2):
                    while True:
                        worker = await self._idle.get()
                        if worker.alive:
                            return worker
                        self._bury(worker)
            except TimeoutError:
                pass
            finally:
                self._waiting -= 1
        retry_after = max(1, math.ceil(limits.seconds * self._waiting / limits.workers / 2))
        raise QueueFull(
            f"มีคำค้นรออยู่มาก โปรดลองใหม่ใน {retry_after} วินาที",
            f"many queries are waiting; try again in {retry_after} seconds",
            retry_after,
        )

    def _release(self, worker: Worker) -> None:
        if worker in self._workers and worker.alive and not self._closed:
            self._idle.put_nowait(worker)
        else:
            self._bury(worker)

    def _replace(self, worker: Worker) -> None:
        """Kill the worker and start another, at once and only once."""
        worker.kill()
        if not worker.replaced and not self._closed:
            worker.replaced = True
            self._run(self._respawn())

    def _bury(self, worker: Worker) -> None:
        """The same, and nobody reads from it any more."""
        self._replace(worker)
        if not self._closed:
            self._run(self._buried(worker))

    def _run(self, work: Coroutine[None, None, None]) -> None:
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _buried(self, worker: Worker) -> None:
        await worker.end()
        self._workers.discard(worker)

    async def _respawn(self) -> None:
        pause = 0.1
        while True:
            try:
                await self._spawn()
            except (QueryFailed, OSError) as error:
                _logger.error("no new query worker: %s", error)  # noqa: TRY400 - told, not traced
                await asyncio.sleep(pause)
                pause = min(pause * 2, 10.0)
            else:
                return

    async def _spawn(self) -> None:
        worker = await Worker.start(self.path, self.limits)
        self._workers.add(worker)
        await worker.ready()
        self._idle.put_nowait(worker)


class Answer:
    """The answer to one query, as it comes."""

    def __init__(self, pool: WorkerPool, worker: Worker, request: QueryRequest) -> None:
        self._pool = pool
        self._limits = pool.limits
        self._worker: Worker | None = worker
        self._request = request
        self._held: list[bytes] = []
        self._size = 0
        self._expired = False
        self._deadline = asyncio.get_running_loop().call_later(
            self._limits.seconds, self._expire, worker
        )

    @property
    def complete(self) -> bytes | None:
        """All of it, if it is small; then its worker serves others already."""
        return b"".join(self._held) if self._worker is None else None

    async def open(self) -> None:
        """Hand the query over and wait for the first bytes."""
        worker = self._worker
        if worker is None:
            return
        try:
            await worker.send(self._request.content())
        except ConnectionError as error:
            raise await self._death(worker) from error
        while self._size < HELD_BACK_BYTES:
            chunk = await self._next(worker)
            if chunk is None:
                break
            self._held.append(chunk)

    async def chunks(self) -> AsyncIterator[bytes]:
        """The bytes of the answer.

        Raises:
            QueryError: it breaks off.
        """
        for chunk in self._held:
            yield chunk
        self._held.clear()
        while self._worker is not None:
            further = await self._next(self._worker)
            if further is not None:
                yield further

    def close(self) -> None:
        """Give the worker up; it is killed if it is still at work."""
        worker, self._worker = self._worker, None
        self._deadline.cancel()
        if worker is not None:
            self._pool._bury(worker)  # noqa: SLF001 - the pool's own

    async def _next(self, worker: Worker) -> bytes | None:
        try:
            letter, content = await worker.receive()
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise await self._death(worker) from error
        if letter == b"D":
            self._size += len(content)
            if self._size > self._limits.result_bytes:
                most = self._limits.result_bytes
                raise QueryTooLarge(
                    f"ผลลัพธ์ใหญ่เกินกำหนด {most:,} ไบต์ โปรดใช้ LIMIT",
                    f"the result passes {most:,} bytes; use LIMIT",
                )
            return content
        self._deadline.cancel()
        self._worker = None
        self._pool._release(worker)  # noqa: SLF001 - the pool's own
        if letter == b"X":
            raise from_worker(json.loads(content))
        return None

    def _expire(self, worker: Worker) -> None:
        self._expired = True
        self._pool._replace(worker)

    async def _death(self, worker: Worker) -> QueryError:
        if self._expired:
            seconds = self._limits.seconds
            return QueryTimeout(
                f"คำค้นใช้เวลาเกิน {seconds:g} วินาทีจึงถูกยุติ โปรดจำกัดขอบเขตหรือใช้ LIMIT",
                f"the query took longer than {seconds:g} seconds and was ended; "
                "narrow it down or use LIMIT",
            )
        code = await worker.ended()
        megabytes = self._limits.memory_bytes // 1_000_000
        if code in (-signal.SIGABRT, -signal.SIGKILL):
            return QueryFailed(
                f"คำค้นใช้หน่วยความจำเกิน {megabytes:,} MB จึงถูกยุติ",
                f"the query needed more than {megabytes:,} MB of memory and was ended",
            )
        return QueryFailed(
            "คำค้นทำให้ตัวประมวลผลหยุดทำงาน อาจซับซ้อนเกินไป",
            "the query brought its worker down; it may be too complex",
        )
