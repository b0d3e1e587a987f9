"""The order that a reader looks for names in.

Thai dictionaries put a word by its consonants: a vowel that is written in front counts after its
consonant, and tone marks only set alike words apart. The Unicode Collation Algorithm's default
table (https://www.unicode.org/reports/tr10/) says so for Thai, and has an order for Latin beside
it. Numbers go by what they count: 2 before 10.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from pyuca import Collator

Key = tuple[tuple[int, int, tuple[int, ...]], ...]
_NUMBER = re.compile(r"([0-9]{1,18})")


@lru_cache(maxsize=50_000)
def key(text: str) -> Key:
    """What to sort a text by."""
    collator = _collator()
    parts = _NUMBER.split(text)
    return tuple(
        (0, int(part), ()) if number % 2 else (1, 0, collator.sort_key(part))
        for number, part in enumerate(parts)
        if part
    )


@cache
def _collator() -> Collator:
    return Collator()
