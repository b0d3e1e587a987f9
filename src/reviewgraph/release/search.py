"""``search.json``: what everything below the base IRI is called, and what kind of thing it is.

Made in one pass over the sorted triples, a thing at a time, so that it holds nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from rdflib.namespace import RDF, SKOS

from reviewgraph.publication.folder import graph_name
from reviewgraph.rdf.terms import IRI, Literal, Statement

_TYPE = str(RDF.type)
_OTHER_NAMES = (str(SKOS.altLabel), str(SKOS.hiddenLabel))


@dataclass(frozen=True, slots=True)
class Named:
    """A thing with names: each a text and its language, the best first."""

    iri: str
    kinds: tuple[str, ...]
    names: tuple[tuple[str, str], ...]


def write(
    path: Path, triples: Iterable[Statement], base: str, label_properties: Sequence[str]
) -> None:
    """Write the file.

    Args:
        path: the file.
        triples: in the order of their subjects.
        base: what is not below it is somebody else's.
        label_properties: those that name a thing, best first.

    Raises:
        OSError: it cannot be written.
    """
    rank = {name: number for number, name in enumerate((*label_properties, *_OTHER_NAMES))}
    graphs = graph_name(base, "x").value.removesuffix("x")
    with path.open("w", encoding="utf-8") as file:
        file.write("[")
        separator = "\n"
        for subject, about in groupby(triples, key=lambda item: item[0]):
            if not isinstance(subject, IRI) or not subject.value.startswith(base):
                continue
            if subject.value.startswith(graphs):
                continue
            entry = _entry(subject.value, about, rank)
            if entry["names"]:
                file.write(separator + json.dumps(entry, ensure_ascii=False))
                separator = ",\n"
        file.write("\n]\n")


def read(path: Path) -> list[Named]:
    """The things of a file that ``write`` wrote."""
    return [
        Named(
            each["iri"],
            tuple(each["kinds"]),
            tuple((text, lang) for text, lang in each["names"]),
        )
        for each in json.loads(path.read_text(encoding="utf-8"))
    ]


def _entry(iri: str, about: Iterable[Statement], rank: dict[str, int]) -> dict[str, Any]:
    kinds = []
    names: list[tuple[int, str, str]] = []
    for _, predicate, value in about:
        if predicate.value == _TYPE and isinstance(value, IRI):
            kinds.append(value.value)
        elif predicate.value in rank and isinstance(value, Literal):
            names.append((rank[predicate.value], value.value, value.language or ""))
    distinct = dict.fromkeys((text, lang) for _, text, lang in sorted(names))
    return {"iri": iri, "kinds": kinds, "names": [[text, lang] for text, lang in distinct]}
