"""An SVG document, and how wide its texts are.

Colours are attributes, so that a picture looks right by itself, and classes, so that a page's style
sheet can give it the page's colours. There is no script and no style in it.
"""

from __future__ import annotations

import re
import unicodedata
from xml.etree import ElementTree as ET

INK = "#1d2430"
PAPER = "#ffffff"
MUTED = "#566173"
LINE = "#aab4c3"
FILL = "#0b57a4"
SOFT = "#dbe7f5"
FONT = "Sarabun, 'Noto Sans Thai', 'Leelawadee UI', Thonburi, Loma, system-ui, sans-serif"
SIZE = 15.0
"""Of the letters, in the units of the picture: CSS pixels where it is shown as wide as it is."""

_SVG = "http://www.w3.org/2000/svg"
_NARROW = frozenset("iIljtfr.,:;'|!()[] ")
_WIDE = frozenset("mwMW@%")
# https://www.w3.org/TR/xml/#charsets
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LEADING_VOWELS = frozenset("เแโใไ")
_ELLIPSIS = "…"


class Canvas:
    """A picture that is drawn upon.

    Args:
        title: what it is called.
        description: what it shows, for whoever does not see it.
        lang: of both.
        width: in its own units.
        height: likewise.
    """

    def __init__(
        self, title: str, description: str, lang: str, width: float, height: float
    ) -> None:
        self.width = width
        self._root = ET.Element(
            "svg",
            {
                "xmlns": _SVG,
                "viewBox": f"0 0 {_number(width)} {_number(height)}",
                "width": _number(width),
                "height": _number(height),
                "role": "img",
                "aria-label": _clean(f"{title}. {description}"),
                "lang": lang,
                "font-family": FONT,
                "font-size": _number(SIZE),
            },
        )
        ET.SubElement(self._root, "title").text = _clean(title)
        ET.SubElement(self._root, "desc").text = _clean(description)
        ground = {"width": "100%", "height": "100%", "fill": PAPER, "class": "ground"}
        ET.SubElement(self._root, "rect", ground)

    def rect(
        self, x: float, y: float, width: float, height: float, kind: str, told: str = ""
    ) -> None:
        """A box; ``kind`` is ``box`` or ``fill``."""
        fill = {"box": SOFT, "fill": FILL}[kind]
        node = self._add("rect", x=x, y=y, width=width, height=height, rx=4.0)
        node.attrib.update({"fill": fill, "class": kind})
        _tell(node, told)

    def line(self, x1: float, y1: float, x2: float, y2: float) -> None:
        """A thin line."""
        node = self._add("line", x1=x1, y1=y1, x2=x2, y2=y2)
        node.attrib.update({"stroke": LINE, "class": "line"})

    def curve(self, x1: float, y1: float, x2: float, y2: float) -> None:
        """A line from left to right that begins and ends level."""
        middle = (x1 + x2) / 2
        a, b, c, d, e = map(_number, (x1, y1, middle, x2, y2))
        node = ET.SubElement(self._root, "path", {"d": f"M{a} {b}C{c} {b} {c} {e} {d} {e}"})
        node.attrib.update({"fill": "none", "stroke": LINE, "stroke-width": "1.5", "class": "line"})

    def text(
        self, x: float, y: float, words: str, kind: str = "ink", anchor: str = "start"
    ) -> None:
        """A line of text; ``kind`` is ``ink``, ``muted`` or ``strong``."""
        node = self._add("text", x=x, y=y)
        fill = MUTED if kind == "muted" else INK
        node.attrib.update({"fill": fill, "class": kind})
        if anchor != "start":
            node.set("text-anchor", anchor)
        if kind == "strong":
            node.set("font-weight", "700")
        node.text = _clean(words)

    def finish(self) -> str:
        """The document."""
        return ET.tostring(self._root, encoding="unicode")

    def _add(self, name: str, **numbers: float) -> ET.Element:
        attributes = {name: _number(value) for name, value in numbers.items()}
        return ET.SubElement(self._root, name, attributes)


def width_of(text: str) -> float:
    """About how wide a text is, in ems times ``SIZE``: marks above and below take no room."""
    ems = 0.0
    for char in text:
        if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
            continue
        if unicodedata.east_asian_width(char) in {"W", "F"}:
            ems += 1.0
        elif char in _NARROW:
            ems += 0.32
        elif char in _WIDE:
            ems += 0.85
        else:
            ems += 0.62 if char.isupper() else 0.56
    return ems * SIZE


def lines_of(text: str, room: float, most: int = 2) -> list[str]:
    """A text in lines that fit; what is too much ends with an ellipsis.

    Lines end at spaces, and in Thai before a vowel that is written in front of its consonant: there
    a syllable begins.
    """
    lines: list[str] = []
    rest = text
    while rest and len(lines) < most:
        if width_of(rest) <= room:
            lines.append(rest)
            return lines
        last = len(lines) == most - 1
        cut = _fitting(rest, room - (SIZE if last else 0))
        at = cut if last else _break(rest, cut)
        lines.append(rest[:at].rstrip() + (_ELLIPSIS if last else ""))
        rest = rest[at:].lstrip()
    return lines


def _fitting(text: str, room: float) -> int:
    """How many characters fit, marks not parted from their letter."""
    at = 1
    while at < len(text) and width_of(text[: at + 1]) <= room:
        at += 1
    while 1 < at < len(text) and unicodedata.category(text[at]) in {"Mn", "Me"}:
        at -= 1
    return at


def _break(text: str, most: int) -> int:
    for at in range(most, max(1, most // 3), -1):
        if text[at - 1] == " " or text[at : at + 1] == " " or text[at : at + 1] in _LEADING_VOWELS:
            return at
    return most


def _tell(node: ET.Element, told: str) -> None:
    if told:
        ET.SubElement(node, "title").text = _clean(told)


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
