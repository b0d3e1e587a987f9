"""The merge of graphs in an engine, asked with queries of our own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reviewgraph.errors import QueryRefused
from reviewgraph.rdf.terms import Term
from reviewgraph.store.guard import Query
from reviewgraph.store.interface import Table
from reviewgraph.store.remote.asking import Remote
from reviewgraph.store.remote.engine import Engine
from reviewgraph.store.remote.refusing import check_paths, refuse_foreign
from reviewgraph.store.remote.versions import Versions, genid, term_there

_MOST_BYTES: Final = 512_000_000


@dataclass(frozen=True, slots=True)
class Merge:
    """Some graphs as one.

    Attributes:
        engine: where they are.
        graphs: these; none for the engine's own default graph.
        base: the base IRI of the publication, below which IRIs stand for blank nodes.
        seconds: for one query.
    """

    engine: Engine
    graphs: tuple[str, ...]
    base: str
    seconds: float = 300.0

    def select(self, query: str) -> Table:
        """The solutions of a SELECT query.

        Raises:
            QueryRefused: it uses what only this engine has, or what it is known to answer wrongly;
                or the data have blank nodes that are not IRIs there: each answer would call them
                otherwise.
            EngineDown: there is no whole answer.
            EngineLate: there is none in time.
        """
        refuse_foreign(query)
        if self.engine.is_virtuoso:
            check_paths(Query(query, "SELECT"))
        found = self.engine.results(
            query, self.graphs, seconds=self.seconds, most_bytes=_MOST_BYTES
        )
        if any(
            term["type"] == "bnode" for row in found["results"]["bindings"] for term in row.values()
        ):
            raise QueryRefused(
                "ข้อมูลในเครื่องปลายทางมี blank node ที่ไม่มี IRI จึงตรวจที่นั่นไม่ได้",
                "the data there have blank nodes without IRIs, which cannot be asked about twice",
            )
        results = Remote(self.engine, Versions(self.base, "", "")).table(found)
        names = tuple(variable.value for variable in results.variables)
        return Table(names, tuple(tuple(row) for row in results))

    def spelt(self, term: Term) -> str:
        """A term as it is there, in SPARQL's syntax."""
        return term_there(term, self.base)

    @property
    def is_trusted(self) -> bool:
        """Whether it answers EXISTS in every place as SPARQL says; Virtuoso 7 does not."""
        return not self.engine.is_virtuoso

    @property
    def genid(self) -> str:
        """What the IRIs begin with that stand for blank nodes."""
        return genid(self.base)
