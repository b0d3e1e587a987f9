"""From a focus node, a path and a value to the statement at fault."""

from __future__ import annotations

from collections.abc import Iterable

from reviewgraph.errors import Place
from reviewgraph.publication.lines import Located
from reviewgraph.publication.source import SourceFile
from reviewgraph.rdf.terms import IRI, Term, statement


class Places:
    """The statements about some subjects, by where they stand.

    Only the subjects asked for are kept: a report names few of the many there are.
    """

    def __init__(self, files: Iterable[SourceFile], subjects: set[Term]) -> None:
        self._by_subject: dict[Term, list[tuple[SourceFile, Located]]] = {}
        self._mentions: dict[Term, tuple[SourceFile, Located]] = {}
        for file in files:
            for located in file.statements:
                subject, _predicate, value = statement(located.quad)
                if subject in subjects:
                    self._by_subject.setdefault(subject, []).append((file, located))
                if value in subjects:
                    self._mentions.setdefault(value, (file, located))

    def find(
        self, focus: Term, predicate: IRI | None = None, value: Term | None = None
    ) -> Place | None:
        """The value where it is written; else the predicate; else the subject's block."""
        about = self._by_subject.get(focus, [])
        if value is not None:
            for file, located in about:
                if located.quad.object == value and predicate in {None, located.quad.predicate}:
                    return file.place(located.object_at)
        if predicate is not None:
            for file, located in about:
                if located.quad.predicate == predicate:
                    return file.place(located.predicate_at)
        for file, located in about:
            return file.place(located.subject_at)
        if focus in self._mentions:
            file, located = self._mentions[focus]
            return file.place(located.object_at)
        return None
