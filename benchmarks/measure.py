"""A command in a process of its own: its wall time, processor time and peak memory."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took; ``ended`` if it was ended at its time limit."""

    seconds: float
    processor: float
    megabytes: float
    code: int
    ended: bool = False


def run(command: list[str], out: Path, limit: float) -> Cost:
    """Run a command with its output in a file, and end it by its id after ``limit`` seconds.

    The peak is the largest of the command and of the processes that it waited for.
    """
    began = time.perf_counter()
    with out.open("wb") as stdout, out.with_suffix(".err").open("wb") as stderr:
        process = subprocess.Popen(command, stdout=stdout, stderr=stderr)
    ended = False
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        seconds = time.perf_counter() - began
        if pid:
            break
        if seconds > limit and not ended:
            process.kill()
            ended = True
        time.sleep(0.01)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Cost(
        seconds=seconds,
        processor=usage.ru_utime + usage.ru_stime,
        megabytes=usage.ru_maxrss / 1024,
        code=process.returncode,
        ended=ended,
    )


def machine() -> str:
    """The machine in a line."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if "model name" in line), "?")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = os.uname()
    cores = len(os.sched_getaffinity(0))
    return f"{model}, {cores} cores, {memory:.0f} GB, {system.sysname} {system.release}"
