"""References that lead nowhere: an entity of the publication that nothing describes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reviewgraph.errors import Place, Words
from reviewgraph.gate.report import RULES, Result, Severity
from reviewgraph.publication.source import SourceFile
from reviewgraph.rdf.terms import IRI, Subject

RULE = RULES + "dangling-reference"


@dataclass(frozen=True, slots=True)
class _Ends:
    """What a file describes, and what below the base it refers to."""

    described: frozenset[Subject]
    referred: frozenset[IRI]


class References:
    """The references of files; those of a file that was seen before are known."""

    def __init__(self, base: str) -> None:
        self.base = base
        self._seen: dict[SourceFile, _Ends] = {}

    def check(
        self,
        files: Iterable[SourceFile],
        told: set[Place | None],
        unpublished: frozenset[Subject] = frozenset(),
    ) -> list[Result]:
        """A violation for each statement whose object is below ``<base>id/`` and never a subject.

        Args:
            files: of the dataset.
            told: places that a shape has found fault with already, in words of its own.
            unpublished: what else below the base must be a subject to be referred to.
        """
        below = self.base + "id/"
        self._seen = {
            file: self._seen[file] if file in self._seen else _ends(file, self.base)
            for file in files
        }
        described = frozenset[Subject]().union(*(ends.described for ends in self._seen.values()))
        return [
            result
            for file, ends in self._seen.items()
            if (lost := _lost(ends.referred - described, below, unpublished))
            for result in _results(file, lost, told)
        ]


def _lost(
    undescribed: frozenset[IRI], below: str, unpublished: frozenset[Subject]
) -> frozenset[IRI]:
    return frozenset(o for o in undescribed if o.value.startswith(below) or o in unpublished)


def _ends(file: SourceFile, below: str) -> _Ends:
    objects = {located.object for located in file.statements}
    return _Ends(
        frozenset(located.subject for located in file.statements),
        frozenset(o for o in objects if isinstance(o, IRI) and o.value.startswith(below)),
    )


def _results(file: SourceFile, lost: frozenset[IRI], told: set[Place | None]) -> list[Result]:
    return [
        Result(
            rule=RULE,
            severity=Severity.VIOLATION,
            message=Words(
                f"ไม่มีข้อมูลของ {located.object} โปรดตรวจตัวสะกด หรือเพิ่มรายการนี้",
                f"nothing describes {located.object}: check its spelling, or add the record",
            ),
            place=place,
            focus=str(located.subject),
            path=str(located.predicate),
            value=str(located.object),
        )
        for located in file.statements
        if located.object in lost and (place := file.place(located.object_at)) not in told
    ]
