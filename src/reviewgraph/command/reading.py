"""A folder read and judged step by step, so that a step that never ends can be left out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from reviewgraph.errors import Words
from reviewgraph.gate.steps import Progress, Step
from reviewgraph.publication.folder import Publication, load

READ = "read"


def read(
    folder: Path,
    progress: Progress,
    skip: Mapping[Step, Words],
    previous: Publication | None = None,
    *,
    drafts: bool = False,
) -> Publication:
    """The publication; files whose reading is to be left out are among its errors.

    Drafts are in it if they are asked for.

    Raises:
        PublicationError: the folder is none.
    """
    left_out = {step.subject: words for step, words in skip.items() if step.phase == READ}
    return load(
        folder,
        drafts=drafts,
        previous=previous,
        progress=lambda file: progress(Step(READ, file)),
        skip=left_out,
    )
