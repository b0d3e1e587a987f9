"""What the gate found."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from enum import IntEnum
from hashlib import sha256

from reviewgraph.errors import Place, Words, printable

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
    shape says so. ``known`` is true of a result that a baseline accepts.
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
    known: bool = False

    @property
    def rule_name(self) -> str:
        """The last part of the rule's IRI."""
        return _name(self.rule)

    @property
    def fingerprint(self) -> str:
        """What stays the same when lines move: SHA-256 over rule, file, focus, path and value.

        A blank node's label holds its place, so it is left out; results that differ in nothing
        else are alike. A result that names no term is told by its message.
        """
        file = self.place.file if self.place else ""
        said = (self.focus, self.path, self.value)
        words = "" if any(said) else self.message.en
        parts = (self.rule, self.component, file, *said, words)
        told = "\0".join(_nameless(part or "") for part in parts)
        return sha256(told.encode(errors="backslashreplace")).hexdigest()


_BLANK = re.compile(r"_:f\d+\w*")


def _nameless(text: str) -> str:
    return "_:" if text.startswith("_:") else _BLANK.sub("_:", text)


def _name(iri: str) -> str:
    return iri.replace("#", "/").rstrip("/").rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Known:
    """Results that are alike and were accepted: what one entry of a baseline says."""

    fingerprint: str
    rule: str
    file: str
    severity: str
    count: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """With which baseline a report was compared, and what of it is found no longer."""

    file: str
    stale: tuple[Known, ...] = ()


@dataclass(frozen=True)
class Report:
    """All results, and what was looked at.

    ``checked`` counts what the gate examined, so that a report of nothing cannot pass for a
    report of no faults. ``notes`` say what was left out. ``shacl`` is the W3C validation report
    as Turtle. ``rules`` are all rules that were applied, by IRI. ``seconds`` is what each phase
    and rule cost, by name. ``baseline`` is there if known results were marked. ``drafts`` are the
    files that are drafts: judged in a ``preview``, else left out.
    """

    results: tuple[Result, ...] = ()
    notes: tuple[Words, ...] = ()
    checked: dict[str, int] = field(default_factory=dict)
    shacl: str = ""
    rules: dict[str, Rule] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    baseline: Comparison | None = None
    drafts: tuple[str, ...] = ()
    preview: bool = False

    @property
    def remarks(self) -> tuple[Words, ...]:
        """The notes, and one on the drafts if there are any."""
        return self.notes if self.on_drafts is None else (*self.notes, self.on_drafts)

    @property
    def on_drafts(self) -> Words | None:
        """Which files are drafts, and what that means for them."""
        if not self.drafts:
            return None
        count, names = len(self.drafts), ", ".join(map(printable, self.drafts))
        files = "file" if count == 1 else "files"
        if self.preview:
            return Words(
                f"ตรวจรวมฉบับร่าง {count} ไฟล์ ซึ่งจะไม่เผยแพร่: {names}",
                f"drafts were judged too, {count} {files} that will not be published: {names}",
            )
        return Words(
            f"ไม่ได้ตรวจและจะไม่เผยแพร่ฉบับร่าง {count} ไฟล์: {names}",
            f"drafts were left out, {count} {files}: {names}",
        )

    def for_publication(self) -> Report:
        """The report as a release carries it: where drafts are not, nothing names one."""
        return self if self.preview else replace(self, drafts=())

    def count(self, severity: Severity) -> int:
        """How many results have this severity; known ones are not counted."""
        return Counter(result.severity for result in self.results if not result.known)[severity]

    @property
    def known(self) -> int:
        """How many results a baseline accepts."""
        return sum(result.known for result in self.results)

    def rule(self, iri: str) -> Rule:
        """The rule of a result; one that nobody described goes by its IRI."""
        if iri in self.rules:
            return self.rules[iri]
        name = _name(iri)
        return Rule(iri, title=Words(name, name), description=Words("", ""))

    def exit_code(self, fail_on: Severity = Severity.VIOLATION) -> int:
        """0 passes, 1 has a new result at or above ``fail_on``, 2 could not judge something.

        A baseline never excuses a failure.
        """
        if any(result.severity is Severity.FAILURE for result in self.results):
            return 2
        return int(any(r.severity >= fail_on for r in self.results if not r.known))


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
                result.path or "",
                result.value or "",
                result.component or "",
                result.message.en,
                [str(place) for place in result.related],
            ),
        )
    )
