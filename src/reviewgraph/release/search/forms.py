"""Names made comparable: what two spellings of one name have in common.

Case, spaces and punctuation do not count (an abbreviation is written with dots or without), Thai
digits are digits, a sara am written as two characters is one. ``static/search.js`` does the same.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_KEPT = frozenset("LNMS")  # letters, numbers, marks and symbols, by Unicode's general categories


@dataclass(frozen=True, slots=True)
class Form:
    """A name as it is compared.

    Attributes:
        text: the name, composed.
        form: what is compared.
        places: where in ``text`` each character of ``form`` comes from.
    """

    text: str
    form: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where in ``text`` a part of ``form`` is; marks on its last letter belong to it."""
        first, last = self.places[start], self.places[end - 1] + 1
        while last < len(self.text) and unicodedata.category(self.text[last]) == "Mn":
            last += 1
        return first, last


def composed(text: str) -> str:
    """A text in the composition that names are compared and shown in."""
    return unicodedata.normalize("NFC", text).replace("\u0e4d\u0e32", "\u0e33")


def form_of(text: str) -> Form:
    """A name made comparable, with the way back to how it is written."""
    text = composed(text)
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for plain in _plain(character):
            characters.append(plain)
            places.append(place)
    return Form(text, "".join(characters), tuple(places))


def form(text: str) -> str:
    """A name made comparable."""
    return "".join(plain for character in composed(text) for plain in _plain(character))


def words(question: str) -> list[str]:
    """What was asked for, a comparable word at a time."""
    return [plain for word in composed(question).split() if (plain := form(word))]


def _plain(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    return character.casefold() if category[0] in _KEPT else ""
