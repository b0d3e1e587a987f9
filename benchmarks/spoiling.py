"""Ways to spoil a record."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from records import Record

Change = Callable[[Record], "bool | str"]
"""Spoils a record. False: it does not fit. True: done, the record is the focus; or the focus."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A way to break a rule; ``kinds`` are the records that it fits."""

    rule: str
    kinds: tuple[str, ...]
    change: Change


def drop(predicate: str) -> Change:
    """Say nothing of it."""
    return lambda record: bool(record.statements.pop(predicate, None))


def drop_last(predicate: str) -> Change:
    """Leave out the last of several values, which is then the focus."""

    def change(record: Record) -> bool | str:
        values = record.statements.get(predicate, [])
        return len(values) > 1 and values.pop()

    return change


def drop_first(predicate: str) -> Change:
    """Leave out the first value."""
    return lambda record: bool(
        record.statements.get(predicate) and record.statements[predicate].pop(0)
    )


def put(predicate: str, *values: str) -> Change:
    """Say this instead."""

    def change(record: Record) -> bool:
        if predicate not in record.statements:
            return False
        record.statements[predicate] = list(values)
        return True

    return change


def add(predicate: str, value: str) -> Change:
    """Say this too, unless it is said already."""

    def change(record: Record) -> bool:
        if value in record.statements.get(predicate, ()):
            return False
        record.say(predicate, value)
        return True

    return change


def where(predicate: str, pattern: str, change: Change, *, of_context: bool = False) -> Change:
    """The change, for records that have a matching value."""

    def only(record: Record) -> bool | str:
        fits = any(re.search(pattern, value) for value in record.statements.get(predicate, ()))
        done = fits and change(record)
        return record.context if done and of_context else done

    return only


def text(predicate: str, lang: str, form: str, *, tag: bool = True) -> Change:
    """Rewrite the value in a language; ``form`` has ``{}`` for the text that was there."""

    def change(record: Record) -> bool:
        values = record.statements.get(predicate, [])
        for index, value in enumerate(values):
            if value.endswith(f'"@{lang}'):
                before = value[1 : -len(lang) - 2]
                values[index] = f'"{form.replace("{}", before)}"' + f"@{lang}" * tag
                return True
        return False

    return change


def without(predicate: str, lang: str) -> Change:
    """Leave out the value in a language."""

    def change(record: Record) -> bool:
        values = record.statements.get(predicate, [])
        kept = [value for value in values if not value.endswith(f'"@{lang}')]
        record.statements[predicate] = kept
        return len(kept) < len(values)

    return change
