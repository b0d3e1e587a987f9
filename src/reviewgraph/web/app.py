"""The web application: one release in, an ASGI application out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from reviewgraph.release.manifest import Release
from reviewgraph.store.limits import Limits
from reviewgraph.store.pool import WorkerPool
from reviewgraph.web import addresses, definitions, entities, home, problems, static
from reviewgraph.web.asker import Asker, lane
from reviewgraph.web.downloads import downloads_router
from reviewgraph.web.envelope import Envelope
from reviewgraph.web.pages import told
from reviewgraph.web.questions import questions_router
from reviewgraph.web.report import report_router
from reviewgraph.web.rules import rules_router
from reviewgraph.web.site import Site
from reviewgraph.web.sparql import sparql_router


def create_app(release: Release, limits: Limits | None = None) -> FastAPI:
    """The site of a release.

    Args:
        release: what to serve; it stays the same for as long as the application lives.
        limits: what a stranger's query may take.
    """
    limits = limits or Limits()
    pool = WorkerPool(release.store_path, limits)
    site = Site(release)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with pool, WorkerPool(release.store_path, lane(limits)) as own_pool:
            site.ask = Asker(own_pool)
            yield

    app = FastAPI(
        title=told(release.titles, "en") or "reviewgraph",
        description=told(release.descriptions, "en"),
        version=release.name[:12],
        openapi_url=addresses.OPENAPI,
        docs_url=None,  # both pages would load their scripts from another host
        redoc_url=None,
        redirect_slashes=False,  # it would redirect to whatever the Host header says
        lifespan=lifespan,
    )
    app.state.site = site
    problems.install(app)
    app.add_middleware(Envelope)
    for router in (
        home.router,
        static.router,
        entities.router,
        definitions.graphs_router,
        questions_router(release),
        downloads_router(release),
        rules_router(release),
        report_router(release),
        sparql_router(release, pool),
        definitions.router,  # the last: it takes every address that is left
    ):
        app.include_router(router)
    return app
