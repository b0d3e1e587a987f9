"""Whose answers to a query an edit may change.

A triple pattern of the query that a changed statement matches binds some of its variables. The
other patterns that must hold with it, filters aside, then lead to every ``$this`` that has, or had,
a solution with that statement. Where this cannot be told, everybody is asked again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from reviewgraph.errors import QueryError
from reviewgraph.gate.shacl.reads import anchors, may_be_empty, names_graphs, path_predicates
from reviewgraph.rdf.terms import Statement, Term, from_rdflib
from reviewgraph.store.interface import Store

MOST = 300
"""Changed statements; beyond, asking everybody is quicker."""

_THROUGH = {
    "Project",
    "Distinct",
    "Reduced",
    "Filter",
    "Extend",
    "Group",
    "AggregateJoin",
    "OrderBy",
}


@dataclass(slots=True)
class _Scope:
    """Triple patterns that hold together, inside others that they hold with."""

    outer: _Scope | None = None
    patterns: list[Any] = field(default_factory=list)

    def together(self) -> Iterator[Any]:
        """These patterns and all that they hold with."""
        if self.outer is not None:
            yield from self.outer.together()
        yield from self.patterns


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A triple pattern, and a query for those who have a solution with it."""

    subject: Any
    predicate: Any
    object: Any
    query: str | None


def felt_by(query: str, statements: set[Statement], store: Store) -> set[Term] | None:
    """Every ``$this`` that may have a solution with one of the statements, as the store stands.

    ``None`` if that may be anybody.
    """
    patterns = _patterns(query)
    if patterns is None or len(statements) > MOST:
        return None
    felt: set[Term] = set()
    for statement in statements:
        for pattern in patterns:
            if not _is_simple(pattern.predicate):
                if statement[1].value in pattern.predicate:
                    return None
                continue
            bound = _match(pattern, statement)
            if bound is None:
                continue
            if "this" in bound:
                felt.add(bound["this"])
            elif pattern.query is None:
                return None
            else:
                try:
                    table = store.select(_given(pattern.query, bound), bound)
                except QueryError:
                    return None
                felt.update(row["this"] for row in table.dicts())
    return felt


def _given(query: str, bound: dict[str, Term]) -> str:
    """The query with what is given selected too, as the engine demands."""
    return f"SELECT DISTINCT ?this {' '.join('?' + name for name in bound)} {query}"


def _match(pattern: _Pattern, statement: Statement) -> dict[str, Term] | None:
    """The variables' values, if the statement matches the pattern."""
    bound: dict[str, Term] = {}
    for part, term in zip(
        (pattern.subject, pattern.predicate, pattern.object), statement, strict=True
    ):
        kind = type(part).__name__
        if kind == "Variable":
            if bound.setdefault(str(part), term) != term:
                return None
        elif kind != "BNode" and from_rdflib(part) != term:
            return None
    return bound


@lru_cache(maxsize=1024)
def _patterns(query: str) -> tuple[_Pattern, ...] | None:
    """The triple patterns of a query; ``None`` if it has parts that are not understood here."""
    # Reading a query takes as long as answering it; only an edit asks.
    from pyparsing import ParseBaseException  # noqa: PLC0415
    from rdflib.plugins.sparql.algebra import translateQuery  # noqa: PLC0415
    from rdflib.plugins.sparql.parser import parseQuery  # noqa: PLC0415

    if names_graphs(query):
        return None
    scopes = [_Scope()]
    try:
        if not _walk(translateQuery(parseQuery(query)).algebra.p, scopes[0], scopes):
            return None
    except (ParseBaseException, RecursionError, TypeError, ValueError, KeyError, AttributeError):
        return None
    if any(_begins_anywhere(scope) for scope in scopes):
        return None
    return tuple(
        _Pattern(subject, _predicate(predicate), value, _context(scope))
        for scope in scopes
        for subject, predicate, value in scope.patterns
    )


def _begins_anywhere(scope: _Scope) -> bool:
    """Whether a path of no steps may begin at any node that there is."""
    anchored = anchors(scope.patterns)
    return any(
        may_be_empty(path) and anchored.isdisjoint((subject, value))
        for subject, path, value in scope.patterns
    )


def _context(scope: _Scope) -> str | None:
    """The group that a pattern holds with, as text; nothing if it says nothing of ``$this``."""
    together = list(scope.together())
    if not any(
        type(part).__name__ == "Variable" and str(part) == "this" for t in together for part in t
    ):
        return None
    return "{ " + " . ".join(" ".join(part.n3() for part in triple) for triple in together) + " }"


def _predicate(predicate: Any) -> Any:  # noqa: ANN401 - rdflib's terms and paths
    """A term as it is; of a path the predicates that it walks along, or every one."""
    if type(predicate).__name__ in {"URIRef", "Variable"}:
        return predicate
    names = path_predicates(predicate)
    return _Anything() if names is None else names


class _Anything:
    """As a set of predicates: all of them."""

    def __contains__(self, name: object) -> bool:
        return True


def _is_simple(predicate: object) -> bool:
    return type(predicate).__name__ in {"URIRef", "Variable"}


def _walk(node: Any, scope: _Scope, scopes: list[_Scope]) -> bool:  # noqa: ANN401
    """Sort the patterns of an algebra into scopes; whether all of it was understood."""
    name = getattr(node, "name", "")
    if name == "BGP":
        scope.patterns += node.triples
        return True
    if name == "Join":
        return _walk(node.p1, scope, scopes) and _walk(node.p2, scope, scopes)
    if name == "LeftJoin":
        inner = _below(scope, scopes)
        return (
            _walk(node.p1, scope, scopes)
            and _walk(node.p2, inner, scopes)
            and _walk_expression(node.expr, inner, scopes)
        )
    if name == "Union":
        return all(_walk(side, _below(scope, scopes), scopes) for side in (node.p1, node.p2))
    if name in _THROUGH:
        return _walk(node.p, scope, scopes) and _walk_expression(node.get("expr"), scope, scopes)
    return False


def _walk_expression(node: Any, scope: _Scope, scopes: list[_Scope]) -> bool:  # noqa: ANN401
    """The groups of ``EXISTS`` and ``NOT EXISTS`` inside an expression."""
    if not hasattr(node, "name"):
        parts = node if isinstance(node, list | tuple) else ()
    elif node.name in {"Builtin_EXISTS", "Builtin_NOTEXISTS"}:
        return _walk(node.graph, _below(scope, scopes), scopes)
    else:
        parts = [value for key, value in node.items() if key != "_vars"]
    return all(_walk_expression(part, scope, scopes) for part in parts)


def _below(scope: _Scope, scopes: list[_Scope]) -> _Scope:
    inner = _Scope(scope)
    scopes.append(inner)
    return inner
