"""Places of the statements in an RDF/XML file.

The engine has read the file; this follows its elements once more, by the productions of
https://www.w3.org/TR/rdf-syntax-grammar/#section-Infoset-Grammar, to find where each statement is
written. What it cannot make out gets a less exact place, never a wrong statement.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat

from reviewgraph.publication.written import At, Node, Value, Written, resolve
from reviewgraph.rdf.terms import Quad

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XML = "http://www.w3.org/XML/1998/namespace"

_ATTRIBUTE = re.compile(r"""\s+([^\s=/>]+)\s*=\s*("[^"]*"|'[^']*')""")
_NAME = re.compile(r"<[^\s/>]+")

_SYNTAX = frozenset(
    RDF + name for name in ("about", "ID", "nodeID", "resource", "parseType", "datatype", "bagID")
)


def locate(text: str, base: str, quads: Sequence[Quad]) -> list[At]:
    """The places of the quads that the engine read from an RDF/XML text.

    The subject is at its node element, the predicate at its property element or attribute, the
    object at the text, the attribute's value or the node element inside. A quad whose subject
    cannot be found is at the beginning.

    Args:
        text: well-formed RDF/XML without a document type, which could define entities.
        base: the IRI that relative references are resolved against.
        quads: as the engine read them, with its own labels of blank nodes.
    """
    reader = _Reader(text, base)
    reader.read()
    return reader.written.match(quads)


@dataclass(slots=True)
class _Attribute:
    name: str
    value: str
    at: int
    value_at: int


@dataclass(slots=True)
class _Element:
    """An element that is open.

    ``kind`` is ``root``, ``node``, ``property`` or ``literal`` (inside ``rdf:parseType
    "Literal"``). ``node`` is what a node element is about; a property element of
    ``parseType="Resource"`` is both.
    """

    kind: str
    at: int
    base: str
    language: str
    node: Node = ""
    predicate: str = ""
    items: int = 0
    text: list[str] = field(default_factory=list)
    text_at: int | None = None
    filled: bool = False
    reified: str = ""
    collected: list[tuple[Node, int]] | None = None


class _Reader:
    """Notes what the elements say."""

    def __init__(self, text: str, base: str) -> None:
        self.text = text
        self.written = Written()
        self.open = [_Element("root", 0, base, "")]
        self.offsets = _Offsets(text)
        self.parser = expat.ParserCreate(namespace_separator="")
        self.parser.ordered_attributes = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters

    def read(self) -> None:
        """Read to the end, or as far as it is well-formed to this parser too."""
        try:
            self.parser.Parse(self.text, True)  # noqa: FBT003 - C code without keywords
        except expat.ExpatError:
            return

    def start(self, name: str, pairs: list[str]) -> None:
        """An element begins."""
        above = self.open[-1]
        at = self.offsets.at(self.parser.CurrentByteIndex)
        if above.kind == "literal":
            self.open.append(_Element("literal", at, above.base, above.language))
            return
        attributes = list(self.attributes(pairs, at))
        known = {attribute.name: attribute.value for attribute in attributes}
        element = _Element("node", at, above.base, above.language)
        if known.get(XML + "base"):
            element.base = resolve(known[XML + "base"], above.base).partition("#")[0]
        element.language = known.get(XML + "lang", above.language).lower()
        self.open.append(element)
        if name == RDF + "RDF" and above.kind == "root":
            element.kind = "root"
        elif above.kind == "node":
            element.kind = "property"
            self.begin_property(element, above, name, attributes, known)
        else:
            self.begin_node(element, above, name, attributes)

    def begin_node(
        self, element: _Element, above: _Element, name: str, attributes: list[_Attribute]
    ) -> None:
        """A node element (7.2.11)."""
        element.node = self.name(attributes, element)
        if name != RDF + "Description":
            where = At(element.at, element.at, element.at)
            self.written.say(element.node, RDF + "type", name, where)
        self.say_attributes(element.node, element, attributes, element.at)
        if above.kind == "property":
            above.filled = True
            if above.collected is not None:
                above.collected.append((element.node, element.at))
            else:
                self.link(above, element.node, element.at, self.open[-3])

    def name(self, attributes: list[_Attribute], element: _Element) -> Node:
        """What a node element is about; its own number where it does not say."""
        node: Node | None = None
        for attribute in attributes:
            if attribute.name == RDF + "about":
                node = resolve(attribute.value, element.base)
            elif attribute.name == RDF + "ID":
                node = resolve(f"#{attribute.value}", element.base)
            elif attribute.name == RDF + "nodeID":
                node = f"_:{attribute.value}"
        if node is None:
            return self.written.unnamed(element.at)
        self.written.node(node, element.at)
        return node

    def begin_property(
        self,
        element: _Element,
        above: _Element,
        name: str,
        attributes: list[_Attribute],
        known: dict[str, str],
    ) -> None:
        """A property element (7.2.14), as far as its start tag says what it holds."""
        if name == RDF + "li":
            above.items += 1
            name = f"{RDF}_{above.items}"
        element.predicate = name
        if RDF + "ID" in known:
            element.reified = resolve(f"#{known[RDF + 'ID']}", element.base)
        kind = known.get(RDF + "parseType")
        if kind == "Resource":
            element.kind = "node"
            element.node = self.written.unnamed(element.at)
            self.link(element, element.node, element.at, above)
            return
        if kind == "Collection":
            element.collected = []
            return
        if kind is not None:
            element.kind = "literal"
            self.link(element, Value(""), element.at, above)
            return
        self.begin_empty(element, above, attributes)

    def begin_empty(self, element: _Element, above: _Element, attributes: list[_Attribute]) -> None:
        """An empty property element (7.2.21), if its attributes name or describe a node."""
        own = [attribute for attribute in attributes if self.says(attribute)]
        target: Node | None = None
        target_at = element.at
        for attribute in attributes:
            if attribute.name == RDF + "resource":
                target, target_at = resolve(attribute.value, element.base), attribute.value_at
            elif attribute.name == RDF + "nodeID":
                target, target_at = f"_:{attribute.value}", attribute.value_at
        if target is None and own:
            target = self.written.unnamed(element.at)
        if target is not None:
            element.filled = True
            self.link(element, target, target_at, above)
            self.say_attributes(target, element, own, element.at)

    def end(self, _name: str) -> None:
        """An element ends: a property element that held no node held text or a list."""
        element = self.open.pop()
        if element.kind != "property" or (element.filled and element.collected is None):
            return
        above = self.open[-1]
        if element.collected is not None:
            self.collection(element, above)
            return
        at = element.at if element.text_at is None else element.text_at
        self.link(element, Value("".join(element.text), element.language), at, above)

    def collection(self, element: _Element, above: _Element) -> None:
        """The statements of a collection (7.2.19), each at its item."""
        items = element.collected or []
        nodes: list[Node] = [self.written.unnamed(at) for _, at in items]
        self.link(element, nodes[0] if nodes else RDF + "nil", element.at, above)
        for (item, at), node, rest in zip(items, nodes, [*nodes[1:], RDF + "nil"], strict=False):
            self.written.say(node, RDF + "first", item, At(at, at, at))
            self.written.say(node, RDF + "rest", rest, At(at, at, at))

    def characters(self, data: str) -> None:
        """Text; where it begins matters once there is more than white space."""
        element = self.open[-1]
        if element.kind != "property" or element.filled:
            return
        element.text.append(data)
        if element.text_at is None and not data.isspace():
            blank = len(data) - len(data.lstrip())
            element.text_at = self.offsets.at(self.parser.CurrentByteIndex) + blank

    def link(self, element: _Element, value: Node | Value, at: int, above: _Element) -> None:
        """The statement of a property element, and what its ``rdf:ID`` says of it (7.3)."""
        self.written.say(above.node, element.predicate, value, At(above.at, element.at, at))
        if element.reified:
            statement = element.reified
            self.written.node(statement, element.at)
            for name, term in (
                ("type", RDF + "Statement"),
                ("subject", above.node),
                ("predicate", element.predicate),
                ("object", value),
            ):
                self.written.say(statement, RDF + name, term, At(element.at, element.at, at))

    def says(self, attribute: _Attribute) -> bool:
        """Whether an attribute is a statement (7.2.25) rather than syntax."""
        return (
            ":" in attribute.name
            and attribute.name not in _SYNTAX
            and not attribute.name.startswith(XML)
        )

    def say_attributes(
        self, node: Node, element: _Element, attributes: list[_Attribute], node_at: int
    ) -> None:
        """The statements of property attributes."""
        for attribute in attributes:
            if not self.says(attribute):
                continue
            where = At(node_at, attribute.at, attribute.value_at)
            value: Node | Value = Value(attribute.value, element.language)
            if attribute.name == RDF + "type":
                value = resolve(attribute.value, element.base)
            self.written.say(node, attribute.name, value, where)

    def attributes(self, pairs: list[str], at: int) -> Iterator[_Attribute]:
        """The attributes of a start tag with their places, declarations of namespaces left out."""
        if not pairs:
            return
        name = _NAME.match(self.text, at)
        position = name.end() if name else at
        number = 0
        while number < len(pairs):
            match = _ATTRIBUTE.match(self.text, position)
            if match is None:
                return
            position = match.end()
            if match[1] == "xmlns" or match[1].startswith("xmlns:"):
                continue
            yield _Attribute(pairs[number], pairs[number + 1], match.start(1), match.start(2))
            number += 2


class _Offsets:
    """From the parser's offsets in UTF-8 to code points; they only ever grow."""

    def __init__(self, text: str) -> None:
        self.data = b"" if text.isascii() else text.encode()
        self.byte = 0
        self.point = 0

    def at(self, byte: int) -> int:
        """The code point that begins at a byte."""
        if not self.data:
            return byte
        if byte < self.byte:
            self.byte = self.point = 0
        self.point += len(self.data[self.byte : byte].decode())
        self.byte = byte
        return self.point
