"""One page that stands alone: no script, no request, nothing that was not escaped."""

from __future__ import annotations

from html import escape

import reviewgraph
from reviewgraph.errors import Place, Words, printable
from reviewgraph.gate.formats.summary import NOT_BY_SHACL, by_rule, counted, engines, verdict
from reviewgraph.gate.formats.view import View, web_address
from reviewgraph.gate.report import Report, Result

_STYLE = """
body{font:16px/1.6 "Sarabun","Noto Sans Thai",system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem;border-bottom:1px solid #bbb;overflow-wrap:anywhere}
article{margin:1rem 0;padding:.2rem 1rem;border-left:.3rem solid #777}
article.violation{border-color:#b3261e}article.failure{border-color:#7a1fa2}article.warning{border-color:#9a6700}article.info{border-color:#0b57d0}
article p{margin:.4rem 0;overflow-wrap:anywhere}
pre{background:#f4f4f4;padding:.5rem;overflow-x:auto;margin:.4rem 0}mark{background:#ffd9a0;color:inherit}
table{border-collapse:collapse}td,th{padding:.2rem .8rem .2rem 0;text-align:left;vertical-align:top}
.verdict{font-weight:bold}.small,footer{font-size:.85rem;color:#555}
"""  # noqa: E501 - one rule a line is how style sheets are read
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_TITLE = Words("รายงานการตรวจ", "Validation report")
_RULES = Words("กฎที่พบข้อผิดพลาด", "Rules with results")
_NOWHERE = Words("ไม่มีตำแหน่งในไฟล์", "In no file")
_COMPARED = Words("เทียบกับ", "Compared with")
_KNOWN = Words("รู้อยู่แล้ว", "known")
_CHECKED = Words("สิ่งที่ตรวจ", "What was checked")
_JUDGED = Words("กฎที่ตรวจโดย", "Rules judged by")


def write(report: Report, view: View) -> str:
    """Results by file, each with its line; below, what was checked and by what."""
    groups: dict[str, list[Result]] = {}
    for result in report.results:
        name = escape(printable(result.place.file)) if result.place else _text(_NOWHERE, view)
        groups.setdefault(name, []).append(result)
    parts = [
        "<!DOCTYPE html>",
        f'<html lang="{"en" if view.lang == "en" else "th"}">',
        '<head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width">',
        f"<title>{_text(_TITLE, view)}</title>",
        f"<style>{_STYLE}</style></head>",
        f"<body><h1>{_text(_TITLE, view)}</h1>",
        *(f'<p class="verdict">{line}</p>' for line in _lines(verdict(report, view), view)),
        *_rules(report, view),
    ]
    for name, results in groups.items():
        parts.append(f"<section><h2>{name} ({len(results)})</h2>")
        parts += [_result(report, result, view) for result in results]
        parts.append("</section>")
    return "\n".join([*parts, *_foot(report, view), "</body></html>", ""])


def _rules(report: Report, view: View) -> list[str]:
    rows = by_rule(report)
    if not rows:
        return []
    lines = [
        f"<tr><td>{count}</td><td>{_text(severity.words, view)}</td>"
        f"<td>{_rule_name(report, iri)}</td><td>{_title(report, iri, view)}</td></tr>"
        for severity, iri, count in rows
    ]
    return [f"<h2>{_text(_RULES, view)}</h2>", "<table>", *lines, "</table>"]


def _result(report: Report, result: Result, view: View) -> str:
    kind = result.severity.name.lower()
    where = f"<code>{escape(str(result.place))}</code> " if result.place else ""
    known = f" ({_text(_KNOWN, view)})" if result.known else ""
    severity = f"<strong>{_text(result.severity.words, view)}</strong>{known}"
    parts = [
        f'<article class="{kind}">',
        f"<p>{where}{severity} {_rule_name(report, result.rule)}</p>",
        _quote(result.place, view),
        *(f"<p>{line}</p>" for line in _lines(result.message, view)),
    ]
    if result.focus and not result.place:
        parts.append(f"<p><code>{_literal(result.focus)}</code></p>")
    for place in result.related:
        parts.append(f"<p>{_text(_COMPARED, view)} <code>{escape(str(place))}</code></p>")
        parts.append(_quote(place, view))
    title = _title(report, result.rule, view)
    source = result.rule_place or report.rule(result.rule).place
    if title or source:
        at = f" <code>{_literal(source.file)}:{source.line}</code>" if source else ""
        parts.append(f'<p class="small">{title}{at}</p>')
    return "\n".join([*filter(None, parts), "</article>"])


def _quote(place: Place | None, view: View) -> str:
    quote = view.quotes.at(place) if place else None
    if quote is None:
        return ""
    marked = f"{escape(quote.before)}<mark>{escape(quote.word)}</mark>{escape(quote.after)}"
    return f"<pre>{quote.number} | {marked}</pre>"


def _rule_name(report: Report, iri: str) -> str:
    rule = report.rule(iri)
    name = f"<code>{_literal(rule.name)}</code>"
    address = web_address(rule.address)
    return f'<a href="{escape(address)}">{name}</a>' if address else name


def _title(report: Report, iri: str, view: View) -> str:
    return _text(report.rules[iri].title, view) if iri in report.rules else ""


def _foot(report: Report, view: View) -> list[str]:
    counts = "".join(
        f"<tr><td>{count}</td><td>{_text(counted(name), view)}</td></tr>"
        for name, count in report.checked.items()
    )
    judged = "".join(
        f"<tr><td>{count}</td><td>{_text(_JUDGED, view)} {_text(engine, view)}</td></tr>"
        for engine, count in engines(report)
    )
    notes = [*report.remarks, *([] if report.shacl else [NOT_BY_SHACL])]
    return [
        f"<footer><h2>{_text(_CHECKED, view)}</h2><table>{counts}{judged}</table>",
        *(f"<p>{_text(note, view)}</p>" for note in notes),
        f"<p>reviewgraph {reviewgraph.__version__}</p></footer>",
    ]


def _lines(words: Words, view: View) -> list[str]:
    return [_literal(line) for line in words.get(view.lang).splitlines()]


def _text(words: Words, view: View) -> str:
    return " · ".join(_lines(words, view))


def _literal(text: str) -> str:
    return escape(printable(text))
