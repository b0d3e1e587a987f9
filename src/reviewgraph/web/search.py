"""``/search?q=``: things by their names, in Thai and English, as a page and as JSON.

The index is the release's (``release.search``); here is how its answers are shown. A host that has
files alone gets all names in one file, and ``static/search.js`` looks through them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from reviewgraph.release.manifest import SEARCH_FILE, Release
from reviewgraph.release.search.looking import MOST, Found, Index
from reviewgraph.release.search.names import Name
from reviewgraph.web import addresses
from reviewgraph.web.conditions import is_current
from reviewgraph.web.forms import whole_number
from reviewgraph.web.pages import fill
from reviewgraph.web.problems import Problem
from reviewgraph.web.representations import (
    Resource,
    data,
    ending_of,
    html,
    json_line,
    page_endings,
    respond,
)
from reviewgraph.web.site import Site, site_of
from reviewgraph.web.values import Value
from reviewgraph.web.view import Viewer

LONGEST_QUESTION: Final = 200
_JSON: Final = "application/json"
_NEAR: Final = frozenset({"slip", "sound"})
_EXAMPLES: Final = 6
_MOST_INDEXED: Final = 100_000
"""As many things are in the file for hosts of files: a browser has to fetch all of it."""
_PARAMETERS: Final = [
    {
        "name": "q",
        "in": "query",
        "description": "A name, an abbreviation, or a part of one, in Thai or English",
        "schema": {"type": "string", "maxLength": LONGEST_QUESTION},
    },
    {
        "name": "limit",
        "in": "query",
        "description": "How many things at most",
        "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": MOST},
    },
]


@dataclass(frozen=True, slots=True)
class Line:
    """A thing as the page lists it: the link, and the name that was found in parts.

    Every second part is what the question holds. ``same`` says that the link's text is that name.
    """

    link: Value
    parts: tuple[str, ...]
    lang: str
    same: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The things of one kind."""

    kind: Value | None
    lines: tuple[Line, ...]


def search_router(release: Release) -> APIRouter:
    """The routes of the search, if the release has names for it."""
    router = APIRouter(tags=["search"])
    for ending in (None, *page_endings(), "json") if SEARCH_FILE in release.files else ():
        router.add_api_route(
            f"{addresses.SEARCH}.{ending}" if ending else addresses.SEARCH,
            _handler(ending),
            methods=["GET"],
            response_class=Response,
            operation_id=f"search_{(ending or 'any').replace('.', '_')}",
            summary="Things by their names",
            openapi_extra={"parameters": _PARAMETERS},
            include_in_schema=ending in {None, "json"},
        )
    if SEARCH_FILE in release.files:
        router.add_api_route(
            addresses.SEARCH_INDEX, _index, methods=["GET"], include_in_schema=False
        )
    return router


def resource(site: Site, question: str = "", most: int = MOST) -> Resource:
    """The page of what is called so, and the same as JSON."""
    index = index_of(site)

    def page(lang: str) -> bytes:
        found = index.find(question, most)
        viewer = Viewer(site, lang)
        as_asked = [each for each in found if each.how not in _NEAR]
        near = [each for each in found if each.how in _NEAR]
        return fill(
            site,
            lang,
            "search.html",
            shown,
            question=question,
            groups=list(_groups(as_asked, viewer)),
            near=list(_groups(near, viewer)),
            count=len(as_asked),
            most=most,
            examples=_examples(site, lang),
            action=site.addresses.page(addresses.SEARCH, lang),
        )

    def told() -> dict[str, Any]:
        return {"q": question, "found": [_told(site, each) for each in index.find(question, most)]}

    query: dict[str, str | int] = {"q": question} if question else {}
    shown = Resource(
        site.addresses.at(addresses.SEARCH),
        [html(page), data(told)],
        query=urlencode(query if most == MOST else {**query, "limit": most}),
    )
    return shown


def index_of(site: Site) -> Index:
    """The index of a site, opened once."""

    def opened(site: Site) -> Index:
        return Index(site.release.file(SEARCH_FILE))

    index: Index = site.kept("search", opened)
    return index


def parts(text: str, spans: tuple[tuple[int, int], ...]) -> tuple[str, ...]:
    """A text cut where spans begin and end: every second part is in a span."""
    cuts = [0, *(place for span in spans for place in span), len(text)]
    return tuple(text[start:end] for start, end in pairwise(cuts))


def _handler(ending: str | None) -> Callable[[Request], Response]:
    wanted = ending_of(ending)

    def answer(request: Request) -> Response:
        asked = request.query_params.getlist("q")
        question = asked[0].strip() if asked else ""
        if len(asked) > 1 or len(question) > LONGEST_QUESTION:
            raise Problem(
                400,
                f"ให้คำค้น q ครั้งเดียว ไม่เกิน {LONGEST_QUESTION} ตัวอักษร",
                f"give q once, with {LONGEST_QUESTION} characters at most",
            )
        site = site_of(request)
        return respond(request, site, resource(site, question, _limit(request)), wanted)

    return answer


def _limit(request: Request) -> int:
    return min(max(whole_number(request, "limit", MOST), 1), MOST)


def _index(request: Request) -> Response:
    """All names, for a client that searches by itself."""
    site = site_of(request)
    headers = {"ETag": site.etag("search-index"), "Cache-Control": "no-cache", **site.dated}
    if is_current(request, headers["ETag"], site.modified):
        return Response(status_code=304, headers=headers)
    return Response(site.kept("search-index", _document), headers=headers, media_type=_JSON)


def _document(site: Site) -> bytes:
    things = index_of(site).first(_MOST_INDEXED)
    kinds = {thing.kind for thing in things if thing.kind}
    content = {
        "kinds": {kind: site.labels.in_all(kind) for kind in sorted(kinds)},
        "things": [
            {
                "at": found[0].removesuffix(".th.html"),
                "kind": thing.kind,
                "names": [[name.text, name.lang, int(name.other)] for name in thing.names],
            }
            for thing in things
            if (found := site.href(thing.iri, "th")) and "#" not in found[0]
        ],
    }
    return json_line(content)


def _told(site: Site, found: Found) -> dict[str, Any]:
    thing, name = found.thing, found.name
    return {
        "iri": thing.iri,
        "pages": site.pages(thing.iri),
        "label": site.labels.in_all(thing.iri),
        "kinds": [{"iri": kind, "label": site.labels.in_all(kind)} for kind in thing.kinds],
        "names": [_name(each) for each in thing.names],
        "matched": {**_name(name), "how": found.how, "parts": parts(name.text, found.spans)},
    }


def _name(name: Name) -> dict[str, str]:
    return {"text": name.text, "lang": name.lang}


def _groups(found: list[Found], viewer: Viewer) -> Iterator[Group]:
    """By kind, the kinds in the order of their best thing."""
    kinds: dict[str, list[Line]] = {}
    for each in found:
        kinds.setdefault(each.thing.kind, []).append(_line(each, viewer))
    for kind, lines in kinds.items():
        yield Group(viewer.link(kind) if kind else None, tuple(lines))


def _line(found: Found, viewer: Viewer) -> Line:
    link = viewer.link(found.thing.iri)
    same = link.text == found.name.text
    return Line(link, parts(found.name.text, found.spans), found.name.lang, same)


def _examples(site: Site, lang: str) -> list[str]:
    """Names to try, of one thing of each kind: what matters most has the smallest numbers."""
    chosen: dict[str, str] = {}
    for thing in index_of(site).first(below=site.addresses.entity_base):
        if len(chosen) == _EXAMPLES:
            break
        if thing.kind and thing.kind not in chosen:
            name = min(thing.names, key=lambda each: (each.lang != lang, len(each.text)))
            chosen[thing.kind] = name.text
    return list(dict.fromkeys(chosen.values()))
