"""Values that are written in another form than they will be served in."""

from __future__ import annotations

from collections.abc import Iterable

from reviewgraph.errors import Words
from reviewgraph.gate.report import RULES, Result, Severity
from reviewgraph.publication.source import SourceFile
from reviewgraph.rdf.terms import Literal
from reviewgraph.store.literals import kept

RULE = RULES + "value-form"


def check(files: Iterable[SourceFile]) -> list[Result]:
    """A warning for each value whose form the store does not keep."""
    return [
        Result(
            rule=RULE,
            severity=Severity.WARNING,
            message=Words(
                f"ค่านี้จะถูกเผยแพร่เป็น {kept(value)} กรุณาเขียนในรูปนั้น",
                f"this value will be published as {kept(value)}: please write it so",
            ),
            place=file.place(located.object_at),
            focus=str(located.quad.subject),
            path=str(located.quad.predicate),
            value=str(value),
        )
        for file in files
        for located in file.statements
        if isinstance(value := located.quad.object, Literal) and kept(value) != value
    ]
