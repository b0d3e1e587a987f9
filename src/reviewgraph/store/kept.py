"""Answers kept for when the same is asked again: a release does not change, so they stay right."""

from __future__ import annotations

from collections import OrderedDict

_OVERHEAD_BYTES = 200
_MOST_SEEN = 4_096


class Kept:
    """The values used last, as many as fit into ``most`` bytes with their keys.

    Both are bytes, which Python's garbage collector does not have to walk through.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._entries: OrderedDict[bytes, bytes] = OrderedDict()
        self._seen: dict[int, bool] = {}

    def get(self, key: bytes) -> bytes | None:
        """The value, which is the last to go now."""
        value = self._entries.get(key)
        if value is not None:
            self._entries.move_to_end(key)
        return value

    def put(self, key: bytes, value: bytes) -> None:
        """Keep a value."""
        size = len(key) + len(value) + _OVERHEAD_BYTES
        if size > self._most:
            return
        self._size += size
        previous = self._entries.pop(key, None)
        if previous is not None:
            self._size -= len(key) + len(previous) + _OVERHEAD_BYTES
        self._entries[key] = value
        while self._size > self._most:
            gone, freed = self._entries.popitem(last=False)
            self._size -= len(gone) + len(freed) + _OVERHEAD_BYTES

    def comes_again(self, key: bytes) -> bool:
        """Whether this key comes for the second time: what is large is kept only then.

        Only hashes are remembered, the latest few thousand.
        """
        seen = hash(key)
        if self._seen.pop(seen, False):
            return True
        self._seen[seen] = True
        if len(self._seen) > _MOST_SEEN:
            del self._seen[next(iter(self._seen))]
        return False

    def __len__(self) -> int:
        """How many there are."""
        return len(self._entries)
