"""The site at another time: RFC 7089 (Memento), over the releases that are kept.

``/timegate/PATH`` leads to what PATH was at the time of Accept-Datetime, ``/timemap/PATH`` lists
all there is. PATH is an address of this site, or an IRI below the base.
"""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from werkzeug.http import http_date, parse_date

from reviewgraph.web.addresses import TIMEGATE, TIMEMAP, spellings, uri
from reviewgraph.web.problems import Problem
from reviewgraph.web.site import Site, site_of

LINK_FORMAT: Final = "application/link-format"
router = APIRouter(tags=["releases"])


def links(site: Site, request: Request) -> list[str]:
    """What the Link header says of the other times of what was asked for (section 2.2)."""
    path = _asked(request)
    found = [
        f'<{TIMEGATE}{path}>; rel="timegate"',
        f'<{TIMEMAP}{path}>; rel="timemap"; type="{LINK_FORMAT}"',
    ]
    if not site.in_force:
        found.append(f'<{_original(site, path)}>; rel="original"')
    return found


def pinned(site: Site, request: Request) -> str:
    """What addresses of the release in force begin with when it no longer is; empty for others."""
    archive = getattr(request.app.state, "archive", None)
    kept = archive.find(site.release.name) if archive is not None and site.in_force else None
    return kept.prefix if kept is not None else ""


@router.get(f"{TIMEGATE}/{{path:path}}", status_code=302, response_class=Response)
def timegate(request: Request, path: str) -> Response:
    """302 to what an address was at the time of Accept-Datetime; without one, to what it is."""
    site, archive = site_of(request), request.app.state.archive
    wanted = request.headers.get("accept-datetime")
    when = parse_date(wanted) if wanted else archive.history[-1].since
    if when is None:
        raise Problem(
            400,
            f"Accept-Datetime ไม่ใช่วันเวลา: {wanted}",
            f"Accept-Datetime is no date such as Tue, 15 Apr 2025 08:00:00 GMT: {wanted}",
        )
    target = _path(site, request, TIMEGATE)
    found = archive.at(when, target)
    if found is None:
        raise _nothing(path)
    return RedirectResponse(
        f"{found.prefix}{target}",
        302,
        headers={
            "Vary": "Accept-Datetime",
            "Cache-Control": "no-cache",
            "Link": ", ".join(
                [
                    f'<{_original(site, target)}>; rel="original"',
                    f'<{TIMEMAP}{target}>; rel="timemap"; type="{LINK_FORMAT}"',
                ]
            ),
        },
    )


@router.get(f"{TIMEMAP}/{{path:path}}", response_class=Response)
def timemap(request: Request, path: str) -> Response:
    """All times of an address (section 5)."""
    site, archive = site_of(request), request.app.state.archive
    target = _path(site, request, TIMEMAP)
    mementos = archive.mementos(target)
    if not mementos:
        raise _nothing(path)
    begin, end = http_date(mementos[0].since), http_date(mementos[-1].since)
    lines = [
        f'<{_original(site, target)}>; rel="original"',
        f'<{TIMEGATE}{target}>; rel="timegate"',
        f'<{TIMEMAP}{target}>; rel="self"; type="{LINK_FORMAT}"; from="{begin}"; until="{end}"',
    ]
    for number, each in enumerate(mementos):
        relations = ["first"] if number == 0 else []
        relations += ["last"] if number == len(mementos) - 1 else []
        told = " ".join([*relations, "memento"])
        date = http_date(each.since)
        lines.append(f'<{each.prefix}{target}>; rel="{told}"; datetime="{date}"')
    return Response(
        ",\n".join(lines) + "\n", headers={"Cache-Control": "no-cache"}, media_type=LINK_FORMAT
    )


def _nothing(path: str) -> Problem:
    return Problem(404, f"ไม่มีรุ่นใดมี /{path}", f"no release that is kept has /{path}")


def _original(site: Site, path: str) -> str:
    return f"{uri(site.release.base)}{path[1:]}"


def _path(site: Site, request: Request, gate: str) -> str:
    """The address that is meant: of this site, or an IRI below its base."""
    given = _asked(request).removeprefix(f"{gate}/")
    for spelling in spellings(given):
        local = site.addresses.local(spelling)
        if local is not None:
            return local
    return f"/{given}"


def _asked(request: Request) -> str:
    """The path as it was asked for, with nothing in it that would end a link of a header."""
    raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
    return uri(raw.decode("latin-1").partition("?")[0])
