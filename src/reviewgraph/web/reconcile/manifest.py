"""What the reconciliation service says of itself, and what it calls classes and properties.

Its addresses are told below the base IRI, as all that leaves the site is: matching works wherever
the site is, suggestions and previews once the base IRI leads to it.
"""

from __future__ import annotations

import json
from typing import Any, Final

from fastapi.responses import Response
from rdflib.namespace import OWL

from reviewgraph.release.search.names import Named
from reviewgraph.web.addresses import API, RECONCILE
from reviewgraph.web.pages import told
from reviewgraph.web.reconcile.queries import MOST_QUERIES
from reviewgraph.web.site import Site
from reviewgraph.web.usage import CLASS_KINDS, PROPERTY_KINDS, usage_of

VERSION: Final = "0.2"
NOT_KEPT: Final = {"Cache-Control": "no-cache", "Vary": "Accept-Language"}
_OF_WORDS: Final = frozenset(map(str, (*CLASS_KINDS, *PROPERTY_KINDS, OWL.Ontology)))
"""Kinds of words, not of things."""
_WIDTH: Final = 430
_HEIGHT: Final = 300
_DEFAULT_TYPES: Final = 10


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
        "identifierSpace": site.addresses.entity_base,
        "schemaSpace": site.release.ontologies[0] if site.release.ontologies else f"{base}/",
        "documentation": f"{base}{API}",
        "serviceVersion": site.short_name,
        "defaultTypes": types_of(site, lang)[:_DEFAULT_TYPES],
        "view": {"url": f"{site.addresses.entity_base}{{{{id}}}}"},
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


def types_of(site: Site, lang: str) -> list[dict[str, str]]:
    """The classes of things below the base, the largest first."""
    return [
        {"id": iri, "name": site.labels.of(iri, lang).text}
        for iri in site.class_counts
        if iri not in _OF_WORDS
    ]


def properties_of(site: Site, lang: str) -> list[dict[str, str]]:
    """The properties that are declared or used, those with the most statements first."""
    counts = usage_of(site).properties
    ordered = sorted(counts, key=lambda iri: (-counts[iri], iri))
    return [{"id": iri, "name": site.labels.of(iri, lang).text} for iri in ordered]


def kinds_of(site: Site, thing: Named, lang: str) -> list[dict[str, str]]:
    """The classes of a thing, as a candidate tells them."""
    return [{"id": kind, "name": site.labels.of(kind, lang).text} for kind in thing.kinds]


def sent(content: dict[str, Any]) -> Response:
    """An answer of the service, which is in the language that was asked for."""
    text = json.dumps(content, ensure_ascii=False)
    return Response(text + "\n", media_type="application/json", headers=NOT_KEPT)
