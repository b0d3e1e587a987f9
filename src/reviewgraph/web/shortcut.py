"""The short way of small answers: from the bytes of ``GET /sparql?…`` to those of the response.

Routing, scopes, tasks and header objects cost several times what a look-up costs the engine. So
the server's HTTP protocol looks at what comes in: a plain GET of the endpoint is planned by the
same code as ever (``web.sparql.plan``), asked of the same workers, and if the answer is whole and
in order it is written at once. Everything else, be it a header that says more, an error, a page or
a long answer, takes the way through the application, with the answer that has been begun.

The same bytes in bring the same bytes out, because a release does not change: small answers are
kept by the request's own bytes.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus
from time import perf_counter
from typing import Any, Final

from uvicorn.config import Config
from uvicorn.server import ServerState

from reviewgraph.errors import ReviewgraphError
from reviewgraph.store.frames import Head
from reviewgraph.store.kept import Kept
from reviewgraph.store.pool import Answer
from reviewgraph.web.addresses import SPARQL
from reviewgraph.web.connection import LONGEST_ADDRESS, Connection
from reviewgraph.web.envelope import headers_of
from reviewgraph.web.problems import Problem
from reviewgraph.web.sparql.budget import client_of
from reviewgraph.web.sparql.endpoint import BEGUN, Endpoint
from reviewgraph.web.sparql.plan import Plan, head_of
from reviewgraph.web.sparql.protocol import read_address
from reviewgraph.web.watching.middleware import Watch

KEPT_BYTES: Final = 32_000_000
_LARGEST_KEPT = 65_536

_BEGIN: Final = f"GET {SPARQL}?".encode()
# Less than RFC 9112 allows, and nothing that two readers could read in two ways.
_HEAD = re.compile(
    rb"GET " + re.escape(SPARQL).encode() + rb"\?([A-Za-z0-9\-._~%!$&'()*+,;=:@/?]++) HTTP/1\.1\r\n"
    rb"((?>(?:[A-Za-z0-9\-_]++:[\t\x20-\x7e]*+\r\n)+))\r\n"
)
# What makes a request more than a question, or means something to the server.
_MORE = frozenset(
    {
        b"connection",
        b"content-length",
        b"expect",
        b"keep-alive",
        b"proxy-connection",
        b"range",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
        b"x-request-id",
        b"http2-settings",
    }
)
_HEARD = (b"accept", b"accept-encoding", b"x-forwarded-for")


class Shortcut:
    """What the connections of one server share; ``headers`` are those of every response."""

    def __init__(self, endpoint: Endpoint) -> None:
        # One for each format, coding and whether it changes: there are not many.
        self._heads: dict[tuple[str, str, bool, str], bytes] = {}
        self._dated: tuple[list[tuple[bytes, bytes]], bytes] = ([], b"")
        self.watch = Watch()
        self.change_to(endpoint)

    def change_to(self, endpoint: Endpoint) -> None:
        """Ask another endpoint from now on: what was kept was said by the last one."""
        self.endpoint = endpoint
        self.headers = headers_of(endpoint.release)
        self._heads.clear()
        self.kept = Kept(KEPT_BYTES)

    def begin(self, default_headers: list[tuple[bytes, bytes]]) -> bytes:
        """The status line and the server's own headers, which change once a second."""
        headers, written = self._dated
        if headers is not default_headers:
            lines = b"".join(name + b": " + value + b"\r\n" for name, value in default_headers)
            written = b"HTTP/1.1 200 OK\r\n" + lines
            self._dated = (default_headers, written)
        return written

    def rest_of_head(self, plan: Plan, head: Head) -> bytes:
        """All headers but the entity tag and the length."""
        choice = plan.choice(head.kind)
        key = (choice.media_type, choice.format.name, head.volatile, head.encoding)
        found = self._heads.get(key)
        if found is None:
            headers = {**self.headers, **dict(head_of(plan, head))}
            headers.pop("ETag", None)
            lines = (f"{name.lower()}: {value}\r\n" for name, value in headers.items())
            self._heads[key] = found = "".join(lines).encode("latin-1")
        return found

    def plan(self, data: bytes) -> tuple[Plan, str] | None:
        """The plan for a request that is plain in every way, and for whom a proxy asks."""
        match = _HEAD.fullmatch(data)
        if match is None:
            return None
        heard = _heard(match[2])
        if heard is None:
            return None
        accept, accept_encoding, forwarded = heard
        try:
            operation = read_address(match[1])
        except Problem:
            return None
        if operation.query is None or operation.explain:
            return None
        plan = self.endpoint.planner.plan(operation, accept, accept_encoding)
        choices = (plan.results, plan.graph)
        if any(choice is not None and choice.is_page for choice in choices):
            return None
        return plan, forwarded


class ShortcutProtocol(Connection):
    """One connection."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        shortcut: Shortcut,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._shortcut = shortcut
        self._answer: Answer | None = None
        self._handed_over: Answer | None = None
        self._plan: Plan | None = None
        self._kept = shortcut.kept
        self._data = b""
        self._held = bytearray()
        self._active = 0.0
        self._asked = 0.0
        self._last = False

    @property
    def site_headers(self) -> Mapping[str, str]:
        """What every response of the site says."""
        return self._shortcut.headers

    def data_received(self, data: bytes) -> None:
        """Take bytes from the client."""
        if self._answer is not None:
            # The next request came before the answer to this one.
            self._held += data
            self.flow.pause_reading()
            return
        cycle = self.cycle
        if (
            self.in_message
            or not data.startswith(_BEGIN)
            or len(data) > LONGEST_ADDRESS
            or (cycle is not None and not cycle.response_complete)
            or self.flow.write_paused
            or self.transport.is_closing()
        ):
            super().data_received(data)
            return
        shortcut = self._shortcut
        known = shortcut.kept.get(data)
        if known is not None:
            self.settle()
            self._asked = perf_counter()
            self.transport.write(shortcut.begin(self.server_state.default_headers) + known)
            self._done(len(known))
            return
        self._asked = perf_counter()
        planned = shortcut.plan(data)
        if planned is None:
            super().data_received(data)
            return
        plan, forwarded = planned
        try:
            client = self.client[0] if self.client else ""
            if forwarded and not client_of(client):  # a proxy on this machine is believed
                client = forwarded
            shortcut.endpoint.budget.check(client)
            answer = shortcut.endpoint.pool.submit(plan.request, self._told)
            answer.client = client
        except ReviewgraphError:
            super().data_received(data)  # it is told in the same way as ever
            return
        self.settle()
        self._plan, self._data = plan, data
        self._kept = shortcut.kept  # an answer is kept beside others of the same release
        if answer.ready:
            self._told(answer)
        else:
            self._answer = answer

    def _told(self, answer: Answer) -> None:
        plan, data = self._plan, self._data
        self._answer = self._plan = None
        head = answer.head
        if plan is None or self.transport.is_closing():
            answer.close()
            return
        if head is None or answer.whole is None or self.flow.write_paused:
            super().data_received(data)
            self._handed_over = answer
            self.scope[BEGUN] = answer  # type: ignore[typeddict-unknown-key]
            if self._last:
                self.cycle.keep_alive = False
        else:
            self._write(plan, answer, head, answer.whole)
        if self._held:
            self._held, held = bytearray(), bytes(self._held)
            self.flow.resume_reading()
            self.data_received(held)

    def _write(self, plan: Plan, answer: Answer, head: Head, body: bytes) -> None:
        shortcut = self._shortcut
        rest = b"".join(
            (
                shortcut.rest_of_head(plan, head),
                b"" if head.volatile else b"etag: " + plan.etag.encode() + b"\r\n",
                b"content-length: %d\r\n" % len(body),
                b"connection: close\r\n\r\n" if self._last else b"\r\n",
                body,
            )
        )
        self.transport.write(shortcut.begin(self.server_state.default_headers) + rest)
        if self._last:
            self.transport.close()
        elif answer.kept and len(body) <= _LARGEST_KEPT:
            # It comes for the second time: it may well come again.
            self._kept.put(self._data, rest)
        self._done(len(body))

    def _done(self, size: int) -> None:
        self.server_state.total_requests += 1
        took = perf_counter() - self._asked
        self._shortcut.watch.request("GET", SPARQL, HTTPStatus.OK, size, took)
        self._active = self.loop.time()
        if self.timeout_keep_alive_task is None and not self.transport.is_closing():
            self._wait(self.timeout_keep_alive)

    def _wait(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(
            seconds, self.timeout_keep_alive_handler
        )

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection that has been idle; it is cheaper to look than to set a new timer."""
        idle = self.loop.time() - self._active
        if self._answer is not None or idle < self.timeout_keep_alive:
            self._wait(max(self.timeout_keep_alive - idle, 1.0))
        else:
            super().timeout_keep_alive_handler()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone: its query ends with it."""
        for answer in (self._answer, self._handed_over):
            if answer is not None:
                answer.close()
        self._answer = self._handed_over = None
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Close when what has been asked is answered."""
        self._last = True
        if self._answer is None:
            super().shutdown()


@lru_cache(maxsize=1024)
def _heard(lines: bytes) -> tuple[str | None, str, str] | None:
    """Accept, Accept-Encoding, the last in X-Forwarded-For; ``None`` if a header says more."""
    found: dict[bytes, str] = {}
    for line in lines.split(b"\r\n")[:-1]:
        name, _, value = line.partition(b":")
        name = name.lower()
        if name in _HEARD:
            if name in found:
                return None
            found[name] = value.strip().decode()
        elif name == b"connection":
            if value.strip().lower() != b"keep-alive":
                return None
        elif name in _MORE or name.startswith((b"if-", b"sec-websocket")):
            return None
    forwarded = found.get(b"x-forwarded-for", "").rpartition(",")[2].strip()
    return found.get(b"accept"), found.get(b"accept-encoding", ""), forwarded
