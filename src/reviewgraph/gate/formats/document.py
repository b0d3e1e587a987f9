"""A JSON document for programs; ``report.schema.json`` beside this module describes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from reviewgraph.errors import Place, Words
from reviewgraph.gate.formats.view import View
from reviewgraph.gate.report import Report, Result, Rule, Severity

VERSION = 2


def write(report: Report, view: View) -> str:
    """A stable document: the same results always give the same bytes."""
    content = {
        "version": VERSION,
        "exit_code": report.exit_code(view.fail_on),
        "fail_on": view.fail_on.name.lower(),
        "counts": {severity.name.lower(): report.count(severity) for severity in Severity},
        "checked": report.checked,
        "notes": [_words(note) for note in report.remarks],
        "baseline": _baseline(report),
        "rules": [_rule(rule) for rule in applied_rules(report)],
        "results": [_result(result) for result in report.results],
    }
    return json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def schema() -> str:
    """The JSON Schema of the document."""
    return Path(__file__).with_name("report.schema.json").read_text(encoding="utf-8")


def applied_rules(report: Report) -> list[Rule]:
    """All rules that were applied or have a result, by IRI."""
    return [report.rule(iri) for iri in sorted({*report.rules, *(r.rule for r in report.results)})]


def _baseline(report: Report) -> dict[str, Any] | None:
    if report.baseline is None:
        return None
    return {
        "file": report.baseline.file,
        "known": report.known,
        "stale": [
            {"fingerprint": e.fingerprint, "rule": e.rule, "file": e.file, "count": e.count}
            for e in report.baseline.stale
        ],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "iri": rule.iri,
        "name": rule.name,
        "title": _words(rule.title),
        "description": _words(rule.description),
        "address": rule.address,
        "severity": rule.severity.name.lower(),
        "place": _place(rule.place),
        "engine": rule.engine,
    }


def _result(result: Result) -> dict[str, Any]:
    return {
        "rule": result.rule,
        "rule_name": result.rule_name,
        "severity": result.severity.name.lower(),
        "message": _words(result.message),
        "place": _place(result.place),
        "related": [_place(place) for place in result.related],
        "focus": result.focus,
        "path": result.path,
        "value": result.value,
        "component": result.component,
        "rule_place": _place(result.rule_place),
        "fingerprint": result.fingerprint,
        "known": result.known,
    }


def _words(words: Words) -> dict[str, str]:
    return {"th": words.th, "en": words.en}


def _place(place: Place | None) -> dict[str, Any] | None:
    if place is None:
        return None
    return {"file": place.file, "line": place.line, "column": place.column}
