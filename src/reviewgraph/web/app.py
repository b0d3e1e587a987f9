"""The web application: one release in, an ASGI application out."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from fastapi import APIRouter, FastAPI

from reviewgraph.errors import Words
from reviewgraph.release.history import Entry
from reviewgraph.release.manifest import SEARCH_FILE, Release
from reviewgraph.release.texts import texts_of
from reviewgraph.store.limits import Limits
from reviewgraph.web import (
    addresses,
    definitions,
    entities,
    figures,
    home,
    interface,
    memento,
    problems,
    static,
    vocabulary,
)
from reviewgraph.web.archive import Archive
from reviewgraph.web.asker import Asker
from reviewgraph.web.backend import Backend, Here, OnFinished
from reviewgraph.web.discovery import discovery_router
from reviewgraph.web.downloads import downloads_router
from reviewgraph.web.envelope import Envelope, headers_of
from reviewgraph.web.explorer import explorer_router
from reviewgraph.web.feed import feed_router
from reviewgraph.web.pages import told
from reviewgraph.web.questions import questions_router
from reviewgraph.web.reconcile import matches, previews, suggestions
from reviewgraph.web.releases import releases_router
from reviewgraph.web.report import report_router
from reviewgraph.web.rules import rules_router
from reviewgraph.web.search import search_router
from reviewgraph.web.site import Site
from reviewgraph.web.sparql.budget import Budget
from reviewgraph.web.sparql.endpoint import Endpoint, sparql_router
from reviewgraph.web.sparql.graph_store import graph_store_router
from reviewgraph.web.sparql.plan import Planner

_logger = logging.getLogger(__name__)


def create_app(
    release: Release,
    limits: Limits | None = None,
    backend: Backend | None = None,
    finished: OnFinished = None,
    history: Sequence[Entry] = (),
    texts: Mapping[str, str] | None = None,
    budget: Budget | None = None,
) -> FastAPI:
    """The site of a release.

    Args:
        release: what to serve; it stays the same for as long as the application lives.
        limits: what a stranger's query may take.
        backend: where the statements lie; without one in the release's folder.
        finished: is told of every query that has ended.
        history: when which release was in force, this one last.
        texts: those of sources that are at hand, by the source's IRI: pages show passages of them.
        budget: what the queries of one client may take; whoever makes it is told of each by
            ``finished`` and has it spent.

    Raises:
        ReleaseError: the release's store cannot be opened.
        EngineError: the engine elsewhere does not hold the release.
    """
    backend = backend or Here()
    pools = backend.pools(release, limits or Limits(), finished)
    pool = pools.strangers
    planner = Planner(release)
    budget = Budget(0) if budget is None else budget  # an empty one is false
    endpoint = Endpoint(release, pool, planner, budget)
    since = history[-1].since if history else None
    site = Site(release, since, texts=texts, store=backend.store(release))
    archive = Archive(release, history, site.modified, backend)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        _logger.info(*pools.told)
        async with AsyncExitStack() as stack:
            for each in pools.opened:
                await stack.enter_async_context(each)
            site.ask = Asker(pools.own)
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
    site.interface = app.openapi
    app.state.archive = archive
    app.state.endpoint = endpoint
    app.state.pools = (pool, pools.own)
    problems.install(app)
    app.add_middleware(Envelope, headers=headers_of(release))
    for router in (
        home.router,
        static.router,
        entities.router,
        figures.router,
        graph_store_router(release, pool, planner, budget),
        questions_router(release),
        downloads_router(release),
        discovery_router(release),
        rules_router(release),
        report_router(release),
        releases_router(archive),
        feed_router(archive),
        memento.router,
        search_router(release),
        vocabulary.router,
        explorer_router(release),
        *_reconciliation(release),
        interface.router,
        sparql_router(endpoint),
        definitions.router,  # the last: it takes every address that is left
    ):
        app.include_router(router)
    return app


def applications(
    limits: Limits,
    backend: Backend,
    finished: OnFinished,
    sources: Path | None = None,
    budget: Budget | None = None,
) -> Callable[[Release, Sequence[Entry]], FastAPI]:
    """What makes the site of any release, given its history; as ``create_app``.

    ``sources`` is a folder with the texts of sources, looked through for each release.
    """

    def make(release: Release, history: Sequence[Entry]) -> FastAPI:
        notes: list[Words] = []
        texts = texts_of(release, sources, notes) if sources else {}
        for note in notes:
            _logger.warning("%s / %s", note.th, note.en)
        return create_app(release, limits, backend, finished, history, texts, budget)

    return make


def _reconciliation(release: Release) -> tuple[APIRouter, ...]:
    """The routes that match names, if the release has any."""
    if SEARCH_FILE not in release.files:
        return ()
    return matches.router, suggestions.router, previews.router
