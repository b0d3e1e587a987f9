"""What the rules are judged on: the merge of all files, and a store of the same."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from reviewgraph.gate.shacl.facts import Facts
from reviewgraph.publication.source import SourceFile
from reviewgraph.rdf.terms import Statement, statement
from reviewgraph.store.live import LiveStore


@dataclass(frozen=True, slots=True)
class Edit:
    """The difference between two readings of a folder.

    ``removed`` are facts that no file states any more, ``added`` such as none stated before.
    """

    files: tuple[SourceFile, ...]
    gone: tuple[SourceFile, ...]
    come: tuple[SourceFile, ...]
    net: Counter[Statement]
    removed: set[Statement]
    added: set[Statement]


class Ground:
    """Facts and store of the files that it was last given."""

    def __init__(self, files: tuple[SourceFile, ...], *, named: bool) -> None:
        self.files = files
        self.named = named
        self.facts = Facts(located.statement for file in files for located in file.statements)
        quads = (located.quad for file in files for located in file.statements)
        self.store = LiveStore(self.facts, quads if named else None)
        self._keep_merge()

    def compare(self, files: tuple[SourceFile, ...]) -> Edit:
        """What is other in these files; nothing is changed yet."""
        before, after = set(self.files), set(files)
        gone = tuple(file for file in self.files if file not in after)
        come = tuple(file for file in files if file not in before)
        net: Counter[Statement] = Counter()
        for changed, sign in ((gone, -1), (come, 1)):
            for file in changed:
                for located in file.statements:
                    net[located.statement] += sign
        net = Counter({statement: number for statement, number in net.items() if number})
        count = self.facts.count
        return Edit(
            files,
            gone,
            come,
            net,
            removed={s for s, number in net.items() if number < 0 and count(s) + number <= 0},
            added={s for s, number in net.items() if number > 0 and not count(s)},
        )

    def apply(self, edit: Edit) -> None:
        """Follow the edit."""
        for fact, number in edit.net.items():
            for _ in range(abs(number)):
                (self.facts.add if number > 0 else self.facts.remove)(*fact)
        self.files = edit.files
        self.store.edit(edit.removed, edit.added)
        if self.named:
            gone, come = (
                {located.quad for file in files for located in file.statements}
                for files in (edit.gone, edit.come)
            )
            gone -= come
            # A graph that two files write to keeps what the other one says.
            again = {quad for quad in gone if self.facts.count(statement(quad))}
            for file in edit.files if again else ():
                gone -= {quad for quad in file.quads() if quad in again}
            self.store.edit_graphs(gone, come)
        self._keep_merge()

    def _keep_merge(self) -> None:
        if self.named and self.facts.repeats:
            self.store.hold_merge(self.facts)
