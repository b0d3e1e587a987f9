"""Canonical form: RDFC-1.0 (https://www.w3.org/TR/rdf-canon/) and the order dumps are written in.

The canonical N-Quads document of a dataset is its lines, sorted by code point. Its SHA-256 names
a release, so ``sha256sum dump.nq`` is all it takes to check one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, parse, serialize

_BATCH = 1000
_Item = TypeVar("_Item")


def canonicalize(quads: Iterable[Quad]) -> list[Quad]:
    """The dataset, blank nodes relabelled by RDFC-1.0, duplicates gone, in N-Quads order."""
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(dataset, key=_line)


def canonical_document(quads: Iterable[Quad]) -> bytes:
    """The canonical N-Quads document of quads that ``canonicalize`` returned."""
    return b"".join(lines_of(quads))


def lines_of(quads: Iterable[Quad]) -> Iterator[bytes]:
    """The lines of that document, each with its end; nothing is held but a few of them."""
    for batch in _batches(quads):
        text = serialize(batch, format=RdfFormat.N_QUADS) or b""
        yield from (line + b"\n" for line in text.split(b"\n")[:-1])


def read_lines(lines: Iterable[bytes]) -> Iterator[Quad]:
    """The quads of lines of N-Quads, blank nodes called as they are there.

    Nothing is held but a few of them.
    """
    for batch in _batches(lines):
        yield from parse(b"".join(batch), format=RdfFormat.N_QUADS)


def _batches(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    waiting = iter(items)
    while batch := list(islice(waiting, _BATCH)):
        yield batch


def sha256(data: bytes) -> str:
    """SHA-256 in lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _line(quad: Quad) -> bytes:
    return serialize([quad], format=RdfFormat.N_QUADS) or b""
