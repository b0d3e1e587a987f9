"""``/reconcile/suggest`` and what belongs to it: things, classes and properties to choose from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from reviewgraph.release.search.names import Named
from reviewgraph.web.addresses import RECONCILE
from reviewgraph.web.forms import whole_number
from reviewgraph.web.problems import Problem
from reviewgraph.web.reconcile.extension import proposed
from reviewgraph.web.reconcile.manifest import kinds_of, properties_of, sent, types_of
from reviewgraph.web.representations import page_language
from reviewgraph.web.search import index_of
from reviewgraph.web.site import Site, site_of

_SUGGESTED: Final = 10
_LONGEST: Final = 200
_MOST_PROPERTIES: Final = 200
_PREFIX: Final[list[dict[str, Any]]] = [
    {"name": "prefix", "in": "query", "required": True, "schema": {"type": "string"}},
    {"name": "cursor", "in": "query", "schema": {"type": "integer", "minimum": 0}},
]

router = APIRouter(tags=["reconciliation"])


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
    start = whole_number(request, "cursor", 0)
    if kind == "entity":
        found = [_suggested(site, thing, lang) for thing in _entities_called(site, prefix)]
    elif kind in {"type", "property"}:
        found = [
            each
            for each in (types_of if kind == "type" else properties_of)(site, lang)
            if prefix.casefold() in each["name"].casefold() or each["id"].endswith(prefix)
        ]
    else:
        raise Problem(404, f"ไม่มี {kind} ให้เลือก", f"there is no {kind} to suggest")
    return sent({"result": found[start : start + _SUGGESTED]})


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
    limit = min(whole_number(request, "limit", _MOST_PROPERTIES), _MOST_PROPERTIES)
    kind = request.query_params.get("type", "")
    return sent(proposed(site_of(request), kind, limit, page_language(request)))


def _suggested(site: Site, thing: Named, lang: str) -> dict[str, Any]:
    kinds = kinds_of(site, thing, lang)
    return {
        "id": thing.iri.removeprefix(site.addresses.entity_base),
        "name": site.labels.of(thing.iri, lang).text,
        "description": kinds[0]["name"] if kinds else "",
        "notable": kinds,
    }


def _entities_called(site: Site, prefix: str) -> Iterable[Named]:
    found = (each.thing for each in index_of(site).find(prefix))
    return (thing for thing in found if thing.iri.startswith(site.addresses.entity_base))
