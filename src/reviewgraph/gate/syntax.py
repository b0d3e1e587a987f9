"""Files that could not be read: each is a failure, and all are told at once."""

from __future__ import annotations

from collections.abc import Iterable

from reviewgraph.errors import SourceSyntaxError
from reviewgraph.gate.report import RULES, Result, Severity

RULE = RULES + "syntax"


def check(errors: Iterable[SourceSyntaxError]) -> list[Result]:
    """A failure for every file in error."""
    return [
        Result(rule=RULE, severity=Severity.FAILURE, message=error.words, place=error.place)
        for error in errors
    ]
