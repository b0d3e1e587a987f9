"""GitLab's Code Quality report.

GitLab itself compares the branches of a merge request, so known results are written like all
others: one that is left out would be shown as mended.
"""

from __future__ import annotations

import json
from hashlib import sha256

from reviewgraph.gate.formats.view import View, anchor, numbered
from reviewgraph.gate.report import Report, Severity

_SEVERITIES = {
    Severity.INFO: "info",
    Severity.WARNING: "minor",
    Severity.VIOLATION: "major",
    Severity.FAILURE: "blocker",
}


def write(report: Report, view: View) -> str:
    """An array of issues; fingerprints are all different and do not depend on the line."""
    issues = []
    for result, number in numbered(report.results):
        place = anchor(report, result)
        name = f"{result.fingerprint}:{number}"
        issues.append(
            {
                "description": view.line(result.message),
                "check_name": result.rule_name,
                "fingerprint": sha256(name.encode()).hexdigest(),
                "severity": _SEVERITIES[result.severity],
                "location": {"path": view.path(place), "lines": {"begin": place.line}},
            }
        )
    return json.dumps(issues, ensure_ascii=False, indent=2) + "\n"
