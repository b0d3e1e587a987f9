"""``/sparql``: from a request of the protocol to a question for the workers, and back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from reviewgraph.errors import QueryError
from reviewgraph.rdf.formats import GRAPH_SYNTAXES
from reviewgraph.rdf.namespaces import PREFIXES
from reviewgraph.rdf.syntax import serialize
from reviewgraph.rdf.terms import quads_of
from reviewgraph.release.manifest import Release
from reviewgraph.store.pool import (
    Answer,
    NothingAcceptable,
    QueryRequest,
    Unwritable,
)
from reviewgraph.store.pools import Pool
from reviewgraph.web.addresses import SPARQL
from reviewgraph.web.conditions import is_current
from reviewgraph.web.problems import Problem, not_acceptable
from reviewgraph.web.representations import page_endings
from reviewgraph.web.sparql.api import GET, POST
from reviewgraph.web.sparql.budget import Budget
from reviewgraph.web.sparql.description import describe_service
from reviewgraph.web.sparql.explain import explanation
from reviewgraph.web.sparql.formats import (
    PAGE,
    RESULTS,
    Format,
    address,
    chosen,
    formats_of,
)
from reviewgraph.web.sparql.page import QueryPage
from reviewgraph.web.sparql.plan import Plan, Planner, head_of_304
from reviewgraph.web.sparql.protocol import ALLOW, Operation, read_operation
from reviewgraph.web.sparql.sending import as_response, asked

# The ASGI scope's key for an answer that was asked for before the application was called.
BEGUN: Final = "reviewgraph.answer"
_DESCRIBED: Final = (*map(Format.of, GRAPH_SYNTAXES), PAGE)


class Endpoint:
    """The endpoint of one release."""

    def __init__(
        self, release: Release, pool: Pool, planner: Planner, budget: Budget | None = None
    ) -> None:
        self.pool = pool
        self.budget = Budget(0) if budget is None else budget
        self.planner = planner
        self.release = release
        self._page = QueryPage(release, pool.limits)
        self._description = lru_cache(maxsize=len(GRAPH_SYNTAXES))(self._describe)

    async def answer(self, request: Request) -> Response:
        """Answer a request of the protocol."""
        return await self._answer(
            request, await read_operation(request, self.pool.limits.query_bytes)
        )

    async def page(self, request: Request, ending: str) -> Response:
        """Answer a GET with a page, unless it names another format."""
        operation = await read_operation(request, 0)
        return await self._answer(request, replace(operation, format=operation.format or ending))

    async def _answer(self, request: Request, operation: Operation) -> Response:
        if operation.query is None:
            if request.method == "POST":
                raise Problem(400, "ไม่มีพารามิเตอร์ query", "there is no query parameter")
            return await self._about(request, operation)
        try:
            return await self._evaluate(request, operation)
        except QueryError as error:
            if self._wants_page(request, operation):
                return self._page.render(request, operation, error=error)
            raise

    async def _evaluate(self, request: Request, operation: Operation) -> Response:
        headers = request.headers
        posted = request.method == "POST"
        plan = self.planner.plan(
            operation, headers.get("accept"), headers.get("accept-encoding", "")
        )
        if (
            not posted
            and not operation.explain
            and is_current(request, plan.etag)
            # The tag was handed out with an answer once, and a release does not change. ``*`` is
            # any answer: whether there is one has to be seen first (RFC 9110 13.2.1).
            and headers["if-none-match"].strip() != "*"
        ):
            return Response(status_code=304, headers=head_of_304(plan))
        answer = await self._ask(request, operation, plan)
        if answer is None:
            return Response(status_code=499)  # nobody is there to read it
        if operation.explain:
            return await explanation(plan.request, answer)
        if answer.head is not None and plan.choice(answer.head.kind).is_page:
            return self._page.render(request, operation, table=await _table(answer))
        return as_response(request, plan, answer, posted=posted)

    async def _ask(self, request: Request, operation: Operation, plan: Plan) -> Answer | None:
        """The answer, or ``None`` if the client has gone."""
        begun: Answer | None = request.scope.get(BEGUN)
        if begun is not None and begun.pool is not self.pool:
            begun.close()  # another release has been put in force since it was asked
            begun = None
        try:
            return await asked(
                request, self.pool, plan.request, self.budget, begun, fresh=operation.explain
            )
        except Unwritable as error:
            taken = plan.choice(error.kind).format
            others = [f for f in formats_of(error.kind) if f is not taken and not f.xml]
            raise not_acceptable(_offers(request, operation, others), error.words) from error
        except NothingAcceptable as error:
            formats = formats_of(error.kind)
            raise not_acceptable(_offers(request, operation, formats)) from error

    async def _about(self, request: Request, operation: Operation) -> Response:
        choice = chosen(_DESCRIBED, request.headers.get("accept"), operation.format)
        if choice is None:
            raise not_acceptable(_offers(request, operation, _DESCRIBED))
        if choice.is_page:
            return self._page.render(request, operation)
        headers = {
            "Vary": "Accept",
            "Cache-Control": "no-cache",
            "ETag": self.planner.etag(QueryRequest("", "", ""), None, choice),
        }
        if is_current(request, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        content = await asyncio.to_thread(self._description, choice.format.name)
        return Response(content, headers=headers | {"Content-Type": choice.content_type})

    def _describe(self, extension: str) -> bytes:
        syntax = next(each for each in GRAPH_SYNTAXES if each.extension == extension)
        return serialize(quads_of(describe_service(self.release)), syntax, PREFIXES)

    def _wants_page(self, request: Request, operation: Operation) -> bool:
        choice = chosen(RESULTS, request.headers.get("accept"), operation.format)
        return choice is not None and choice.is_page


def sparql_router(endpoint: Endpoint) -> APIRouter:
    """``/sparql``."""
    router = APIRouter(tags=["SPARQL"])
    for method, described in (("GET", GET), ("POST", POST)):
        router.add_api_route(
            SPARQL,
            endpoint.answer,
            methods=[method],
            response_model=None,
            operation_id=f"sparql_{method.lower()}",
            summary="SPARQL 1.1 Query",
            description="Without a query: what the service is (SPARQL 1.1 Service Description).",
            openapi_extra=described,
        )
    for ending in page_endings():
        router.add_api_route(
            f"{SPARQL}.{ending}",
            _page(endpoint, ending),
            methods=["GET"],
            response_model=None,
            include_in_schema=False,
        )
    router.add_api_route(
        SPARQL, _options, methods=["OPTIONS"], response_model=None, include_in_schema=False
    )
    return router


def _page(endpoint: Endpoint, ending: str) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        return await endpoint.page(request, ending)

    return answer


async def _options() -> Response:
    return Response(status_code=204, headers={"Allow": ALLOW})


async def _table(answer: Answer) -> dict[str, Any]:
    content = b"".join([chunk async for chunk in answer.chunks()])
    table: dict[str, Any] = json.loads(content)
    return table


def _offers(
    request: Request, operation: Operation, formats: Iterable[Format]
) -> dict[str, str | None]:
    """Formats by media type; what was asked by GET has an address in each of them."""
    return {
        each.media_types[0]: None if request.method == "POST" else address(operation, each)
        for each in formats
    }
