"""The release in force, whichever that is: an application that another takes the place of.

While a site is served, a build may put a new release in force. It is looked at from time to time;
a new release is opened and compared with its manifest, an application is started for it, and from
one moment on requests go there. The old one ends when its last request has been answered. A release
that cannot be opened changes nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from reviewgraph.errors import ReviewgraphError
from reviewgraph.release.history import Entry, of_release
from reviewgraph.release.manifest import CURRENT, Release, open_release, verify
from reviewgraph.web.shortcut import Shortcut

LOOK_SECONDS: Final = 1.0
DRAIN_SECONDS: Final = 600.0
"""After so long what is still being read from the old release is broken off."""

_LOOK_AT_OLD = 0.05
Make = Callable[[Release, Sequence[Entry]], FastAPI]

_logger = logging.getLogger(__name__)


class Changeover:
    """An ASGI application over the release in force.

    Args:
        make: the application of a release, given its history.
        release: the one to begin with.
        out: the output folder that says which one is in force; without one it stays the same.
    """

    def __init__(self, make: Make, release: Release, out: Path | None = None) -> None:
        self._make = make
        self._out = out
        self._drafts = release.preview  # the site of a release never becomes a preview
        self._looked_at = release.name
        self._served = _Served(make(release, of_release(release)))
        self._ending: set[asyncio.Task[None]] = set()
        self._ended = asyncio.Event()
        self.shortcut = Shortcut(self._served.app.state.endpoint)

    @property
    def app(self) -> FastAPI:
        """The application that requests go to."""
        return self._served.app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; live and end as the server says."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self._served(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await self._served.start()
        except Exception as error:
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            raise
        watching = asyncio.create_task(self._watch()) if self._out else None
        await send({"type": "lifespan.startup.complete"})
        await receive()
        if watching is not None:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
        for task in self._ending:
            task.cancel()
        await asyncio.gather(*self._ending, return_exceptions=True)
        await self._served.end()
        await send({"type": "lifespan.shutdown.complete"})

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            with suppress(OSError):
                name = await asyncio.to_thread(self._in_force)
                if name != self._looked_at:
                    self._looked_at = name
                    await self._change()

    def _in_force(self) -> str:
        return (self._out or Path()).joinpath(CURRENT).readlink().name

    async def _change(self) -> None:
        try:
            release = await asyncio.to_thread(self._opened)
            new = _Served(await asyncio.to_thread(self._make, release, of_release(release)))
            await new.start()
        except (ReviewgraphError, OSError) as error:
            _logger.error(  # noqa: TRY400 - a trace would tell the operator nothing
                "รุ่นใหม่ %s ใช้ไม่ได้ ยังใช้รุ่นเดิม / the new release %s cannot be served, "
                "the last one stays: %s",
                self._looked_at[:12],
                self._looked_at[:12],
                error,
            )
            return
        old, self._served = self._served, new
        self.shortcut.change_to(new.app.state.endpoint)
        _logger.info("ใช้รุ่นใหม่ / now serving release %s", release.name[:12])
        task = asyncio.create_task(old.drain())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    def _opened(self) -> Release:
        release = open_release(self._out or Path(), drafts=self._drafts)
        verify(release)
        return release


class _Served:
    """An application with its own life: it has to end in the task that it began in."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self._requests = 0
        self._end = asyncio.Event()
        self._begun: asyncio.Future[None] | None = None
        self._life: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._requests += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self._requests -= 1

    async def start(self) -> None:
        """Begin; whatever hinders it is raised here."""
        self._begun = asyncio.get_running_loop().create_future()
        self._life = asyncio.create_task(self._live(self._begun))
        await self._begun

    async def _live(self, begun: asyncio.Future[None]) -> None:
        try:
            async with self.app.router.lifespan_context(self.app):
                begun.set_result(None)
                await self._end.wait()
        except BaseException as error:
            if not begun.done():
                begun.set_exception(error)
                return
            raise

    async def drain(self) -> None:
        """End when the last request has been answered."""
        try:
            async with asyncio.timeout(DRAIN_SECONDS):
                # Requests, queries and readers of files: nothing tells of the last of them.
                while self._busy():  # noqa: ASYNC110
                    await asyncio.sleep(_LOOK_AT_OLD)
        except TimeoutError:
            _logger.warning("ตัดผู้อ่านรุ่นเก่าที่ค้างอยู่ / readers of the old release were broken off")
        finally:
            await self.end()

    def _busy(self) -> bool:
        return bool(self._requests) or any(pool.busy for pool in self.app.state.pools)

    async def end(self) -> None:
        """End now."""
        self._end.set()
        if self._life is not None:
            await asyncio.shield(self._life)
