"""What the columns of answers are called: ``ontology/columns.tsv``, a line for each variable.

The first line names the languages::

    column	th	en
    person	บุคคล	Person

Every question and every view means the same by the same variable, so it is named once.
"""

from __future__ import annotations

from pathlib import Path

from reviewgraph.errors import Place, SourceSyntaxError
from reviewgraph.publication.reading import name_of, read_text

PATH = "ontology/columns.tsv"

Columns = dict[str, dict[str, str]]
"""The names of a variable by language."""


def read_columns(root: Path) -> Columns:
    """The names of the columns.

    Raises:
        SourceSyntaxError: a line has another number of fields than the first, or a variable has
            two.
    """
    path = root / PATH
    name = name_of(root, path)
    lines = read_text(root, path).splitlines()
    head = lines[0].split("\t") if lines else []
    if head[:1] != ["column"] or len(head) < 2:  # noqa: PLR2004 - a name and a language
        raise SourceSyntaxError(
            "บรรทัดแรกต้องเป็น column ตามด้วยรหัสภาษา คั่นด้วยแท็บ",
            "the first line must be: column, then language codes, with tabs between them",
            Place(name, 1),
        )
    found: Columns = {}
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        variable, *titles = (field.strip() for field in line.split("\t"))
        if len(titles) != len(head) - 1:
            raise SourceSyntaxError(
                f"บรรทัดนี้ต้องมี {len(head)} ช่องคั่นด้วยแท็บ",
                f"this line must have {len(head)} fields with tabs between them",
                Place(name, number),
            )
        if variable in found:
            raise SourceSyntaxError(
                f"มีคอลัมน์ {variable} แล้วในบรรทัดก่อนหน้า",
                f"the column {variable} has a line already",
                Place(name, number),
            )
        found[variable] = {
            lang: title for lang, title in zip(head[1:], titles, strict=True) if title
        }
    return found
