"""Queries that are alike are examined once.

What the guard finds does not depend on which IRIs and strings a query has, as long as there is
nothing in it that may be read in two ways. A program asks the same query of one thing after the
other; to see that it is the same takes a fifth of the time.
"""

from __future__ import annotations

import re

from reviewgraph.store.guard import GAP, Query, check_size, examine
from reviewgraph.store.limits import Limits

_MOST = 1_000
_LONGEST = 4_096

# As ``store.terminals`` has them, of one line and without escapes.
_TERMS = re.compile(r"""<[^\x00-\x20<>"{}|^`\\]*+>|"[^"\\\r\n]*+"|'[^'\\\r\n]*+'""")
# What the guard looks into: see ``guard.is_odd``.
_ODD = re.compile(r"""<(?![A-Za-z][A-Za-z0-9+.\-]*://)[^\x00-\x20<>"{}|^`\\'#()]*+['#()]""")
_COMMENT = re.compile(r"#[^\r\n]*+")


class Alike:
    """Examines queries under the same limits."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._known: dict[str, Query] = {}

    def examine(self, text: str) -> Query:
        """The query if it may be evaluated: see ``guard.examine``."""
        skeleton = skeleton_of(text)
        if skeleton is None:
            return examine(text, self._limits)
        check_size(text, self._limits)
        known = self._known.get(skeleton)
        if known is None:
            # An error is raised, not remembered: it has places in it.
            known = examine(text, self._limits)
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[skeleton] = known
            return known
        return Query(text, known.form, known.dataset, known.volatile)


def skeleton_of(text: str) -> str | None:
    """What is left of a query without its IRIs, strings and comments.

    ``None`` if it is long, or has something that takes a closer look: an escape, a string of
    several lines, the word SERVICE, a function that the engine wants written otherwise.
    """
    if (
        len(text) > _LONGEST
        or "\\" in text
        or "\0" in text
        or '""' in text
        or "''" in text
        or "service" in text.lower()
        or GAP.search(text)
        or _ODD.search(text)
    ):
        return None
    skeleton = "\0".join(_TERMS.split(text))
    return _COMMENT.sub("", skeleton) if "#" in skeleton else skeleton
