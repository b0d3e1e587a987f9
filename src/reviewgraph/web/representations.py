"""One resource in many representations: chosen by address or by Accept, told as RFC 9110 says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response

from reviewgraph.errors import NotSerializable
from reviewgraph.rdf.formats import GRAPH_SYNTAXES, Syntax
from reviewgraph.web import memento
from reviewgraph.web.addresses import PAGE_EXTENSION, PICTURE_EXTENSION, Ending, endings
from reviewgraph.web.conditions import is_current
from reviewgraph.web.negotiation import HTML_TYPE, LANGUAGES, choose, language
from reviewgraph.web.problems import Problem, not_acceptable
from reviewgraph.web.site import Site

NEGOTIATED = Ending()
JSON_EXTENSION = "json"
_CONTEXT_RELATION = "http://www.w3.org/ns/json-ld#context"


@dataclass(frozen=True)
class Representation:
    """A way to write a resource.

    ``media_types`` has the registered type first. ``write`` takes the language of the page;
    representations that are the same in every language ignore it and say so by ``by_language``.
    ``links`` are entries of the Link header that only it has.
    """

    name: str
    extension: str
    media_types: tuple[str, ...]
    write: Callable[[str], bytes]
    by_language: bool = False
    download_name: str = ""
    links: tuple[str, ...] = ()

    @property
    def media_type(self) -> str:
        """The registered media type."""
        return self.media_types[0]


class Incomplete(Exception):
    """A page that lacks a part for the moment: it is sent, and nobody is to keep it."""

    def __init__(self, content: bytes) -> None:
        super().__init__("a part of the page cannot be shown now")
        self.content = content


@dataclass(frozen=True)
class Resource:
    """What is at an address.

    ``path`` is the address without an ending; ``links`` are further entries of the Link header;
    ``query`` is what belongs to the address besides; ``tag`` sets its entity tags apart when the
    release's name alone would not. Of a resource in pages this is number ``page``, and there is
    ``more`` after it.
    """

    path: str
    representations: Sequence[Representation]
    links: Sequence[str] = ()
    status: int = HTTPStatus.OK
    query: str = ""
    tag: str = ""
    page: int = 1
    more: bool = False

    def address(self, extension: str, lang: str | None = None, page: int | None = None) -> str:
        """The address of one representation, of this page or another one."""
        query = f"?{self.query}" if self.query else ""
        return f"{self.path}{Ending(extension, lang, page or self.page)}{query}"

    def page_address(self, lang: str, step: int) -> str:
        """The address of the HTML of another page, empty if there is none."""
        number = self.page + step
        exists = number >= 1 and (step < 1 or self.more)
        return self.address(PAGE_EXTENSION, lang, number) if exists else ""

    def formats(self) -> list[tuple[str, str]]:
        """The names and addresses of all that is no page."""
        return [
            (each.name, self.address(each.extension))
            for each in self.representations
            if not each.by_language
        ]

    def addresses(self) -> Iterator[str]:
        """The address of every representation, in every language."""
        for each in self.representations:
            yield self.address(each.extension)
            if each.by_language:
                yield from (self.address(each.extension, lang) for lang in LANGUAGES)


def html(write: Callable[[str], bytes]) -> Representation:
    """A page in the reader's language."""
    return Representation("HTML", PAGE_EXTENSION, (HTML_TYPE,), write, by_language=True)


def svg(write: Callable[[str], bytes]) -> Representation:
    """A picture with words in the reader's language."""
    return Representation("SVG", PICTURE_EXTENSION, ("image/svg+xml",), write, by_language=True)


def data(content: Callable[[], object]) -> Representation:
    """JSON of a shape of its own, written on one line."""

    def write(_lang: str) -> bytes:
        return json_line(content())

    return Representation("JSON", JSON_EXTENSION, ("application/json",), write)


def json_line(content: object) -> bytes:
    """A document of JSON as it is sent."""
    return (json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def rdf(
    write: Callable[[Syntax], bytes], syntaxes: Sequence[Syntax] = GRAPH_SYNTAXES
) -> list[Representation]:
    """A graph in every RDF syntax."""

    def writer(syntax: Syntax) -> Callable[[str], bytes]:
        return lambda _lang: write(syntax)

    return [
        Representation(syntax.name, syntax.extension, syntax.media_types, writer(syntax))
        for syntax in syntaxes
    ]


def tree(site: Site, write: Callable[[], bytes]) -> Representation:
    """The same statements as JSON for programs that know nothing of RDF.

    The context that makes it JSON-LD is linked (https://www.w3.org/TR/json-ld11/, section 6.1).
    """
    context = f'<{site.context_address}>; rel="{_CONTEXT_RELATION}"; type="application/ld+json"'
    return Representation(
        "JSON", JSON_EXTENSION, ("application/json",), lambda _lang: write(), links=(context,)
    )


def rdf_endings() -> list[str]:
    """The endings of what ``html``, ``rdf`` and ``tree`` give."""
    return [*page_endings(), *(syntax.extension for syntax in GRAPH_SYNTAXES), JSON_EXTENSION]


def page_endings() -> list[str]:
    """The endings of a page: of the negotiated one, and of each language."""
    return [PAGE_EXTENSION, *(f"{lang}.{PAGE_EXTENSION}" for lang in LANGUAGES)]


def picture_endings() -> list[str]:
    """The endings of a picture, likewise."""
    return [PICTURE_EXTENSION, *(f"{lang}.{PICTURE_EXTENSION}" for lang in LANGUAGES)]


def ending_of(text: str | None) -> Ending:
    """What one of those endings, or none, says."""
    return [ending for _, ending in endings(f"x.{text}")][-1] if text else NEGOTIATED


def page_language(request: Request) -> str:
    """The language to write a page in."""
    return language(request.headers.get("accept-language"))


def respond(
    request: Request, site: Site, resource: Resource, ending: Ending = NEGOTIATED
) -> Response:
    """The representation that the request asks for.

    Args:
        request: whose Accept, Accept-Language and conditions are heard.
        site: gives the entity tag.
        resource: what is asked for.
        ending: what its address says of the representation.

    Raises:
        Problem: 404 for an ending that there is not, 406 for an Accept that cannot be
            met, by which the client learns what there is.
    """
    if ending.extension is None:
        representation, media_type = _negotiate(request, resource)
    else:
        representation = _by_extension(resource, ending.extension)
        media_type = representation.media_type
    lang = (ending.language or page_language(request)) if representation.by_language else ""
    headers = {"Cache-Control": "no-cache", **site.dated}
    parts = (
        f"page-{resource.page}" if resource.page > 1 else "",
        lang,
        representation.extension,
        resource.tag,
    )
    headers["ETag"] = site.etag("-".join(filter(None, parts)))
    headers["Content-Location"] = resource.address(representation.extension, lang or None)
    pinned = "" if representation.by_language else memento.pinned(site, request)
    links = [*_alternates(resource), *_neighbours(resource, representation, lang, pinned)]
    links += [*resource.links, *representation.links, *memento.links(site, request)]
    headers["Link"] = ", ".join(links)
    if varies := list(_varies(resource, representation, ending)):
        headers["Vary"] = ", ".join(varies)
    if lang:
        headers["Content-Language"] = lang
    if resource.status == HTTPStatus.OK and is_current(request, headers["ETag"], site.modified):
        return Response(status_code=304, headers=headers)
    try:
        content = representation.write(lang)
    except Incomplete as error:
        content = error.content
        headers["Cache-Control"] = "no-store"
        del headers["ETag"]
    except NotSerializable as error:
        raise not_acceptable(_offers(resource), error.words, _links(resource)) from error
    if representation.download_name:
        headers["Content-Disposition"] = (
            f'attachment; filename="{quote(representation.download_name)}"'
        )
    return Response(content, resource.status, headers, media_type=with_charset(media_type))


def with_charset(media_type: str) -> str:
    """The media type; for text with its charset, which clients would otherwise guess."""
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def _varies(resource: Resource, representation: Representation, ending: Ending) -> Iterator[str]:
    """The headers that could have brought another representation of this very address."""
    if ending.extension is None:
        yield "Accept"
        if any(each.by_language for each in resource.representations):
            yield "Accept-Language"
    elif representation.by_language and ending.language is None:
        yield "Accept-Language"


def _negotiate(request: Request, resource: Resource) -> tuple[Representation, str]:
    offers = {
        media_type: each for each in resource.representations for media_type in each.media_types
    }
    # Registered types first: among equals, nobody gets an alias who did not ask for it.
    order = [each.media_type for each in resource.representations]
    order += [media_type for media_type in offers if media_type not in order]
    found = choose(request.headers.get("accept"), order)
    if found is None:
        raise not_acceptable(_offers(resource), headers=_links(resource))
    return offers[found], found


def _offers(resource: Resource) -> dict[str, str]:
    return {each.media_type: resource.address(each.extension) for each in resource.representations}


def _links(resource: Resource) -> dict[str, str]:
    return {"Link": ", ".join(_alternates(resource))}


def _by_extension(resource: Resource, extension: str) -> Representation:
    for each in resource.representations:
        if each.extension == extension:
            return each
    listed = ", ".join(f".{each.extension}" for each in resource.representations)
    raise Problem(
        404,
        f"ไม่มีรูปแบบ .{extension} มีให้เลือก: {listed}",
        f"there is no .{extension} here; there is: {listed}",
    )


def _alternates(resource: Resource) -> Iterator[str]:
    for each in resource.representations:
        if each.by_language:
            for lang in LANGUAGES:
                yield (
                    f'<{resource.address(each.extension, lang)}>; rel="alternate"; '
                    f'type="{each.media_type}"; hreflang="{lang}"'
                )
        else:
            # Signposting: metadata about what the page shows.
            for relation in ("alternate", "describedby"):
                yield (
                    f'<{resource.address(each.extension)}>; rel="{relation}"; '
                    f'type="{each.media_type}"'
                )


def _neighbours(
    resource: Resource, representation: Representation, lang: str, pinned: str
) -> Iterator[str]:
    """The other pages (RFC 8288, registered relations), in the same representation.

    Programs are led to those of the same release, though another may be in force by then: pages
    of two releases put together would be of none.
    """
    if resource.page == 1 and not resource.more:
        return
    numbers = {"first": 1, "prev": resource.page - 1}
    if resource.more:
        numbers["next"] = resource.page + 1
    for relation, number in numbers.items():
        if number > 0:
            address = resource.address(representation.extension, lang or None, number)
            yield f'<{pinned}{address}>; rel="{relation}"'
