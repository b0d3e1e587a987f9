"""The SPARQL endpoint: what strangers ask, answered by the workers of ``store.pool``."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from reviewgraph.errors import QueryError
from reviewgraph.rdf.formats import GRAPH_SYNTAXES, RESULT_SYNTAXES, ResultSyntax, Syntax
from reviewgraph.rdf.namespaces import PREFIXES
from reviewgraph.rdf.syntax import serialize
from reviewgraph.rdf.terms import quads_of
from reviewgraph.release.manifest import Release
from reviewgraph.store.guard import Kind, Query, examine
from reviewgraph.store.pool import TABLE, Answer, QueryRequest, Unwritable, WorkerPool
from reviewgraph.web import pages
from reviewgraph.web.addresses import SPARQL, Addresses
from reviewgraph.web.negotiation import HTML_TYPE, choose
from reviewgraph.web.problems import Problem, not_acceptable, problem_of
from reviewgraph.web.representations import is_current, with_charset
from reviewgraph.web.service_description import describe_service, endpoint_of
from reviewgraph.web.sparql_protocol import ALLOW, Operation, read_operation

# Examining a longer query takes long enough to be felt by others in the event loop.
_SHORT_QUERY = 8_192
_ROWS_ON_A_PAGE = 1_000
_NAMES = {"turtle": "ttl", "ntriples": "nt", "rdfxml": "rdf", "json-ld": "jsonld"}


@dataclass(frozen=True, slots=True)
class _Format:
    """One way to write a result, and what it is called by whom."""

    name: str
    media_types: tuple[str, ...]
    xml: bool = False

    @classmethod
    def of(cls, syntax: Syntax | ResultSyntax) -> _Format:
        name = syntax.extension if isinstance(syntax, Syntax) else syntax.name.lower()
        return cls(name, syntax.media_types, xml="xml" in syntax.media_type)


_PAGE = _Format("html", (HTML_TYPE,))
_RESULTS = (*map(_Format.of, RESULT_SYNTAXES), _PAGE)
_GRAPHS = (*map(_Format.of, GRAPH_SYNTAXES), _PAGE)
_FORMATS: dict[Kind, tuple[_Format, ...]] = {
    "solutions": _RESULTS,
    "boolean": _RESULTS,
    "graph": _GRAPHS,
}


def sparql_router(release: Release, pool: WorkerPool) -> APIRouter:
    """``/sparql`` over the release."""
    endpoint = _Endpoint(release, pool)
    router = APIRouter(tags=["SPARQL"])
    router.add_api_route(
        SPARQL,
        endpoint.answer,
        methods=["GET", "HEAD", "POST"],
        response_model=None,
        include_in_schema=False,
    )
    router.add_api_route(
        SPARQL, _options, methods=["OPTIONS"], response_model=None, include_in_schema=False
    )
    return router


async def _options() -> Response:
    return Response(status_code=204, headers={"Allow": ALLOW})


class _AnswerResponse(StreamingResponse):
    """Gives the worker up however the sending ends."""

    def __init__(self, answer: Answer, headers: Mapping[str, str], media_type: str) -> None:
        super().__init__(answer.chunks(), headers=headers, media_type=media_type)
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._answer.close()


class _Endpoint:
    """The endpoint of one release."""

    def __init__(self, release: Release, pool: WorkerPool) -> None:
        self._release = release
        self._pool = pool
        self._base = endpoint_of(release)
        self._prefixes = {**PREFIXES, **release.prefixes}
        self._addresses = Addresses(release.base)

    async def answer(self, request: Request) -> Response:
        """Answer a request of the protocol."""
        limits = self._pool.limits
        operation = await read_operation(request, limits.query_bytes)
        if operation.query is None:
            if request.method == "POST":
                raise Problem(400, "ไม่มีพารามิเตอร์ query", "there is no query parameter")
            return await self._about(request, operation)
        try:
            return await self._evaluate(request, operation, operation.query)
        except QueryError as error:
            if self._wants_page(request, operation):
                return self._page(request, operation, error=error)
            raise

    async def _evaluate(self, request: Request, operation: Operation, text: str) -> Response:
        limits = self._pool.limits
        if len(text) > _SHORT_QUERY:
            query = await asyncio.to_thread(examine, text, limits)
        else:
            query = examine(text, limits)
        chosen, media_type = _choose(request, operation, _FORMATS[query.kind])
        headers = {"Vary": "Accept", "Cache-Control": "no-store"}
        current = False
        if request.method != "POST" and not query.volatile and chosen is not _PAGE:
            headers["Cache-Control"] = "no-cache"
            headers["ETag"] = self._etag(operation, chosen, media_type)
            current = is_current(request, headers["ETag"])
            # The tag was handed out with an answer once, and a release does not change. ``*`` is
            # any answer: whether there is one has to be seen first (RFC 9110 13.2.1).
            if current and request.headers["if-none-match"].strip() != "*":
                return Response(status_code=304, headers=headers)
        answer = await self._ask(request, operation, query, chosen)
        if answer is None:
            return Response(status_code=499)  # nobody is there to read it
        if current:
            answer.close()
            return Response(status_code=304, headers=headers)
        if chosen is _PAGE:
            return self._page(request, operation, table=await _table(answer))
        if chosen.name in ("csv", "tsv"):
            # A spreadsheet may take a cell for a formula: it is to be opened on purpose.
            headers["Content-Disposition"] = f'attachment; filename="result.{chosen.name}"'
        headers["X-Content-Type-Options"] = "nosniff"
        content_type = with_charset(media_type)
        if answer.complete is not None:
            return Response(answer.complete, headers=headers, media_type=content_type)
        return _AnswerResponse(answer, headers, content_type)

    async def _ask(
        self, request: Request, operation: Operation, query: Query, chosen: _Format
    ) -> Answer | None:
        """The answer, or ``None`` if the client has gone."""
        asked = QueryRequest(
            query,
            TABLE if chosen is _PAGE else chosen.media_types[0],
            operation.default_graphs,
            operation.named_graphs,
            self._base,
            self._prefixes,
            _ROWS_ON_A_PAGE,
        )
        asking = asyncio.create_task(self._pool.ask(asked))
        leaving = asyncio.create_task(_left(request))
        handed_over = False
        try:
            await asyncio.wait({asking, leaving}, return_when=asyncio.FIRST_COMPLETED)
            handed_over = asking.done()
            return asking.result() if handed_over else None
        except Unwritable as error:
            others = [f for f in _FORMATS[query.kind] if f is not chosen and not f.xml]
            offers = _offers(request, operation, others)
            raise not_acceptable(offers, error.words) from error
        finally:
            leaving.cancel()
            if not handed_over:
                asking.cancel()
                asking.add_done_callback(_close)

    def _etag(self, operation: Operation, chosen: _Format, media_type: str) -> str:
        parts = [
            self._release.name,
            self._release.generator,
            operation.query,
            operation.default_graphs,
            operation.named_graphs,
            chosen.name,
            media_type,
        ]
        digest = hashlib.sha256(json.dumps(parts).encode("utf-8", "surrogatepass")).hexdigest()
        # Weak: labels of blank nodes may differ from one evaluation to the next.
        return f'W/"{digest[:32]}"'

    async def _about(self, request: Request, operation: Operation) -> Response:
        chosen, media_type = _choose(request, operation, _GRAPHS)
        if chosen is _PAGE:
            return self._page(request, operation)
        headers = {
            "Vary": "Accept",
            "Cache-Control": "no-cache",
            "ETag": self._etag(operation, chosen, media_type),
        }
        if is_current(request, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        syntax = next(each for each in GRAPH_SYNTAXES if each.extension == chosen.name)
        content = await asyncio.to_thread(self._description, syntax)
        return Response(content, headers=headers, media_type=with_charset(media_type))

    def _description(self, syntax: Syntax) -> bytes:
        graph = describe_service(self._release)
        return serialize(quads_of(graph), syntax, PREFIXES)

    def _wants_page(self, request: Request, operation: Operation) -> bool:
        if operation.format:
            return operation.format == _PAGE.name
        types = [media_type for each in _RESULTS for media_type in each.media_types]
        return choose(request.headers.get("accept"), types) == HTML_TYPE

    def _page(
        self,
        request: Request,
        operation: Operation,
        table: dict[str, Any] | None = None,
        error: QueryError | None = None,
    ) -> Response:
        problem = problem_of(error) if error else None
        names: tuple[_Format, ...] = ()
        if table is not None:
            names = _GRAPHS if table.get("graph") else _RESULTS
        response = pages.render(
            request,
            "sparql.html",
            query=operation.query or "",
            operation=operation,
            table=table and self._linked(table),
            problem=problem,
            downloads=[
                (each.name, _address(operation, each)) for each in names if each is not _PAGE
            ],
            examples=self._release.questions,
            prefixes=self._prefixes,
            seconds=self._pool.limits.seconds,
        )
        varies = [response.headers["Vary"]] if "Vary" in response.headers else []
        response.headers["Vary"] = ", ".join(["Accept", *varies])
        if problem is not None:
            response.status_code = problem.status
            response.headers.update(problem.headers)
            response.headers["Cache-Control"] = "no-store"
        return response

    def _linked(self, table: dict[str, Any]) -> dict[str, Any]:
        """The table with the address that each IRI in it leads to."""
        for row in table.get("rows", ()):
            for cell in row:
                if cell and cell["type"] == "iri":
                    cell["href"] = self._addresses.href(cell["value"])
        return table


def _choose(
    request: Request, operation: Operation, formats: tuple[_Format, ...]
) -> tuple[_Format, str]:
    """The format and the media type that it is labelled with."""
    # Registered types first: among equals, nobody gets an alias who did not ask for it.
    order = [each.media_types[0] for each in formats]
    by_type = {media_type: each for each in formats for media_type in each.media_types}
    order += [media_type for media_type in by_type if media_type not in order]
    if operation.format:
        wanted = _NAMES.get(operation.format.lower(), operation.format.lower())
        for each in formats:
            if wanted in (each.name, *each.media_types):
                return each, each.media_types[0]
    else:
        media_type = choose(request.headers.get("accept"), order)
        if media_type is not None:
            return by_type[media_type], media_type
    raise not_acceptable(_offers(request, operation, formats))


def _offers(
    request: Request, operation: Operation, formats: Iterable[_Format]
) -> dict[str, str | None]:
    """Formats by media type; what was asked by GET has an address in each of them."""
    return {
        each.media_types[0]: None if request.method == "POST" else _address(operation, each)
        for each in formats
    }


async def _table(answer: Answer) -> dict[str, Any]:
    content = b"".join([chunk async for chunk in answer.chunks()])
    table: dict[str, Any] = json.loads(content)
    return table


async def _left(request: Request) -> None:
    """Wait until the client closes its connection."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _close(asking: asyncio.Task[Answer]) -> None:
    """Give up what came after all."""
    if not asking.cancelled() and asking.exception() is None:
        asking.result().close()


def _address(operation: Operation, chosen: _Format) -> str:
    """The address of the operation's answer in a format."""
    parameters = {
        "query": operation.query if operation.query is not None else (),
        "default-graph-uri": operation.default_graphs,
        "named-graph-uri": operation.named_graphs,
        "format": chosen.name,
    }
    return f"{SPARQL}?{urlencode(parameters, doseq=True)}"
