"""The difference of two datasets, grouped by entity.

Both come as canonical N-Quads in order, so one pass over both finds the statements that only one
has, in no more memory than these take. Names of blank nodes say nothing: what hangs together by
blank nodes is compared as a whole, by its own canonical form (RDFC-1.0), and what is equal cancels.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal as OneOf

from rdflib.namespace import DCTERMS

from reviewgraph.publication.folder import graph_name
from reviewgraph.rdf.canonical import canonicalize, read_lines
from reviewgraph.rdf.namespaces import SPDX
from reviewgraph.rdf.terms import IRI, BlankNode, Literal, Quad, Statement, statement
from reviewgraph.release.manifest import Release

State = OneOf["added", "removed", "changed"]
Lines = Callable[[], Iterable[bytes]]
"""Gives the lines of a canonical N-Quads document, each with its end, from the beginning."""

_BLANK = b"_:"
_FILE_NAME, _DIGEST = str(SPDX.fileName), str(DCTERMS.identifier)


@dataclass(frozen=True, slots=True)
class Side:
    """A state of a dataset: its lines, and what helps to tell of it.

    ``label_properties`` name a thing, best first; ``prefixes`` shorten IRIs.
    """

    name: str
    lines: Lines
    base: str
    label_properties: tuple[str, ...]
    prefixes: dict[str, str]


def side_of(release: Release) -> Side:
    """A release as one side of a comparison; its dump is read line by line."""

    def lines() -> Iterator[bytes]:
        with release.file("dump.nq").open("rb") as file:
            yield from file

    properties = release.label_properties
    return Side(release.name, lines, release.base, properties, release.prefixes)


@dataclass(frozen=True, slots=True)
class Told:
    """A statement and the graphs that it was put into, or taken out of."""

    statement: Statement
    graphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """A statement that is the same in other graphs: it went from one file to another."""

    statement: Statement
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EntityChange:
    """What changed of an entity and of what is named ``<entity>#…``.

    Statements of blank nodes are told with whatever leads to them.
    """

    iri: str
    state: State
    added: tuple[Told, ...] = ()
    removed: tuple[Told, ...] = ()
    moved: tuple[Moved, ...] = ()


@dataclass(frozen=True, slots=True)
class FileChange:
    """A published file that is not data: a shape, a case, a question, the context."""

    path: str
    state: State


@dataclass(frozen=True)
class Changes:
    """All that changed. ``labels`` has the names, by language, of whatever is mentioned."""

    old: Side
    new: Side
    entities: tuple[EntityChange, ...]
    files: tuple[FileChange, ...] = ()
    labels: dict[str, dict[str, str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return bool(self.entities or self.files)

    def count(self, state: State) -> int:
        """The number of entities that were added, removed or changed."""
        return sum(entity.state == state for entity in self.entities)

    @property
    def added(self) -> int:
        """The number of statements that are new."""
        return sum(len(entity.added) for entity in self.entities)

    @property
    def removed(self) -> int:
        """The number of statements that are gone."""
        return sum(len(entity.removed) for entity in self.entities)

    @property
    def moved(self) -> int:
        """The number of statements that are in other graphs."""
        return sum(len(entity.moved) for entity in self.entities)


def compare(old: Side, new: Side) -> Changes:
    """What changed from ``old`` to ``new``."""
    folder = {graph_name(side.base, "folder").value for side in (old, new)}
    gone, came = _ground(old.lines(), new.lines())
    files = _files([q for q in gone if _in(q, folder)], [q for q in came if _in(q, folder)])
    ground = [[quad for quad in quads if not _in(quad, folder)] for quads in (gone, came)]
    hanging = _hanging(_blank(old.lines()), _blank(new.lines()))
    removed: dict[str, list[Quad]] = defaultdict(list)
    added: dict[str, list[Quad]] = defaultdict(list)
    for found, quads, components in (
        (removed, ground[0], hanging[0]),
        (added, ground[1], hanging[1]),
    ):
        for quad in quads:
            found[_entity(quad.subject)].append(quad)
        for component in components:
            found[_root(component)].extend(component)
    iris = {*removed, *added}
    before, after = _subjects(old.lines(), iris), _subjects(new.lines(), iris)
    entities = [
        _change(
            iri, removed.get(iri, ()), added.get(iri, ()), was=iri in before, stays=iri in after
        )
        for iri in sorted(iris)
    ]
    mentioned = {term for entity in entities for term in _mentioned(entity)}
    labels = _labels(old, mentioned) | _labels(new, mentioned)
    return Changes(old, new, tuple(entities), files, labels)


def _ground(old: Iterable[bytes], new: Iterable[bytes]) -> tuple[list[Quad], list[Quad]]:
    """The quads without blank nodes that only one has: a merge of two sorted documents."""
    only: tuple[list[bytes], list[bytes]] = ([], [])
    left, right = iter(old), iter(new)
    a, b = next(left, None), next(right, None)
    while a is not None or b is not None:
        if a == b:
            a, b = next(left, None), next(right, None)
        elif b is None or (a is not None and a < b):
            only[0].append(a or b"")
            a = next(left, None)
        else:
            only[1].append(b)
            b = next(right, None)
    gone, came = ([quad for quad in read_lines(lines) if not _blanks(quad)] for lines in only)
    return gone, came


def _blank(lines: Iterable[bytes]) -> list[Quad]:
    """The quads that have blank nodes."""
    return [quad for quad in read_lines(line for line in lines if _BLANK in line) if _blanks(quad)]


def _blanks(quad: Quad) -> list[str]:
    terms = (quad.subject, quad.object, quad.graph_name)
    return [term.value for term in terms if isinstance(term, BlankNode)]


def _hanging(old: list[Quad], new: list[Quad]) -> tuple[list[list[Quad]], list[list[Quad]]]:
    """Of what hangs together by blank nodes, that which only one side has."""
    before, after = _components(old), _components(new)
    counts = Counter(before.keys()), Counter(after.keys())
    gone, came = counts[0] - counts[1], counts[1] - counts[0]
    return (
        [quads for key in gone for quads in before[key]],
        [quads for key in came for quads in after[key]],
    )


def _components(quads: list[Quad]) -> dict[tuple[str, int], list[list[Quad]]]:
    """The quads by what they hang together with, keyed by its canonical form.

    Equal ones are numbered, so that each counts.
    """
    leader: dict[str, str] = {}

    def find(name: str) -> str:
        while leader.setdefault(name, name) != name:
            leader[name] = leader[leader[name]]
            name = leader[name]
        return name

    for quad in quads:
        first, *others = (find(name) for name in _blanks(quad))
        for other in others:
            leader[other] = first
    grouped: dict[str, list[Quad]] = defaultdict(list)
    for quad in quads:
        grouped[find(_blanks(quad)[0])].append(quad)
    found: dict[tuple[str, int], list[list[Quad]]] = {}
    seen: Counter[str] = Counter()
    for component in grouped.values():
        canonical = canonicalize(component)
        text = "\n".join(map(str, canonical))
        found[text, seen[text]] = [canonical]
        seen[text] += 1
    return found


def _root(component: Sequence[Quad]) -> str:
    """The entity that leads to the blank nodes; the graph they are in, if none does."""
    leading = sorted(_entity(q.subject) for q in component if isinstance(q.subject, IRI))
    return leading[0] if leading else str(getattr(component[0].graph_name, "value", ""))


def _change(
    iri: str,
    removed: Sequence[Quad],
    added: Sequence[Quad],
    *,
    was: bool,
    stays: bool,
) -> EntityChange:
    before, after = _graphs(removed), _graphs(added)
    moved = before.keys() & after.keys()
    state: State = "changed" if was and stays else "added" if stays else "removed"
    return EntityChange(
        iri=iri,
        state=state,
        added=tuple(Told(s, after[s]) for s in _ordered(after.keys() - moved)),
        removed=tuple(Told(s, before[s]) for s in _ordered(before.keys() - moved)),
        moved=tuple(Moved(s, before[s], after[s]) for s in _ordered(moved)),
    )


def _graphs(quads: Iterable[Quad]) -> dict[Statement, tuple[str, ...]]:
    found: dict[Statement, set[str]] = defaultdict(set)
    for quad in quads:
        found[statement(quad)].add(getattr(quad.graph_name, "value", ""))
    return {told: tuple(sorted(graphs)) for told, graphs in found.items()}


def _ordered(statements: Iterable[Statement]) -> list[Statement]:
    return sorted(statements, key=lambda told: tuple(map(str, told)))


def _entity(subject: object) -> str:
    return subject.value.partition("#")[0] if isinstance(subject, IRI) else str(subject)


def _subjects(lines: Iterable[bytes], iris: Collection[str]) -> set[str]:
    """Those of the entities that anything is said of."""
    found = set()
    for line in lines:
        if line.startswith(b"<"):
            iri = line[1 : line.index(b">")].partition(b"#")[0].decode()
            if iri in iris:
                found.add(iri)
        elif _BLANK in line:
            found |= {str(getattr(q.graph_name, "value", "")) for q in read_lines([line])} & {*iris}
    return found


def _mentioned(entity: EntityChange) -> Iterator[str]:
    yield entity.iri
    told = [each.statement for each in (*entity.added, *entity.removed)]
    for item in (*told, *(moved.statement for moved in entity.moved)):
        yield from (term.value for term in item if isinstance(term, IRI))


def _labels(side: Side, mentioned: Collection[str]) -> dict[str, dict[str, str]]:
    """The names of what is mentioned: those of the best property that it has, by language."""
    wanted = [f"<{name}>".encode() for name in side.label_properties]
    rank = {name: number for number, name in enumerate(side.label_properties)}
    lines = (
        line
        for line in side.lines()
        if any(name in line for name in wanted) and line[1 : line.find(b">")].decode() in mentioned
    )
    best: dict[str, tuple[int, dict[str, str]]] = {}
    for quad in read_lines(lines):
        subject, predicate, value = statement(quad)
        if predicate.value not in rank or not isinstance(value, Literal):
            continue
        place = rank[predicate.value]
        held = best.get(subject.value)
        if held is None or place < held[0]:
            held = best[subject.value] = (place, {})
        if place == held[0]:
            held[1].setdefault(value.language or "", value.value)
    return {iri: names for iri, (_, names) in best.items()}


def _in(quad: Quad, graphs: Collection[str]) -> bool:
    return getattr(quad.graph_name, "value", None) in graphs


def _files(gone: Sequence[Quad], came: Sequence[Quad]) -> tuple[FileChange, ...]:
    """From the release's own list of published files."""
    lists: list[dict[str, dict[str, str]]] = []
    for quads in (gone, came):
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for quad in quads:
            subject, predicate, value = (term.value for term in statement(quad))
            found[subject][predicate] = value
        lists.append(found)
    before, after = lists
    changes = []
    for subject in sorted({*before, *after}):
        told = {**before.get(subject, {}), **after.get(subject, {})}
        # A file that stays has one name: only its digest is among what differs.
        path = told.get(_FILE_NAME) or subject.partition("#")[2]
        was = subject in before
        state: State = "changed" if was and subject in after else "removed" if was else "added"
        changes.append(FileChange(path, state))
    return tuple(sorted(changes, key=lambda change: change.path))
