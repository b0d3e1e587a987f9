"""What every store can do, embedded or elsewhere.

The default graph of a query is the union of all named graphs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from reviewgraph.rdf.terms import IRI, Quad, Subject, Term


@dataclass(frozen=True, slots=True)
class Table:
    """The solutions of a SELECT query: a row has one cell a variable, ``None`` where unbound."""

    variables: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]

    def dicts(self) -> Iterator[dict[str, Term]]:
        """The rows as bindings, unbound variables left out."""
        for row in self.rows:
            yield {
                name: term
                for name, term in zip(self.variables, row, strict=True)
                if term is not None
            }


class Store(Protocol):
    """A read-only RDF dataset."""

    def select(self, query: str, bindings: Mapping[str, Term] | None = None) -> Table:
        """Answer a SELECT query that we wrote ourselves, with these variables given."""

    def quads(
        self,
        subject: Subject | None = None,
        predicate: IRI | None = None,
        object: Term | None = None,  # noqa: A002 - RDF's word
        graph: IRI | None = None,
    ) -> Iterator[Quad]:
        """The quads that match; ``None`` matches anything."""

    def graph_sizes(self) -> dict[str, int]:
        """The named graphs, each with its number of triples."""

    def expect(self, subjects: Iterable[Subject]) -> None:
        """What is said of these will be asked for next: a store far away fetches it at once."""

    def check(self) -> None:
        """Read something, to see that it can be read now.

        Raises:
            ReviewgraphError: it cannot.
            OSError: likewise.
        """

    def __len__(self) -> int:
        """The number of quads."""
