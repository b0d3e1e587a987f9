"""``/releases``: what is published and was; below it every release that is kept."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response
from rdflib.namespace import XSD
from starlette.routing import Route

from reviewgraph.web import addresses
from reviewgraph.web.archive import Archive
from reviewgraph.web.dates import in_words
from reviewgraph.web.pages import fill
from reviewgraph.web.problems import Problem
from reviewgraph.web.representations import Representation, Resource, html, page_endings
from reviewgraph.web.routes import add_resource
from reviewgraph.web.site import SHORT_NAME, Site

_TIME = str(XSD.dateTime)


@dataclass(frozen=True, slots=True)
class _Line:
    """An entry of the list: when it was put in force, in words; where it is, if it is kept."""

    name: str
    since: str
    machine: str
    prefix: str
    current: bool


def releases_router(archive: Archive) -> APIRouter:
    """The list, and all that is below it."""
    router = APIRouter(tags=["releases"])

    def make(site: Site) -> Resource:
        return listing(site, archive)

    add_resource(
        router,
        addresses.RELEASES,
        make,
        [*page_endings(), "json"],
        summary="What is published, and what was before",
    )

    def whole(name: str) -> Response:
        found = archive.find(name)
        if found is None:
            raise Problem(404, f"ไม่มีรุ่น {name}", f"there is no release {name}")
        return RedirectResponse(f"{found.prefix}/", 303)

    router.add_api_route(
        f"{addresses.RELEASES}/{{name}}",
        whole,
        methods=["GET"],
        status_code=303,
        response_class=Response,
        summary="A release by its name, or by the beginning of it",
    )
    router.routes.append(Route(f"{addresses.RELEASES}/{{name}}/{{path:path}}", archive))
    return router


def listing(site: Site, archive: Archive) -> Resource:
    """The releases, newest first."""
    kept = {each.name: each for each in archive.kept}
    newest = list(reversed(archive.history))

    def page(lang: str) -> bytes:
        lines = [
            _Line(
                name=entry.release,
                since=in_words(entry.since.strftime("%Y-%m-%dT%H:%M:%SZ"), _TIME, lang) or "",
                machine=entry.since.isoformat(),
                prefix=kept[entry.release].prefix if entry.release in kept else "",
                current=number == 0,
            )
            for number, entry in enumerate(newest)
        ]
        return fill(site, lang, "releases.html", found, lines=lines, short=SHORT_NAME)

    def data(_lang: str) -> bytes:
        told: list[dict[str, Any]] = [
            {
                "release": entry.release,
                "since": entry.since.isoformat(),
                "address": f"{kept[entry.release].prefix}/" if entry.release in kept else None,
                "in_force": number == 0,
            }
            for number, entry in enumerate(newest)
        ]
        return (json.dumps({"releases": told}, indent=2) + "\n").encode()

    found = Resource(
        site.addresses.at(addresses.RELEASES),
        [html(page), Representation("JSON", "json", ("application/json",), data)],
        tag=f"{len(newest)}-{len(kept)}",
    )
    return found
