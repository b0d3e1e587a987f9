"""Routes of one resource: its negotiated address, and one for each ending it has."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from fastapi import APIRouter, Request
from fastapi.responses import Response

from reviewgraph.web.representations import Resource, ending_of, respond
from reviewgraph.web.site import Site, site_of


def add_resource(
    router: APIRouter,
    path: str,
    make: Callable[[Site], Resource],
    endings: Iterable[str],
    *,
    summary: str,
    negotiated: str | None = None,
) -> None:
    """Add the routes.

    Args:
        router: where to.
        path: the address that the endings come behind.
        make: gives the resource of a site.
        endings: those that it has.
        summary: for the OpenAPI document, which has the negotiated address alone.
        negotiated: the address without an ending, if it is not ``path``.
    """
    name = path.strip("/").replace("/", "_").replace(".", "").replace("-", "_")
    for ending in (None, *endings):
        router.add_api_route(
            f"{path}.{ending}" if ending else negotiated or path,
            _handler(make, ending),
            methods=["GET"],
            response_class=Response,
            operation_id=f"{name}_{(ending or 'any').replace('.', '_')}",
            summary=summary,
            include_in_schema=ending is None,
        )


def _handler(make: Callable[[Site], Resource], ending: str | None) -> Callable[[Request], Response]:
    wanted = ending_of(ending)

    def answer(request: Request) -> Response:
        site = site_of(request)
        return respond(request, site, make(site), wanted)

    return answer
