"""SARIF 2.1.0 (OASIS), as far as GitHub's code scanning reads it.

A failure is told twice: as a notification, since SARIF keeps what hindered the tool apart from
what the tool found (section 3.20.21), and as a result, since forges show results only.
"""

from __future__ import annotations

import json
from itertools import count
from typing import Any
from urllib.parse import quote

import reviewgraph
from reviewgraph.errors import Place, Words
from reviewgraph.gate.formats.document import applied_rules
from reviewgraph.gate.formats.view import View, anchor, numbered, web_address
from reviewgraph.gate.report import Report, Result, Rule, Severity

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MOST_RESULTS = 25_000
"""GitHub refuses a run with more results."""
MOST_RELATED = 100
"""GitHub shows no more locations of one result."""

_LEVELS = {
    Severity.INFO: "note",
    Severity.WARNING: "warning",
    Severity.VIOLATION: "error",
    Severity.FAILURE: "error",
}
_ROOT = "SRCROOT"
_COMPARED = Words("เทียบกับข้อความนี้", "compared with this statement")


def write(report: Report, view: View) -> str:
    """One run with all rules, results and notifications."""
    rules = applied_rules(report)
    index = {rule.iri: at for at, rule in enumerate(rules)}
    kept = _gravest(numbered(report.results))
    run = {
        "tool": {
            "driver": {
                "name": "reviewgraph",
                "version": reviewgraph.__version__,
                "semanticVersion": reviewgraph.__version__,
                "language": "en",
                "rules": [_rule(rule, view) for rule in rules],
            }
        },
        "language": "th" if view.lang == "th" else "en",
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {
            _ROOT: {"description": {"text": "The root of the checkout that holds the publication."}}
        },
        "invocations": [_invocation(report, view, index, len(report.results) - len(kept))],
        "results": [
            _result(report, result, number, view, index[result.rule]) for result, number in kept
        ],
        "properties": {"checked": report.checked},
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _gravest(results: list[tuple[Result, int]]) -> list[tuple[Result, int]]:
    """All in their order or, when there are too many, the gravest, new ones before known."""
    if len(results) <= MOST_RESULTS:
        return results
    order = sorted(
        range(len(results)), key=lambda at: (results[at][0].known, -results[at][0].severity, at)
    )
    return [results[at] for at in sorted(order[:MOST_RESULTS])]


def _rule(rule: Rule, view: View) -> dict[str, Any]:
    title, why = _told(rule.title, view, " · "), _told(rule.description, view)
    described: dict[str, Any] = {
        "id": rule.iri,
        "name": rule.name,
        "shortDescription": {"text": title or rule.name},
        "fullDescription": {"text": why or title or rule.name},
        "help": {"text": "\n\n".join(filter(None, (why or title or rule.name, rule.address)))},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "title": {"th": rule.title.th, "en": rule.title.en},
            "description": {"th": rule.description.th, "en": rule.description.en},
            "engine": rule.engine,
            "tags": [rule.engine],
        },
    }
    if web_address(rule.address):
        described["helpUri"] = quote(rule.address, safe=":/?#[]@!$&'()*+,;=%~")
    return described


def _result(report: Report, result: Result, number: int, view: View, index: int) -> dict[str, Any]:
    told: dict[str, Any] = {
        "ruleId": result.rule,
        "ruleIndex": index,
        "level": _LEVELS[result.severity],
        "message": {"text": _told(result.message, view) or result.rule_name},
        "locations": [_location(anchor(report, result), view)],
        "partialFingerprints": {
            "reviewgraph/v1": f"{result.fingerprint}:{number}",
            # The one that GitHub reads; it would make one from the line otherwise.
            "primaryLocationLineHash": f"{result.fingerprint[:16]}:{number + 1}",
        },
        "properties": {
            name: value
            for name, value in (
                ("message", {"th": result.message.th, "en": result.message.en}),
                ("focus", result.focus),
                ("path", result.path),
                ("value", result.value),
                ("component", result.component),
            )
            if value
        },
    }
    if result.related:
        numbers = count(1)
        told["relatedLocations"] = [
            _location(place, view)
            | {"id": next(numbers), "message": {"text": _told(_COMPARED, view)}}
            for place in result.related[:MOST_RELATED]
        ]
    if report.baseline:
        told["baselineState"] = "unchanged" if result.known else "new"
        told["suppressions"] = (
            [{"kind": "external", "status": "accepted", "justification": "known from the baseline"}]
            if result.known
            else []
        )
    return told


def _invocation(report: Report, view: View, index: dict[str, int], left_out: int) -> dict[str, Any]:
    failures = [result for result in report.results if result.severity is Severity.FAILURE]
    notifications = [
        {
            "level": "error",
            "message": {"text": _told(result.message, view) or result.rule_name},
            "locations": [_location(anchor(report, result), view)],
            "associatedRule": {"id": result.rule, "index": index[result.rule]},
        }
        for result in failures[:MOST_RESULTS]
    ]
    if left_out:
        words = Words(
            f"เหลือ {MOST_RESULTS} รายการที่ร้ายแรงที่สุด ไม่ได้แสดงอีก {left_out} รายการ",
            f"the gravest {MOST_RESULTS} results are here; {left_out} more are left out",
        )
        notifications.append({"level": "warning", "message": {"text": _told(words, view)}})
    notifications += [
        {"level": "note", "message": {"text": _told(note, view)}} for note in report.remarks
    ]
    return {
        "executionSuccessful": not failures,
        "exitCode": report.exit_code(view.fail_on),
        "toolExecutionNotifications": notifications,
    }


def _location(place: Place, view: View) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(view.path(place)), "uriBaseId": _ROOT},
            "region": {"startLine": max(1, place.line), "startColumn": max(1, place.column)},
        }
    }


def _told(words: Words, view: View, between: str = "\n") -> str:
    """English first, for most that read SARIF know no other; Thai alone if asked for.

    Braces are doubled as section 3.11.5 wants them. A value must not become a link (3.11.6).
    """
    both = [words.en, words.th] if words.th != words.en else [words.en]
    said = {"th": [words.th], "en": [words.en]}.get(view.lang, both)
    text = between.join(filter(None, said))
    return text.replace("{", "{{").replace("}", "}}").replace("](", "] (")
