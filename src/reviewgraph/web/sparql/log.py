"""The log of slow queries: one line of JSON each.

Literals may be personal (somebody looks for a name), so they are left out unless the operator
asks for them. Comments are left out with them.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import time
from dataclasses import dataclass

from reviewgraph.errors import QueryError
from reviewgraph.store.pool import Answer
from reviewgraph.store.terminals import tokens

# Reading a longer query would be felt by others in the event loop.
_LONGEST_TEXT = 4_096

_NO_ADDRESS = re.compile(r"<(?!https?://)")

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class QueryLog:
    """Logs what took longer than ``seconds`` from being asked to its end, and what failed so."""

    seconds: float
    literals: bool = False

    def __call__(self, answer: Answer) -> None:
        """Log it if it was slow."""
        took = time.monotonic() - answer.asked
        if took < self.seconds:
            return
        text = answer.request.text
        shown = text[:_LONGEST_TEXT]
        head = answer.head
        entry = {
            "event": "slow query",
            "outcome": _outcome(answer),
            "seconds": round(took, 3),
            "worker_seconds": round(head.total / 1e6, 3) if head and not answer.error else None,
            "bytes": answer.size,
            "digest": hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16],
            "query": shown if self.literals else without_literals(shown),
        }
        # ASCII only: whatever a stranger writes stays in its line.
        _logger.warning("%s", json.dumps(entry))


def without_literals(text: str) -> str:
    """The query with its strings and numbers replaced, in one line and without comments."""
    found = []
    try:
        for token in tokens(text):
            if token.kind == "string":
                found.append('"…"')
            elif token.kind == "number":
                found.append("0")
            elif token.kind == "iri" and _NO_ADDRESS.match(token.text):
                found.append("<…>")  # or a comparison with something that is none of our business
            else:
                found.append(token.text)
    except QueryError:  # a string that does not end: nothing from there on is shown
        found.append("…")
    return " ".join(found)


def _outcome(answer: Answer) -> str:
    if answer.error is not None:
        return type(answer.error).__name__
    return "left" if answer.gone else "answered"
