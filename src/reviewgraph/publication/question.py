"""Competency questions: one ``.rq`` file each, its titles in the header, its answer beside it.

A header line begins with ``#+``, as in grlc, so that the file stays a plain SPARQL query::

    #+ id: Q12
    #+ title@th: วันใดบ้าง…
    #+ title@en: On which days …?
    #+ empty@en: What an empty result means.
    #+ param theme: <https://example.org/id/theme/x>
    #+ param theme title@en: Theme
    #+ as: bars

``as`` is how the answer is shown where it is read: see ``LAYOUTS``. ``NAME.expected.tsv`` holds the
expected solutions in the SPARQL 1.1 TSV format. Views have the same header: see ``view``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, parse, parse_query_results

from reviewgraph.errors import Place, SourceSyntaxError
from reviewgraph.publication.reading import name_of, read_bytes, read_text
from reviewgraph.rdf.terms import Term, statement

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_PARAM = re.compile(r"^param\s+(?P<name>\w+)(?:\s+title@(?P<lang>[\w-]+))?$")
_WORDS = re.compile(r"^(?P<kind>title|description|empty)@(?P<lang>[\w-]+)$")

LAYOUTS = ("table", "facts", "list", "cards", "timeline", "network", "bars")
"""How an answer may be shown.

``table`` and ``facts`` (a row's columns below one another), ``list`` and ``cards`` (a thing each,
with what is said of it) are words; ``timeline`` (the columns ``start`` and ``end``), ``network``
(things of neighbouring columns belong together) and ``bars`` (a name and the first number of each
row) are pictures.
"""

Row = tuple[Term | None, ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A variable that the one who asks may give a value; ``default`` is used otherwise."""

    name: str
    default: Term
    titles: dict[str, str]


@dataclass(frozen=True, slots=True)
class Expected:
    """The solutions a question must have on this publication's own data."""

    path: str
    variables: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A competency question.

    ``empty`` says, by language, what it means when nothing is found: that there is none, or that
    it is not known. ``ordered`` is whether the order of the solutions is part of the answer.
    """

    name: str
    path: str
    id: str
    query: str
    titles: dict[str, str]
    descriptions: dict[str, str]
    empty: dict[str, str]
    parameters: tuple[Parameter, ...]
    expected: Expected | None = field(default=None)
    layout: str = LAYOUTS[0]

    @property
    def ordered(self) -> bool:
        """Whether the query orders its solutions."""
        return re.search(r"\bORDER\s+BY\b", self.query, re.IGNORECASE) is not None


def read_question(root: Path, path: Path) -> Question:
    """Read a question and its expected answer.

    Raises:
        SourceSyntaxError: a header line that cannot be understood, no title, or an expected
            answer that is not SPARQL TSV.
    """
    header = Header.read(root, path)
    if header.others:
        raise not_understood(*header.others[0])
    return replace(header.question, expected=_expected(root, path))


@dataclass(frozen=True, slots=True)
class Header:
    """What the header of a query file says: a question, and lines of other kinds.

    ``others`` are those lines with their place, each split at its first colon.
    """

    question: Question
    others: tuple[tuple[str, str, Place], ...]

    @classmethod
    def read(cls, root: Path, path: Path) -> Header:
        """Read the file.

        Raises:
            SourceSyntaxError: its name is no address, a line says what cannot be, or it has no
                title.
        """
        name = name_of(root, path)
        if not _NAME.fullmatch(path.stem):
            raise SourceSyntaxError(
                "ชื่อไฟล์คำถามใช้ได้เฉพาะ a-z 0-9 - และ _ เพราะเป็นที่อยู่บนเว็บด้วย",
                "a question's file name may have a-z, 0-9, - and _ only: it is an address too",
                Place(name, 1),
            )
        query = read_text(root, path)
        words: dict[str, dict[str, str]] = {"title": {}, "description": {}, "empty": {}}
        defaults: dict[str, Term] = {}
        titles: dict[str, dict[str, str]] = {}
        single = {"id": path.stem, "as": LAYOUTS[0]}
        others = []
        for key, value, place in _lines(query, name):
            if match := _WORDS.match(key):
                words[match["kind"]][match["lang"]] = value
            elif match := _PARAM.match(key):
                if match["lang"]:
                    titles.setdefault(match["name"], {})[match["lang"]] = value
                else:
                    defaults[match["name"]] = read_term(value, place)
            elif key in single:
                single[key] = value
                if single["as"] not in LAYOUTS:
                    raise _no_layout(value, place)
            else:
                others.append((key, value, place))
        if not words["title"]:
            raise SourceSyntaxError(
                "คำถามไม่มีชื่อ โปรดเพิ่มบรรทัด #+ title@th: …",
                "the question has no title: add a line '#+ title@en: …'",
                Place(name, 1),
            )
        question = Question(
            name=path.stem,
            path=name,
            id=single["id"],
            query=query,
            titles=words["title"],
            descriptions=words["description"],
            empty=words["empty"],
            parameters=tuple(
                Parameter(variable, default, titles.get(variable, {}))
                for variable, default in defaults.items()
            ),
            layout=single["as"],
        )
        return cls(question, tuple(others))


def not_understood(key: str, value: str, place: Place) -> SourceSyntaxError:
    """The error for a header line that nobody knows."""
    return SourceSyntaxError(
        f"ไม่รู้จักบรรทัดหัวนี้: #+ {key}: {value}",
        f"this header line is not understood: #+ {key}: {value}",
        place,
    )


def _lines(query: str, name: str) -> Iterator[tuple[str, str, Place]]:
    for number, line in enumerate(query.splitlines(), start=1):
        if line.startswith("#+"):
            key, _, value = (part.strip() for part in line[2:].partition(":"))
            yield key, value, Place(name, number)


def _no_layout(value: str, place: Place) -> SourceSyntaxError:
    known = ", ".join(LAYOUTS)
    return SourceSyntaxError(
        f"ไม่รู้จักวิธีแสดง {value} ใช้ได้: {known}",
        f"there is no layout {value}; there are {known}",
        place,
    )


def with_values(query: str, values: Mapping[str, Term]) -> str:
    """The query with values for some of its variables, as a VALUES clause at its end.

    Terms are written by the engine, so a value cannot become a part of the query.
    """
    if not values:
        return query
    names = " ".join(f"?{name}" for name in values)
    terms = " ".join(str(term) for term in values.values())
    return f"{query}\nVALUES ({names}) {{ ({terms}) }}\n"


def read_term(text: str, place: Place) -> Term:
    """One term in Turtle syntax: ``<iri>``, ``"text"@th``, ``42``.

    Raises:
        SourceSyntaxError: it is not one.
    """
    try:
        quads = list(parse(f"<x:s> <x:p> {text} .", format=RdfFormat.TURTLE))
    except SyntaxError as error:
        quads = []
        reason = error.msg
    else:
        reason = "one term is expected"
    if len(quads) != 1:
        raise SourceSyntaxError(
            f"ไม่ใช่ค่าแบบ Turtle: {text} ({reason})",
            f"not a term in Turtle syntax: {text} ({reason})",
            place,
        )
    return statement(quads[0])[2]


def _expected(root: Path, path: Path) -> Expected | None:
    file = path.with_name(path.stem + ".expected.tsv")
    if not file.exists():
        return None
    shown = name_of(root, file)
    content = read_bytes(root, file)
    try:
        results = parse_query_results(content, format=QueryResultsFormat.TSV)
        solutions = results if isinstance(results, QuerySolutions) else ()
        variables = tuple(v.value for v in getattr(results, "variables", ()))
        rows = tuple(tuple(solution) for solution in solutions)
    except SyntaxError as error:
        raise SourceSyntaxError(
            f"คำตอบที่คาดไว้ไม่ใช่ SPARQL TSV: {error.msg}",
            f"the expected answer is not SPARQL TSV: {error.msg}",
            Place(shown, error.lineno or 1),
        ) from error
    if not variables:
        raise SourceSyntaxError(
            "คำตอบที่คาดไว้ว่างเปล่า บรรทัดแรกต้องเป็นชื่อคอลัมน์ เช่น ?name",
            "the expected answer is not SPARQL TSV: its first line must name the columns",
            Place(shown, 1),
        )
    return Expected(shown, variables, rows)
