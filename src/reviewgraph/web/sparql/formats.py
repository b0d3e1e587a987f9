"""What an answer can be written in, and which of it a request wants."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import urlencode

from werkzeug.http import parse_accept_header

from reviewgraph.rdf.formats import (
    GRAPH_SYNTAXES,
    N_QUADS,
    RESULT_SYNTAXES,
    TRIG,
    ResultSyntax,
    Syntax,
)
from reviewgraph.store.frames import TABLE
from reviewgraph.store.guard import Kind
from reviewgraph.web.addresses import SPARQL
from reviewgraph.web.negotiation import HTML_TYPE, choose
from reviewgraph.web.representations import page_endings, with_charset
from reviewgraph.web.sparql.protocol import Operation

_NAMES: Final = {
    "turtle": "ttl",
    "ntriples": "nt",
    "nquads": "nq",
    "rdfxml": "rdf",
    "json-ld": "jsonld",
}
# A header of this length is looked at each time; shorter ones are remembered.
_LONG_HEADER = 512


@dataclass(frozen=True, slots=True, eq=False)
class Format:
    """One way to write a result, and what it is called by whom.

    ``engine`` is the media type that the worker is asked for.
    """

    name: str
    media_types: tuple[str, ...]
    engine: str
    xml: bool = False

    @classmethod
    def of(cls, syntax: Syntax | ResultSyntax) -> Format:
        """The format of a syntax."""
        name = syntax.extension if isinstance(syntax, Syntax) else syntax.name.lower()
        media_types = syntax.media_types
        return cls(name, media_types, syntax.media_type, xml="xml" in syntax.media_type)


PAGE: Final = Format("html", (HTML_TYPE,), TABLE)
RESULTS: Final = (*map(Format.of, RESULT_SYNTAXES), PAGE)
# A graph is a dataset too: one with a default graph and nothing else.
GRAPH_FORMATS: Final = (*map(Format.of, (*GRAPH_SYNTAXES, TRIG, N_QUADS)), PAGE)


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """A format, and the media type that it is labelled with."""

    format: Format
    media_type: str

    @property
    def is_page(self) -> bool:
        """Whether it is the HTML page."""
        return self.format is PAGE

    @property
    def content_type(self) -> str:
        """The Content-Type."""
        return with_charset(self.media_type)


def formats_of(kind: Kind) -> tuple[Format, ...]:
    """What a result of this kind can be written in."""
    return GRAPH_FORMATS if kind == "graph" else RESULTS


def chosen(
    formats: tuple[Format, ...], accept: str | None, name: str | None = None
) -> Choice | None:
    """The format that ``name`` names, else the one that Accept likes best; ``None`` if none."""
    if len(accept or "") + len(name or "") > _LONG_HEADER:
        return _choose(formats, accept, name)
    return _remembered(formats, accept, name)


def _choose(formats: tuple[Format, ...], accept: str | None, name: str | None) -> Choice | None:
    # Registered types first: among equals, nobody gets an alias who did not ask for it.
    order = [each.media_types[0] for each in formats]
    by_type = {media_type: each for each in formats for media_type in each.media_types}
    order += [media_type for media_type in by_type if media_type not in order]
    if name:
        wanted = PAGE.name if name in page_endings() else _NAMES.get(name.lower(), name.lower())
        for each in formats:
            if wanted in (each.name, *each.media_types):
                return Choice(each, each.media_types[0])
        return None
    media_type = choose(accept, order)
    return Choice(by_type[media_type], media_type) if media_type is not None else None


_remembered = lru_cache(maxsize=1024)(_choose)


def encoding(accept_encoding: str) -> str:
    """The content coding to use, empty for none (RFC 9110 12.5.3)."""
    if len(accept_encoding) > _LONG_HEADER:
        return ""
    return _encoding(accept_encoding)


@lru_cache(maxsize=256)
def _encoding(accept_encoding: str) -> str:
    qualities = {name.lower(): quality for name, quality in parse_accept_header(accept_encoding)}
    # Whoever takes anything is given what everybody knows.
    gzip = qualities.get("gzip", qualities.get("*", 0.0))
    zstd = qualities.get("zstd", 0.0)
    best = max(gzip, zstd)
    if best <= 0 or qualities.get("identity", 0.0) > best:
        return ""
    return "zstd" if zstd == best else "gzip"  # zstd costs less


def address(operation: Operation, chosen_format: Format | None) -> str:
    """The address of the operation's answer, in a format if one is given."""
    parameters: dict[str, object] = {
        "query": operation.query if operation.query is not None else (),
        "default-graph-uri": operation.default_graphs,
        "named-graph-uri": operation.named_graphs,
        "format": chosen_format.name if chosen_format else (),
    }
    return f"{SPARQL}?{urlencode(parameters, doseq=True)}"
