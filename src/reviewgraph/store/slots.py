"""What each worker is at and since when: a page that the workers write and their pool reads.

It costs a worker no call of the system to tell, and a worker that was killed has still told.
"""

from __future__ import annotations

import mmap
import os
import struct
import time

SLOTS = 1024
_ENTRY = 16  # a number of eight bytes, then a time of eight
_NUMBER = struct.Struct("=Q")
_TIME = struct.Struct("=d")


class Slots:
    """The page; ``fd`` is a file of ``SLOTS`` entries that all processes share."""

    def __init__(self, fd: int) -> None:
        self._map = mmap.mmap(fd, SLOTS * _ENTRY)

    @staticmethod
    def create() -> int:
        """The descriptor of a new page, nobody at anything."""
        fd = os.memfd_create("workers", os.MFD_CLOEXEC)
        os.ftruncate(fd, SLOTS * _ENTRY)
        return fd

    def take(self, slot: int, number: int) -> None:
        """Begin with a request; numbers are positive."""
        # The time first: whoever sees the number must not see the time of the one before.
        _TIME.pack_into(self._map, slot * _ENTRY + 8, time.monotonic())
        _NUMBER.pack_into(self._map, slot * _ENTRY, number)

    def leave(self, slot: int) -> None:
        """Be done with it."""
        _NUMBER.pack_into(self._map, slot * _ENTRY, 0)

    def look(self, slot: int) -> tuple[int, float]:
        """The request that the worker is at, 0 for none, and the monotonic time it began."""
        (number,) = _NUMBER.unpack_from(self._map, slot * _ENTRY)
        (since,) = _TIME.unpack_from(self._map, slot * _ENTRY + 8)
        return number, since

    def close(self) -> None:
        """Let go of the page."""
        self._map.close()
