"""``reviewgraph load``: a release into another SPARQL engine."""

from __future__ import annotations

import os
from pathlib import Path

from reviewgraph.command.access import access
from reviewgraph.command.serve import release_of
from reviewgraph.errors import Words
from reviewgraph.gate.steps import Progress, Step, silent
from reviewgraph.publish.load.loading import BATCH
from reviewgraph.publish.load.loading import load as work
from reviewgraph.store.remote.engine import Engine


def load(
    folder: Path,
    query: str,
    update: str | None,
    lang: str,
    batch: int = BATCH,
    progress: Progress = silent,
) -> Words:
    """Load the release that the folder is or holds; of a publication, one built now.

    Args:
        folder: a publication, an output folder or a release.
        query: the URL that takes queries.
        update: the one that takes updates, if it is another.
        lang: of what a build has to say.
        batch: how many statements go in one update.
        progress: told how many statements are there, of how many.

    Raises:
        EngineError: the engine did not do it.
        typer.Exit: no release could be built; the build has said why.
    """
    release = release_of(folder, None, lang)
    with Engine(access(query, update, os.environ)) as engine:
        done = work(
            release,
            engine,
            batch,
            lambda done, total: progress(Step("load", f"{done:,}/{total:,}")),
        )
    spelt = Words("", "")
    if done.otherwise:
        spelt = Words(
            f" (เครื่องปลายทางเขียนตัวเลขหรือค่าจริงเท็จอีกแบบใน {done.otherwise} กราฟ)",
            f" (in {done.otherwise} graphs it spells numbers or truth values in its own way)",
        )
    return Words(
        f"รุ่น {release.name[:12]} ใช้งานที่เครื่องปลายทางแล้ว: {done.statements:,} ข้อความ"
        f" ส่งครั้งนี้ {done.sent:,}{spelt.th}",
        f"release {release.name[:12]} is in force there: {done.statements:,} statements,"
        f" {done.sent:,} sent now{spelt.en}",
    )
