"""A network in columns: what belongs with what, from left to right.

Drawn in layers, since the kinds of things are known: each column of an answer is a layer, and
neighbours in a row are joined. Within a layer, things stand near what they are joined with (the
barycentre method of K. Sugiyama, S. Tagawa and M. Toda, 1981), so that few lines cross. Names can
be read without turning the head, and the same answer gives the same picture.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reviewgraph.web.pictures.canvas import SIZE, Canvas, lines_of, width_of

_COLUMN: Final = 250.0
_BOX: Final = 190.0
_HEAD: Final = 34.0
_GAP: Final = 10.0
_ROUNDS: Final = 8
MOST: Final = 60
"""More things in one column than these make a wall, not a picture."""


@dataclass(frozen=True, slots=True)
class Node:
    """A thing: what sets it apart, and its name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class _Box:
    node: Node
    lines: tuple[str, ...]

    @property
    def height(self) -> float:
        return 14 + len(self.lines) * SIZE * 1.35


def draw(
    title: str,
    description: str,
    lang: str,
    headers: Sequence[str],
    rows: Sequence[Sequence[Node | None]],
) -> str:
    """The picture.

    Args:
        title: what it is called.
        description: what it shows.
        lang: of the words.
        headers: of the columns.
        rows: the things of each row, by column; where there is none, its neighbours are joined.
    """
    layers = _layers(rows, len(headers))
    edges = _edges(rows)
    _untangle(layers, edges)
    boxes = [
        [_Box(node, tuple(lines_of(node.name, _BOX - 16))) for node in layer] for layer in layers
    ]
    heights = [sum(box.height + _GAP for box in column) for column in boxes]
    height = max(heights, default=0.0)
    width = _COLUMN * (len(headers) - 1) + _BOX
    canvas = Canvas(title, description, lang, width, _HEAD + height + 4)
    places: dict[tuple[int, str], tuple[float, float]] = {}
    for number, column in enumerate(boxes):
        y = _HEAD + (height - heights[number]) / 2
        for box in column:
            places[number, box.node.id] = (_COLUMN * number, y + box.height / 2)
            y += box.height + _GAP
    for (left, one), (right, other) in edges:
        if (left, one) in places and (right, other) in places:
            x1, y1 = places[left, one]
            x2, y2 = places[right, other]
            canvas.curve(x1 + _BOX, y1, x2, y2)
    for number, column in enumerate(boxes):
        canvas.text(_COLUMN * number + _BOX / 2, 18, headers[number], "muted", "middle")
        for box in column:
            x, y = places[number, box.node.id]
            canvas.rect(x, y - box.height / 2, _BOX, box.height, "box", box.node.name)
            for offset, line in enumerate(box.lines):
                down = (offset - (len(box.lines) - 1) / 2) * SIZE * 1.35
                left_over = max(0.0, _BOX - width_of(line))
                canvas.text(
                    x + (_BOX / 2 if left_over else 4),
                    y + SIZE * 0.36 + down,
                    line,
                    anchor="middle" if left_over else "start",
                )
    return canvas.finish()


_Place = tuple[int, str]


def _layers(rows: Sequence[Sequence[Node | None]], count: int) -> list[list[Node]]:
    layers: list[dict[str, Node]] = [{} for _ in range(count)]
    for row in rows:
        for number, node in enumerate(row):
            if node is not None and len(layers[number]) < MOST:
                layers[number].setdefault(node.id, node)
    return [list(layer.values()) for layer in layers]


def _edges(rows: Sequence[Sequence[Node | None]]) -> list[tuple[_Place, _Place]]:
    found: dict[tuple[_Place, _Place], None] = {}
    for row in rows:
        there = [(number, node.id) for number, node in enumerate(row) if node is not None]
        for pair in itertools.pairwise(there):
            found.setdefault(pair)
    return list(found)


def _untangle(layers: list[list[Node]], edges: list[tuple[_Place, _Place]]) -> None:
    """Sort each layer by where its neighbours stand, from either side in turn."""
    joined: dict[_Place, list[_Place]] = {}
    for one, other in edges:
        joined.setdefault(one, []).append(other)
        joined.setdefault(other, []).append(one)
    for turn in range(_ROUNDS):
        order = range(len(layers)) if turn % 2 == 0 else range(len(layers) - 1, -1, -1)
        for number in order:
            heights = {
                (layer, node.id): place / max(1, len(nodes) - 1)
                for layer, nodes in enumerate(layers)
                for place, node in enumerate(nodes)
            }
            ranked = []
            for place, node in enumerate(layers[number]):
                around = [
                    heights[each] for each in joined.get((number, node.id), ()) if each in heights
                ]
                own = heights[number, node.id]
                ranked.append((sum(around) / len(around) if around else own, place, node))
            layers[number] = [node for _, _, node in sorted(ranked, key=lambda each: each[:2])]
