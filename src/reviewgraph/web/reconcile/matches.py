"""``/reconcile`` itself: the manifest, candidates for a batch of names, values of properties."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request
from fastapi.responses import Response

from reviewgraph.web.addresses import RECONCILE
from reviewgraph.web.forms import FORM, body_of, fields
from reviewgraph.web.problems import Problem
from reviewgraph.web.reconcile.extension import extend
from reviewgraph.web.reconcile.manifest import kinds_of, manifest, sent
from reviewgraph.web.reconcile.matching import Candidate, candidates
from reviewgraph.web.reconcile.queries import read_batch, read_object
from reviewgraph.web.representations import page_language
from reviewgraph.web.site import Site, site_of

_MOST_BYTES: Final = 500_000
_AT_ONCE: Final = 2
"""As many batches are answered at a time: pages must not wait for them."""
_QUERIES: Final[list[dict[str, Any]]] = [
    {
        "name": "queries",
        "in": "query",
        "description": "A JSON object of queries by key; without it the service describes itself",
        "schema": {"type": "string"},
    }
]

router = APIRouter(tags=["reconciliation"])


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

    limiter: CapacityLimiter = site.kept("reconciling", lambda _site: CapacityLimiter(_AT_ONCE))
    return sent(await to_thread.run_sync(answer, limiter=limiter))


def _candidate(site: Site, found: Candidate, lang: str) -> dict[str, Any]:
    label = site.labels.of(found.thing.iri, lang).text
    others = [name.text for name in found.thing.names if name.text != label]
    return {
        "id": found.thing.iri.removeprefix(site.addresses.entity_base),
        "name": label,
        "description": " · ".join(others[:3]),
        "type": kinds_of(site, found.thing, lang),
        "score": found.score,
        "match": found.match,
        "features": [
            {"id": "name", "value": found.name_score},
            {"id": "properties", "value": found.conditions},
        ],
    }
