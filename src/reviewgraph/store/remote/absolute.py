"""Relative IRIs of a query resolved before it goes elsewhere (SPARQL 1.1 Query, section 4.1.1)."""

from __future__ import annotations

import re
from typing import Final

from reviewgraph.errors import QueryRefused
from reviewgraph.store.dataset import Prologue
from reviewgraph.store.terminals import Token, tokens

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_FORBIDDEN: Final = re.compile(r'[\x00-\x20<>"{}|^`\\]')


def absolute(text: str, base: str | None) -> str:
    """The query with absolute IRIs and no BASE: engines resolve IRIs in ways of their own.

    Raises:
        QueryRefused: an IRI is relative to one that nothing is relative to.
    """
    prologue = Prologue(base)
    written, place, depth = [], 0, 0
    word: Token | None = None
    for token in tokens(text):
        depth += (token.text == "{") - (token.text == "}")
        if token.kind == "iri":
            iri = prologue.iri(token)
            if not _SCHEME.match(iri):
                raise QueryRefused(
                    f"ต้องเขียน {token.text} เป็น IRI เต็ม",
                    f"{token.text} has to be an absolute IRI here",
                )
            begin, words = token.start, token.text if _FORBIDDEN.search(iri) else f"<{iri}>"
            if word is not None and word.text.upper() == "BASE" and not depth:
                begin, words = word.start, ""
            written += [text[place:begin], words]
            place = token.start + len(token.text)
        if not depth:
            prologue.take(token)
        word = token if token.kind == "word" else None
    return "".join([*written, text[place:]])
