"""JSON with the place of every value.

The engine has judged the text before, so what is no JSON only has to end the reading.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TypeAlias

_TOKEN = re.compile(
    r'"([^"\\]*+)"'  # a string without escapes
    r'|"(?>(?:[^"\\]++|\\.)*)"'
    r"|[{}\[\]]"
    r'|[^\s{}\[\]:,"]+',
    re.DOTALL,
)
"""What matters of a text that is known to be JSON: commas and colons say nothing more."""


@dataclass(slots=True)
class Object:
    """An object: each member's key, the key's place, and the value, repeated keys too."""

    at: int
    members: list[tuple[str, int, Json]] = field(default_factory=list)


@dataclass(slots=True)
class Array:
    """An array and what is in it."""

    at: int
    items: list[Json] = field(default_factory=list)


@dataclass(slots=True)
class Text:
    """A string, at its opening quotation mark."""

    at: int
    value: str


@dataclass(slots=True)
class Atom:
    """A number, ``true``, ``false`` or ``null``, as written."""

    at: int
    value: str


Json: TypeAlias = Object | Array | Text | Atom


def scan(text: str) -> Json:
    """Read a text that is known to be JSON.

    Raises:
        ValueError: it is no JSON after all.
    """
    top = Array(0)
    waiting: list[Object | Array] = []
    inside: Object | Array = top
    key: tuple[str, int] | None = None
    for match in _TOKEN.finditer(text):
        if match[0] in {"}", "]"}:
            if not waiting:
                raise ValueError(match.start())
            inside = waiting.pop()
            continue
        value = _value(match)
        if isinstance(inside, Array):
            inside.items.append(value)
        elif key is None:
            key = (value.value, value.at) if isinstance(value, Text) else ("", value.at)
        else:
            inside.members.append((*key, value))
            key = None
        if isinstance(value, Object | Array):
            waiting.append(inside)
            inside = value
    if len(top.items) != 1:
        raise ValueError(len(text))
    return top.items[0]


def _value(match: re.Match[str]) -> Json:
    """The value that a token is, or that it opens."""
    at, mark = match.start(), match[0][0]
    if mark == '"':
        return Text(at, match[1] if match.lastindex else json.loads(match[0], strict=False))
    if mark == "{":
        return Object(at)
    return Array(at) if mark == "[" else Atom(at, match[0])
