"""One query for many focus nodes, where that means the same as one query each.

Pre-binding (https://www.w3.org/TR/shacl/#pre-binding) puts the focus node in the place of ``$this``
everywhere. Joining with all focus nodes at the head of the query gives the same solutions as long
as no part of the query is evaluated before ``$this`` is known: so a group inside the query either
leaves ``$this`` alone or binds it by a triple of its own, nothing is cut off or subtracted, and
what is counted is counted for each ``$this``. Every other query is asked one focus node at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from reviewgraph.errors import QueryError
from reviewgraph.rdf.terms import BlankNode, Term
from reviewgraph.store.interface import Store, Table
from reviewgraph.store.terminals import tokens

AT_ONCE = 20_000
"""How many focus nodes one query is given.

Of more than these, a query that finds ``$this`` by itself is asked of everything there is, once,
and what is said of others is left out: with each further part of the focus nodes it would run
through the same statements again.
"""

_SIMPLE = {"TriplesBlock", "Filter", "Bind"}
_NOT_FIRST = {"Filter", "InlineData", "TriplesBlock"}
"""What may stand before the triples that bind ``$this``: what is joined, and what is not moved."""
_APART = {"SubSelect", "MinusGraphPattern", "ServiceGraphPattern"}
"""What is evaluated on its own, wherever it stands."""


def ask_together(query: str, focus_nodes: Iterable[Term], store: Store) -> Table | None:
    """The solutions for all these focus nodes, or ``None`` if they must be asked for singly.

    Raises:
        QuerySyntaxError: the query is not SPARQL.
    """
    nodes = sorted(focus_nodes, key=str)
    if any(isinstance(node, BlankNode) for node in nodes) or not is_separable(query):
        return None
    if len(nodes) > AT_ONCE and finds_this(query):
        table = store.select(query)
        place = table.variables.index("this")
        wanted = set(nodes)
        return Table(table.variables, tuple(row for row in table.rows if row[place] in wanted))
    tables = [
        store.select(ask_of(query, f"VALUES ?this {{ {' '.join(map(str, part))} }}"))
        for part in (nodes[at : at + AT_ONCE] for at in range(0, len(nodes), AT_ONCE))
    ]
    return Table(tables[0].variables, tuple(row for table in tables for row in table.rows))


def ask_of(query: str, focus_nodes: str) -> str:
    """The query about the focus nodes that a pattern binds ``?this`` to."""
    head = next(token.start for token in tokens(query) if token.text == "{")
    return f"{query[: head + 1]} {focus_nodes} {query[head + 1 :]}"


@lru_cache(maxsize=1024)
def is_separable(query: str) -> bool:
    """Whether asking for all focus nodes at once gives each the solutions that are its own."""
    # Only large data need to know; reading a query takes as long as answering it does.
    from pyparsing import ParseBaseException  # noqa: PLC0415
    from rdflib.plugins.sparql.parser import parseQuery  # noqa: PLC0415

    try:
        if any(token.kind == "escape" for token in tokens(query)):
            return False
        parsed = parseQuery(query)[1]
    except (ParseBaseException, QueryError, RecursionError):
        return False
    return (
        parsed.name == "SelectQuery"
        and "limitoffset" not in parsed
        and "valuesClause" not in parsed
        and _APART.isdisjoint(_names(parsed))
        and _projects(parsed)
        and _keeps_apart(parsed)
        and _group(parsed.where, outermost=True)
    )


@lru_cache(maxsize=1024)
def finds_this(query: str) -> bool:
    """Whether a separable query finds its focus nodes when it is not given any.

    Triples of its group bind ``$this`` before anything else could, and there is no path of no
    length, which leads from every node that one may name to itself.
    """
    from rdflib.plugins.sparql.parser import parseQuery  # noqa: PLC0415

    parsed = parseQuery(query)[1]
    parts = list(parsed.where.part or [])
    binding = next((at for at, part in enumerate(parts) if _binds_this(part)), None)
    return (
        binding is not None
        and all(part.name in _NOT_FIRST for part in parts[:binding])
        and not any(_may_be_empty(node) for node in _nodes(parsed))
    )


def _projects(parsed: Any) -> bool:  # noqa: ANN401 - rdflib's parse tree has no types
    """Plain variables, ``$this`` among them; what is computed beside it must have a name."""
    columns = parsed.projection or []
    if any(name.endswith("EXISTS") for name in _names(columns)):
        return False
    return any(_is_this(column.var) for column in columns if "var" in column)


def _keeps_apart(parsed: Any) -> bool:  # noqa: ANN401
    """No aggregate, or one for each ``$this``."""
    grouped = parsed.groupby
    if grouped:
        return any(_is_this(condition) for condition in grouped.condition)
    return not parsed.having and not any(
        name.startswith("Aggregate_") for name in _names(parsed.projection)
    )


def _group(group: Any, *, outermost: bool = False) -> bool:  # noqa: ANN401
    """Whether a group can be joined with the focus nodes instead of being given each."""
    if group.name != "GroupGraphPatternSub":
        return False
    parts = list(group.part or [])
    binding = next((at for at, part in enumerate(parts) if _binds_this(part)), len(parts))
    # A filter is applied to the whole group, wherever it stands; BIND to what stands before it.
    return all(
        _part(part, bound=outermost or binding < (at if part.name == "Bind" else len(parts)))
        for at, part in enumerate(parts)
    )


def _part(part: Any, *, bound: bool) -> bool:  # noqa: ANN401
    """Whether one part of a group may be joined, given whether the group binds ``$this``."""
    if part.name == "OptionalGraphPattern":
        return _group(part.graph)
    if part.name == "GroupOrUnionGraphPattern":
        return all(_group(one) for one in part.graph)
    if part.name == "Bind" and _is_this(part.var):
        return False
    if part.name == "InlineData":
        return not _mentions_this(part)
    return part.name in _SIMPLE and (bound or not _mentions_this(part))


def _binds_this(part: Any) -> bool:  # noqa: ANN401
    return bool(part.name == "TriplesBlock") and _mentions_this(part)


def _mentions_this(part: Any) -> bool:  # noqa: ANN401
    return any(_is_this(leaf) for leaf in _leaves(part))


def _is_this(leaf: object) -> bool:
    return type(leaf).__name__ == "Variable" and str(leaf) == "this"


def _leaves(node: Any) -> Iterator[Any]:  # noqa: ANN401
    if isinstance(node, dict):  # pyparsing's results have any attribute one asks for
        for value in node.values():
            yield from _leaves(value)
    elif isinstance(node, str) or not hasattr(node, "__iter__"):
        yield node
    else:
        for value in node:
            yield from _leaves(value)


def _may_be_empty(node: Any) -> bool:  # noqa: ANN401
    return bool(node.name == "PathElt" and node.get("mod") in ("*", "?"))


def _names(node: Any) -> Iterator[str]:  # noqa: ANN401
    return (each.name for each in _nodes(node))


def _nodes(node: Any) -> Iterator[Any]:  # noqa: ANN401
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from _nodes(value)
    elif not isinstance(node, str) and hasattr(node, "__iter__"):
        for value in node:
            yield from _nodes(value)
