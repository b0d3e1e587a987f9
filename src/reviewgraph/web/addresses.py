"""Every address of the site, minted in one place.

What is emitted is host-relative, or canonical (below the base IRI of the release). The Host
header of a request is never part of it.

An address without an ending is negotiated. Each representation has an address of its own, which
is the whole of what chooses it and can be the name of a file::

    /doc/x           by Accept and Accept-Language      /doc/x.ttl       Turtle
    /doc/x.html      by Accept-Language                 /doc/x.th.html   the page in Thai
    /doc/x.page-2    what did not fit on the first      /doc/x.page-2.th.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote_to_bytes

from reviewgraph.web.negotiation import LANGUAGES

HOME = "/"
INDEX = "/index"
QUESTIONS = "/questions"
GRAPHS = "/graphs"
BROWSE = "/browse"
SPARQL = "/sparql"
DUMP = "/dump"
CHECKSUMS = "/dump/SHA256SUMS"
VOID = "/.well-known/void"
CATALOG = "/catalog"
SHAPES = "/shapes"
RULES = "/rules"
REPORT = "/report"
SEARCH = "/search"
SEARCH_INDEX = "/search-index.json"
VOCABULARY = "/vocab.json"
RECONCILE = "/reconcile"
EXPLORE = "/explore"
CONTEXT = "/context.jsonld"
MANIFEST = "/manifest.json"
PICTURES = "/pictures"
RELEASES = "/releases"
CHANGES = "/changes.atom"
TIMEGATE = "/timegate"
TIMEMAP = "/timemap"
OPENAPI = "/openapi.json"
API = "/api"
SITEMAP = "/sitemap.xml"
ROBOTS = "/robots.txt"
GUIDE = "/llms.txt"
CITATION = "/CITATION.cff"
THAI_CATALOG = "/thai-gdc.json"
STATIC = "/static"
STYLE = f"{STATIC}/style.css"
ICON = f"{STATIC}/icon.svg"
YASQE = f"{STATIC}/vendor/yasqe-4.6.2"
CYTOSCAPE = f"{STATIC}/vendor/cytoscape-3.34.4"
PAGES: Final = frozenset(
    {
        API,
        EXPLORE,
        HOME,
        QUESTIONS,
        GRAPHS,
        SPARQL,
        DUMP,
        CATALOG,
        SHAPES,
        RULES,
        REPORT,
        RELEASES,
        SEARCH,
    }
)
"""Those that a page is at, whatever the release says."""

_ENTITY = "id/"
_DOT_SEGMENT = re.compile(r"(?:^|/)\.\.?(?:/|$)")
_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_LAST_CONTROL = 0x9F
# What an IRI may hold and an address has to keep as it is (RFC 3987 3.1): all but non-ASCII.
_KEPT = "!#$%&'()*+,/:;=?@[]~"


PAGE_EXTENSION: Final = "html"
PICTURE_EXTENSION: Final = "svg"
_BY_LANGUAGE = frozenset({PAGE_EXTENSION, PICTURE_EXTENSION})
_EXTENSION = re.compile(r"(?s)(.+)\.([a-z]+)")
_LANGUAGE = re.compile(rf"(?s)(.+)\.({'|'.join(LANGUAGES)})")
_PAGE = re.compile(r"(?s)(.+)\.page-([2-9]|[1-9][0-9]{1,8})")


@dataclass(frozen=True, slots=True)
class Ending:
    """What an address says of the representation that is meant.

    Without an extension Accept decides, without a language Accept-Language does.
    """

    extension: str | None = None
    language: str | None = None
    page: int = 1

    def __str__(self) -> str:
        """As it stands at the end of an address."""
        parts = [f"page-{self.page}" if self.page > 1 else None, self.language, self.extension]
        return "".join(f".{part}" for part in parts if part)


def endings(path: str) -> Iterator[tuple[str, Ending]]:
    """The ways to read an address as something and an ending, the shortest ending first."""
    yield path, Ending()
    extension = language = None
    if match := _EXTENSION.fullmatch(path):
        path, extension = match[1], match[2]
        yield path, Ending(extension)
        if extension in _BY_LANGUAGE and (match := _LANGUAGE.fullmatch(path)):
            path, language = match[1], match[2]
            yield path, Ending(extension, language)
    if match := _PAGE.fullmatch(path):
        yield match[1], Ending(extension, language, int(match[2]))


class Addresses:
    """The addresses of one release: the way from an IRI to an address, and back.

    An older release has all of its addresses below ``prefix``. The IRIs of entities begin with
    ``entity_base``.
    """

    def __init__(self, base: str, prefix: str = "") -> None:
        self.base = base
        self.prefix = prefix
        self.entity_base = f"{base}{_ENTITY}"

    def at(self, path: str) -> str:
        """One of the addresses above, of this release."""
        return self.prefix + path

    def page(self, path: str, lang: str) -> str:
        """The page in ``lang`` of what one of the addresses above has, fragment kept."""
        before, hash_sign, fragment = path.partition("#")
        before = INDEX if before == HOME else before
        return f"{self.prefix}{before}{Ending(PAGE_EXTENSION, lang)}{hash_sign}{fragment}"

    def local(self, iri: str) -> str | None:
        """The host-relative address that an IRI below the base is dereferenced at.

        ``None`` for all others, also for those whose path a browser would take for something
        else (another host, a dot segment, a query).
        """
        if not iri.startswith(self.base):
            return None
        path = iri[len(self.base) :]
        before = path.partition("#")[0]
        if before.startswith("/") or "?" in before or _DOT_SEGMENT.search(before):
            return None
        return "/" + uri(path)

    def href(self, iri: str) -> tuple[str, bool] | None:
        """Where a link to an IRI leads, and whether that is outside; ``None`` if it is no link.

        Only http and https are linked: ``javascript:`` is an IRI too.
        """
        local = self.local(iri)
        if local is not None:
            return local, False
        if re.match(r"https?://", iri, re.IGNORECASE):
            return uri(iri), True
        return None

    def document(self, iri: str) -> str:
        """The address of an entity's document; other IRIs below the base are their own."""
        path = iri[len(self.base) :].partition("#")[0]
        if path.startswith(_ENTITY):
            return f"/doc/{uri(path[len(_ENTITY) :])}"
        return f"/{uri(path)}"

    def picture(self, view: str, iri: str, lang: str | None = None) -> str:
        """The picture that a view makes of an entity; in a language, the file itself."""
        path = f"{PICTURES}/{quote(view)}/{uri(iri[len(self.base) :].partition('#')[0])}"
        return self.at(f"{path}{Ending(PICTURE_EXTENSION, lang)}" if lang else path)

    def entities(self, raw_path: str) -> Iterator[str]:
        """The IRIs that a request for ``/doc/…`` or ``/id/…`` may mean, likeliest first."""
        rest = raw_path.removeprefix("/doc/") if raw_path.startswith("/doc/") else raw_path[4:]
        for path in spellings(rest):
            yield f"{self.entity_base}{path}"

    def others(self, raw_path: str) -> Iterator[str]:
        """The IRIs that a request for any other address may mean, likeliest first."""
        for path in spellings(raw_path[1:]):
            yield self.base + path


def question(name: str) -> str:
    """The address of a competency question."""
    return f"{QUESTIONS}/{quote(name)}"


def dump(file: str) -> str:
    """The address of a file of the release that is a dump."""
    return f"/{quote(file)}"


def browse(name: str) -> str:
    """The address of the list of a class's instances; ``Site.class_names`` has the names."""
    return f"{BROWSE}/{quote(name, safe=':')}"


def uri(iri: str) -> str:
    """An IRI as a URI (RFC 3987 section 3.1): what is not ASCII is percent-encoded."""
    return quote(iri, safe=_KEPT)


def spellings(raw_path: str) -> Iterator[str]:
    """The ways an IRI may be written that a client asks for with this path.

    As it came; with what is not ASCII decoded (RFC 3987 section 3.2) and needless escapes of
    ASCII undone; and with escapes in upper case. ``%2F`` stays apart from ``/``, and no Unicode
    normalization takes place.
    """
    seen = set()
    for path in (raw_path, _decoded(raw_path), _upper(raw_path)):
        if path not in seen:
            seen.add(path)
            yield path


def _decoded(path: str) -> str:
    def decode(match: re.Match[str]) -> str:
        try:
            text = unquote_to_bytes(match[0]).decode()
        except UnicodeDecodeError:
            return match[0]  # no IRI is written so
        return "".join(
            char
            if ord(char) > _LAST_CONTROL or _UNRESERVED.fullmatch(char)
            else quote(char, safe="")
            for char in text
        )

    return _ESCAPES.sub(decode, path)


def _upper(path: str) -> str:
    return _ESCAPES.sub(lambda match: match[0].upper(), path)
