"""The RDF dataset that a query is asked of (SPARQL 1.1 Protocol 2.1.4, Query 13.2).

It is the request's, else the query's own, else all there is: the merge of all named graphs as the
default graph, and these graphs. The engine chains the graphs of a default graph, so that what two
of them state comes twice; where a release has such statements, several graphs are merged here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urljoin

import pyoxigraph

from reviewgraph.store.guard import Query
from reviewgraph.store.terminals import Token, decode, tokens

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")


def chosen(
    engine: pyoxigraph.Store,
    query: Query,
    graphs: tuple[tuple[str, ...], tuple[str, ...]],
    base: str | None,
    *,
    merged: bool,
) -> tuple[pyoxigraph.Store, dict[str, Any]]:
    """The store to ask, and the engine's options.

    Args:
        engine: the store of the release.
        query: as it was examined.
        graphs: default and named graphs of the request; both empty if it names none.
        base: what relative IRIs of the query are resolved against.
        merged: whether the store holds the merge of its graphs (see ``store.union``).
    """
    default, named = graphs
    if not default and not named:
        if not query.dataset:
            # The engine's union wins over FROM, so it is asked for only where there is none.
            return engine, {} if merged else {"use_default_graph_as_union": True}
        if not merged:
            return engine, {}
        default, named = clauses(query.text, base)
        if len(default) < 2:  # noqa: PLR2004 - a graph by itself states nothing twice
            return engine, {}
    nodes = [pyoxigraph.NamedNode(iri) for iri in default]
    options: dict[str, Any] = {
        "default_graph": nodes,
        "named_graphs": [pyoxigraph.NamedNode(iri) for iri in named],
    }
    if not merged or len(nodes) < 2:  # noqa: PLR2004 - likewise
        return engine, options
    return _merge(engine, **options)


def graph(
    engine: pyoxigraph.Store, names: tuple[str, ...], *, merged: bool
) -> Iterator[pyoxigraph.Triple]:
    """The triples of a named graph, or of the merge of all; the engine holds none of them.

    (A CONSTRUCT query has the engine remember every triple, so as not to give it twice.)
    """
    name: pyoxigraph.NamedNode | pyoxigraph.DefaultGraph | None = None
    if names:
        name = pyoxigraph.NamedNode(names[0])
    elif merged:
        name = pyoxigraph.DefaultGraph()
    return (quad.triple for quad in engine.quads_for_pattern(None, None, None, name))


def clauses(text: str, base: str | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The graphs of FROM and of FROM NAMED, in this order."""
    found = Prologue(base)
    for token in tokens(text):
        if token.text == "{":
            break
        found.take(token)
    return tuple(dict.fromkeys(found.default)), tuple(dict.fromkeys(found.named))


class Prologue:
    """Reads a query up to its first brace: what its prefixes stand for, its FROM clauses."""

    def __init__(self, base: str | None) -> None:
        self.default: list[str] = []
        self.named: list[str] = []
        self._base = base
        self._prefixes: dict[str, str] = {}
        self._words = ("", "")  # the two tokens before this one in capitals, if they are words
        self._name = ""  # the name before this token, as it is written

    def iri(self, token: Token) -> str:
        """What a token that is an IRI or a prefixed name stands for."""
        if token.kind == "iri":
            iri = decode(token.text[1:-1])
            if _SCHEME.match(iri):
                return iri
            # The standard library takes an empty fragment for none.
            return urljoin(self._base or "", iri) + ("#" if iri.endswith("#") else "")
        prefix, _, local = token.text.partition(":")
        return self._prefixes.get(prefix, "") + local

    def knows(self, prefix: str) -> bool:
        """Whether a prefix is declared."""
        return prefix in self._prefixes

    def take(self, token: Token) -> None:
        """Go on with the next token."""
        iri: str | None = None
        if token.kind == "iri":
            iri = self.iri(token)
            self._declare(iri)
        elif token.kind == "name" and not self._words[1].endswith("PREFIX"):
            iri = self._expand(token.text)
        if iri is not None and self._words[1].endswith("NAMED"):
            self.named.append(iri)
        elif iri is not None and self._words[1].endswith("FROM"):
            self.default.append(iri)
        self._words = (self._words[1], token.text.upper() if token.kind == "word" else "")
        self._name = token.text if token.kind == "name" else ""

    def _declare(self, iri: str) -> None:
        before, word = self._words
        if word == "BASE":
            self._base = iri
        elif self._name and before.endswith("PREFIX"):
            self._prefixes[self._name.removesuffix(":")] = iri
        elif self._name.upper().startswith("PREFIX"):
            self._prefixes[self._name[len("PREFIX") :].removesuffix(":")] = iri

    def _expand(self, name: str) -> str:
        prefix, _, local = name.partition(":")
        if prefix not in self._prefixes and prefix.upper().endswith(("FROM", "NAMED")):
            # ``FROM:a``: the terminals make one name of it, the engine a keyword and a name.
            self._words = (self._words[1], prefix.upper())
            prefix = ""
        return self._prefixes.get(prefix, "") + local


def _merge(
    engine: pyoxigraph.Store,
    default_graph: list[pyoxigraph.NamedNode],
    named_graphs: list[pyoxigraph.NamedNode],
) -> tuple[pyoxigraph.Store, dict[str, Any]]:
    """A store of these graphs alone, the default ones merged."""
    merge = pyoxigraph.Store()
    for graph in default_graph:
        found = engine.quads_for_pattern(None, None, None, graph)
        merge.bulk_extend(pyoxigraph.Quad(*quad.triple) for quad in found)
    for graph in named_graphs:
        merge.bulk_extend(engine.quads_for_pattern(None, None, None, graph))
    return merge, {
        "default_graph": [pyoxigraph.DefaultGraph()],
        "named_graphs": named_graphs,
    }
