"""One resource in many representations: chosen by extension or by Accept, told as RFC 9110 says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response
from werkzeug.http import parse_etags

from reviewgraph.errors import NotSerializable
from reviewgraph.rdf.formats import GRAPH_SYNTAXES, JSON_LD, Syntax
from reviewgraph.web.addresses import uri
from reviewgraph.web.negotiation import HTML_TYPE, LANGUAGES, choose, language
from reviewgraph.web.problems import Problem, not_acceptable
from reviewgraph.web.site import Site


@dataclass(frozen=True)
class Representation:
    """A way to write a resource.

    ``media_types`` has the registered type first. ``write`` takes the language of the page;
    representations that are the same in every language ignore it and say so by ``by_language``.
    """

    extension: str
    media_types: tuple[str, ...]
    write: Callable[[str], bytes]
    by_language: bool = False
    download_name: str = ""

    @property
    def media_type(self) -> str:
        """The registered media type."""
        return self.media_types[0]


@dataclass(frozen=True)
class Resource:
    """What is at an address.

    ``path`` is the address without an extension; ``links`` are further entries of the Link
    header; ``query`` is what belongs to the address besides the language; ``tag`` sets its
    entity tags apart when the release's name alone would not.
    """

    path: str
    representations: Sequence[Representation]
    links: Sequence[str] = ()
    status: int = 200
    query: str = ""
    tag: str = ""

    def address(self, extension: str, lang: str | None = None) -> str:
        """The address of one representation."""
        parts = [self.query] if self.query else []
        if lang:
            parts.append(f"lang={lang}")
        query = "?" + "&".join(parts) if parts else ""
        return f"{self.path}.{extension}{query}"


def html(write: Callable[[str], bytes]) -> Representation:
    """A page in the reader's language."""
    return Representation("html", (HTML_TYPE,), write, by_language=True)


def rdf(
    write: Callable[[Syntax], bytes], syntaxes: Sequence[Syntax] = GRAPH_SYNTAXES
) -> list[Representation]:
    """A graph in every RDF syntax, and JSON-LD once more as what it also is: JSON."""

    def writer(syntax: Syntax) -> Callable[[str], bytes]:
        return lambda _lang: write(syntax)

    found = [
        Representation(syntax.extension, syntax.media_types, writer(syntax)) for syntax in syntaxes
    ]
    return [*found, Representation("json", ("application/json",), writer(JSON_LD))]


def rdf_extensions() -> list[str]:
    """The extensions of what ``rdf`` gives."""
    return [*(syntax.extension for syntax in GRAPH_SYNTAXES), "json"]


def chosen_language(request: Request) -> str | None:
    """The language that the reader chose by ``?lang=``, if it is one that we have."""
    lang = request.query_params.get("lang")
    return lang if lang in LANGUAGES else None


def page_language(request: Request) -> str:
    """The language to write a page in."""
    return chosen_language(request) or language(request.headers.get("accept-language"))


def respond(
    request: Request, site: Site, resource: Resource, extension: str | None = None
) -> Response:
    """The representation that the request asks for.

    Args:
        request: whose Accept, Accept-Language and If-None-Match are heard.
        site: gives the entity tag.
        resource: what is asked for.
        extension: names the representation; ``None`` lets Accept decide.

    Raises:
        Problem: 404 for an extension that there is not, 406 for an Accept that cannot be
            met, by which the client learns what there is.
    """
    chosen = chosen_language(request)
    if extension is None:
        representation, media_type = _negotiate(request, resource)
    else:
        representation = _by_extension(resource, extension)
        media_type = representation.media_type
    lang = page_language(request) if representation.by_language else ""
    headers = {"Cache-Control": "no-cache"}
    parts = (representation.extension, lang, resource.tag)
    headers["ETag"] = site.etag("-".join(filter(None, parts)))
    headers["Content-Location"] = resource.address(representation.extension, lang or None)
    headers["Link"] = ", ".join([*_alternates(resource), *resource.links])
    varies = ["Accept"] if extension is None else []
    may_be_page = representation.by_language or (
        extension is None and any(other.by_language for other in resource.representations)
    )
    if may_be_page and chosen is None:
        varies.append("Accept-Language")
    if varies:
        headers["Vary"] = ", ".join(varies)
    if lang:
        headers["Content-Language"] = lang
    if resource.status < 300 and is_current(request, headers["ETag"]):  # noqa: PLR2004
        return Response(status_code=304, headers=headers)
    try:
        content = representation.write(lang)
    except NotSerializable as error:
        raise not_acceptable(_offers(resource), error.words, _links(resource)) from error
    if representation.download_name:
        headers["Content-Disposition"] = (
            f'attachment; filename="{quote(representation.download_name)}"'
        )
    return Response(content, resource.status, headers, media_type=with_charset(media_type))


def respond_page(
    request: Request, site: Site, write: Callable[[str], bytes], links: Sequence[str] = ()
) -> Response:
    """A page that is nothing but a page.

    Raises:
        Problem: 406 if Accept does not want HTML.
    """
    if choose(request.headers.get("accept"), (HTML_TYPE,)) is None:
        here = str(request.url.replace(scheme="", netloc=""))
        raise not_acceptable({HTML_TYPE: here})
    lang = page_language(request)
    headers = {
        "Cache-Control": "no-cache",
        "Content-Language": lang,
        "ETag": site.etag(f"html-{lang}"),
        "Link": ", ".join([f'<{uri(site.release.license)}>; rel="license"', *links]),
    }
    if chosen_language(request) is None:
        headers["Vary"] = "Accept-Language"
    if is_current(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(write(lang), headers=headers, media_type=with_charset(HTML_TYPE))


def is_current(request: Request, etag: str) -> bool:
    """Whether the client says by If-None-Match that it has this representation."""
    header = request.headers.get("if-none-match")
    tag = etag.removeprefix("W/").strip('"')
    return header is not None and parse_etags(header).contains_weak(tag)


def with_charset(media_type: str) -> str:
    """The media type; for text with its charset, which clients would otherwise guess."""
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


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


def _alternates(resource: Resource) -> list[str]:
    found = []
    for each in resource.representations:
        address = resource.address(each.extension)
        if each.by_language:
            found += [
                f'<{resource.address(each.extension, lang)}>; rel="alternate"; '
                f'type="{each.media_type}"; hreflang="{lang}"'
                for lang in LANGUAGES
            ]
        else:
            # Signposting: metadata about what the page shows.
            found += [
                f'<{address}>; rel="{relation}"; type="{each.media_type}"'
                for relation in ("alternate", "describedby")
            ]
    return found
