"""Whether giving ``$this`` a value in the engine is pre-binding.

https://www.w3.org/TR/shacl/#pre-binding replaces ``$this`` everywhere; the engine's substitution
reaches it only where a triple binds it. A query is pre-bindable when each of its groups that
computes with ``$this`` also has it in a triple, of its own or of a group that it always joins, and
when it has nothing of what the specification forbids there: ``MINUS``, ``VALUES``, ``SERVICE``, a
sub-select, ``AS $this``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from reviewgraph.errors import QueryError
from reviewgraph.store.terminals import Token, tokens

_FORBIDDEN = {"MINUS", "VALUES", "SERVICE"}
_APART = {"OPTIONAL", "EXISTS"}
_ELSEWHERE = {"path", "shapesgraph", "currentshape"}
"""Variables that are pre-bound too, and that only pySHACL knows about."""


@dataclass(slots=True)
class _Group:
    """What a group does with ``$this``.

    ``follows`` is the word before it, ``brackets`` how deep in parentheses the reader stands,
    ``branches`` whether each branch of the union read last binds ``$this``.
    """

    follows: str = ""
    brackets: int = 0
    binds: bool = False
    computes: bool = False
    branches: bool = False

    def join(self, inner: _Group) -> None:
        """A group inside this one has ended."""
        if inner.follows in _APART:
            return
        if inner.follows != "UNION":
            self.binds = self.binds or self.branches
            self.branches = inner.always_binds
        else:
            self.branches = self.branches and inner.always_binds

    @property
    def always_binds(self) -> bool:
        """Whether every solution of the group has ``$this``."""
        return self.binds or self.branches

    @property
    def is_grounded(self) -> bool:
        """Whether ``$this`` is known wherever the group computes with it."""
        return self.always_binds or not self.computes


@lru_cache(maxsize=4096)
def is_prebindable(query: str) -> bool:
    """Whether the engine's substitution of ``$this`` means what the specification says."""
    try:
        terminals = list(tokens(query))
    except QueryError:
        return True  # the engine will say what is wrong with it
    words = [token.text.upper() for token in terminals if token.kind == "word"]
    if not _FORBIDDEN.isdisjoint(words) or words.count("SELECT") != 1:
        return False
    variables = [token.text[1:] for token in terminals if token.kind == "variable"]
    if any(name.lower() in _ELSEWHERE for name in variables) or _renames(terminals):
        return False
    return _are_grounded(terminals)


def _are_grounded(terminals: list[Token]) -> bool:
    """Whether each group of the query knows ``$this`` where it computes with it."""
    groups: list[_Group] = [_Group()]
    before = ""
    for token in terminals:
        if token.text == "{":
            groups.append(_Group(before))
        elif token.text == "}":
            group = groups.pop()
            if not groups or not group.is_grounded:
                return not groups  # what is not balanced the engine tells of
            groups[-1].join(group)
        elif token.text in {"(", ")"}:
            groups[-1].brackets += 1 if token.text == "(" else -1
        elif token.kind == "variable" and token.text[1:] == "this":
            if groups[-1].brackets:
                groups[-1].computes = True
            else:
                groups[-1].binds = True
        before = token.text.upper()
    return True


def _renames(terminals: list[Token]) -> bool:
    """Whether something is called ``$this``."""
    pairs = pairwise(terminals)
    return any(
        before.text.upper() == "AS" and token.text in {"$this", "?this"} for before, token in pairs
    )
