"""The terminals of a SPARQL query: where a keyword is a keyword, and not part of a name.

SPARQL 1.1 (19.8), with what SPARQL 1.2 adds as far as the engine knows it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import NamedTuple

from reviewgraph.errors import Place, QuerySyntaxError


class QuerySyntaxErrorAt(QuerySyntaxError):
    """Not SPARQL, and where: ``place_in_query`` is 1-based and counted in code points."""

    def __init__(self, th: str, en: str, place: Place, expected: tuple[str, ...] = ()) -> None:
        super().__init__(
            f"คำค้น SPARQL ผิดไวยากรณ์ที่บรรทัด {place.line} คอลัมน์ {place.column}: {th}",
            f"not SPARQL, line {place.line}, column {place.column}: {en}",
        )
        self.th = th
        self.en = en
        self.place_in_query = place
        self.expected = expected


class Token(NamedTuple):
    """A terminal: ``kind`` is the name of its group in the expression below."""

    kind: str
    text: str
    start: int


# Quantifiers are possessive and groups atomic, so that no text makes the matching slower than
# linear. (Python has possessive quantifiers of groups right only from 3.11.5 on.)
_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = rf"{_BASE}_0-9\u00b7\u0300-\u036f\u203f-\u2040"
_LOCAL_ESCAPE = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_UCHAR = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_IRI = rf'<(?>(?:[^\x00-\x20<>"{{}}|^`\\]++|{_UCHAR})*)>'
_TERMINALS = re.compile(
    rf"""
    (?P<space>(?>(?:[ \t\r\n]++|\#[^\r\n]*+)+))
  | (?P<string>'''(?>(?:[^'\\]++|\\.|'(?!''))*)'{{3}}
             |\"\"\"(?>(?:[^\"\\]++|\\.|\"(?!\"\"))*)\"{{3}}
             |(?!''')'(?>(?:[^'\\\r\n]++|\\.)*)'
             |(?!\"\"\")\"(?>(?:[^\"\\\r\n]++|\\.)*)\")
  | (?P<iri>{_IRI})
  | (?P<variable>[?$][{_NAME}]++)
  | (?P<language>@[A-Za-z]++(?>(?:--?[A-Za-z0-9]++)*))
  | (?P<blank>_:[{_NAME}][{_NAME}.\-]*+)
  | (?P<number>(?>[0-9]++(?:\.[0-9]++)?|\.[0-9]++)(?>(?:[eE][+-]?[0-9]++)?))
  | (?P<name>(?:[{_BASE}][{_NAME}.\-]*+)?:(?>(?:(?:[{_NAME}:]|{_LOCAL_ESCAPE})
             (?:[{_NAME}:.\-]++|{_LOCAL_ESCAPE})*)?))
  | (?P<word>[{_BASE}][{_NAME}.\-]*+)
  | (?P<escape>{_UCHAR})
  | (?P<mark><<|>>|\{{\||\|\}}|&&|\|\||\^\^|[<>!]=|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ANY_IRI = re.compile(_IRI)
_SURROGATES = range(0xD800, 0xE000)
_ESCAPES = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|.)", re.DOTALL)


def place_of(text: str, index: int) -> Place:
    """Line and column of a position in the query."""
    lines = text[:index].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return Place("query", len(lines), len(lines[-1]) + 1)


def tokens(text: str) -> Iterator[Token]:
    """The terminals in order, space and comments left out.

    Raises:
        QuerySyntaxErrorAt: a string is not closed.
    """
    position = 0
    while position < len(text):
        match = _TERMINALS.match(text, position)
        if match is None:  # every character is at least a mark
            raise AssertionError(position)
        kind, value = match.lastgroup or "", match.group()
        if kind == "mark" and value in "'\"":
            raise QuerySyntaxErrorAt(
                "ข้อความที่เริ่มตรงนี้ไม่มีเครื่องหมายปิด",
                "the string that begins here is not closed",
                place_of(text, position),
            )
        if value == "<<" and _ANY_IRI.match(text, position + 1):
            value = "<"  # ``1<<http://…>``: a comparison with an IRI
        if kind != "space":
            yield Token(kind, value, position)
        position += len(value)


def decode(text: str) -> str:
    """The query with its codepoint escapes resolved (SPARQL 1.1 19.2).

    Raises:
        QuerySyntaxErrorAt: one stands for no character.
    """

    def character(match: re.Match[str]) -> str:
        digits = match[1] or match[2]
        if not digits:
            return match[0]
        code = int(digits, 16)
        if code in _SURROGATES or code > sys.maxunicode:
            raise QuerySyntaxErrorAt(
                f"{match[0]} ไม่ใช่อักขระยูนิโคด",
                f"{match[0]} is no Unicode character",
                place_of(text, match.start()),
            )
        return chr(code)

    return _ESCAPES.sub(character, text)
