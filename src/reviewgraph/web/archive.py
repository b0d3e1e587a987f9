"""Releases that are kept: each with all its addresses below ``/releases/<name>``, for good.

Documents, graphs, rules, descriptions and dumps of an older release are what they were. Queries are
answered from the release in force alone.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from threading import Lock
from typing import Final

from anyio import to_thread
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from reviewgraph.errors import EngineError, ReleaseError
from reviewgraph.release.history import Entry
from reviewgraph.release.manifest import Release, open_release
from reviewgraph.web import addresses, definitions, entities, home, problems
from reviewgraph.web.addresses import Addresses, endings
from reviewgraph.web.backend import Backend
from reviewgraph.web.discovery import discovery_router
from reviewgraph.web.downloads import downloads_router
from reviewgraph.web.problems import Problem
from reviewgraph.web.report import report_router
from reviewgraph.web.rules import rules_router
from reviewgraph.web.site import SHORT_NAME, Site

MOST_OPEN: Final = 16
_ADDRESS: Final = re.compile(rb"/releases/([0-9a-f]{64})(/.*)?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Kept:
    """A release that is kept, and since when it was in force for the first time."""

    name: str
    since: datetime

    @property
    def prefix(self) -> str:
        """What its addresses begin with."""
        return f"{addresses.RELEASES}/{self.name}"


class Archive:
    """The releases beside the one in force, opened when somebody asks; an ASGI application.

    Args:
        release: the one in force.
        history: when which was in force, oldest first; empty if nobody knows.
        modified: since when the release is in force, for want of a history.
        backend: where the statements of all of them lie.
    """

    def __init__(
        self, release: Release, history: Iterable[Entry], modified: datetime, backend: Backend
    ) -> None:
        self._release = release
        self._backend = backend
        self.history = tuple(history) or (Entry(release.name, modified),)
        self._opened: OrderedDict[str, tuple[Site, ASGIApp]] = OrderedDict()
        self._lock = Lock()
        self._has = lru_cache(maxsize=4096)(self._look_for)
        first: dict[str, Kept] = {}
        for entry in self.history:
            if entry.kept:
                first.setdefault(entry.release, Kept(entry.release, entry.since))
        self.kept = tuple(first.values())

    def find(self, name: str) -> Kept | None:
        """The release of this name, or of one that begins so."""
        found = [each for each in self.kept if each.name.startswith(name)]
        return found[0] if len(found) == 1 and len(name) >= SHORT_NAME else None

    def site(self, kept: Kept) -> Site:
        """The site of a release that is kept.

        Raises:
            Problem: 404 if it cannot be opened by this version of the program.
        """
        return self._open(kept)[0]

    def at(self, when: datetime, path: str) -> Kept | None:
        """The release in force at a moment, or nearest to it, of those that have a path."""
        mementos = {each.name: each for each in self.mementos(path)}
        found = [entry for entry in self.history if entry.release in mementos]
        if not found:
            return None
        before = [entry for entry in found if entry.since <= when]
        return mementos[(before[-1] if before else found[0]).release]

    def mementos(self, path: str) -> list[Kept]:
        """The releases that have something at a path, oldest first."""
        return [each for each in self.kept if self._has(each, path)]

    def _look_for(self, kept: Kept, path: str) -> bool:
        if not path.startswith(("/doc/", "/id/")):
            return True
        try:
            site = self.site(kept)
        except Problem:
            return False
        candidates = Addresses(site.release.base).entities
        return any(site.knows(iri) for stem, _ in endings(path) for iri in candidates(stem))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request below ``/releases/<name>`` as that release would."""
        raw: bytes = scope.get("raw_path") or addresses.uri(scope["path"]).encode()
        match = _ADDRESS.fullmatch(raw.partition(b"?")[0])
        kept = self.find(match[1].decode()) if match else None
        if match is None or match[2] is None or kept is None:
            raise Problem(404, "ไม่มีรุ่นนี้ในเว็บ", "there is no such release here")
        _, app = await to_thread.run_sync(self._open, kept)
        path = scope["path"].removeprefix(kept.prefix)
        await app({**scope, "path": path, "raw_path": match[2], "root_path": ""}, receive, send)

    def _open(self, kept: Kept) -> tuple[Site, ASGIApp]:
        with self._lock:
            found = self._opened.pop(kept.name, None)
            if found is None:
                found = self._opened_anew(kept)
            self._opened[kept.name] = found
            while len(self._opened) > MOST_OPEN:
                self._opened.popitem(last=False)
            return found

    def _opened_anew(self, kept: Kept) -> tuple[Site, ASGIApp]:
        folder = self._release.path.parent / kept.name
        release, drafts = self._release, self._release.preview
        try:
            if kept.name != release.name:
                release = open_release(folder, drafts=drafts)
            store = self._backend.store(release)
            site = Site(release, kept.since, kept.prefix, store=store)
        except (ReleaseError, EngineError) as error:
            raise Problem(
                404,
                f"รุ่น {kept.name[:SHORT_NAME]} เปิดไม่ได้ด้วยโปรแกรมรุ่นนี้",
                f"release {kept.name[:SHORT_NAME]} cannot be opened by this version",
            ) from error
        return site, _application(site)


def _application(site: Site) -> FastAPI:
    """The part of the site that an older release has."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.site = site
    problems.install(app)
    for router in (
        home.router,
        entities.router,
        definitions.graphs_router,
        downloads_router(site.release),
        discovery_router(site.release),
        rules_router(site.release),
        report_router(site.release),
        definitions.router,
    ):
        app.include_router(router)
    return app
