"""The merge of all graphs, as SHACL walks it: from a node along a predicate, either way."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TypeAlias, cast

from reviewgraph.rdf.terms import IRI, Statement, Term

Values: TypeAlias = Collection[Term]
Table: TypeAlias = dict[Term, Values]
Fact: TypeAlias = tuple[Term, IRI, Term]

_FEW = 8
"""Up to here a tuple is smaller and as quick; above, membership must not be a search."""


class Facts:
    """Statements by predicate, then by subject or object.

    A statement that several files make is one fact, and stays until the last of them is taken
    back. The tables handed out are live: they follow ``add`` and ``remove``.
    """

    def __init__(self, statements: Iterable[Fact] = ()) -> None:
        self._forward: dict[IRI, Table] = {}
        self._backward: dict[IRI, Table] = {}
        self._again: dict[Fact, int] = {}
        for subject, predicate, value in statements:
            self.add(subject, predicate, value)

    def __contains__(self, fact: Fact) -> bool:
        subject, predicate, value = fact
        return value in self.forward(predicate).get(subject, ())

    def __iter__(self) -> Iterator[Statement]:
        for predicate, table in self._forward.items():
            for subject, values in table.items():
                for value in values:
                    yield cast(Statement, (subject, predicate, value))

    def forward(self, predicate: IRI) -> Table:
        """Subject to objects, of one predicate."""
        return self._forward.setdefault(predicate, {})

    def backward(self, predicate: IRI) -> Table:
        """Object to subjects, of one predicate; made when first asked for."""
        table = self._backward.get(predicate)
        if table is None:
            table = self._backward[predicate] = {}
            for subject, values in self.forward(predicate).items():
                for value in values:
                    _put(table, value, subject)
        return table

    def predicates(self) -> list[IRI]:
        """Every predicate that was ever used or asked for."""
        return list(self._forward)

    def is_predicate(self, node: Term) -> bool:
        """Whether some statement has the node as its predicate."""
        return isinstance(node, IRI) and bool(self._forward.get(node))

    def about(self, node: Term) -> Iterator[tuple[IRI, Term]]:
        """Predicate and object of each statement about a node."""
        for predicate, table in self._forward.items():
            for value in table.get(node, ()):
                yield predicate, value

    def count(self, fact: Fact) -> int:
        """How often a statement is made."""
        return self._again.get(fact, 0) + 1 if fact in self else 0

    @property
    def repeats(self) -> bool:
        """Whether some statement is made more than once."""
        return bool(self._again)

    def add(self, subject: Term, predicate: IRI, value: Term) -> bool:
        """Add one statement; whether it is a new fact."""
        table = self._forward.get(predicate)
        if table is None:
            table = self.forward(predicate)
        if not _put(table, subject, value):
            fact = (subject, predicate, value)
            self._again[fact] = self._again.get(fact, 0) + 1
            return False
        if predicate in self._backward:
            _put(self._backward[predicate], value, subject)
        return True

    def remove(self, subject: Term, predicate: IRI, value: Term) -> bool:
        """Take one statement back; whether the fact is gone with it."""
        fact = (subject, predicate, value)
        if again := self._again.pop(fact, 0):
            if again > 1:
                self._again[fact] = again - 1
            return False
        _take(self.forward(predicate), subject, value)
        if predicate in self._backward:
            _take(self._backward[predicate], value, subject)
        return True


def _put(table: Table, key: Term, value: Term) -> bool:
    before = table.get(key)
    if before is None:
        table[key] = (value,)
        return True
    if value in before:
        return False
    if isinstance(before, dict):
        before[value] = None
    elif len(before) < _FEW:
        table[key] = (*before, value)
    else:
        table[key] = dict.fromkeys((*before, value))
    return True


def _take(table: Table, key: Term, value: Term) -> None:
    rest = tuple(other for other in table.get(key, ()) if other != value)
    if rest:
        table[key] = rest if len(rest) <= _FEW else dict.fromkeys(rest)
    else:
        table.pop(key, None)
