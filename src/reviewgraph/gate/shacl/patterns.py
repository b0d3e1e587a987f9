"""Regular expressions as SPARQL has them (https://www.w3.org/TR/xpath-functions/#regex-syntax).

Python's are close enough for what shapes ask, but for two things: its ``$`` also matches before a
newline at the end, and its flags have other letters.
"""

from __future__ import annotations

import re

_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL}
_PARTS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\$|\s|[^\\\[$\s]+|.", re.DOTALL)
"""An escape, a class in brackets, a ``$``, a space, anything else."""


def compiled(pattern: str, flags: str = "") -> re.Pattern[str]:
    """The expression, ready to search.

    Raises:
        re.error: it is none, or uses what Python does not have.
    """
    letters = flags.lower()
    if "q" in letters:  # every character stands for itself
        pattern = re.escape(pattern)
    else:
        parts = _PARTS.findall(pattern)
        if "x" in letters:
            parts = [part for part in parts if not part.isspace()]
        if "m" not in letters:
            parts = [r"\Z" if part == "$" else part for part in parts]
        pattern = "".join(parts)
    chosen = re.NOFLAG
    for letter in letters:
        chosen |= _FLAGS.get(letter, re.NOFLAG)
    return re.compile(pattern, chosen)
