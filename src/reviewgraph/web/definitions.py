"""What else the base IRI names: ontologies with their terms, named graphs, other resources.

These are documents, so they are answered where they are named, with 200.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from rdflib.namespace import OWL, RDF, RDFS

from reviewgraph.rdf.formats import Syntax
from reviewgraph.rdf.terms import IRI, Statement, statement
from reviewgraph.web.addresses import with_language
from reviewgraph.web.entities import alternates, find, links, raw_path, resource
from reviewgraph.web.pages import fill
from reviewgraph.web.problems import Problem
from reviewgraph.web.representations import (
    Resource,
    chosen_language,
    html,
    rdf,
    respond,
    respond_page,
)
from reviewgraph.web.site import Site, site_of
from reviewgraph.web.view import Row, Thing, Value, Viewer

MOST_STATEMENTS = 500
_CLASSES = frozenset({str(OWL.Class), str(RDFS.Class)})
_PROPERTIES = frozenset(
    str(kind)
    for kind in (
        OWL.ObjectProperty,
        OWL.DatatypeProperty,
        OWL.AnnotationProperty,
        RDF.Property,
    )
)

router = APIRouter()


@dataclass(frozen=True, slots=True)
class _Subject:
    """A subject of a graph with its rows."""

    link: Value
    anchor: str
    rows: tuple[Row, ...]


def graphs(request: Request) -> Response:
    """The named graphs with their sizes."""
    site = site_of(request)

    def page(lang: str) -> bytes:
        viewer = Viewer(site, lang, chosen_language(request))
        listed = [
            (viewer.link(iri), iri[len(site.release.base) :], size)
            for iri, size in site.release.graphs.items()
        ]
        return fill(request, lang, "graphs.html", graphs=listed)

    return respond_page(request, site, page)


@router.get("/{path:path}", include_in_schema=False)
def anything_else(request: Request, path: str) -> Response:
    """Ontologies, named graphs and whatever else the base IRI names."""
    site = site_of(request)
    asked = raw_path(request)
    graph = _graph(site, asked)
    if graph is not None:
        iri, extension = graph
        return respond(request, site, _graph_resource(request, site, iri), extension)
    found = find(site, asked, site.addresses.others)
    if found is None:
        rules = map(site.rulebook.address, site.addresses.others(asked))
        rule = next(filter(None, rules), None)
        if rule is not None:
            return RedirectResponse(with_language(rule, chosen_language(request)), 303)
        raise Problem(404, f"ไม่มี /{path} ในเว็บนี้", f"there is no /{path} here")
    iri, extension = found
    ontology = site.ontologies.get(iri)
    if ontology is None:
        return respond(request, site, resource(request, site, iri), extension)
    return respond(request, site, _ontology_resource(request, site, iri, ontology), extension)


def _graph(site: Site, path: str) -> tuple[str, str | None] | None:
    for iri in site.addresses.others(path):
        if site.is_graph(iri) and site.addresses.local(iri):
            return iri, None
    stem, _, extension = path.rpartition(".")
    for iri in site.addresses.others(stem) if stem else ():
        if site.is_graph(iri) and site.addresses.local(iri):
            return iri, extension
    return None


def _graph_resource(request: Request, site: Site, iri: str) -> Resource:
    size = site.release.graphs[iri]

    def page(lang: str) -> bytes:
        viewer = Viewer(site, lang, chosen_language(request))
        told = [
            statement(quad) for quad in islice(site.store.quads(graph=IRI(iri)), MOST_STATEMENTS)
        ]
        about = {subject for subject, _, _ in told if isinstance(subject, IRI)}
        subjects = [
            _Subject(viewer.link(node.value), _anchor(node.value, iri), viewer.rows(node, told))
            for node in about
        ]
        return fill(
            request,
            lang,
            "graph.html",
            iri=iri,
            name=iri[len(site.release.base) :],
            size=size,
            subjects=sorted(subjects, key=lambda subject: subject.link.text),
            whole=size <= MOST_STATEMENTS,
            alternates=alternates(site, iri),
        )

    def write(syntax: Syntax) -> bytes:
        return site.write(site.store.quads(graph=IRI(iri)), syntax)

    representations = [html(page), *rdf(write)]
    return Resource(site.addresses.document(iri), representations, links(site, iri))


def _anchor(node: str, graph: str) -> str:
    whole, _, fragment = node.partition("#")
    return fragment if whole == graph else ""


def _ontology_resource(request: Request, site: Site, asked: str, iri: str) -> Resource:
    described = site.document(iri)

    def page(lang: str) -> bytes:
        viewer = Viewer(site, lang, chosen_language(request))
        things = viewer.things(described)
        kinds = _kinds(described.statements)
        groups: dict[str, list[Thing]] = {"classes": [], "properties": [], "other_terms": []}
        for thing in sorted(things[1:], key=lambda thing: thing.label.text):
            groups[_group(kinds.get(thing.iri, set()))].append(thing)
        return fill(
            request,
            lang,
            "ontology.html",
            thing=things[0],
            groups=[(name, terms) for name, terms in groups.items() if terms],
            counts=site.class_counts,
            alternates=alternates(site, asked),
        )

    def write(syntax: Syntax) -> bytes:
        return site.write(described.statements, syntax)

    representations = [html(page), *rdf(write)]
    return Resource(site.addresses.document(asked), representations, links(site, iri))


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
