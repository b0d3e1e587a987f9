"""Competency questions are asked of a worker of their own.

Contributors wrote them and a stranger gives the values: together they may take for ever. So they
run as strangers' queries do, with a deadline and without the network, but in a lane where no
stranger's query stands before them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from anyio import from_thread

from reviewgraph.rdf.formats import RESULT_JSON
from reviewgraph.store.interface import Table
from reviewgraph.store.limits import Limits
from reviewgraph.store.pool import QueryRequest
from reviewgraph.store.pools import Pool
from reviewgraph.store.results import read_table

MOST_BYTES = 10_000_000
"""Of an answer: it is held whole, and made into a page."""
MOST_WAITING: Final = 8


def lane(limits: Limits) -> Limits:
    """The limits of the questions' own pool.

    Each that waits holds a thread, of which pages need some too.
    """
    limits = replace(limits, workers=1, waiting=MOST_WAITING)
    return replace(limits, result_bytes=MOST_BYTES, strict_bytes=MOST_BYTES)


class Asker:
    """Asks a pool from the thread of a request's handler."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def __call__(self, query: str) -> Table:
        """The answer to a SELECT query.

        Raises:
            QueryError: it has none: it took too long, is too large, or too many are waiting.
        """
        return from_thread.run(self._ask, query)

    async def _ask(self, query: str) -> Table:
        request = QueryRequest(query, RESULT_JSON.media_type, "")
        async with self._pool.answer(request) as answer:
            return read_table(b"".join([chunk async for chunk in answer.chunks()]))
