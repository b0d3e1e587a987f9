"""One file of the publication: judged by Oxigraph, read with the place of every statement."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import parse

from reviewgraph.errors import Place, SourceSyntaxError
from reviewgraph.publication import turtle
from reviewgraph.publication.lines import Lines, Located
from reviewgraph.publication.reading import name_of, read_text
from reviewgraph.rdf.formats import BY_EXTENSION, JSON_LD, RDF_XML, Syntax
from reviewgraph.rdf.terms import IRI, BlankNode, DefaultGraph, Literal, Quad, Subject, statement

MAX_JSON_DEPTH = 100
"""Oxigraph recurses on JSON: 32 KB of brackets would end the process."""

_DOCTYPE = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


@dataclass(frozen=True)
class SourceFile:
    """A file that was read.

    ``path`` is relative to the publication and has forward slashes; ``graph`` is the name of the
    graph that its statements belong to unless it names its own.
    """

    path: str
    syntax: Syntax
    graph: IRI
    statements: tuple[Located, ...]
    lines: Lines = field(repr=False)
    prefixes: dict[str, str] = field(default_factory=dict)

    def place(self, offset: int) -> Place:
        """The place of a code point of this file."""
        return Place(self.path, *self.lines.at(offset))

    def quads(self) -> list[Quad]:
        """The file's statements, each in its named graph."""
        return [located.quad for located in self.statements]


def read_file(root: Path, path: Path, *, graph: IRI, base: str, scope: str) -> SourceFile:
    """Read one RDF file.

    Args:
        root: the publication.
        path: the file, inside it.
        graph: the named graph its statements go to, except those it gives a graph itself.
        base: what relative IRI references resolve against.
        scope: a prefix for its blank nodes, unlike any other file's.

    Raises:
        SourceSyntaxError: the file may not be read, or is not well-formed.
    """
    name = name_of(root, path)
    syntax = BY_EXTENSION[path.suffix[1:].lower()]
    text = read_text(root, path)
    lines = Lines(text)
    if syntax in {JSON_LD, RDF_XML}:
        _refuse_bombs(text, syntax, name, lines)
    quads = _judge(text, syntax, name, base)
    if syntax in {JSON_LD, RDF_XML}:
        found = tuple(_located_by_subject(quads, text, scope))
    else:
        try:
            found = tuple(turtle.read(text, base=base, scope=scope, lines=lines))
        except turtle.Unreadable as error:
            raise SourceSyntaxError(
                f"อ่านตรงนี้ไม่ได้: {error.reason}",
                f"cannot be read here: {error.reason}",
                Place(name, *lines.at(error.offset)),
            ) from error
        if len(found) != len(quads):  # the two readings must agree, or a place would lie
            raise SourceSyntaxError(
                "อ่านไฟล์ได้สองแบบไม่ตรงกัน โปรดแจ้งผู้พัฒนา",
                f"two readers found {len(quads)} and {len(found)} statements; please report it",
                Place(name, 1),
            )
    return SourceFile(name, syntax, graph, tuple(_in_graph(found, graph)), lines, _prefixes(text))


def _refuse_bombs(text: str, syntax: Syntax, name: str, lines: Lines) -> None:
    """Refuse what makes a parser swell: entity definitions, deep brackets."""
    if syntax is RDF_XML and (match := _DOCTYPE.search(text)):
        raise SourceSyntaxError(
            "ไม่รับ DOCTYPE หรือ ENTITY ใน RDF/XML โปรดลบออก",
            "a DOCTYPE or ENTITY is not accepted in RDF/XML: remove it",
            Place(name, *lines.at(match.start())),
        )
    if syntax is JSON_LD:
        depth = 0
        for match in re.finditer(r'"(?:[^"\\]++|\\.)*+(?:"|$)|[\[{]|[\]}]', text, re.DOTALL):
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(match[0], 0)
            if depth > MAX_JSON_DEPTH:
                raise SourceSyntaxError(
                    f"วงเล็บซ้อนกันลึกเกิน {MAX_JSON_DEPTH} ชั้น",
                    f"brackets nest deeper than {MAX_JSON_DEPTH}",
                    Place(name, *lines.at(match.start())),
                )


def _judge(text: str, syntax: Syntax, name: str, base: str) -> list[Quad]:
    try:
        return list(parse(text, format=syntax.engine, base_iri=base))
    except SyntaxError as error:
        raise SourceSyntaxError(
            f"ไวยากรณ์ {syntax.name} ผิด: {error.msg}",
            f"not well-formed {syntax.name}: {error.msg}",
            Place(name, error.lineno or 1, error.offset or 1),
        ) from error
    except (ValueError, MemoryError) as error:
        raise SourceSyntaxError(
            f"ไวยากรณ์ {syntax.name} ผิด: {error}",
            f"not well-formed {syntax.name}: {error}",
            Place(name, 1),
        ) from error


def _in_graph(found: tuple[Located, ...], graph: IRI) -> list[Located]:
    return [
        Located(
            Quad(quad.subject, quad.predicate, quad.object, graph),
            located.subject_at,
            located.predicate_at,
            located.object_at,
        )
        if isinstance((quad := located.quad).graph_name, DefaultGraph)
        else located
        for located in found
    ]


def _located_by_subject(quads: list[Quad], text: str, scope: str) -> list[Located]:
    """JSON-LD and RDF/XML: the first place that names the subject, else the file's beginning."""
    seen: dict[str, int] = {}

    def offset(term: object) -> int:
        if not isinstance(term, IRI):
            return 0
        if term.value not in seen:
            local = re.split(r"[/#]", term.value)[-1]
            at = text.find(f'"{term.value}"')
            seen[term.value] = max(0, at if at >= 0 else text.find(local) if local else 0)
        return seen[term.value]

    scoped = _scoper(scope)
    found = []
    for quad in quads:
        subject, predicate, value = statement(quad)
        at = offset(subject)
        graph = quad.graph_name
        found.append(
            Located(
                Quad(
                    scoped(subject),
                    predicate,
                    value if isinstance(value, Literal) else scoped(value),
                    graph if isinstance(graph, DefaultGraph) else scoped(graph),
                ),
                at,
                at,
                at,
            )
        )
    return found


def _scoper(scope: str) -> Callable[[Subject], Subject]:
    """Number a file's blank nodes in order of appearance."""
    numbers: dict[str, BlankNode] = {}

    def scoped(term: Subject) -> Subject:
        if isinstance(term, BlankNode):
            return numbers.setdefault(term.value, BlankNode(f"{scope}b{len(numbers)}"))
        return term

    return scoped


_PREFIX_LINE = re.compile(
    r"^[ \t]*(?:@prefix|PREFIX)[ \t]+([^\s:]*):[ \t]*<([^>\n]*)>", re.IGNORECASE | re.MULTILINE
)


def _prefixes(text: str) -> dict[str, str]:
    """The prefixes a Turtle file declares; dumps and pages use the same."""
    return dict(_PREFIX_LINE.findall(text))
