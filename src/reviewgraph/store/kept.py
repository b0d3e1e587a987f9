"""Answers kept for when the same is asked again: a release does not change, so they stay right."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Kept(Generic[Key, Value]):
    """The values used last, as many as fit into so many bytes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._entries: OrderedDict[Key, tuple[Value, int]] = OrderedDict()

    def get(self, key: Key) -> Value | None:
        """The value, which is the last to go now."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        self._entries.move_to_end(key)
        return entry[0]

    def put(self, key: Key, value: Value, size: int) -> None:
        """Keep a value that takes ``size`` bytes with its key."""
        if size > self._most:
            return
        previous = self._entries.pop(key, None)
        if previous is not None:
            self._size -= previous[1]
        self._entries[key] = (value, size)
        self._size += size
        while self._size > self._most:
            _, (_, freed) = self._entries.popitem(last=False)
            self._size -= freed

    def __len__(self) -> int:
        """How many there are."""
        return len(self._entries)
