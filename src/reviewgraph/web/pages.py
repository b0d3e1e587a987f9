"""Pages: templates filled with what a release says. Everything is escaped by default.

A page is a function of its resource and its language alone: what the request says besides has no
part in it, so that the same page can be sent, kept and written to a file.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reviewgraph.errors import Words
from reviewgraph.release.manifest import SEARCH_FILE
from reviewgraph.web import addresses
from reviewgraph.web.addresses import INDEX, PAGE_EXTENSION
from reviewgraph.web.representations import Resource
from reviewgraph.web.site import Site
from reviewgraph.web.words import LANGUAGE_NAMES, SITE

# https://www.w3.org/TR/xml/#charsets
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
TEMPLATES = Path(__file__).parent / "templates"


def fill(site: Site, lang: str, name: str, resource: Resource, /, **context: object) -> bytes:
    """The text of the page ``name`` of a resource in ``lang``.

    Templates always have ``lang``, ``release``, ``site_title``, ``formats`` (the resource as
    data), ``t`` for the site's own words, ``to`` for the page that an address of the site has in
    this language, and ``at`` for an address as it is.
    """
    other = "en" if lang == "th" else "th"
    common: dict[str, Any] = {
        "lang": lang,
        "site": site,
        "release": site.release,
        "site_title": told(site.release.titles, lang),
        "short_name": site.short_name,
        "paths": addresses,
        "search_file": SEARCH_FILE,
        "current": f"{INDEX}.{lang}.{PAGE_EXTENSION}",
        "switch": resource.address(PAGE_EXTENSION, other),
        "formats": resource.formats(),
        "vocabularies": _vocabularies(site, lang),
        "licence_href": site.addresses.href(site.release.license),
        "t": lambda key: SITE[key].get(lang),
        "to": lambda address: site.addresses.page(address, lang),
        "at": site.addresses.at,
        "language_name": lambda tag: language_name(tag, lang),
    }
    return _environment().get_template(name).render({**common, **context}).encode()


def xml(name: str, /, **context: object) -> bytes:
    """The text of an XML document, characters that XML does not have left out."""
    text = _environment().get_template(name).render(context)
    return _NOT_XML.sub("\ufffd", text.lstrip()).encode()


def told(by_language: dict[str, str], lang: str) -> str:
    """What a publication says, in ``lang`` or else in the language it has."""
    for tag in (lang, "", "th", "en", *sorted(by_language)):
        if tag in by_language:
            return by_language[tag]
    return ""


def language_name(tag: str, lang: str) -> str:
    """The name of a language, or its tag."""
    words = LANGUAGE_NAMES.get(tag.partition("-")[0], Words(tag, tag))
    return words.get(lang)


def _vocabularies(site: Site, lang: str) -> list[tuple[str, str]]:
    return [
        (local, site.labels.of(iri, lang).text)
        for iri in sorted(set(site.ontologies.values()))
        if (local := site.addresses.local(iri))
    ]


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
