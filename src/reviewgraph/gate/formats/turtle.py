"""The W3C validation report in Turtle, as the shapes gave it."""

from __future__ import annotations

from reviewgraph.gate.formats.summary import NOT_BY_SHACL
from reviewgraph.gate.formats.view import View
from reviewgraph.gate.report import Report


def write(report: Report, _view: View) -> str:
    """The report; a document without statements if SHACL did not judge, for that is no verdict."""
    return report.shacl or f"# {NOT_BY_SHACL.th}\n# {NOT_BY_SHACL.en}\n"
