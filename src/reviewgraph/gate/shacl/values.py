"""Values of literals: which datatype they have in truth, and which of two is the lesser.

rdflib knows how a lexical form reads; nothing else of it is used on the data. Both functions
remember their answers, since a few thousand forms make up most of a large graph.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache

import rdflib
from rdflib.namespace import RDF, RDFS, XSD

from reviewgraph.rdf.magnitude import is_too_large
from reviewgraph.rdf.terms import Literal, Term, to_rdflib

_REMEMBERED = 200_000
_TEXT = {str(XSD.string), str(RDF.langString)}
_PYTHON = {
    str(XSD.integer): int,
    str(XSD.float): float,
    str(XSD.decimal): Decimal,
    str(XSD.boolean): bool,
    str(XSD.date): date,
    str(XSD.time): time,
    str(XSD.dateTime): datetime,
}
_NUMBER = (int, float, Decimal)
_ORDERED = {
    str(XSD.boolean),
    str(XSD.dateTime),
    str(XSD.time),
    str(XSD.gYear),
    str(XSD.gYearMonth),
    str(XSD.duration),
    str(XSD.dayTimeDuration),
    str(XSD.yearMonthDuration),
}
"""Besides numbers, strings and dates: what is compared with its like."""

# Python's readers take more than XML Schema does: underscores, a date for a time. Digits of other
# scripts pass here as with pySHACL: the publication has a rule of its own for them.
_INTEGER = re.compile(r"\s*[+-]?\d+\s*")
_DECIMAL = re.compile(r"\s*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*")
_DATETIME = re.compile(r"\s*-?[0-9]{4,}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}.*", re.DOTALL)
_DATE = re.compile(
    r"\s*(?P<day>-?[0-9]{4,}-[0-9]{2}-[0-9]{2})(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?\s*"
)
_FORMS = {
    str(XSD.decimal): _DECIMAL,
    str(XSD.dateTime): _DATETIME,
    str(XSD.date): _DATE,
} | {
    str(XSD[sign + name]): _INTEGER
    for sign, name in (
        *(("", name) for name in ("integer", "long", "int", "short", "byte")),
        *(("unsigned", name) for name in ("Long", "Int", "Short", "Byte")),
        *((sign, "Integer") for sign in ("positive", "negative", "nonPositive", "nonNegative")),
    )
}


@lru_cache(maxsize=_REMEMBERED)
def has_datatype(value: Term, datatype: str) -> bool:
    """Whether a value is a literal of a datatype and not ill-typed.

    Section 4.1.2: for datatypes that SPARQL 1.1 knows the lexical form must fit; others are
    taken at their word. A form that is too large to be read fits none.
    """
    if not isinstance(value, Literal):
        return False
    own = value.datatype.value
    if own != datatype:
        return datatype == str(RDFS.Literal) or (
            datatype == str(RDFS.Datatype) and own not in _TEXT
        )
    if own in _TEXT:
        return True
    read = _read(value)
    if read is None:
        return False
    expected = _PYTHON.get(own)
    return expected is None or isinstance(read.value, expected)


@lru_cache(maxsize=_REMEMBERED)
def compare(one: Term, other: Term) -> int | None:
    """-1, 0 or 1 as SPARQL's operators order the values; ``None`` if they cannot be compared.

    https://www.w3.org/TR/sparql11-query/#OperatorMapping: numbers with numbers, else like with
    like. A time with a zone and one without cannot be compared, nor can what is too large.
    """
    kind, left = _value(one)
    other_kind, right = _value(other)
    if kind is None or kind != other_kind:
        return None
    try:
        order = (-1, left < right), (0, left == right), (1, left > right)  # type: ignore[operator]
    except (TypeError, ArithmeticError):  # one with a zone and one without; not a number
        return None
    return next((sign for sign, holds in order if holds), None)


@lru_cache(maxsize=_REMEMBERED)
def _value(term: Term) -> tuple[str | None, object]:
    """What kind of thing a literal stands for, and the thing."""
    if not isinstance(term, Literal) or term.language:
        return None, None
    datatype = term.datatype.value
    if datatype in _TEXT:
        return datatype, term.value
    read = _read(term)
    value = None if read is None else read.value
    if isinstance(value, date) and datatype == str(XSD.date):
        return _day(term.value, value)
    if isinstance(value, _NUMBER) and not isinstance(value, bool):
        return "number", value
    return (datatype, value) if value is not None and datatype in _ORDERED else (None, None)


def _day(form: str, day: date) -> tuple[str | None, object]:
    """A date begins when its zone says; one without a zone is of another kind (rdflib drops it)."""
    match = _DATE.fullmatch(form)
    zone = match["zone"] if match else None
    if zone is None:
        return "day", day
    hours, minutes = (0, 0) if zone == "Z" else map(int, zone[1:].split(":"))
    ahead = (hours * 60 + minutes) * (-1 if zone[0] == "-" else 1)
    return "zoned day", day.toordinal() * 24 * 60 - ahead


def _read(literal: Literal) -> rdflib.Literal | None:
    """The literal with its value, unless it is ill-typed or too large to be read."""
    if is_too_large(literal.value, literal.datatype.value):
        return None
    form = _FORMS.get(literal.datatype.value)
    if form is not None and not form.fullmatch(literal.value):
        return None
    read = to_rdflib(literal)
    return read if isinstance(read, rdflib.Literal) and not read.ill_typed else None
