"""Every request is given a name, counted and, if wished, logged."""

from __future__ import annotations

import re
import time
import uuid
from typing import Any, Final, Protocol

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reviewgraph.store.answer import Answer
from reviewgraph.web.envelope import SECURITY
from reviewgraph.web.watching import log
from reviewgraph.web.watching.metrics import CONTENT_TYPE, Metrics
from reviewgraph.web.watching.ready import readiness

_GIVEN: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
"""A name that a proxy gives a request is taken if it can do no harm in a log."""
_FAULT: Final = 500
READY: Final = "/readyz"
METRICS: Final = "/metrics"


class Served(Protocol):
    """What is served: an ASGI application that knows which release's it is now."""

    @property
    def app(self) -> FastAPI:
        """The application that requests go to."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""


class Watch:
    """What is known of a server's requests and queries.

    Args:
        access_log: whether each request has a line in the log.
        public_metrics: whether ``/metrics`` is answered.
    """

    def __init__(self, *, access_log: bool = False, public_metrics: bool = True) -> None:
        self.metrics = Metrics()
        self.access_log = access_log
        self.public_metrics = public_metrics

    def request(self, method: str, path: str, status: int, size: int, seconds: float) -> None:
        """A request has been answered."""
        self.metrics.request(method, path, status, seconds)
        if self.access_log:
            log.access(method, path, status, size, seconds)

    def query(self, answer: Answer) -> None:
        """A query has come to its end."""
        self.metrics.query(answer)


class Watched:
    """ASGI middleware around what a socket serves, which also answers ``/readyz``, ``/metrics``."""

    def __init__(self, app: ASGIApp, watch: Watch, served: Served) -> None:
        self._app = app
        self._watch = watch
        self._served = served

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        given = Headers(scope=scope).get("x-request-id", "")
        name = given if _GIVEN.fullmatch(given) else uuid.uuid4().hex
        token = log.REQUEST.set(name)
        status, size = 500, 0

        async def counted(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                if name == given or status >= _FAULT:
                    MutableHeaders(raw=message.setdefault("headers", []))["X-Request-ID"] = name
            size += len(message.get("body", b""))
            await send(message)

        try:
            own = await self._own(scope)
            await (own or self._app)(scope, receive, counted)
        finally:
            took = time.perf_counter() - began
            self._watch.request(scope["method"], scope["path"], status, size, took)
            log.REQUEST.reset(token)

    async def _own(self, scope: Scope) -> Response | None:
        if scope["path"] not in (READY, METRICS) or scope["method"] not in ("GET", "HEAD"):
            return None
        if scope["path"] == METRICS and not self._watch.public_metrics:
            return None
        state: Any = self._served.app.state
        ready, content = await readiness(state.site, state.pools)
        headers = {**SECURITY, "Cache-Control": "no-store"}
        if scope["path"] == READY:
            return JSONResponse(content, 200 if ready else 503, headers)
        text = self._watch.metrics.text(state.site, state.pools, ready=ready)
        return Response(text, headers=headers | {"Content-Type": CONTENT_TYPE})
