"""What everything below the base IRI is called, and what kind of thing it is.

Found in one pass over the sorted triples, a thing at a time, so that nothing is held.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from rdflib.namespace import RDF, SKOS

from reviewgraph.publication.folder import graph_name
from reviewgraph.rdf.terms import IRI, Literal, Statement

_TYPE = str(RDF.type)
_OTHER_NAMES = (str(SKOS.altLabel), str(SKOS.hiddenLabel))


@dataclass(frozen=True, slots=True)
class Name:
    """A text that names a thing; one of the ``other`` kind is not what the thing is called here."""

    text: str
    lang: str
    other: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """A thing with its names, the best first."""

    iri: str
    kinds: tuple[str, ...]
    names: tuple[Name, ...]

    @property
    def kind(self) -> str:
        """The kind it is listed under; empty if it has none."""
        return self.kinds[0] if self.kinds else ""


def named(
    triples: Iterable[Statement], base: str, label_properties: Sequence[str]
) -> Iterator[Named]:
    """Everything that has a name.

    Args:
        triples: in the order of their subjects.
        base: what is not below it is somebody else's.
        label_properties: those that name a thing, best first.
    """
    rank = {name: number for number, name in enumerate((*label_properties, *_OTHER_NAMES))}
    graphs = graph_name(base, "x").value.removesuffix("x")
    for subject, about in groupby(triples, key=lambda item: item[0]):
        if not isinstance(subject, IRI) or not subject.value.startswith(base):
            continue
        if subject.value.startswith(graphs):
            continue
        thing = _thing(subject.value, about, rank)
        if thing.names:
            yield thing


def _thing(iri: str, about: Iterable[Statement], rank: dict[str, int]) -> Named:
    kinds = []
    found: list[tuple[int, str, str]] = []
    first_other = len(rank) - len(_OTHER_NAMES)
    for _, predicate, value in about:
        if predicate.value == _TYPE and isinstance(value, IRI):
            kinds.append(value.value)
        elif predicate.value in rank and isinstance(value, Literal):
            found.append((rank[predicate.value], value.value, value.language or ""))
    names: dict[tuple[str, str], Name] = {}
    for number, text, lang in sorted(found):
        names.setdefault((text, lang), Name(text, lang, number >= first_other))
    return Named(iri, tuple(kinds), tuple(names.values()))
