"""One edit after another to a publication that is already open, as ``validate --watch`` has it."""

from __future__ import annotations

import re
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from reviewgraph.gate.formats import as_json
from reviewgraph.gate.judge import Gate, judge
from reviewgraph.publication.folder import load

EDITS = 12
_LABEL = re.compile(r'"([^"\n]{3,})"@en')


def rows(folder: Path) -> Iterator[str]:
    """Markdown lines on judging again after one file changed.

    Each edit changes a label in another file; the report is compared with that of a run from the
    beginning after the last one.

    Raises:
        SystemExit: the two reports differ.
    """
    with tempfile.TemporaryDirectory(prefix="reviewgraph-edits-") as name:
        copy = Path(shutil.copytree(folder, Path(name) / "publication"))
        gate = Gate(with_graph=False)
        publication = load(copy)
        gate.judge(publication)
        gate.prepare()
        wall, processor = [], []
        files = [
            file for file in sorted((copy / "data").rglob("*.ttl")) if _spoil(file, write=False)
        ]
        for file in files[:: max(1, len(files) // EDITS)][:EDITS]:
            _spoil(file, write=True)
            begun = time.perf_counter(), time.process_time()
            publication = load(copy, previous=publication)
            report = gate.judge(publication)
            wall.append(time.perf_counter() - begun[0])
            processor.append(time.process_time() - begun[1])
        again = judge(load(copy))
        if as_json(report) != as_json(again):
            sys.exit("after the edits the report differs from that of a run from the beginning")
    yield ""
    yield (
        f"One file edited, {len(wall)} times: judged again in {statistics.median(wall):.2f} s"
        f" (processor {statistics.median(processor):.2f} s; at most {max(wall):.2f} s,"
        f" processor {max(processor):.2f} s), the report equal to a full run's."
    )


def _spoil(file: Path, *, write: bool) -> bool:
    """Change the first English text of a file; whether it has one."""
    text = file.read_text(encoding="utf-8")
    match = _LABEL.search(text)
    if match and write:
        at = match.start(1)
        file.write_text(text[:at] + "Changed " + text[at:], encoding="utf-8")
    return match is not None
