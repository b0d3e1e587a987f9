"""One document laid out, and proof that it still says the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from reviewgraph.errors import Place, SourceSyntaxError
from reviewgraph.publication import turtle
from reviewgraph.publication.layout import tree
from reviewgraph.publication.layout.page import write
from reviewgraph.publication.lines import Lines
from reviewgraph.publication.source import judge
from reviewgraph.rdf.formats import TURTLE
from reviewgraph.rdf.terms import BlankNode, Quad, statement

_BASE = "https://base.invalid/a/b/c"
"""Relative references stay as they are written: any base shows whether they mean the same."""


def lay_out(text: str, name: str) -> str:
    """The document in its one layout.

    Args:
        text: Turtle, without byte order mark.
        name: what the document is called in an error.

    Raises:
        SourceSyntaxError: it is not well-formed, is beyond this program, or its new layout would
            not hold the same statements in the same order and the same comments.
    """
    quads = list(judge(text, TURTLE, name, _BASE))
    try:
        written = write(tree.read(text))
        if written == text:
            return text
        same = _comments(text) == _comments(written) and _in_order(text) == _in_order(written)
    except turtle.Unreadable as error:
        raise SourceSyntaxError(
            f"อ่านตรงนี้ไม่ได้: {error.reason}",
            f"cannot be read here: {error.reason}",
            Place(name, *Lines(text).at(error.offset)),
        ) from error
    if not (same and _outline(quads) == _outline(judge(written, TURTLE, name, _BASE))):
        raise SourceSyntaxError(
            "จัดรูปไฟล์นี้โดยไม่ให้ความหมายเปลี่ยนไม่ได้ จึงไม่แก้ไขไฟล์ โปรดแจ้งผู้พัฒนา",
            "this file has no layout that is sure to say the same, so it was left as it is; "
            "please report it",
            Place(name, 1),
        )
    return written


def _comments(text: str) -> list[str]:
    """The comments in order; only inside a directive may they change places with it."""
    return sorted(comment.text for token in tree.tokens(text) for comment in token.before)


def _in_order(text: str) -> list[tuple[object, ...]]:
    """The statements in the author's order, blank nodes numbered as they appear.

    Two equal lists show the one-to-one mapping of blank nodes that isomorphism asks for
    (https://www.w3.org/TR/rdf11-concepts/#graph-isomorphism) without the cost of a canonical form.
    """
    numbers: dict[str, int] = {}
    return [
        tuple(
            numbers.setdefault(term.value, len(numbers)) if isinstance(term, BlankNode) else term
            for term in located.statement
        )
        for located in turtle.read(text, base=_BASE, scope="b", lines=Lines(text))
    ]


def _outline(quads: Iterable[Quad]) -> Counter[tuple[object, ...]]:
    """What Oxigraph, whose order depends on punctuation, found: blank nodes all look the same."""
    return Counter(
        tuple(None if isinstance(term, BlankNode) else term for term in statement(quad))
        for quad in quads
    )
