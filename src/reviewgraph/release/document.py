"""What the document of an entity holds: one rule, the same for every syntax and every page.

1. The statements of the entity, and of everything named ``<entity>#…``: its *members*.
2. The statements that point at a member.
3. The statements of each node without a name that 1 or 2 lead to. Such a node joins others (who
   took part, in which part, as what), and says nothing without its own statements. Of those that
   point at a member, also what points at them: the other end of the join.
4. The blank nodes of all of these, with their statements.
5. The names (values of the label properties) of everything mentioned, properties included.

If 1 and 2 are more statements than one page takes, the document goes on: each further page has the
next of them, with 3, 4 and 5 for these, and what it says of itself in Hydra's words.

Nothing here knows what the data is about: a node without a name is one that has no value of any
label property.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from rdflib.namespace import DCTERMS, RDF

from reviewgraph.rdf.namespaces import HYDRA
from reviewgraph.rdf.syntax import statement_key
from reviewgraph.rdf.terms import IRI, BlankNode, Quad, Statement, Subject, Term, statement
from reviewgraph.store.interface import Store

PAGE_SIZE = 500
MOST_ENDS = 100
_SORTED = 2_000
"""Of a subject or an object with so many statements the pages are alike in every store."""
_TYPE = IRI(str(RDF.type))
_REPLACED_BY = IRI(str(DCTERMS.isReplacedBy))


@dataclass(frozen=True)
class Document:
    """The statements told of an entity, in order, without duplicates.

    ``members`` are the entity and what is named ``<entity>#…``. ``graphs`` are the named graphs
    that hold the members' own statements. An entity that was withdrawn is a tombstone: something
    replaces it, and it is nothing itself. ``more`` says that there is a page after this one.
    """

    iri: str
    members: tuple[str, ...]
    statements: tuple[Statement, ...]
    graphs: tuple[str, ...]
    is_tombstone: bool = False
    page: int = 1
    more: bool = False


def describe(
    store: Store,
    iri: str,
    label_properties: Sequence[str],
    fragments: Iterable[str] = (),
    page_size: int | None = PAGE_SIZE,
    page: int = 1,
    *,
    inbound: bool = True,
) -> Document | None:
    """A page of the document of the entity ``iri``; ``None`` if it has not as many.

    Args:
        store: the release's statements.
        iri: the entity, without a fragment.
        label_properties: properties that name a thing.
        fragments: everything that is named ``<iri>#…``.
        page_size: how many statements of the members or about them a page takes; ``None`` for all.
        page: which one.
        inbound: whether what points at the members belongs to it.
    """
    gathering = _Gathering(store, tuple(IRI(name) for name in label_properties))
    members = tuple(IRI(member) for member in (iri, *fragments))
    own = (quad for member in members for quad in _in_order(store.quads(subject=member)))
    pointing = gathering.pointing_at(members) if inbound else iter(())
    begin = (page - 1) * page_size if page_size else 0
    end = begin + page_size if page_size else None
    told = list(islice(chain(own, pointing), begin, end + 1 if end else None))
    if page > 1 and not told:
        return None
    more = page_size is not None and len(told) > page_size
    told = told[:page_size]
    inside = set(members)
    first = [quad for quad in told if quad.subject in inside]
    gathering.follow(first)
    outward = gathering.objects()
    inward = gathering.add_inbound(quad for quad in told if quad.subject not in inside)
    store.expect(sorted((outward | inward) - set(members), key=str))
    for node in sorted(outward - set(members), key=str):
        if not gathering.is_named(node):
            gathering.about(node)
    for node in sorted(inward - set(members), key=str):
        if not gathering.is_named(node):
            gathering.about(node)
            gathering.add_inbound(islice(gathering.pointing_at((node,)), MOST_ENDS))
    gathering.add_names()
    return Document(
        iri=iri,
        members=tuple(member.value for member in members),
        statements=tuple(sorted(gathering.statements, key=statement_key)),
        graphs=tuple(sorted({q.graph_name.value for q in first if isinstance(q.graph_name, IRI)})),
        is_tombstone=_has(store, members[0], _REPLACED_BY) and not _has(store, members[0], _TYPE),
        page=page,
        more=more,
    )


def _in_order(quads: Iterator[Quad]) -> Iterator[Quad]:
    """The quads in an order that every store has; where they are very many, in the store's own."""
    first = list(islice(quads, _SORTED + 1))
    if len(first) <= _SORTED:
        first.sort(key=str)
    yield from first
    yield from quads


def _has(store: Store, subject: IRI, predicate: IRI) -> bool:
    return next(iter(store.quads(subject=subject, predicate=predicate)), None) is not None


def told_of_pages(document: Document, addresses: Callable[[int], str]) -> tuple[Statement, ...]:
    """What a document in pages says of them (https://www.hydra-cg.com/spec/latest/core/).

    Args:
        document: one of its pages.
        addresses: the IRI of each page.
    """
    if document.page == 1 and not document.more:
        return ()
    view = IRI(addresses(document.page))
    numbers = {HYDRA.first: 1, HYDRA.previous: document.page - 1}
    if document.more:
        numbers[HYDRA.next] = document.page + 1
    links = [(view, IRI(str(p)), IRI(addresses(n))) for p, n in numbers.items() if n > 0]
    return ((view, _TYPE, IRI(str(HYDRA.PartialCollectionView))), *links)


class _Gathering:
    """The statements found so far."""

    def __init__(self, store: Store, label_properties: Sequence[IRI]) -> None:
        self._store = store
        self._label_properties = label_properties
        self._blank_seen: set[BlankNode] = set()
        self.statements: set[Statement] = set()

    def about(self, subject: Subject) -> None:
        """Add the statements of a subject and of the blank nodes they lead to."""
        self.follow(self._store.quads(subject=subject))

    def follow(self, quads: Iterable[Quad]) -> None:
        """Add statements, and those of the blank nodes they lead to."""
        waiting = [*quads]
        while waiting:
            item = statement(waiting.pop())
            self.statements.add(item)
            if isinstance(item[2], BlankNode) and item[2] not in self._blank_seen:
                self._blank_seen.add(item[2])
                waiting.extend(self._store.quads(subject=item[2]))

    def pointing_at(self, targets: Sequence[Term]) -> Iterator[Quad]:
        """The statements that point at one of the targets from elsewhere.

        In the same order each time.
        """
        inside = set(targets)
        for target in targets:
            for quad in _in_order(self._store.quads(object=target)):
                if quad.subject not in inside:
                    yield quad

    def add_inbound(self, quads: Iterable[Quad]) -> set[IRI]:
        """Add statements that point at something; return their subjects that have an IRI.

        From a blank node we go up until something with an IRI holds it: a statement that hangs
        in the air would tell nobody anything.
        """
        found: set[IRI] = set()
        waiting = list(quads)
        while waiting:
            quad = waiting.pop()
            self.statements.add(statement(quad))
            subject = quad.subject
            if isinstance(subject, IRI):
                found.add(subject)
            elif isinstance(subject, BlankNode) and subject not in self._blank_seen:
                self._blank_seen.add(subject)
                self.about(subject)
                waiting.extend(islice(self._store.quads(object=subject), MOST_ENDS))
        return found

    def objects(self) -> set[IRI]:
        """The IRIs that the statements so far lead to, classes left out."""
        return {o for _, p, o in self.statements if isinstance(o, IRI) and p != _TYPE}

    def is_named(self, node: IRI) -> bool:
        """Whether the node has a value of a label property."""
        return any(
            next(iter(self._store.quads(subject=node, predicate=name)), None) is not None
            for name in self._label_properties
        )

    def add_names(self) -> None:
        """Add the names of everything mentioned."""
        mentioned = {term for item in self.statements for term in item if isinstance(term, IRI)}
        self._store.expect(sorted(mentioned, key=str))
        for node in mentioned:
            for name in self._label_properties:
                for quad in self._store.quads(subject=node, predicate=name):
                    self.statements.add(statement(quad))


def fragments_of(store: Store) -> dict[str, tuple[str, ...]]:
    """For each IRI, everything described as ``<iri>#…``, in order."""
    table = store.select(
        'SELECT DISTINCT ?s { ?s ?p ?o FILTER(isIRI(?s) && CONTAINS(STR(?s), "#")) } ORDER BY ?s'
    )
    found: dict[str, list[str]] = {}
    for row in table.dicts():
        iri = row["s"].value
        found.setdefault(iri.partition("#")[0], []).append(iri)
    return {iri: tuple(members) for iri, members in found.items()}
