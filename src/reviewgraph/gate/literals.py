"""Values that would be served in another form, and what some syntax could not hold at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reviewgraph.errors import Words
from reviewgraph.gate.report import RULES, Result, Severity
from reviewgraph.publication.source import SourceFile
from reviewgraph.rdf.rdfxml import has_element_name, illegal_character
from reviewgraph.rdf.terms import Literal
from reviewgraph.store.literals import kept

RULE = RULES + "value-form"
NOT_XML = RULES + "not-in-xml"


def check(files: Iterable[SourceFile]) -> list[Result]:
    """A warning for each value whose form the store does not keep; violations for the rest."""
    files = tuple(files)
    found = [result for file in files for result in _not_xml(file)]
    found += [
        Result(
            rule=RULE,
            severity=Severity.WARNING,
            message=Words(
                f"ค่านี้จะถูกเผยแพร่เป็น {kept(value)} โปรดเขียนในรูปนั้น",
                f"this value will be published as {kept(value)}: please write it so",
            ),
            place=file.place(located.object_at),
            focus=str(located.subject),
            path=str(located.predicate),
            value=str(value),
        )
        for file in files
        for located in file.statements
        if isinstance(value := located.object, Literal) and kept(value) != value
    ]
    return found


def _not_xml(file: SourceFile) -> Iterator[Result]:
    """Every release has an RDF/XML dump, so everything in it must have a place there."""
    for located in file.statements:
        subject, predicate, value = located.statement
        character = illegal_character(value.value) if isinstance(value, Literal) else None
        if character:
            words = Words(
                f"ข้อความนี้มีอักขระ {character} ซึ่งเขียนเป็น XML ไม่ได้ โปรดลบออก",
                f"this text has the character {character}, which XML cannot hold: remove it",
            )
            at = located.object_at
        elif not has_element_name(predicate.value):
            words = Words(
                f"{predicate} ลงท้ายด้วยชื่อที่ XML ไม่มี โปรดใช้ชื่อที่ขึ้นต้นด้วยตัวอักษร",
                f"{predicate} does not end in a name that XML has: begin it with a letter",
            )
            at = located.predicate_at
        else:
            continue
        yield Result(NOT_XML, Severity.VIOLATION, words, file.place(at), focus=str(subject))
