"""What went wrong, told over HTTP: problem details (RFC 9457), or a small page for a browser."""

from __future__ import annotations

import html
import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import cast

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from reviewgraph.errors import (
    EngineDown,
    EngineError,
    EngineLate,
    GateError,
    NotSerializable,
    PublicationError,
    QueryError,
    QueryFailed,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
    QueueFull,
    ReleaseError,
    ReviewgraphError,
    SourceSyntaxError,
    TooOften,
    Words,
)
from reviewgraph.web.negotiation import HTML_TYPE, choose, language
from reviewgraph.web.words import SITE

PROBLEM_JSON = "application/problem+json"

STATUSES: dict[type[ReviewgraphError], int] = {
    ReviewgraphError: 500,
    PublicationError: 500,
    SourceSyntaxError: 500,
    GateError: 500,
    ReleaseError: 500,
    NotSerializable: 406,
    EngineError: 502,
    QueryError: 500,
    QueryRefused: 400,
    QuerySyntaxError: 400,
    QueryTooLarge: 413,
    QueryTimeout: 503,
    QueryFailed: 503,
    QueueFull: 503,
    TooOften: 429,
    EngineDown: 502,
    EngineLate: 504,
}

_TITLES_TH: dict[int, str] = {
    400: "คำขอไม่ถูกต้อง",
    403: "ไม่อนุญาต",
    404: "ไม่พบ",
    405: "ใช้วิธีนี้กับที่อยู่นี้ไม่ได้",
    406: "ไม่มีรูปแบบที่ขอ",
    413: "ใหญ่เกินกำหนด",
    414: "ที่อยู่ยาวเกินกำหนด",
    415: "ไม่รับชนิดเนื้อหานี้",
    416: "ช่วงไบต์ที่ขอไม่มี",
    429: "ขอถี่เกินไป",
    431: "ส่วนหัวของคำขอใหญ่เกินไป",
    500: "เกิดข้อผิดพลาดในระบบ",
    502: "เครื่องที่เก็บข้อมูลขัดข้อง",
    503: "ยังตอบไม่ได้ในขณะนี้",
    504: "เครื่องที่เก็บข้อมูลตอบช้าเกินไป",
}

_NOTHING_ASKED_FOR = Words("ไม่มีรูปแบบตามที่ Accept ขอ", "nothing that Accept asks for is available")

_logger = logging.getLogger(__name__)


class Problem(Exception):
    """A problem detail, which may be raised to end a request with it.

    Its title is that of the status, as RFC 9457 4.2.1 wishes. ``extra`` holds extension members
    (section 3.2).
    """

    def __init__(
        self,
        status: int,
        th: str,
        en: str,
        *,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(en)
        phrase = HTTPStatus(status).phrase
        self.status = status
        self.title = Words(_TITLES_TH.get(status, phrase), phrase)
        self.detail = Words(th, en)
        self.headers = headers or {}
        self.extra = extra or {}


def not_acceptable(
    offers: Mapping[str, str | None],
    words: Words = _NOTHING_ASKED_FOR,
    headers: Mapping[str, str] | None = None,
) -> Problem:
    """406 with what there is, in the member ``available``.

    Args:
        offers: media types, each with its address if it has one of its own.
        words: what cannot be had.
        headers: more than Vary.
    """
    listing = ", ".join(offers)
    available = [
        {"media_type": media_type} | ({"address": address} if address else {})
        for media_type, address in offers.items()
    ]
    return Problem(
        406,
        f"{words.th} มีให้เลือก: {listing}",
        f"{words.en}; there is: {listing}",
        headers={"Vary": "Accept", **(headers or {})},
        extra={"available": available},
    )


def problem_of(error: ReviewgraphError) -> Problem:
    """The problem that tells of the error."""
    status = next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        # Its words were meant for whoever runs the site and may name files.
        return unexpected()
    retry_after = getattr(error, "retry_after", 0)
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    place = getattr(error, "place_in_query", None)
    extra: dict[str, object] = {}
    if place is not None:
        expected = list(getattr(error, "expected", ()))
        extra = {"line": place.line, "column": place.column, "expected": expected}
    return Problem(status, error.words.th, error.words.en, headers=headers, extra=extra)


def problem_response(request: Request, problem: Problem) -> Response:
    """The problem as JSON, or as a page if Accept puts HTML first."""
    accept = request.headers.get("accept")
    kind = choose(accept, (PROBLEM_JSON, "application/json", HTML_TYPE))
    headers = {
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        **problem.headers,
        "Vary": "Accept, Accept-Language",
    }
    if kind == HTML_TYPE:
        lang = language(request.headers.get("accept-language"))
        root = request.scope.get("root_path", "")
        headers["Content-Language"] = lang
        content = _page(problem, lang, root, preview=_is_preview(request)).encode()
        return Response(content, problem.status, headers, media_type=f"{HTML_TYPE}; charset=utf-8")
    content = json.dumps(_members(problem), ensure_ascii=False, default=str).encode(
        errors="backslashreplace"
    )
    return Response(content, problem.status, headers, media_type=PROBLEM_JSON)


def install(app: FastAPI) -> None:
    """Make every error that ``app`` expects a problem; ``Envelope`` answers for all others."""

    # Starlette hands each handler the errors of its own type, and types them as Exception.
    async def on_problem(request: Request, error: Exception) -> Response:
        return problem_response(request, cast("Problem", error))

    async def on_own(request: Request, error: Exception) -> Response:
        problem = problem_of(cast("ReviewgraphError", error))
        if problem.status == HTTPStatus.INTERNAL_SERVER_ERROR:
            _logger.error("%s %s failed", request.method, request.url.path, exc_info=error)
        return problem_response(request, problem)

    async def on_http(request: Request, error: Exception) -> Response:
        return problem_response(request, _of_http(request, cast("HTTPException", error)))

    async def on_validation(request: Request, error: Exception) -> Response:
        return problem_response(request, _of_validation(cast("RequestValidationError", error)))

    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(ReviewgraphError, on_own)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(RequestValidationError, on_validation)


def _of_http(request: Request, error: HTTPException) -> Problem:
    headers = dict(error.headers or {})
    path = request.url.path
    if error.status_code == HTTPStatus.NOT_FOUND:
        return Problem(404, f"ไม่มี {path} ในเว็บนี้", f"there is no {path} here", headers=headers)
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = headers.get("Allow") or headers.get("allow") or ""
        return Problem(
            405,
            f"{path} ไม่รับวิธี {request.method} (รับ: {allowed})",
            f"{path} does not take {request.method} (it takes: {allowed})",
            headers=headers,
        )
    return Problem(error.status_code, str(error.detail), str(error.detail), headers=headers)


def _of_validation(error: RequestValidationError) -> Problem:
    errors = [
        {"where": ".".join(str(part) for part in entry["loc"]), "message": entry["msg"]}
        for entry in error.errors()
    ]
    told = "; ".join(f"{entry['where']}: {entry['message']}" for entry in errors)
    return Problem(
        400,
        f"พารามิเตอร์ไม่ถูกต้อง: {told}",
        f"the parameters are not right: {told}",
        extra={"errors": errors},
    )


def unexpected() -> Problem:
    """What a client is told when the fault is ours: nothing that names a file or a line."""
    return Problem(
        500,
        "ระบบขัดข้องโดยไม่คาดคิด ผู้ดูแลดูรายละเอียดได้ในบันทึกของระบบ",
        "something unexpected failed; the server's log has the details",
    )


def _members(problem: Problem) -> dict[str, object]:
    return {
        **problem.extra,
        "type": "about:blank",
        "title": problem.title.en,
        "status": problem.status,
        "detail": problem.detail.en,
        "title_th": problem.title.th,
        "detail_th": problem.detail.th,
    }


def _is_preview(request: Request) -> bool:
    # A request that was no HTTP came to no application.
    site = getattr(request.scope["app"].state, "site", None) if "app" in request.scope else None
    return site is not None and site.release.preview


def _banner(lang: str) -> str:
    words, means = (SITE[key].get(lang) for key in ("preview", "preview_means"))
    return f'<p class="preview" role="status"><strong>{words}</strong> {means}</p>\n'


def _page(problem: Problem, lang: str, root: str, *, preview: bool) -> str:
    other = "en" if lang == "th" else "th"
    title, detail = html.escape(problem.title.get(lang)), _lines(problem.detail.get(lang))
    other_title = html.escape(problem.title.get(other))
    other_detail = _lines(problem.detail.get(other))
    home = html.escape(root, quote=True)
    banner = _banner(lang) if preview else ""
    before = SITE["preview"].get(lang) + ": " if preview else ""
    return f"""<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{before}{problem.status} {title}</title>
<link rel="stylesheet" href="{home}/static/style.css">
</head>
<body>
{banner}<main>
<h1>{problem.status} {title}</h1>
<p>{detail}</p>
<section lang="{other}">
<h2>{other_title}</h2>
<p>{other_detail}</p>
</section>
<p><a href="{home}/">{"หน้าแรก" if lang == "th" else "Home"}</a></p>
</main>
</body>
</html>
"""


def _lines(text: str) -> str:
    return html.escape(text).replace("\n", "<br>\n")
