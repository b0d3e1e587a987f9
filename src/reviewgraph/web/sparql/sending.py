"""Between a request and its answer: waiting for it, sending it, noticing that nobody reads it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from reviewgraph.errors import QueryError
from reviewgraph.store.pool import Answer, QueryRequest
from reviewgraph.store.pools import Pool
from reviewgraph.web.conditions import is_current
from reviewgraph.web.sparql.budget import Budget
from reviewgraph.web.sparql.plan import Plan, head_of, head_of_304

# A reader that has taken nothing for so long is given up: what waits for it takes room.
STALLED_SECONDS = 60.0


async def asked(
    request: Request,
    pool: Pool,
    query: QueryRequest,
    budget: Budget,
    begun: Answer | None = None,
    *,
    fresh: bool = False,
) -> Answer | None:
    """The answer as soon as it is ready, or ``None`` if the client goes before that.

    Args:
        request: whose client waits.
        pool: is asked.
        query: what to ask it.
        budget: what the client may take.
        begun: the answer, if it has been asked for before.
        fresh: whether what is kept will not do.

    Raises:
        TooOften: the client has used the time that it had.
        QueryError: there is no answer.
    """
    ready = asyncio.Event()
    answer = begun
    if answer is None:
        client = request.client.host if request.client else ""
        budget.check(client)
        answer = pool.submit(query, lambda _: ready.set(), fresh=fresh)
        answer.client = client
    else:
        answer.told = lambda _: ready.set()
    if not answer.ready:
        waiting = asyncio.ensure_future(ready.wait())
        leaving = asyncio.ensure_future(left(request.receive))
        try:
            await asyncio.wait({waiting, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
            leaving.cancel()
            if not answer.ready:
                answer.close()
        if not answer.ready:
            return None
    if answer.head is None and answer.error is not None:
        raise answer.error
    return answer


def as_response(request: Request, plan: Plan, answer: Answer, *, posted: bool = False) -> Response:
    """An answer that is no page, or the word that the client has it already."""
    if answer.head is None:
        raise AssertionError("an answer without an error has a head")
    headers = dict(head_of(plan, answer.head, posted=posted))
    if "ETag" in headers and is_current(request, plan.etag):
        answer.close()
        return Response(status_code=304, headers=head_of_304(plan))
    if answer.whole is not None:
        return Response(answer.whole, headers=headers)
    return AnswerResponse(answer, headers)


class AnswerResponse(Response):
    """An answer in pieces; its worker is given up however the sending ends.

    One that breaks off is not ended: the server closes the connection without the last chunk, by
    which the client knows.
    """

    def __init__(self, answer: Answer, headers: Mapping[str, str]) -> None:
        super().__init__(headers=headers)
        del self.headers["Content-Length"]
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send it."""
        answer = self._answer
        leaving = asyncio.ensure_future(left(receive))
        leaving.add_done_callback(lambda _: answer.close())
        try:
            await send(
                {
                    "type": "http.response.start",
                    "status": self.status_code,
                    "headers": self.raw_headers,
                }
            )
            async for chunk in answer.chunks():
                async with asyncio.timeout(STALLED_SECONDS):
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
            if not answer.gone:
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        except (QueryError, TimeoutError):
            pass  # the query log has it
        finally:
            leaving.cancel()
            answer.close()


async def left(receive: Receive) -> None:
    """Wait until the client closes its connection."""
    while (await receive())["type"] != "http.disconnect":
        pass
