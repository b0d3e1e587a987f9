"""The arguments and options that several commands have, and the words that may stand there."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Lang(StrEnum):
    """Languages of messages."""

    th = "th"
    en = "en"
    both = "both"


class ReportFormat(StrEnum):
    """Formats of the gate's report."""

    text = "text"
    json = "json"
    sarif = "sarif"
    junit = "junit"
    github = "github"
    gitlab = "gitlab"
    turtle = "turtle"
    html = "html"
    markdown = "markdown"


class FailOn(StrEnum):
    """From which severity on results make the gate fail."""

    violation = "violation"
    warning = "warning"
    info = "info"


class DiffFormat(StrEnum):
    """Formats of what changed."""

    text = "text"
    json = "json"
    markdown = "markdown"


class StoreMode(StrEnum):
    """Where queries are answered from."""

    auto = "auto"
    memory = "memory"
    disk = "disk"


class LogFormat(StrEnum):
    """How lines of the log look."""

    text = "text"
    json = "json"


Folder = Annotated[Path, typer.Argument(help="The publication folder.", show_default=".")]


def spoken(context: typer.Context, parameter: typer.CallbackParam, lang: Lang) -> Lang:
    """The language asked for; else that of the locale, as POSIX orders its variables."""
    source = context.get_parameter_source(parameter.name or "")
    if source is None or source.name != "DEFAULT":
        return lang
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next(filter(None, map(os.environ.get, names)), "").lower()
    return next((each for each in (Lang.th, Lang.en) if locale.startswith(each.value)), Lang.both)


LangOption = Annotated[
    Lang,
    typer.Option(
        "--lang",
        envvar="REVIEWGRAPH_LANG",
        help="Language of messages.",
        callback=spoken,
        show_default="by LC_ALL, LC_MESSAGES, LANG",
    ),
]
OutOption = Annotated[
    Path | None,
    typer.Option(
        "--out",
        envvar="REVIEWGRAPH_OUT",
        help="Folder for releases.",
        show_default="DIR/.reviewgraph",
    ),
]
ShownSourcesOption = Annotated[
    Path | None,
    typer.Option(
        "--sources",
        metavar="FOLDER",
        envvar="REVIEWGRAPH_SOURCES",
        help="Show the passages that evidence names, from the texts in this folder.",
    ),
]
SourcesOption = Annotated[
    Path | None,
    typer.Option(
        "--sources",
        envvar="REVIEWGRAPH_SOURCES",
        help="Folder with the texts that evidence points into; spans are compared with them.",
    ),
]

DraftsOption = Annotated[
    bool,
    typer.Option(
        "--drafts",
        envvar="REVIEWGRAPH_DRAFTS",
        help="Take drafts in too, for a preview that is marked as such and never published.",
    ),
]
SecondsOption = Annotated[
    float,
    typer.Option(
        "--limit-seconds",
        envvar="REVIEWGRAPH_LIMIT_SECONDS",
        min=0.1,
        help="Seconds for one step: a file, a rule, a question. What needs more is not judged.",
    ),
]
MemoryOption = Annotated[
    int,
    typer.Option(
        "--limit-memory",
        envvar="REVIEWGRAPH_LIMIT_MEMORY",
        min=256,
        help="Megabytes that reading and judging may use.",
    ),
]
