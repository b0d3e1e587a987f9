"""The release in an engine as the store that pages are made from.

A page looks up many things of few subjects. What has been looked up is kept: a release does not
change. Lookups are made as whole subjects, so that the next of the same subject is answered here.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, cast

from reviewgraph.rdf.terms import IRI, Quad, Subject, Term
from reviewgraph.store.guard import Query
from reviewgraph.store.interface import Table
from reviewgraph.store.remote.asking import Remote
from reviewgraph.store.remote.rewriting import rewritten
from reviewgraph.store.remote.versions import term_there
from reviewgraph.store.terminals import tokens

SECONDS: Final = 30.0
"""For one lookup."""
_CHECK_SECONDS: Final = 4.0
PIECE: Final = 2_000
"""Statements that are asked for at once."""
_EXPECTED: Final = 200
"""Subjects whose statements are looked up together."""
_LONG_PIECE: Final = 5_000
_MOST_BYTES: Final = 256_000_000
_MOST_KEPT: Final = 500_000
"""Statements that are kept; of each lookup one more is counted, for those that find nothing."""

_Pattern = tuple[Subject | None, IRI | None, Term | None, IRI | None]


class RemoteStore:
    """A store that asks an engine; see ``store.interface``.

    Args:
        remote: the release there.
        graphs: its named graphs, each with its number of triples.
    """

    def __init__(self, remote: Remote, graphs: Mapping[str, int]) -> None:
        self._remote = remote
        self._graphs = dict(graphs)
        self._names = {remote.versions.graph(iri): IRI(iri) for iri in graphs}
        self._kept: OrderedDict[_Pattern, tuple[Quad, ...]] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def select(self, query: str, bindings: Mapping[str, Term] | None = None) -> Table:
        """Answer a SELECT query of our own with these variables given.

        Raises:
            EngineDown: there is no whole answer.
            EngineLate: there is none in time.
        """
        text = _with_values(query, bindings or {}, self._remote.versions.base)
        remote = self._remote
        virtuoso = remote.engine.is_virtuoso
        sent = rewritten(Query(text, "SELECT"), remote.versions, remote.base, virtuoso=virtuoso)
        found = self._ask(sent.text, sent.default_graphs, sent.named_graphs)
        names = tuple(n for n in found["head"]["vars"] if not n.startswith(sent.hidden))
        rows = self._remote.table(found)
        return Table(names, tuple(tuple(row[name] for name in names) for row in rows))

    def quads(
        self,
        subject: Subject | None = None,
        predicate: IRI | None = None,
        object: Term | None = None,  # noqa: A002 - RDF's word
        graph: IRI | None = None,
    ) -> Iterator[Quad]:
        """The quads that match, in an order that is the same each time.

        Raises:
            EngineDown: there is no whole answer.
            EngineLate: there is none in time.
        """
        pattern = (subject, predicate, object, graph)
        if subject is not None and (whole := self._whole((subject, None, None, None))) is not None:
            yield from (quad for quad in whole if _matches(quad, pattern))
            return
        whole = self._whole(pattern)
        if whole is not None:
            yield from whole
            return
        yield from self._in_order(pattern)

    def _in_order(self, pattern: _Pattern) -> Iterator[Quad]:
        """All that match, in the order of subjects, asked for piece by piece.

        Each piece begins with the subject that the one before could not be sure to have all of.
        OFFSET alone would do, but Virtuoso sorts no more than 10,000 rows.
        """
        base = self._remote.versions.base
        begin, at = "", 0
        while True:
            found = self._piece(pattern, _LONG_PIECE, begin, at)
            if len(found) < _LONG_PIECE:
                yield from found
                return
            last = found[-1].subject
            if pattern[0] is not None or found[0].subject == last:
                yield from found
                at += len(found)
                continue
            yield from (quad for quad in found if quad.subject != last)
            begin, at = term_there(cast("Subject", last), base)[1:-1], 0

    def graph_sizes(self) -> dict[str, int]:
        """The named graphs, each with its number of triples."""
        return dict(self._graphs)

    def expect(self, subjects: Iterable[Subject]) -> None:
        """Look up all that is said of these subjects at once, as far as it is not kept.

        Raises:
            EngineDown: there is no whole answer.
            EngineLate: there is none in time.
        """
        with self._lock:
            unknown = [each for each in subjects if (each, None, None, None) not in self._kept]
        for at in range(0, len(unknown), _EXPECTED):
            self._look_up(unknown[at : at + _EXPECTED])

    def _look_up(self, subjects: Sequence[Subject]) -> None:
        versions = self._remote.versions
        values = " ".join(term_there(each, versions.base) for each in subjects)
        here = f'FILTER(STRSTARTS(STR(?g), "{versions.release}/"))'
        most = _EXPECTED * 40
        text = f"SELECT * {{ VALUES ?s {{ {values} }} GRAPH ?g {{ ?s ?p ?o }} {here} }}"
        rows = list(self._remote.table(self._ask(f"{text} LIMIT {most + 1}")))
        if len(rows) > most:
            return  # each is looked up by itself, when it is asked for
        found: dict[Subject, list[Quad]] = {each: [] for each in subjects}
        for row in rows:
            name = self._names.get(row["g"].value)
            if row["s"] not in found:
                return  # it calls the subject otherwise than we did
            if name is not None:
                found[row["s"]].append(Quad(row["s"], row["p"], row["o"], name))
        for subject, quads in found.items():
            self._keep((subject, None, None, None), tuple(sorted(quads, key=str)))

    def check(self) -> None:
        """Ask the engine something small.

        Raises:
            EngineDown: there is no answer.
            EngineLate: there is none in time.
        """
        self._remote.engine.results("ASK {}", seconds=_CHECK_SECONDS)

    def __len__(self) -> int:
        """The number of quads."""
        return sum(self._graphs.values())

    def _whole(self, pattern: _Pattern) -> tuple[Quad, ...] | None:
        """All that match, kept for the next time; ``None`` if they are many."""
        with self._lock:
            found = self._kept.get(pattern)
            if found is not None:
                self._kept.move_to_end(pattern)
                return found
        found = self._piece(pattern, PIECE + 1)
        if len(found) > PIECE:
            return None
        self._keep(pattern, found)
        return found

    def _keep(self, pattern: _Pattern, found: tuple[Quad, ...]) -> None:
        with self._lock:
            if pattern not in self._kept:
                self._kept[pattern] = found
                self._size += len(found) + 1
            while self._size > _MOST_KEPT:
                self._size -= len(self._kept.popitem(last=False)[1]) + 1

    def _piece(
        self, pattern: _Pattern, most: int, begin: str | None = None, at: int = 0
    ) -> tuple[Quad, ...]:
        """So many that match; with ``begin`` in order, from this subject on and ``at`` further."""
        base = self._remote.versions.base
        subject, predicate, value, graph = pattern
        s, p, o = (
            name if term is None else term_there(term, base)
            for name, term in (("?s", subject), ("?p", predicate), ("?o", value))
        )
        there = f"<{self._remote.versions.graph(graph.value)}>" if graph else "?g"
        here = "" if graph else f' FILTER(STRSTARTS(STR(?g), "{self._remote.versions.release}/"))'
        order = ""
        if begin is not None:
            here += f' FILTER(STR(?s) >= "{begin}")' if begin else ""
            order = f" ORDER BY ?s ?p ?o ?g OFFSET {at}"
        text = f"SELECT * {{ GRAPH {there} {{ {s} {p} {o} }}{here} }}{order} LIMIT {most}"
        found = []
        for row in self._remote.table(self._ask(text)):
            name = graph or self._names.get(row["g"].value)
            if name is not None:  # the engine's own graphs of another kind are none of ours
                found.append(
                    Quad(
                        row["s"] if subject is None else subject,
                        row["p"] if predicate is None else predicate,
                        row["o"] if value is None else value,
                        name,
                    )
                )
        if begin is None:
            found.sort(key=str)
        return tuple(found)

    def _ask(self, text: str, *dataset: tuple[str, ...]) -> dict[str, Any]:
        engine = self._remote.engine
        return engine.results(text, *dataset, seconds=SECONDS, most_bytes=_MOST_BYTES)


def _matches(quad: Quad, pattern: _Pattern) -> bool:
    told = (quad.subject, quad.predicate, quad.object, quad.graph_name)
    return all(wanted is None or wanted == term for wanted, term in zip(pattern, told, strict=True))


def _with_values(query: str, bindings: Mapping[str, Term], base: str) -> str:
    if not bindings:
        return query
    brace = next(token.start for token in tokens(query) if token.text == "{")
    names = " ".join(f"?{name}" for name in bindings)
    values = " ".join(term_there(term, base) for term in bindings.values())
    return f"{query[: brace + 1]} VALUES ({names}) {{ ({values}) }} {query[brace + 1 :]}"
