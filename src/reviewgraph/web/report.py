"""What the gate found in this release, each result with a link to the page of its rule."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter

from reviewgraph.release import manifest
from reviewgraph.web import addresses
from reviewgraph.web.pages import fill, told
from reviewgraph.web.representations import Representation, Resource, html, rdf, rdf_endings
from reviewgraph.web.routes import add_resource
from reviewgraph.web.site import Site
from reviewgraph.web.words import CHECKED


def report_router(release: manifest.Release) -> APIRouter:
    """The routes of the report, if the release has one."""
    router = APIRouter(tags=["rules"])
    if manifest.REPORT_FILE in release.files:
        add_resource(
            router,
            addresses.REPORT,
            report,
            rdf_endings(),
            summary="What the gate found in this release",
        )
    return router


def report(site: Site) -> Resource:
    """What the gate found in this release."""
    content = site.release.file(manifest.REPORT_FILE).read_bytes()

    def page(lang: str) -> bytes:
        told_of: dict[str, Any] = json.loads(content)
        return fill(
            site,
            lang,
            "report.html",
            found,
            results=[_result(site, entry, lang) for entry in told_of.get("results", ())],
            notes=[told(note, lang) for note in told_of.get("notes", ())],
            checked=[
                (CHECKED[name].get(lang) if name in CHECKED else name, count)
                for name, count in told_of.get("checked", {}).items()
            ],
            counts=told_of.get("counts", {}),
        )

    # Here JSON is the report itself, not JSON-LD.
    representations = [
        html(page),
        Representation("JSON", "json", ("application/json",), lambda _lang: content),
    ]
    if manifest.REPORT_GRAPH_FILE in site.release.files:
        representations += rdf(
            lambda syntax: site.write(site.statements(manifest.REPORT_GRAPH_FILE), syntax)
        )
    # The same release may have been judged with the source texts at hand, or without.
    tag = site.digest(manifest.REPORT_FILE)
    found = Resource(site.addresses.at(addresses.REPORT), representations, tag=tag)
    return found


def _result(site: Site, entry: dict[str, Any], lang: str) -> dict[str, Any]:
    place = entry.get("place") or {}
    return {
        "severity": entry.get("severity", ""),
        "rule": entry.get("rule_name", ""),
        "rule_address": site.rulebook.address(entry.get("rule", "")),
        "message": told(entry.get("message", {}), lang),
        "where": f"{place['file']}:{place['line']}" if place else entry.get("focus") or "",
    }
