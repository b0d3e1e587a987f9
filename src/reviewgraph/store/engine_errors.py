"""What a worker says of a query that it does not answer, on its way to the one that asked."""

from __future__ import annotations

import logging
import re
import traceback
from typing import Any, Final

from reviewgraph.errors import (
    Place,
    QueryError,
    QueryFailed,
    QueryRefused,
    QueryTooLarge,
)
from reviewgraph.store.body import UnwritableError
from reviewgraph.store.guard import Kind
from reviewgraph.store.terminals import QuerySyntaxErrorAt

_logger = logging.getLogger(__name__)

_ERROR_PLACE = re.compile(r"error at (\d+):(\d+): (?:expected )?(.*)", re.DOTALL)
_CHARACTER_CLASS = re.compile(r"\[['_].*?\](?=,|$|\s*$)", re.DOTALL)
# What the engine's parser says it expected where it only tried, or what is not for this endpoint.
_NOT_HELPFUL = {"LATERAL", "SERVICE", "ENCODE_FOR_URI", "<unreported>"}
# What its serializers say of a triple term.
_NO_TRIPLE_TERMS = "does not support RDF 1.2"


class Unwritable(QueryRefused):
    """The result, which is of this ``kind``, holds something that the chosen format cannot."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(
            "ผลลัพธ์มีอักขระหรือพรอเพอร์ตีที่รูปแบบนี้เขียนไม่ได้",
            "the result holds characters, properties or terms that this format cannot write",
        )
        self.kind = kind


class NothingAcceptable(QueryError):
    """The client takes no format that a result of this ``kind`` has."""

    def __init__(self, kind: Kind) -> None:
        super().__init__("ไม่มีรูปแบบที่ขอ", "no format that is asked for")
        self.kind = kind


_BY_KIND: Final = {"unacceptable": NothingAcceptable, "unwritable": Unwritable}
_OF_THE_ENGINE: Final = (SyntaxError, OSError, RuntimeError, ValueError, MemoryError)
_PLAIN: Final = {"refused": QueryRefused, "large": QueryTooLarge}


def told(error: Exception, kind: Kind | None) -> dict[str, Any]:
    """The error in JSON's terms; ``kind`` is that of the result, once it is known."""
    if isinstance(error, QuerySyntaxErrorAt):
        place = error.place_in_query
        return {
            "error": "terminal",
            "th": error.th,
            "en": error.en,
            "line": place.line,
            "column": place.column,
            "expected": error.expected,
        }
    if isinstance(error, NothingAcceptable):
        return {"error": "unacceptable", "kind": error.kind}
    for name, plain in _PLAIN.items():
        if isinstance(error, plain):
            return {"error": name, "th": error.words.th, "en": error.words.en}
    if isinstance(error, UnwritableError) or _NO_TRIPLE_TERMS in str(error):
        return {"error": "unwritable", "kind": kind}
    if isinstance(error, _OF_THE_ENGINE):
        name = "syntax" if isinstance(error, SyntaxError) else "failed"
        return {"error": name, "message": getattr(error, "msg", str(error)) or "out of memory"}
    return {"error": "fault", "message": "".join(traceback.format_exception(error))}


def from_worker(content: dict[str, Any]) -> QueryError:
    """The error that a worker told of."""
    name = content["error"]
    if name in _PLAIN:
        return _PLAIN[name](content["th"], content["en"])
    if name == "terminal":
        place = Place("query", content["line"], content["column"])
        return QuerySyntaxErrorAt(content["th"], content["en"], place, tuple(content["expected"]))
    if name in _BY_KIND:
        return _BY_KIND[name](content["kind"])
    message = content["message"]
    if name == "fault":
        _logger.error("a query worker met what it should not have: %s", message)
        return QueryFailed("ตัวประมวลผลคำค้นขัดข้อง", "the query worker failed unexpectedly")
    if name != "syntax":
        return QueryFailed(f"คำค้นทำต่อไม่ได้: {message}", f"the query failed: {message}")
    return _not_sparql(message)


def _not_sparql(message: str) -> QuerySyntaxErrorAt:
    """What the engine's parser says, in our words."""
    match = _ERROR_PLACE.match(message)
    if match is None:
        return QuerySyntaxErrorAt(message, message, Place("query", 1))
    expected = _expected(match[3])
    en = "it cannot be read on here; the mistake is here or shortly before"
    th = "อ่านต่อไม่ได้ ที่ผิดอยู่ตรงนี้หรือก่อนหน้าเล็กน้อย"
    if expected:
        en = f"{en} (expected {' or '.join(expected)})"
        th = f"{th} (ต้องเป็น {' หรือ '.join(expected)})"
    return QuerySyntaxErrorAt(th, en, Place("query", int(match[1]), int(match[2])), expected)


def _expected(listing: str) -> tuple[str, ...]:
    """What the engine expected, its classes of single characters left out."""
    words = _CHARACTER_CLASS.sub("", listing.removeprefix("one of ")).split(", ")
    found = (word.strip(" ,") for word in words)
    return tuple(word for word in found if word and word not in _NOT_HELPFUL)
