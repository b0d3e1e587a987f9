"""Statements as a file writes them, matched with those that the engine read.

JSON-LD and RDF/XML say a statement in pieces, and the engine hands out quads without places. A
reader of the file's text notes what it sees here; then each quad is looked up by its terms. What a
reader could not make out costs only precision: a quad gets the place of its predicate, else of its
subject, else of what points to it, else the file's beginning.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from pyoxigraph import RdfFormat, parse

from reviewgraph.rdf.terms import IRI, BlankNode, Literal, Quad, Term, statement

Node: TypeAlias = str | int
"""An IRI, a blank node's label with ``_:`` before it, or the number of an unnamed node."""


class Value(NamedTuple):
    """A literal as far as it tells values apart; the language is in lower case or empty."""

    text: str
    language: str = ""


class At(NamedTuple):
    """The offsets, in code points, at which the three terms of a statement begin."""

    subject: int
    predicate: int
    object: int


BEGINNING = At(0, 0, 0)

_NOT_IN_IRI = frozenset('<>"{}|^`\\')


@lru_cache(maxsize=65536)
def resolve(reference: str, base: str) -> str:
    """RFC 3986 resolution as the engine does it; empty where that gives no IRI."""
    if any(c in _NOT_IN_IRI or c <= " " for c in reference):
        return ""
    if ":" in reference.split("/", 1)[0]:
        return reference
    try:
        (quad,) = parse(f"<{reference}> a <x:y> .", format=RdfFormat.TURTLE, base_iri=base)
    except (SyntaxError, ValueError):
        return ""
    return str(quad.subject.value) if isinstance(quad.subject, IRI) else ""


class Written:
    """What a reader saw, in the order of the text."""

    def __init__(self) -> None:
        self._nodes: dict[Node, int] = {}
        self._mentions: dict[Node, int] = {}
        self._said: dict[tuple[Node, str], _Group] = {}
        self._predicates: dict[int, set[str]] = {}
        self._inner: set[int] = set()
        self._unnamed = 0

    def unnamed(self, at: int) -> int:
        """A new node without a name, which begins at ``at``."""
        self._unnamed += 1
        self._nodes[self._unnamed] = at
        return self._unnamed

    def node(self, node: Node, at: int) -> None:
        """A node is described at ``at``; its first description counts."""
        self._nodes.setdefault(node, at)

    def say(self, subject: Node, predicate: str, value: Node | Value, at: At) -> None:
        """A statement stands at ``at``; the engine drops what no IRI could be made of."""
        if not subject or not predicate or value == "":
            return
        group = self._said.get((subject, predicate))
        if group is None:
            group = self._said[subject, predicate] = _Group()
        group.entries.append((value, at))
        if isinstance(subject, int):
            self._predicates.setdefault(subject, set()).add(predicate)
        if isinstance(value, int):
            self._inner.add(value)
        elif isinstance(value, str):
            self._mentions.setdefault(value, at.object)

    def match(self, quads: Sequence[Quad]) -> list[At]:
        """The places of the quads, one for each, in their order."""
        return _Match(self, quads, self._mentions | self._nodes, self._said).places()

    def roots(self) -> list[int]:
        """The unnamed nodes that say something and that nothing points to."""
        return sorted(node for node in self._predicates if node not in self._inner)

    def says(self, node: int, predicates: Iterable[str]) -> bool:
        """Whether all these predicates are written of an unnamed node."""
        return self._predicates.get(node, set()).issuperset(predicates)


class _Group:
    """What is said of one subject with one predicate.

    The engine mostly keeps the order of the text, so the entry after the last one found is tried
    first; the index is built when that fails.
    """

    __slots__ = ("_by_text", "_by_value", "_next", "entries")

    def __init__(self) -> None:
        self.entries: list[tuple[Node | Value, At]] = []
        self._next = 0
        self._by_value: dict[Node | Value, At] = {}
        self._by_text: dict[str, At] = {}

    def find(self, value: Node | Value | None) -> At:
        """Where this value stands; of a value that is not seen, where the predicate does."""
        entries = self.entries
        if value is not None:
            if self._next < len(entries) and entries[self._next][0] == value:
                self._next += 1
                return entries[self._next - 1][1]
            if not self._by_value:
                self._index()
            if value in self._by_value:
                return self._by_value[value]
            if isinstance(value, Value) and value.text in self._by_text:
                return self._by_text[value.text]
        at = entries[0][1]
        return at if len(entries) == 1 else At(at.subject, at.predicate, at.predicate)

    def _index(self) -> None:
        for value, at in self.entries:
            self._by_value.setdefault(value, at)
            if isinstance(value, Value):
                self._by_text.setdefault(value.text, at)


class _Match:
    """One list of quads against what is written; each blank node is told from the others."""

    def __init__(
        self,
        written: Written,
        quads: Sequence[Quad],
        nodes: dict[Node, int],
        said: dict[tuple[Node, str], _Group],
    ) -> None:
        self.written = written
        self.quads = quads
        self.nodes = nodes
        self.said = said
        self.bound: dict[str, int] = {}
        self.said_of: dict[str, set[str]] = {}
        self.parents: dict[str, tuple[Term, str]] = {}

    def places(self) -> list[At]:
        self._bind()
        return [self._place(*statement(quad)) for quad in self.quads]

    def _node(self, term: Term) -> Node | None:
        """What is written for a term; None for a blank node that was not made out."""
        if isinstance(term, BlankNode):
            label = f"_:{term.value}"
            return label if label in self.nodes else self.bound.get(term.value)
        return term.value if isinstance(term, IRI) else None  # RDF 1.2 has triples here too

    def _place(self, subject: Term, predicate: IRI, value: Term) -> At:
        node = self._node(subject)
        if node is None:
            return self._above(subject)
        group = self.said.get((node, predicate.value))
        if group is None:
            at = self.nodes.get(node, 0)
            return At(at, at, at)
        if isinstance(value, Literal):
            return group.find(Value(value.value, (value.language or "").lower()))
        return group.find(self._node(value))

    def _above(self, blank: Term) -> At:
        """The place of what points, over however many steps, to a node that was not made out."""
        seen: set[str] = set()
        term = blank
        while isinstance(term, BlankNode) and term.value not in seen:
            if term.value not in self.parents:
                return BEGINNING
            seen.add(term.value)
            term, predicate = self.parents[term.value]
            node = self._node(term)
            if node is not None:
                group = self.said.get((node, predicate))
                at = group.entries[0][1].predicate if group else self.nodes.get(node, 0)
                return At(at, at, at)
        return BEGINNING

    def _bind(self) -> None:
        """Give the blank nodes that the engine labelled the nodes written without a name.

        A node is known by its parent and the property that holds it; its brothers and the nodes
        that have no parent by their order. Where the numbers differ nothing is bound.
        """
        links: dict[Term, dict[str, dict[str, None]]] = {}
        loose: dict[str, None] = {}
        for quad in self.quads:
            subject, predicate, value = statement(quad)
            if isinstance(subject, BlankNode) and self._node(subject) is None:
                loose.setdefault(subject.value)
                self.said_of.setdefault(subject.value, set()).add(predicate.value)
            if isinstance(value, BlankNode) and self._node(value) is None:
                links.setdefault(subject, {}).setdefault(predicate.value, {})[value.value] = None
                self.parents.setdefault(value.value, (subject, predicate.value))
        self._descend(links, [term for term in links if self._node(term) is not None])
        roots = [label for label in loose if label not in self.parents]
        self._descend(links, self._pair(roots, self.written.roots()))

    def _descend(self, links: dict[Term, dict[str, dict[str, None]]], waiting: list[Term]) -> None:
        while waiting:
            term = waiting.pop()
            node = self._node(term)
            for predicate, labels in links.get(term, {}).items():
                group = self.said.get((node, predicate)) if node is not None else None
                if group is not None:
                    below = {value: None for value, _ in group.entries if isinstance(value, int)}
                    waiting += self._pair(list(labels), list(below))

    def _pair(self, labels: list[str], nodes: list[int]) -> list[Term]:
        if len(labels) != len(nodes):
            return []
        fresh: list[Term] = []
        for label, node in zip(labels, nodes, strict=True):
            if label not in self.bound and self.written.says(node, self.said_of.get(label, ())):
                self.bound[label] = node
                fresh.append(BlankNode(label))
        return fresh
