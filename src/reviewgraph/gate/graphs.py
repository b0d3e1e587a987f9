"""One file, one named graph: who may write where, and what is not read at all."""

from __future__ import annotations

from collections.abc import Iterator

from reviewgraph.errors import Place, Words
from reviewgraph.gate.report import RULES, Result, Severity
from reviewgraph.publication.folder import Publication
from reviewgraph.publication.source import SourceFile
from reviewgraph.rdf.terms import IRI

NAME = RULES + "graph-name"
SHARED = RULES + "graph-shared"
UNREAD = RULES + "file-not-read"


def check(publication: Publication) -> list[Result]:
    """Graph names that a file may not use, files that share one, files that nothing reads."""
    found = [result for file in publication.files for result in _names(file, publication)]
    by_graph: dict[str, str] = {}
    for file in publication.files:
        other = by_graph.setdefault(file.graph.value, file.path)
        if other != file.path:
            found.append(
                Result(
                    SHARED,
                    Severity.VIOLATION,
                    Words(
                        f"ไฟล์นี้กับ {other} จะเป็นกราฟเดียวกัน โปรดเปลี่ยนชื่อไฟล์หนึ่ง",
                        f"this file and {other} would be one graph: rename one of them",
                    ),
                    Place(file.path, 1),
                )
            )
    found += [
        Result(
            UNREAD,
            Severity.WARNING,
            Words(
                "ไม่มีอะไรอ่านไฟล์นี้ โปรดตรวจนามสกุลหรือย้ายไปไว้ที่อื่น",
                "nothing reads this file: check its extension, or move it elsewhere",
            ),
            Place(name, 1),
        )
        for name in publication.unread
    ]
    return found


def _names(file: SourceFile, publication: Publication) -> Iterator[Result]:
    base = publication.catalog.base
    told = set()
    for located in file.statements:
        graph = located.graph
        if graph == file.graph or graph in told:
            continue
        own = isinstance(graph, IRI) and graph.value.startswith(
            (file.graph.value + "#", file.graph.value + "/")
        )
        allowed = isinstance(graph, IRI) and graph.value.startswith(base)
        reserved = isinstance(graph, IRI) and graph.value.startswith(base + "graph/")
        if own or (allowed and not reserved):
            continue
        told.add(graph)
        yield Result(
            NAME,
            Severity.VIOLATION,
            Words(
                f"ไฟล์นี้ตั้งชื่อกราฟ {graph} ไม่ได้ โปรดใช้ชื่อใต้ {base} ที่ไม่ขึ้นต้นด้วย {base}graph/",
                f"this file may not name a graph {graph}: use a name below {base},"
                f" but not below {base}graph/",
            ),
            file.place(located.subject_at),
            focus=str(located.subject),
        )
