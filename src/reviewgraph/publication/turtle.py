"""A reader of the Turtle family that keeps the place of every term.

Oxigraph says whether a file is well-formed (``publication.source`` asks it first) but not where a
statement stands. This reader takes a file that passed and says both: it follows the grammars of
https://www.w3.org/TR/turtle/ and https://www.w3.org/TR/trig/ (N-Triples and N-Quads are read by
the same rules) and may be lenient where the judge was already strict.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from pyoxigraph import RdfFormat, parse
from rdflib.namespace import RDF, XSD

from reviewgraph.publication.lines import Lines, Located
from reviewgraph.publication.terminals import TERMINALS
from reviewgraph.rdf.terms import IRI, BlankNode, DefaultGraph, Literal, Subject, Term

_NEXT = re.compile(
    rf"[ \t\r\n]*+(?>(?:\#[^\n\r]*+[ \t\r\n]*+)*)(?:{TERMINALS}|(?P<end>\Z))",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_CONTROL = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_NUMBERS = {kind: IRI(str(XSD[kind])) for kind in ("integer", "decimal", "double")}
_BOOLEAN = IRI(str(XSD.boolean))
_TYPE, _FIRST, _REST, _NIL = (IRI(str(t)) for t in (RDF.type, RDF.first, RDF.rest, RDF.nil))

_UNNAMED = DefaultGraph()

MAX_DEPTH = 200
"""How deep brackets may nest; people who write by hand stay below ten."""


class Unreadable(Exception):
    """The text is beyond this reader; ``offset`` is the code point where it gave up."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset


def read(
    text: str, *, base: str, scope: str, lines: Lines, graph: Subject | DefaultGraph = _UNNAMED
) -> Iterator[Located]:
    """The statements of a well-formed document, in document order.

    Args:
        text: Turtle, TriG, N-Triples or N-Quads.
        base: the IRI that relative references are resolved against.
        scope: a prefix for blank node labels, so that two files' ``_:x`` stay two nodes.
        lines: of the same text; an anonymous blank node is labelled with its place.
        graph: the graph of the statements that are in none.

    Raises:
        Unreadable: for RDF 1.2 syntax, an undeclared prefix, or nesting past ``MAX_DEPTH``.
    """
    return _Reader(text, base, scope, lines, graph).document()


@lru_cache(maxsize=65536)
def _resolve(reference: str, base: str) -> IRI:
    """RFC 3986 resolution, done by the engine so that both readings agree."""
    if ":" in reference.split("/", 1)[0]:
        return _named(reference)
    turtle = f"<{reference}> a <x:y> ."
    subject = next(iter(parse(turtle, format=RdfFormat.TURTLE, base_iri=base))).subject
    if not isinstance(subject, IRI):  # pragma: no cover - an IRI reference resolves to an IRI
        raise TypeError(reference)
    return subject


@lru_cache(maxsize=1 << 17)
def _named(iri: str) -> IRI:
    """The same object for the same IRI, in all files: most of a large graph is repetition."""
    return IRI(iri)


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text

    def character(match: re.Match[str]) -> str:
        short, long, letter = match.groups()
        if letter is None:
            return chr(int(short or long, 16))
        return _CONTROL.get(letter, letter)

    return _ESCAPE.sub(character, text)


class _Reader:
    """Recursive descent with one token of look-ahead."""

    def __init__(
        self,
        text: str,
        base: str,
        scope: str,
        lines: Lines,
        unnamed: Subject | DefaultGraph,
    ) -> None:
        self.text = text
        self.base = base
        self.scope = scope
        self.lines = lines
        self.prefixes: dict[str, str] = {}
        self.unnamed = unnamed
        self.graph = unnamed
        self.found: list[Located] = []
        self.depth = 0
        self.kind = ""
        self.token = ""
        self.at = 0
        self._end = 0
        self.advance()

    # --- tokens

    def advance(self) -> None:
        """Move to the next token that is not white space; ``kind`` is empty at the end."""
        match = _NEXT.match(self.text, self._end)
        if match is None:
            raise Unreadable("RDF 1.2 syntax is not supported", self._end)
        kind = match.lastgroup or ""
        self._end = match.end()
        self.at = match.start(kind)
        self.token = match[kind]
        self.kind = "" if kind == "end" else kind

    def accept(self, mark: str) -> bool:
        """Step over the mark if it is next."""
        if self.kind == "mark" and self.token == mark:
            self.advance()
            return True
        return False

    def expect(self, mark: str) -> None:
        """Step over the mark, which must be next."""
        if not self.accept(mark):
            raise Unreadable(f"expected {mark!r}", self.at)

    def is_mark(self, marks: str) -> bool:
        """Whether one of these one-character marks is next."""
        return self.kind == "mark" and self.token in marks

    # --- document

    def document(self) -> Iterator[Located]:
        """All statements; handed out block by block, so that memory follows the caller."""
        while self.kind:
            self.block()
            yield from self.found
            self.found.clear()

    def block(self) -> None:
        """A directive, a graph, or a statement with its full stop."""
        word = self.token.lower()
        if (self.kind == "at" and word in {"@prefix", "@base"}) or (
            self.kind == "word" and word in {"prefix", "base"}
        ):
            self.directive(word)
        elif self.kind == "word" and word == "graph":
            self.advance()
            self.graph_block(self.subject())
        elif self.is_mark("{"):
            self.graph_block(self.unnamed)
        else:
            at = self.at
            properties = self.is_mark("[")
            subject = self.subject()
            if self.is_mark("{"):
                self.graph_block(subject)
                return
            if not (properties and self.is_mark(".")):
                self.predicates(subject, at)
            self.expect(".")

    def directive(self, word: str) -> None:
        """``@prefix``, ``@base`` and their SPARQL spellings."""
        sparql = self.kind == "word"
        self.advance()
        if word.endswith("prefix"):
            name = self.token[:-1]
            self.advance()
            self.prefixes[name] = self.iri().value
        else:
            self.base = self.iri().value
        if not sparql:
            self.expect(".")

    def graph_block(self, name: Subject | DefaultGraph) -> None:
        """TriG's ``{ … }``: the last full stop inside is optional."""
        self.graph = name
        self.expect("{")
        while not self.accept("}"):
            at = self.at
            properties = self.is_mark("[")
            subject = self.subject()
            if not (properties and self.is_mark(".}")):
                self.predicates(subject, at)
            if not self.is_mark("}"):
                self.expect(".")
        self.graph = self.unnamed

    def predicates(self, subject: Subject, subject_at: int) -> None:
        """A predicate-object list."""
        while True:
            predicate_at = self.at
            if self.kind == "word" and self.token == "a":  # noqa: S105 - Turtle's keyword
                self.advance()
                predicate = _TYPE
            else:
                predicate = self.iri()
            while True:
                object_at = self.at
                value = self.object()
                self.emit(subject, predicate, value, subject_at, predicate_at, object_at)
                if not self.accept(","):
                    break
            more = False
            while self.accept(";"):
                more = True
            if not more or self.is_mark(".]}"):
                return

    def emit(self, s: Subject, p: IRI, o: Term, s_at: int, p_at: int, o_at: int) -> None:
        """Note one statement; N-Quads may name its graph after the object."""
        graph = self.graph
        if self.kind in {"iri", "blank"} and graph is self.unnamed:
            graph = self.subject()
        self.found.append(Located(s, p, o, graph, s_at, p_at, o_at))

    # --- terms

    def subject(self) -> Subject:
        """An IRI, a blank node, a collection."""
        term = self.object()
        if isinstance(term, Literal):
            raise Unreadable("a literal cannot be a subject", self.at)
        return term

    def iri(self) -> IRI:
        """An IRI in angle brackets or as a prefixed name."""
        kind, token, at = self.kind, self.token, self.at
        if kind == "iri":
            self.advance()
            return _resolve(_unescape(token[1:-1]), self.base)
        if kind == "name":
            prefix, local = token.split(":", 1)
            if prefix not in self.prefixes:
                raise Unreadable(f"prefix {prefix!r} is not declared", at)
            self.advance()
            if "\\" in local:
                local = re.sub(r"\\(.)", r"\1", local)
            return _named(self.prefixes[prefix] + local)
        raise Unreadable("expected an IRI", at)

    def object(self) -> Term:
        """Any term."""
        kind, token = self.kind, self.token
        if kind in {"iri", "name"}:
            return self.iri()
        if kind == "string":
            return self.literal()
        if kind == "blank":
            self.advance()
            return BlankNode(f"{self.scope}n{token[2:]}")
        if kind in _NUMBERS:
            self.advance()
            return Literal(token, datatype=_NUMBERS[kind])
        if kind == "word" and token in {"true", "false"}:
            self.advance()
            return Literal(token, datatype=_BOOLEAN)
        if self.is_mark("(["):
            self.depth += 1
            if self.depth > MAX_DEPTH:
                raise Unreadable(f"brackets nest deeper than {MAX_DEPTH}", self.at)
            term = self.collection() if token == "(" else self.blank_node()  # noqa: S105
            self.depth -= 1
            return term
        raise Unreadable("expected a term", self.at)

    def anonymous(self, at: int) -> BlankNode:
        """A blank node labelled with where it stands."""
        line, column = self.lines.at(at)
        return BlankNode(f"{self.scope}l{line}c{column}")

    def blank_node(self) -> BlankNode:
        """``[]`` or ``[ … ]``."""
        at = self.at
        node = self.anonymous(at)
        self.expect("[")
        if not self.is_mark("]"):
            self.predicates(node, at)
        self.expect("]")
        return node

    def collection(self) -> Subject:
        """``( … )`` as a chain of ``rdf:first`` and ``rdf:rest``."""
        self.expect("(")
        head: Subject = _NIL
        last: Subject | None = None
        while not self.accept(")"):
            at = self.at
            # An item that is itself a bracket has the same place: the link gets its own letter.
            line, column = self.lines.at(at)
            link = BlankNode(f"{self.scope}i{line}c{column}")
            self.found.append(Located(link, _FIRST, self.object(), self.graph, at, at, at))
            if last is None:
                head = link
            else:
                self.found.append(Located(last, _REST, link, self.graph, at, at, at))
            last = link
        if last is not None:
            end = self.at
            self.found.append(Located(last, _REST, _NIL, self.graph, end, end, end))
        return head

    def literal(self) -> Literal:
        """A string with its language tag or datatype."""
        token = self.token
        quotes = 3 if token[:3] in {'"""', "'''"} else 1
        value = _unescape(token[quotes:-quotes])
        self.advance()
        if self.kind == "at":
            language = self.token[1:]
            self.advance()
            return Literal(value, language=language)
        if self.accept("^^"):
            return Literal(value, datatype=self.iri())
        return Literal(value)
