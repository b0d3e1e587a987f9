"""``reviewgraph query``: a query answered from a release, in a worker as strangers' queries are."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

from reviewgraph.errors import Place, ReviewgraphError
from reviewgraph.publication.question import read_term, with_values
from reviewgraph.release.manifest import Release
from reviewgraph.store.limits import Limits
from reviewgraph.store.pool import NothingAcceptable, QueryRequest, WorkerPool
from reviewgraph.store.process import Template
from reviewgraph.web.sparql.formats import GRAPH_FORMATS, PAGE, RESULTS, Format
from reviewgraph.web.sparql.source import source_of

_SOLUTIONS: Final = "csv"
_GRAPH: Final = "ttl"


def query(
    release: Release, text: str, format_: str, seconds: float, send: Callable[[bytes], object]
) -> None:
    """Answer a query, piece by piece.

    Args:
        release: what is asked.
        text: the query.
        format_: what to write; empty for CSV, or Turtle for a graph.
        seconds: what it may take.
        send: takes the bytes.

    Raises:
        QueryError: there is no answer.
        ReviewgraphError: its result has no such format.
    """
    try:
        asyncio.run(_answer(release, text, format_, seconds, send))
    except NothingAcceptable as error:
        formats = GRAPH_FORMATS if error.kind == "graph" else RESULTS
        names = ", ".join(each.name for each in formats if each is not PAGE)
        raise ReviewgraphError(
            f"ผลลัพธ์นี้ไม่มีรูปแบบ {format_} มีให้เลือก: {names}",
            f"this result has no format {format_}; there is: {names}",
        ) from error


def text_of(release: Release, file: Path | None, given: str, question: str) -> str:
    """The query that is meant: in a file, as given, or of a competency question by its defaults.

    Raises:
        ReviewgraphError: there is none, or more than one.
    """
    if sum(map(bool, (file, given, question))) != 1:
        raise ReviewgraphError(
            "ระบุคำค้นอย่างใดอย่างหนึ่ง: FILE.rq, -e TEXT หรือ --question NAME",
            "name one query: FILE.rq, -e TEXT or --question NAME",
        )
    if file is not None:
        try:
            return file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ReviewgraphError(
                f"อ่านไฟล์ {file} ไม่ได้: {error}", f"{file} cannot be read: {error}"
            ) from error
    return given or _asked(release, question)


async def _answer(
    release: Release, text: str, format_: str, seconds: float, send: Callable[[bytes], object]
) -> None:
    template = Template(source_of(release), "disk")
    results = _media_type(RESULTS, format_ or _SOLUTIONS)
    request = QueryRequest(text, results, _media_type(GRAPH_FORMATS, format_ or _GRAPH))
    limits = Limits(workers=1, seconds=seconds)
    async with template, WorkerPool(template, limits) as pool, pool.answer(request) as answer:
        async for piece in answer.chunks():
            send(bytes(piece))


def _media_type(formats: tuple[Format, ...], name: str) -> str:
    return next((each.engine for each in formats if each.name == name and each is not PAGE), "")


def _asked(release: Release, name: str) -> str:
    question = next((each for each in release.questions if name in (each.name, each.id)), None)
    if question is None:
        names = ", ".join(each.name for each in release.questions)
        raise ReviewgraphError(
            f"ไม่มีคำถาม {name} มีให้เลือก: {names}", f"there is no question {name}; there is: {names}"
        )
    place = Place(question.name, 1)
    values = {
        name: read_term(str(content["default"]), place)
        for name, content in question.parameters.items()
    }
    return with_values(question.query, values)
