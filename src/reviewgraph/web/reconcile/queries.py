"""What a client of the reconciliation service asks: batches of queries, read with care."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from reviewgraph.web.problems import Problem

MOST_QUERIES: Final = 50
MOST_CANDIDATES: Final = 25
_LONGEST: Final = 300
_MOST_PROPERTIES: Final = 10
_STRICT: Final = ("any", "should", "all")


@dataclass(frozen=True, slots=True)
class Condition:
    """A property that a candidate should have with one of the values: IRIs, ids or texts."""

    path: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """One name to match.

    Attributes:
        name: it; empty if only properties are given.
        types: the classes that a candidate is to be of; ``strict`` says of how many of them:
            ``any``, ``all``, or ``should`` if others are welcome too.
        limit: how many candidates at most.
        conditions: the properties.
    """

    name: str
    types: tuple[str, ...] = ()
    strict: str = "any"
    limit: int = MOST_CANDIDATES
    conditions: tuple[Condition, ...] = ()


def read_batch(text: str) -> dict[str, Query]:
    """The queries of a batch by their keys.

    Raises:
        Problem: it is no batch, or one that is too large.
    """
    batch = read_object(text, "queries")
    if len(batch) > MOST_QUERIES:
        raise Problem(
            413,
            f"ส่งได้ครั้งละไม่เกิน {MOST_QUERIES} คำค้น",
            f"a batch has {MOST_QUERIES} queries at most",
        )
    return {key: _query(key, given) for key, given in batch.items()}


def read_object(text: str, where: str) -> dict[str, Any]:
    """A parameter that is a JSON object.

    Raises:
        Problem: it is not.
    """
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        _refuse(where, "ไม่ใช่ JSON", "is not JSON")
    if not isinstance(read, dict):
        _refuse(where, "ต้องเป็นออบเจกต์ JSON", "must be a JSON object")
    return read


def _query(key: str, given: object) -> Query:
    if isinstance(given, str):  # the short form of earlier versions
        given = {"query": given}
    if not isinstance(given, dict):
        _refuse(key, "ต้องเป็นออบเจกต์ JSON", "must be a JSON object")
    name = given.get("query", "")
    if not isinstance(name, str):
        _refuse(f"{key}.query", "ต้องเป็นข้อความ", "must be text")
    strict = given.get("type_strict", "any")
    if strict not in _STRICT:
        _refuse(f"{key}.type_strict", "ต้องเป็น any, should หรือ all", "must be any, should or all")
    limit = given.get("limit", MOST_CANDIDATES)
    if isinstance(limit, bool) or not isinstance(limit, int | float) or not limit >= 1:
        _refuse(f"{key}.limit", "ต้องเป็นจำนวนที่มากกว่าศูนย์", "must be a number above zero")
    conditions = tuple(_conditions(key, given.get("properties", [])))
    if not name.strip() and not conditions:
        _refuse(key, "ต้องมี query หรือ properties", "must have query or properties")
    return Query(
        name.strip()[:_LONGEST],
        _types(key, given.get("type")),
        strict,
        int(min(limit, MOST_CANDIDATES)),
        conditions,
    )


def _types(key: str, given: object) -> tuple[str, ...]:
    listed = given if isinstance(given, list) else [] if given is None else [given]
    # Clients send a type as its id or as an object with one, and an empty text for none.
    ids = [each.get("id") if isinstance(each, dict) else each for each in listed]
    texts = [each for each in ids if isinstance(each, str)]
    if len(texts) < len(ids):
        _refuse(f"{key}.type", "ต้องเป็นข้อความ หรือรายการของข้อความ", "must be text or a list of it")
    return tuple(filter(None, texts))


def _conditions(key: str, given: object) -> Iterable[Condition]:
    if not isinstance(given, list):
        _refuse(f"{key}.properties", "ต้องเป็นรายการ", "must be a list")
    for each in given[:_MOST_PROPERTIES]:
        if not isinstance(each, dict) or not isinstance(each.get("pid"), str) or "v" not in each:
            _refuse(f"{key}.properties", "แต่ละรายการต้องมี pid และ v", "each must have pid and v")
        values = each["v"] if isinstance(each["v"], list) else [each["v"]]
        texts = tuple(text for value in values if (text := _text(value)))
        if texts:
            yield Condition(each["pid"], texts)


def _text(value: object) -> str:
    if isinstance(value, dict):
        value = value.get("id") or value.get("name") or ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)[:_LONGEST] if isinstance(value, str | int | float) else ""


def _refuse(where: str, thai: str, english: str) -> NoReturn:
    raise Problem(400, f"{where} {thai}", f"{where} {english}")
