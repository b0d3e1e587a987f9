"""JUnit XML, in the form that Jenkins' schema (junit-10.xsd) and GitLab accept.

One suite is one rule. A rule is what a steward expects to stay green, and its history stays under
one name whichever file breaks it; a suite for each file would have no place for the rules that
passed. A rule without results is one passing case; otherwise each result is a case, called by its
place. What does not fail the gate (known, or below ``--fail-on``) is shown as skipped.
"""

from __future__ import annotations

import re
from collections import Counter
from html import escape

from reviewgraph.gate.formats.document import applied_rules
from reviewgraph.gate.formats.view import View, anchor
from reviewgraph.gate.report import Report, Result, Rule, Severity

# Everything outside production [2], Char, of XML 1.0.
_NO_CHARACTER = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(report: Report, view: View) -> str:
    """All applied rules with what became of them."""
    by_rule: dict[str, list[Result]] = {}
    for result in report.results:
        by_rule.setdefault(result.rule, []).append(result)
    suites = [
        _suite(report, rule, by_rule.get(rule.iri, []), view) for rule in applied_rules(report)
    ]
    failed = [result for result in report.results if view.fails(result)]
    errors = sum(result.severity is Severity.FAILURE for result in failed)
    tests = sum(max(1, len(by_rule.get(rule.iri, ()))) for rule in applied_rules(report))
    head = (
        f'<testsuites name="reviewgraph" tests="{tests}" failures="{len(failed) - errors}"'
        f' errors="{errors}">'
    )
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *suites, "</testsuites>", ""])


def _suite(report: Report, rule: Rule, found: list[Result], view: View) -> str:
    failed = [result for result in found if view.fails(result)]
    errors = sum(result.severity is Severity.FAILURE for result in failed)
    name = _attribute(view.line(rule.title) or rule.name)
    counts = (
        f'tests="{max(1, len(found))}" failures="{len(failed) - errors}" errors="{errors}"'
        f' skipped="{len(found) - len(failed)}"'
    )
    file = f" file={_attribute(rule.place.file)}" if rule.place else ""
    url = f" url={_attribute(rule.address)}" if rule.address else ""
    seen: Counter[str] = Counter()
    cases = [_case(report, result, seen, view) for result in found] or [
        f"    <testcase name={_attribute(rule.name)} classname={_attribute(rule.iri)}/>"
    ]
    return "\n".join([f"  <testsuite name={name} {counts}{file}{url}>", *cases, "  </testsuite>"])


def _case(report: Report, result: Result, seen: Counter[str], view: View) -> str:
    place = anchor(report, result)
    seen[str(place)] += 1  # a case's name must be its own
    again = f" #{seen[str(place)]}" if seen[str(place)] > 1 else ""
    name = _attribute(f"{place}{again}")
    kind = "skipped"
    if view.fails(result):
        kind = "error" if result.severity is Severity.FAILURE else "failure"
    severity = view.line(result.severity.words)
    told = result.message.get(view.lang)
    quote = view.quotes.at(place) if result.place else None
    body = f"{place}\n{told}" + (f"\n{quote.number} | {quote.text}" if quote else "")
    return (
        f"    <testcase name={name} classname={_attribute(result.rule)}>"
        f"<{kind} type={_attribute(severity)} message={_attribute(view.line(result.message))}>"
        f"{escape(_legal(body), quote=False)}</{kind}></testcase>"
    )


def _legal(text: str) -> str:
    return _NO_CHARACTER.sub("\ufffd", text).replace("\r", "\n")


def _attribute(text: str) -> str:
    return f'"{escape(_legal(text))}"'
