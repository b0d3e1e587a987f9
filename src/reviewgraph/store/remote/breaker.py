"""A circuit breaker: whoever is down is left in peace for a while, and nobody waits in vain."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

FAILURES: Final = 5
"""In a row, before the circuit opens."""
OPEN_SECONDS: Final = 5.0


class Breaker:
    """Counts what fails; shared by all threads that ask one engine.

    Args:
        clock: the seconds since some moment.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._opened = 0.0

    def wait(self) -> float:
        """Seconds before it makes sense to ask; 0 if one may ask now.

        When the time has passed, one is let through to try; the others wait for what comes of it.
        """
        with self._lock:
            if self._failures < FAILURES:
                return 0.0
            now = self._clock()
            left = self._opened + OPEN_SECONDS - now
            if left > 0:
                return left
            self._opened = now
            return 0.0

    def succeeded(self) -> None:
        """It answered."""
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        """It could not be reached, or answered nonsense."""
        with self._lock:
            self._failures += 1
            if self._failures == FAILURES:
                self._opened = self._clock()

    @property
    def is_well(self) -> bool:
        """Whether the last that was asked of it was answered."""
        with self._lock:
            return not self._failures

    @property
    def is_open(self) -> bool:
        """Whether it is left in peace now."""
        with self._lock:
            return self._failures >= FAILURES
