"""Every address of the site, minted in one place.

What is emitted is host-relative, or canonical (below the base IRI of the release). The Host
header of a request is never part of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote, unquote_to_bytes

HOME = "/"
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
CONTEXT = "/context.jsonld"
MANIFEST = "/manifest.json"
OPENAPI = "/openapi.json"
SITEMAP = "/sitemap.xml"
ROBOTS = "/robots.txt"
GUIDE = "/llms.txt"
CITATION = "/CITATION.cff"
THAI_CATALOG = "/thai-gdc.json"
STYLE = "/static/style.css"

_ENTITY = "id/"
_GRAPH = "graph/"
_DOT_SEGMENT = re.compile(r"(?:^|/)\.\.?(?:/|$)")
_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_LAST_CONTROL = 0x9F
# What an IRI may hold and an address has to keep as it is (RFC 3987 3.1): all but non-ASCII.
_KEPT = "!#$%&'()*+,/:;=?@[]~"


class Addresses:
    """The addresses of one release: the way from an IRI to an address, and back."""

    def __init__(self, base: str) -> None:
        self.base = base

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

    def document(self, iri: str, extension: str = "") -> str:
        """The address of an entity's document; other IRIs below the base are their own."""
        path = iri[len(self.base) :].partition("#")[0]
        suffix = f".{extension}" if extension else ""
        if path.startswith(_ENTITY):
            return f"/doc/{uri(path[len(_ENTITY) :])}{suffix}"
        return f"/{uri(path)}{suffix}"

    def entities(self, raw_path: str) -> Iterator[str]:
        """The IRIs that a request for ``/doc/…`` or ``/id/…`` may mean, likeliest first."""
        rest = raw_path.removeprefix("/doc/") if raw_path.startswith("/doc/") else raw_path[4:]
        for path in spellings(rest):
            yield f"{self.base}{_ENTITY}{path}"

    def others(self, raw_path: str) -> Iterator[str]:
        """The IRIs that a request for any other address may mean, likeliest first."""
        for path in spellings(raw_path[1:]):
            yield self.base + path

    def is_graph(self, iri: str) -> bool:
        """Whether an IRI is below ``graph/``."""
        return iri.startswith(self.base + _GRAPH)


def question(name: str, extension: str = "") -> str:
    """The address of a competency question."""
    suffix = f".{extension}" if extension else ""
    return f"{QUESTIONS}/{quote(name)}{suffix}"


def dump(file: str) -> str:
    """The address of a file of the release that is a dump."""
    return f"/{quote(file)}"


def browse(class_iri: str, page: int = 1) -> str:
    """The address of the list of a class's instances."""
    query = f"?class={quote(class_iri, safe='')}"
    return f"{BROWSE}{query}" + (f"&page={page}" if page > 1 else "")


def with_language(address: str, lang: str | None) -> str:
    """The address with the language that the reader chose, if the reader chose one."""
    if lang is None:
        return address
    before, hash_sign, fragment = address.partition("#")
    joint = "&" if "?" in before else "?"
    return f"{before}{joint}lang={lang}{hash_sign}{fragment}"


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
        text = unquote_to_bytes(match[0]).decode("utf-8", errors="strict")
        return "".join(
            char
            if ord(char) > _LAST_CONTROL or _UNRESERVED.fullmatch(char)
            else quote(char, safe="")
            for char in text
        )

    return _ESCAPES.sub(decode, path)


def _upper(path: str) -> str:
    return _ESCAPES.sub(lambda match: match[0].upper(), path)
