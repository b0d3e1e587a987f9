"""Results in the formats of the protocol, as the engine's serializers write them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Final, cast

import pyoxigraph

from reviewgraph.store.csv_lines import CsvLines, Sink
from reviewgraph.store.first_rows import Results, first_rows
from reviewgraph.store.frames import TABLE

XML: Final = ("application/sparql-results+xml", "application/rdf+xml")
_CSV = "text/csv"
_TSV = pyoxigraph.QueryResultsFormat.TSV


def write(
    results: Results, media_type: str, rows: int, sink: Sink, prefixes: Mapping[str, str]
) -> None:
    """Write a result.

    Args:
        results: solutions, a truth value or triples.
        media_type: of the format; ``TABLE`` for the first rows as JSON.
        rows: how many these are.
        sink: where to.
        prefixes: for Turtle and its like.
    """
    file = cast("IO[bytes]", sink)
    if media_type == TABLE:
        sink.write(json.dumps(first_rows(results, rows)).encode())
    elif isinstance(results, pyoxigraph.QuerySolutions) and media_type == _CSV:
        results.serialize(cast("IO[bytes]", CsvLines(sink)), format=_TSV)
    elif not isinstance(results, pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean):
        syntax = pyoxigraph.RdfFormat.from_media_type(media_type)
        pyoxigraph.serialize(results, file, format=syntax, prefixes=dict(prefixes))
    else:
        results.serialize(file, format=pyoxigraph.QueryResultsFormat.from_media_type(media_type))
