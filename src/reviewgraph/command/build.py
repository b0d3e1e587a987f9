"""``reviewgraph build``: the gate, then a release."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reviewgraph.command.reading import read
from reviewgraph.errors import Words
from reviewgraph.gate import bounded
from reviewgraph.gate.formats import as_text
from reviewgraph.gate.judge import judge
from reviewgraph.gate.steps import Progress, Step


@dataclass(frozen=True, slots=True)
class Answer:
    """The release, or the report on why there is none.

    ``on_drafts`` tells which files are drafts, if any are.
    """

    release: Path | None
    report: str
    exit_code: int
    on_drafts: Words | None = None


def build(
    folder: Path,
    out: Path | None,
    sources: Path | None,
    lang: str,
    limits: bounded.Limits,
    progress: Progress,
    *,
    drafts: bool = False,
) -> Answer:
    """Judge the folder and build its release if it passes; else the last one stays in force.

    With ``drafts`` it is a preview, which is never in force.

    Raises:
        ReviewgraphError: the folder is none, or the release cannot be written.
    """

    def work(told: Progress, skip: Mapping[Step, Words]) -> bytes:
        # The gate alone never needs it.
        from reviewgraph.release.build import build as build_release  # noqa: PLC0415
        from reviewgraph.release.build import default_output  # noqa: PLC0415

        publication = read(folder, told, skip, drafts=drafts)
        report = judge(publication, sources=sources, progress=told, skip=skip)
        if code := report.exit_code():
            told(Step("report"))
            return _packed(None, as_text(report, lang, publication), code, None)
        release = build_release(
            publication,
            report,
            out or default_output(publication.root),
            progress=lambda phase: told(Step(phase)),
        )
        return _packed(str(release.path), "", 0, report.on_drafts)

    told = json.loads(bounded.run(work, limits, progress=progress))
    path, words = told["release"], told["on_drafts"]
    return Answer(
        Path(path) if path else None,
        told["report"],
        told["exit_code"],
        Words(*words) if words else None,
    )


def _packed(release: str | None, report: str, exit_code: int, on_drafts: Words | None) -> bytes:
    content = {
        "release": release,
        "report": report,
        "exit_code": exit_code,
        "on_drafts": (on_drafts.th, on_drafts.en) if on_drafts else None,
    }
    return json.dumps(content).encode()
