"""The rules that a release was judged by, and the report of that judgement."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from rdflib import BNode, Graph, URIRef
from rdflib import Literal as RdflibLiteral
from rdflib.namespace import RDF, RDFS, SH
from rdflib.term import Node

from reviewgraph.rdf.formats import GRAPH_SYNTAXES, Syntax
from reviewgraph.rdf.terms import quads_of
from reviewgraph.release import manifest
from reviewgraph.web import addresses
from reviewgraph.web.pages import fill, told
from reviewgraph.web.representations import (
    Representation,
    Resource,
    chosen_language,
    html,
    rdf,
    rdf_extensions,
    respond,
)
from reviewgraph.web.site import Site, site_of
from reviewgraph.web.view import Value, Viewer
from reviewgraph.web.words import CHECKED

_TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)


@dataclass(frozen=True, slots=True)
class Rule:
    """A shape as documentation: what it is called, what it looks at, what it says.

    ``message`` and ``description`` are by language: both languages are shown, since a steward
    meets either.
    """

    anchor: str
    name: str
    targets: tuple[Value, ...]
    path: Value | None
    severity: str
    messages: dict[str, str]
    description: str
    parts: tuple[Rule, ...] = ()


def rules_router(release: manifest.Release) -> APIRouter:
    """The routes of the rules and of the report, as far as the release has them."""
    router = APIRouter(tags=["rules"])
    extensions = ("html", *rdf_extensions())
    for address, file, handler in (
        (addresses.SHAPES, manifest.SHAPES_FILE, _shapes),
        (addresses.REPORT, manifest.REPORT_FILE, _report),
    ):
        for extension in (None, *extensions) if file in release.files else ():
            router.add_api_route(
                f"{address}.{extension}" if extension else address,
                handler(extension),
                methods=["GET"],
                response_class=Response,
                operation_id=f"{address[1:]}_{extension or 'any'}",
                summary={
                    addresses.SHAPES: "The rules that every release has passed",
                    addresses.REPORT: "What the gate found in this release",
                }[address],
                include_in_schema=extension is None,
            )
    return router


def _shapes(extension: str | None) -> Callable[[Request], Response]:
    def send(request: Request) -> Response:
        site = site_of(request)

        def page(lang: str) -> bytes:
            viewer = Viewer(site, lang, chosen_language(request))
            rules = read_rules(site.graph(manifest.SHAPES_FILE), viewer, lang)
            return fill(
                request,
                lang,
                "shapes.html",
                rules=rules,
                alternates=_alternates(addresses.SHAPES),
            )

        representations = [html(page), *rdf(_writer(site, manifest.SHAPES_FILE))]
        tag = site.digest(manifest.SHAPES_FILE)
        resource = Resource(addresses.SHAPES, representations, tag=tag)
        return respond(request, site, resource, extension)

    return send


def _report(extension: str | None) -> Callable[[Request], Response]:
    def send(request: Request) -> Response:
        site = site_of(request)
        content = site.release.file(manifest.REPORT_FILE).read_bytes()

        def page(lang: str) -> bytes:
            report: dict[str, Any] = json.loads(content)
            return fill(
                request,
                lang,
                "report.html",
                results=[_result(entry, lang) for entry in report.get("results", ())],
                notes=[_either(note, lang) for note in report.get("notes", ())],
                checked=[
                    (CHECKED[name].get(lang) if name in CHECKED else name, count)
                    for name, count in report.get("checked", {}).items()
                ],
                counts=report.get("counts", {}),
                alternates=[("JSON", f"{addresses.REPORT}.json"), *_alternates(addresses.REPORT)],
            )

        representations = [
            html(page),
            Representation("json", ("application/json",), lambda _lang: content),
        ]
        if manifest.REPORT_GRAPH_FILE in site.release.files:
            graph = rdf(_writer(site, manifest.REPORT_GRAPH_FILE))
            # Here JSON is the report itself, not JSON-LD.
            representations += [each for each in graph if each.extension != "json"]
        # The same release may have been judged with the source texts at hand, or without.
        tag = site.digest(manifest.REPORT_FILE)
        resource = Resource(addresses.REPORT, representations, tag=tag)
        return respond(request, site, resource, extension)

    return send


def _writer(site: Site, file: str) -> Callable[[Syntax], bytes]:
    return lambda syntax: site.write(quads_of(site.graph(file)), syntax)


def _alternates(address: str) -> list[tuple[str, str]]:
    return [(syntax.name, f"{address}.{syntax.extension}") for syntax in GRAPH_SYNTAXES]


def _result(entry: dict[str, Any], lang: str) -> dict[str, Any]:
    place = entry.get("place") or {}
    return {
        "severity": entry.get("severity", ""),
        "rule": entry.get("rule_name", ""),
        "message": _either(entry.get("message", {}), lang),
        "where": f"{place['file']}:{place['line']}" if place else entry.get("focus") or "",
    }


def _either(words: dict[str, str], lang: str) -> str:
    return told(words, lang)


def read_rules(graph: Graph, viewer: Viewer, lang: str) -> list[Rule]:
    """The shapes of the graph that have a target, each with the property shapes it refers to."""
    roots = {
        shape
        for predicate in _TARGETS
        for shape in graph.subjects(predicate)
        if isinstance(shape, URIRef | BNode)
    } | {
        shape
        for shape in graph.subjects(RDF.type, SH.NodeShape)
        if (shape, RDF.type, RDFS.Class) in graph
    }
    rules = [_rule(graph, shape, viewer, lang) for shape in roots]
    return sorted(rules, key=lambda rule: (rule.name, rule.anchor))


def _rule(
    graph: Graph, shape: Node, viewer: Viewer, lang: str, above: frozenset[Node] = frozenset()
) -> Rule:
    inner = [
        part
        for predicate in (SH.property, SH.sparql)
        for part in graph.objects(shape, predicate)
        if part not in above
    ]
    parts = [_rule(graph, part, viewer, lang, above | {shape}) for part in inner]
    severity = graph.value(shape, SH.severity) or SH.Violation
    path = graph.value(shape, SH.path)
    name = told(_by_language(graph.objects(shape, SH.name)), lang) or told(
        _by_language(graph.objects(shape, RDFS.label)), lang
    )
    anchor = addresses.rule_anchor(str(shape)) if isinstance(shape, URIRef) else ""
    return Rule(
        anchor=anchor,
        name=name or anchor,
        targets=tuple(
            viewer.link(str(target))
            for predicate in _TARGETS
            for target in sorted(graph.objects(shape, predicate), key=str)
            if isinstance(target, URIRef)
        ),
        path=viewer.link(str(path)) if isinstance(path, URIRef) else None,
        severity=str(severity).rpartition("#")[2].lower(),
        messages=_by_language(graph.objects(shape, SH.message)),
        description=told(
            _by_language(graph.objects(shape, SH.description))
            or _by_language(graph.objects(shape, RDFS.comment)),
            lang,
        ),
        parts=tuple(sorted(parts, key=lambda part: (part.name, part.anchor))),
    )


def _by_language(values: Iterable[Node]) -> dict[str, str]:
    return {
        value.language or "": str(value) for value in values if isinstance(value, RdflibLiteral)
    }
