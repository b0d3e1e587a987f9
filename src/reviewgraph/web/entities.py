"""Entities: ``/id/…`` points with 303 to ``/doc/…``, the document that tells of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from fastapi import APIRouter, Request
from fastapi.responses import Response

from reviewgraph.rdf.formats import GRAPH_SYNTAXES
from reviewgraph.release.document import Document
from reviewgraph.web import signposting
from reviewgraph.web.addresses import uri, with_language
from reviewgraph.web.labels import Label
from reviewgraph.web.pages import fill
from reviewgraph.web.problems import Problem
from reviewgraph.web.representations import (
    Representation,
    Resource,
    chosen_language,
    html,
    rdf,
    respond,
)
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
    """An entity: 303 See Other to its document."""
    site = site_of(request)
    iri = first_known(site, site.addresses.entities(raw_path(request)))
    if iri is None:
        raise unknown(site.release.base + "id/" + path)
    location = with_language(site.addresses.document(iri), chosen_language(request))
    headers = {
        "Location": location,
        "Vary": "Accept, Accept-Language",
        "Cache-Control": "no-cache",
    }
    return Response(status_code=303, headers=headers)


@router.get("/doc/{path:path}", response_class=Response)
def document(request: Request, path: str) -> Response:
    """The document of an entity: HTML or RDF, by Accept or by extension."""
    site = site_of(request)
    found = find(site, raw_path(request), site.addresses.entities)
    if found is None:
        raise unknown(site.release.base + "id/" + path)
    iri, extension = found
    return respond(request, site, resource(request, site, iri), extension)


def first_known(site: Site, candidates: Iterable[str]) -> str | None:
    """The first IRI that the release says anything of and that an address can name."""
    return next((iri for iri in candidates if site.addresses.local(iri) and site.knows(iri)), None)


def find(
    site: Site, path: str, candidates: Callable[[str], Iterable[str]]
) -> tuple[str, str | None] | None:
    """The IRI and the extension that a path means; an IRI with a dot of its own goes before."""
    iri = first_known(site, candidates(path))
    if iri is not None:
        return iri, None
    stem, dot, extension = path.rpartition(".")
    if not dot or "/" in extension:
        return None
    iri = first_known(site, candidates(stem))
    return None if iri is None else (iri, extension)


def unknown(iri: str) -> Problem:
    """404 for an IRI that the release says nothing of."""
    return Problem(
        404,
        f"ไม่มีข้อมูลของ {iri} ในรุ่นนี้",
        f"this release says nothing of {iri}",
    )


def resource(request: Request, site: Site, iri: str) -> Resource:
    """The document of an entity as something to choose a representation of."""
    described = site.document(iri)

    def page(lang: str) -> bytes:
        return _page(request, site, described, lang)

    representations: list[Representation] = [
        html(page),
        *rdf(lambda syntax: site.write(described.statements, syntax)),
    ]
    return Resource(
        path=site.addresses.document(iri),
        representations=representations,
        links=links(site, iri),
        status=410 if described.is_tombstone else 200,
    )


def links(site: Site, iri: str) -> list[str]:
    """What the Link header says of every document: whose it is, what it is part of."""
    return signposting.of_document(site, iri)


def _page(request: Request, site: Site, described: Document, lang: str) -> bytes:
    viewer = Viewer(site, lang, chosen_language(request))
    things = viewer.things(described)
    return fill(
        request,
        lang,
        "entity.html",
        thing=things[0],
        parts=things[1:],
        whole=described.whole,
        tombstone=described.is_tombstone,
        graphs=[
            viewer.link(graph, Label(graph.removeprefix(site.release.base)))
            for graph in described.graphs
        ],
        alternates=alternates(site, described.iri),
    )


def alternates(site: Site, iri: str) -> list[tuple[str, str]]:
    """The names and addresses of a document's RDF, for its page."""
    return [
        (syntax.name, site.addresses.document(iri, syntax.extension)) for syntax in GRAPH_SYNTAXES
    ]
