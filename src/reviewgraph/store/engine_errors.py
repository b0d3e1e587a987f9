"""What the engine says of a query that it does not answer, in our words."""

from __future__ import annotations

import re

from reviewgraph.errors import Place, QueryError, QueryFailed, QueryRefused
from reviewgraph.store.terminals import QuerySyntaxErrorAt

_ERROR_PLACE = re.compile(r"error at (\d+):(\d+): (?:expected )?(.*)", re.DOTALL)
_CHARACTER_CLASS = re.compile(r"\[['_].*?\](?=,|$|\s*$)", re.DOTALL)
# What the engine's parser says it expected where it only tried, or what is not for this endpoint.
_NOT_HELPFUL = {"LATERAL", "SERVICE", "ENCODE_FOR_URI", "<unreported>"}


class Unwritable(QueryRefused):
    """The result holds something that the chosen format cannot."""


def from_worker(content: dict[str, str]) -> QueryError:
    """The error that a worker told of."""
    message = content["message"]
    if content["error"] == "unwritable":
        return Unwritable(
            "ผลลัพธ์มีอักขระหรือพรอเพอร์ตีที่รูปแบบนี้เขียนไม่ได้",
            "the result holds characters, properties or terms that this format cannot write",
        )
    if content["error"] != "syntax":
        return QueryFailed(f"คำค้นทำต่อไม่ได้: {message}", f"the query failed: {message}")
    match = _ERROR_PLACE.match(message)
    if match is None:
        return QuerySyntaxErrorAt(message, message, Place("query", 1))
    expected = _expected(match[3])
    told = "it cannot be read on here; the mistake is here or shortly before"
    told_th = "อ่านต่อไม่ได้ ที่ผิดอยู่ตรงนี้หรือก่อนหน้าเล็กน้อย"
    if expected:
        told = f"{told} (expected {' or '.join(expected)})"
        told_th = f"{told_th} (ต้องเป็น {' หรือ '.join(expected)})"
    return QuerySyntaxErrorAt(told_th, told, Place("query", int(match[1]), int(match[2])), expected)


def _expected(listing: str) -> tuple[str, ...]:
    """What the engine expected, its classes of single characters left out."""
    words = _CHARACTER_CLASS.sub("", listing.removeprefix("one of ")).split(", ")
    found = (word.strip(" ,") for word in words)
    return tuple(word for word in found if word and word not in _NOT_HELPFUL)
