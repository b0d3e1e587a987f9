"""What the gate found in this release, each result with a link to the page of its rule."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from reviewgraph.rdf.formats import GRAPH_SYNTAXES
from reviewgraph.rdf.terms import quads_of
from reviewgraph.release import manifest
from reviewgraph.web import addresses
from reviewgraph.web.pages import fill, told
from reviewgraph.web.representations import (
    Representation,
    Resource,
    html,
    rdf,
    rdf_extensions,
    respond,
)
from reviewgraph.web.site import Site, site_of
from reviewgraph.web.words import CHECKED


def report_router(release: manifest.Release) -> APIRouter:
    """The routes of the report, if the release has one."""
    router = APIRouter(tags=["rules"])
    extensions = (None, "html", *rdf_extensions())
    for extension in extensions if manifest.REPORT_FILE in release.files else ():
        router.add_api_route(
            f"{addresses.REPORT}.{extension}" if extension else addresses.REPORT,
            _report(extension),
            methods=["GET"],
            response_class=Response,
            operation_id=f"report_{extension or 'any'}",
            summary="What the gate found in this release",
            include_in_schema=extension is None,
        )
    return router


def _report(extension: str | None) -> Callable[[Request], Response]:
    def send(request: Request) -> Response:
        site = site_of(request)
        content = site.release.file(manifest.REPORT_FILE).read_bytes()

        def page(lang: str) -> bytes:
            report: dict[str, Any] = json.loads(content)
            return fill(
                request,
                lang,
                "report.html",
                results=[_result(site, entry, lang) for entry in report.get("results", ())],
                notes=[told(note, lang) for note in report.get("notes", ())],
                checked=[
                    (CHECKED[name].get(lang) if name in CHECKED else name, count)
                    for name, count in report.get("checked", {}).items()
                ],
                counts=report.get("counts", {}),
                alternates=[
                    ("JSON", f"{addresses.REPORT}.json"),
                    *(
                        (syntax.name, f"{addresses.REPORT}.{syntax.extension}")
                        for syntax in GRAPH_SYNTAXES
                    ),
                ],
            )

        representations = [
            html(page),
            Representation("json", ("application/json",), lambda _lang: content),
        ]
        if manifest.REPORT_GRAPH_FILE in site.release.files:
            graph = rdf(
                lambda syntax: site.write(quads_of(site.graph(manifest.REPORT_GRAPH_FILE)), syntax)
            )
            # Here JSON is the report itself, not JSON-LD.
            representations += [each for each in graph if each.extension != "json"]
        # The same release may have been judged with the source texts at hand, or without.
        tag = site.digest(manifest.REPORT_FILE)
        resource = Resource(addresses.REPORT, representations, tag=tag)
        return respond(request, site, resource, extension)

    return send


def _result(site: Site, entry: dict[str, Any], lang: str) -> dict[str, Any]:
    place = entry.get("place") or {}
    return {
        "severity": entry.get("severity", ""),
        "rule": entry.get("rule_name", ""),
        "rule_address": site.rulebook.address(entry.get("rule", "")),
        "message": told(entry.get("message", {}), lang),
        "where": f"{place['file']}:{place['line']}" if place else entry.get("focus") or "",
    }
