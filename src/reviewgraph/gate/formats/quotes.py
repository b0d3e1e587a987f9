"""The lines that a report speaks of, quoted with a run of carets under the word at fault."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from reviewgraph.errors import Place, ReviewgraphError, printable
from reviewgraph.publication.folder import Publication
from reviewgraph.publication.reading import read_text

_WIDEST = 300
_BEFORE = 80
"""Of a line that is too long to print, this much before the place is shown."""

# The terms of the Turtle grammar (section 6.5), read leniently: a file in error is quoted too.
_STRING = (
    r'"""(?:[^"\\]|\\.|"(?!""))*(?:"""|$)'
    r"|'''(?:[^'\\]|\\.|'(?!''))*(?:'''|$)"
    r'|"(?:[^"\\]|\\.)*"?'
    r"|'(?:[^'\\]|\\.)*'?"
)
_TOKEN = re.compile(
    rf"""<[^<>\s]*>?
    | (?:{_STRING})(?:@[A-Za-z]+(?:-[A-Za-z0-9]+)*|\^\^(?:<[^<>\s]*>?|[^\s;,()\[\]{{}}"'<>]+))?
    | [^\s;,()\[\]{{}}"'<>]+
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Quote:
    """A line fit to be shown: ``before``, the ``word`` at the place, and what comes ``after``."""

    number: int
    before: str
    word: str
    after: str

    @property
    def text(self) -> str:
        """The line."""
        return self.before + self.word + self.after

    @property
    def indent(self) -> str:
        """Blanks as wide as ``before``: tabs stay tabs, for nobody knows how wide they are."""
        return "".join("\t" if c == "\t" else " " * _width(c) for c in self.before)

    @property
    def carets(self) -> str:
        """Carets as wide as the word."""
        return "^" * max(1, sum(map(_width, self.word)))


class Quotes:
    """Lines of a publication's files; each file is read once."""

    def __init__(self, publication: Publication | None) -> None:
        self._publication = publication
        self._texts: dict[str, list[str]] = {}

    def at(self, place: Place) -> Quote | None:
        """The line of a place; nothing if it cannot be read."""
        if self._publication is None:
            return None
        lines = self._lines(place.file, self._publication)
        if not 1 <= place.line <= len(lines):
            return None
        line = lines[place.line - 1].rstrip("\r")
        at = min(max(0, place.column - 1), len(line))
        end = at + len(_word(line, at))
        start, stop = 0, len(line)
        if len(line) > _WIDEST:
            start = max(0, at - _BEFORE)
            stop = min(len(line), start + _WIDEST)
        return Quote(
            place.line,
            ("…" if start else "") + printable(line[start:at]),
            printable(line[at : min(end, stop)]),
            printable(line[min(end, stop) : stop]) + ("…" if stop < len(line) else ""),
        )

    def _lines(self, name: str, publication: Publication) -> list[str]:
        if name not in self._texts:
            text = _text(name, publication)
            self._texts[name] = [] if text is None else text.split("\n")
        return self._texts[name]


def _text(name: str, publication: Publication) -> str | None:
    try:
        return read_text(publication.root, publication.root / name)
    except (ReviewgraphError, ValueError):  # a file that may not be read is not quoted either
        return None


def _word(line: str, at: int) -> str:
    """The term that begins here; one that goes on below ends with the line."""
    match = _TOKEN.match(line, at)
    if match is None:
        return line[at : at + 1]
    word = match[0]
    # A full stop that ends the statement belongs to no name or number.
    return word.rstrip(".") or word if word[0] not in "<\"'" else word


def _width(character: str) -> int:
    """How many columns a terminal gives it: Thai vowels and tone marks above or below take none."""
    if unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
