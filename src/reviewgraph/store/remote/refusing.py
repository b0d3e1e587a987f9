"""What another engine is not asked: what only it has, and what it is known to answer wrongly.

The text alone is looked at, as ``store.guard`` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rdflib.namespace import XSD

from reviewgraph.errors import QueryRefused
from reviewgraph.store.dataset import Prologue
from reviewgraph.store.guard import Query
from reviewgraph.store.terminals import Token, tokens

OPEN: Final = "([{"
CLOSE: Final = ")]}"
_APART: Final = frozenset({"OPTIONAL", "EXISTS", "MINUS", "BIND"})
_FOREIGN: Final = ("bif:", "sql:", "java:", "http://www.openlinksw.com/schemas/")


def check_paths(query: Query) -> None:
    """Virtuoso 7 leaves rows out, or adds some, where a path of any length meets OPTIONAL.

    Raises:
        QueryRefused: both are in the query, or what is like OPTIONAL.
    """
    found = list(tokens(query.text))
    words = {token.text.upper() for token in found if token.kind == "word"}
    if words & _APART and any(_long_paths(found)):
        raise QueryRefused(
            "เครื่องที่เก็บข้อมูลตอบ + หรือ * คู่กับ OPTIONAL, EXISTS, MINUS หรือ BIND ผิด จึงไม่ถาม",
            "the engine that holds the data answers paths with + or * wrongly beside OPTIONAL,"
            " EXISTS, MINUS or BIND, so it is not asked",
        )


def refuse_foreign(text: str) -> None:
    """What an engine has of its own does what SPARQL cannot, and may reach outside.

    Raises:
        QueryRefused: a function or another name of such a kind is in the query, or SERVICE.
    """
    prologue = Prologue(None)
    found = list(tokens(text))
    within: list[str] = []
    for at, token in enumerate(found):
        if "{" not in within:
            prologue.take(token)
        if token.kind == "mark" and token.text in OPEN:
            within.append(token.text)
        elif token.kind == "mark" and token.text in CLOSE:
            within.pop()
        elif token.kind == "word" and token.text.upper() == "SERVICE":
            raise QueryRefused("ไม่รับ SERVICE", "SERVICE is not taken")
        elif token.kind in ("iri", "name"):
            iri = prologue.iri(token)
            if iri.lower().startswith(_FOREIGN) or (
                _is_call(found, at, within) and not iri.startswith(str(XSD))
            ):
                raise QueryRefused(
                    f"ไม่รับ {token.text} ที่ไม่ใช่ SPARQL 1.1", f"{token.text} is not of SPARQL 1.1"
                )


def _long_paths(found: Sequence[Token]) -> Iterator[bool]:
    """For each ``+`` and ``*``, whether it belongs to a path."""
    within: list[str] = []
    for at, token in enumerate(found):
        if token.kind != "mark":
            continue
        if token.text == "{":
            within.append("triples")
        elif token.text in OPEN:
            path = within[-1:] == ["triples"] and found[at - 1].kind != "word"
            within.append("triples" if path else "expression")
        elif token.text in CLOSE:
            within.pop()
        elif token.text in "+*":
            yield within[-1:] == ["triples"]


def _is_call(found: Sequence[Token], at: int, within: Sequence[str]) -> bool:
    """Whether a name is that of a function: it may also stand before a collection."""
    if at + 1 >= len(found) or found[at + 1].text != "(":
        return False
    return found[at - 1].text.upper() in {"FILTER", "HAVING", "BY"} or within[-1:] == ["("]
