"""Files of the release: dumps, checksums, descriptions, the context, the manifest."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response

from reviewgraph.rdf.formats import GRAPH_SYNTAXES, RDF_SYNTAXES, Syntax
from reviewgraph.rdf.terms import IRI, quads_of, statement
from reviewgraph.release import manifest
from reviewgraph.web import addresses, signposting
from reviewgraph.web.negotiation import HTML_TYPE, choose
from reviewgraph.web.pages import fill
from reviewgraph.web.pages import told as words_of
from reviewgraph.web.problems import not_acceptable
from reviewgraph.web.representations import (
    Resource,
    chosen_language,
    html,
    is_current,
    rdf,
    rdf_extensions,
    respond,
    respond_page,
    with_charset,
)
from reviewgraph.web.site import Site, site_of
from reviewgraph.web.view import Viewer

GZIP = "application/gzip"


def downloads_router(release: manifest.Release) -> APIRouter:
    """The routes of the files that the release has."""
    router = APIRouter(tags=["downloads"])
    router.add_api_route(
        addresses.DUMP, dumps, methods=["GET"], response_class=Response, summary="The dataset"
    )
    for syntax in RDF_SYNTAXES:
        for suffix in ("", ".gz"):
            name = f"dump.{syntax.extension}{suffix}"
            if name in release.files:
                router.add_api_route(
                    addresses.dump(name),
                    _dump(name, GZIP if suffix else syntax.media_type),
                    methods=["GET"],
                    response_class=FileResponse,
                    operation_id=name.replace(".", "_"),
                    summary=f"The dataset in {syntax.name}{' (gzip)' if suffix else ''}",
                )
    for address, name, media_type in (
        (addresses.CHECKSUMS, manifest.CHECKSUMS, "text/plain"),
        (addresses.CONTEXT, manifest.CONTEXT_FILE, "application/ld+json"),
        (addresses.MANIFEST, manifest.MANIFEST, "application/json"),
    ):
        if name in release.files or name == manifest.MANIFEST:
            router.add_api_route(
                address,
                _plain_file(name, media_type),
                methods=["GET"],
                response_class=FileResponse,
                operation_id=name.replace(".", "_").lower(),
                summary=name,
            )
    syntaxes = rdf_extensions()
    for address, file, handler, extensions, summary in (
        (addresses.VOID, manifest.VOID_FILE, _void, syntaxes, "VoID description"),
        (addresses.CATALOG, manifest.DCAT_FILE, _catalog, ["html", *syntaxes], "DCAT catalogue"),
    ):
        for extension in (None, *extensions) if file in release.files else ():
            router.add_api_route(
                f"{address}.{extension}" if extension else address,
                handler(extension),
                methods=["GET"],
                response_class=Response,
                operation_id=f"{file.partition('.')[0]}_{extension or 'any'}",
                summary=summary,
                include_in_schema=extension is None,
            )
    return router


def dumps(request: Request) -> Response:
    """The whole dataset: Turtle unless Accept asks for another syntax, a page for a browser."""
    site = site_of(request)
    by_type = {
        media_type: syntax
        for syntax in RDF_SYNTAXES
        if f"dump.{syntax.extension}" in site.release.files
        for media_type in syntax.media_types
    }
    first = [
        media_type for media_type, syntax in by_type.items() if syntax.media_type == media_type
    ]
    offers = [*first, HTML_TYPE, *(other for other in by_type if other not in first)]
    found = choose(request.headers.get("accept"), offers)
    if found is None:
        files = {name: addresses.dump(f"dump.{by_type[name].extension}") for name in first}
        raise not_acceptable({**files, HTML_TYPE: None})
    if found == HTML_TYPE:
        response = respond_page(request, site, lambda lang: _page(request, site, lang))
        varies = response.headers.get("Vary")
        response.headers["Vary"] = f"Accept, {varies}" if varies else "Accept"
        return response
    name = f"dump.{by_type[found].extension}"
    headers = {"Vary": "Accept", "Content-Location": addresses.dump(name)}
    return send_file(request, name, found, download_name(site, name), headers)


def download_name(site: Site, name: str) -> str:
    """What a dump is called on the reader's disk: it tells the release."""
    return f"dataset-{site.short_name}{name.removeprefix('dump')}"


def _page(request: Request, site: Site, lang: str) -> bytes:
    files = site.release.files
    rows = []
    for syntax in RDF_SYNTAXES:
        plain = f"dump.{syntax.extension}"
        names = [name for name in (plain, f"{plain}.gz") if name in files]
        rows.append((syntax, [(addresses.dump(name), name, files[name]) for name in names]))
    return fill(request, lang, "downloads.html", rows=rows)


def send_file(
    request: Request,
    name: str,
    media_type: str,
    saved_as: str = "",
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A file of the release, in whole or the range that is asked for."""
    site = site_of(request)
    path = site.release.path / name
    etag = site.etag(f"{name}-{site.digest(name)}")
    told = {
        "ETag": etag,
        "Cache-Control": "no-cache",
        "Link": ", ".join(signposting.of_content(site)),
        **(headers or {}),
    }
    if is_current(request, etag):
        return Response(status_code=304, headers=told)
    return FileResponse(
        path,
        headers=told,
        media_type=with_charset(media_type),
        filename=saved_as or None,
        stat_result=path.stat(),
    )


def _dump(name: str, media_type: str) -> Callable[[Request], Response]:
    def send(request: Request) -> Response:
        return send_file(request, name, media_type, download_name(site_of(request), name))

    return send


def _plain_file(name: str, media_type: str) -> Callable[[Request], Response]:
    def send(request: Request) -> Response:
        return send_file(request, name, media_type)

    return send


def _void(extension: str | None) -> Callable[[Request], Response]:
    def send(request: Request) -> Response:
        site = site_of(request)
        representations = rdf(_writer(site, manifest.VOID_FILE))
        return respond(request, site, Resource(addresses.VOID, representations), extension)

    return send


def _catalog(extension: str | None) -> Callable[[Request], Response]:
    def send(request: Request) -> Response:
        site = site_of(request)

        def page(lang: str) -> bytes:
            viewer = Viewer(site, lang, chosen_language(request))
            told = [statement(quad) for quad in quads_of(site.graph(manifest.DCAT_FILE))]
            described = viewer.rows(IRI(site.release.dataset), told)
            return fill(
                request,
                lang,
                "catalog.html",
                dataset=site.release.dataset,
                description=words_of(site.release.descriptions, lang),
                rows=described,
                alternates=[
                    (syntax.name, f"{addresses.CATALOG}.{syntax.extension}")
                    for syntax in GRAPH_SYNTAXES
                ],
            )

        representations = [html(page), *rdf(_writer(site, manifest.DCAT_FILE))]
        return respond(request, site, Resource(addresses.CATALOG, representations), extension)

    return send


def _writer(site: Site, file: str) -> Callable[[Syntax], bytes]:
    return lambda syntax: site.write(quads_of(site.graph(file)), syntax)
