"""Entities: ``/id/…`` points with 303 to ``/doc/…``, the document that tells of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from fastapi import APIRouter, Request
from fastapi.responses import Response

from reviewgraph.release.document import Document, told_of_pages
from reviewgraph.release.manifest import SEARCH_FILE
from reviewgraph.web import signposting
from reviewgraph.web.addresses import Ending, endings, uri
from reviewgraph.web.labels import Label
from reviewgraph.web.pages import fill
from reviewgraph.web.problems import Problem
from reviewgraph.web.representations import Resource, html, rdf, respond, tree
from reviewgraph.web.sections import sections, whole
from reviewgraph.web.site import Site, site_of
from reviewgraph.web.view import Viewer

router = APIRouter(tags=["entities"])


def raw_path(request: Request) -> str:
    """The path as the client wrote it, escapes and all: ``%2F`` is not a slash."""
    raw: bytes | None = request.scope.get("raw_path")
    path = raw.decode("latin-1") if raw else uri(request.url.path)
    return path.partition("?")[0]


@router.get("/id/{path:path}", status_code=303, response_class=Response)
def identify(request: Request, path: str) -> Response:
    """An entity: 303 See Other to its document, where Accept and Accept-Language decide."""
    site = site_of(request)
    iri = first_known(site, site.addresses.entities(raw_path(request)))
    if iri is None:
        raise unknown(site.addresses.entity_base + path)
    location = site.addresses.at(site.addresses.document(iri))
    return Response(status_code=303, headers={"Location": location, "Cache-Control": "no-cache"})


@router.get("/doc/{path:path}", response_class=Response)
def document(request: Request, path: str) -> Response:
    """The document of an entity: HTML or RDF, by Accept or by extension."""
    site = site_of(request)
    found = find(site, raw_path(request), site.addresses.entities)
    if found is None:
        raise unknown(site.addresses.entity_base + path)
    iri, ending = found
    return respond(request, site, resource(site, iri, ending.page), ending)


def first_known(site: Site, candidates: Iterable[str]) -> str | None:
    """The first IRI that the release says anything of and that an address can name."""
    return next((iri for iri in candidates if site.addresses.local(iri) and site.knows(iri)), None)


def find(
    site: Site, path: str, candidates: Callable[[str], Iterable[str]]
) -> tuple[str, Ending] | None:
    """The IRI and the ending that a path means; an IRI with a dot of its own goes before."""
    for stem, ending in endings(path):
        iri = first_known(site, candidates(stem))
        if iri is not None:
            return iri, ending
    return None


def unknown(iri: str) -> Problem:
    """404 for an IRI that the release says nothing of."""
    return Problem(
        404,
        f"ไม่มีข้อมูลของ {iri} ในรุ่นนี้",
        f"this release says nothing of {iri}",
    )


def resource(site: Site, iri: str, page: int = 1) -> Resource:
    """The document of an entity as something to choose a representation of.

    Raises:
        Problem: 404 if it has not as many pages.
    """
    described = site.document(iri, page)
    path = site.addresses.document(iri)
    if described is None:
        raise Problem(404, f"เอกสารนี้ไม่มีหน้า {page}", f"this document has no page {page}")

    def canonical(number: int) -> str:
        return f"{site.release.base}{path[1:]}{Ending(page=number)}"

    statements = (*described.statements, *told_of_pages(described, canonical))
    found = Resource(
        path=site.addresses.at(path),
        representations=[
            html(lambda lang: _page(site, described, found, lang)),
            *rdf(lambda syntax: site.write(statements, syntax)),
            tree(site, lambda: site.write_tree(statements, iri)),
        ],
        links=links(site, iri),
        status=410 if described.is_tombstone else 200,
        page=page,
        more=described.more,
    )
    return found


def links(site: Site, iri: str) -> list[str]:
    """What the Link header says of every document: whose it is, what it is part of."""
    return signposting.of_document(site, iri)


def _page(site: Site, described: Document, shown: Resource, lang: str) -> bytes:
    viewer = Viewer(site, lang)
    things = viewer.things(described)
    shown_sections = sections(site, described.iri, lang) if described.page == 1 else []
    content = fill(
        site,
        lang,
        "entity.html",
        shown,
        thing=things[0],
        parts=things[1:],
        sections=shown_sections,
        page=described.page,
        previous=shown.page_address(lang, -1),
        next=shown.page_address(lang, 1),
        tombstone=described.is_tombstone,
        draft=site.is_draft(described.graphs),
        around=_explored(site, described.iri),
        graphs=[
            viewer.link(graph, Label(graph.removeprefix(site.release.base)))
            for graph in described.graphs
        ],
    )
    return whole(content, shown_sections)


def _explored(site: Site, iri: str) -> str:
    """What the explorer calls the thing; empty if it has no part in it."""
    local = iri.removeprefix(site.addresses.entity_base)
    shown = site.in_force and SEARCH_FILE in site.release.files and local != iri
    return local if shown else ""
