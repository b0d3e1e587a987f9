"""Strangers' queries answered by an engine elsewhere: all of an answer, or none.

A query is first asked of a worker that holds nothing: it finds out, where it can do no harm,
whether this is SPARQL and what it may use, in the same words as everywhere. Then the engine is
asked. Its answer is held until it is whole, so it is bounded.
"""

from __future__ import annotations

import asyncio
import io
import itertools
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from reviewgraph.errors import QueryError
from reviewgraph.store import endings
from reviewgraph.store.alike import Alike
from reviewgraph.store.answer import Answer
from reviewgraph.store.body import COMPRESSED_FROM, UnwritableError, check_xml, compressed
from reviewgraph.store.embedded import EmbeddedStore
from reviewgraph.store.engine_errors import NothingAcceptable, from_worker, told
from reviewgraph.store.first_rows import Results
from reviewgraph.store.frames import (
    HEAD,
    TABLE,
    Head,
    QueryRequest,
    pack_head,
    pack_request,
    unpack_head,
)
from reviewgraph.store.guard import Query, check_size
from reviewgraph.store.kept import Kept
from reviewgraph.store.limits import Limits
from reviewgraph.store.pool import WorkerPool
from reviewgraph.store.pools import OnFinished, Pool
from reviewgraph.store.process import Template
from reviewgraph.store.remote.asking import Remote
from reviewgraph.store.source import Source
from reviewgraph.store.worker import WHOLE_GRAPH
from reviewgraph.store.writing import XML, write

AT_ONCE: Final = 16
"""Queries that the engine is given at the same time."""
_MOST_BYTES: Final = 64_000_000
_END_SECONDS: Final = 5.0


class RemotePool(Pool):
    """Asks an engine.

    Args:
        remote: the release there.
        limits: what one query may use, and how many may wait.
        prefixes: for results in Turtle and its like.
        finished: is called with each answer that has come to its end.
    """

    def __init__(
        self,
        remote: Remote,
        limits: Limits,
        prefixes: Mapping[str, str],
        finished: OnFinished | None = None,
    ) -> None:
        self.limits = limits
        self._remote = remote
        self._prefixes = prefixes
        self._finished = finished
        self._examined = Alike(limits).examine
        self._numbers = itertools.count(1)
        self._live: dict[int, asyncio.Task[None]] = {}
        self._kept = Kept(limits.kept_bytes)
        self._folder = tempfile.TemporaryDirectory(prefix="reviewgraph-")
        self._closed = False

    async def start(self) -> None:
        """Start the worker that reads queries.

        Raises:
            QueryFailed: it cannot be started.
        """
        self._loop = asyncio.get_running_loop()
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._threads = ThreadPoolExecutor(AT_ONCE, "engine")
        empty = Path(self._folder.name) / "store"
        await asyncio.to_thread(EmbeddedStore.create, empty, ())
        self._template = Template(Source(empty, base=self._remote.base), "disk")
        self._reader = WorkerPool(self._template, self.limits)
        await self._template.start()
        await self._reader.start()

    async def close(self) -> None:
        """End; who still waits is told."""
        self._closed = True
        for task in tuple(self._live.values()):
            task.cancel()
        if self._live:
            await asyncio.wait([*self._live.values()], timeout=_END_SECONDS)
        self._threads.shutdown(wait=False, cancel_futures=True)
        await self._reader.close()
        await self._template.close()
        self._folder.cleanup()

    @property
    def busy(self) -> bool:
        """Whether a query is waiting or at work."""
        return bool(self._live)

    @property
    def open(self) -> int:
        """How many queries wait or are at work."""
        return len(self._live)

    @property
    def pids(self) -> frozenset[int]:
        """The processes that read queries."""
        return self._reader.pids

    def submit(
        self,
        request: QueryRequest,
        told: Callable[[Answer], None] | None = None,
        *,
        fresh: bool = False,
    ) -> Answer:
        """Ask; see ``Pool``."""
        packed = pack_request(request)
        answer = Answer(self, next(self._numbers), request, packed, told)
        kept = None if fresh else self._kept.get(packed)
        if kept is not None:
            answer.head, answer.whole = unpack_head(kept), kept[HEAD.size :]
            answer.ready = answer.finished = answer.kept = True
            return answer
        check_size(request.text, self.limits)
        if self._closed:
            raise endings.closing()
        if len(self._live) >= AT_ONCE + self.limits.waiting:
            raise endings.full(self.limits, len(self._live))
        self._live[answer.number] = self._loop.create_task(self._run(answer))
        return answer

    def leave(self, answer: Answer) -> None:
        """Nobody wants this answer any more: what the engine still sends is not waited for."""
        answer.gone = True
        task = self._live.get(answer.number)
        if task is not None and not answer.finished:
            task.cancel()

    def taken(self, answer: Answer) -> None:
        """Nothing: an answer is whole before it is read."""

    async def _run(self, answer: Answer) -> None:
        try:
            try:
                async with asyncio.timeout(self.limits.waiting_seconds):
                    await self._turn.acquire()
            except TimeoutError:
                raise endings.full(self.limits, len(self._live)) from None
            try:
                await self._evaluate(answer)
            finally:
                self._turn.release()
        except QueryError as error:
            answer.error = error
        except asyncio.CancelledError:
            answer.error = endings.closing()
        except Exception as error:  # noqa: BLE001 - whatever it is, its client is told
            answer.error = from_worker(told(error, None))
        finally:
            self._live.pop(answer.number, None)
            self._end(answer)

    async def _evaluate(self, answer: Answer) -> None:
        began = time.monotonic()
        answer.sent = True
        request = answer.request
        query = WHOLE_GRAPH
        volatile = False
        if not request.whole:
            check = QueryRequest(request.text, TABLE, TABLE, rows=1)
            async with self._reader.answer(check) as read:
                volatile = read.head is not None and read.head.volatile
            query = self._examined(request.text)
        examined = time.monotonic() - began
        media_type = request.media_type(query.kind)
        if not media_type:
            raise NothingAcceptable(query.kind)
        content = await self._loop.run_in_executor(
            self._threads, self._written, request, query, media_type
        )
        encoding = request.encoding if len(content) >= COMPRESSED_FROM else ""
        if encoding:
            content = await self._loop.run_in_executor(self._threads, compressed, content, encoding)
        took = time.monotonic() - began
        answer.head = Head(
            query.kind, volatile, encoding, _micro(examined), _micro(took), _micro(took), 0
        )
        answer.whole, answer.size = content, len(content)
        if not volatile and answer.size <= self.limits.kept_answer_bytes:
            self._kept.put(answer.packed, pack_head(answer.head) + content)

    def _written(self, request: QueryRequest, query: Query, media_type: str) -> bytes:
        seconds, most = self.limits.seconds, min(self.limits.result_bytes, _MOST_BYTES)
        results: Results
        if request.whole:
            results = self._remote.graph(request.default_graphs, seconds=seconds, most_bytes=most)
        else:
            graphs = (request.default_graphs, request.named_graphs)
            results = self._remote.answer(query, graphs, seconds=seconds, most_bytes=most)
        sink = io.BytesIO()
        try:
            write(results, media_type, request.rows, sink, self._prefixes)
            content = sink.getvalue()
            return check_xml(content) if media_type in XML else content
        except (UnwritableError, ValueError) as error:
            raise from_worker(told(error, query.kind)) from error

    def _end(self, answer: Answer) -> None:
        answer.finished = answer.ready = True
        if answer.told is not None and not answer.gone:
            answer.told(answer)
        if self._finished is not None:
            self._finished(answer)


def _micro(seconds: float) -> int:
    return int(seconds * 1_000_000)
