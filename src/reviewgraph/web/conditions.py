"""Conditional requests (RFC 9110 section 13): whether the client has this representation."""

from __future__ import annotations

from datetime import datetime

from fastapi import Request
from werkzeug.http import parse_date, parse_etags


def is_current(request: Request, etag: str, modified: datetime | None = None) -> bool:
    """Whether the client need not be sent what it has.

    If-Modified-Since is heard only without If-None-Match (section 13.1.3); a date that is none
    says nothing.

    Args:
        request: with its conditions.
        etag: of the representation that would be sent.
        modified: since when it is what it is, to the second.
    """
    header = request.headers.get("if-none-match")
    if header is not None:
        return parse_etags(header).contains_weak(etag.removeprefix("W/").strip('"'))
    since = parse_date(request.headers.get("if-modified-since"))
    return modified is not None and since is not None and modified <= since
