"""Values of literals: which datatype they have in truth, and which of two is the lesser.

rdflib knows how a lexical form reads; nothing else of it is used on the data. Both functions
remember their answers, since a few thousand forms make up most of a large graph.
"""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache

import rdflib
from rdflib.namespace import RDF, RDFS, XSD

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


@lru_cache(maxsize=_REMEMBERED)
def has_datatype(value: Term, datatype: str) -> bool:
    """Whether a value is a literal of a datatype and not ill-typed.

    Section 4.1.2: for datatypes that SPARQL 1.1 knows the lexical form must fit; others are
    taken at their word.
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
    read = to_rdflib(value)
    if not isinstance(read, rdflib.Literal) or read.ill_typed:
        return False
    expected = _PYTHON.get(own)
    return expected is None or isinstance(read.value, expected)


@lru_cache(maxsize=_REMEMBERED)
def compare(one: Term, other: Term) -> int | None:
    """-1, 0 or 1 as SPARQL's operators order the values; ``None`` if they cannot be compared.

    https://www.w3.org/TR/sparql11-query/#OperatorMapping: numbers with numbers, else like with
    like. A time with a zone and one without cannot be compared.
    """
    kind, left = _value(one)
    other_kind, right = _value(other)
    if kind is None or kind != other_kind:
        return None
    try:
        order = (-1, left < right), (0, left == right), (1, left > right)  # type: ignore[operator]
    except TypeError:
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
    read = to_rdflib(term)
    if not isinstance(read, rdflib.Literal) or read.ill_typed or read.value is None:
        return None, None
    if isinstance(read.value, bool):
        return datatype, read.value
    if isinstance(read.value, _NUMBER):
        return "number", read.value
    return datatype, read.value
