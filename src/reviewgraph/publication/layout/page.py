"""Blocks written down: what was read from a written page is written as the same page again."""

from __future__ import annotations

from collections.abc import Iterable

from reviewgraph.publication.layout.tree import (
    Block,
    Collection,
    Comment,
    Directive,
    Item,
    Leaf,
    Pair,
    Properties,
    Statement,
)

INDENT = "    "


def write(blocks: Iterable[Block]) -> str:
    """The document of the blocks: one predicate a line, one empty line between blocks."""
    page = _Page()
    last: Block | None = None
    for block in _sorted(blocks):
        if last is not None and _apart(last, block):
            page.lines.append("")
        if isinstance(block, Comment):
            page.lines.append(block.text)
        elif isinstance(block, Directive):
            page.directive(block)
        else:
            page.statement(block)
        last = block
    return "".join(f"{line}\n" for line in page.lines)


def _apart(last: Block, block: Block) -> bool:
    """Whether an empty line goes between: the author has a say only after a comment."""
    if isinstance(last, Comment):
        return block.blank
    return not (isinstance(last, Directive) and isinstance(block, Directive))


def _sorted(blocks: Iterable[Block]) -> Iterable[Block]:
    """Prefixes sorted within each run that no comment line and no other block breaks.

    Of two with one name the later stays the later.
    """
    run: list[Directive] = []
    for block in blocks:
        if isinstance(block, Directive) and block.prefix is not None:
            run.append(block)
            continue
        yield from _run(run)
        run = []
        yield block
    yield from _run(run)


def _run(run: list[Directive]) -> Iterable[Directive]:
    blank = bool(run) and run[0].blank  # before the run, whichever prefix comes to stand first
    for block in sorted(run, key=lambda directive: directive.prefix or ""):
        yield Directive(block.prefix, block.iri, blank, block.trailing)


class _Page:
    """Lines, and the line that is being written."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line = ""
        self.fresh = True

    # --- lines

    def word(self, text: str) -> None:
        """Write a token, with a space if something stands before it."""
        self.line += text if self.fresh else f" {text}"
        self.fresh = False

    def newline(self, level: int) -> None:
        """End the line; the next is indented to the level."""
        if not self.fresh:
            self.lines.append(self.line)
        self.line = INDENT * level
        self.fresh = True

    def comments(self, comments: tuple[Comment, ...], level: int) -> None:
        """Write a gap's comments, each ends its line."""
        for comment in comments:
            if comment.own:
                self.newline(level)
            self.word(comment.text)

    def gap(self, comments: tuple[Comment, ...], level: int, *, end: bool) -> None:
        """Write a gap's comments and begin a line if there were any, or if ``end`` says so."""
        self.comments(comments, level)
        if comments or end:
            self.newline(level)

    # --- blocks

    def directive(self, directive: Directive) -> None:
        """Always with ``@``, whichever spelling it had."""
        self.word("@base" if directive.prefix is None else f"@prefix {directive.prefix}:")
        self.word(directive.iri)
        self.stop(directive.trailing)

    def statement(self, statement: Statement) -> None:
        """The subject with its first predicate, each further predicate on a line of its own."""
        self.term(statement.subject, 0)
        self.pairs(statement.pairs, 1, broken=True, first=False)
        if statement.closing:
            if statement.pairs:
                self.word(";")
            self.gap(statement.closing, 1, end=True)
        self.stop(statement.trailing)

    def stop(self, trailing: Comment | None) -> None:
        """The full stop, and the comment behind it."""
        self.word(".")
        if trailing:
            self.word(trailing.text)
        self.newline(0)

    # --- inside a statement

    def pairs(self, pairs: tuple[Pair, ...], level: int, *, broken: bool, first: bool) -> None:
        """Predicates with their objects; ``first`` if the first one begins a line, too."""
        for index, pair in enumerate(pairs):
            if index:
                self.word(";")
            self.gap(pair.before, level, end=broken and (index > 0 or first))
            self.word(pair.verb)
            self.objects(pair.objects, level)

    def objects(self, objects: tuple[Item, ...], level: int) -> None:
        """Objects on the predicate's line, unless comments are between them."""
        split = any(item.before for item in objects[1:])
        for index, item in enumerate(objects):
            if index:
                self.word(",")
            self.gap(item.before, level + 1, end=split and index > 0)
            self.term(item.term, level + self.fresh)

    def term(self, term: Leaf | Collection | Properties, level: int) -> None:
        """A term; what is inside a broken bracket stands one level deeper."""
        if isinstance(term, Leaf):
            self.word(term.text)
            return
        opening, closing = "()" if isinstance(term, Collection) else "[]"
        self.word(opening)
        if isinstance(term, Collection):
            for item in term.items:
                self.gap(item.before, level + 1, end=term.broken)
                self.term(item.term, level + 1)
        else:
            self.pairs(term.pairs, level + 1, broken=term.broken, first=True)
            if any(comment.own for comment in term.closing):
                self.word(";")
        if term.broken:
            self.comments(term.closing, level + 1)
            self.newline(level)
        self.word(closing)
