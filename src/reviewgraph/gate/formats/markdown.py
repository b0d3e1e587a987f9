"""A comment for a pull request: the verdict, then each file folded away."""

from __future__ import annotations

from reviewgraph.errors import Place, Words, printable
from reviewgraph.gate.formats.markup import LONGEST, literal, prose
from reviewgraph.gate.formats.summary import by_rule, verdict
from reviewgraph.gate.formats.view import View, web_address
from reviewgraph.gate.report import Report, Result

_MARKS = {0: "✅", 1: "❌", 2: "⚠️"}
_NOWHERE = Words("ไม่มีตำแหน่งในไฟล์", "in no file")
_KNOWN = Words("รู้อยู่แล้ว (อยู่ใน baseline)", "known (in the baseline)")
_COMPARED = Words("เทียบกับ", "compared with")


def write(report: Report, view: View) -> str:
    """The gravest results first, in ``LONGEST`` characters; what is left out is counted."""
    head = f"{_MARKS[report.exit_code(view.fail_on)]} **{_text(verdict(report, view), view)}**\n"
    foot = "".join(f"\n_{_text(note, view)}_\n" for note in report.remarks)
    foot = foot if len(foot) < LONGEST // 4 else ""
    shown = sorted(report.results, key=lambda result: (result.known, -result.severity))
    groups: dict[str, list[Result]] = {}
    for result in shown:
        groups.setdefault(_group(result, view), []).append(result)
    rules = "".join(_rule_line(report, iri, count, view) for _, iri, count in by_rule(report)[:50])
    room = LONGEST - len(head) - len(foot) - len(rules) - 400
    body, told = _grouped(report, groups, room, view)
    left = len(report.results) - told
    if left:
        words = Words(
            f"ไม่ได้แสดงอีก {left} รายการ โปรดดูรายงานฉบับเต็ม",
            f"{left} more results are left out: see the whole report",
        )
        body += f"\n**{_text(words, view)}**\n"
    return head + (f"\n{rules}" if rules else "") + body + foot


def _grouped(
    report: Report, groups: dict[str, list[Result]], room: int, view: View
) -> tuple[str, int]:
    parts: list[str] = []
    told = 0
    for name, results in groups.items():
        opening = f"\n<details><summary>{name}: {len(results)}</summary>\n\n"
        closing = "\n</details>\n"
        room -= len(opening) + len(closing)
        items = []
        for result in results:
            item = _item(report, result, view)
            room -= len(item)
            if room < 0:
                break
            items.append(item)
        if items:
            parts += [opening, *items, closing]
            told += len(items)
        if room < 0:
            break
    return "".join(parts), told


def _group(result: Result, view: View) -> str:
    if result.known:
        return _text(_KNOWN, view)
    if result.place is None:
        return _text(_NOWHERE, view)
    return f"<code>{literal(printable(result.place.file))}</code>"


def _item(report: Report, result: Result, view: View) -> str:
    where = f"<code>{literal(_short(result.place, whole=result.known))}</code> "
    message = _text(result.message, view)
    related = "".join(
        f" – {_text(_COMPARED, view)} <code>{literal(str(place))}</code>"
        for place in result.related[:10]
    )
    severity = _text(result.severity.words, view)
    name = _rule_name(report, result.rule)
    return f"- {where if result.place else ''}**{severity}** {name}: {message}{related}\n"


def _short(place: Place | None, *, whole: bool) -> str:
    if place is None:
        return ""
    return str(place) if whole else f"{place.line}:{place.column}"


def _rule_line(report: Report, iri: str, count: int, view: View) -> str:
    title = report.rule(iri).title
    said = f" – {_text(title, view)}" if iri in report.rules else ""
    return f"- {count} × {_rule_name(report, iri)}{said}\n"


def _rule_name(report: Report, iri: str) -> str:
    rule = report.rule(iri)
    address = web_address(rule.address)
    name = f"<code>{literal(printable(rule.name))}</code>"
    return f'<a href="{literal(address)}">{name}</a>' if address else name


def _text(words: Words, view: View) -> str:
    return prose(view.line(words))
