"""SPARQL 1.1 Graph Store HTTP Protocol, for reading: one graph of the release, or their merge.

A graph below the base is also read at its own address (section 4.1): see ``web.definitions``.
Without a parameter the store's address is a page that lists its graphs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from reviewgraph.release.manifest import Release
from reviewgraph.store.pool import QueryRequest, Unwritable
from reviewgraph.store.pools import Pool
from reviewgraph.web.addresses import GRAPHS
from reviewgraph.web.conditions import is_current
from reviewgraph.web.definitions import graphs
from reviewgraph.web.problems import Problem, not_acceptable
from reviewgraph.web.representations import ending_of, page_endings, respond
from reviewgraph.web.site import site_of
from reviewgraph.web.sparql.budget import Budget
from reviewgraph.web.sparql.formats import GRAPH_FORMATS, PAGE
from reviewgraph.web.sparql.plan import Planner, head_of_304
from reviewgraph.web.sparql.protocol import parameters
from reviewgraph.web.sparql.sending import as_response, asked

ALLOW: Final = "GET, HEAD, OPTIONS"
_FORMATS: Final = tuple(each for each in GRAPH_FORMATS if each is not PAGE)


def graph_store_router(release: Release, pool: Pool, planner: Planner, budget: Budget) -> APIRouter:
    """``/graphs``: the graph store, and the list of its graphs."""
    router = APIRouter(tags=["graphs"])
    store = _GraphStore(release, pool, planner, budget)
    router.add_api_route(GRAPHS, store.answer, methods=["GET"], response_class=Response)
    for ending in page_endings():
        router.add_api_route(
            f"{GRAPHS}.{ending}", _page(ending), methods=["GET"], include_in_schema=False
        )
    router.add_api_route(GRAPHS, _options, methods=["OPTIONS"], include_in_schema=False)
    return router


async def _options() -> Response:
    return Response(status_code=204, headers={"Allow": ALLOW})


class _GraphStore:
    """The graphs of one release."""

    def __init__(self, release: Release, pool: Pool, planner: Planner, budget: Budget) -> None:
        self._budget = budget
        self._release = release
        self._pool = pool
        self._planner = planner

    async def answer(self, request: Request) -> Response:
        """The named graphs with their sizes; ``?graph=IRI`` or ``?default``: one of them."""
        given = parameters(request.scope.get("query_string", b""))
        asked_for = [(name, value) for name, value in given if name in ("graph", "default")]
        if not asked_for:
            return await run_in_threadpool(_listed, request)
        if len(asked_for) > 1:
            raise Problem(
                400,
                "ระบุ graph หรือ default อย่างใดอย่างหนึ่งเพียงครั้งเดียว",
                "give either graph or default, once",
            )
        name, iri = asked_for[0]
        if name == "graph" and iri not in self._release.graphs:
            raise Problem(404, f"ไม่มีกราฟ {iri}", f"there is no graph {iri}")
        return await self._graph(request, (iri,) if name == "graph" else ())

    async def _graph(self, request: Request, default_graphs: tuple[str, ...]) -> Response:
        headers = request.headers
        plan = self._planner.plan_graph(
            QueryRequest("", "", "", default_graphs, whole=True),
            _FORMATS,
            headers.get("accept"),
            headers.get("accept-encoding", ""),
        )
        if plan.graph is None:
            raise not_acceptable(_offers())
        if is_current(request, plan.etag):
            return Response(status_code=304, headers=head_of_304(plan))
        try:
            answer = await asked(request, self._pool, plan.request, self._budget)
        except Unwritable as error:
            raise not_acceptable(_offers(), error.words) from error
        if answer is None:
            return Response(status_code=499)  # nobody is there to read it
        return as_response(request, plan, answer)


def _listed(request: Request) -> Response:
    site = site_of(request)
    return respond(request, site, graphs(site))


def _page(ending: str) -> Callable[[Request], Response]:
    wanted = ending_of(ending)

    def answer(request: Request) -> Response:
        site = site_of(request)
        return respond(request, site, graphs(site), wanted)

    return answer


def _offers() -> dict[str, str | None]:
    return {each.media_types[0]: None for each in _FORMATS}
