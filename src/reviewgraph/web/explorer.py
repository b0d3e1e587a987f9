"""``/explore``: the things of a release and what joins them, as one picture to walk about in.

What the picture shows is ``/explore.json``: things with a name, and an edge where a statement leads
from one to another. A node without a name that only joins others (a participation, a membership) is
passed through: its edge leads from who points to it to what it points to. Of a large release the
things that matter most are shown; ``?of=`` gives what is around one thing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response
from rdflib.namespace import RDF

from reviewgraph.rdf.terms import IRI, BlankNode
from reviewgraph.release.manifest import SEARCH_FILE, Release
from reviewgraph.release.search.names import Named
from reviewgraph.web.addresses import EXPLORE
from reviewgraph.web.entities import first_known, unknown
from reviewgraph.web.negotiation import LANGUAGES
from reviewgraph.web.pages import fill
from reviewgraph.web.representations import (
    Resource,
    data,
    ending_of,
    html,
    page_endings,
    respond,
)
from reviewgraph.web.search import index_of
from reviewgraph.web.site import Site, site_of
from reviewgraph.web.values import Value, Valuer

MOST_NODES: Final = 800
_MOST_STATEMENTS: Final = 200
"""Of one thing as many statements are followed."""
_LISTED: Final = 100
# A kind is told by shape and colour, and where a passage stands is evidence: neither joins things.
_NOT_FOLLOWED: Final = frozenset({str(RDF.type), "http://www.w3.org/ns/oa#hasSource"})


@dataclass(frozen=True, slots=True)
class Edge:
    """One thing leads to another by a property, or by two with a node without a name between."""

    source: str
    target: str
    path: tuple[str, ...]


@dataclass(frozen=True)
class Web:
    """Things and the edges between them; ``cut`` says that there are more things."""

    things: tuple[Named, ...]
    edges: tuple[Edge, ...]
    cut: bool = False

    def degrees(self) -> Counter[str]:
        """How many edges each thing has."""
        ends = ((edge.source, edge.target) for edge in self.edges)
        return Counter(end for both in ends for end in both)


@dataclass(frozen=True, slots=True)
class _Kind:
    link: Value
    list_address: str
    count: int


@dataclass(frozen=True, slots=True)
class _Listed:
    link: Value
    kind: str
    degree: int


def whole(site: Site) -> Web:
    """The things that matter most, with what joins them, found once."""
    web: Web = site.kept("explorer", _whole)
    return web


def around(site: Site, iri: str) -> Web:
    """A thing with what it leads to and what leads to it."""
    index = index_of(site)
    near = {iri: None}
    for edge in _edges(site, [iri], None):
        near[edge.target] = None
    for quad in islice(site.store.quads(object=IRI(iri)), _MOST_STATEMENTS):
        if not isinstance(quad.subject, IRI):
            continue
        if _is_named(site, quad.subject.value):
            near[quad.subject.value] = None
        else:
            for before in islice(site.store.quads(object=quad.subject), _MOST_STATEMENTS):
                if isinstance(before.subject, IRI):
                    near[before.subject.value] = None
    things = [thing for each in near if (thing := index.of(each))][:MOST_NODES]
    known = {thing.iri for thing in things}
    return Web(tuple(things), tuple(_edges(site, known, known)), len(near) > MOST_NODES)


def resource(site: Site, iri: str = "") -> Resource:
    """The page and the data; of what is around one thing, if one is named."""

    def web() -> Web:
        return around(site, iri) if iri else whole(site)

    def page(lang: str) -> bytes:
        drawn = web()
        kinds, listed = list(_kinds(site, drawn, lang)), _listed(site, drawn, lang)
        return fill(site, lang, "explore.html", found, kinds=kinds, listed=listed, web=drawn)

    found = Resource(
        site.addresses.at(EXPLORE),
        [html(page), data(lambda: _told(site, web()))],
        query=urlencode({"of": iri.removeprefix(site.addresses.entity_base)}) if iri else "",
    )
    return found


def explorer_router(release: Release) -> APIRouter:
    """The routes, if the release has names for its things."""
    router = APIRouter(tags=["explorer"])
    for ending in (None, *page_endings(), "json") if SEARCH_FILE in release.files else ():
        router.add_api_route(
            f"{EXPLORE}.{ending}" if ending else EXPLORE,
            _handler(ending),
            methods=["GET"],
            response_class=Response,
            operation_id=f"explore_{(ending or 'any').replace('.', '_')}",
            summary="Things and what joins them",
            openapi_extra={
                "parameters": [
                    {
                        "name": "of",
                        "in": "query",
                        "description": "A thing, by the part of its IRI after id/",
                        "schema": {"type": "string"},
                    }
                ]
            },
            include_in_schema=ending in {None, "json"},
        )
    return router


def _handler(ending: str | None) -> Callable[[Request], Response]:
    wanted = ending_of(ending)

    def answer(request: Request) -> Response:
        site = site_of(request)
        given = request.query_params.get("of", "")
        if not given:
            return respond(request, site, resource(site), wanted)
        asked = site.addresses.entity_base + given
        iri = first_known(site, [asked]) if _is_iri(asked) else None
        if iri is None:
            raise unknown(asked)
        return respond(request, site, resource(site, iri), wanted)

    return answer


def _is_iri(text: str) -> bool:
    try:
        IRI(text)
    except ValueError:
        return False
    return True


def _whole(site: Site) -> Web:
    things = index_of(site).first(MOST_NODES + 1, site.addresses.entity_base)
    shown = things[:MOST_NODES]
    known = {thing.iri for thing in shown}
    return Web(tuple(shown), tuple(_edges(site, known, known)), len(things) > MOST_NODES)


def _edges(site: Site, sources: Iterable[str], targets: set[str] | None) -> Iterator[Edge]:
    """The edges from some things to others; to any with a name, if no targets are given."""
    told: set[tuple[str, str]] = set()
    for source in sorted(sources):
        for path, target in _steps(site, IRI(source)):
            fits = target in targets if targets is not None else _is_named(site, target)
            if fits and target != source and (source, target) not in told:
                told |= {(source, target), (target, source)}
                yield Edge(source, target, path)


def _steps(site: Site, subject: IRI) -> Iterator[tuple[tuple[str, ...], str]]:
    """Where a thing leads to, by one property or through a node without a name by two."""
    for quad in islice(site.store.quads(subject=subject), _MOST_STATEMENTS):
        first = quad.predicate.value
        if first in _NOT_FOLLOWED or not isinstance(quad.object, IRI | BlankNode):
            continue
        if isinstance(quad.object, IRI) and _is_named(site, quad.object.value):
            yield (first,), quad.object.value
            continue
        for then in islice(site.store.quads(subject=quad.object), _MOST_STATEMENTS):
            if then.predicate.value not in _NOT_FOLLOWED and isinstance(then.object, IRI):
                yield (first, then.predicate.value), then.object.value


def _is_named(site: Site, iri: str) -> bool:
    return iri.startswith(site.release.base) and index_of(site).has(iri)


def _told(site: Site, web: Web) -> dict[str, Any]:
    kinds = {kind: number for number, kind in enumerate(_by_size(web))}
    numbers = {thing.iri: number for number, thing in enumerate(web.things)}
    properties = {name: None for edge in web.edges for name in edge.path}
    degrees = web.degrees()
    return {
        "cut": web.cut,
        "kinds": [
            # The label of a thing of no kind is a dash.
            {
                "iri": kind,
                "label": site.labels.in_all(kind) if kind else dict.fromkeys(LANGUAGES, "–"),
            }
            for kind in kinds
        ],
        "properties": {name: site.labels.in_all(name) for name in properties},
        "nodes": [
            {
                "iri": thing.iri,
                "label": site.labels.in_all(thing.iri),
                "page": site.pages(thing.iri),
                "kind": kinds[thing.kind],
                "degree": degrees[thing.iri],
            }
            for thing in web.things
        ],
        "edges": [
            {"from": numbers[edge.source], "to": numbers[edge.target], "path": edge.path}
            for edge in web.edges
        ],
    }


def _by_size(web: Web) -> list[str]:
    counts = Counter(thing.kind for thing in web.things)
    return sorted(counts, key=lambda kind: (-counts[kind], kind))


def _kinds(site: Site, web: Web, lang: str) -> Iterator[_Kind]:
    valuer = Valuer(site, lang)
    counts = Counter(thing.kind for thing in web.things)
    for kind in _by_size(web):
        listed = site.addresses.page(site.lists[kind], lang) if kind in site.lists else ""
        link = valuer.link(kind) if kind else Value("–")
        yield _Kind(link, listed, counts[kind])


def _listed(site: Site, web: Web, lang: str) -> list[_Listed]:
    """The things with most edges."""
    valuer = Valuer(site, lang)
    degrees = web.degrees()
    ordered = sorted(web.things, key=lambda thing: (-degrees[thing.iri], thing.iri))
    return [
        _Listed(
            valuer.link(thing.iri),
            site.labels.of(thing.kind, lang).text if thing.kind else "",
            degrees[thing.iri],
        )
        for thing in ordered[:_LISTED]
    ]
