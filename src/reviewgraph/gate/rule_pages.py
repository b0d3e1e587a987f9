"""A rule's page in the terminal: what it is called, why, where it is written, right and wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from reviewgraph.errors import GateError, Words, printable
from reviewgraph.gate.examples import Example, RuleExamples, own_examples, shape_examples
from reviewgraph.gate.report import Rule
from reviewgraph.gate.rules import Detail, own_rules, shape_details, shape_rules
from reviewgraph.publication.folder import Publication

MOST_SUGGESTED = 3
_WHY = Words("ทำไม", "Why")
_MESSAGE = Words("ข้อความที่แสดง", "What it says")
_PARTS = Words("กฎย่อย", "Its rules")
_WRITTEN = Words("เขียนไว้ที่", "Written at")
_ADDRESS = Words("ที่อยู่", "Address")
_INVALID = Words("ผิด", "Invalid")
_VALID = Words("ถูก", "Valid")
_NO_EXAMPLE = Words("ยังไม่มีตัวอย่าง", "There is no example yet.")


@dataclass(frozen=True, slots=True)
class RulePage:
    """All that is told of a rule."""

    rule: Rule
    detail: Detail = field(default_factory=Detail)
    examples: RuleExamples = field(default_factory=RuleExamples)


def own_pages() -> dict[str, RulePage]:
    """The pages of the gate's own rules, by IRI."""
    examples = own_examples()
    return {iri: RulePage(rule, examples=examples[iri]) for iri, rule in own_rules().items()}


def shape_pages(publication: Publication) -> dict[str, RulePage]:
    """The pages of the publication's shapes, by IRI."""
    details, examples = shape_details(publication), shape_examples(publication)
    return {
        iri: RulePage(rule, details[iri], examples.get(iri, RuleExamples()))
        for iri, rule in shape_rules(publication).items()
    }


def find(name: str, pages: Mapping[str, RulePage]) -> list[RulePage]:
    """The rules with this IRI or short name; two publications' shapes may share a short name."""
    if name in pages:
        return [pages[name]]
    return [page for page in pages.values() if page.rule.name == name]


def unknown(name: str, pages: Mapping[str, RulePage]) -> GateError:
    """There is no such rule; those that are spelt alike are suggested."""
    spelt = {page.rule.name.casefold(): page.rule.name for page in pages.values()}
    close = get_close_matches(name.casefold(), spelt, n=MOST_SUGGESTED, cutoff=0.5)
    shown = printable(name)
    if not close:
        return GateError(
            f"ไม่มีกฎชื่อ {shown} ดูชื่อทั้งหมดด้วย reviewgraph rule",
            f"there is no rule {shown}; reviewgraph rule lists all of them",
        )
    listed = ", ".join(spelt[each] for each in close)
    return GateError(
        f"ไม่มีกฎชื่อ {shown} หมายถึง {listed} หรือไม่",
        f"there is no rule {shown}: did you mean {listed}?",
    )


def as_text(page: RulePage, lang: str) -> str:
    """The page of a rule.

    Args:
        page: what is told.
        lang: ``th``, ``en`` or ``both``.
    """
    rule = page.rule
    # A shape that only gathers others is never broken itself.
    gathers = page.detail.parts and not page.detail.message
    severity = "" if gathers else f"{_line(rule.severity.words, lang)} "
    lines = [f"{severity}[{rule.name}]", *_told(rule.title, lang)]
    if rule.description.en:
        lines += ["", _line(_WHY, lang), *_told(rule.description, lang)]
    if page.detail.message:
        lines += ["", _line(_MESSAGE, lang), *_told(page.detail.message, lang)]
    if page.detail.parts:
        listed = [f"  {part.name}  {_line(part.title, lang)}" for part in page.detail.parts]
        lines += ["", _line(_PARTS, lang), *listed]
    for heading, examples in ((_INVALID, page.examples.invalid), (_VALID, page.examples.valid)):
        if examples or not gathers:
            lines += ["", *_shown(heading, _plainest(examples), lang)]
    lines.append("")
    if rule.place:
        lines.append(f"{_line(_WRITTEN, lang)}: {rule.place.file}:{rule.place.line}")
    lines.append(f"{_line(_ADDRESS, lang)}: {rule.address}")
    return "\n".join(lines) + "\n"


def as_list(pages: Iterable[RulePage], lang: str) -> str:
    """The names of all rules with their titles, a line each."""
    rules = [page.rule for page in pages]
    width = max((len(rule.name) for rule in rules), default=0)
    return "".join(f"{rule.name:<{width}}  {_line(rule.title, lang)}\n" for rule in rules)


def _plainest(examples: tuple[Example, ...]) -> tuple[Example, ...]:
    """One case of a shape; of the gate's own rules all files, which are one example together."""
    return tuple(each for each in examples if not each.reason) or examples[:1]


def _shown(heading: Words, examples: tuple[Example, ...], lang: str) -> list[str]:
    if not examples:
        return [f"{_line(heading, lang)}: {_line(_NO_EXAMPLE, lang)}"]
    lines = []
    for number, example in enumerate(examples):
        title = "" if number else f"{_line(heading, lang)}: "
        lines.append(f"{title}{printable(example.path)}")
        lines += [f"  | {printable(line)}" for line in example.statements.splitlines()]
    return lines


def _told(words: Words, lang: str) -> list[str]:
    return [f"  {printable(line)}" for line in words.get(lang).splitlines()]


def _line(words: Words, lang: str) -> str:
    return printable(words.get(lang).replace("\n", " · "))
