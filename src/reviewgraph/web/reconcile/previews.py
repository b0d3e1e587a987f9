"""``/reconcile/preview`` and ``flyout``: a thing, a class or a property in a few words."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from reviewgraph.web.addresses import RECONCILE
from reviewgraph.web.entities import resource as document_of
from reviewgraph.web.envelope import SECURITY
from reviewgraph.web.model import use
from reviewgraph.web.negotiation import HTML_TYPE
from reviewgraph.web.pages import fill
from reviewgraph.web.problems import Problem
from reviewgraph.web.reconcile.manifest import NOT_KEPT, sent
from reviewgraph.web.representations import Resource, page_language
from reviewgraph.web.site import Site, site_of
from reviewgraph.web.view import Viewer

_PREVIEWED: Final = 6
# OpenRefine shows a preview in a frame; it holds nothing that could be done in somebody's name.
_FRAMED: Final = {
    "Content-Security-Policy": SECURITY["Content-Security-Policy"].replace(
        "frame-ancestors 'none'", "frame-ancestors *"
    )
}
_ID: Final[list[dict[str, Any]]] = [
    {"name": "id", "in": "query", "required": True, "schema": {"type": "string"}}
]

router = APIRouter(tags=["reconciliation"])


@router.get(
    f"{RECONCILE}/flyout/{{kind}}",
    response_class=Response,
    summary="A thing, type or property in a few words",
    openapi_extra={"parameters": _ID},
)
def flyout(request: Request, kind: str) -> Response:
    """A thing, type or property in a few words (section 6.2)."""
    site, lang = site_of(request), page_language(request)
    if kind not in {"entity", "type", "property"}:
        raise Problem(404, f"ไม่มี {kind}", f"there is no {kind}")
    given = request.query_params.get("id", "")
    if kind == "entity":
        html = _preview(site, site.addresses.entity_base + given, lang, "flyout.html")
    else:
        html = _word(site, given, lang)
    return sent({"id": given, "html": html.decode()})


@router.get(
    f"{RECONCILE}/preview",
    response_class=HTMLResponse,
    summary="A thing in a small page, to be framed",
    openapi_extra={"parameters": _ID},
)
def preview(request: Request) -> Response:
    """A thing in a small page (section 5)."""
    site, lang = site_of(request), page_language(request)
    iri = site.addresses.entity_base + request.query_params.get("id", "")
    content = _preview(site, iri, lang, "preview.html")
    headers = {**_FRAMED, **NOT_KEPT, "Content-Language": lang}
    return Response(content, media_type=f"{HTML_TYPE}; charset=utf-8", headers=headers)


def _preview(site: Site, iri: str, lang: str, template: str) -> bytes:
    document = site.document(iri) if _is_known(site, iri) else None
    if document is None:
        raise Problem(404, f"ไม่มี {iri} ในรุ่นนี้", f"this release says nothing of {iri}")
    thing = Viewer(site, lang).things(document)[0]
    rows = [row for group in thing.groups for row in group.rows][:_PREVIEWED]
    return fill(site, lang, template, document_of(site, iri), thing=thing, rows=rows)


def _word(site: Site, iri: str, lang: str) -> bytes:
    """A class or property in a few words; others' are told of too, as far as they are used here."""
    used = use(site, iri, lang)
    if used is None:
        raise Problem(404, f"ไม่มี {iri} ในรุ่นนี้", f"this release does not use {iri}")
    shown = Resource(site.addresses.at(RECONCILE), ())
    label = site.labels.of(iri, lang)
    return fill(site, lang, "flyout_word.html", shown, label=label, iri=iri, use=used)


def _is_known(site: Site, iri: str) -> bool:
    return bool(site.addresses.local(iri)) and site.knows(iri)
