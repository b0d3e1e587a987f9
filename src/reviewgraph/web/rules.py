"""The rules that a release was judged by: a page for each, and lists of all.

``/shapes`` are those of the publication, ``/rules`` the gate's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from fastapi import APIRouter, Request
from fastapi.responses import Response

from reviewgraph.gate.examples import own_examples
from reviewgraph.gate.report import RULES
from reviewgraph.gate.rules import own_rules
from reviewgraph.rdf.formats import GRAPH_SYNTAXES, Syntax
from reviewgraph.rdf.terms import quads_of
from reviewgraph.release import manifest
from reviewgraph.web import addresses
from reviewgraph.web.entities import links, raw_path
from reviewgraph.web.pages import fill
from reviewgraph.web.problems import Problem
from reviewgraph.web.representations import (
    Resource,
    chosen_language,
    html,
    rdf,
    rdf_extensions,
    respond,
    respond_page,
)
from reviewgraph.web.rule_views import contents, own_view, shape_view
from reviewgraph.web.rulebook import own_page
from reviewgraph.web.site import Site, site_of
from reviewgraph.web.view import Viewer


def rules_router(release: manifest.Release) -> APIRouter:
    """The routes of the gate's own rules, and of the shapes if the release has them."""
    router = APIRouter(tags=["rules"])
    for address, handler, summary in (
        (addresses.RULES, _own_rules, "The gate's own rules"),
        (f"{addresses.RULES}/{{name}}", _own_rule, "One of the gate's own rules"),
    ):
        router.add_api_route(
            address, handler, methods=["GET"], response_class=Response, summary=summary
        )
    if manifest.SHAPES_FILE not in release.files:
        return router
    for extension in (None, "html", *rdf_extensions()):
        router.add_api_route(
            f"{addresses.SHAPES}.{extension}" if extension else addresses.SHAPES,
            _shapes(extension),
            methods=["GET"],
            response_class=Response,
            operation_id=f"shapes_{extension or 'any'}",
            summary="The rules that every release has passed",
            include_in_schema=extension is None,
        )
    router.add_api_route(
        f"{addresses.SHAPES}/{{name:path}}",
        _shape,
        methods=["GET"],
        response_class=Response,
        summary="A rule: what it demands, why, and what keeps and breaks it",
    )
    return router


def _shapes(extension: str | None) -> Callable[[Request], Response]:
    def send(request: Request) -> Response:
        site = site_of(request)

        def page(lang: str) -> bytes:
            return fill(
                request,
                lang,
                "shapes.html",
                groups=contents(site.rulebook, lang),
                alternates=_alternates(f"{addresses.SHAPES}."),
            )

        def write(syntax: Syntax) -> bytes:
            return site.write(quads_of(site.graph(manifest.SHAPES_FILE)), syntax)

        resource = Resource(addresses.SHAPES, [html(page), *rdf(write)], tag=_tag(site))
        return respond(request, site, resource, extension)

    return send


def _shape(request: Request, name: str) -> Response:
    site = site_of(request)
    found = site.rulebook.find(raw_path(request))
    if found is None:
        raise _unknown(name)
    iri, extension = found

    def page(lang: str) -> bytes:
        viewer = Viewer(site, lang, chosen_language(request))
        return fill(
            request,
            lang,
            "rule.html",
            rule=shape_view(site.rulebook, iri, viewer, lang),
            all_rules=(addresses.SHAPES, "rules"),
            alternates=_alternates(f"{site.rulebook.page(iri)}."),
        )

    def write(syntax: Syntax) -> bytes:
        return site.write(site.rulebook.statements(iri), syntax)

    resource = Resource(
        site.rulebook.page(iri), [html(page), *rdf(write)], links(site, iri), tag=_tag(site)
    )
    return respond(request, site, resource, extension)


def _own_rules(request: Request) -> Response:
    site = site_of(request)

    def page(lang: str) -> bytes:
        listed = [
            (rule.name, own_page(rule.name), rule.title.get(lang), rule.description.get(lang))
            for rule in own_rules().values()
        ]
        return fill(request, lang, "rules.html", rules=listed)

    return respond_page(request, site, page)


def _own_rule(request: Request, name: str) -> Response:
    site = site_of(request)
    rule = own_rules().get(RULES + name)
    if rule is None:
        raise _unknown(name)

    def page(lang: str) -> bytes:
        view = own_view(rule, own_examples()[rule.iri], lang)
        return fill(request, lang, "rule.html", rule=view, all_rules=(addresses.RULES, "own_rules"))

    return respond_page(request, site, page)


def _unknown(name: str) -> Problem:
    return Problem(404, f"ไม่มีกฎชื่อ {name}", f"there is no rule {name}")


def _alternates(stem: str) -> Iterable[tuple[str, str]]:
    return [(syntax.name, stem + syntax.extension) for syntax in GRAPH_SYNTAXES]


def _tag(site: Site) -> str:
    """The same statements may have been built into a release with other examples beside them."""
    has_examples = manifest.RULES_FILE in site.release.files
    return site.digest(manifest.RULES_FILE if has_examples else manifest.SHAPES_FILE)
