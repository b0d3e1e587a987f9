"""Strangers' queries, each in a worker process that can be killed.

A pool keeps ``Limits.workers`` processes, born from one template. They all take their requests
from one queue, a socket, so that whoever is free takes the next without being told. What each is
at, and since when, stands on a page that they share (``store.slots``); the pool looks at it every
few milliseconds. When the deadline has passed, when the client has gone, when the result grows too
large, the worker is killed and another is born.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import itertools
import json
import logging
import socket
import struct
import termios
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from reviewgraph.errors import QueryError, QueryFailed
from reviewgraph.store import endings
from reviewgraph.store.answer import Answer
from reviewgraph.store.engine_errors import NothingAcceptable, Unwritable, from_worker
from reviewgraph.store.frames import (
    HEAD,
    LONGEST_REQUEST,
    TABLE,
    QueryRequest,
    datagram,
    pack_head,
    pack_request,
    unpack_head,
)
from reviewgraph.store.guard import check_size
from reviewgraph.store.kept import Kept
from reviewgraph.store.limits import Limits
from reviewgraph.store.pools import OnFinished, Pool
from reviewgraph.store.process import Template, Worker
from reviewgraph.store.spool import Spool, Stock

__all__ = [
    "TABLE",
    "Answer",
    "Limits",
    "NothingAcceptable",
    "QueryRequest",
    "Unwritable",
    "WorkerPool",
]

# How often the page of slots is looked at.
LOOK_SECONDS: Final = 0.02
# Requests in the socket, so that a worker that is done finds the next one there.
_AHEAD = 6
_LOST_AFTER = 3  # looks
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 10.0
_END_SECONDS = 5.0

_logger = logging.getLogger(__name__)


class WorkerPool(Pool):
    """Workers born from a template.

    Args:
        template: it outlives the pool, and may serve others.
        limits: what one query may use, and how many run at once.
        finished: is called with each answer that a worker has ended, or failed to.
    """

    def __init__(
        self,
        template: Template,
        limits: Limits | None = None,
        finished: OnFinished | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self._template = template
        self._finished = finished
        self._workers: set[Worker] = set()
        self._numbers = itertools.count(1)
        self._live: dict[int, Answer] = {}
        self._gone: set[int] = set()  # of those, the ones that nobody waits for
        self._line: deque[Answer] = deque()
        self._sent = 0
        self._kept = Kept(self.limits.kept_bytes)
        self._stock = Stock(self.limits.spool_bytes)
        self._looking: asyncio.TimerHandle | None = None
        self._closed = False
        self._pause = _FIRST_PAUSE
        self._birth_error = ""
        self._changed = asyncio.Event()

    async def start(self) -> None:
        """Start the workers.

        Raises:
            QueryFailed: one cannot be started, or cannot give up the network.
        """
        self._loop = asyncio.get_running_loop()
        self._queue, self._workers_queue = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._queue.setblocking(False)  # noqa: FBT003 - its signature
        self._queue.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, LONGEST_REQUEST)
        self._template.on_restart.append(self._fill)
        self._fill()
        while sum(worker.ready for worker in self._workers) < self.limits.workers:
            self._changed.clear()
            await self._changed.wait()
            if self._birth_error:
                reason = self._birth_error
                await self.close()
                raise QueryFailed(
                    f"เริ่มตัวประมวลผลคำค้นไม่ได้: {reason}",
                    f"a query worker cannot be started: {reason}",
                )

    async def close(self) -> None:
        """End all workers and wait until they are gone."""
        self._closed = True
        with contextlib.suppress(ValueError):
            self._template.on_restart.remove(self._fill)
        if self._looking is not None:
            self._looking.cancel()
        for answer in tuple(self._live.values()):
            self._fail(answer, endings.closing())
        for worker in self._workers:
            self._template.kill(worker)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_END_SECONDS):
                while self._workers:
                    self._changed.clear()
                    await self._changed.wait()
        self._queue.close()
        self._workers_queue.close()

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
        """The processes that take queries."""
        return frozenset(worker.pid for worker in self._workers if worker.pid and not worker.killed)

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
        if len(self._live) - len(self._gone) >= self.limits.workers + self.limits.waiting:
            raise endings.full(self.limits, len(self._live))
        self._live[answer.number] = answer
        if self._line or self._sent >= self.limits.workers + _AHEAD:
            self._line.append(answer)
        else:
            self._send(answer)
        if self._looking is None:
            self._looking = self._loop.call_later(LOOK_SECONDS, self._look)
        return answer

    def leave(self, answer: Answer) -> None:
        """Nobody wants this answer any more."""
        answer.gone = True
        if answer.spool is not None:
            answer.spool.close()
        if answer.finished:
            return
        if answer.sent:
            if answer.worker is not None:
                self._stop(answer)
            else:  # it is seen when a worker has it: most are answered before that
                self._gone.add(answer.number)
        else:
            answer.finished = True
            del self._live[answer.number]
            self._line.remove(answer)

    def taken(self, answer: Answer) -> None:
        """Its reader has taken a piece."""
        if answer.worker is not None and answer.worker.paused and not self._stock.full:
            answer.worker.resume()

    # The way to the workers.

    def _send(self, answer: Answer) -> bool:
        """Put it into the queue; ``False`` if there is no room now."""
        try:
            self._queue.send(datagram(answer.number, answer.packed))
        except BlockingIOError:
            self._line.appendleft(answer)
            return False
        except OSError:  # longer than the system lets a datagram be
            self._fail(answer, endings.too_long())
            return True
        answer.sent = True
        self._sent += 1
        return True

    def _send_further(self) -> None:
        while self._line and self._sent < self.limits.workers + _AHEAD:
            answer = self._line.popleft()
            if not answer.finished and not self._send(answer):
                return

    # The way back.

    def _on_frame(self, worker: Worker, number: int, letter: bytes, content: memoryview) -> None:
        if number:
            answer = self._live.get(number)
            if answer is None or answer.worker not in (None, worker):
                return  # nobody waits for it, or another worker has answered it
            try:
                self._on_answer(worker, answer, letter, content)
            except (ValueError, KeyError, IndexError, struct.error):
                _logger.exception("a query worker is not understood and is ended")
                self._fail(answer, endings.not_understood())
                self._replace(worker)
        elif letter == b"R":
            worker.ready = True
            self._birth_error = ""
            self._pause = _FIRST_PAUSE
            self._changed.set()
        elif letter == b"N":
            self._birth_error = bytes(content).decode(errors="replace")
        elif letter == b"B":
            worker.killed = True  # it goes by itself
            self._fill()
        else:
            self._replace(worker)

    def _on_answer(
        self, worker: Worker, answer: Answer, letter: bytes, content: memoryview
    ) -> None:
        if letter == b"W":
            answer.head, answer.whole = unpack_head(content), bytes(content[HEAD.size :])
            answer.size = len(answer.whole)
            if answer.size > self.limits.result_bytes:
                answer.head, answer.whole = None, None
                self._fail(answer, endings.too_large(self.limits))
            else:
                self._keep(answer, (answer.whole,))
                self._finish(answer)
        elif letter == b"D":
            self._on_piece(worker, answer, content)
        elif letter == b"H":
            answer.worker = worker
            answer.head = unpack_head(content)
            answer.spool = Spool(self._stock)
            answer.pieces = []
        elif letter == b"E":
            answer.head = unpack_head(content)
            self._on_last(answer)
        elif letter == b"X":
            self._fail(answer, from_worker(json.loads(bytes(content))))
        else:
            raise ValueError(letter)

    def _on_piece(self, worker: Worker, answer: Answer, content: memoryview) -> None:
        answer.size += len(content)
        if answer.size > self.limits.result_bytes:
            self._fail(answer, endings.too_large(self.limits))
            self._replace(worker)
            return
        if answer.spool is None or answer.gone:
            return
        if answer.pieces is not None:
            if answer.size <= self.limits.kept_answer_bytes:
                answer.pieces.append(content)
            else:
                answer.pieces = None
        try:
            answer.spool.put(content)
        except OSError as error:
            self._fail(answer, endings.no_room(error))
            self._replace(worker)
            return
        if self._stock.full and not self._make_room(answer.spool):
            worker.pause()
        if not answer.ready and answer.size > self.limits.strict_bytes:
            self._tell(answer)

    def _make_room(self, spool: Spool) -> bool:
        """Break off the answer that takes most of the room, if that is somebody else's by far."""
        largest = self._stock.largest
        if largest is None or largest is spool or largest.on_disk < 2 * spool.on_disk:
            return False
        error = endings.crowded()
        for answer in tuple(self._live.values()):
            if answer.spool is largest:
                worker = answer.worker
                self._fail(answer, error)
                if worker is not None:
                    self._replace(worker)
        largest.break_off(error)
        return True

    def _on_last(self, answer: Answer) -> None:
        if answer.pieces is not None and not answer.gone and self._kept.comes_again(answer.packed):
            self._keep(answer, answer.pieces)
        if answer.spool is not None:
            if not answer.ready:  # held back until now, so that it is all or nothing
                answer.whole = _all_of(answer.spool)
                answer.spool.close()
                answer.spool = None
            else:
                answer.spool.end()
        self._finish(answer)

    def _keep(self, answer: Answer, pieces: Sequence[bytes | memoryview]) -> None:
        head = answer.head
        if head is not None and not head.volatile and answer.size <= self.limits.kept_answer_bytes:
            self._kept.put(answer.packed, b"".join((pack_head(head), *pieces)))

    def _fail(self, answer: Answer, error: QueryError) -> None:
        if answer.finished:
            return
        answer.error = error
        if not answer.ready:
            answer.head = None  # nothing of it has been seen
            if answer.spool is not None:
                answer.spool.close()
                answer.spool = None
        elif answer.spool is not None:
            answer.spool.end()
        self._finish(answer)

    def _finish(self, answer: Answer) -> None:
        answer.finished = True
        answer.pieces = None
        answer.worker = None
        self._gone.discard(answer.number)
        if self._live.pop(answer.number, None) is not None and answer.sent:
            self._sent -= 1
            if self._line:
                self._send_further()
        self._tell(answer)
        if self._finished is not None:
            self._finished(answer)

    def _tell(self, answer: Answer) -> None:
        if not answer.ready:
            answer.ready = True
            if answer.told is not None and not answer.gone:
                answer.told(answer)

    # Minding the workers.

    def _fill(self) -> None:
        """Have as many workers as there shall be."""
        while not self._closed and self._template.running:
            well = sum(not worker.killed for worker in self._workers)
            if well >= self.limits.workers:
                return
            try:
                worker = self._template.bear(
                    self.limits, self._workers_queue, self._on_frame, self._on_end
                )
            except QueryFailed as error:
                _logger.error("no new query worker: %s", error)  # noqa: TRY400 - told
                self._loop.call_later(_LONGEST_PAUSE, self._fill)
                return
            self._workers.add(worker)

    def _replace(self, worker: Worker) -> None:
        """Kill the worker and start another, at once and only once."""
        if not worker.killed:
            self._template.kill(worker)
            worker.resume()
            self._fill()

    def _stop(self, answer: Answer) -> None:
        """End the worker that is at this answer."""
        worker = answer.worker
        self._finish(answer)
        if worker is not None:
            self._replace(worker)

    def _look(self) -> None:
        """See what each worker is at, and act on it."""
        self._looking = None
        slots = self._template.slots
        if slots is None or self._closed:
            return
        limits = self.limits
        now = time.monotonic()
        seen = set()
        for worker in tuple(self._workers):
            if not worker.killed:
                number, since = slots.look(worker.slot)
                answer = self._live.get(number)
                if answer is not None:
                    seen.add(number)
                    self._mind(worker, answer, now - since)
        self._look_for_lost(seen)
        while self._line and now - self._line[0].asked > limits.waiting_seconds:
            answer = self._line.popleft()
            if not answer.finished:
                self._fail(answer, endings.full(limits, len(self._live)))
        self._send_further()
        if self._live:
            self._looking = self._loop.call_later(LOOK_SECONDS, self._look)

    def _mind(self, worker: Worker, answer: Answer, seconds: float) -> None:
        """A worker has been at this answer for so long."""
        if answer.gone:
            answer.worker = worker
            self._stop(answer)
        elif seconds > self.limits.seconds:
            self._fail(answer, endings.late(self.limits))
            self._replace(worker)
        elif worker.paused and not self._stock.full:
            worker.resume()

    def _look_for_lost(self, seen: set[int]) -> None:
        """A worker may be killed just after it has taken a request: somebody else gets that."""
        if self._sent <= len(seen):
            return
        if _pending(self._workers_queue):
            return
        for answer in tuple(self._live.values()):
            if not answer.sent or answer.number in seen or answer.worker is not None:
                continue
            answer.unseen += 1
            if answer.unseen >= _LOST_AFTER:
                answer.unseen = 0
                answer.sent = False
                self._sent -= 1
                self._send(answer)

    def _on_end(self, worker: Worker) -> None:
        """A worker has ended, and all that it wrote is read."""
        slots = self._template.slots
        number = slots.look(worker.slot)[0] if slots is not None else 0
        self._template.bury(worker)
        self._workers.discard(worker)
        self.replaced += not self._closed
        answer = self._live.get(number)
        if answer is not None and answer.worker in (None, worker):
            if answer.gone:
                self._finish(answer)
            elif worker.killed and not answer.ready:
                # It was killed for another one, and had taken this one in the meantime.
                answer.restart()
                self._sent -= 1
                self._send(answer)
            else:
                self._fail(answer, endings.death(worker.code, self.limits))
        self._changed.set()
        if worker.ready:
            self._fill()
        elif not self._closed:
            self._birth_error = self._birth_error or "it ended"
            _logger.error("no new query worker: %s", self._birth_error)
            self._loop.call_later(self._pause, self._fill)
            self._pause = min(self._pause * 2, _LONGEST_PAUSE)


def _all_of(spool: Spool) -> bytes:
    pieces = []
    while (piece := spool.take()) is not None:
        pieces.append(piece)
    return b"".join(pieces)


def _pending(queue: socket.socket) -> bool:
    """Whether a request waits in the queue."""
    size = fcntl.ioctl(queue, termios.FIONREAD, b"\0" * 4)
    return bool(int.from_bytes(size, "little"))
