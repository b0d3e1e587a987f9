"""The words that one slip makes of another: a character more, one less, another, two swapped.

Of all such words only those are named that may stand in a name: a word whose every three characters
in a row stand in some name. That leaves a handful, which the index is asked for as they are, so
nothing is compared with what does not fit. (F. J. Damerau, "A technique for computer detection and
correction of spelling errors", Communications of the ACM 7(3), 1964, has the four slips.)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

SHORTEST: Final = 4
"""In a shorter word a slip leaves too little."""
MOST: Final = 120
"""More words than this are not asked for, however short a word and large an index."""

Following = Mapping[str, frozenset[str]]
"""The characters that follow each pair of characters in the names."""


def following(trigrams: Iterator[str]) -> dict[str, frozenset[str]]:
    """The map that ``slips`` needs, from all three characters in a row."""
    found: dict[str, set[str]] = {}
    for trigram in trigrams:
        found.setdefault(trigram[:2], set()).add(trigram[2])
    return {pair: frozenset(after) for pair, after in found.items()}


def slips(word: str, after: Following) -> list[str]:
    """The words one slip away from ``word`` that may stand in a name, at most ``MOST``."""
    if len(word) < SHORTEST:
        return []
    found: dict[str, None] = {}
    for slipped in _slipped(word, after):
        if slipped != word and slipped not in found and _may_stand(slipped, after):
            found[slipped] = None
            if len(found) == MOST:
                break
    return list(found)


def _slipped(word: str, after: Following) -> Iterator[str]:
    for at in range(len(word) - 1):
        yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]
    # A character before the word or after it changes nothing: it is found as a part already. One
    # after the first can't be drawn from what is before it, so it is drawn from what comes then.
    for at in range(1, len(word)):
        for character in _between(word, at, at, after):
            yield word[:at] + character + word[at:]
        if at < len(word) - 1:
            for character in _between(word, at, at + 1, after):
                yield word[:at] + character + word[at + 1 :]


def _between(word: str, at: int, rest: int, after: Following) -> Iterator[str]:
    """What may stand after ``word[:at]`` and before ``word[rest:]``."""
    nothing: frozenset[str] = frozenset()
    if at > 1:
        yield from sorted(after.get(word[at - 2 : at], nothing))
        return
    second = word[rest]
    for pair, then in after.items():
        if pair[0] == word[0] and second in then:
            yield pair[1]


def _may_stand(word: str, after: Following) -> bool:
    return all(
        word[at + 2] in after.get(word[at : at + 2], ()) for at in range(max(0, len(word) - 2))
    )
