"""A client's connection: how long it may take to say what it wants, and how much.

The server underneath sets no bounds to either.
"""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from reviewgraph.web.problems import Problem, problem_response

LONGEST_ADDRESS: Final = 65_535
"""What the parser takes."""
LONGEST_HEAD: Final = 131_072
"""Bytes of a request before its body: the longest address, and as much again."""
REQUEST_SECONDS: Final = 20.0
"""From a connection, or the first byte of a request, to the request's last byte."""


class Connection(HttpToolsProtocol):
    """One connection, with bounds. ``in_message`` tells that a request has begun and not ended."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.in_message = False
        self._head_bytes = self._fields = 0
        self._head_open = True
        self._messages = 0
        self._deadline: asyncio.TimerHandle | None = None

    @property
    @abstractmethod
    def site_headers(self) -> Mapping[str, str]:
        """What every response of the site says."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client is there; it has so long to say what it wants."""
        super().connection_made(transport)
        self._await_request()

    def _await_request(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(REQUEST_SECONDS, self._give_up)

    def settle(self) -> None:
        """A request has come to its end."""
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        """The client takes for ever: nobody is to wait for it, and nothing to be held."""
        self._deadline = None
        if not self.transport.is_closing():
            self.transport.close()

    def data_received(self, data: bytes) -> None:
        """Give the parser what came; what is no end of a head is held to a limit."""
        if self.transport.is_closing():
            return
        begun = self._messages if self.in_message and self._head_open else 0
        super().data_received(data)
        # Of what came with the end of one request and the beginning of the next, nobody knows how
        # much is whose: only what is all of one head is counted.
        if begun == self._messages and self._head_open and not self.transport.is_closing():
            self._head_bytes += len(data)
            if self._head_bytes > LONGEST_HEAD:
                self.send_400_response("its head does not end")

    def send_400_response(self, msg: str) -> None:
        """Tell that this is no HTTP, or that it is longer than the parser takes."""
        long = len(getattr(self, "url", b"")) > LONGEST_ADDRESS
        problem = (
            Problem(
                HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                f"ส่วนหัวของคำขอยาวเกิน {LONGEST_HEAD:,} ไบต์",
                f"the head of the request has more than {LONGEST_HEAD:,} bytes",
            )
            if self._head_bytes > LONGEST_HEAD and not long
            else Problem(
                HTTPStatus.REQUEST_URI_TOO_LONG,
                "ที่อยู่ยาวเกิน 65,535 ไบต์ โปรดส่งคำค้นยาวด้วย POST",
                "the address has more than 65,535 bytes; send a long query by POST",
            )
            if long
            else Problem(HTTPStatus.BAD_REQUEST, "คำขอไม่ใช่ HTTP ที่ถูกต้อง", f"not HTTP: {msg}")
        )
        response = problem_response(Request({"type": "http", "headers": []}), problem)
        phrase = HTTPStatus(problem.status).phrase
        lines = [f"HTTP/1.1 {problem.status} {phrase}", "connection: close"]
        headers = {**self.site_headers, **response.headers}
        lines += [f"{name.lower()}: {value}" for name, value in headers.items()]
        self.transport.write("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + response.body)
        self.transport.close()

    def on_message_begin(self) -> None:
        """The parser has seen the first byte of a request."""
        self.in_message = True
        self._messages += 1
        self._head_open = True
        self._head_bytes = self._fields = 0
        self._await_request()
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """The parser has seen one field of a head."""
        self._fields += len(name) + len(value)
        if self._fields > LONGEST_HEAD:
            self._head_bytes = self._fields
            raise ValueError("the head is too long")  # the parser stops, and 431 is sent
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The parser has seen the head of a request."""
        self._head_open = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The parser has seen the last byte of a request."""
        self.in_message = False
        self.settle()
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone."""
        self.settle()
        super().connection_lost(exc)
