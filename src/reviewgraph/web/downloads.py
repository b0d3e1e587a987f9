"""Files of the release: dumps, checksums, descriptions, the context, the manifest."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response

from reviewgraph.rdf.formats import JSON_LD, RDF_SYNTAXES
from reviewgraph.rdf.terms import IRI, statement
from reviewgraph.release import manifest
from reviewgraph.web import addresses, memento, signposting
from reviewgraph.web.addresses import PAGE_EXTENSION
from reviewgraph.web.conditions import is_current
from reviewgraph.web.negotiation import HTML_TYPE, choose
from reviewgraph.web.pages import fill
from reviewgraph.web.pages import told as words_of
from reviewgraph.web.problems import not_acceptable
from reviewgraph.web.representations import (
    Representation,
    Resource,
    ending_of,
    html,
    page_endings,
    rdf,
    rdf_endings,
    respond,
    tree,
    with_charset,
)
from reviewgraph.web.routes import add_resource
from reviewgraph.web.site import Site, site_of
from reviewgraph.web.view import Viewer

GZIP = "application/gzip"


def downloads_router(release: manifest.Release) -> APIRouter:
    """The routes of the files that the release has."""
    router = APIRouter(tags=["downloads"])
    router.add_api_route(
        addresses.CONTEXT,
        _context,
        methods=["GET"],
        response_class=Response,
        summary="The JSON-LD context",
    )
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
    for ending in page_endings():
        router.add_api_route(
            f"{addresses.DUMP}.{ending}", _page_of(ending), methods=["GET"], include_in_schema=False
        )
    for address, file, make, endings, summary in (
        (addresses.VOID, manifest.VOID_FILE, void, rdf_endings()[3:], "VoID description"),
        (addresses.CATALOG, manifest.DCAT_FILE, catalog, rdf_endings(), "DCAT catalogue"),
    ):
        if file in release.files:
            add_resource(router, address, make, endings, summary=summary)
    return router


def dumps(request: Request) -> Response:
    """The whole dataset: Turtle unless Accept asks for another syntax, a page for a browser."""
    site = site_of(request)
    at = site.addresses.at
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
        files = {name: at(addresses.dump(f"dump.{by_type[name].extension}")) for name in first}
        raise not_acceptable({**files, HTML_TYPE: f"{at(addresses.DUMP)}.{PAGE_EXTENSION}"})
    if found == HTML_TYPE:
        return respond(request, site, listing(site))
    name = f"dump.{by_type[found].extension}"
    headers = {"Vary": "Accept, Accept-Language", "Content-Location": at(addresses.dump(name))}
    return send_file(request, name, found, download_name(site, name), headers)


def download_name(site: Site, name: str) -> str:
    """What a dump is called on the reader's disk: it tells the release."""
    return f"dataset-{site.short_name}{name.removeprefix('dump')}"


def listing(site: Site) -> Resource:
    """The page of all dumps."""

    def page(lang: str) -> bytes:
        files = site.release.files
        rows = []
        for syntax in RDF_SYNTAXES:
            plain = f"dump.{syntax.extension}"
            names = [name for name in (plain, f"{plain}.gz") if name in files]
            listed = [
                (site.addresses.at(addresses.dump(name)), name, files[name]) for name in names
            ]
            rows.append((syntax, listed))
        return fill(site, lang, "downloads.html", found, rows=rows)

    found = Resource(site.addresses.at(addresses.DUMP), [html(page)])
    return found


def _page_of(ending: str) -> Callable[[Request], Response]:
    wanted = ending_of(ending)

    def send(request: Request) -> Response:
        site = site_of(request)
        return respond(request, site, listing(site), wanted)

    return send


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
        **site.dated,
        "Link": ", ".join([*signposting.of_content(site), *memento.links(site, request)]),
        **(headers or {}),
    }
    if is_current(request, etag, site.modified):
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


def _context(request: Request) -> Response:
    site = site_of(request)
    if manifest.CONTEXT_FILE in site.release.files:
        return send_file(request, manifest.CONTEXT_FILE, JSON_LD.media_type)
    headers = {"ETag": site.etag("context"), "Cache-Control": "no-cache", **site.dated}
    if is_current(request, headers["ETag"], site.modified):
        return Response(status_code=304, headers=headers)
    content = json.dumps({"@context": site.tree_context}, ensure_ascii=False, indent=2) + "\n"
    return Response(content, headers=headers, media_type=JSON_LD.media_type)


def void(site: Site) -> Resource:
    """The VoID description."""
    return _description(site, addresses.VOID, manifest.VOID_FILE, [])


def catalog(site: Site) -> Resource:
    """The DCAT catalogue."""

    def page(lang: str) -> bytes:
        told = [statement(quad) for quad in site.statements(manifest.DCAT_FILE)]
        return fill(
            site,
            lang,
            "catalog.html",
            found,
            dataset=site.release.dataset,
            description=words_of(site.release.descriptions, lang),
            rows=Viewer(site, lang).rows(IRI(site.release.dataset), told),
        )

    found = _description(site, addresses.CATALOG, manifest.DCAT_FILE, [html(page)])
    return found


def _description(
    site: Site, path: str, file: str, representations: Sequence[Representation]
) -> Resource:
    """A file of the release that describes the dataset, in every syntax."""
    return Resource(
        site.addresses.at(path),
        [
            *representations,
            *rdf(lambda syntax: site.write(site.statements(file), syntax)),
            tree(site, lambda: site.write_tree(site.statements(file), site.release.dataset)),
        ],
        [f'<{addresses.uri(site.release.license)}>; rel="license"'],
    )
