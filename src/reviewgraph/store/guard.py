"""What is looked at before a stranger's query reaches the engine: the text alone, no evaluation.

A courtesy and a first fence. It tells at once, with a place and a reason, what would otherwise
end at the deadline or with a dead worker, and it refuses SERVICE. The fence that has to hold is
the worker's own: it has no network, a memory limit and a deadline (``store.worker``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from reviewgraph.errors import QueryRefused, QueryTooLarge
from reviewgraph.store.limits import Limits
from reviewgraph.store.terminals import QuerySyntaxErrorAt, Token, decode, place_of, tokens

Form = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]
Kind = Literal["solutions", "boolean", "graph"]

_KINDS: dict[Form, Kind] = {
    "SELECT": "solutions",
    "ASK": "boolean",
    "CONSTRUCT": "graph",
    "DESCRIBE": "graph",
}


@dataclass(frozen=True, slots=True)
class Query:
    """A query that may be evaluated.

    ``text`` is what the engine is given. ``dataset`` tells that it has FROM clauses of its own,
    ``volatile`` that asking twice may well give two answers (NOW, RAND, UUID …).
    """

    text: str
    form: Form
    dataset: bool = False
    volatile: bool = False

    @property
    def kind(self) -> Kind:
        """What its result is."""
        return _KINDS[self.form]


_HIERARCHICAL = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*://")
_ODD = re.compile(r"['#()]")
_LETTERS = re.compile(r"[A-Za-z]+")

_FORMS: tuple[Form, ...] = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
_VOLATILE = ("RAND", "NOW", "UUID", "BNODE")
_STEPS = {"FILTER", "BIND", "UNION", "OPTIONAL", "MINUS", "EXISTS", "GRAPH", "LATERAL", "VALUES"}
_OPERATORS = {"!", "?", "+", "-", "*", "/", "|", "^", "&&", "||", "=", "!=", "<", ">", "<=", ">="}
_OPEN = {"(": ")", "[": "]", "{": "}", "<<": ">>", "{|": "|}"}
_CLOSE = set(_OPEN.values())
_OPERANDS = {"string", "iri", "variable", "language", "blank", "number", "name", "word"}
_MOST_BYTES_A_CHARACTER = 4
# The engine knows these only with their bracket right behind them.
_TIGHT = {"COALESCE", "CONCAT", "BNODE"}
GAP = re.compile(r"(?:COALESCE|CONCAT|BNODE)[ \t\r\n#]", re.IGNORECASE)
_FROM_PREFIX = re.compile(r"FROM(NAMED)?$")


def examine(text: str, limits: Limits) -> Query:
    """The query if it may be evaluated.

    Raises:
        QueryTooLarge: it is longer than ``limits.query_bytes``.
        QueryRefused: it is an update, calls SERVICE, or is nested or chained beyond the limits.
        QuerySyntaxErrorAt: its terminals cannot be told apart, or it has no query form.
    """
    check_size(text, limits)
    if "\\u" in text.lower() and any(token.kind == "escape" for token in tokens(text)):
        # SPARQL 1.1 19.2: escapes may spell any part of a query, keywords too. The engine decodes
        # them in strings and IRIs only, so where they stand elsewhere it is given the plain text.
        text = decode(text)
    return _Examination(text, limits).run()


def is_odd(iri: str) -> bool:
    """Whether an IRI could be a comparison with more behind it, to a reader who knows no better."""
    return bool(_ODD.search(iri)) and not _HIERARCHICAL.match(iri)


def check_size(text: str, limits: Limits) -> None:
    """Refuse a query that is too long to be looked at.

    Raises:
        QueryTooLarge: it is longer than ``limits.query_bytes``.
    """
    if len(text) * _MOST_BYTES_A_CHARACTER <= limits.query_bytes:
        return
    size = len(text.encode("utf-8", errors="surrogatepass"))
    if size > limits.query_bytes:
        raise QueryTooLarge(
            f"คำค้นยาว {size:,} ไบต์ เกินกำหนด {limits.query_bytes:,} ไบต์",
            f"the query has {size:,} bytes; {limits.query_bytes:,} are taken",
        )


class _Group:
    """A pair of brackets and the triple patterns in it; alternatives of UNION are not added up."""

    __slots__ = ("closed_by", "collection", "fresh", "joined", "last", "planned", "union")

    def __init__(
        self, closed_by: str, *, planned: bool, union: bool = False, collection: bool = False
    ) -> None:
        self.closed_by = closed_by
        # A CONSTRUCT template and a block of VALUES hold nothing to plan.
        self.planned = planned
        self.union = union
        # Each element of a collection is two triple patterns.
        self.collection = collection
        # A term that comes now begins a triple pattern.
        self.fresh = closed_by in ("}", "]", ">>", "|}")
        self.joined = 0
        self.last = 0

    def with_group(self, group: _Group, patterns: int) -> int:
        """The patterns of this group once ``group`` with its patterns is in it."""
        if group.union:
            return self.joined + max(self.last, patterns)
        return self.joined + self.last + patterns

    def take(self, group: _Group) -> None:
        if group.union:
            self.last = max(self.last, group.patterns)
        else:
            self.joined += self.last
            self.last = group.patterns

    @property
    def patterns(self) -> int:
        return self.joined + self.last


class _Examination:
    """One pass over the tokens of a query."""

    def __init__(self, text: str, limits: Limits) -> None:
        self.text = text
        self.limits = limits
        # Only then can anything be mistaken for it, or it for anything.
        lower = text.lower()
        self.service = "service" in lower
        self.clauses = "from" in lower
        self.form: Form | None = None
        self.dataset = False
        self.volatile = False
        self.operators = 0
        # The next brace opens a block of VALUES.
        self.values = False
        self.groups = [_Group("", planned=True)]
        # Where a function that wants its bracket at once ends, and where that bracket is.
        self.gaps: list[tuple[int, int]] = []

    def run(self) -> Query:
        before = Token("", "", 0)
        previous = Token("", "", 0)
        for token in tokens(self.text):
            self._name_before_group(before, previous, token)
            if token.kind == "iri":
                self._iri(previous, token)
            if token.kind == "mark":
                self._mark(previous, token)
            elif token.kind == "word":
                self._word(previous, token)
            else:
                if token.kind == "name":
                    self._word(previous, token)
                self._term(token)
            before, previous = previous, token
        if self.form is None:
            raise self._no_form(previous)
        return Query(self._without_gaps(), self.form, self.dataset, self.volatile)

    def _without_gaps(self) -> str:
        """The query with brackets moved to the functions that need them right behind them.

        What stood between comes after the bracket: places in error messages stay right.
        """
        text = self.text
        for end, bracket in self.gaps:
            text = f"{text[:end]}({text[end:bracket]}{text[bracket + 1 :]}"
        return text

    def _word(self, previous: Token, token: Token) -> None:
        """Keywords. The engine wants no space between them: ``ASKWHERE{}`` is a query to it."""
        word, colon, _ = token.text.partition(":")
        word = word.upper()
        if self.form is None:
            self._first_words(previous, token, word)
        elif len(self.groups) == 1 and (
            "FROM" in word if not colon else self.form != "DESCRIBE" and _FROM_PREFIX.search(word)
        ):
            self.dataset = True
        if colon:
            return
        letters = set(_LETTERS.findall(word))
        if self.service and "SERVICE" in word:
            raise self._service(token)
        if letters & _STEPS:
            self._count_operator(token)
            self.values = "VALUES" in letters
        if word.rstrip(".") in ("A", "TRUE", "FALSE"):
            self._term(token)
        else:
            self.groups[-1].fresh = False
        # ``ORDER BYRAND()`` is taken as well.
        self.volatile = self.volatile or any(each.endswith(_VOLATILE) for each in letters)

    def _first_words(self, previous: Token, token: Token, word: str) -> None:
        declared = previous.kind == "word" and previous.text.upper() == "PREFIX"
        if declared or word.startswith(("PREFIX", "BASE", "VERSION")):
            return
        for form in _FORMS:
            if word.startswith(form):
                self.form = form
                self.dataset = "FROM" in word and token.kind == "word"
                return
        if word.startswith(_UPDATES):
            raise QueryRefused(
                f"ที่นี่อ่านได้อย่างเดียว ไม่รับคำสั่ง {word} (SPARQL Update)",
                f"this endpoint is read-only: it takes no {word} (SPARQL Update)",
            )
        raise self._no_form(token)

    def _mark(self, previous: Token, token: Token) -> None:
        mark = token.text
        group = self.groups[-1]
        if mark in _OPEN:
            self._open(previous, token)
        elif mark in _CLOSE:
            self._close(mark)
        elif mark == ".":
            group.fresh = group.closed_by != ")"
        elif mark == ";" or (mark == "," and group.closed_by != ")"):
            self._count_pattern(token)
        elif mark in _OPERATORS:
            self._count_operator(token)
            if mark == "/" and group.closed_by != ")":
                self._count_pattern(token)

    def _open(self, previous: Token, token: Token) -> None:
        parent = self.groups[-1]
        word = previous.text.upper() if previous.kind == "word" else ""
        round_one = token.text == "("
        end = previous.start + len(previous.text)
        if round_one and word in _TIGHT and end < token.start:
            self.gaps.append((end, token.start))
        if not round_one and token.text != "{":
            self._term(token)
        data = token.text == "{" and (word == "CONSTRUCT" or self.values)
        self.values = self.values and token.text == "("
        group = _Group(
            _OPEN[token.text],
            planned=parent.planned and not data,
            union=word == "UNION",
            collection=round_one
            and not word
            and (parent.collection or parent.closed_by in ("}", "]")),
        )
        # What follows ``FILTER (…)`` begins a pattern, what follows ``?s (:p|:q)`` does not.
        parent.fresh = (token.text == "{" or bool(word)) and parent.closed_by == "}"
        self.groups.append(group)
        if len(self.groups) - 1 > self.limits.depth:
            raise self._too_much("วงเล็บซ้อนกันลึก", "brackets are nested deeper than", "depth", token)

    def _close(self, mark: str) -> None:
        # What does not match is for the engine to tell, which knows what was expected.
        if len(self.groups) > 1 and self.groups[-1].closed_by == mark:
            group = self.groups.pop()
            self.groups[-1].take(group)

    def _term(self, token: Token) -> None:
        group = self.groups[-1]
        if group.fresh or group.collection:
            group.fresh = False
            self._count_pattern(token)
        # A name or label does not end in a dot: the dot ends a triple pattern.
        if token.kind in ("name", "blank", "word") and token.text.endswith("."):
            group.fresh = group.closed_by == "}"

    def _count_pattern(self, token: Token) -> None:
        group = self.groups[-1]
        if not group.planned:
            return
        group.joined += 1
        joined = group.patterns
        for parent in reversed(self.groups[:-1]):
            joined = parent.with_group(group, joined)
            group = parent
        if joined > self.limits.patterns:
            raise self._too_much(
                "รูปแบบข้อความสามส่วนที่เชื่อมกันมี",
                "the triple patterns joined are more than",
                "patterns",
                token,
            )

    def _count_operator(self, token: Token) -> None:
        self.operators += 1
        if self.operators > self.limits.operators:
            raise self._too_much("ตัวดำเนินการมี", "the operators are more than", "operators", token)

    def _name_before_group(self, before: Token, name: Token, token: Token) -> None:
        """``SERVICE:x {``: the engine reads a keyword and ``:x`` where terminals make one name."""
        if (
            self.service
            and token.text in ("{", "{|")
            and name.kind == "name"
            and "SERVICE" in name.text.partition(":")[0].upper()
            and not (before.kind == "word" and before.text.upper() == "GRAPH")
        ):
            raise self._service(name)

    def _iri(self, previous: Token, token: Token) -> None:
        """``(1<2)SERVICE#>``: an IRI by the terminals, a comparison and a comment to the engine.

        It takes a quote, a hash or a bracket to hide something so, and no IRI that has ``//``
        after its scheme can be read as a comparison.
        """
        if (
            self.form is None
            or not is_odd(token.text)
            or not (
                previous.text == "<"
                or (
                    self.groups[-1].closed_by == ")"
                    and (previous.kind in _OPERANDS or previous.text in (")", "]", "}"))
                )
            )
        ):
            return
        letters = _LETTERS.findall(token.text.upper())
        self.volatile = self.volatile or any(each.endswith(_VOLATILE) for each in letters)
        # A bracket that is not seen puts FROM into another place than it is in.
        bracket = "(" in token.text or ")" in token.text
        if self.service or (self.clauses and bracket):
            raise QueryRefused(
                f"{token.text} อ่านได้ทั้งเป็น IRI และเป็นการเปรียบเทียบ โปรดเว้นวรรคหลัง < หรือใช้ IRI เต็ม",
                f"{token.text} can be read as an IRI and as a comparison: put a space after the "
                "sign, or write the IRI in full",
            )

    def _service(self, token: Token) -> QueryRefused:
        place = place_of(self.text, token.start)
        return QueryRefused(
            f"ที่นี่ไม่ส่งคำค้นต่อไปยังที่อื่น: ใช้ SERVICE ไม่ได้ (บรรทัด {place.line} คอลัมน์ {place.column})",
            "this endpoint asks no other: SERVICE is not allowed "
            f"(line {place.line}, column {place.column})",
        )

    def _no_form(self, token: Token) -> QuerySyntaxErrorAt:
        return QuerySyntaxErrorAt(
            "ต้องเป็น SELECT, ASK, CONSTRUCT หรือ DESCRIBE",
            "expected SELECT, ASK, CONSTRUCT or DESCRIBE",
            place_of(self.text, token.start),
            _FORMS,
        )

    def _too_much(self, th: str, en: str, limit: str, token: Token) -> QueryRefused:
        most = getattr(self.limits, limit)
        place = place_of(self.text, token.start)
        return QueryRefused(
            f"คำค้นซับซ้อนเกินไป: {th}เกิน {most:,} (บรรทัด {place.line})",
            f"the query is too complex: {en} {most:,} (line {place.line})",
        )
