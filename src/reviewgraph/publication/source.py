"""One file of the publication: judged by Oxigraph, read with the place of every statement."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pyoxigraph import parse

from reviewgraph.errors import Place, SourceSyntaxError
from reviewgraph.publication import turtle
from reviewgraph.publication.lines import Lines, Located
from reviewgraph.publication.reading import name_of, read_text, signature
from reviewgraph.rdf.canonical import sha256
from reviewgraph.rdf.formats import BY_EXTENSION, JSON_LD, RDF_XML, Syntax
from reviewgraph.rdf.namespaces import ADMS
from reviewgraph.rdf.terms import (
    IRI,
    BlankNode,
    DefaultGraph,
    Literal,
    Quad,
    Statement,
    Subject,
    Term,
    Triple,
    statement,
)

STATUS = IRI(str(ADMS.status))
MAX_JSON_DEPTH = 100
"""Oxigraph recurses on JSON: 32 KB of brackets would end the process."""

_DOCTYPE = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class SourceFile:
    """A file that was read.

    ``path`` is relative to the publication and has forward slashes; ``graph`` is the name of the
    graph that its statements belong to unless it names its own. ``signature`` tells whether the
    file has been written to since, ``digest`` (the SHA-256 of its text) whether it says the same.
    """

    path: str
    syntax: Syntax
    graph: IRI
    statements: tuple[Located, ...]
    lines: Lines = field(repr=False)
    prefixes: dict[str, str] = field(default_factory=dict)
    signature: tuple[int, ...] = ()
    digest: str = ""

    @cached_property
    def about(self) -> dict[Term, list[int]]:
        """By subject, where among the statements it is spoken of; made when first asked for."""
        found: dict[Term, list[int]] = {}
        for number, located in enumerate(self.statements):
            found.setdefault(located.subject, []).append(number)
        return found

    @cached_property
    def graphs(self) -> frozenset[Subject | DefaultGraph]:
        """Every graph that the file writes into, its own among them."""
        return frozenset({self.graph, *(located.graph for located in self.statements)})

    @cached_property
    def statuses(self) -> tuple[Located, ...]:
        """The statements whose predicate is ``adms:status``."""
        return tuple(located for located in self.statements if located.predicate == STATUS)

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
    written: tuple[int, ...] = ()
    with suppress(OSError):  # taken first: what is written meanwhile is read again
        written = signature(path)
    text = read_text(root, path)
    lines = Lines(text)
    if syntax in {JSON_LD, RDF_XML}:
        _refuse_bombs(text, syntax, name, lines)
    try:
        if syntax in {JSON_LD, RDF_XML}:
            quads = list(judge(text, syntax, name, base))
            count, found = len(quads), _located(quads, text, syntax, base, scope)
            found = _in_graph(found, graph)
        else:
            count = sum(1 for _ in judge(text, syntax, name, base))
            found = list(turtle.read(text, base=base, scope=scope, lines=lines, graph=graph))
    except turtle.Unreadable as error:
        raise SourceSyntaxError(
            f"อ่านตรงนี้ไม่ได้: {error.reason}",
            f"cannot be read here: {error.reason}",
            Place(name, *lines.at(error.offset)),
        ) from error
    if len(found) != count:  # the two readings must agree, or a place would lie
        raise SourceSyntaxError(
            "อ่านไฟล์ได้สองแบบไม่ตรงกัน โปรดแจ้งผู้พัฒนา",
            f"two readers found {count} and {len(found)} statements; please report it",
            Place(name, 1),
        )
    return SourceFile(
        name, syntax, graph, tuple(found), lines, _prefixes(text), written, sha256(text.encode())
    )


def read_statements(root: Path, path: Path, base: str) -> Iterator[Statement]:
    """What a file says, without places: a third of the time, where nobody will ask for a line.

    Raises:
        SourceSyntaxError: the file may not be read, or is not well-formed.
    """
    name = name_of(root, path)
    syntax = BY_EXTENSION[path.suffix[1:].lower()]
    text = read_text(root, path)
    _refuse_bombs(text, syntax, name, Lines(text))
    return map(statement, judge(text, syntax, name, base))


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
        for match in re.finditer(r'"(?>(?:[^"\\]++|\\.)*)(?:"|$)|[\[{]|[\]}]', text, re.DOTALL):
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(match[0], 0)
            if depth > MAX_JSON_DEPTH:
                raise SourceSyntaxError(
                    f"วงเล็บซ้อนกันลึกเกิน {MAX_JSON_DEPTH} ชั้น",
                    f"brackets nest deeper than {MAX_JSON_DEPTH}",
                    Place(name, *lines.at(match.start())),
                )


def judge(text: str, syntax: Syntax, name: str, base: str) -> Iterator[Quad]:
    """What the engine reads in a text: it alone decides what is well-formed.

    Raises:
        SourceSyntaxError: the text is not; ``name`` is the file's, for the place.
    """
    try:
        yield from parse(text, format=syntax.engine, base_iri=base)
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


def _in_graph(found: list[Located], graph: IRI) -> list[Located]:
    return [
        located._replace(graph=graph) if isinstance(located.graph, DefaultGraph) else located
        for located in found
    ]


def _located(quads: list[Quad], text: str, syntax: Syntax, base: str, scope: str) -> list[Located]:
    """JSON-LD and RDF/XML: what the engine read, each where the text says it."""
    if syntax is JSON_LD:
        from reviewgraph.publication.jsonld_places import locate  # noqa: PLC0415 - few files need it
    else:
        from reviewgraph.publication.rdfxml_places import locate  # noqa: PLC0415 - likewise

    scoped = _scoper(scope)
    found = []
    for quad, at in zip(quads, locate(text, base, quads), strict=True):
        subject, predicate, value = statement(quad)
        if isinstance(quad.object, Triple):
            raise turtle.Unreadable("RDF 1.2 syntax is not supported", at.predicate)
        graph = quad.graph_name
        found.append(
            Located(
                scoped(subject),
                predicate,
                value if isinstance(value, Literal) else scoped(value),
                graph if isinstance(graph, DefaultGraph) else scoped(graph),
                *at,
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
