"""Lines of the log: for people, or one JSON object each.

Whatever a stranger wrote is escaped: a line of the log is always a line of ours.
"""

from __future__ import annotations

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final

from reviewgraph.errors import printable

REQUEST: Final[ContextVar[str]] = ContextVar("request", default="")
"""The identifier of the request that is being answered."""
_ACCESS = logging.getLogger("reviewgraph.access")
_LONGEST_PATH: Final = 300


class JsonLines(logging.Formatter):
    """A record as a JSON object: time, level, message, and the request that it belongs to."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, ASCII."""
        message = record.getMessage()
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
        }
        if request := REQUEST.get():
            entry["request"] = request
        entry |= _members(message)
        if record.exc_info:
            entry["trace"] = self.formatException(record.exc_info)
        return json.dumps(entry)


class PlainLines(logging.Formatter):
    """A record as its message; what a terminal would obey is escaped."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, or a trace behind it."""
        lines = [printable(record.getMessage())]
        if record.exc_info:
            lines.append(self.formatException(record.exc_info))
        return "\n".join(lines)


def access(method: str, path: str, status: int, size: int, seconds: float) -> None:
    """A request has been answered; who asked and what for stays unsaid."""
    _ACCESS.info(
        "%s",
        json.dumps(
            {
                "event": "request",
                "method": method[:20],
                "path": path[:_LONGEST_PATH],
                "status": status,
                "bytes": size,
                "ms": round(seconds * 1000, 2),
                **({"request": REQUEST.get()} if REQUEST.get() else {}),
            }
        ),
    )


def _members(message: str) -> dict[str, Any]:
    """A message that is a JSON object already, or a member for it."""
    if message.startswith("{"):
        try:
            found = json.loads(message)
        except ValueError:
            pass
        else:
            if isinstance(found, dict):
                return found
    return {"message": message}
