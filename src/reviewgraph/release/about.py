"""What a publication says of its dataset: read once, told in every description of a release.

Here the terms of DCAT-AP 3 become plain values, for formats that are not RDF. ``graph`` is the
same for those that are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, OWL, RDF, SKOS
from rdflib.term import Node

from reviewgraph.publication.catalog import Catalog
from reviewgraph.publication.words import LABELS
from reviewgraph.rdf.namespaces import DCAT, PREFIXES, VCARD, VOID
from reviewgraph.rdf.terms import IRI, BlankNode, Quad, from_rdflib, to_graph
from reviewgraph.store.interface import Store

_WHOLE = (DCTERMS.publisher, DCTERMS.creator, DCTERMS.temporal, DCAT.contactPoint)
"""What a dataset refers to by these is told in full,"""
_BY_NAME = (DCTERMS.spatial, DCTERMS.source, DCAT.theme)
"""and of what it refers to by these, the names and kinds."""
_NAMES = (*(URIRef(label) for label in LABELS), VCARD.fn)
_NAMING = (RDF.type, OWL.sameAs, *_NAMES)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
# The European Union's language codes are those of ISO 639-3, BCP 47 prefers two letters.
_TWO_LETTERS = {"THA": "th", "ENG": "en", "LAO": "lo", "KHM": "km", "MYA": "my", "MSA": "ms"}


@dataclass(frozen=True, slots=True)
class Named:
    """A thing that the description refers to: an agent, a place, a source.

    ``names`` are by language tag, ``kinds`` the IRIs of its classes. What is a blank node, or only
    a text, has no ``iri``.
    """

    iri: str
    names: dict[str, str]
    kinds: tuple[str, ...] = ()
    same_as: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """Where to turn: an address for mail (without ``mailto:``), a page, or both."""

    names: dict[str, str]
    email: str
    page: str


@dataclass(frozen=True)
class About:
    """The dataset as its publication describes it.

    ``starts`` and ``ends`` are the dates of ``dcterms:temporal``, ``issued`` that of publication;
    what is no date, or not given, is empty. ``purpose`` is ``skos:scopeNote``.
    """

    catalog: Catalog
    graph: Graph
    publisher: Named
    creators: tuple[Named, ...]
    contact: Contact | None
    keywords: tuple[Literal, ...]
    languages: tuple[str, ...]
    places: tuple[Named, ...]
    sources: tuple[Named, ...]
    purpose: dict[str, str]
    kinds: tuple[str, ...]
    frequency: str
    access: str
    issued: str
    starts: str
    ends: str
    examples: tuple[str, ...]

    @property
    def dataset(self) -> URIRef:
        """The dataset itself."""
        return URIRef(self.catalog.dataset)

    def copy(self) -> Graph:
        """The statements, to be added to."""
        graph = Graph(bind_namespaces="none")
        for prefix, namespace in PREFIXES.items():
            graph.bind(prefix, namespace)
        graph += self.graph
        return graph


def about(catalog: Catalog, store: Store) -> About:
    """Gather what the store says of the dataset and of the things it refers to."""
    graph = _gather(catalog, store)
    dataset = URIRef(catalog.dataset)

    def named(predicate: URIRef) -> tuple[Named, ...]:
        return tuple(_named(graph, node) for node in _sorted(graph.objects(dataset, predicate)))

    def iris(predicate: URIRef) -> tuple[str, ...]:
        return tuple(str(node) for node in _sorted(graph.objects(dataset, predicate)))

    period = next(iter(_sorted(graph.objects(dataset, DCTERMS.temporal))), None)
    keywords = [o for o in graph.objects(dataset, DCAT.keyword) if isinstance(o, Literal)]
    return About(
        catalog=catalog,
        graph=graph,
        publisher=named(DCTERMS.publisher)[0],
        creators=named(DCTERMS.creator),
        contact=_contact(graph, dataset),
        keywords=tuple(sorted(keywords, key=lambda word: (word.language or "", str(word)))),
        languages=tuple(map(_language, iris(DCTERMS.language))),
        places=named(DCTERMS.spatial),
        sources=named(DCTERMS.source),
        purpose=_texts(graph, dataset, SKOS.scopeNote),
        kinds=iris(DCTERMS.type),
        frequency=next(iter(iris(DCTERMS.accrualPeriodicity)), ""),
        access=next(iter(iris(DCTERMS.accessRights)), ""),
        issued=_date(graph.value(dataset, DCTERMS.issued)),
        starts=_date(graph.value(period, DCAT.startDate)) if period else "",
        ends=_date(graph.value(period, DCAT.endDate)) if period else "",
        examples=tuple(each.iri for each in named(VOID.exampleResource) if each.iri),
    )


def told(by_language: dict[str, str], *languages: str) -> str:
    """The text in the first of the languages that there is, else in any that there is."""
    for tag in (*languages, "", *sorted(by_language)):
        if tag in by_language:
            return by_language[tag]
    return ""


def _gather(catalog: Catalog, store: Store) -> Graph:
    own = list(_closure(store, IRI(catalog.dataset)))
    found = set(own)
    for quad in own:
        target, predicate = quad.object, URIRef(quad.predicate.value)
        if not isinstance(target, IRI | BlankNode):
            continue
        if predicate in _WHOLE:
            found.update(_closure(store, target))
        elif predicate in _BY_NAME:
            for name in _NAMING:
                found.update(store.quads(subject=target, predicate=IRI(str(name))))
    return to_graph(found)


def _closure(store: Store, node: IRI | BlankNode) -> Iterable[Quad]:
    """The statements of a node and of the blank nodes they lead to."""
    seen, waiting = {node}, [node]
    while waiting:
        for quad in store.quads(subject=waiting.pop()):
            yield quad
            if isinstance(quad.object, BlankNode) and quad.object not in seen:
                seen.add(quad.object)
                waiting.append(quad.object)


def _contact(graph: Graph, dataset: URIRef) -> Contact | None:
    nodes = _sorted(graph.objects(dataset, DCAT.contactPoint))
    if not nodes:
        return None
    email = next(iter(_sorted(graph.objects(nodes[0], VCARD.hasEmail))), "")
    page = next(iter(_sorted(graph.objects(nodes[0], VCARD.hasURL))), "")
    return Contact(_named(graph, nodes[0]).names, str(email).removeprefix("mailto:"), str(page))


def _named(graph: Graph, node: Node) -> Named:
    names = {node.language or "": str(node)} if isinstance(node, Literal) else {}
    # In a contact the formatted name is what it is called, its label only tells it from others.
    order = (VCARD.fn, FOAF.name, *_NAMES)
    for predicate in order:
        for tag, text in _texts(graph, node, predicate).items():
            names.setdefault(tag, text)
    return Named(
        iri=str(node) if isinstance(node, URIRef) else "",
        names=names,
        kinds=tuple(map(str, _sorted(graph.objects(node, RDF.type)))),
        same_as=tuple(map(str, _sorted(graph.objects(node, OWL.sameAs)))),
    )


def _texts(graph: Graph, subject: Node, predicate: URIRef) -> dict[str, str]:
    values = [o for o in _sorted(graph.objects(subject, predicate)) if isinstance(o, Literal)]
    return {value.language or "": str(value) for value in reversed(values)}


def _sorted(nodes: Iterable[Node]) -> list[Node]:
    return sorted(nodes, key=lambda node: str(from_rdflib(node)))


def _date(value: Node | None) -> str:
    match = _DATE.match(str(value)) if value is not None else None
    return match[0] if match else ""


def _language(code: str) -> str:
    name = code.rstrip("/").rpartition("/")[2]
    return _TWO_LETTERS.get(name.upper(), name.lower())
