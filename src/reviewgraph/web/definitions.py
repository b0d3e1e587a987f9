"""What else the base IRI names: ontologies with their terms, named graphs, other resources.

These are documents, so they are answered where they are named, with 200.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from rdflib.namespace import RDF

from reviewgraph.rdf.formats import Syntax
from reviewgraph.rdf.terms import IRI, Statement, statement
from reviewgraph.web.addresses import GRAPHS, PAGE_EXTENSION, PICTURE_EXTENSION, Ending, endings
from reviewgraph.web.entities import find, links, raw_path, resource
from reviewgraph.web.model import connections, diagram, use
from reviewgraph.web.pages import fill
from reviewgraph.web.problems import Problem
from reviewgraph.web.representations import Resource, html, page_endings, rdf, respond, svg, tree
from reviewgraph.web.routes import add_resource
from reviewgraph.web.site import Site, site_of
from reviewgraph.web.usage import CLASS_KINDS, PROPERTY_KINDS
from reviewgraph.web.values import Value
from reviewgraph.web.view import Row, Thing, Viewer

MOST_STATEMENTS = 500
_CLASSES = frozenset(map(str, CLASS_KINDS))
_PROPERTIES = frozenset(map(str, PROPERTY_KINDS))

router = APIRouter()
graphs_router = APIRouter(tags=["graphs"])


@dataclass(frozen=True, slots=True)
class _Subject:
    """A subject of a graph with its rows."""

    link: Value
    anchor: str
    rows: tuple[Row, ...]


def graphs(site: Site) -> Resource:
    """The named graphs with their sizes."""

    def page(lang: str) -> bytes:
        viewer = Viewer(site, lang)
        listed = [
            (viewer.link(iri), iri[len(site.release.base) :], size)
            for iri, size in site.release.graphs.items()
        ]
        return fill(site, lang, "graphs.html", found, graphs=listed)

    found = Resource(site.addresses.at(GRAPHS), [html(page)])
    return found


add_resource(graphs_router, GRAPHS, graphs, page_endings(), summary="The named graphs")


@router.get("/{path:path}", include_in_schema=False)
def anything_else(request: Request, path: str) -> Response:
    """Ontologies, named graphs and whatever else the base IRI names."""
    site = site_of(request)
    asked = raw_path(request)
    graph = _graph(site, asked)
    if graph is not None:
        return respond(request, site, graph_resource(site, graph[0]), graph[1])
    found = find(site, asked, site.addresses.others)
    if found is None:
        rules = map(site.rulebook.address, site.addresses.others(asked))
        rule = next(filter(None, rules), None)
        if rule is not None:
            return RedirectResponse(site.addresses.at(rule), 303)
        raise Problem(404, f"ไม่มี /{path} ในเว็บนี้", f"there is no /{path} here")
    iri, ending = found
    if iri not in site.ontologies:
        return respond(request, site, resource(site, iri, ending.page), ending)
    return respond(request, site, ontology_resource(site, iri), ending)


def _graph(site: Site, path: str) -> tuple[str, Ending] | None:
    for stem, ending in endings(path):
        for iri in site.addresses.others(stem):
            if site.is_graph(iri) and site.addresses.local(iri) and ending.page == 1:
                return iri, ending
    return None


def graph_resource(site: Site, iri: str) -> Resource:
    """A named graph; its page shows the beginning."""
    size = site.release.graphs[iri]

    def page(lang: str) -> bytes:
        viewer = Viewer(site, lang)
        told = [
            statement(quad) for quad in islice(site.store.quads(graph=IRI(iri)), MOST_STATEMENTS)
        ]
        about = {subject for subject, _, _ in told if isinstance(subject, IRI)}
        subjects = [
            _Subject(viewer.link(node.value), _anchor(node.value, iri), viewer.rows(node, told))
            for node in about
        ]
        return fill(
            site,
            lang,
            "graph.html",
            found,
            iri=iri,
            name=iri[len(site.release.base) :],
            size=size,
            subjects=sorted(subjects, key=lambda subject: subject.link.text),
            whole=size <= MOST_STATEMENTS,
        )

    def write(syntax: Syntax) -> bytes:
        return site.write(site.store.quads(graph=IRI(iri)), syntax)

    def write_tree() -> bytes:
        return site.write_tree(site.store.quads(graph=IRI(iri)), iri)

    path = site.addresses.at(site.addresses.document(iri))
    representations = [html(page), *rdf(write), tree(site, write_tree)]
    found = Resource(path, representations, links(site, iri))
    return found


def _anchor(node: str, graph: str) -> str:
    whole, _, fragment = node.partition("#")
    return fragment if whole == graph else ""


def ontology_resource(site: Site, asked: str) -> Resource:
    """An ontology, by its own IRI or by that of a version."""
    iri = site.ontologies[asked]
    described = site.document(iri)
    assert described is not None  # noqa: S101 - every document has a first page
    drawn = bool(connections(site))

    def page(lang: str) -> bytes:
        here = found.address(PAGE_EXTENSION, lang)
        things = Viewer(site, lang, here).things(described)
        kinds = _kinds(described.statements)
        groups: dict[str, list[Thing]] = {"classes": [], "properties": [], "other_terms": []}
        for thing in sorted(things[1:], key=lambda thing: thing.label.text):
            groups[_group(kinds.get(thing.iri, set()))].append(thing)
        return fill(
            site,
            lang,
            "ontology.html",
            found,
            thing=things[0],
            groups=[(name, terms) for name, terms in groups.items() if terms],
            uses={term.iri: use(site, term.iri, lang, here) for term in things[1:]},
            diagram_address=found.address(PICTURE_EXTENSION, lang) if drawn else "",
        )

    representations = [
        html(page),
        *([svg(lambda lang: diagram(site, lang).encode())] if drawn else []),
        *rdf(lambda syntax: site.write(described.statements, syntax)),
        tree(site, lambda: site.write_tree(described.statements, iri)),
    ]
    path = site.addresses.at(site.addresses.document(asked))
    found = Resource(path, representations, links(site, asked))
    return found


def _group(kinds: set[str]) -> str:
    if kinds & _CLASSES:
        return "classes"
    return "properties" if kinds & _PROPERTIES else "other_terms"


def _kinds(statements: tuple[Statement, ...]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for subject, predicate, value in statements:
        if isinstance(subject, IRI) and predicate.value == str(RDF.type):
            found.setdefault(subject.value, set()).add(getattr(value, "value", ""))
    return found
