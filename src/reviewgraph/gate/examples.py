"""What breaks and what keeps each rule: of shapes the cases, of the gate's own a few files.

A case is ``shapes/cases/<file>/<rule>[.<reason>].valid.ttl`` or ``<rule>.invalid.<reason>.ttl``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reviewgraph.errors import SourceSyntaxError
from reviewgraph.gate.report import RULES
from reviewgraph.gate.rules import own_entries, shape_rules
from reviewgraph.publication.folder import CASES, Publication
from reviewgraph.publication.reading import files_below, name_of, read_text

_CASE = re.compile(r"(?P<rule>[^.]+)(?:\.invalid\.(?P<wrong>.+)|(?:\.(?P<right>.+))?\.valid)\.ttl")
_PREFIX = re.compile(r"\s*(?:@prefix|@base|PREFIX|BASE)\b|\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Example:
    """A file that keeps or breaks a rule; ``reason`` says in a word or two what is with it."""

    path: str
    text: str
    reason: str = ""

    @property
    def prologue(self) -> str:
        """The prefixes that it begins with."""
        return "".join(self._lines[: self._begin]).strip()

    @property
    def statements(self) -> str:
        """The rest: what it is about."""
        return "".join(self._lines[self._begin :]).strip("\n")

    @property
    def _lines(self) -> list[str]:
        return self.text.splitlines(keepends=True)

    @property
    def _begin(self) -> int:
        lines = self._lines
        return next((n for n, line in enumerate(lines) if not _PREFIX.match(line)), 0)


@dataclass(frozen=True, slots=True)
class RuleExamples:
    """The examples of one rule, the plainest first."""

    valid: tuple[Example, ...] = ()
    invalid: tuple[Example, ...] = ()


def own_examples() -> dict[str, RuleExamples]:
    """Of the gate's own rules, by IRI; several files make one example there."""
    return {
        RULES + name: RuleExamples(
            valid=tuple(Example(path, text) for path, text in entry["valid"].items()),
            invalid=tuple(Example(path, text) for path, text in entry["invalid"].items()),
        )
        for name, entry in own_entries().items()
    }


def shape_examples(publication: Publication) -> dict[str, RuleExamples]:
    """The cases of the publication's shapes, by the shape's IRI; shapes without any are left out.

    A case that cannot be read is passed over: the gate has told of it.
    """
    iris: dict[str, list[str]] = {}
    for iri, rule in shape_rules(publication).items():
        iris.setdefault(rule.name, []).append(iri)
    valid: dict[str, list[Example]] = {}
    invalid: dict[str, list[Example]] = {}
    for name, example, is_valid in _cases(publication, iris):
        (valid if is_valid else invalid).setdefault(name, []).append(example)
    return {
        iri: RuleExamples(_sorted(valid.get(name, ())), _sorted(invalid.get(name, ())))
        for name in sorted({*valid, *invalid})
        for iri in iris[name]
    }


def _cases(publication: Publication, wanted: Iterable[str]) -> Iterator[tuple[str, Example, bool]]:
    root = publication.root
    if not (root / CASES).is_dir():
        return
    try:
        paths = list(files_below(root, root / CASES))
    except SourceSyntaxError:
        return
    for path in paths:
        match = _CASE.fullmatch(path.name)
        if match is None or match["rule"] not in wanted or path.name.endswith(".expected.ttl"):
            continue
        try:
            text = read_text(root, path)
        except SourceSyntaxError:
            continue
        reason = (match["wrong"] or match["right"] or "").replace("-", " ")
        yield match["rule"], Example(name_of(root, path), text, reason), match["wrong"] is None


def _sorted(examples: Iterable[Example]) -> tuple[Example, ...]:
    return tuple(sorted(examples, key=lambda example: (example.reason, example.path)))
