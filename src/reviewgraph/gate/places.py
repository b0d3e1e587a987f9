"""From a focus node, a path and a value to the statement at fault."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TypeAlias

from reviewgraph.errors import Place
from reviewgraph.publication.lines import Located
from reviewgraph.publication.source import SourceFile
from reviewgraph.rdf.terms import IRI, Term

_Said: TypeAlias = dict[Term, list[tuple[SourceFile, Located]]]


class Places:
    """The statements about some subjects, by where they stand.

    Only the subjects asked for are kept: a report names few of the many there are. The statements
    of the publication are gone through once, when the first place is asked for.
    """

    def __init__(self, files: Iterable[SourceFile], subjects: set[Term]) -> None:
        self._files = files
        self._subjects = subjects

    @cached_property
    def _found(self) -> tuple[_Said, dict[Term, tuple[SourceFile, Located]]]:
        """What is said of the subjects, and where each is first named otherwise."""
        said: _Said = {}
        mentions: dict[Term, tuple[SourceFile, Located]] = {}
        for file in self._files if self._subjects else ():
            for located in file.statements:
                if located.subject in self._subjects:
                    said.setdefault(located.subject, []).append((file, located))
                if located.object in self._subjects:
                    mentions.setdefault(located.object, (file, located))
        return said, mentions

    def find(
        self, focus: Term, predicate: IRI | None = None, value: Term | None = None
    ) -> Place | None:
        """The value where it is written; else the predicate; else the subject's block."""
        said, mentions = self._found
        about = said.get(focus, [])
        if value is not None:
            for file, located in about:
                if located.object == value and predicate in {None, located.predicate}:
                    return file.place(located.object_at)
        if predicate is not None:
            for file, located in about:
                if located.predicate == predicate:
                    return file.place(located.predicate_at)
        for file, located in about:
            return file.place(located.subject_at)
        if focus in mentions:
            file, located = mentions[focus]
            return file.place(located.object_at)
        return None

    def all(self, focus: Term, predicate: IRI) -> list[Place]:
        """Every value of a property, where it is written."""
        return [
            file.place(located.object_at)
            for file, located in self._found[0].get(focus, [])
            if located.predicate == predicate
        ]
