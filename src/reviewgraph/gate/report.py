"""What the gate found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import IntEnum

from reviewgraph.errors import Place, Words

RULES = "https://w3id.org/reviewgraph/rules#"
"""The gate's own rules are named here; a shape's rule is named by the shape."""


class Severity(IntEnum):
    """How grave a result is. A failure is not a result: something could not be judged."""

    INFO = 1
    WARNING = 2
    VIOLATION = 3
    FAILURE = 4

    @property
    def words(self) -> Words:
        """The severity for a reader."""
        return _SEVERITY_WORDS[self]


_SEVERITY_WORDS = {
    Severity.INFO: Words("ข้อสังเกต", "info"),
    Severity.WARNING: Words("คำเตือน", "warning"),
    Severity.VIOLATION: Words("ผิด", "violation"),
    Severity.FAILURE: Words("ตรวจไม่ได้", "failure"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as its readers know it, whether a shape or one of the gate's own.

    ``title`` is its short name, ``description`` why it exists, ``address`` where its page is
    read, ``place`` where a shape of the publication says it. ``engine`` is what judged it:
    ``gate`` (this program), ``store`` (a query of the embedded store) or ``pyshacl``.
    """

    iri: str
    title: Words
    description: Words
    address: str = ""
    severity: Severity = Severity.VIOLATION
    place: Place | None = None
    engine: str = "gate"

    @property
    def name(self) -> str:
        """The last part of the rule's IRI."""
        return _name(self.iri)


@dataclass(frozen=True, slots=True)
class Result:
    """One thing that is wrong.

    ``rule`` is the IRI of the shape or of the gate's own rule. ``focus``, ``path`` and ``value``
    are terms in N-Triples syntax (a path may be a Turtle path). ``place`` is the statement at
    fault, ``related`` the other statements that it was compared with, ``rule_place`` where a
    shape says so.
    """

    rule: str
    severity: Severity
    message: Words
    place: Place | None = None
    focus: str | None = None
    path: str | None = None
    value: str | None = None
    component: str | None = None
    rule_place: Place | None = None
    related: tuple[Place, ...] = ()

    @property
    def rule_name(self) -> str:
        """The last part of the rule's IRI."""
        return _name(self.rule)


def _name(iri: str) -> str:
    return iri.replace("#", "/").rstrip("/").rsplit("/", 1)[-1]


@dataclass(frozen=True)
class Report:
    """All results, and what was looked at.

    ``checked`` counts what the gate examined, so that a report of nothing cannot pass for a
    report of no faults. ``notes`` say what was left out. ``shacl`` is the W3C validation report
    as Turtle. ``rules`` are all rules that were applied, by IRI. ``seconds`` is what each phase
    and rule cost, by name.
    """

    results: tuple[Result, ...] = ()
    notes: tuple[Words, ...] = ()
    checked: dict[str, int] = field(default_factory=dict)
    shacl: str = ""
    rules: dict[str, Rule] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def count(self, severity: Severity) -> int:
        """How many results have this severity."""
        return Counter(result.severity for result in self.results)[severity]

    def exit_code(self, fail_on: Severity = Severity.VIOLATION) -> int:
        """0 passes, 1 has a result at or above ``fail_on``, 2 could not judge something."""
        if any(result.severity is Severity.FAILURE for result in self.results):
            return 2
        return int(any(result.severity >= fail_on for result in self.results))


def in_reading_order(results: list[Result]) -> tuple[Result, ...]:
    """Sorted by place, then rule; results without a place come last."""
    return tuple(
        sorted(
            results,
            key=lambda result: (
                result.place is None,
                result.place.file if result.place else "",
                result.place.line if result.place else 0,
                result.place.column if result.place else 0,
                result.rule,
                result.focus or "",
                result.value or "",
                result.message.en,
            ),
        )
    )
