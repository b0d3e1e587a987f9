"""From a focus node, a path and a value to the statement at fault."""

from __future__ import annotations

from collections.abc import Iterable

from reviewgraph.errors import Place
from reviewgraph.publication.lines import Located
from reviewgraph.publication.source import SourceFile
from reviewgraph.rdf.terms import IRI, Term


class Places:
    """The statements about some subjects, by where they stand.

    Only the subjects asked for are kept: a report names few of the many there are. The statements
    of the publication are gone through once.
    """

    def __init__(self, files: Iterable[SourceFile], subjects: set[Term]) -> None:
        self._by_subject: dict[Term, list[tuple[SourceFile, Located]]] = {}
        self._mentions: dict[Term, tuple[SourceFile, Located]] = {}
        if not subjects:
            return
        for file in files:
            for located in file.statements:
                if located.subject in subjects:
                    self._by_subject.setdefault(located.subject, []).append((file, located))
                if located.object in subjects:
                    self._mentions.setdefault(located.object, (file, located))

    def find(
        self, focus: Term, predicate: IRI | None = None, value: Term | None = None
    ) -> Place | None:
        """The value where it is written; else the predicate; else the subject's block."""
        about = self._by_subject.get(focus, [])
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
        if focus in self._mentions:
            file, located = self._mentions[focus]
            return file.place(located.object_at)
        return None

    def all(self, focus: Term, predicate: IRI) -> list[Place]:
        """Every value of a property, where it is written."""
        return [
            file.place(located.object_at)
            for file, located in self._by_subject.get(focus, [])
            if located.predicate == predicate
        ]
