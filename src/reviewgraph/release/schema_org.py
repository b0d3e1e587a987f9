"""The dataset in the words of schema.org, for search engines of datasets.

https://developers.google.com/search/docs/appearance/structured-data/dataset says what they read:
among others a description of 50 to 5000 characters. One file a language; the context is named and
never fetched by us.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from rdflib.namespace import FOAF

from reviewgraph.rdf.formats import RDF_SYNTAXES
from reviewgraph.rdf.namespaces import SCHEMA
from reviewgraph.release.about import About, Named, told
from reviewgraph.release.manifest import FileEntry

LANGUAGES = ("th", "en")
LEAST, MOST = 50, 5000
"""How many characters a description has."""
_PERSONS = {str(FOAF.Person), str(SCHEMA.Person)}
_SPOKEN = {
    "th": "เผยแพร่เป็นข้อมูลเชื่อมโยง (RDF) จำนวน {} ข้อความ ค้นด้วย SPARQL และดาวน์โหลดได้",
    "en": "Published as linked data (RDF): {} statements, to be queried by SPARQL or downloaded.",
}


def schema_org(
    about: About, files: Mapping[str, FileEntry], name: str, triples: int, lang: str
) -> bytes:
    """The description in JSON-LD.

    Args:
        about: what the publication says of its dataset.
        files: the dumps, by file name.
        name: the release's name.
        triples: how many statements the release has.
        lang: the language of texts, where they are in it.
    """
    catalog = about.catalog
    titles = catalog.titles
    title = told(titles, lang)
    others = [titles[tag] for tag in sorted(titles) if titles[tag] != title]
    content: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": catalog.dataset,
        "identifier": [catalog.dataset, f"sha256:{name}"],
        "url": catalog.base,
        "name": title,
        "alternateName": others,
        "description": description(catalog.descriptions, triples, lang),
        "license": catalog.license,
        "isAccessibleForFree": True,
        "creator": [_agent(agent, lang) for agent in about.creators or (about.publisher,)],
        "publisher": _agent(about.publisher, lang),
        "inLanguage": list(about.languages),
        "keywords": _keywords(about, lang),
        "datePublished": about.issued,
        "version": name,
        "temporalCoverage": f"{about.starts or '..'}/{about.ends or '..'}"
        if about.starts or about.ends
        else "",
        "spatialCoverage": [
            {"@type": "Place", "name": told(place.names, lang) or place.iri, **_same(place)}
            for place in about.places
        ],
        "includedInDataCatalog": {
            "@type": "DataCatalog",
            "@id": catalog.base + "catalog",
            "url": catalog.base + "catalog",
            "name": title,
        },
        "distribution": [
            {
                "@type": "DataDownload",
                "name": f"{syntax.name} (gzip)" if suffix else syntax.name,
                "contentUrl": catalog.base + file,
                "encodingFormat": "application/gzip" if suffix else syntax.media_type,
                "contentSize": f"{files[file].bytes} B",
                "sha256": files[file].sha256,
            }
            for syntax in RDF_SYNTAXES
            for suffix in ("", ".gz")
            if (file := f"dump.{syntax.extension}{suffix}") in files
        ],
    }
    # What the publication does not say is left out, not said to be nothing.
    given = {key: value for key, value in content.items() if value not in ("", [])}
    return (json.dumps(given, ensure_ascii=False, indent=1) + "\n").encode()


def description(descriptions: dict[str, str], triples: int, lang: str) -> str:
    """A description as long as search engines want it, begun with the publication's own words."""
    text = told(descriptions, lang)
    if len(text) < LEAST:
        text = f"{text} {_SPOKEN.get(lang, _SPOKEN['en']).format(triples)}".strip()
    if len(text) > MOST:
        text = text[: MOST - 1].rstrip() + "…"
    return text


def _keywords(about: About, lang: str) -> list[str]:
    in_language = [str(word) for word in about.keywords if word.language == lang]
    return in_language or [str(word) for word in about.keywords]


def _agent(agent: Named, lang: str) -> dict[str, str]:
    kind = "Person" if _PERSONS & set(agent.kinds) else "Organization"
    named = {"@type": kind, "name": told(agent.names, lang) or agent.iri}
    return named | ({"@id": agent.iri, "url": agent.iri} if agent.iri else {})


def _same(place: Named) -> dict[str, Any]:
    return ({"@id": place.iri} if place.iri else {}) | (
        {"sameAs": list(place.same_as)} if place.same_as else {}
    )
