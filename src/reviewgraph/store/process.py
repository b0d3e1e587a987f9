"""The template and its workers, seen from the process that minds them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import reviewgraph
from reviewgraph.errors import QueryFailed
from reviewgraph.store.frames import FRAME
from reviewgraph.store.limits import Limits
from reviewgraph.store.slots import SLOTS, Slots
from reviewgraph.store.source import Mode, Source

_logger = logging.getLogger(__name__)

START_SECONDS = 30.0
# Loading takes 3 µs for a statement on the machine where it was measured.
STATEMENT_SECONDS = 60e-6
_END_SECONDS = 5.0
_READ_BYTES = 512 << 10
_MESSAGE_BYTES = 65_536
# Twice what a worker puts into a frame.
_LONGEST_FRAME = 1 << 20
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 10.0

# glibc's. A worker's thread gets an arena of its own, as the first one is in pieces after loading:
# look-ups take half as long. Large pages: a fork takes a third as long, and so does an exit.
_ALLOCATOR = {
    "MALLOC_ARENA_MAX": "4",
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1:glibc.malloc.tcache_count=2000",
}

OnFrame = Callable[["Worker", int, bytes, memoryview], None]
OnEnd = Callable[["Worker"], None]


class Worker:
    """One worker process.

    ``code`` is its exit code once it has ended, ``killed`` tells that it was ended by us.
    """

    def __init__(self, slot: int, on_frame: OnFrame, on_end: OnEnd) -> None:
        self.slot = slot
        self.pid = 0
        self.code: int | None = None
        self.killed = False
        self.ready = False
        self.paused = False
        self._on_frame = on_frame
        self._on_end = on_end
        self._loop = asyncio.get_running_loop()
        self._parts: list[bytes] = []
        self._missing = 0
        self._drained = False
        self._sink, self.worker_sink = socket.socketpair()
        self._sink.setblocking(False)  # noqa: FBT003 - its signature
        # As much as the system lets it have: it need not wait for us so often.
        self.worker_sink.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _READ_BYTES)
        self._loop.add_reader(self._sink, self._read)

    def pause(self) -> None:
        """Read nothing from it for a while; it waits once its socket is full."""
        if not self.paused and not self._drained:
            self.paused = True
            self._loop.remove_reader(self._sink)

    def resume(self) -> None:
        """Read from it again."""
        if self.paused and not self._drained:
            self.paused = False
            self._loop.add_reader(self._sink, self._read)

    def gone(self, code: int) -> None:
        """It has ended with this code; what it wrote before may still have to be read."""
        self.code = code
        self.resume()
        self._perhaps_end()

    def _read(self) -> None:
        try:
            data = self._sink.recv(_READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._drained = True
            self._loop.remove_reader(self._sink)
            self._sink.close()
            self._perhaps_end()
            return
        if self._missing:
            data = self._complete(data)
        view = memoryview(data)
        at, size = 0, len(data)
        while size - at >= FRAME.size:
            number, letter, length = FRAME.unpack_from(data, at)
            begin = at + FRAME.size
            if length > _LONGEST_FRAME:
                self._on_frame(self, 0, b"?", view)
                return
            if begin + length > size:
                self._missing = begin + length - size
                break
            at = begin + length
            self._on_frame(self, number, letter, view[begin:at])
        if at < size:
            self._missing = self._missing or 1
            self._parts = [data[at:]]

    def _complete(self, data: bytes) -> bytes:
        """The bytes from the frame on that was cut off; none while more of it is missing."""
        self._parts.append(data)
        self._missing -= len(data)
        if self._missing > 0:
            return b""
        self._missing = 0
        parts, self._parts = self._parts, []
        return b"".join(parts)

    def _perhaps_end(self) -> None:
        if self._drained and self.code is not None:
            self._on_end(self)


class Template:
    """The process that workers are born from, started again should it end.

    Args:
        source: what the workers answer from.
        mode: how it is held.
    """

    PROGRAM = ("-m", "reviewgraph.store.template")

    def __init__(self, source: Source, mode: Mode) -> None:
        self.source = source
        self.mode = mode
        self.slots: Slots | None = None
        self._slots_fd = -1
        self._free: list[int] = []
        self._unborn: dict[int, Worker] = {}
        self._workers: dict[int, Worker] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._started: asyncio.Future[None] | None = None
        self._restart: asyncio.Task[None] | None = None
        self._closed = False
        self.on_restart: list[Callable[[], None]] = []

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
    def running(self) -> bool:
        """Whether a worker can be born now."""
        return self._control is not None and self._started is None

    @property
    def pid(self) -> int:
        """The process; 0 if there is none."""
        return self._process.pid if self._process else 0

    async def start(self) -> None:
        """Start the process and wait until it holds the release.

        Raises:
            QueryFailed: it cannot.
        """
        if self.slots is None:
            self._slots_fd = Slots.create()
            self.slots = Slots(self._slots_fd)
            self._free = list(range(SLOTS))
        loop = asyncio.get_running_loop()
        control, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        control.setblocking(False)  # noqa: FBT003 - its signature
        package = str(Path(reviewgraph.__file__).parent.parent)
        modules = os.pathsep.join(dict.fromkeys([package, *filter(None, sys.path)]))
        arguments = [
            sys.executable,
            # No site module, no current directory in the path, no bytecode written.
            "-SPB",
            "-X",
            "utf8",
            *self.PROGRAM,
            str(other.fileno()),
            str(self._slots_fd),
            str(os.getpid()),
        ]
        with other:
            # It does not know our environment.
            self._process = subprocess.Popen(  # noqa: ASYNC220, S603 - our own program; a few ms
                arguments,
                env={"PYTHONPATH": modules, **_ALLOCATOR},
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(other.fileno(), self._slots_fd),
                start_new_session=True,
            )
        control.send(json.dumps(self._given()).encode())
        self._control = control
        self._started = loop.create_future()
        loop.add_reader(control, self._hear)
        source = self.source
        seconds = START_SECONDS + STATEMENT_SECONDS * (source.statements + source.merged)
        reason = "it takes too long"
        with contextlib.suppress(TimeoutError):
            try:
                async with asyncio.timeout(seconds):
                    await self._started
            except QueryFailed as error:
                reason = str(error)
            else:
                self._started = None
                return
        await self._end()
        raise QueryFailed(
            f"เริ่มตัวประมวลผลคำค้นไม่ได้: {reason}", f"a query worker cannot be started: {reason}"
        )

    async def close(self) -> None:
        """End it, and wait until it is gone."""
        self._closed = True
        if self._restart is not None:
            self._restart.cancel()
            await asyncio.gather(self._restart, return_exceptions=True)
        await self._end()
        if self.slots is not None:
            self.slots.close()
            os.close(self._slots_fd)
            self.slots = None

    def bear(
        self, limits: Limits, queue: socket.socket, on_frame: OnFrame, on_end: OnEnd
    ) -> Worker:
        """A new worker that takes requests from ``queue``; it is ready when it says so.

        Raises:
            QueryFailed: there are too many.
        """
        if self._control is None or not self._free:
            raise QueryFailed("ไม่มีตัวประมวลผลคำค้นว่าง", "no worker can be started")
        worker = Worker(self._free.pop(), on_frame, on_end)
        order = json.dumps({"slot": worker.slot, "limits": asdict(limits)}).encode()
        self._unborn[worker.slot] = worker
        with worker.worker_sink as sink, contextlib.suppress(OSError):
            # Should it fail, the template is gone: that is seen, and this worker ended with it.
            socket.send_fds(self._control, [order], [sink.fileno(), queue.fileno()])
        return worker

    def kill(self, worker: Worker) -> None:
        """End a worker, whatever it is at. The template does it: it knows who has ended already."""
        worker.killed = True
        if worker.pid and worker.code is None and self._control is not None:
            with contextlib.suppress(OSError):
                self._control.send(json.dumps({"kill": worker.pid}).encode())

    def bury(self, worker: Worker) -> None:
        """Let go of a worker that has ended."""
        if self.slots is not None:
            self.slots.leave(worker.slot)
        self._free.append(worker.slot)

    def _given(self) -> dict[str, Any]:
        source = self.source
        return {
            "mode": self.mode,
            "store": str(source.store),
            "quads": str(source.quads),
            "statements": source.statements,
            "triples": str(source.triples) if source.triples else None,
            "merged": source.merged,
            "base": source.base,
            "prefixes": dict(source.prefixes or {}),
        }

    def _hear(self) -> None:
        control = self._control
        while control is not None and control is self._control:
            try:
                message = control.recv(_MESSAGE_BYTES)
            except BlockingIOError:
                return
            except OSError:
                message = b""
            if not message:
                self._lost()
                return
            self._take(json.loads(message))

    def _take(self, message: dict[str, Any]) -> None:
        if "born" in message:
            worker = self._unborn.pop(message["slot"])
            worker.pid = message["born"]
            self._workers[worker.pid] = worker
            if worker.killed:
                self.kill(worker)
        elif "ended" in message:
            gone = self._workers.pop(message["ended"], None)
            if gone is not None:
                gone.gone(message["code"])
        elif self._started is not None and not self._started.done():
            if "failed" in message:
                self._started.set_exception(QueryFailed(message["failed"], message["failed"]))
            else:
                self._started.set_result(None)

    def _lost(self) -> None:
        """The process is gone, and its workers with it."""
        if self._control is not None:
            asyncio.get_running_loop().remove_reader(self._control)
            self._control.close()
            self._control = None
        if self._started is not None and not self._started.done():
            self._started.set_exception(QueryFailed("กระบวนการหยุดไป", "it ended"))
        orphans = [*self._workers.values(), *self._unborn.values()]
        self._workers.clear()
        self._unborn.clear()
        for worker in orphans:
            worker.gone(-9)
        if not self._closed and self._started is None:
            _logger.error("the process that holds the release for queries ended; a new one starts")
            self._restart = asyncio.get_running_loop().create_task(self._again())

    async def _again(self) -> None:
        pause = _FIRST_PAUSE
        while not self._closed:
            await self._end()
            try:
                await self.start()
            except (QueryFailed, OSError) as error:
                _logger.error("no query workers: %s", error)  # noqa: TRY400 - told, not traced
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
            else:
                for restarted in self.on_restart:
                    restarted()
                return

    async def _end(self) -> None:
        self._started = None
        control, self._control = self._control, None
        if control is not None:
            asyncio.get_running_loop().remove_reader(control)
            control.close()
        process, self._process = self._process, None
        if process is None:
            return
        waited = 0.0
        while process.poll() is None:
            await asyncio.sleep(0.005)
            waited += 0.005
            if waited > _END_SECONDS:
                process.kill()
