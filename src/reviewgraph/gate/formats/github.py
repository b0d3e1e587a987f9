"""Workflow commands of GitHub Actions: each new result is a note at its line.

Actions shows ten errors and ten warnings of a step, so the gravest come first.
"""

from __future__ import annotations

from reviewgraph.errors import printable
from reviewgraph.gate.formats.summary import verdict
from reviewgraph.gate.formats.view import View, anchor
from reviewgraph.gate.report import Report, Result, Severity

_COMMANDS = {
    Severity.INFO: "notice",
    Severity.WARNING: "warning",
    Severity.VIOLATION: "error",
    Severity.FAILURE: "error",
}


def write(report: Report, view: View) -> str:
    """One command a line, the verdict last."""
    results = sorted((r for r in report.results if not r.known), key=lambda r: -r.severity)
    lines = [_command(report, result, view) for result in results]
    lines.append(f"::notice title=reviewgraph::{_data(verdict(report, view).get(view.lang))}")
    return "\n".join(lines) + "\n"


def _command(report: Report, result: Result, view: View) -> str:
    place = anchor(report, result)
    severity = view.line(result.severity.words)
    properties = {
        "file": view.path(place),
        "line": str(place.line),
        "col": str(place.column),
        "title": f"{severity} {result.rule_name}",
    }
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{_COMMANDS[result.severity]} {told}::{_data(result.message.get(view.lang))}"


def _data(text: str) -> str:
    lines = text.splitlines() or [""]
    return "%0A".join(printable(line).replace("%", "%25") for line in lines)


def _property(text: str) -> str:
    return printable(text).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
