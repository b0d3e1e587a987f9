"""What finds, registers and cites the dataset: files of the release, sent as they are."""

from __future__ import annotations

import re
from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response
from markupsafe import Markup

from reviewgraph.release import manifest
from reviewgraph.web import addresses
from reviewgraph.web.downloads import send_file
from reviewgraph.web.site import Site

_SITEMAP_PART = re.compile(r"sitemap-\d+\.xml")
_FILES = (
    (addresses.SITEMAP, manifest.SITEMAP_FILE, "application/xml", "Every page, for crawlers"),
    (addresses.ROBOTS, manifest.ROBOTS_FILE, "text/plain", "What crawlers may read"),
    (addresses.GUIDE, manifest.GUIDE_FILE, "text/plain", "What is here, for language models"),
    (addresses.CITATION, manifest.CITATION_FILE, "application/yaml", "How to cite the release"),
    (
        addresses.THAI_CATALOG,
        manifest.THAI_CATALOG_FILE,
        "application/json",
        "The record for Thai government data catalogues (CKAN thai_gdc)",
    ),
)


def discovery_router(release: manifest.Release) -> APIRouter:
    """The routes of the files that the release has."""
    router = APIRouter(tags=["discovery"])
    for address, name, media_type, summary in _FILES:
        if name in release.files:
            router.add_api_route(
                address,
                _file(name, media_type),
                methods=["GET"],
                response_class=FileResponse,
                operation_id=re.sub(r"\W", "_", name).lower(),
                summary=summary,
            )
    for name in filter(_SITEMAP_PART.fullmatch, release.files):
        router.add_api_route(
            f"/{name}", _file(name, "application/xml"), methods=["GET"], include_in_schema=False
        )
    return router


def addresses_of(release: manifest.Release) -> list[str]:
    """The addresses of those files."""
    parts = [f"/{name}" for name in release.files if _SITEMAP_PART.fullmatch(name)]
    return [*(address for address, name, *_ in _FILES if name in release.files), *parts]


def data_block(site: Site, lang: str) -> Markup:
    """The dataset in the words of schema.org, to stand in a page; empty if the release has none.

    A script element of this type is data: browsers run none of it, so the policy allows no
    script. It ends at ``</script``, and ``<!--`` would begin a state in which it does not (HTML
    4.12.1.3), so no ``<`` is left as it is: JSON knows another way to write it.
    """
    name = manifest.SCHEMA_ORG_FILES[lang]
    if name not in site.release.files:
        return Markup()
    return in_script(site.release.file(name).read_text(encoding="utf-8"))


def in_script(json_text: str) -> Markup:
    """JSON that means the same and holds nothing that ends a script element."""
    safe = json_text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    return Markup(safe)  # noqa: S704 - nothing is left in it that HTML would read


def _file(name: str, media_type: str) -> Callable[[Request], Response]:
    def send(request: Request) -> Response:
        return send_file(request, name, media_type)

    return send
