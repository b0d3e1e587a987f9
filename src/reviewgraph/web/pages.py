"""Pages: templates filled with what one request may know. Everything is escaped by default."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reviewgraph.errors import Words
from reviewgraph.web import addresses
from reviewgraph.web.addresses import with_language
from reviewgraph.web.representations import chosen_language, page_language
from reviewgraph.web.site import Site, site_of
from reviewgraph.web.words import LANGUAGE_NAMES, SITE

TEMPLATES = Path(__file__).parent / "templates"


def render(request: Request, name: str, /, **context: object) -> HTMLResponse:
    """The page ``name`` with this context, in the language that the reader asks for.

    Templates always have ``lang``, ``release``, ``path``, ``site_title``, the function ``t`` for
    the site's own words, and ``to`` for links inside of the site.
    """
    lang = page_language(request)
    varies = [] if chosen_language(request) else ["Accept-Language"]
    headers = {"Content-Language": lang, "Cache-Control": "no-cache"}
    response = HTMLResponse(fill(request, lang, name, **context), headers=headers)
    if varies:
        response.headers["Vary"] = ", ".join(varies)
    return response


def fill(request: Request, lang: str, name: str, /, **context: object) -> bytes:
    """The text of the page ``name`` in ``lang``."""
    site = site_of(request)
    chosen = chosen_language(request)
    common: dict[str, Any] = {
        "lang": lang,
        "release": site.release,
        "path": _raw_path(request),
        "site_title": told(site.release.titles, lang),
        "short_name": site.short_name,
        "at": addresses,
        "switch": _switch(request, lang),
        "vocabularies": _vocabularies(site, lang),
        "licence_href": site.addresses.href(site.release.license),
        "alternates": (),
        "t": lambda key: SITE[key].get(lang),
        "to": lambda address: with_language(address, chosen),
        "language_name": lambda tag: language_name(tag, lang),
    }
    return _environment().get_template(name).render({**common, **context}).encode()


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


def _switch(request: Request, lang: str) -> str:
    """The address of this page in the other language."""
    other = "en" if lang == "th" else "th"
    query = [
        (name, value)
        for name, value in parse_qsl(request.url.query, keep_blank_values=True)
        if name != "lang"
    ]
    return f"{_raw_path(request)}?{urlencode([*query, ('lang', other)])}"


def _vocabularies(site: Site, lang: str) -> list[tuple[str, str]]:
    return [
        (local, site.labels.of(iri, lang).text)
        for iri in sorted(set(site.ontologies.values()))
        if (local := site.addresses.local(iri))
    ]


def _raw_path(request: Request) -> str:
    raw = request.scope.get("raw_path")
    path = raw.decode("ascii", "replace") if raw else request.url.path
    # Two slashes would make a browser look for another host.
    return "/" + path.lstrip("/")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
