"""``reviewgraph validate``: the gate alone, once or after every edit."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from reviewgraph.command.access import access
from reviewgraph.command.reading import read
from reviewgraph.command.revision import checked_out
from reviewgraph.errors import GateError, Words
from reviewgraph.gate import bounded
from reviewgraph.gate.baseline import accepted, as_baseline, compare, read_baseline
from reviewgraph.gate.formats import FORMATS, View
from reviewgraph.gate.formats.output import Output, check_writable, read_output, write_whole
from reviewgraph.gate.judge import Gate
from reviewgraph.gate.report import Known, Report, Severity
from reviewgraph.gate.steps import Progress, Step
from reviewgraph.gate.there.judging import judge_there
from reviewgraph.publication.folder import ROOMS, Publication
from reviewgraph.publication.reading import signature
from reviewgraph.publish.load.loading import current
from reviewgraph.store.remote.engine import Engine
from reviewgraph.store.remote.merge import Merge
from reviewgraph.store.remote.versions import Versions

SHOWN = "shown"
"""The phase by which a watching child hands over a report."""

_PAUSE = 0.2  # seconds between two looks at the folder


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asked for; each field is an option of the command."""

    folder: Path
    format: str = "text"
    fail_on: Severity = Severity.VIOLATION
    output: tuple[str, ...] = ()
    baseline: Path | None = None
    write_baseline: Path | None = None
    changed_since: str | None = None
    sources: Path | None = None
    drafts: bool = False
    lang: str = "both"
    colour: bool = False
    store: str = ""
    graphs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What to print, how to end, and what each phase and rule took, in seconds.

    ``refused`` is why no baseline was written, if one was asked for.
    """

    text: str
    exit_code: int
    seconds: dict[str, float]
    refused: GateError | None = None


def validate(request: Request, limits: bounded.Limits, progress: Progress) -> Answer:
    """Judge the folder once and write the reports that were asked for.

    Raises:
        ReviewgraphError: the folder is none, or a file that was asked for cannot be written.
    """
    outputs = [read_output(each, FORMATS) for each in request.output]
    written = [each.path for each in outputs]
    wanted = [*written, request.write_baseline] if request.write_baseline else written
    check_writable(wanted, request.folder)
    names = {request.format, *(each.format for each in outputs)}
    known = _known(request)
    if request.store:
        told = json.loads(_judged_there(request, known, progress, names))
        return _written_down(request, outputs, told)
    with checked_out(request.folder, request.changed_since) as before:

        def work(told: Progress, skip: Mapping[Step, Words]) -> bytes:
            gate = Gate(request.sources, skip, with_graph="turtle" in names)
            accept, name, previous = known, str(request.baseline), None
            if before is not None:
                previous = read(before, told, skip, drafts=request.drafts)
                accept = accepted(gate.judge(previous, told))
                name = str(request.changed_since)
            publication = read(request.folder, told, skip, previous, drafts=request.drafts)
            report = gate.judge(publication, told)
            told(Step("report"))
            if accept is not None:
                report = compare(report, accept, name, tell_stale=before is None)
            return _packed(request, report, publication, names)

        told = json.loads(bounded.run(work, limits, progress=progress))
    return _written_down(request, outputs, told)


def _judged_there(
    request: Request, known: dict[str, Known] | None, progress: Progress, names: set[str]
) -> bytes:
    """What lies in an engine, judged by the folder's rules.

    This process has to reach the engine, so it is not the child that has no network.
    """
    if request.changed_since or request.sources:
        raise GateError(
            "ใช้ --store กับ --changed-since หรือ --sources ไม่ได้",
            "--store does not go together with --changed-since or --sources",
        )
    publication = read(request.folder, progress, {}, drafts=request.drafts)
    base = publication.catalog.base
    with Engine(access(request.store, None, os.environ)) as engine:
        graphs = request.graphs or _in_force(engine, base, publication.catalog.dataset)
        report = judge_there(publication, Merge(engine, graphs, base), progress)
    if known is not None:
        report = compare(report, known, str(request.baseline))
    return _packed(request, report, publication, names)


def _in_force(engine: Engine, base: str, dataset: str) -> tuple[str, ...]:
    """The graph of the release that is in force there."""
    release = current(engine, Versions(base, dataset, ""))
    if not release:
        raise GateError(
            "เครื่องปลายทางไม่มีรุ่นที่ใช้งานอยู่ ระบุกราฟด้วย --graph",
            "no release is in force there: name the graphs by --graph",
        )
    return (release,)


def _written_down(request: Request, outputs: Sequence[Output], told: dict[str, Any]) -> Answer:
    for each in outputs:
        write_whole(each.path, told["texts"][each.format])
    refused = None
    if request.write_baseline and told["baseline"] is None:
        refused = GateError(*told["refused"])
    elif request.write_baseline:
        write_whole(request.write_baseline, told["baseline"])
    return Answer(told["shown"], told["exit_code"], told["seconds"], refused)


def watch(request: Request, limits: bounded.Limits, show: Callable[[Answer], None]) -> None:
    """Judge the folder, and again after each edit, until the user stops it.

    Raises:
        ReviewgraphError: the folder is none.
    """
    known = _known(request)

    def work(told: Progress, skip: Mapping[Step, Words]) -> bytes:
        gate = Gate(request.sources, skip, with_graph=request.format == "turtle")
        before: Publication | None = None
        written = _written(request.folder)
        while not skip or _written(request.folder) == written:
            publication = read(request.folder, told, skip, before, drafts=request.drafts)
            if before is None or not _same(before, publication):
                report = gate.judge(publication, told)
                if known is not None:
                    report = compare(report, known, str(request.baseline))
                packed = _packed(request, report, publication, set())
                told(Step(SHOWN, packed.decode()))
                told(Step("wait"))
                gate.prepare()
            before = publication
            told(Step("wait"))
            time.sleep(_PAUSE)
        return b""  # what was left out may have been mended: begin anew, with nothing left out

    def hear(step: Step) -> None:
        if step.phase == SHOWN:
            told = json.loads(step.subject)
            show(Answer(told["shown"], told["exit_code"], told["seconds"]))

    while True:
        bounded.run(work, limits, progress=hear)


def _written(folder: Path) -> set[tuple[str, tuple[int, ...]]]:
    """Every file of the publication, with what changes when somebody writes to it."""
    found = set()
    for room in ROOMS:
        for directory, _below, names in os.walk(folder / room):
            for name in names:
                with suppress(OSError):  # it is gone meanwhile, or a link to nowhere
                    path = Path(directory, name)
                    found.add((str(path), signature(path)))
    return found


def _known(request: Request) -> dict[str, Known] | None:
    if request.baseline and request.changed_since:
        raise GateError(
            "ใช้ --baseline กับ --changed-since พร้อมกันไม่ได้ โปรดเลือกอย่างเดียว",
            "--baseline and --changed-since both say what is known: use one of them",
        )
    return read_baseline(request.baseline) if request.baseline else None


def _same(before: Publication, after: Publication) -> bool:
    """Whether nothing of the folder that the gate looks at is other than before."""
    return (
        before.read == after.read
        and before.questions == after.questions
        and before.views == after.views
        and before.columns == after.columns
        and before.other_files == after.other_files
        and before.unread == after.unread
        and before.drafts == after.drafts
        and before.unpublished == after.unpublished
        and [str(e) for e in before.errors] == [str(e) for e in after.errors]
    )


def _packed(request: Request, report: Report, publication: Publication, names: set[str]) -> bytes:
    """Everything the parent needs, as bytes: it must not read what strangers wrote."""
    view = View(request.lang, request.fail_on, publication)
    shown = replace(view, colour=request.colour)
    baseline, refused = None, None
    if request.write_baseline:
        try:
            baseline = as_baseline(report)
        except GateError as error:
            refused = (error.words.th, error.words.en)
    content = {
        "shown": FORMATS[request.format](report, shown),
        "texts": {name: FORMATS[name](report, view) for name in sorted(names)},
        "exit_code": report.exit_code(request.fail_on),
        "baseline": baseline,
        "refused": refused,
        "seconds": report.seconds,
    }
    return json.dumps(content).encode()
