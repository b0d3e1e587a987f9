"""The process that workers are born from: ``python -m reviewgraph.store.template``.

It gives up the network, loads the release if it is to be held in memory, and then forks a worker
whenever it is told to. Workers share what it holds, page by page, until they write; so one that
was killed is replaced in the time of a fork. It answers no query itself and has one thread, as a
process that forks must. ``store.process`` is the other end of its socket:

    in   a slot (JSON), with two descriptors: the worker's sink and its queue · a pid to kill
    out  ready · not ready, why · a pid born, its slot · a pid ended, its exit code
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import select
import signal
import socket
import sys
from dataclasses import dataclass
from typing import Any

import pyoxigraph

from reviewgraph.store import isolation, union
from reviewgraph.store.frames import FRAME
from reviewgraph.store.limits import Limits
from reviewgraph.store.slots import Slots
from reviewgraph.store.worker import Birth, run

_MESSAGE_BYTES = 1 << 20
_NICE = 5


class NotLoadedError(Exception):
    """The release cannot be held."""


@dataclass(frozen=True, slots=True)
class _Template:
    """What every worker is born with."""

    control: socket.socket
    slots: Slots
    engine: pyoxigraph.Store | None
    given: dict[str, Any]
    alone: bool

    def serve(self) -> None:
        """Fork, kill and bury until the control socket closes."""
        waking, woken = os.pipe()
        os.set_blocking(woken, False)
        os.set_blocking(waking, False)
        signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, _ignored)
        children: set[int] = set()
        self._say(ready=True)
        try:
            while True:
                ready, _, _ = select.select([self.control.fileno(), waking], [], [])
                if waking in ready:
                    os.read(waking, 4096)
                    self._bury(children)
                if self.control.fileno() in ready and not self._obey(children):
                    return
        finally:
            for pid in children:
                os.kill(pid, signal.SIGKILL)
            for pid in children:
                os.waitpid(pid, 0)

    def _obey(self, children: set[int]) -> bool:
        try:
            message, descriptors, _, _ = socket.recv_fds(self.control, _MESSAGE_BYTES, 2)
        except ConnectionError:
            return False
        if not message:
            return False
        order = json.loads(message)
        if "kill" in order:
            if order["kill"] in children:  # else it has ended, and the number may be another's
                os.kill(order["kill"], signal.SIGKILL)
            return True
        sink, queue = (socket.socket(fileno=descriptor) for descriptor in descriptors)
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._be_born(order, sink, queue, parent)
        children.add(pid)
        sink.close()
        queue.close()
        self._say(born=pid, slot=order["slot"])
        return True

    def _be_born(
        self, order: dict[str, Any], sink: socket.socket, queue: socket.socket, parent: int
    ) -> None:
        code = 1
        try:
            isolation.die_with_parent(parent)
            os.nice(_NICE)  # pages and what is asked of the web process itself come first
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self.control.close()
            engine = self.engine or _open(self.given["store"])
            if not self.alone:
                _give_up_network()
            limits = Limits(**order["limits"])
            birth = Birth(
                engine,
                queue,
                sink,
                self.slots,
                order["slot"],
                limits,
                self.given["base"],
                self.given["prefixes"],
            )
            run(birth)
            code = 0
        except NotLoadedError as error:
            content = str(error).encode()
            sink.sendall(FRAME.pack(0, b"N", len(content)) + content)
        finally:
            # Nothing of the parent's is to be tidied up by its child.
            os._exit(code)

    def _bury(self, children: set[int]) -> None:
        while children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            children.discard(pid)
            self._say(ended=pid, code=os.waitstatus_to_exitcode(status))

    def _say(self, **content: object) -> None:
        self.control.send(json.dumps(content).encode())


def main() -> None:
    """Take what is given, load it, serve."""
    control_fd, slots_fd, parent = map(int, sys.argv[1:])
    isolation.die_with_parent(parent)
    # Ctrl-C goes to everybody at the terminal; this one ends when its control socket closes.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = socket.socket(fileno=control_fd)
    given = json.loads(control.recv(_MESSAGE_BYTES))
    alone = isolation.leave_network()
    try:
        # A store on disk is opened by each worker itself: opening starts threads, and of a process
        # that has threads a fork has only one.
        engine = _load(given) if given["mode"] == "memory" else None
    except NotLoadedError as error:
        control.send(json.dumps({"failed": str(error)}).encode())
        return
    # What is there now stays: the collector of a worker leaves it, and so its pages, alone.
    gc.collect()
    gc.freeze()
    _trim()
    _Template(control, Slots(slots_fd), engine, given, alone).serve()


def _load(given: dict[str, Any]) -> pyoxigraph.Store:
    """The release in memory. Blank nodes keep their labels, which ``bulk_load`` would not let them.

    Raises:
        NotLoadedError: the dumps cannot be read, or do not hold what the release says.
    """
    engine = pyoxigraph.Store()
    try:
        engine.bulk_extend(pyoxigraph.parse(path=given["quads"]))
        found = len(engine)
        if given["triples"]:
            engine.bulk_extend(pyoxigraph.parse(path=given["triples"]))
    except (OSError, SyntaxError) as error:
        raise NotLoadedError(f"the dump cannot be read: {error}") from error
    if (found, len(engine) - found) != (given["statements"], given["merged"]):
        raise NotLoadedError(
            f"the dumps hold {found:,} and {len(engine) - found:,} statements, "
            f"not {given['statements']:,} and {given['merged']:,}"
        )
    if bool(given["triples"]) != union.is_merged(engine):
        raise NotLoadedError("the dumps disagree on whether the graphs share statements")
    return engine


def _open(path: str) -> pyoxigraph.Store:
    try:
        return pyoxigraph.Store.read_only(path)
    except OSError as error:
        raise NotLoadedError(f"the store cannot be opened: {error}") from error


def _give_up_network() -> None:
    """The last resort, once all files are open."""
    isolation.deny_files()
    if isolation.network_reachable():
        raise NotLoadedError("the network cannot be given up on this system")


def _trim() -> None:
    """Give back what loading has freed (glibc)."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _ignored(_number: int, _frame: object) -> None:
    """Only the wake-up is wanted."""


if __name__ == "__main__":
    main()
