"""As a good compiler would say it: the place, the line with carets, the words, the rule."""

from __future__ import annotations

import re

from reviewgraph.errors import Place, Words, printable
from reviewgraph.gate.formats.summary import by_rule, verdict
from reviewgraph.gate.formats.view import View, web_address
from reviewgraph.gate.report import Report, Result, Severity

_COLOURS = {
    Severity.INFO: "34",
    Severity.WARNING: "33",
    Severity.VIOLATION: "31",
    Severity.FAILURE: "35",
}
_BOLD = "1"
_RELATED = Words("เทียบกับ", "compared with")
_RULE = Words("กฎ", "rule")
# Build services obey such words wherever a log shows them; values come from strangers.
_COMMAND = re.compile(r"##(?=\[|vso\[)|^(\s*)::")


def write(report: Report, view: View) -> str:
    """Every result, the notes, the number of results of each rule, the verdict."""
    new = [result for result in report.results if not result.known]
    blocks = [_result(report, result, view) for result in new if not _is_remark(result, view)]
    blocks += _remarks(report, [result for result in new if _is_remark(result, view)], view)
    blocks += [_harmless(view.line(note)) for note in report.remarks]
    blocks += _counts(report, view)
    blocks.append("\n".join(_said(verdict(report, view), view)))
    return "\n\n".join(blocks) + "\n"


def _result(report: Report, result: Result, view: View) -> str:
    rule = report.rule(result.rule)
    where = _painted(f"{_harmless(str(result.place))}: ", _BOLD, view) if result.place else ""
    severity = _painted(_line(result.severity.words, view), _COLOURS[result.severity], view)
    lines = [f"{where}{severity} [{_harmless(rule.name)}]"]
    lines += _quote(result.place, view, _COLOURS[result.severity])
    lines += [f"  {_harmless(line)}" for line in result.message.get(view.lang).splitlines()]
    if result.focus and not result.place:
        lines.append(f"  {_harmless(result.focus)}")
    for place in result.related:
        lines.append(f"  {_line(_RELATED, view)} {_harmless(str(place))}")
        lines += _quote(place, view, "36")
    if result.rule in report.rules:
        lines.append(f"  {_line(_RULE, view)}: {_harmless(view.line(rule.title))}")
    source = result.rule_place or rule.place
    if source:
        lines.append(f"  = {_harmless(source.file)}:{source.line}")
    if web_address(rule.address):
        lines.append(f"  = {_harmless(rule.address)}")
    return "\n".join(lines)


def _is_remark(result: Result, view: View) -> bool:
    """Whether a result is merely worth knowing: then a line is enough."""
    return result.severity is Severity.INFO and not view.fails(result)


def _remarks(report: Report, results: list[Result], view: View) -> list[str]:
    """Remarks that say the same, each once with all of its places."""
    places: dict[tuple[str, Words], list[str]] = {}
    for result in results:
        where = result.place or result.focus or ""
        places.setdefault((result.rule, result.message), []).append(f"  {_harmless(str(where))}")
    severity = _painted(_line(Severity.INFO.words, view), _COLOURS[Severity.INFO], view)
    return [
        "\n".join(
            [
                f"{severity} [{_harmless(report.rule(rule).name)}] × {len(found)}",
                *(f"  {_harmless(line)}" for line in message.get(view.lang).splitlines()),
                *found,
            ]
        )
        for (rule, message), found in places.items()
    ]


def _quote(place: Place | None, view: View, colour: str) -> list[str]:
    quote = view.quotes.at(place) if place else None
    if quote is None:
        return []
    gutter = " " * len(str(quote.number))
    carets = _painted(quote.carets, colour, view)
    return [
        f"  {quote.number} | {_harmless(quote.text)}",
        f"  {gutter} | {quote.indent}{carets}",
    ]


def _counts(report: Report, view: View) -> list[str]:
    rows = by_rule(report)
    if sum(count for _, _, count in rows) <= 1:
        return []
    width = max(len(str(count)) for _, _, count in rows)
    lines = []
    for severity, iri, count in rows:
        rule = report.rule(iri)
        title = f" – {_harmless(view.line(rule.title))}" if iri in report.rules else ""
        said = _painted(_line(severity.words, view), _COLOURS[severity], view)
        lines.append(f"  {count:>{width}} × {said} [{_harmless(rule.name)}]{title}")
    return ["\n".join(lines)]


def _said(words: Words, view: View) -> list[str]:
    return words.get(view.lang).splitlines()


def _line(words: Words, view: View) -> str:
    return " ".join(_said(words, view))


def _harmless(text: str) -> str:
    return _COMMAND.sub(lambda m: "## " if m[1] is None else f"{m[1]}: :", printable(text))


def _painted(text: str, colour: str, view: View) -> str:
    return f"\x1b[{colour}m{text}\x1b[0m" if view.colour else text
