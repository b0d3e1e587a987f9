"""What one client's queries may take together: so many seconds of work in a minute.

What a client has used drains away evenly; who has used all of it is told when to come back. The
clients of this machine are not counted: that is where a proxy stands that did not say for whom it
asks. Addresses are held in memory for as long as something is owed, and are written nowhere.
"""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from reviewgraph.errors import TooOften

MINUTE: Final = 60.0
_MOST_CLIENTS: Final = 100_000
_NETWORK: Final = 64
"""Of an IPv6 address the part that a provider gives a customer."""


class Budget:
    """Seconds of queries that each client has used of late.

    Args:
        seconds: in a minute; 0 for no limit.
        clock: the seconds since some moment.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._used: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def check(self, client: str) -> None:
        """Whether the client may ask now.

        Raises:
            TooOften: it has used what it had.
        """
        if not self._seconds or (key := client_of(client)) not in self._used:
            return
        used = self._owed(key)
        if used < self._seconds:
            return
        wait = math.ceil((used - self._seconds) * MINUTE / self._seconds) + 1
        raise TooOften(
            f"คำค้นจากที่อยู่นี้ใช้เวลารวมเกิน {self._seconds:g} วินาทีต่อนาที โปรดรอ {wait} วินาที",
            f"queries from this address took more than {self._seconds:g} seconds in a minute;"
            f" come back in {wait} seconds",
            wait,
        )

    def spend(self, client: str, seconds: float) -> None:
        """The client's query has taken so long."""
        key = client_of(client)
        if not self._seconds or not key:
            return
        self._used[key] = (self._owed(key) + seconds, self._clock())
        self._used.move_to_end(key)
        while self._used and (
            len(self._used) > _MOST_CLIENTS or self._owed(next(iter(self._used))) <= 0
        ):
            self._used.popitem(last=False)

    def __len__(self) -> int:
        """How many clients owe something."""
        return len(self._used)

    def _owed(self, key: str) -> float:
        used, then = self._used.get(key, (0.0, 0.0))
        return max(0.0, used - (self._clock() - then) * self._seconds / MINUTE)


@lru_cache(maxsize=4096)
def client_of(address: str) -> str:
    """What is counted as one client; empty for those that are not counted."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return client_of(str(found.ipv4_mapped))
        if not found.is_loopback:
            return str(ipaddress.ip_network((found, _NETWORK), strict=False))
    return "" if found.is_loopback else str(found)
