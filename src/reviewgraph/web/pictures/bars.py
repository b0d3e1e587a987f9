"""Bars: how many of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reviewgraph.web.pictures.canvas import SIZE, Canvas, lines_of, width_of

_WIDTH: Final = 640.0
_NAMES: Final = 250.0
_STEP: Final = 50.0
_BAR: Final = 22.0
MOST: Final = 40
"""More bars than these tell nobody more."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A name and a number, which is not below zero."""

    name: str
    number: float
    shown: str


def draw(title: str, description: str, lang: str, bars: Sequence[Bar]) -> str:
    """The picture: names, numbers, bars, the largest number as wide as there is room.

    Numbers stand beside the names, where a narrow screen has them in sight.
    """
    shown = bars[:MOST]
    top = max((bar.number for bar in shown), default=0.0) or 1.0
    begin = _NAMES + 12 + max((width_of(bar.shown) for bar in shown), default=0.0)
    room = _WIDTH - begin - 4
    canvas = Canvas(title, description, lang, _WIDTH, _STEP * len(shown) + 8)
    for number, bar in enumerate(shown):
        middle = _STEP * number + _STEP / 2 + 4
        lines = lines_of(bar.name, _NAMES - 10)
        for offset, line in enumerate(lines):
            y = middle + SIZE * 0.36 + (offset - (len(lines) - 1) / 2) * SIZE * 1.35
            canvas.text(_NAMES - 10, y, line, anchor="end")
        length = max(2.0, bar.number / top * room)
        canvas.rect(begin, middle - _BAR / 2, length, _BAR, "fill", f"{bar.name}: {bar.shown}")
        canvas.text(begin - 10, middle + SIZE * 0.36, bar.shown, "strong", anchor="end")
    return canvas.finish()
