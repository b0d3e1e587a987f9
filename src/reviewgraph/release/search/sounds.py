"""What a name sounds like, alike in Thai and in Latin letters.

A name that is written in one script only is found by the other: its consonants, in the classes that
the Royal Thai General System of Transcription (ประกาศราชบัณฑิตยสถาน, 2542) and everyday spellings
keep apart. Vowels, tones and the half vowels are spelt in too many ways to count; r, l and n are
one class, since a syllable ends in n where r and l are written; d and t, b, p and f likewise.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import Final

FEWEST: Final = 3
"""Fewer consonants say too little."""

_CLASSES: Final = {
    "K": "กขฃคฅฆkgqc",
    "C": "จฉชฌj",
    "T": "ดตถทธฎฏฐฑฒtd",
    "P": "บปผพภฝฟpbf",
    "L": "นณรลฬฤฦญงnrl",
    "M": "มm",
    "S": "ซศษสsz",
}
_CLASS: Final = {letter: name for name, letters in _CLASSES.items() for letter in letters}
_SILENT: Final = re.compile("[ตทษ]?[ก-ฮ][ิุ]?\u0e4c")
# A double ro han is a vowel before a consonant, "an" at the end.
_DOUBLE_RO: Final = re.compile("รร(?=[ก-ฮ])")
_FIRST_YO: Final = re.compile(r"(?:^|(?<=\s))ญ")
# Sibilants and palatals that end a word stop like t.
_STOPPED: Final = re.compile(r"[จชซศษส](?=\s|$)")
_LATIN: Final = (
    (re.compile(r"ch|sh|tch"), "j"),
    (re.compile(r"c(?=[eiy])"), "s"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"ng"), "n"),
)


def sound(name: str) -> str:
    """The consonant classes of a name, neighbours of one class counted once; ``""`` if too few."""
    text = _SILENT.sub("", name.casefold())
    text = _FIRST_YO.sub("", _DOUBLE_RO.sub("", text))
    text = _STOPPED.sub("ต", text)
    for pattern, plain in _LATIN:
        text = pattern.sub(plain, text)
    classes = "".join(_CLASS.get(letter, "") for letter in text)
    key = "".join(name for name, _ in groupby(classes))
    return key if len(key) >= FEWEST else ""


def sounds(name: str) -> set[str]:
    """The sounds of a name and of each of its words."""
    found = {sound(name), *(sound(word) for word in name.split())}
    return found - {""}
