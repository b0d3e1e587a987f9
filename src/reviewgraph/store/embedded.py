"""Oxigraph inside this process: in memory for the gate, on disk for a release."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from pathlib import Path

import pyoxigraph

from reviewgraph.errors import QuerySyntaxError, ReleaseError
from reviewgraph.rdf.terms import IRI, Quad, Subject, Term, Triple
from reviewgraph.store import union
from reviewgraph.store.interface import Table

_PIECE = 250_000


class EmbeddedStore:
    """A store that answers the queries of the site itself.

    What strangers ask never comes here: see ``store.pool``.
    """

    def __init__(self, engine: pyoxigraph.Store) -> None:
        self._engine = engine
        self._merged = union.is_merged(engine)

    @classmethod
    def in_memory(cls, quads: Iterable[Quad]) -> EmbeddedStore:
        """A store of these quads, all in named graphs; gone with the process."""
        engine = pyoxigraph.Store()
        engine.bulk_extend(union.with_union(quads))
        return cls(engine)

    @classmethod
    def create(cls, path: Path, quads: Iterable[Quad]) -> None:
        """Write quads, all in named graphs, into the empty or missing directory ``path``."""
        cls._write(path, union.with_union(quads))

    @classmethod
    def create_from(cls, path: Path, quads: Iterable[Quad], repeated: Iterable[Quad]) -> None:
        """The same of a stream.

        Args:
            path: the empty or missing directory.
            quads: distinct, all in named graphs.
            repeated: the same once more if there are triples that stand in more than one graph,
                else nothing.
        """
        cls._write(path, chain(quads, union.merged(repeated)))

    @classmethod
    def _write(cls, path: Path, quads: Iterable[Quad]) -> None:
        engine = pyoxigraph.Store(str(path))
        waiting = iter(quads)
        for first in waiting:
            # The engine holds what it is given at once; in pieces it takes little, but more time.
            engine.bulk_extend(chain([first], islice(waiting, _PIECE - 1)))
        engine.optimize()
        engine.flush()

    @classmethod
    def open(cls, path: Path) -> EmbeddedStore:
        """Open a store that ``create`` wrote, for reading.

        Raises:
            ReleaseError: it is not one, or its files are damaged.
        """
        try:
            return cls(pyoxigraph.Store.read_only(str(path)))
        except OSError as error:
            raise ReleaseError(
                f"เปิดคลังข้อมูล {path} ไม่ได้: {error}",
                f"the store {path} cannot be opened: {error}",
            ) from error

    def select(self, query: str, bindings: Mapping[str, Term] | None = None) -> Table:
        """Answer a SELECT query with these variables given.

        Raises:
            QuerySyntaxError: it is not a SPARQL SELECT query.
        """
        substitutions: dict[pyoxigraph.Variable, Term | Triple] = {
            pyoxigraph.Variable(name): value for name, value in (bindings or {}).items()
        }
        try:
            results = self._engine.query(
                query,
                use_default_graph_as_union=not self._merged,
                substitutions=substitutions,
            )
        except SyntaxError as error:
            raise QuerySyntaxError(
                f"คำค้น SPARQL ผิดไวยากรณ์: {error.msg}", f"not a SPARQL query: {error.msg}"
            ) from error
        except RuntimeError as error:  # a variable that is given a value must be projected
            raise QuerySyntaxError(
                f"คำค้นต้องเลือก (SELECT) ตัวแปรที่เป็นพารามิเตอร์ด้วย: {error}",
                f"the query must SELECT the variables that are its parameters: {error}",
            ) from error
        if not isinstance(results, pyoxigraph.QuerySolutions):
            raise QuerySyntaxError("ต้องเป็นคำค้นแบบ SELECT", "a SELECT query is expected")
        variables = tuple(variable.value for variable in results.variables)
        return Table(variables, tuple(tuple(solution) for solution in results))

    def quads(
        self,
        subject: Subject | None = None,
        predicate: IRI | None = None,
        object: Term | None = None,  # noqa: A002 - RDF's word
        graph: IRI | None = None,
    ) -> Iterator[Quad]:
        """The quads that match; ``None`` matches anything."""
        found = self._engine.quads_for_pattern(subject, predicate, object, graph)
        return (quad for quad in found if not isinstance(quad.graph_name, pyoxigraph.DefaultGraph))

    def graph_sizes(self) -> dict[str, int]:
        """The named graphs, each with its number of triples."""
        table = self.select(
            "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
        )
        return {row["g"].value: int(row["n"].value) for row in table.dicts()}

    def expect(self, subjects: Iterable[Subject]) -> None:
        """Nothing: it is near."""

    def check(self) -> None:
        """Read a statement."""
        next(self._engine.quads_for_pattern(None, None, None, None), None)

    def __len__(self) -> int:
        """The number of quads in named graphs."""
        return sum(self.graph_sizes().values())
