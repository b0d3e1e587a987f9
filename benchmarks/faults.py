"""Which errors are planted, and where.

A share of all statements is given. Each time that share is one more error, the next kind of
error is taken from a shuffled deck and waits for a record that it fits, so that rare kinds of
record get errors as well as common ones; but never more than a small share of a kind's records.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from random import Random

from breaches import FAULTS
from records import Record
from spoiling import Fault

_CAP = 20  # of a kind's records, at most this many times the share of all statements


@dataclass(frozen=True, slots=True)
class Planted:
    """An error that was planted: the rule that must see it, and at which focus node."""

    rule: str
    focus: str


class Faults:
    """Plants errors in records on their way to the files."""

    def __init__(self, share: float, seed: int) -> None:
        self.share = share
        self.rng = Random(f"faults:{seed}")  # noqa: S311 - made-up data, no secrets
        self.deck: list[Fault] = []
        self.due = 0.0
        self.seen: Counter[str] = Counter()
        self.taken: Counter[str] = Counter()
        self.waiting: defaultdict[str, list[Fault]] = defaultdict(list)
        self.twins = _Twins()
        self.table = (*FAULTS, *self.twins.faults)

    def plant(self, record: Record) -> Planted | None:
        """Spoil the record if an error that fits it is waiting."""
        if not self.share:
            return None
        kind = record.kind
        self.seen[kind] += 1
        self.due += self.share * record.size
        while self.due >= 1 and self._draw():
            self.due -= 1
        for fault in self.waiting[kind]:
            focus = fault.change(record)
            if focus:
                self.waiting[kind].remove(fault)
                return Planted(fault.rule, focus if isinstance(focus, str) else record.subject)
        self.twins.last[kind] = record
        return None

    def _draw(self) -> bool:
        """Let the next fault of the deck wait that is not too much for its kind of record."""
        for _ in range(len(self.table)):
            if not self.deck:
                self.deck = list(self.table)
                self.rng.shuffle(self.deck)
            fault = self.deck.pop()
            kind = self.rng.choice(fault.kinds)
            if self.taken[kind] < max(1.0, self.seen[kind] * self.share * _CAP):
                self.taken[kind] += 1
                self.waiting[kind].append(fault)
                return True
        return False


class _Twins:
    """Faults that take two records: the last unspoilt one of a kind is remembered."""

    def __init__(self) -> None:
        self.last: dict[str, Record] = {}
        self.faults = (
            Fault("Person-same-name", ("person",), self.same_name),
            Fault("Person-same-surname", ("person",), self.same_surname),
            Fault("Organisation-same-name", ("organisation",), self.same_organisation),
        )

    def same_name(self, record: Record) -> bool:
        """The names of someone who is described already."""
        other = self.last.get(record.kind)
        if other is None:
            return False
        record.statements["rdfs:label"] = list(other.statements["rdfs:label"])
        return True

    def same_surname(self, record: Record) -> bool | str:
        """The surname of someone in the same organisation."""
        other = self.last.get(record.kind)
        if other is None or other.context != record.context:
            return False
        surname = other.statements["rdfs:label"][-1].split()[-1]
        first = record.statements["rdfs:label"][-1].split()[0]
        record.statements["rdfs:label"][-1] = f"{first} {surname}"
        return min(record.subject, other.subject)

    def same_organisation(self, record: Record) -> bool | str:
        """The name of an organisation of another country."""
        other = self.last.get(record.kind)
        if other is None or not record.context or other.context in {"", record.context}:
            return False
        record.statements["rdfs:label"] = list(other.statements["rdfs:label"])
        return min(record.subject, other.subject)
