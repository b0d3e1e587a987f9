"""Places of the statements in a JSON-LD file.

The engine has read the file; this walks over its text once more, along the node objects and by
their inline contexts, to find where each statement is written. It is no JSON-LD processor: what
it cannot make out gets a less exact place, never a wrong statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from reviewgraph.publication.json_text import Array, Atom, Json, Object, Text, scan
from reviewgraph.publication.jsonld_context import Context, Definition
from reviewgraph.publication.written import BEGINNING, At, Node, Value, Written
from reviewgraph.rdf.terms import Quad

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

Emit: TypeAlias = Callable[[Node | Value, int], None]
"""Takes what stands at the other end of a property, and where."""

_NO_TERM = Definition()
_MAX_DIGITS = 20
"""A whole number with more digits is an ``xsd:double`` to the engine."""


def locate(text: str, base: str, quads: Sequence[Quad]) -> list[At]:
    """The places of the quads that the engine read from a JSON-LD text.

    The subject is at the ``{`` of its node object, the predicate at its key, the object at its
    value or ``@id``. A quad whose subject cannot be found is at the beginning.

    Args:
        text: well-formed JSON-LD, not deeper than the reader of files allows.
        base: the IRI that relative references are resolved against.
        quads: as the engine read them, with its own labels of blank nodes.
    """
    reader = _Reader()
    try:
        reader.nodes(scan(text), Context(base, base))
    except (ValueError, RecursionError):
        return [BEGINNING] * len(quads)
    return reader.written.match(quads)


class _Reader:
    """Notes what the node objects say."""

    def __init__(self) -> None:
        self.written = Written()
        self._extended: dict[tuple[int, int], tuple[Context, Context]] = {}

    def nodes(self, value: Json, context: Context) -> None:
        """Node objects that no property holds: the top level, ``@graph``, ``@included``."""
        if isinstance(value, Array):
            for item in value.items:
                self.nodes(item, context)
        elif isinstance(value, Object):
            context = self.entered(value, context)
            local = self.local(value, context)
            members = {local.expand(key, vocab=True): item for key, _, item in value.members}
            if "@set" in members:
                self.nodes(members["@set"], local)
            elif "@value" not in members and "@list" not in members:
                self.node(value, context)

    def extended(self, context: Context, local: Json, *, propagate: bool = True) -> Context:
        """The context with a local one; each pair is put together once."""
        key = (id(context), local.at)
        if key not in self._extended:  # kept with what was extended, so that its id stays its own
            self._extended[key] = (context, context.extended(local, propagate=propagate))
        return self._extended[key][1]

    def local(self, value: Object, context: Context) -> Context:
        """The context inside an object: with its own ``@context``."""
        for key, _, item in value.members:
            if key == "@context":
                context = self.extended(context, item)
        return context

    def held(self, context: Context, term: Definition) -> Context:
        """The context of a property's values: with the one that its term's definition holds."""
        if term.context is None:
            return context
        return self.extended(context.previous or context, term.context)

    def entered(self, item: Object, context: Context) -> Context:
        """Without a type-scoped context, which ends at the next node object that says something."""
        if context.previous is None:
            return context
        keys = [context.expand(key, vocab=True) for key, _, _ in item.members]
        return context if "@value" in keys or keys == ["@id"] else context.previous

    def node(self, value: Object, context: Context, name: str = "", kind: str = "") -> Node:
        """A node object; ``name`` and ``kind`` are its id and type where a map's key says so."""
        inner = self.local(value, context)
        outer, types = inner, [kind] if kind else []
        for key, _, item in _with_nested(value, inner):
            if inner.expand(key, vocab=True) == "@type":
                types += [text.value for text in _texts(item)]
        for word in sorted(types):
            scoped = outer.terms.get(word, _NO_TERM).context
            if scoped is not None:
                inner = self.extended(inner, scoped, propagate=False)
        node: Node | None = inner.expand(name, vocab=False) if name else None
        for key, _, item in _with_nested(value, inner):
            if inner.expand(key, vocab=True) == "@id":
                node = inner.expand(item.value, vocab=False) if isinstance(item, Text) else ""
        if node is None:
            node = self.written.unnamed(value.at)
        elif len(value.members) > 1 or name:  # a reference describes nothing
            self.written.node(node, value.at)
        if kind:
            self.kinds(node, value.at, value.at, Text(value.at, kind), outer)
        self.members(value, inner, outer, node, value.at)
        return node

    def members(
        self, value: Object, context: Context, outer: Context, node: Node, node_at: int
    ) -> None:
        """The members of a node object."""
        for key, key_at, item in _with_nested(value, context):
            iri = context.expand(key, vocab=True)
            if iri == "@type":
                self.kinds(node, node_at, key_at, item, outer)
            elif iri in {"@graph", "@included"}:
                self.nodes(item, context)
            elif iri == "@reverse" and isinstance(item, Object):
                for name, at, below in item.members:
                    term = context.definition(name)
                    emit = self.emitter(node, term.iri, node_at, at, turned=not term.reverse)
                    self.values(below, self.held(context, term), term, emit)
            elif ":" in iri:
                term = context.definition(key)
                emit = self.emitter(node, iri, node_at, key_at, turned=term.reverse)
                self.values(item, self.held(context, term), term, emit)

    def emitter(self, node: Node, iri: str, node_at: int, key_at: int, *, turned: bool) -> Emit:
        """Notes statements of one member; ``turned`` where the node is their object."""

        def emit(value: Node | Value, at: int) -> None:
            if not turned:
                self.written.say(node, iri, value, At(node_at, key_at, at))
            elif not isinstance(value, Value):
                self.written.node(value, at)
                self.written.say(value, iri, node, At(at, key_at, node_at))

        return emit

    def kinds(self, node: Node, node_at: int, key_at: int, item: Json, context: Context) -> None:
        """The statements of ``@type``."""
        for text in _texts(item):
            iri = context.expand(text.value, vocab=True) or context.expand(text.value, vocab=False)
            self.written.say(node, f"{RDF}type", iri, At(node_at, key_at, text.at))

    def values(self, item: Json, context: Context, term: Definition, emit: Emit) -> None:
        """The values of a property, as its term's container has them."""
        if term.type == "@json":
            emit(Value(""), item.at)
        elif "@list" in term.container and not _is_list(item, context):
            self.items(item, context, term, emit)
        elif isinstance(item, Object) and "@language" in term.container:
            for key, _, below in item.members:
                language = "" if context.expand(key, vocab=True) == "@none" else key.lower()
                for text in _texts(below):
                    emit(Value(text.value, language), text.at)
        elif isinstance(item, Object) and term.container & {"@id", "@type", "@index"}:
            self.mapped(item, context, term, emit)
        elif "@graph" in term.container:
            self.graphs(item, context, emit)
        elif isinstance(item, Array):
            for below in item.items:
                self.values(below, context, term, emit)
        else:
            self.value(item, context, term, emit)

    def mapped(self, item: Object, context: Context, term: Definition, emit: Emit) -> None:
        """A map of nodes by id, by type, or by what has no statement of its own."""
        for key, key_at, below in item.members:
            word = "" if context.expand(key, vocab=True) == "@none" else key
            if term.index and word:
                self.indexed(below, Text(key_at, key), context, term, emit)
                continue
            for value in below.items if isinstance(below, Array) else [below]:
                if "@graph" in term.container:
                    self.graphs(value, context, emit, word if "@id" in term.container else "")
                elif "@index" in term.container or not isinstance(value, Object | Text):
                    self.value(value, context, term, emit)
                elif isinstance(value, Text):
                    iri = context.expand(value.value, vocab=False)
                    self.written.node(iri, value.at)
                    self.kinds(iri, value.at, value.at, Text(value.at, word), context)
                    emit(iri, value.at)
                elif "@id" in term.container:
                    inner = self.entered(value, context)
                    emit(self.node(value, inner, name=word), value.at)
                else:
                    inner = self.entered(value, context)
                    emit(self.node(value, inner, kind=word), self.name_at(value, inner))

    def indexed(
        self, below: Json, key: Text, context: Context, term: Definition, emit: Emit
    ) -> None:
        """The values below a map's key that is itself the value of a property of theirs."""

        def emit_both(value: Node | Value, at: int) -> None:
            emit(value, at)
            if not isinstance(value, Value):
                self.written.say(value, term.index, Value(key.value), At(at, key.at, key.at))

        for value in below.items if isinstance(below, Array) else [below]:
            self.value(value, context, term, emit_both)

    def graphs(self, item: Json, context: Context, emit: Emit, name: str = "") -> None:
        """Values that are graphs: each is named by an unnamed node unless a key names it."""
        for value in item.items if isinstance(item, Array) else [item]:
            if not isinstance(value, Object):
                continue
            if any(context.expand(key, vocab=True) == "@graph" for key, _, _ in value.members):
                emit(self.node(value, context, name=name), value.at)
                continue
            node: Node = context.expand(name, vocab=False)
            emit(node or self.written.unnamed(value.at), value.at)
            self.nodes(value, context)

    def value(self, item: Json, context: Context, term: Definition, emit: Emit) -> None:
        """One value of a property."""
        if isinstance(item, Text):
            if term.type in {"@id", "@vocab"}:
                iri = context.expand(item.value, vocab=True) if term.type == "@vocab" else ""
                emit(iri or context.expand(item.value, vocab=False), item.at)
            else:
                plain = not term.type or term.type == "@none"
                language = context.language if term.language is None else term.language
                emit(Value(item.value, language if plain else ""), item.at)
        elif isinstance(item, Atom):
            if item.value != "null":
                emit(Value(_number(item.value)), item.at)
        elif isinstance(item, Array):
            for below in item.items:
                self.value(below, context, term, emit)
        else:
            self.object_value(item, context, term, emit)

    def object_value(self, item: Object, context: Context, term: Definition, emit: Emit) -> None:
        """A value that is an object: a literal, a list, a set, a node."""
        inner = self.entered(item, context)
        local = self.local(item, inner)
        members = {local.expand(key, vocab=True): value for key, _, value in item.members}
        if "@value" in members:
            value, language = members["@value"], members.get("@language")
            tag = language.value.lower() if isinstance(language, Text) else ""
            if isinstance(value, Text):
                emit(Value(value.value, tag), value.at)
            else:
                emit(Value(_number(value.value) if isinstance(value, Atom) else ""), value.at)
        elif "@list" in members:
            self.items(members["@list"], local, term, emit)
        elif "@set" in members:
            self.values(members["@set"], local, term, emit)
        else:
            emit(self.node(item, inner), self.name_at(item, local))

    def name_at(self, item: Object, context: Context) -> int:
        """The place of a node object's ``@id``, else of the object."""
        for key, _, value in item.members:
            if context.expand(key, vocab=True) == "@id":
                return value.at
        return item.at

    def items(self, item: Json, context: Context, term: Definition, emit: Emit) -> None:
        """A list: the statements of its cells, each at its item."""
        inner = Definition(iri=term.iri, type=term.type, language=term.language)
        cells: list[tuple[Node | Value, int]] = []
        for below in item.items if isinstance(item, Array) else [item]:
            if isinstance(below, Array):
                self.items(below, context, inner, lambda *cell: cells.append(cell))
            else:
                self.value(below, context, inner, lambda *cell: cells.append(cell))
        nodes: list[Node] = [self.written.unnamed(at) for _, at in cells]
        emit(nodes[0] if nodes else f"{RDF}nil", item.at)
        for (value, at), node, rest in zip(cells, nodes, [*nodes[1:], f"{RDF}nil"], strict=False):
            self.written.say(node, f"{RDF}first", value, At(at, at, at))
            self.written.say(node, f"{RDF}rest", rest, At(at, at, at))


def _with_nested(value: Object, context: Context) -> Iterable[tuple[str, int, Json]]:
    """The members of an object and of those that ``@nest`` only groups inside it."""
    for key, at, item in value.members:
        if context.expand(key, vocab=True) != "@nest":
            yield key, at, item
            continue
        for nested in item.items if isinstance(item, Array) else [item]:
            if isinstance(nested, Object):
                yield from _with_nested(nested, context)


def _texts(item: Json) -> Iterable[Text]:
    items = item.items if isinstance(item, Array) else [item]
    return [value for value in items if isinstance(value, Text)]


def _is_list(item: Json, context: Context) -> bool:
    return isinstance(item, Object) and any(
        context.expand(key, vocab=True) == "@list" for key, _, _ in item.members
    )


def _number(written: str) -> str:
    """The lexical form that the engine gives a number (JSON-LD 1.1 API, 8.2.2) or a boolean."""
    if written in {"true", "false", "null"}:
        return written
    mantissa, _, power = written.lower().lstrip("-").partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    if not digits or len(power) > _MAX_DIGITS:
        return "0"
    exponent = int(power or "0") - len(fraction) + len(digits) - 1
    digits = digits.rstrip("0")
    sign = "-" if written.startswith("-") else ""
    if len(digits) - 1 <= exponent < _MAX_DIGITS:
        return sign + digits.ljust(exponent + 1, "0")
    return f"{sign}{digits[0]}.{digits[1:] or '0'}E{exponent}"
