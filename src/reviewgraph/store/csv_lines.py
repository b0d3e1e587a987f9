"""SPARQL 1.1 Query Results CSV, made from the engine's TSV as it is written.

The engine's own CSV leaves a comma in an IRI unquoted. Its TSV (section 4 of the same
recommendation) tells terms apart, and rewriting it takes a tenth of what reading the solutions
one by one would.
"""

from __future__ import annotations

import re
from typing import Protocol

_QUOTED = re.compile(r'[",\r\n]')
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)")
_CHARACTERS = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f", '"': '"', "\\": "\\"}


class Sink(Protocol):
    """What takes bytes, one piece after the other."""

    def write(self, data: bytes, /) -> int:
        """Take the bytes."""


class CsvLines:
    """Takes the bytes of a TSV document, and writes a CSV document to ``body``."""

    def __init__(self, body: Sink) -> None:
        self._body = body
        self._rest = b""
        self._header = True

    def write(self, data: bytes) -> int:
        """Take the bytes."""
        lines = (self._rest + data).split(b"\n")
        self._rest = lines.pop()
        if lines and self._header:
            self._header = False
            names = lines.pop(0).decode().split("\t")
            self._body.write((",".join(name[1:] for name in names) + "\r\n").encode())
        if lines:
            text = "".join(
                ",".join(map(_cell, line.split("\t"))) + "\r\n"
                for line in b"\n".join(lines).decode().split("\n")
            )
            self._body.write(text.encode())
        return len(data)

    def flush(self) -> None:
        """Nothing: a document ends with a line's end."""


def _cell(term: str) -> str:
    """The value of a term in Turtle syntax, quoted where RFC 4180 wants it."""
    first = term[:1]
    if first == "<" and term[:2] != "<<":
        value = term[1:-1]
        return f'"{value}"' if "," in value else value
    if first == '"':
        value = term[1 : term.rindex('"')]
        if "\\" in value:
            value = _ESCAPE.sub(_character, value)
    else:  # a number, a truth value, a blank node, a triple term, or nothing
        value = term
    if _QUOTED.search(value):
        return '"' + value.replace('"', '""') + '"'
    return value


def _character(match: re.Match[str]) -> str:
    code = match[1]
    if code[0] in "uU" and len(code) > 1:
        return chr(int(code[1:], 16))
    return _CHARACTERS.get(code, code)
