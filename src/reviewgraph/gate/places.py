"""From a focus node, a path and a value to the statement at fault."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from reviewgraph.errors import Place
from reviewgraph.publication.lines import Located
from reviewgraph.publication.source import SourceFile
from reviewgraph.rdf.terms import IRI, Term


class Places:
    """Where files say something; several may speak of one node."""

    def __init__(self, files: Iterable[SourceFile]) -> None:
        self._files = tuple(files)

    def find(
        self, focus: Term, predicate: IRI | None = None, value: Term | None = None
    ) -> Place | None:
        """The value where it is written; else the predicate; else the subject's block.

        A node that nothing is said of is found where it is first mentioned.
        """
        about = self._about(focus)
        if value is not None:
            for file, located in about:
                if located.object == value and predicate in {None, located.predicate}:
                    return file.place(located.object_at)
        if predicate is not None:
            for file, located in about:
                if located.predicate == predicate:
                    return file.place(located.predicate_at)
        for file, located in about or self._mentions(focus):
            return file.place(located.subject_at if about else located.object_at)
        return None

    def block(self, node: Term) -> Place | None:
        """Where something is said of the node, if anywhere."""
        for file, located in self._about(node):
            return file.place(located.subject_at)
        return None

    def statement(self, node: Term, value: Term) -> Place | None:
        """Where the value is written in a statement about the node."""
        for file, located in self._about(node):
            if located.object == value:
                return file.place(located.object_at)
        return None

    def all(self, focus: Term, predicate: IRI) -> list[Place]:
        """Every value of a property, where it is written."""
        return [
            file.place(located.object_at)
            for file, located in self._about(focus)
            if located.predicate == predicate
        ]

    def _about(self, focus: Term) -> list[tuple[SourceFile, Located]]:
        return [
            (file, file.statements[at])
            for file in self._speakers.get(focus, ())
            for at in file.about[focus]
        ]

    @cached_property
    def _speakers(self) -> dict[Term, list[SourceFile]]:
        """The files that speak of a node."""
        found: dict[Term, list[SourceFile]] = {}
        for file in self._files:
            for subject in file.about:
                found.setdefault(subject, []).append(file)
        return found

    def _mentions(self, node: Term) -> Iterator[tuple[SourceFile, Located]]:
        for file in self._files:
            for located in file.statements:
                if located.object == node:
                    yield file, located
