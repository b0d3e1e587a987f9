"""A query in the words of an engine that holds other releases too.

There the default graph is the graph of the merge, and named graphs have other names. Both are told
so that the solutions are the same (SPARQL 1.1 Query, sections 13.3 and 18.6):

- A query without GRAPH is asked of a dataset with the merge as its default graph.
- Otherwise its pattern is put into ``GRAPH <merge> { … }``; a GRAPH inside is the active one again.
- ``GRAPH <g>`` names the graph as it is called there.
- ``GRAPH ?g`` gets a variable of our own, and the graph that says what is called how is joined:
  each graph has one name and each name one graph, so that ``?g`` is what it would have been.
- A query with FROM clauses is asked of these graphs, under their names there.

CONSTRUCT and DESCRIBE are asked as SELECT: what comes of the solutions is made here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rdflib.namespace import DCTERMS

from reviewgraph.errors import QueryRefused
from reviewgraph.store.dataset import Prologue
from reviewgraph.store.guard import Query
from reviewgraph.store.remote.absolute import absolute
from reviewgraph.store.remote.refusing import CLOSE, OPEN, check_paths, refuse_foreign
from reviewgraph.store.remote.versions import Versions
from reviewgraph.store.terminals import Token, place_of, tokens

_AGGREGATES: Final = ("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT")
_GROUPING: Final = frozenset(("GROUP", "HAVING", *_AGGREGATES))
_NO_TRIPLE: Final = ("VALUES", "GRAPH")


@dataclass(frozen=True, slots=True)
class Sent:
    """What an engine is asked, and what is made of its solutions.

    Attributes:
        text: a SELECT or ASK query; empty if nothing has to be asked.
        default_graphs: of the dataset; with ``named_graphs`` empty where the text says it all.
        named_graphs: likewise.
        hidden: variables that begin so are our own.
        variables: those that the template, or DESCRIBE, takes from the solutions.
        template: the text between the braces behind CONSTRUCT, and the prologue before it.
        described: the IRIs that DESCRIBE names.
    """

    text: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    hidden: str
    variables: tuple[str, ...] = ()
    template: tuple[str, str] | None = None
    described: tuple[str, ...] = ()


def rewritten(
    query: Query,
    versions: Versions,
    base: str | None,
    graphs: tuple[Sequence[str], Sequence[str]] = ((), ()),
    *,
    virtuoso: bool = False,
) -> Sent:
    """The query as the engine is asked.

    Args:
        query: as it was examined, and found to be SPARQL.
        versions: what the graphs are called there.
        base: what relative IRIs are resolved against.
        graphs: the default and named graphs that the request names, which go before the query's.
        virtuoso: whether it is known to be asked of one, which answers some queries wrongly.

    Raises:
        QueryRefused: it cannot be put to this engine so that the answer is the right one.
    """
    if virtuoso:
        check_paths(query)
    return _Rewriting(query, versions, base, graphs).run()


class _Rewriting:
    """One query on its way."""

    def __init__(
        self,
        query: Query,
        versions: Versions,
        base: str | None,
        graphs: tuple[Sequence[str], Sequence[str]],
    ) -> None:
        self._query = query
        self._text = absolute(query.text, base)
        self._versions = versions
        self._tokens = list(tokens(self._text))
        self._prologue = Prologue(None)
        self._graphs = graphs
        self._hidden = _unused(query.text)
        self._form = next(
            at
            for at, token in enumerate(self._tokens)
            if token.kind == "word" and token.text.upper() == query.form
        )

    def run(self) -> Sent:
        depth = 0
        for token in self._tokens:
            depth += (token.text == "{") - (token.text == "}")
            if not depth:
                self._prologue.take(token)
        refuse_foreign(self._text)
        form = self._query.form
        start = self._tokens[self._form].start
        head = self._text[:start]
        variables: tuple[str, ...] = ()
        template: tuple[str, str] | None = None
        described: tuple[str, ...] = ()
        after = self._form + 1
        if form == "CONSTRUCT":
            inner, after = self._template()
            template = head, self._text[inner[0] : inner[1]]
            variables = _variables(t for t in self._tokens if inner[0] <= t.start < inner[1])
            words = f"SELECT {' '.join(f'?{name}' for name in variables)} "
            if not variables:
                words = f"SELECT (1 AS ?{self._hidden}) "
        elif form == "DESCRIBE":
            named, after = self._described()
            variables = _variables(named)
            described = tuple(self._prologue.iri(t) for t in named if t.kind in ("iri", "name"))
            everything = any(token.text == "*" for token in named)
            words = "SELECT * " if everything else f"SELECT {' '.join(f'?{n}' for n in variables)} "
            if everything:
                variables = _variables(self._tokens[after:])
            if not variables:
                return Sent("", (), (), self._hidden, described=described)
        else:
            words = self._text[start : start + len(form)] + " "
        rest, dataset = self._rest(after)
        return Sent(head + words + rest, *dataset, self._hidden, variables, template, described)

    def _template(self) -> tuple[tuple[int, int], int]:
        """Where the template is in the text, and the token that comes after it."""
        first = self._form + 1
        if self._tokens[first].text == "{":
            last = self._closing(first)
            return (self._tokens[first].start + 1, self._tokens[last].start), last + 1
        group = next(at for at in range(first, len(self._tokens)) if self._tokens[at].text == "{")
        last = self._closing(group)
        return (self._tokens[group].start + 1, self._tokens[last].start), first

    def _described(self) -> tuple[list[Token], int]:
        found: list[Token] = []
        for at in range(self._form + 1, len(self._tokens)):
            token = self._tokens[at]
            if token.kind not in ("iri", "name", "variable") and token.text != "*":
                return found, at
            found.append(token)
        return found, len(self._tokens)

    def _closing(self, first: int) -> int:
        """The token that closes the bracket."""
        depth = 0
        for at in range(first, len(self._tokens)):
            token = self._tokens[at]
            if token.kind == "mark" and token.text in OPEN:
                depth += 1
            elif token.kind == "mark" and token.text in CLOSE:
                depth -= 1
                if not depth:
                    return at
        raise AssertionError  # the guard has seen that brackets are closed

    def _group(self, after: int) -> tuple[int, int]:
        """The braces of the query's pattern."""
        depth = 0
        for at in range(after, len(self._tokens)):
            token = self._tokens[at]
            if token.kind != "mark":
                continue
            if token.text == "{" and not depth:
                return at, self._closing(at)
            depth += (token.text in OPEN) - (token.text in CLOSE)
        raise AssertionError  # DESCRIBE need not have one

    def _rest(self, after: int) -> tuple[str, tuple[tuple[str, ...], tuple[str, ...]]]:
        """The text from a token on, with its graphs as they are called there; the dataset."""
        edits, has_graphs = self._edits(after)
        edits += self._values_inside(after)
        default, named = self._graphs
        if not default and not named:
            default, named = self._prologue.default, self._prologue.named
        chosen = bool(default or named)
        if has_graphs and not chosen:
            first, last = self._group(after)
            self._refuse_outside(self._tokens[first].start, self._tokens[last].start)
            opening = self._tokens[first].start + 1
            edits.insert(0, (opening, opening, f" GRAPH <{self._versions.merge}> {{ "))
            edits.append((self._tokens[last].start, self._tokens[last].start, " } "))
        start = self._tokens[after].start if after < len(self._tokens) else len(self._text)
        text, place = [], start
        for begin, end, words in sorted(edits, key=lambda edit: edit[0]):
            text += [self._text[place:begin], words]
            place = end
        text.append(self._text[place:])
        return "".join(text), self._dataset(default, named, has_graphs=has_graphs, chosen=chosen)

    def _values_inside(self, after: int) -> list[tuple[int, int, str]]:
        """VALUES behind the query put into its pattern, where that is the same.

        It is joined with the pattern, unless what is joined are groups (SPARQL 1.1 Query, section
        18.2.4.3). Where triples of the pattern bind its variables in any case, it may as well be
        joined first. Virtuoso does not know the variables of a VALUES behind, and wants to know
        where a path begins.
        """
        try:
            first, last = self._group(after)
        except AssertionError:
            return []
        behind = self._tokens[last + 1 :]
        words = [(token.text.upper(), token.start) for token in behind if token.kind == "word"]
        grouped = any(
            token.kind == "word" and token.text.upper() in _GROUPING
            for token in (*self._tokens[self._form : first], *behind)
        )
        places = [start for word, start in words if word == "VALUES"]
        if grouped or not places:
            return []
        opening, closing = self._tokens[first].start + 1, self._tokens[last].start
        values = list(tokens(self._text[places[-1] :]))
        written = " ".join(token.text for token in values)
        gone = (places[-1], len(self._text), "")
        undefined = any(token.text.upper() == "UNDEF" for token in values)
        if not undefined and set(_variables(values)) <= self._bound(first, last):
            return [(opening, opening, f" {written} "), gone]
        return [(opening, opening, " { "), (closing, closing, f" }} {written} "), gone]

    def _bound(self, first: int, last: int) -> set[str]:
        """The variables in triples that stand in a group itself, in no group within."""
        depth = 0
        found = set()
        for at in range(first, last):
            token = self._tokens[at]
            if token.kind == "mark":
                depth += (token.text in OPEN) - (token.text in CLOSE)
                continue
            before = self._tokens[at - 1].text.upper()
            if token.kind == "variable" and depth == 1 and before not in _NO_TRIPLE:
                found.add(token.text[1:])
        return found

    def _dataset(
        self, default: Sequence[str], named: Sequence[str], *, has_graphs: bool, chosen: bool
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        if not chosen:
            return ((), ()) if has_graphs else ((self._versions.merge,), ())
        names = [self._versions.graph(iri) for iri in dict.fromkeys(named)]
        if has_graphs and names:
            names.append(self._versions.control)
        # A dataset without a default graph would be the engine's own: none is called so.
        nowhere = f"{self._versions.release}/nothing"
        defaults = [self._versions.graph(iri) for iri in dict.fromkeys(default)]
        return tuple(defaults) or (nowhere,), tuple(names) or (nowhere,)

    def _edits(self, after: int) -> tuple[list[tuple[int, int, str]], bool]:
        """What is written otherwise: from where, to where, how. And whether GRAPH is among it."""
        edits: list[tuple[int, int, str]] = []
        has_graphs = False
        waiting = iter(range(after, len(self._tokens)))
        for at in waiting:
            token = self._tokens[at]
            word = token.text.upper() if token.kind == "word" else ""
            following = self._tokens[at + 1] if at + 1 < len(self._tokens) else token
            if word == "GRAPH":
                has_graphs = True
                edits.append(self._graph(token, following))
            elif word == "FROM":
                last = following
                if following.kind == "word" and following.text.upper() == "NAMED":
                    last = self._tokens[at + 2]
                edits.append((token.start, last.start + len(last.text), " "))
            elif token.kind == "name":
                self._refuse_tight(token, following)
        return edits, has_graphs

    def _graph(self, token: Token, name: Token) -> tuple[int, int, str]:
        end = name.start + len(name.text)
        if name.kind != "variable":
            return token.start, end, f"GRAPH <{self._versions.graph(self._prologue.iri(name))}>"
        own = f"?{self._hidden}_{name.text[1:]}"
        versions = self._versions
        joined = (
            f"GRAPH <{versions.control}> {{ <{versions.release}> <{DCTERMS.hasPart}> {own} ."
            f" {own} <{DCTERMS.isVersionOf}> {name.text} }} GRAPH {own}"
        )
        return token.start, end, joined

    def _refuse_outside(self, first: int, last: int) -> None:
        for token in self._tokens:
            if token.text.upper() == "EXISTS" and not first < token.start < last:
                raise QueryRefused(
                    "คำค้นที่มี GRAPH ใช้ EXISTS นอก WHERE ไม่ได้ที่นี่",
                    "with GRAPH, EXISTS cannot stand outside of WHERE here"
                    f" (line {place_of(self._text, token.start).line})",
                )

    def _refuse_tight(self, token: Token, following: Token) -> None:
        """``GRAPH:a {`` is a keyword and a name to some, and one name to others."""
        prefix = token.text.partition(":")[0]
        keyword = prefix.upper().endswith(("GRAPH", "FROM", "NAMED"))
        if keyword and (following.text == "{" or not self._prologue.knows(prefix)):
            raise QueryRefused(
                f"เว้นวรรคหลังคำสำคัญใน {token.text}",
                f"put a space behind the keyword in {token.text}",
            )


def _unused(text: str) -> str:
    """What no variable of the query begins with."""
    name = "rg_"
    while name in text:
        name += "_"
    return name


def _variables(found: Iterable[Token]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(token.text[1:] for token in found if token.kind == "variable"))
