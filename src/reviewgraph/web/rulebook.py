"""The shapes of a release as things with pages: what each is called, and where it is read.

Every IRI that the shapes speak of leads somewhere. A shape has a page of its own; a group is a
heading of the list of all; a SPARQL-based constraint without words of its own is on the page of the
shape that it belongs to.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from urllib.parse import quote

from rdflib import BNode, Graph, URIRef
from rdflib.namespace import RDF, RDFS, SH
from rdflib.term import Node

from reviewgraph.gate.report import RULES
from reviewgraph.gate.rules import own_rules
from reviewgraph.rdf.canonical import canonicalize
from reviewgraph.rdf.terms import Statement, quads_of, statement
from reviewgraph.release.rules import RuleEntry
from reviewgraph.web import addresses
from reviewgraph.web.addresses import Ending, endings, spellings

TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
# What an IRI's last part may hold and an address keeps as it is.
_KEPT = "!$%&'()*+,:;=@~"


class Rulebook:
    """The shapes graph, with a name for the page of every shape in it."""

    def __init__(self, graph: Graph, entries: Mapping[str, RuleEntry]) -> None:
        self.graph = graph
        self._entries = entries
        self._iris: dict[str, str] = {}
        for node in sorted({str(node) for node in graph.subjects() if isinstance(node, URIRef)}):
            if not self._is_group(URIRef(node)) and self._speaker(URIRef(node)) is None:
                self._iris[free(last_part(node), self._iris)] = node
        self._names = {iri: name for name, iri in self._iris.items()}

    def __contains__(self, iri: object) -> bool:
        """Whether the IRI has a page of its own."""
        return iri in self._names

    def name(self, iri: str) -> str:
        """What the page of a shape is called."""
        return self._names.get(iri, last_part(iri))

    def page(self, iri: str) -> str:
        """The address of the page of a shape."""
        return f"{addresses.SHAPES}/{quote(self.name(iri), safe=_KEPT)}"

    def address(self, iri: str) -> str | None:
        """Where one reads of any IRI of the shapes, or of a rule of the gate's own."""
        if iri.startswith(RULES):
            return own_page(iri.removeprefix(RULES)) if iri in own_rules() else None
        if iri in self:
            return self.page(iri)
        node = URIRef(iri)
        if (node, None, None) not in self.graph:
            return None
        speaker = self._speaker(node)
        return f"{self.page(speaker) if speaker else addresses.SHAPES}#{anchor(iri)}"

    def find(self, raw_path: str) -> tuple[str, Ending] | None:
        """The shape and the ending that a request for ``/shapes/…`` means."""
        for text, ending in endings(raw_path.removeprefix(f"{addresses.SHAPES}/")):
            for name in spellings(text):
                if name in self._iris and ending.page == 1:
                    return self._iris[name], ending
        return None

    def __iter__(self) -> Iterator[str]:
        """The shapes that have a page."""
        return iter(self._names)

    def entry(self, iri: str) -> RuleEntry | None:
        """Where the shape is written, and its cases, if the release tells."""
        return self._entries.get(iri)

    def statements(self, iri: str) -> list[Statement]:
        """What is said of the shape, its blank nodes and the constraints that it speaks for."""
        told = Graph(bind_namespaces="none")
        waiting: list[Node] = [URIRef(iri)]
        seen: set[Node] = set()
        while waiting:
            node = waiting.pop()
            seen.add(node)
            for triple in self.graph.triples((node, None, None)):
                told.add(triple)
                value = triple[2]
                speaks = isinstance(value, URIRef) and self._speaker(value) == iri
                if value not in seen and (isinstance(value, BNode) or speaks):
                    waiting.append(value)
        # Blank nodes are called the same each time, so that the same release sends the same bytes.
        return [statement(quad) for quad in canonicalize(quads_of(told))]

    def above(self, node: Node, seen: frozenset[Node] = frozenset()) -> set[str]:
        """The named shapes that refer to a node, also by way of lists and blank nodes."""
        found = set()
        for subject in set(self.graph.subjects(None, node)) - seen:
            if isinstance(subject, BNode):
                found |= self.above(subject, seen | {node})
            elif str(subject) in self:
                found.add(str(subject))
        return found

    def roots(self) -> set[Node]:
        """The shapes that have targets."""
        with_target = {shape for target in TARGETS for shape in self.graph.subjects(target)}
        return with_target | {
            shape
            for shape in self.graph.subjects(RDF.type, SH.NodeShape)
            if (shape, RDF.type, RDFS.Class) in self.graph
        }

    def rules(self) -> Iterator[URIRef]:
        """The named shapes that say something, or look at something: those that can be broken."""
        for iri in self._names:
            node = URIRef(iri)
            if (node, SH.message, None) in self.graph or (node, SH.path, None) in self.graph:
                yield node

    def _is_group(self, node: URIRef) -> bool:
        return (node, RDF.type, SH.PropertyGroup) in self.graph

    def _speaker(self, node: URIRef) -> str | None:
        """The shape that speaks for a SPARQL-based constraint."""
        if (node, SH.message, None) in self.graph:
            return None
        holders = {
            each for each in self.graph.subjects(SH.sparql, node) if isinstance(each, URIRef)
        }
        return str(min(holders)) if holders else None


def free(name: str, taken: Container[str]) -> str:
    """The name, or with a number behind it if it is taken."""
    found, number = name, 2
    while found in taken:
        found, number = f"{name}-{number}", number + 1
    return found


def last_part(iri: str) -> str:
    """What stands behind the last slash or hash sign of an IRI."""
    return iri.replace("#", "/").rstrip("/").rsplit("/", 1)[-1]


def anchor(iri: str) -> str:
    """Where something without a page of its own stands on a page."""
    return quote(last_part(iri), safe=_KEPT)


def own_page(name: str) -> str:
    """The address of the page of one of the gate's own rules."""
    return f"{addresses.RULES}/{quote(name)}"
