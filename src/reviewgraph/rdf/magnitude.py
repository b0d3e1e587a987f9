"""Literals that no program should be asked to take for a value.

Lexical forms have no bound in XML Schema, but what reads them has: an integer of a million digits
or markup that is nested a thousand deep takes seconds to read and more to compare or to write.
Such a literal is kept as text, and nobody looks for its value.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from rdflib.namespace import RDF, XSD

MAX_NUMBER = 40
"""Characters of a number after its sign and leading zeros; 128 bits take 39 digits."""

_SHORT = 5  # characters: no exponent of four digits fits
_MAX_PADDED = 200  # with spaces and zeros

MAX_DIGITS = 9
"""Digits of a year, or of a duration's component: what fits in 32 bits."""

MAX_MOMENT = 80
"""Characters of a date, a time or a duration."""

MAX_MARKUP = 10_000
"""Characters of a literal that is markup."""

_MAX_NESTING = 20_000
"""Tags times their deepest nesting: what an HTML parser may come to do for unclosed tags."""

_VAST = re.compile(r"e[+-]?0*[1-9]\d{3,}\s*$", re.IGNORECASE)  # a double ends at e308
_DIGITS = re.compile(r"\d+")
_FRACTION = re.compile(r"\.\d*")
_TAG = re.compile(r"<(/?)([^\W\d_][^\s/>]*)([^>]*)")
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"]
)


def is_too_large(form: str, datatype: str) -> bool:
    """Whether a literal with this lexical form and datatype must not be read as a value."""
    judged = _JUDGES.get(datatype)
    return judged is not None and judged(form)


def _number(form: str) -> bool:
    if len(form) <= _SHORT:
        return False
    if len(form) > _MAX_PADDED or _VAST.search(form):
        return True
    return len(form.strip().lstrip("+-0")) > MAX_NUMBER


def _moment(form: str) -> bool:
    if len(form) > MAX_MOMENT:
        return True
    return any(len(run) > MAX_DIGITS for run in _DIGITS.findall(_FRACTION.sub("", form)))


def _html(form: str) -> bool:
    # HTML takes no notice of the slash in <b/>, which opens an element like <b>.
    return _markup(form, lambda tag, _rest: tag in _VOID)


def _xml(form: str) -> bool:
    return _markup(form, lambda _tag, rest: rest.endswith("/"))


def _markup(form: str, is_empty: Callable[[str, str], bool]) -> bool:
    if len(form) > MAX_MARKUP:
        return True
    opened = depth = deepest = 0
    unclosed: Counter[str] = Counter()
    for end, name, rest in _TAG.findall(form):
        tag = name.lower()
        if end:
            if unclosed[tag]:  # one that closes nothing is passed over by parsers
                unclosed[tag] -= 1
                depth -= 1
        elif not is_empty(tag, rest):
            unclosed[tag] += 1
            opened += 1
            depth += 1
            deepest = max(deepest, depth)
    return opened * deepest > _MAX_NESTING


_JUDGES: dict[str, Callable[[str], bool]] = {
    str(datatype): judge
    for judge, datatypes in (
        (
            _number,
            [
                XSD.decimal,
                XSD.integer,
                XSD.float,
                XSD.double,
                XSD.long,
                XSD.int,
                XSD.short,
                XSD.byte,
                XSD.unsignedLong,
                XSD.unsignedInt,
                XSD.unsignedShort,
                XSD.unsignedByte,
                XSD.nonNegativeInteger,
                XSD.positiveInteger,
                XSD.nonPositiveInteger,
                XSD.negativeInteger,
            ],
        ),
        (
            _moment,
            [
                XSD.date,
                XSD.time,
                XSD.dateTime,
                XSD.dateTimeStamp,
                XSD.duration,
                XSD.dayTimeDuration,
                XSD.yearMonthDuration,
                XSD.gYear,
                XSD.gYearMonth,
                XSD.gMonth,
                XSD.gMonthDay,
                XSD.gDay,
            ],
        ),
        (_html, [RDF.HTML]),
        (_xml, [RDF.XMLLiteral]),
    )
    for datatype in datatypes
}
