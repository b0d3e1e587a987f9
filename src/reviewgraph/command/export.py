"""``reviewgraph export``: the site of a release as files."""

from __future__ import annotations

from pathlib import Path

from reviewgraph.command.serve import release_of
from reviewgraph.errors import Words
from reviewgraph.publish.static import export as write
from reviewgraph.release.texts import texts_of

MOST_TOLD = 20


def export(
    folder: Path, target: Path, lang: str, sources: Path | None = None
) -> tuple[Words, list[Words]]:
    """Export the release that the folder is or holds; of a publication, one built now.

    Args:
        folder: a publication, an output folder or a release.
        target: the folder for the files.
        lang: of what a build has to say.
        sources: a folder with the texts of sources, passages of which pages are to show.

    Returns:
        What was done, and what could not be.

    Raises:
        ReleaseError: the target holds something else, or cannot be written.
        typer.Exit: no release could be built; the build has said why.
    """
    release = release_of(folder, None, lang)
    notes: list[Words] = []
    texts = texts_of(release, sources, notes) if sources else {}
    written = write(release, target, texts=texts)
    count = len(written.files)
    done = Words(f"เขียน {count:,} ไฟล์ลง {target}", f"{count:,} files written to {target}")
    left_out = notes + [
        Words(f"ไม่ได้เขียน {address}: {reason.th}", f"not written: {address}: {reason.en}")
        for address, reason in written.left_out.items()
    ]
    if len(left_out) > MOST_TOLD:
        more = len(left_out) - MOST_TOLD
        left_out = left_out[:MOST_TOLD]
        left_out.append(Words(f"และอีก {more:,} รายการ", f"and {more:,} more"))
    return done, left_out
