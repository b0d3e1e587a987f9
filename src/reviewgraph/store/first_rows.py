"""The first rows of a result with their terms told apart: what a page shows of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

import pyoxigraph

Results: TypeAlias = (
    pyoxigraph.QuerySolutions
    | pyoxigraph.QueryBoolean
    | pyoxigraph.QueryTriples
    | Iterator[pyoxigraph.Triple]
)

# A page is made in the web process: it is bounded here, in cells and in characters.
TABLE_CELLS = 20_000
TABLE_CHARACTERS = 1_000_000
CELL_LENGTH = 2_000


def first_rows(results: Results, rows: int) -> dict[str, Any]:
    """At most so many rows, ready for JSON, and whether there are ``more``."""
    if isinstance(results, pyoxigraph.QueryBoolean):
        return {"boolean": bool(results)}
    graph = not isinstance(results, pyoxigraph.QuerySolutions)
    if isinstance(results, pyoxigraph.QuerySolutions):
        names = [variable.value for variable in results.variables]
    else:
        names = ["subject", "predicate", "object"]
    cells: list[list[Any]] = []
    most = min(rows, TABLE_CELLS // max(1, len(names)))
    characters = 0
    for result in results:
        if len(cells) >= most or characters > TABLE_CHARACTERS:
            return {"graph": graph, "variables": names, "rows": cells, "more": True}
        row = [_cell(term) for term in result]
        characters += sum(len(cell["value"]) for cell in row if cell)
        cells.append(row)
    return {"graph": graph, "variables": names, "rows": cells, "more": False}


def _cell(term: object) -> dict[str, str] | None:
    if term is None:
        return None
    if isinstance(term, pyoxigraph.NamedNode):
        return {"type": "iri", "value": term.value}
    if isinstance(term, pyoxigraph.Literal):
        value = term.value
        return {
            "type": "literal",
            "value": value if len(value) <= CELL_LENGTH else f"{value[:CELL_LENGTH]}…",
            "language": term.language or "",
            "datatype": term.datatype.value,
        }
    return {"type": "other", "value": str(term)[:CELL_LENGTH]}
