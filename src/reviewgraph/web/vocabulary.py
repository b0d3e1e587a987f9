"""``/vocab.json``: the prefixes, classes and properties of the release, for who writes queries."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from reviewgraph.rdf.namespaces import PREFIXES
from reviewgraph.web.addresses import VOCABULARY
from reviewgraph.web.negotiation import LANGUAGES
from reviewgraph.web.representations import Resource, data
from reviewgraph.web.routes import add_resource
from reviewgraph.web.site import Site
from reviewgraph.web.usage import usage_of

router = APIRouter(tags=["vocabulary"])


def resource(site: Site) -> Resource:
    """The words as JSON: each with its IRI, its short name, labels, and how often it is used."""

    def words() -> dict[str, Any]:
        prefixes = {**PREFIXES, **site.release.prefixes}
        usage = usage_of(site)
        return {
            "prefixes": dict(sorted(prefixes.items())),
            "classes": _words(site, prefixes, usage.classes),
            "properties": _words(site, prefixes, usage.properties),
        }

    stem = VOCABULARY.removesuffix(".json")
    return Resource(site.addresses.at(stem), [data(words)])


add_resource(
    router,
    VOCABULARY.removesuffix(".json"),
    resource,
    ("json",),
    summary="Prefixes, classes and properties with labels and counts",
    negotiated="/vocab",
)


def _words(site: Site, prefixes: dict[str, str], counts: dict[str, int]) -> list[dict[str, Any]]:
    """The most used first."""
    return [
        {
            "iri": iri,
            "name": _short(iri, prefixes),
            "labels": {
                lang: label.text
                for lang in LANGUAGES
                if (label := site.labels.named(iri, lang)) and label.lang in {lang, ""}
            },
            "count": count,
        }
        for iri, count in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    ]


def _short(iri: str, prefixes: dict[str, str]) -> str:
    """The prefixed name, or nothing where SPARQL would not read it as one."""
    for prefix, namespace in sorted(prefixes.items(), key=lambda entry: -len(entry[1])):
        local = iri.removeprefix(namespace)
        if local != iri and local.replace("-", "").replace("_", "").isalnum() and local.isascii():
            return f"{prefix}:{local}"
    return ""
