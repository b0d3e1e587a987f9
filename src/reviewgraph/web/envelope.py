"""What holds for every request and response: HEAD, paths that are text, headers.

Everything here is public, so every origin may read it (CORS), never with credentials. That is
said to everybody: an answer that did not vary by Origin need not say so in Vary.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote_to_bytes

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reviewgraph.release.manifest import Release
from reviewgraph.web.problems import Problem, problem_response, unexpected

SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; "
        "img-src 'self' data:; font-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "ETag, Link, Location, Content-Location, Retry-After, Content-Disposition"
    ),
}
UNLISTED = {"X-Robots-Tag": "noindex, nofollow"}
"""No search engine is to know a preview, whatever leads it there."""
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
}
_SPACE = 0x20
_DELETE = 0x7F


def headers_of(release: Release) -> dict[str, str]:
    """What every response of the release's site says."""
    return SECURITY | CORS | (UNLISTED if release.preview else {})


class Envelope:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, headers: Mapping[str, str] | None = None) -> None:
        self._app = app
        self._headers = SECURITY | CORS if headers is None else headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, unless its path is not text."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        begun = False

        async def sealed(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(raw=message.setdefault("headers", []))
                for name, value in self._headers.items():
                    headers.setdefault(name, value)  # a page may need another policy of its own
                methods = headers.get("Allow", "").split(", ")
                if "GET" in methods and "HEAD" not in methods:
                    headers["Allow"] = ", ".join([*methods, "HEAD"])
            await send(message)

        head = scope["method"] == "HEAD"
        reply = _without_body(sealed) if head else sealed
        try:
            await self._answer(_as_get(scope) if head else scope, receive, reply)
        except Exception:
            # Starlette's own answer to a fault is outside this envelope and would lack its headers.
            if not begun:
                await problem_response(Request(scope), unexpected())(scope, receive, reply)
            raise

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _is_text(scope):
            problem = Problem(
                400,
                "ที่อยู่มีอักขระที่ไม่ใช่ข้อความ UTF-8 หรือเป็นอักขระควบคุม",
                "the address is not UTF-8 text, or holds a control character",
            )
            await problem_response(Request(scope), problem)(scope, receive, send)
        elif _is_preflight(scope):
            await Response(status_code=204, headers=PREFLIGHT)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _is_text(scope: Scope) -> bool:
    octets = unquote_to_bytes(scope.get("raw_path") or scope["path"].encode())
    try:
        octets.decode()
    except UnicodeDecodeError:
        return False
    return all(octet >= _SPACE and octet != _DELETE for octet in octets)


def _is_preflight(scope: Scope) -> bool:
    names = {name.lower() for name, _ in scope["headers"]}
    return scope["method"] == "OPTIONS" and b"access-control-request-method" in names


def _as_get(scope: Scope) -> Scope:
    """A HEAD request as the GET that it asks about (RFC 9110 section 9.3.2).

    ``Range`` is defined for GET alone. Files are announced by their path (the ``pathsend``
    extension), so that none is read for nothing.
    """
    headers = [(name, value) for name, value in scope["headers"] if name.lower() != b"range"]
    extensions = {**(scope.get("extensions") or {}), "http.response.pathsend": {}}
    return {**scope, "method": "GET", "headers": headers, "extensions": extensions}


def _without_body(send: Send) -> Send:
    ended = False

    async def head_only(message: Message) -> None:
        nonlocal ended
        if message["type"] == "http.response.start":
            await send(message)
        elif not ended:
            ended = True
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    return head_only
