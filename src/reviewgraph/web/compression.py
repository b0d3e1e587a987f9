"""Pages and data compressed on their way to the socket (RFC 9110 section 8.4).

Only whole bodies are: files go out as they are, since parts of them may be asked for, and answers
of the SPARQL endpoint see to themselves. A compressed body is the same representation in another
coding, so its entity tag becomes a weak one.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Final

import zstandard
from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reviewgraph.web.sparql.formats import encoding

SMALLEST: Final = 1000
"""Bytes: what is smaller fits into a packet anyway."""
_LARGE: Final = 200_000
_TEXTS: Final = ("text/", "application/json", "application/javascript", "image/svg+xml")
_SUFFIXES: Final = ("+json", "+xml")
_OTHERS: Final = frozenset({"application/n-triples", "application/n-quads", "application/trig"})
_WITHOUT_BODY: Final = frozenset({204, 206, 304})


class Compressed:
    """ASGI middleware around what a socket serves."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and compress what comes back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        wanted = encoding(Headers(scope=scope).get("accept-encoding", ""))
        is_head = scope["method"] == "HEAD"
        begun: Message | None = None

        async def reply(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message.setdefault("headers", []))
                if not _is_compressible(message["status"], headers):
                    await send(message)
                    return
                headers.add_vary_header("Accept-Encoding")
                if wanted and not is_head:
                    begun = message
                    return
                if wanted:  # RFC 9110 section 8.6: not the length that GET would tell
                    del headers["Content-Length"]
                await send(message)
                return
            if begun is not None:
                start, begun = begun, None
                message = await _compressed(start, message, wanted)
                await send(start)
            await send(message)

        await self._app(scope, receive, reply)


async def _compressed(start: Message, message: Message, coding: str) -> Message:
    """The message with its body in that coding; ``start`` then says so."""
    body = message.get("body", b"")
    if message["type"] != "http.response.body" or message.get("more_body"):
        return message
    if len(body) < SMALLEST:
        return message
    write = _WRITERS[coding]
    packed = await to_thread.run_sync(write, body) if len(body) > _LARGE else write(body)
    headers = MutableHeaders(raw=start["headers"])
    headers["Content-Encoding"] = coding
    headers["Content-Length"] = str(len(packed))
    if (tag := headers.get("ETag")) and not tag.startswith("W/"):
        headers["ETag"] = f"W/{tag}"
    return {**message, "body": packed}


def _is_compressible(status: int, headers: Headers) -> bool:
    if status in _WITHOUT_BODY or "content-encoding" in headers or "accept-ranges" in headers:
        return False
    if "accept-encoding" in headers.get("vary", "").lower():  # who sent it saw to that
        return False
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind.startswith(_TEXTS) or kind.endswith(_SUFFIXES) or kind in _OTHERS


def _zstd(body: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=9).compress(body)


def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, compresslevel=6, mtime=0)


_WRITERS: Final[dict[str, Callable[[bytes], bytes]]] = {"zstd": _zstd, "gzip": _gzip}
