"""References that lead nowhere: an entity of the publication that nothing describes."""

from __future__ import annotations

from collections.abc import Iterable

from reviewgraph.errors import Place, Words
from reviewgraph.gate.report import RULES, Result, Severity
from reviewgraph.publication.source import SourceFile
from reviewgraph.rdf.terms import IRI

RULE = RULES + "dangling-reference"


def check(files: Iterable[SourceFile], base: str, told: set[Place | None]) -> list[Result]:
    """A violation for each statement whose object is below ``<base>id/`` and never a subject.

    Args:
        files: of the dataset.
        base: the publication's base IRI.
        told: places that a shape has found fault with already, in words of its own.
    """
    files = tuple(files)
    described = {located.subject for file in files for located in file.statements}
    found = []
    for file in files:
        for located in file.statements:
            subject, predicate, value = located.statement
            if not isinstance(value, IRI) or not value.value.startswith(base + "id/"):
                continue
            if value not in described and (place := file.place(located.object_at)) not in told:
                found.append(
                    Result(
                        rule=RULE,
                        severity=Severity.VIOLATION,
                        message=Words(
                            f"ไม่มีข้อมูลของ {value} โปรดตรวจตัวสะกด หรือเพิ่มรายการนี้",
                            f"nothing describes {value}: check its spelling, or add the record",
                        ),
                        place=place,
                        focus=str(subject),
                        path=str(predicate),
                        value=str(value),
                    )
                )
    return found
