"""A report in the formats that people and programs read; one module each."""

from __future__ import annotations

from collections.abc import Callable

from reviewgraph.gate.formats import (
    document,
    github,
    gitlab,
    junit,
    markdown,
    page,
    sarif,
    text,
    turtle,
)
from reviewgraph.gate.formats.view import View
from reviewgraph.gate.report import Report
from reviewgraph.publication.folder import Publication

__all__ = ["FORMATS", "View", "as_json", "as_text"]

FORMATS: dict[str, Callable[[Report, View], str]] = {
    "text": text.write,
    "json": document.write,
    "sarif": sarif.write,
    "junit": junit.write,
    "github": github.write,
    "gitlab": gitlab.write,
    "turtle": turtle.write,
    "html": page.write,
    "markdown": markdown.write,
}
"""Every format by its name on the command line."""


def as_text(report: Report, lang: str, publication: Publication | None = None) -> str:
    """The report as text; lines are quoted from ``publication`` if it is given."""
    return text.write(report, View(lang=lang, publication=publication))


def as_json(report: Report) -> str:
    """The report as JSON."""
    return document.write(report, View())
