"""Where things stand in a text."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from typing import NamedTuple

from reviewgraph.rdf.terms import IRI, DefaultGraph, Quad, Statement, Subject, Term


class Located(NamedTuple):
    """A statement of a graph, and the offsets, in code points, at which its three terms begin.

    A tuple and not a quad of the engine: files share the terms they have in common, and a million
    of these fit into a few hundred megabytes.
    """

    subject: Subject
    predicate: IRI
    object: Term
    graph: Subject | DefaultGraph
    subject_at: int
    predicate_at: int
    object_at: int

    @property
    def statement(self) -> Statement:
        """The statement without its graph."""
        return self.subject, self.predicate, self.object

    @property
    def quad(self) -> Quad:
        """The statement as the engine takes it."""
        return Quad(self.subject, self.predicate, self.object, self.graph)


class Lines:
    """From an offset in a text to its line and column, without keeping the text."""

    def __init__(self, text: str) -> None:
        self._starts = array("Q", [0, *(match.end() for match in re.finditer("\n", text))])

    def at(self, offset: int) -> tuple[int, int]:
        """1-based line and column of a code point."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """The code point at a 1-based line and column."""
        return self._starts[min(line, len(self._starts)) - 1] + column - 1
