"""The addresses of the reconciliation service, and what each answers.

Its addresses are told below the base IRI, as all that leaves the site is: matching works wherever
the site is, suggestions and previews once the base IRI leads to it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, Final

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from reviewgraph.release.search.names import Named
from reviewgraph.web.addresses import RECONCILE
from reviewgraph.web.entities import resource as document_of
from reviewgraph.web.envelope import SECURITY
from reviewgraph.web.forms import FORM, body_of, fields
from reviewgraph.web.model import use
from reviewgraph.web.negotiation import HTML_TYPE
from reviewgraph.web.pages import fill, told
from reviewgraph.web.problems import Problem
from reviewgraph.web.reconcile.extension import extend, proposed
from reviewgraph.web.reconcile.matching import Candidate, candidates
from reviewgraph.web.reconcile.queries import MOST_QUERIES, read_batch, read_object
from reviewgraph.web.representations import Resource, page_language
from reviewgraph.web.search import index_of
from reviewgraph.web.site import Site, site_of
from reviewgraph.web.usage import usage_of
from reviewgraph.web.view import Viewer

VERSION: Final = "0.2"
_MOST_BYTES: Final = 500_000
_SUGGESTED: Final = 10
_LONGEST: Final = 200
_WIDTH: Final = 430
_HEIGHT: Final = 300
_DEFAULT_TYPES: Final = 10
_PREVIEWED: Final = 6
# OpenRefine shows a preview in a frame; it holds nothing that could be done in somebody's name.
_FRAMED: Final = {
    "Content-Security-Policy": SECURITY["Content-Security-Policy"].replace(
        "frame-ancestors 'none'", "frame-ancestors *"
    )
}
_NOT_KEPT: Final = {"Cache-Control": "no-cache", "Vary": "Accept-Language"}
_QUERIES: Final[list[dict[str, Any]]] = [
    {
        "name": "queries",
        "in": "query",
        "description": "A JSON object of queries by key; without it the service describes itself",
        "schema": {"type": "string"},
    }
]
_PREFIX: Final[list[dict[str, Any]]] = [
    {"name": "prefix", "in": "query", "required": True, "schema": {"type": "string"}},
    {"name": "cursor", "in": "query", "schema": {"type": "integer", "minimum": 0}},
]
_ID: Final[list[dict[str, Any]]] = [
    {"name": "id", "in": "query", "required": True, "schema": {"type": "string"}}
]

router = APIRouter(tags=["reconciliation"])


def manifest(site: Site, lang: str) -> dict[str, Any]:
    """What the service is, and where its parts are (section 4.2)."""
    base = site.release.base.rstrip("/")

    def place(kind: str) -> dict[str, str]:
        return {
            "service_url": base,
            "service_path": f"{RECONCILE}/suggest/{kind}",
            "flyout_service_url": base,
            "flyout_service_path": f"{RECONCILE}/flyout/{kind}?id=${{id}}",
        }

    return {
        "versions": [VERSION],
        "name": told(site.release.titles, lang),
        "identifierSpace": _entities(site),
        "schemaSpace": site.release.ontologies[0] if site.release.ontologies else f"{base}/",
        "documentation": f"{base}/api",
        "serviceVersion": site.short_name,
        "defaultTypes": _types(site, lang)[:_DEFAULT_TYPES],
        "view": {"url": f"{_entities(site)}{{{{id}}}}"},
        "preview": {
            "url": f"{base}{RECONCILE}/preview?id={{{{id}}}}",
            "width": _WIDTH,
            "height": _HEIGHT,
        },
        "suggest": {kind: place(kind) for kind in ("entity", "type", "property")},
        "extend": {
            "propose_properties": {"service_url": base, "service_path": f"{RECONCILE}/properties"},
            "property_settings": [],
        },
        "batchSize": MOST_QUERIES,
    }


@router.get(
    RECONCILE,
    response_class=Response,
    summary="Names matched with things",
    openapi_extra={"parameters": _QUERIES},
)
async def asked(request: Request) -> Response:
    """The manifest, or the candidates for each query (sections 4.2 to 4.4)."""
    return await _answer(request, fields(request.scope.get("query_string", b""), "the address"))


@router.post(
    RECONCILE,
    response_class=Response,
    summary="Names matched with things",
    openapi_extra={
        "requestBody": {
            "content": {
                FORM: {
                    "schema": {
                        "type": "object",
                        "properties": {
                            "queries": {"type": "string"},
                            "extend": {"type": "string"},
                        },
                    }
                }
            }
        }
    },
)
async def posted(request: Request) -> Response:
    """The same, asked by a form; ``extend`` asks for the values of properties."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise Problem(415, f"ส่งเป็น {FORM}", f"send {FORM}", headers={"Accept-Post": FORM})
    return await _answer(request, fields(await body_of(request, _MOST_BYTES), "the form"))


@router.get(
    f"{RECONCILE}/suggest/{{kind}}",
    response_class=Response,
    summary="Things, types or properties by the beginning of a name",
    openapi_extra={"parameters": _PREFIX},
)
def suggest(request: Request, kind: str) -> Response:
    """Things, types or properties by the beginning of a name (section 6)."""
    site, lang = site_of(request), page_language(request)
    prefix = request.query_params.get("prefix", "").strip()[:_LONGEST]
    cursor = request.query_params.get("cursor", "0")
    start = int(cursor) if cursor.isascii() and cursor.isdigit() and len(cursor) < 6 else 0  # noqa: PLR2004 - digits
    if kind == "entity":
        found = [_suggested(site, thing, lang) for thing in _entities_called(site, prefix)]
    elif kind in {"type", "property"}:
        found = [
            each
            for each in (_types if kind == "type" else _properties)(site, lang)
            if prefix.casefold() in each["name"].casefold() or each["id"].endswith(prefix)
        ]
    else:
        raise Problem(404, f"ไม่มี {kind} ให้เลือก", f"there is no {kind} to suggest")
    return _json({"result": found[start : start + _SUGGESTED]})


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
        html = _preview(site, _entities(site) + given, lang, "flyout.html")
    else:
        html = _word(site, given, lang)
    return _json({"id": given, "html": html.decode()})


@router.get(
    f"{RECONCILE}/properties",
    response_class=Response,
    summary="Properties whose values can be asked for",
    openapi_extra={
        "parameters": [
            {"name": name, "in": "query", "schema": {"type": kind}}
            for name, kind in (("type", "string"), ("limit", "integer"))
        ]
    },
)
def properties(request: Request) -> Response:
    """Properties that the instances of a type have (section 7.2)."""
    limit = request.query_params.get("limit", "")
    most = int(limit) if limit.isascii() and limit.isdigit() and len(limit) < 4 else 0  # noqa: PLR2004 - digits
    kind = request.query_params.get("type", "")
    found = proposed(site_of(request), kind, most or _LONGEST, page_language(request))
    return _json(found)


@router.get(
    f"{RECONCILE}/preview",
    response_class=HTMLResponse,
    summary="A thing in a small page, to be framed",
    openapi_extra={"parameters": _ID},
)
def preview(request: Request) -> Response:
    """A thing in a small page (section 5)."""
    site, lang = site_of(request), page_language(request)
    iri = _entities(site) + request.query_params.get("id", "")
    content = _preview(site, iri, lang, "preview.html")
    headers = {**_FRAMED, **_NOT_KEPT, "Content-Language": lang}
    return Response(content, media_type=f"{HTML_TYPE}; charset=utf-8", headers=headers)


async def _answer(request: Request, given: list[tuple[str, str]]) -> Response:
    names = [name for name, _ in given]
    for name in ("queries", "extend"):
        if names.count(name) > 1:
            raise Problem(400, f"มี {name} เกินหนึ่งครั้ง", f"{name} is given more than once")
    values = dict(given)
    site, lang = site_of(request), page_language(request)
    answer: Callable[[], dict[str, Any]]
    if "queries" in values:
        batch = read_batch(values["queries"])

        def answer() -> dict[str, Any]:
            return {
                key: {"result": [_candidate(site, each, lang) for each in candidates(site, query)]}
                for key, query in batch.items()
            }

    elif "extend" in values:
        wanted = read_object(values["extend"], "extend")

        def answer() -> dict[str, Any]:
            return extend(site, wanted, lang)

    else:

        def answer() -> dict[str, Any]:
            return manifest(site, lang)

    return _json(await to_thread.run_sync(answer))


def _candidate(site: Site, found: Candidate, lang: str) -> dict[str, Any]:
    label = site.labels.of(found.thing.iri, lang).text
    others = [name.text for name in found.thing.names if name.text != label]
    return {
        "id": found.thing.iri.removeprefix(_entities(site)),
        "name": label,
        "description": " · ".join(others[:3]),
        "type": _kinds(site, found.thing, lang),
        "score": found.score,
        "match": found.match,
        "features": [
            {"id": "name", "value": found.name_score},
            {"id": "properties", "value": found.conditions},
        ],
    }


def _suggested(site: Site, thing: Named, lang: str) -> dict[str, Any]:
    kinds = _kinds(site, thing, lang)
    return {
        "id": thing.iri.removeprefix(_entities(site)),
        "name": site.labels.of(thing.iri, lang).text,
        "description": kinds[0]["name"] if kinds else "",
        "notable": kinds,
    }


def _kinds(site: Site, thing: Named, lang: str) -> list[dict[str, str]]:
    return [{"id": kind, "name": site.labels.of(kind, lang).text} for kind in thing.kinds]


def _entities_called(site: Site, prefix: str) -> Iterable[Named]:
    found = (each.thing for each in index_of(site).find(prefix))
    return (thing for thing in found if thing.iri.startswith(_entities(site)))


def _types(site: Site, lang: str) -> list[dict[str, str]]:
    """The classes of things below the base, the largest first."""
    return [
        {"id": iri, "name": site.labels.of(iri, lang).text}
        for iri in site.class_counts
        if not iri.startswith("http://www.w3.org/2002/07/owl#")
    ]


def _properties(site: Site, lang: str) -> list[dict[str, str]]:
    counts = usage_of(site).properties
    ordered = sorted(counts, key=lambda iri: (-counts[iri], iri))
    return [{"id": iri, "name": site.labels.of(iri, lang).text} for iri in ordered]


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


def _entities(site: Site) -> str:
    return f"{site.release.base}id/"


def _json(content: dict[str, Any]) -> Response:
    text = json.dumps(content, ensure_ascii=False)
    return Response(text + "\n", media_type="application/json", headers=_NOT_KEPT)
