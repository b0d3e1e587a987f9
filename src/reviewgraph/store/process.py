"""One worker process, seen from the one that minds it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from asyncio import StreamReader, StreamWriter
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path
from typing import cast

import reviewgraph
from reviewgraph.errors import QueryFailed
from reviewgraph.store.limits import Limits
from reviewgraph.store.worker import HEADER

START_SECONDS = 30.0


class Worker:
    """One worker process."""

    def __init__(self, process: Process, source: StreamReader, sink: StreamWriter) -> None:
        self.process = process
        self.replaced = False
        self._killed = False
        self._input = sink
        self._output = source

    @classmethod
    async def start(cls, path: Path, limits: Limits) -> Worker:
        """Start a process that knows nothing of ours but where its modules are."""
        package = str(Path(reviewgraph.__file__).parent.parent)
        modules = os.pathsep.join(dict.fromkeys([package, *filter(None, sys.path)]))
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            # No site module, no current directory in the path, no bytecode written.
            "-SPB",
            "-X",
            "utf8",
            "-m",
            "reviewgraph.store.worker",
            str(path),
            str(os.getpid()),
            str(limits.memory_bytes),
            str(limits.seconds),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            # One arena: each thread would reserve 64 MB of address space for its own.
            env={"PYTHONPATH": modules, "MALLOC_ARENA_MAX": "1"},
            cwd="/",
            start_new_session=True,
        )
        return cls(
            process, cast("StreamReader", process.stdout), cast("StreamWriter", process.stdin)
        )

    async def ready(self) -> None:
        """Wait for its word that it is.

        Raises:
            QueryFailed: it is not.
        """
        reason = "it ended"
        with contextlib.suppress(asyncio.IncompleteReadError, TimeoutError):
            async with asyncio.timeout(START_SECONDS):
                letter, content = await self.receive()
                if letter == b"R":
                    return
                reason = json.loads(content)["reason"]
        await self.end()
        raise QueryFailed(
            f"เริ่มตัวประมวลผลคำค้นไม่ได้: {reason}", f"a query worker cannot be started: {reason}"
        )

    @property
    def alive(self) -> bool:
        """Whether it can still be given a query."""
        return not self._killed and self.process.returncode is None

    async def send(self, content: bytes) -> None:
        """Send it a query."""
        self._input.write(HEADER.pack(b"Q", len(content)) + content)
        await self._input.drain()

    async def receive(self) -> tuple[bytes, bytes]:
        """The next frame."""
        letter, length = HEADER.unpack(await self._output.readexactly(HEADER.size))
        return letter, await self._output.readexactly(length)

    def kill(self) -> None:
        """End it, whatever it is at."""
        self._killed = True
        if self.process.returncode is None:
            # Not ``process.kill``: that may reap the process before asyncio does, which then
            # reports a return code of 255.
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, signal.SIGKILL)

    async def ended(self) -> int:
        """Wait until it is gone; its return code."""
        # ``process.wait`` also waits for the pipes, and so for whoever reads them.
        while self.process.returncode is None:  # noqa: ASYNC110 - there is no event for it
            await asyncio.sleep(0.005)
        return self.process.returncode

    async def end(self) -> None:
        """Kill it, wait until it is gone, and let go of its pipes."""
        self.kill()
        await self.ended()
        self._input.close()
        with contextlib.suppress(RuntimeError, ConnectionError):  # it is being read already
            while await self._output.read(1 << 16):
                pass
