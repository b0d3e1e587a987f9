"""A query answered by the engine that holds the release, with the terms that the release has.

What comes back is what the engine inside this process would give: blank nodes are blank nodes
again, and graphs and descriptions are made here from solutions, so that every engine's are alike.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import pyoxigraph

from reviewgraph.rdf.terms import IRI, BlankNode, Triple
from reviewgraph.store.first_rows import Results
from reviewgraph.store.guard import Query
from reviewgraph.store.remote.engine import Engine
from reviewgraph.store.remote.rewriting import Sent, rewritten
from reviewgraph.store.remote.versions import Versions, genid

_AT_ONCE: Final = 500
_JSON: Final = pyoxigraph.QueryResultsFormat.JSON
Rows = Sequence[Mapping[str, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Remote:
    """One release in an engine.

    Attributes:
        engine: what is asked.
        versions: what the graphs of the release are called there.
        base: what relative IRIs of queries are resolved against.
    """

    engine: Engine
    versions: Versions
    base: str | None = None

    def answer(
        self,
        query: Query,
        graphs: tuple[Sequence[str], Sequence[str]],
        *,
        seconds: float,
        most_bytes: int,
    ) -> Results:
        """The whole result of a query.

        Args:
            query: as it was examined, and found to be SPARQL.
            graphs: the default and named graphs that the request names.
            seconds: until when there must be one.
            most_bytes: what the engine may send.

        Raises:
            QueryRefused: the query cannot be put to this engine.
            EngineDown: there is no whole answer.
            EngineLate: there is none in time.
            QueryTooLarge: it is too large.
        """
        deadline = time.monotonic() + seconds
        virtuoso = self.engine.is_virtuoso
        sent = rewritten(query, self.versions, self.base, graphs, virtuoso=virtuoso)

        def ask(text: str, *dataset: Sequence[str]) -> dict[str, Any]:
            left = deadline - time.monotonic()
            return self.engine.results(text, *dataset, seconds=left, most_bytes=most_bytes)

        found: dict[str, Any] = {"results": {"bindings": []}}
        if sent.text:
            found = ask(sent.text, sent.default_graphs, sent.named_graphs)
        if query.form == "CONSTRUCT":
            return self._constructed(sent, found["results"]["bindings"])
        if query.form == "DESCRIBE":
            return self._described(sent, found["results"]["bindings"], ask)
        if query.form == "ASK" and "boolean" not in found:  # Virtuoso has a row for it
            found = {"boolean": bool(found["results"]["bindings"])}
        return pyoxigraph.parse_query_results(json.dumps(self._own(found, sent.hidden)), _JSON)

    def graph(
        self, names: Sequence[str], *, seconds: float, most_bytes: int
    ) -> Iterator[pyoxigraph.Triple]:
        """The triples of a named graph, or of the merge of all.

        Raises:
            EngineDown: there is no whole answer.
            EngineLate: there is none in time.
            QueryTooLarge: it is too large.
        """
        name = self.versions.graph(names[0]) if names else self.versions.merge
        found = self.engine.results(
            f"SELECT ?s ?p ?o {{ GRAPH <{name}> {{ ?s ?p ?o }} }}",
            seconds=seconds,
            most_bytes=most_bytes,
        )
        return iter(self.triples(found))

    def triples(self, found: dict[str, Any]) -> list[Triple]:
        """The rows of ``?s ?p ?o``."""
        return [Triple(row["s"], row["p"], row["o"]) for row in self.table(found)]

    def table(self, found: dict[str, Any]) -> pyoxigraph.QuerySolutions:
        """The solutions, with blank nodes where the release has them.

        Raises:
            TypeError: it is a truth value.
        """
        results = pyoxigraph.parse_query_results(json.dumps(self._own(found, "")), _JSON)
        if not isinstance(results, pyoxigraph.QuerySolutions):
            raise TypeError("a truth value is no table")
        return results

    def _own(self, found: dict[str, Any], hidden: str) -> dict[str, Any]:
        """A result without what was added to the query, in the terms of the release."""
        if "boolean" in found:
            return {"head": {}, "boolean": found["boolean"]}
        names = [n for n in found["head"]["vars"] if not (hidden and n.startswith(hidden))]
        kept = set(names)
        prefix = genid(self.versions.base)
        rows = [
            {name: _term(term, prefix) for name, term in row.items() if name in kept}
            for row in found["results"]["bindings"]
        ]
        return {"head": {"vars": names}, "results": {"bindings": rows}}

    def _constructed(self, sent: Sent, rows: Rows) -> Iterator[Triple]:
        """The template filled in for each solution (SPARQL 1.1 Query, section 16.2)."""
        head, template = sent.template or ("", "")
        prefix = genid(self.versions.base)
        names = " ".join(f"?{name}" for name in sent.variables)
        values = "".join(
            f"({' '.join(_spelt(row.get(name), prefix) for name in sent.variables)})\n"
            for row in rows
        )
        where = f"VALUES ({names}) {{ {values} }}"
        if not sent.variables:
            where = "" if rows else "FILTER(false)"
        text = f"{head} CONSTRUCT {{ {template} }} WHERE {{ {where} }}"
        made = cast("Iterator[Triple]", pyoxigraph.Store().query(text, base_iri=self.base))
        return (_triple(triple, prefix) for triple in made)

    def _described(
        self, sent: Sent, rows: Rows, ask: Callable[..., dict[str, Any]]
    ) -> Iterator[Triple]:
        """What is said of the resources, and of the blank nodes that this leads to."""
        prefix = genid(self.versions.base)
        told = {
            _spelt(row.get(name), prefix)
            for row in rows
            for name in sent.variables
            if (row.get(name) or {}).get("type") in ("uri", "bnode")
        }
        waiting = sorted(told | {f"<{iri}>" for iri in sent.described})
        seen = set(waiting)
        found: dict[Triple, None] = {}
        while waiting:
            some, waiting = waiting[:_AT_ONCE], waiting[_AT_ONCE:]
            answer = ask(
                f"SELECT ?s ?p ?o {{ VALUES ?s {{ {' '.join(some)} }} ?s ?p ?o }}",
                (self.versions.merge,),
            )
            for triple in self.triples(answer):
                found[triple] = None
                if isinstance(triple.object, BlankNode):
                    node = f"<{prefix}{triple.object.value}>"
                    if node not in seen:
                        seen.add(node)
                        waiting.append(node)
        return iter(found)


def _term(term: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """A term of a result, in the terms of the release and of SPARQL 1.1 JSON."""
    kind, value = term["type"], term["value"]
    if kind == "uri" and value.startswith(prefix):
        return {"type": "bnode", "value": value[len(prefix) :]}
    return {**term, "type": "literal" if kind == "typed-literal" else kind}


def _spelt(term: Mapping[str, Any] | None, prefix: str) -> str:
    """A term of a result as VALUES takes it, blank nodes by the IRIs that stand for them."""
    if term is None:
        return "UNDEF"
    kind, value = term["type"], term["value"]
    if kind == "uri":
        return str(IRI(value))
    if kind == "bnode":
        return f"<{prefix}{value}>"
    if language := term.get("xml:lang"):
        return str(pyoxigraph.Literal(value, language=language))
    datatype = term.get("datatype")
    return str(pyoxigraph.Literal(value, datatype=IRI(datatype) if datatype else None))


def _triple(triple: Triple, prefix: str) -> Triple:
    subject, value = _here(triple.subject, prefix), _here(triple.object, prefix)
    return Triple(subject, triple.predicate, value)


def _here(term: Any, prefix: str) -> Any:  # noqa: ANN401 - any term stays what it is
    if isinstance(term, IRI) and term.value.startswith(prefix):
        return BlankNode(term.value[len(prefix) :])
    return term
