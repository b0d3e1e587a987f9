"""For crawlers: ``sitemap.xml`` (https://www.sitemaps.org/protocol.html) and ``robots.txt``.

Addresses are canonical: below the base IRI, whatever host a release is served at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, groupby
from operator import itemgetter
from urllib.parse import quote
from xml.sax.saxutils import escape

from rdflib.namespace import DCTERMS, RDF

from reviewgraph.rdf.terms import IRI, Statement

MOST_URLS = 50_000
MOST_BYTES = 50 * 1024 * 1024
"""What one sitemap may hold, by the protocol."""
INDEX = "sitemap.xml"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<{} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
_ENTITY = "id/"
_REPLACED_BY = IRI(str(DCTERMS.isReplacedBy))
_TYPE = IRI(str(RDF.type))
# An address keeps what an IRI may hold (RFC 3987 3.1); the rest is percent-encoded.
_KEPT = "!#$%&'()*+,/:;=?@[]~"


def entities(statements: Iterable[Statement], base: str) -> Iterator[str]:
    """The IRIs of everything with a document of its own, without what was withdrawn.

    Args:
        statements: those of a subject together; that is the order they are told in.
        base: the base IRI.
    """
    below = base + _ENTITY
    for subject, told in groupby(statements, key=itemgetter(0)):
        iri = subject.value
        # A fragment is a part of a document, and no address can hold the name of a query.
        if isinstance(subject, IRI) and iri.startswith(below) and not {"#", "?"} & set(iri):
            predicates = {predicate for _, predicate, _ in told}
            if _TYPE in predicates or _REPLACED_BY not in predicates:
                yield iri


def page(base: str, iri: str) -> str:
    """The canonical address of an entity's document."""
    return address(f"{base}doc/{iri[len(base) + len(_ENTITY) :]}")


def address(iri: str) -> str:
    """An IRI as a URI (RFC 3987 section 3.1): what is not ASCII is percent-encoded."""
    return quote(iri, safe=_KEPT)


def sitemaps(
    base: str,
    pages: Iterable[str],
    most_urls: int = MOST_URLS,
    most_bytes: int = MOST_BYTES,
) -> Iterator[tuple[str, bytes]]:
    """The files by name: one sitemap, or parts and the index of them.

    Args:
        base: the base IRI, where the files are found.
        pages: absolute addresses, in order.
        most_urls: how many entries a file may have.
        most_bytes: how long a file may be.
    """
    waiting = iter(pages)
    first = _urlset(waiting, most_urls, most_bytes)
    following = next(waiting, None)
    if following is None:
        yield INDEX, first
        return
    names: list[str] = []
    part = first
    while True:
        names.append(f"sitemap-{len(names) + 1}.xml")
        yield names[-1], part
        if following is None:
            break
        waiting = chain([following], waiting)
        part = _urlset(waiting, most_urls, most_bytes)
        following = next(waiting, None)
    listed = "".join(
        f"<sitemap><loc>{escape(address(base) + name)}</loc></sitemap>\n" for name in names
    )
    yield INDEX, (_HEAD.format("sitemapindex") + listed + "</sitemapindex>\n").encode()


def robots(base: str, *, preview: bool = False) -> bytes:
    """Everything may be read, but queries are not for crawlers, and nothing of a preview is."""
    if preview:
        return b"User-agent: *\nDisallow: /\n"
    sitemap = address(base) + INDEX
    return f"User-agent: *\nDisallow: /sparql\nAllow: /\n\nSitemap: {sitemap}\n".encode()


def _urlset(pages: Iterator[str], most_urls: int, most_bytes: int) -> bytes:
    """A sitemap of as many of the pages as one may hold; the rest stay to be taken.

    The longest possible next entry must still fit: an address has no more than 2048 characters
    by the protocol, and longer ones are left out.
    """
    lines, size, end = [_HEAD.format("urlset")], len(_HEAD), "</urlset>\n"
    while len(lines) <= most_urls and size + _LONGEST + len(end) <= most_bytes:
        address = next(pages, None)
        if address is None:
            break
        if len(address) >= _TOO_LONG:
            continue
        lines.append(f"<url><loc>{escape(address)}</loc></url>\n")
        size += len(lines[-1].encode())
    return ("".join(lines) + end).encode()


_TOO_LONG = 2048
_LONGEST = 5 * _TOO_LONG + len("<url><loc></loc></url>\n")
