"""A Turtle document as it is laid out: blocks, statements, terms, and the comments between them.

The text has passed Oxigraph, so that this reader (https://www.w3.org/TR/turtle/#sec-grammar-grammar)
may be lenient. A comment belongs to the gap between two terms; one that stands before a ``;``,
a ``,`` or inside a literal moves behind it, where the line can end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from reviewgraph.publication.layout import terms
from reviewgraph.publication.terminals import TERMINALS
from reviewgraph.publication.turtle import MAX_DEPTH, Unreadable

_TOKEN = re.compile(rf"(?P<space>(?:[ \t\r\n]+|\#[^\n\r]*)+)|{TERMINALS}", re.VERBOSE | re.DOTALL)
_COMMENT = re.compile(r"#[^\n\r]*")
_LINE_END = re.compile(r"\r\n?|\n")


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment, from its ``#`` on.

    ``own`` if it has a line of its own, else it trails what stands before it; ``blank`` if an
    empty line goes before.
    """

    text: str
    own: bool = True
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Token:
    """A token of Turtle and the comments since the one before; the last has no kind."""

    kind: str
    text: str
    at: int
    before: tuple[Comment, ...]
    blank: bool


@dataclass(frozen=True, slots=True)
class Leaf:
    """A term that has nothing inside, spelt as it will be written."""

    text: str
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """An object, or a member of a collection, with the comments before it."""

    before: tuple[Comment, ...]
    term: Leaf | Collection | Properties


@dataclass(frozen=True, slots=True)
class Pair:
    """A predicate and its objects, with the comments before it."""

    before: tuple[Comment, ...]
    verb: str
    objects: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Collection:
    """``( … )``; ``broken`` over several lines if there is a comment anywhere inside."""

    items: tuple[Item, ...]
    closing: tuple[Comment, ...]
    broken: bool


@dataclass(frozen=True, slots=True)
class Properties:
    """``[ … ]``; ``broken`` over several lines if there is a comment anywhere inside."""

    pairs: tuple[Pair, ...]
    closing: tuple[Comment, ...]
    broken: bool


@dataclass(frozen=True, slots=True)
class Directive:
    """``@prefix`` (``prefix`` is its name) or ``@base`` (it is none)."""

    prefix: str | None
    iri: str
    blank: bool
    trailing: Comment | None


@dataclass(frozen=True, slots=True)
class Statement:
    """A subject with its predicates; ``closing`` stands before the full stop."""

    subject: Leaf | Collection | Properties
    pairs: tuple[Pair, ...]
    closing: tuple[Comment, ...]
    blank: bool
    trailing: Comment | None


Block = Comment | Directive | Statement


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a text, white space and comments folded into the token that follows.

    Raises:
        Unreadable: something is no token of RDF 1.1 Turtle.
    """
    at = 0
    comments: list[Comment] = []
    line_ends = 1  # the beginning of the text is the beginning of a line
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise Unreadable("RDF 1.2 syntax is not supported", at)
        if match.lastgroup == "space":
            done = 0
            for found in _COMMENT.finditer(match[0]):
                line_ends += len(_LINE_END.findall(match[0], done, found.start()))
                comments.append(Comment(found[0].rstrip(" \t"), line_ends > 0, line_ends > 1))
                done, line_ends = found.end(), 0
            line_ends += len(_LINE_END.findall(match[0], done))
        else:
            yield Token(match.lastgroup or "", match[0], at, tuple(comments), line_ends > 1)
            comments, line_ends = [], 0
        at = match.end()
    yield Token("", "", at, tuple(comments), blank=False)


def read(text: str) -> Iterator[Block]:
    """The blocks of a document that Oxigraph accepts, top-level comments among them.

    Raises:
        Unreadable: for RDF 1.2 syntax, or nesting past ``MAX_DEPTH``.
    """
    return _Reader(text).document()


class _Reader:
    """Recursive descent; ``held`` are comments that wait for the next gap."""

    def __init__(self, text: str) -> None:
        self.tokens = tokens(text)
        self.token = next(self.tokens)
        self.held: list[Comment] = []
        self.prefixes: dict[str, str | None] = {}
        self.depth = 0

    # --- tokens and gaps

    def gap(self) -> tuple[Comment, ...]:
        """The comments before the next token; only the first can trail something."""
        found = self.held + list(self.token.before)
        self.held = []
        return tuple(
            replace(comment, own=comment.own or index > 0) for index, comment in enumerate(found)
        )

    def advance(self) -> str:
        """Step over a token whose comments were taken, or hold them for the next gap."""
        text = self.token.text
        self.token = next(self.tokens, self.token)
        return text

    def hold(self) -> str:
        """Step over a token; the comments before it come behind it."""
        self.held += self.token.before
        return self.advance()

    def accept(self, mark: str) -> bool:
        """Step over the mark if it is next, holding its comments."""
        if self.is_mark(mark):
            self.hold()
            return True
        return False

    def expect(self, mark: str) -> None:
        """Step over the mark, which must be next."""
        if not self.accept(mark):
            raise Unreadable(f"expected {mark!r}", self.token.at)

    def is_mark(self, marks: str) -> bool:
        """Whether one of these one-character marks is next."""
        return self.token.kind == "mark" and self.token.text in marks

    def trailing(self) -> Comment | None:
        """The comment on the line where the block has just ended."""
        before = self.token.before
        if not before or before[0].own:
            return None
        self.token = replace(self.token, before=before[1:])
        return before[0]

    # --- blocks

    def document(self) -> Iterator[Block]:
        """Everything, in order."""
        while self.token.kind:
            yield from self.gap()
            word = self.token.text.lower()
            if (self.token.kind == "at" and word in {"@prefix", "@base"}) or (
                self.token.kind == "word" and word in {"prefix", "base"}
            ):
                yield from self.directive()
            else:
                yield self.statement()
        yield from self.gap()

    def directive(self) -> Iterator[Block]:
        """A directive in either spelling; comments inside it are set before it, or trail it."""
        blank, sparql = self.token.blank, self.token.kind == "word"
        named = self.advance().lower().endswith("prefix")
        prefix = self.hold()[:-1] if named else None
        iri = self.hold()
        if not sparql:
            self.expect(".")
        inside, self.held = self.held, []
        trailing = self.trailing()
        if trailing is None and len(inside) == 1:
            trailing, inside = inside[0], []
        for comment in inside:
            yield replace(comment, own=True, blank=blank)
            blank = False
        if prefix is not None:
            self.prefixes[prefix] = terms.absolute(iri)
        yield Directive(prefix, iri, blank, trailing)

    def statement(self) -> Statement:
        """A statement with its full stop."""
        blank = self.token.blank
        subject = self.term()
        pairs = () if isinstance(subject, Properties) and self.is_mark(".") else self.pairs()
        closing = self.gap()
        if not self.is_mark("."):
            raise Unreadable("expected '.'", self.token.at)
        self.advance()
        trailing = self.trailing()
        if trailing is None and len(closing) == 1 and not closing[0].own:
            trailing, closing = closing[0], ()
        return Statement(subject, pairs, closing, blank, trailing)

    def pairs(self) -> tuple[Pair, ...]:
        """A predicate-object list."""
        found = []
        while True:
            before = self.gap()
            verb = terms.verb(self.iri(), self.prefixes)
            objects = [Item(self.gap(), self.term())]
            while self.accept(","):
                objects.append(Item(self.gap(), self.term()))
            found.append(Pair(before, verb, tuple(objects)))
            more = False
            while self.accept(";"):
                more = True
            if not more or self.is_mark(".]"):
                return tuple(found)

    # --- terms

    def iri(self) -> str:
        """The token of a name; the comments before it were taken."""
        if self.token.kind in {"iri", "name"} or self.token.text == "a":
            return self.advance()
        raise Unreadable("expected an IRI", self.token.at)

    def term(self) -> Leaf | Collection | Properties:
        """Any term; the comments before it were taken."""
        kind, text = self.token.kind, self.token.text
        if kind in {"iri", "name"}:
            return Leaf(terms.name(self.advance(), self.prefixes))
        if kind == "string":
            return self.literal()
        if kind in {"blank", "integer", "decimal", "double"} or text in {"true", "false"}:
            return Leaf(self.advance())
        if not self.is_mark("(["):
            raise Unreadable("expected a term", self.token.at)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Unreadable(f"brackets nest deeper than {MAX_DEPTH}", self.token.at)
        self.advance()
        bracket = self.collection() if text == "(" else self.properties()
        self.depth -= 1
        return bracket

    def literal(self) -> Leaf:
        """A string with its language tag or datatype."""
        string = self.advance()
        if self.token.kind == "at":
            return Leaf(terms.quoted(string) + self.hold())
        if self.token.text != "^^":
            return Leaf(terms.quoted(string))
        self.hold()
        self.held += self.token.before
        return Leaf(terms.typed(string, self.iri(), self.prefixes))

    def collection(self) -> Leaf | Collection:
        """What follows ``(``."""
        items = []
        while not self.is_mark(")"):
            items.append(Item(self.gap(), self.term()))
        if not items:
            self.hold()
            return Leaf("()")
        closing = self.gap()
        self.advance()
        broken = bool(closing) or any(item.before or item.term.broken for item in items)
        return Collection(tuple(items), closing, broken)

    def properties(self) -> Leaf | Properties:
        """What follows ``[``."""
        if self.accept("]"):
            return Leaf("[]")
        pairs = self.pairs()
        closing = self.gap()
        if not self.is_mark("]"):
            raise Unreadable("expected ']'", self.token.at)
        self.advance()
        broken = bool(closing) or any(
            pair.before or any(item.before or item.term.broken for item in pair.objects)
            for pair in pairs
        )
        return Properties(pairs, closing, broken)
