"""Files that could not be read: each is a failure, and all are told at once."""

from __future__ import annotations

from reviewgraph.gate.report import RULES, Result, Severity
from reviewgraph.publication.folder import Publication

RULE = RULES + "syntax"


def check(publication: Publication) -> list[Result]:
    """A failure for every file in error."""
    return [
        Result(rule=RULE, severity=Severity.FAILURE, message=error.words, place=error.place)
        for error in publication.errors
    ]
