"""The rules that a release was judged by: a page for each, and lists of all.

``/shapes`` are those of the publication, ``/rules`` the gate's own.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from reviewgraph.gate.examples import own_examples
from reviewgraph.gate.report import RULES
from reviewgraph.gate.rules import own_rules
from reviewgraph.release import manifest
from reviewgraph.web import addresses
from reviewgraph.web.addresses import endings
from reviewgraph.web.entities import links, raw_path
from reviewgraph.web.pages import fill
from reviewgraph.web.problems import Problem
from reviewgraph.web.representations import (
    Resource,
    html,
    page_endings,
    rdf,
    rdf_endings,
    respond,
    tree,
)
from reviewgraph.web.routes import add_resource
from reviewgraph.web.rule_views import contents, own_view, shape_view
from reviewgraph.web.rulebook import own_page
from reviewgraph.web.site import Site, site_of
from reviewgraph.web.view import Viewer


def rules_router(release: manifest.Release) -> APIRouter:
    """The routes of the gate's own rules, and of the shapes if the release has them."""
    router = APIRouter(tags=["rules"])
    add_resource(
        router, addresses.RULES, own_rules_list, page_endings(), summary="The gate's own rules"
    )
    router.add_api_route(
        f"{addresses.RULES}/{{name}}",
        _own_rule,
        methods=["GET"],
        response_class=Response,
        summary="One of the gate's own rules",
    )
    if manifest.SHAPES_FILE not in release.files:
        return router
    add_resource(
        router,
        addresses.SHAPES,
        shapes,
        rdf_endings(),
        summary="The rules that every release has passed",
    )
    router.add_api_route(
        f"{addresses.SHAPES}/{{name:path}}",
        _shape,
        methods=["GET"],
        response_class=Response,
        summary="A rule: what it demands, why, and what keeps and breaks it",
    )
    return router


def shapes(site: Site) -> Resource:
    """All rules of the publication."""

    def page(lang: str) -> bytes:
        return fill(site, lang, "shapes.html", found, groups=contents(site.rulebook, lang))

    root = site.release.base + addresses.SHAPES[1:]
    found = Resource(
        site.addresses.at(addresses.SHAPES),
        [
            html(page),
            *rdf(lambda syntax: site.write(site.statements(manifest.SHAPES_FILE), syntax)),
            tree(site, lambda: site.write_tree(site.statements(manifest.SHAPES_FILE), root)),
        ],
        tag=_tag(site),
    )
    return found


def _shape(request: Request, name: str) -> Response:
    site = site_of(request)
    found = site.rulebook.find(raw_path(request))
    if found is None:
        raise _unknown(name)
    iri, ending = found
    return respond(request, site, shape(site, iri), ending)


def shape(site: Site, iri: str) -> Resource:
    """One rule of the publication."""

    def page(lang: str) -> bytes:
        return fill(
            site,
            lang,
            "rule.html",
            found,
            rule=shape_view(site.rulebook, iri, Viewer(site, lang), lang),
            all_rules=(addresses.SHAPES, "rules"),
        )

    found = Resource(
        site.addresses.at(site.rulebook.page(iri)),
        [
            html(page),
            *rdf(lambda syntax: site.write(site.rulebook.statements(iri), syntax)),
            tree(site, lambda: site.write_tree(site.rulebook.statements(iri), iri)),
        ],
        links(site, iri),
        tag=_tag(site),
    )
    return found


def own_rules_list(site: Site) -> Resource:
    """All rules of the gate's own."""

    def page(lang: str) -> bytes:
        listed = [
            (rule.name, own_page(rule.name), rule.title.get(lang), rule.description.get(lang))
            for rule in own_rules().values()
        ]
        return fill(site, lang, "rules.html", found, rules=listed)

    found = Resource(site.addresses.at(addresses.RULES), [html(page)])
    return found


def _own_rule(request: Request, name: str) -> Response:
    site = site_of(request)
    for text, ending in endings(name):
        if RULES + text in own_rules() and ending.page == 1:
            return respond(request, site, own_rule(site, RULES + text), ending)
    raise _unknown(name)


def own_rule(site: Site, iri: str) -> Resource:
    """One rule of the gate's own."""
    rule = own_rules()[iri]

    def page(lang: str) -> bytes:
        view = own_view(rule, own_examples()[rule.iri], lang)
        return fill(
            site, lang, "rule.html", found, rule=view, all_rules=(addresses.RULES, "own_rules")
        )

    found = Resource(site.addresses.at(own_page(rule.name)), [html(page)])
    return found


def _unknown(name: str) -> Problem:
    return Problem(404, f"ไม่มีกฎชื่อ {name}", f"there is no rule {name}")


def _tag(site: Site) -> str:
    """The same statements may have been built into a release with other examples beside them."""
    has_examples = manifest.RULES_FILE in site.release.files
    return site.digest(manifest.RULES_FILE if has_examples else manifest.SHAPES_FILE)
