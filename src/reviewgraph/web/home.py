"""The front door: the home page, lists of things by class, and what machines look for."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from reviewgraph.rdf.terms import IRI
from reviewgraph.web import addresses, signposting
from reviewgraph.web.discovery import data_block
from reviewgraph.web.pages import fill, told
from reviewgraph.web.problems import Problem
from reviewgraph.web.representations import chosen_language, respond_page
from reviewgraph.web.site import Site, site_of
from reviewgraph.web.view import Value, Viewer, by_text

PAGE_SIZE = 200
router = APIRouter(tags=["site"])


@router.get("/", response_class=Response)
def home(request: Request) -> Response:
    """What this dataset is, what is in it, what it can answer."""
    site = site_of(request)

    def page(lang: str) -> bytes:
        viewer = Viewer(site, lang, chosen_language(request))
        return fill(
            request,
            lang,
            "home.html",
            description=told(site.release.descriptions, lang),
            kinds=_kinds(site, viewer),
            questions=[
                (addresses.question(question.name), told(question.titles, lang))
                for question in site.release.questions
            ],
            publisher=viewer.link(site.release.publisher),
            about_dataset=data_block(site, lang),
        )

    links = signposting.of_landing_page(site)
    return respond_page(request, site, page, links)


@router.get("/browse", response_class=Response)
def browse(request: Request, page: int = 1) -> Response:
    """The instances of the class ``?class=<IRI>``, a page at a time."""
    site = site_of(request)
    class_iri = request.query_params.get("class", "")
    count = site.class_counts.get(class_iri)
    pages = -(-(count or 0) // PAGE_SIZE)
    if count is None or not 1 <= page <= pages:
        raise Problem(
            404,
            f"ไม่มีรายการประเภท {class_iri or '(ไม่ได้ระบุ ?class=)'} หน้า {page}",
            f"there is no page {page} of the class {class_iri or '(give one by ?class=)'}",
        )

    def write(lang: str) -> bytes:
        viewer = Viewer(site, lang, chosen_language(request))
        shown = list(instances(site, class_iri, PAGE_SIZE, (page - 1) * PAGE_SIZE))
        return fill(
            request,
            lang,
            "browse.html",
            kind=viewer.link(class_iri),
            class_iri=class_iri,
            things=by_text(viewer.link(iri) for iri in shown),
            count=count,
            previous=addresses.browse(class_iri, page - 1) if page > 1 else "",
            next=addresses.browse(class_iri, page + 1) if page < pages else "",
        )

    return respond_page(request, site, write)


def instances(site: Site, class_iri: str, limit: int, offset: int = 0) -> Iterable[str]:
    """Instances of a class, in the order of their IRIs."""
    table = site.store.select(
        f"SELECT DISTINCT ?s ?class {{ {site.typed} FILTER(isIRI(?s)) }}"
        f" ORDER BY ?s LIMIT {int(limit)} OFFSET {int(offset)}",
        {"class": IRI(class_iri)},
    )
    return [row["s"].value for row in table.dicts()]


@router.get("/healthz")
def health(request: Request) -> JSONResponse:
    """Whether the site can answer: it reads one statement of its store."""
    site = site_of(request)
    next(iter(site.store.quads()), None)
    content = {"status": "ok", "release": site.release.name, "generator": site.release.generator}
    return JSONResponse(content, headers={"Cache-Control": "no-store"})


def _kinds(site: Site, viewer: Viewer) -> list[tuple[Value, str, int]]:
    """The classes, those that the publication defines itself first."""
    own = tuple(site.release.ontologies)
    listed = []
    for iri, count in site.class_counts.items():
        value = viewer.link(iri)
        listed.append((not iri.startswith(own), value, addresses.browse(iri), count))
    listed.sort(key=lambda entry: entry[0])
    return [(value, address, count) for _, value, address, count in listed]
