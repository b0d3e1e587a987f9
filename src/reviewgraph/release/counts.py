"""How much a release holds, counted while its statements pass in order: nothing is held."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from rdflib.namespace import RDF

from reviewgraph.rdf.terms import IRI, Quad

_TYPE = b"0" + str(RDF.type).encode()  # as a record has it


@dataclass(frozen=True, slots=True)
class Counts:
    """What is in a release.

    ``triples`` are the distinct triples of the union of all graphs, which is what a triple dump
    holds; ``quads`` counts a triple once for every graph that states it, ``graphs`` by graph.
    ``entities`` are the subjects below the base IRI, what is said of the graphs themselves aside.
    ``classes`` has the instances of each that is an IRI, ``properties`` the triples, distinct
    subjects and distinct objects of each.
    """

    quads: int
    triples: int
    entities: int
    subjects: int
    objects: int
    classes: dict[str, int]
    properties: dict[str, tuple[int, int, int]]
    graphs: dict[str, int]


@dataclass
class Counting:
    """Takes what passes; the records are those of ``rdf.ordering``, in order and distinct."""

    base: str
    _graphs: Counter[str] = field(default_factory=Counter)
    _triples: Counter[bytes] = field(default_factory=Counter)
    _subjects: Counter[bytes] = field(default_factory=Counter)
    _objects: Counter[bytes] = field(default_factory=Counter)
    _classes: Counter[bytes] = field(default_factory=Counter)
    _number: Counter[str] = field(default_factory=Counter)

    def quad(self, quad: Quad) -> None:
        """Look at a quad, in any order."""
        self._number["quads"] += 1
        if isinstance(quad.graph_name, IRI):
            self._graphs[quad.graph_name.value] += 1

    def triples(self, records: Iterable[bytes]) -> Iterator[bytes]:
        """Pass the records of triples on."""
        below = f"0{self.base}".encode()
        graphs = below + b"graph/"
        parted = (record.split(b"\0", 2) for record in records)
        for subject, items in groupby(parted, key=lambda parts: parts[0]):
            self._number["subjects"] += 1
            self._number["entities"] += subject.startswith(below) and not subject.startswith(graphs)
            last = None
            for _, predicate, value in items:
                self._triples[predicate] += 1
                self._subjects[predicate] += predicate != last
                last = predicate
                if predicate == _TYPE and value.startswith(b"0<"):
                    self._classes[value] += 1
                yield b"\0".join((subject, predicate, value))

    @staticmethod
    def by_object(record: bytes) -> bytes:
        """The record of a triple, for the order in which objects are counted."""
        _, predicate, value = record.split(b"\0", 2)
        return value + b"\0" + predicate

    def objects(self, records: Iterable[bytes]) -> None:
        """Count records of ``by_object``."""
        last = None
        for record in records:
            value, _, predicate = record.rpartition(b"\0")
            self._objects[predicate] += 1
            self._number["objects"] += value != last
            last = value

    def found(self) -> Counts:
        """What was counted."""
        return Counts(
            quads=self._number["quads"],
            triples=self._triples.total(),
            entities=self._number["entities"],
            subjects=self._number["subjects"],
            objects=self._number["objects"],
            classes=dict(
                sorted((value[2:-1].decode(), number) for value, number in self._classes.items())
            ),
            properties=dict(
                sorted(
                    (p[1:].decode(), (number, self._subjects[p], self._objects[p]))
                    for p, number in self._triples.items()
                )
            ),
            graphs=dict(sorted(self._graphs.items())),
        )
