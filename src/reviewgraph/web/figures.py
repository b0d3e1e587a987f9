"""``/pictures/VIEW/…``: the picture that a view makes of a thing, as a file of its own."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import Response

from reviewgraph.release.manifest import ViewEntry
from reviewgraph.web.addresses import Ending, endings, spellings
from reviewgraph.web.entities import raw_path
from reviewgraph.web.pictures.of_tables import PICTURES
from reviewgraph.web.problems import Problem
from reviewgraph.web.representations import Resource, respond, svg
from reviewgraph.web.sections import drawn, views_of
from reviewgraph.web.site import Site, site_of

router = APIRouter(tags=["pictures"])


@router.get("/pictures/{name}/{path:path}", response_class=Response)
def figure(request: Request, name: str, path: str) -> Response:
    """The picture of an entity that a view makes: ``.th.svg``, ``.en.svg``."""
    site = site_of(request)
    view = views_of(site).named(name)
    if view is not None and view.question.layout in PICTURES:
        for iri, ending in _candidates(site, raw_path(request), name):
            found = resource(site, view, iri)
            if found is not None:
                return respond(request, site, found, ending)
    raise Problem(
        404,
        f"ไม่มีภาพ {name} ของ {path}",
        f"there is no picture {name} of {path}",
    )


def resource(site: Site, view: ViewEntry, iri: str) -> Resource | None:
    """The picture of a thing; none if the view is not one of it, or has nothing to draw."""
    if view not in views_of(site).of(iri) or not drawn(site, view, iri, "th"):
        return None
    write = partial(_written, site, view, iri)
    return Resource(site.addresses.picture(view.question.name, iri), [svg(write)])


def of_entity(site: Site, iri: str) -> Iterator[Resource]:
    """All pictures of a thing."""
    for view in views_of(site).of(iri):
        if view.question.layout in PICTURES and (found := resource(site, view, iri)):
            yield found


def _written(site: Site, view: ViewEntry, iri: str, lang: str) -> bytes:
    return drawn(site, view, iri, lang).encode()


def _candidates(site: Site, path: str, name: str) -> Iterator[tuple[str, Ending]]:
    prefix = site.addresses.picture(name, site.release.base)
    for stem, ending in endings(path.removeprefix(prefix)):
        for spelling in spellings(stem):
            yield site.release.base + spelling, ending
