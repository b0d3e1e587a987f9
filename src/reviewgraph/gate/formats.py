"""A report in the formats that people and programs read."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

from reviewgraph.errors import Place, ReviewgraphError, printable
from reviewgraph.gate.report import Report, Result, Severity
from reviewgraph.publication.folder import Publication
from reviewgraph.publication.reading import read_text

JSON_VERSION = 1
_WIDEST = 300


def as_text(report: Report, lang: str, publication: Publication | None = None) -> str:
    """As a compiler would say it: the place, the words, the line with a caret.

    Args:
        report: what the gate found.
        lang: ``th``, ``en`` or ``both``.
        publication: to quote the lines from; without it they are left out.
    """
    blocks = [_result_text(result, lang, publication) for result in report.results]
    blocks += [note.get(lang).replace("\n", " · ") for note in report.notes]
    blocks.append(_summary(report, lang))
    return "\n\n".join(blocks) + "\n"


def as_json(report: Report) -> str:
    """A stable JSON document: the same results always give the same bytes."""
    content = {
        "version": JSON_VERSION,
        "exit_code": report.exit_code(),
        "counts": {severity.name.lower(): report.count(severity) for severity in Severity},
        "checked": report.checked,
        "notes": [{"th": note.th, "en": note.en} for note in report.notes],
        "results": [_result_json(result) for result in report.results],
    }
    return json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _result_text(result: Result, lang: str, publication: Publication | None) -> str:
    words = result.severity.words.get(lang).replace("\n", " ")
    where = f"{result.place}: " if result.place else ""
    lines = [f"{where}{words} [{result.rule_name}]"]
    if result.place and publication:
        lines += _quote(result.place, publication)
    lines += [f"  {line}" for line in map(printable, result.message.get(lang).splitlines())]
    if result.focus and not result.place:
        lines.append(f"  {result.focus}")
    if result.rule_place:
        lines.append(f"  = {result.rule_place.file}:{result.rule_place.line}")
    return "\n".join(lines)


def _quote(place: Place, publication: Publication) -> list[str]:
    text = _line(place, publication)
    if text is None:
        return []
    if len(text) > _WIDEST:
        return []
    number = str(place.line)
    # The caret stands under the character only if what comes before takes the same room:
    # tabs are copied, and Thai vowels and tone marks above or below the line take none.
    before = "".join("\t" if c == "\t" else " " for c in text[: place.column - 1] if _has_width(c))
    return [f"  {number} | {printable(text)}", f"  {' ' * len(number)} | {before}^"]


def _line(place: Place, publication: Publication) -> str | None:
    for file in (*publication.files, *publication.shapes):
        if file.path == place.file:
            return file.lines.line(place.line)
    try:
        lines = read_text(publication.root, publication.root / place.file).splitlines()
    except ReviewgraphError:
        return None  # a file that may not be read is not quoted either
    return lines[place.line - 1] if place.line <= len(lines) else None


def _has_width(character: str) -> bool:
    return unicodedata.category(character) != "Mn"


def _summary(report: Report, lang: str) -> str:
    failures, violations, warnings = (
        report.count(severity)
        for severity in (Severity.FAILURE, Severity.VIOLATION, Severity.WARNING)
    )
    looked = ", ".join(f"{count} {name}" for name, count in report.checked.items())
    verdict = {
        0: ("ผ่าน", "passes the gate"),
        1: ("ไม่ผ่าน", "does not pass the gate"),
        2: ("ตรวจไม่ครบ", "could not be judged"),
    }[report.exit_code()]
    th = f"{verdict[0]}: ผิด {violations} คำเตือน {warnings} ตรวจไม่ได้ {failures} (ตรวจ {looked})"
    en = (
        f"{verdict[1]}: {violations} violations, {warnings} warnings, {failures} failures"
        f" (checked {looked})"
    )
    return {"th": th, "en": en}.get(lang, f"{th}\n{en}")


def _result_json(result: Result) -> dict[str, Any]:
    return {
        "rule": result.rule,
        "rule_name": result.rule_name,
        "severity": result.severity.name.lower(),
        "message": {"th": result.message.th, "en": result.message.en},
        "place": _place_json(result.place),
        "focus": result.focus,
        "path": result.path,
        "value": result.value,
        "component": result.component,
        "rule_place": _place_json(result.rule_place),
    }


def _place_json(place: Place | None) -> dict[str, Any] | None:
    if place is None:
        return None
    return {"file": place.file, "line": place.line, "column": place.column}
