"""The front door: the home page, lists of things by class, and what machines look for."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from reviewgraph.rdf.terms import IRI
from reviewgraph.web import addresses, signposting
from reviewgraph.web.addresses import endings, spellings
from reviewgraph.web.discovery import data_block
from reviewgraph.web.entities import raw_path
from reviewgraph.web.pages import fill, told
from reviewgraph.web.problems import Problem
from reviewgraph.web.representations import Resource, html, page_endings, respond
from reviewgraph.web.routes import add_resource
from reviewgraph.web.sections import sections, whole
from reviewgraph.web.site import Site, site_of
from reviewgraph.web.values import Value, by_text
from reviewgraph.web.view import Viewer

PAGE_SIZE = 200
router = APIRouter(tags=["site"])


def home(site: Site) -> Resource:
    """What this dataset is, what is in it, what it can answer."""

    def page(lang: str) -> bytes:
        viewer = Viewer(site, lang)
        shown = sections(site, site.release.dataset, lang)
        content = fill(
            site,
            lang,
            "home.html",
            found,
            description=told(site.release.descriptions, lang),
            kinds=_kinds(site, viewer),
            questions=[
                (addresses.question(question.name), told(question.titles, lang))
                for question in site.release.questions
            ],
            publisher=viewer.link(site.release.publisher),
            sections=shown,
            about_dataset=data_block(site, lang),
        )
        return whole(content, shown)

    links = signposting.of_landing_page(site)
    found = Resource(site.addresses.at(addresses.INDEX), [html(page)], links)
    return found


add_resource(
    router,
    addresses.INDEX,
    home,
    page_endings(),
    summary="What this dataset is, what is in it, what it can answer",
    negotiated=addresses.HOME,
)


@router.get("/browse/{name:path}", response_class=Response)
def browse(request: Request, name: str) -> Response:
    """The instances of a class, a page at a time."""
    site = site_of(request)
    for text, ending in endings(raw_path(request).removeprefix(f"{addresses.BROWSE}/")):
        for spelling in spellings(text):
            class_iri = site.class_names.get(spelling)
            if class_iri is not None:
                return respond(request, site, listing(site, class_iri, ending.page), ending)
    raise Problem(404, f"ไม่มีรายการประเภท {name}", f"there is no list of {name}")


def listing(site: Site, class_iri: str, number: int = 1) -> Resource:
    """A page of the list of a class's instances.

    Raises:
        Problem: 404 if the list has not as many.
    """
    count = site.class_counts[class_iri]
    if number > 1 and (number - 1) * PAGE_SIZE >= count:
        raise Problem(404, f"รายการนี้ไม่มีหน้า {number}", f"this list has no page {number}")

    def page(lang: str) -> bytes:
        viewer = Viewer(site, lang)
        shown = instances(site, class_iri, PAGE_SIZE, (number - 1) * PAGE_SIZE)
        return fill(
            site,
            lang,
            "browse.html",
            found,
            kind=viewer.link(class_iri),
            class_iri=class_iri,
            things=by_text(viewer.link(iri) for iri in shown),
            count=count,
            previous=found.page_address(lang, -1),
            next=found.page_address(lang, 1),
        )

    path = site.addresses.at(site.lists[class_iri])
    found = Resource(path, [html(page)], page=number, more=number * PAGE_SIZE < count)
    return found


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
    """Whether the process is alive; ``/readyz`` tells whether it can answer."""
    site = site_of(request)
    content = {"status": "ok", "release": site.release.name, "generator": site.release.generator}
    return JSONResponse(content, headers={"Cache-Control": "no-store"})


def _kinds(site: Site, viewer: Viewer) -> list[tuple[Value, str, int]]:
    """The classes, those that the publication defines itself first."""
    own = tuple(site.release.ontologies)
    listed = []
    for iri, count in site.class_counts.items():
        value = viewer.link(iri)
        listed.append((not iri.startswith(own), value, site.lists[iri], count))
    listed.sort(key=lambda entry: entry[0])
    return [(value, address, count) for _, value, address, count in listed]
