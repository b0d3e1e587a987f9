"""Lines in order without holding them: an external merge sort.

What does not fit is written down in sorted runs and merged while it is read (Knuth, The Art of
Computer Programming, volume 3, section 5.4). The order is that of the bytes, which for UTF-8 is
that of code points.
"""

from __future__ import annotations

import heapq
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final, Self

HELD_BYTES: Final = 48_000_000
"""Of lines held in memory at once; Python's own cost for each is counted too."""

_COST = 48  # a bytes object and a place in a list


class Sorter:
    """Takes lines in any order and gives them back in order, each once.

    Args:
        folder: for the runs; they have no names, so that none is left behind.
        held_bytes: how much is held before a run is written.
    """

    def __init__(self, folder: Path, held_bytes: int = HELD_BYTES) -> None:
        self._folder = folder
        self._most = held_bytes
        self._held: list[bytes] = []
        self._size = 0
        self._runs: list[int] = []

    def add(self, line: bytes) -> None:
        """Take a line; it must not hold a line feed.

        Raises:
            OSError: a run cannot be written.
        """
        self._held.append(line)
        self._size += len(line) + _COST
        if self._size > self._most:
            self._spill()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for run in self._runs:
            os.close(run)
        self._runs, self._held = [], []

    def __iter__(self) -> Iterator[bytes]:
        """The lines in order, as often as it is asked; nothing may be added meanwhile."""
        self._held.sort()
        last = None
        with ExitStack() as stack:
            runs = [stack.enter_context(_Run(run)) for run in self._runs]
            for line in heapq.merge(*runs, self._held):
                if line != last:
                    yield line
                    last = line

    def _spill(self) -> None:
        self._held.sort()
        with tempfile.TemporaryFile(dir=self._folder) as file:
            last = None
            for line in self._held:
                if line != last:
                    file.write(line + b"\n")
                    last = line
            file.flush()
            self._runs.append(os.dup(file.fileno()))
        self._held, self._size = [], 0


class _Run:
    """A sorted run, read from its beginning by whoever opens it."""

    def __init__(self, descriptor: int) -> None:
        self._path = f"/proc/self/fd/{descriptor}"

    def __enter__(self) -> Iterator[bytes]:
        self._file = Path(self._path).open("rb")
        return (line[:-1] for line in self._file)

    def __exit__(self, *_error: object) -> None:
        self._file.close()
