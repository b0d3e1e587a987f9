"""What one question to an engine may take, and what is believed of the answer.

JSON is the only form whose end shows that it is whole.
"""

from __future__ import annotations

import json
import logging
import time
from dataclasses import dataclass
from typing import Any, Final

import httpx

from reviewgraph.errors import EngineDown, EngineLate, QueryTooLarge

PASSING: Final = frozenset({429, 502, 503, 504})
"""What an engine says when it may do it later."""
JSON: Final = "application/sparql-results+json"
_CANNOT: Final = frozenset({400, 500, 501})
_CONNECT_SECONDS: Final = 5.0
_PARTIAL: Final = ("x-sql-state", "x-sparql-maxrows")
"""By these Virtuoso tells that it sends a part of the result, with 200."""

_logger = logging.getLogger(__name__)


class PassingError(Exception):
    """The engine is busy."""


class GarbledError(Exception):
    """What the engine answers is no whole result."""


class LateError(Exception):
    """The deadline has passed."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What one question may take."""

    deadline: float
    seconds: float
    most_bytes: int

    def left(self) -> float:
        """Seconds until the deadline."""
        return self.deadline - time.monotonic()

    def timeout(self) -> httpx.Timeout:
        """What one step of the exchange may take.

        Raises:
            LateError: there is no time left.
        """
        left = self.left()
        if left <= 0:
            raise LateError
        return httpx.Timeout(left, connect=min(left, _CONNECT_SECONDS))

    def check(self, size: int) -> None:
        """Go on only while there is time, and room."""
        if self.left() <= 0:
            raise LateError
        if size > self.most_bytes:
            raise QueryTooLarge(
                f"ผลลัพธ์ใหญ่เกินกำหนด {self.most_bytes:,} ไบต์ โปรดใช้ LIMIT",
                f"the result passes {self.most_bytes:,} bytes; use LIMIT",
            )

    def late(self) -> EngineLate:
        """What is told when there was no answer in time."""
        seconds = round(self.seconds, 1)  # of a query that takes several questions, what was left
        return EngineLate(
            f"เครื่องที่เก็บข้อมูลไม่ตอบภายใน {seconds:g} วินาที",
            f"the engine that holds the data did not answer within {seconds:g} seconds",
        )


def examine(response: httpx.Response) -> None:
    """Whether a result may follow."""
    status = response.status_code
    if status in PASSING:
        raise PassingError(str(status))
    if status in _CANNOT:
        # Virtuoso says so of queries that it cannot do: others may well be answered.
        _logger.warning("the engine does not do a query that is SPARQL: %s", status)
        raise EngineDown(
            f"เครื่องที่เก็บข้อมูลทำคำค้นนี้ไม่ได้ ({status})",
            f"the engine that holds the data cannot do this query ({status})",
        )
    if status != httpx.codes.OK:
        raise GarbledError(f"status {status}")
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {JSON, "application/json"}:
        raise GarbledError(f"media type {kind or 'none'}")
    for name in _PARTIAL:
        if name in response.headers:
            raise GarbledError(f"a part of the result ({name})")


def read(content: bytes) -> dict[str, Any]:
    """A result of the right shape."""
    try:
        found: dict[str, Any] = json.loads(content)
        if isinstance(found.get("boolean"), bool):
            return found
        names = found["head"]["vars"]
        rows = found["results"]["bindings"]
        if all(isinstance(name, str) for name in names) and all(map(_is_row, rows)):
            return found
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise GarbledError("no JSON result to its end") from error
    raise GarbledError("no JSON result")


def _is_row(row: Any) -> bool:  # noqa: ANN401 - whatever an engine sends
    told = (term[part] for term in row.values() for part in ("type", "value"))
    return all(isinstance(each, str) for each in told)
