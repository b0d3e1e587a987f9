"""``reviewgraph fmt``: Turtle files laid out, each told of as it is done."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from reviewgraph.errors import GateError, ReviewgraphError, SourceSyntaxError, Words
from reviewgraph.gate import bounded
from reviewgraph.gate.steps import Progress, Step
from reviewgraph.publication.layout import files
from reviewgraph.publication.reading import MAX_BYTES

LAYOUT = "layout"
DONE = "done"
"""The phase by which the child says what became of a file."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asked for: ``dry`` writes nothing, ``diff`` shows what would change."""

    paths: tuple[Path, ...]
    dry: bool = False
    diff: bool = False


def lay_out(
    request: Request,
    limits: bounded.Limits,
    show: Callable[[str], None],
    tell: Callable[[Words], None],
) -> int:
    """Lay out files and the Turtle files of folders; the exit code.

    0 all are in their layout, 1 some would change, 2 some could not be laid out.

    Args:
        request: what to lay out, and how.
        limits: for each file.
        show: shows a line, or the lines of a difference, on standard output.
        tell: tells what went wrong, and how many changed, on standard error.

    Raises:
        ReviewgraphError: files brought the child down again and again.
    """
    changed: dict[str, bool] = {}
    failed: set[str] = set()

    def hear(step: Step) -> None:
        if step.phase != DONE:
            return
        told = json.loads(step.subject)
        name = told["name"]
        if name in changed or name in failed:
            return  # an attempt that was cut short has told of it
        if told["failed"]:
            failed.add(name)
        elif told["changed"] is not None:
            changed[name] = told["changed"]
        if told["words"]:
            tell(Words(*told["words"]))
        if told["shown"]:
            show(told["shown"])

    bounded.run(lambda told, skip: _work(request, told, skip), limits, progress=hear)
    number = sum(changed.values())
    th, en = ("ต้องจัดรูป", "would change") if request.dry else ("จัดรูปแล้ว", "changed")
    tell(Words(f"{th} {number} จาก {len(changed)} ไฟล์", f"{number} of {len(changed)} files {en}"))
    return 2 if failed else int(request.dry and number > 0)


def _work(request: Request, told: Progress, skip: Mapping[Step, Words]) -> bytes:
    left_out = {step.subject: words for step, words in skip.items() if step.phase == LAYOUT}
    for path in request.paths:
        if path.is_file() and not files.is_turtle(path):
            words = Words(f"{path}: ไม่ใช่ Turtle จึงไม่จัดรูป", f"{path}: left as it is, not Turtle")
            told(_done(str(path), words=words))
            continue
        for found in files.layouts(
            path,
            write=not request.dry,
            progress=lambda name: told(Step(LAYOUT, name)),
            skip=left_out,
        ):
            told(_outcome(found, request, path))
            told(Step(LAYOUT))  # what goes wrong now is not that file's fault
    return b""


def _outcome(found: files.Layout | ReviewgraphError, request: Request, path: Path) -> Step:
    if isinstance(found, ReviewgraphError):
        at, name = "", str(path)
        if isinstance(found, SourceSyntaxError):
            at, name = f"{found.place}: ", found.place.file
        words = Words(f"{at}{found.words.th}", f"{at}{found.words.en}")
        return _done(name, words=words, failed=True)
    shown = ""
    if found.changed:
        shown = "\n".join(found.difference()) if request.diff else found.file.shown
    return _done(found.file.name, changed=found.changed, shown=shown)


def _done(
    name: str,
    *,
    changed: bool | None = None,
    shown: str = "",
    words: Words | None = None,
    failed: bool = False,
) -> Step:
    content = {
        "name": name,
        "changed": changed,
        "shown": shown,
        "words": [words.th, words.en] if words else None,
        "failed": failed,
    }
    return Step(DONE, json.dumps(content))


def lay_out_stdin(limits: bounded.Limits, *, dry: bool) -> int:
    """Lay out standard input onto standard output; the exit code.

    Raises:
        ReviewgraphError: it is too large, not well-formed Turtle, or beyond this program.
    """
    before = sys.stdin.buffer.read(MAX_BYTES + 1)
    step = Step(LAYOUT, files.STDIN)

    def work(told: Progress, skip: Mapping[Step, Words]) -> bytes:
        if step in skip:
            raise GateError(skip[step].th, skip[step].en)
        told(step)
        return files.laid_out(before, files.STDIN)

    after = bounded.run(work, limits)
    if dry:
        return int(after != before)
    sys.stdout.buffer.write(after)
    sys.stdout.buffer.flush()
    return 0
