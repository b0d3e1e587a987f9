"""Digests of graphs that do not depend on the order in which their statements come.

The SHA-256 of each line is a number; a graph's digest is their sum. Two sets of lines with one sum
and one count are the same set, as far as anybody can make out (M. Bellare and D. Micciancio, "A new
paradigm for collision-free hashing: incrementality at reduced cost", EUROCRYPT 1997: AdHash).

There are two sums: of lines as they are, and of lines with numbers, years and truth values written
in one way (XML Schema 1.1 part 2, section 4.2.2). Engines that keep values and not their spelling
(of ``1.50`` comes back ``1.5``) have the second in common with what was sent.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from rdflib.namespace import XSD

from reviewgraph.rdf.terms import IRI, Literal, Statement
from reviewgraph.store.remote.versions import line_of

_MODULUS: Final = 1 << 256
_ZEROS: Final = re.compile(r"^(-?)0+(?=[0-9])", re.ASCII)
_TRUTH: Final = {"1": "true", "0": "false"}


def _whole(text: str) -> str:
    return str(int(text))


def _decimal(text: str) -> str:
    return format(Decimal(text).normalize(), "f")


def _float(text: str) -> str:
    return repr(float(text))


_WRITERS: Final[dict[str, Callable[[str], str]]] = {
    str(XSD.boolean): lambda text: _TRUTH.get(text, text),
    str(XSD.gYear): lambda text: _ZEROS.sub(r"\1", text),
    str(XSD.decimal): _decimal,
    str(XSD.double): _float,
    str(XSD.float): _float,
    **{
        str(kind): _whole
        for kind in (
            *(XSD.integer, XSD.int, XSD.long, XSD.short, XSD.byte),
            *(XSD.nonNegativeInteger, XSD.positiveInteger, XSD.unsignedInt, XSD.unsignedLong),
        )
    },
}


@dataclass(slots=True)
class Digest:
    """How many statements there were, and their two sums."""

    count: int = 0
    exact: int = 0
    by_value: int = 0

    def add(self, told: Statement, base: str = "") -> bytes:
        """Count one more statement in, and give the line that it is."""
        line = line_of(told, base)
        number = _number(line)
        subject, predicate, value = told
        plain = _plain(value) if isinstance(value, Literal) else value
        self.count += 1
        self.exact = (self.exact + number) % _MODULUS
        if plain is not value:
            number = _number(line_of((subject, predicate, plain), base))
        self.by_value = (self.by_value + number) % _MODULUS
        return line

    def says_the_same(self, other: Digest) -> bool:
        """Whether both are of the same values, however these are spelt."""
        return (self.count, self.by_value) == (other.count, other.by_value)


def _number(line: bytes) -> int:
    return int.from_bytes(hashlib.sha256(line).digest(), "big")


def _plain(literal: Literal) -> Literal:
    """The literal in the one way of writing its value; as it is, if it has none."""
    write = _WRITERS.get(literal.datatype.value)
    if write is None:
        return literal
    with suppress(ValueError, InvalidOperation, OverflowError):
        text = write(literal.value)
        if text != literal.value:
            return Literal(text, datatype=IRI(literal.datatype.value))
    return literal
