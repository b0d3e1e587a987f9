"""``/search?q=``: things by their names, in Thai and English.

A thing is found if its names hold every word that is asked for. Thai is written without spaces, so
a word may stand anywhere. ``static/search.js`` does the same on a host that has files alone.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from reviewgraph.release import search as release_search
from reviewgraph.release.manifest import SEARCH_FILE, Release
from reviewgraph.release.search import Named
from reviewgraph.web import addresses
from reviewgraph.web.conditions import is_current
from reviewgraph.web.pages import fill
from reviewgraph.web.problems import Problem
from reviewgraph.web.representations import (
    Representation,
    Resource,
    ending_of,
    html,
    page_endings,
    respond,
)
from reviewgraph.web.site import Site, site_of
from reviewgraph.web.values import Value
from reviewgraph.web.view import Viewer

MOST_FOUND: Final = 200
LONGEST_QUESTION: Final = 200
_JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Found:
    """A thing that was found, and the name that was: before, in and after the first word."""

    thing: Named
    before: str
    matched: str
    after: str
    lang: str


class Index:
    """The names of a release, made comparable."""

    def __init__(self, site: Site) -> None:
        self._site = site

    @cached_property
    def things(self) -> list[tuple[Named, tuple[str, ...]]]:
        """Everything with a name, its names made comparable."""
        read = release_search.read(self._site.release.file(SEARCH_FILE))
        return [(thing, tuple(comparable(text) for text, _ in thing.names)) for thing in read]

    def find(self, question: str) -> list[Found]:
        """What is called so, the best first: whole names, then beginnings, then the rest."""
        words = comparable(question).split()
        if not words:
            return []
        ranked = []
        for thing, names in self.things:
            if all(any(word in name for name in names) for word in words):
                ranked.append((*_rank(names, words), thing))
        ranked.sort(key=lambda entry: (entry[0], entry[1], entry[2].iri))
        return [_found(thing, words) for _, _, thing in ranked[:MOST_FOUND]]

    @cached_property
    def document(self) -> bytes:
        """All of it, for a client that searches by itself."""
        site = self._site
        kinds = {kind for thing, _ in self.things for kind in thing.kinds}
        content = {
            "kinds": {
                kind: {lang: site.labels.of(kind, lang).text for lang in ("th", "en")}
                for kind in sorted(kinds)
            },
            "things": [
                {
                    "at": found[0].removesuffix(".th.html"),
                    "kind": thing.kinds[0] if thing.kinds else "",
                    "names": thing.names,
                }
                for thing, _ in self.things
                if (found := site.href(thing.iri, "th")) and "#" not in found[0]
            ],
        }
        return (json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def comparable(text: str) -> str:
    """A text as it is compared: composed, without case, one kind of sara am, single spaces."""
    composed = unicodedata.normalize("NFC", text).replace("\u0e4d\u0e32", "\u0e33")
    return " ".join(composed.casefold().split())


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
            openapi_extra={
                "parameters": [{"name": "q", "in": "query", "schema": {"type": "string"}}]
            },
            include_in_schema=ending in {None, "json"},
        )
    if SEARCH_FILE in release.files:
        router.add_api_route(
            addresses.SEARCH_INDEX, _index, methods=["GET"], include_in_schema=False
        )
    return router


def resource(site: Site, question: str = "") -> Resource:
    """The page of what is called so, and the same as JSON."""
    index = index_of(site)

    def page(lang: str) -> bytes:
        found = index.find(question)
        return fill(
            site,
            lang,
            "search.html",
            shown,
            question=question,
            groups=list(_groups(found, Viewer(site, lang))),
            count=len(found),
            most=MOST_FOUND,
            action=site.addresses.page(addresses.SEARCH, lang),
        )

    def data(_lang: str) -> bytes:
        told: list[dict[str, Any]] = [
            {"iri": each.thing.iri, "kinds": each.thing.kinds, "names": each.thing.names}
            for each in index.find(question)
        ]
        return (json.dumps({"q": question, "found": told}, ensure_ascii=False) + "\n").encode()

    shown = Resource(
        site.addresses.at(addresses.SEARCH),
        [html(page), Representation("JSON", "json", (_JSON,), data)],
        query=urlencode({"q": question}) if question else "",
    )
    return shown


def index_of(site: Site) -> Index:
    """The index of a site, made once."""
    index: Index = site.kept("search", Index)
    return index


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
        return respond(request, site, resource(site, question), wanted)

    return answer


def _index(request: Request) -> Response:
    """All names, for a client that searches by itself."""
    site = site_of(request)
    headers = {"ETag": site.etag("search-index"), "Cache-Control": "no-cache", **site.dated}
    if is_current(request, headers["ETag"], site.modified):
        return Response(status_code=304, headers=headers)
    return Response(index_of(site).document, headers=headers, media_type=_JSON)


def _rank(names: tuple[str, ...], words: list[str]) -> tuple[int, int]:
    whole = " ".join(words)
    best = (3, 0)
    for name in names:
        if whole == name:
            place = 0
        elif name.startswith(whole):
            place = 1
        elif any(name.startswith(word) for word in words):
            place = 2
        elif any(word in name for word in words):
            place = 3
        else:
            continue
        best = min(best if best[1] else (4, 0), (place, len(name)))
    return best


def _found(thing: Named, words: list[str]) -> Found:
    """With the name that shows best why it was found."""
    for word in words:
        for text, lang in thing.names:
            composed = unicodedata.normalize("NFC", text)
            at = composed.casefold().find(word)
            # Where folding changed the length something else stands there: nothing is marked.
            if at >= 0 and comparable(composed[at : at + len(word)]) == word:
                end = at + len(word)
                return Found(thing, composed[:at], composed[at:end], composed[end:], lang)
    text, lang = thing.names[0]
    return Found(thing, text, "", "", lang)


def _groups(
    found: list[Found], viewer: Viewer
) -> Iterator[tuple[Value | None, list[tuple[Found, Value]]]]:
    """By kind, the kinds in the order of their best thing."""
    order: dict[str, int] = {}
    for each in found:
        order.setdefault(_kind(each), len(order))
    ordered = sorted(found, key=lambda each: order[_kind(each)])
    for kind, members in groupby(ordered, key=_kind):
        listed = [(each, viewer.link(each.thing.iri)) for each in members]
        yield (viewer.link(kind) if kind else None), listed


def _kind(found: Found) -> str:
    return found.thing.kinds[0] if found.thing.kinds else ""
