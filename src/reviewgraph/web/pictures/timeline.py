"""A timeline: what took place when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from reviewgraph.web.pictures.canvas import SIZE, Canvas, lines_of, width_of

_WIDTH: Final = 720.0
_NAMES: Final = 270.0
_STEP: Final = 46.0
_HEAD: Final = 54.0
_BAR: Final = 24.0
_MOST_DAYS: Final = 14
MOST: Final = 40
"""More lines than these tell nobody more."""


@dataclass(frozen=True, slots=True)
class Span:
    """Something with the days it began and ended on, both included, in words too."""

    name: str
    start: date
    end: date
    shown: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A day below the title line, with what to write there."""

    day: date
    label: str


def days_between(spans: Sequence[Span]) -> list[date]:
    """The days to mark: each one of a few, else those that something begins on, not too many."""
    if not spans:
        return []
    first, last = min(span.start for span in spans), max(span.end for span in spans)
    length = (last - first).days + 1
    if length <= _MOST_DAYS:
        return [first + timedelta(days=number) for number in range(length)]
    begun = sorted({span.start for span in spans})
    return begun[:: max(1, len(begun) // 5)]


def draw(
    title: str, description: str, lang: str, spans: Sequence[Span], ticks: Sequence[Tick]
) -> str:
    """The picture: a line for each name, with all of its spans, in the order of the first ones."""
    names = list(dict.fromkeys(span.name for span in spans))[:MOST]
    first = min((span.start for span in spans), default=date.min)
    last = max((span.end for span in spans), default=date.min)
    days = (last - first).days + 1
    day = (_WIDTH - _NAMES - 10) / days
    canvas = Canvas(title, description, lang, _WIDTH, _HEAD + _STEP * len(names) + 8)

    def at(when: date) -> float:
        return _NAMES + (when - first).days * day

    free = 0.0
    for tick in ticks:
        x = at(tick.day) + (day / 2 if days <= _MOST_DAYS else 0)
        canvas.line(at(tick.day), _HEAD - 8, at(tick.day), _HEAD + _STEP * len(names))
        lines = tick.label.split("\n")
        half = max(width_of(line) for line in lines) / 2
        if x - half >= free:  # a label that would stand on another is left out
            for number, line in enumerate(lines):
                canvas.text(x, 18 + number * SIZE * 1.3, line, "muted", "middle")
            free = x + half + 4
    for number, name in enumerate(names):
        middle = _HEAD + _STEP * number + _STEP / 2
        lines = lines_of(name, _NAMES - 14)
        for offset, line in enumerate(lines):
            y = middle + SIZE * 0.36 + (offset - (len(lines) - 1) / 2) * SIZE * 1.35
            canvas.text(_NAMES - 12, y, line, anchor="end")
        for span in spans:
            if span.name == name:
                x = at(span.start) + (2 if day > 8 else 0)  # noqa: PLR2004 - a gap where it shows
                length = max(4.0, ((span.end - span.start).days + 1) * day - (4 if day > 8 else 0))  # noqa: PLR2004
                canvas.rect(x, middle - _BAR / 2, length, _BAR, "fill", f"{name}: {span.shown}")
    return canvas.finish()
