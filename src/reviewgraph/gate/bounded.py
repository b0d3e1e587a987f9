"""The gate's work in a process of its own that can be ended at any moment.

What is judged was written by strangers: a regular expression may never finish, a rule may compare
everything with everything, a parser may be led to ask for more memory than there is or into code
that crashes. No such thing can be stopped from within, so the work is done in a forked child
without network, with a cap on its memory and a clock on each of its steps. The parent only
listens. A step that brings the child down is left out of the next attempt and told as a failure;
all other steps are judged.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import math
import os
import resource
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TypeAlias

from reviewgraph.errors import GateError, ReviewgraphError, Words
from reviewgraph.gate import wire
from reviewgraph.gate.steps import Progress, Step, silent
from reviewgraph.store import isolation

_CHUNK = 1 << 20
_LONGEST_WAIT = 3600.0  # poll takes milliseconds in an int

# Exit codes of the child where the way it ended says nothing else.
_OUT_OF_MEMORY = 101
_TOO_DEEP = 102
_PANICKED = 103

_SIGNALS = {number.value: number.name for number in signal.Signals}


@dataclass(frozen=True, slots=True)
class Limits:
    """What the work may use."""

    # For one step: a file, a rule, a question. The clock restarts as each begins.
    seconds: float = 60.0
    # Address space (RLIMIT_AS) beyond what this process has mapped when the child is forked. The
    # gate over 3,200 statements needs more than 150 and less than 300 MiB of it.
    memory: int = 4 * 1024**3


Work: TypeAlias = Callable[[Progress, Mapping[Step, Words]], bytes]
"""Tells each step as it begins. A step that is in the mapping must not be done: it is to be
reported as a failure in the words given there. Steps are known by their value, so that every
attempt must name the same step alike, and no two steps the same."""


class UnforeseenError(Exception):
    """An exception in the child that is none of ours: a fault of this program.

    Its ``repr`` is one line; its ``str`` holds the child's traceback.
    """

    def __init__(self, shown: str, trace: str) -> None:
        super().__init__(trace)
        self.shown = shown

    def __repr__(self) -> str:
        return self.shown


@dataclass(slots=True)
class _Heard:
    """What came through the pipe until it closed or the clock ran out."""

    step: Step | None = None
    letter: bytes = b""
    content: bytes = b""
    late: bool = False


def run(work: Work, limits: Limits, *, progress: Progress = silent, tries: int = 5) -> bytes:
    """Do the work in a child process and return its result.

    It must be called before this process starts a thread: the child has a copy of the thread that
    forks and of no other, and a lock that another one held would never be released in it.

    What the child prints is thrown away, or goes to standard error if ``REVIEWGRAPH_DEBUG`` is set.

    Args:
        work: returns its result as bytes, the only thing that is taken from the child.
        limits: for each step, and for the memory of the child.
        progress: told each step as it begins, again for each attempt.
        tries: how many attempts to make; each but the last can leave out one more step.

    Raises:
        GateError: too many steps brought the child down, or the same one again.
        ReviewgraphError: the work raised it.
        UnforeseenError: the work raised anything else.
    """
    left_out: dict[Step, Words] = {}
    for _ in range(tries):
        outcome = _attempt(work, limits, progress, dict(left_out))
        if isinstance(outcome, bytes):
            return outcome
        step, words = outcome
        if step in left_out:
            break  # it was done although it should have been left out, or something after it was
        left_out[step] = words
    raise GateError(
        f"ตรวจต่อไม่ได้: {'; '.join(words.th for words in left_out.values())}",
        f"the gate could not go on: {'; '.join(words.en for words in left_out.values())}",
    )


def _attempt(
    work: Work, limits: Limits, progress: Progress, left_out: Mapping[Step, Words]
) -> bytes | tuple[Step, Words]:
    """The result, or the step that brought the child down and how."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # else the child would hold, and might print, what is buffered here
            stream.flush()
    parent = os.getpid()
    source, sink = os.pipe()
    pid = os.fork()
    if pid == 0:
        _be_the_child(work, limits, left_out, sink, parent)
    try:
        os.close(sink)
        heard = _listen(source, limits.seconds, progress)
    finally:
        status = _end(pid)
        os.close(source)
    if heard.letter == wire.RESULT:
        return heard.content
    if heard.letter == wire.ERROR:
        raise wire.read_error(heard.content)
    if heard.letter == wire.UNFORESEEN:
        told = json.loads(heard.content)
        raise UnforeseenError(told["shown"], told["trace"])
    step = heard.step or Step("begin")
    return step, _why(step, limits, status, late=heard.late)


def _listen(source: int, seconds: float, progress: Progress) -> _Heard:
    """Take frames until the child closes the pipe or does not begin a step in time."""
    heard = _Heard()
    poll = select.poll()
    poll.register(source, select.POLLIN)
    buffer = bytearray()
    deadline = time.monotonic() + seconds
    while True:
        left = min(max(deadline - time.monotonic(), 0.0), _LONGEST_WAIT)
        # What has arrived is read before the clock is looked at: it may be this process that slept.
        if not poll.poll(math.ceil(left * 1000)):
            if time.monotonic() < deadline:
                continue
            heard.late = True
            return heard
        data = os.read(source, _CHUNK)
        if not data:
            return heard
        buffer += data
        for letter, content in wire.frames(buffer):
            if letter == wire.STEP:
                heard.step = Step(*json.loads(content))
                progress(heard.step)
                deadline = time.monotonic() + seconds
            else:
                heard.letter, heard.content = letter, content


def _end(pid: int) -> int:
    """Kill the child, if it lives, and all that it started; its exit code, negative for a signal.

    A child that is on its way out already keeps the exit code it chose.
    """
    for kill in (os.kill, os.killpg):  # it may not have become the leader of its group yet
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _why(step: Step, limits: Limits, status: int, *, late: bool) -> Words:
    """What the step did to the child, and what to do about it."""
    memory = _readable(limits.memory)
    if late:
        th = f"ใช้เวลาเกิน {limits.seconds:g} วินาที จึงถูกหยุด"
        en = f"did not finish within {limits.seconds:g} s"
    elif status == _OUT_OF_MEMORY:
        th, en = f"ใช้หน่วยความจำเกิน {memory} จึงถูกหยุด", f"needed more memory than {memory}"
    elif status == _TOO_DEEP:
        th, en = "ซ้อนกันลึกเกินกว่าจะตรวจได้", "is nested too deeply to be judged"
    elif status in {-signal.SIGKILL, -signal.SIGABRT}:
        name = _SIGNALS[-status]
        th = f"ทำให้โปรแกรมตรวจหยุดกลางคัน ({name}) น่าจะเพราะหน่วยความจำไม่พอ (ใช้ได้ {memory})"
        en = (
            f"ended the program that judged it ({name}), "
            f"most likely for want of memory ({memory} are allowed)"
        )
    else:
        if status == _PANICKED:
            name = "panic"
        elif status < 0:
            name = _SIGNALS.get(-status, f"signal {-status}")
        else:
            name = f"exit code {status}"
        th = f"ทำให้โปรแกรมตรวจหยุดกลางคัน ({name})"
        en = f"ended the program that judged it ({name})"
    if step.subject:
        th, en = f"{th} โปรดทำให้ง่ายหรือเล็กลง", f"{en}; make it simpler or smaller"
    return Words(f"{step.words.th} {th}", f"{step.words.en} {en}")


def _readable(size: int) -> str:
    if size >= 1024**3:
        return f"{size / 1024**3:.3g} GiB"
    return f"{size / 1024**2:.3g} MiB"


def _be_the_child(
    work: Work, limits: Limits, left_out: Mapping[Step, Words], sink: int, parent: int
) -> NoReturn:
    """Do the work, tell how it went and be gone; nothing of the parent's runs after the fork."""
    status = 1
    try:
        sink = _rearrange(sink)
        status = _work(work, limits, left_out, sink, parent)
    finally:
        os._exit(status)  # also where even telling failed: the parent sees that nothing came


def _work(
    work: Work, limits: Limits, left_out: Mapping[Step, Words], sink: int, parent: int
) -> int:
    """Do the work and send what comes of it; the exit code."""
    begun: Step | None = None

    def progress(step: Step) -> None:
        nonlocal begun
        begun = step
        wire.send(sink, wire.STEP, json.dumps([step.phase, step.subject]).encode())

    try:
        _confine(limits, parent)
        result = work(progress, left_out)
    except MemoryError:
        return _OUT_OF_MEMORY
    except RecursionError:
        return _TOO_DEEP
    except ReviewgraphError as error:
        wire.send(sink, wire.ERROR, wire.written(error))
    except BaseException as error:  # noqa: BLE001 - the parent raises it
        trace = "".join(traceback.format_exception(error))
        if type(error).__name__ == "PanicException":  # of pyo3: a library's code in Rust gave up
            sys.stderr.write(trace)
            return _PANICKED
        shown = f"{error!r}, {begun.words.en}" if begun else repr(error)
        told = {"shown": shown, "trace": trace}
        wire.send(sink, wire.UNFORESEEN, json.dumps(told).encode())
    else:
        wire.send(sink, wire.RESULT, result)
    return 0


def _rearrange(sink: int) -> int:
    """Part with the parent's terminal and its standard streams; where the pipe is now."""
    os.setsid()
    moved = fcntl.fcntl(sink, fcntl.F_DUPFD_CLOEXEC, 3)  # the pipe may be 1 if the parent has none
    os.close(sink)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    if os.environ.get("REVIEWGRAPH_DEBUG"):
        os.dup2(2, 1)
    else:
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
    if nothing > 2:  # noqa: PLR2004 - the last standard stream
        os.close(nothing)
    return moved


def _confine(limits: Limits, parent: int) -> None:
    """Give up the network, other programs and all memory beyond the cap; never outlive the parent.

    A cap needs to know what is mapped already, which only Linux tells.
    """
    if not isolation.deny_sockets() and sys.platform == "linux":
        isolation.unshare_network()
    isolation.die_with_parent(parent)
    with contextlib.suppress(FileNotFoundError):
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
        cap = int(pages) * resource.getpagesize() + limits.memory
        most = resource.getrlimit(resource.RLIMIT_AS)[1]
        isolation.limit_memory(cap if most == resource.RLIM_INFINITY else min(cap, most))
