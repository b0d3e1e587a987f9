"""RDF 1.1 XML Syntax (https://www.w3.org/TR/rdf-syntax-grammar/), written.

One ``rdf:Description`` a subject, one element a statement. What XML cannot hold is refused: a
reader would get another graph, or none.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from rdflib.namespace import RDF, XSD

from reviewgraph.rdf.terms import IRI, BlankNode, Literal, Statement

_RDF = str(RDF)
_END = "</rdf:RDF>\n"
_STRING = str(XSD.string)
_LOCAL = re.compile(r"[^\W\d][\w.-]*$")
_PREFIX = re.compile(r"(?!xml)[a-z_][a-z0-9_.-]*", re.IGNORECASE)
# https://www.w3.org/TR/xml/#charsets: what no XML document may hold, not even escaped.
ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Section 5.1: names of the RDF namespace that are not property elements; rdf:li is rewritten.
_RESERVED = frozenset(
    _RDF + name
    for name in [
        "Description",
        "RDF",
        "ID",
        "about",
        "bagID",
        "parseType",
        "resource",
        "nodeID",
        "datatype",
        "li",
        "aboutEach",
        "aboutEachPrefix",
    ]
)


class IllegalInXml(Exception):
    """Its message names what RDF/XML has no way to write."""


def illegal_character(text: str) -> str | None:
    """The first character that no XML document may hold, as ``U+0001``."""
    found = ILLEGAL.search(text)
    return f"U+{ord(found[0]):04X}" if found else None


def has_element_name(iri: str) -> bool:
    """Whether a property's IRI ends in a name that XML allows for an element."""
    found = _LOCAL.search(iri)
    return found is not None and found.start() > 0 and iri not in _RESERVED


def write_rdfxml(triples: Sequence[Statement], prefixes: Mapping[str, str]) -> str:
    """The document of statements that are grouped by subject.

    Raises:
        IllegalInXml: a character, or a property name, that XML does not have.
    """
    names = _Names(prefixes)
    body = "".join(_body(triples, names))
    return f"{_head(names)}{body}{_END}"


def write_rdfxml_to(path: Path, triples: Iterable[Statement], prefixes: Mapping[str, str]) -> None:
    """The same document into a file, in flat memory.

    The namespaces at its head are known at its end, so the body is written beside it first.

    Raises:
        IllegalInXml: a character, or a property name, that XML does not have.
        OSError: the file cannot be written.
    """
    names = _Names(prefixes)
    with tempfile.TemporaryFile(dir=path.parent) as body:
        for piece in _body(triples, names):
            body.write(piece.encode())
        body.seek(0)
        with path.open("wb") as file:
            file.write(_head(names).encode())
            shutil.copyfileobj(body, file, 1 << 20)
            file.write(_END.encode())


def _head(names: _Names) -> str:
    declared = "".join(f"\n    xmlns:{name}={_quoted(iri)}" for name, iri in names.used())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{declared}>\n'


def _body(triples: Iterable[Statement], names: _Names) -> Iterator[str]:
    nodes = _Nodes()
    for subject, about in groupby(triples, key=lambda item: item[0]):
        yield f"  <rdf:Description {nodes.attribute(subject, 'rdf:about')}>\n"
        for _, predicate, value in about:
            element = names.element(predicate.value)
            if isinstance(value, Literal):
                yield f"    <{element}{_literal(value)}</{element}>\n"
            else:
                yield f"    <{element} {nodes.attribute(value, 'rdf:resource')}/>\n"
        yield "  </rdf:Description>\n"


def _literal(value: Literal) -> str:
    """The attributes and the text of a property element, the bracket between them."""
    if value.language:
        attribute = f" xml:lang={_quoted(value.language)}"
    elif value.datatype.value == _STRING:
        attribute = ""
    else:
        attribute = f" rdf:datatype={_quoted(value.datatype.value)}"
    return f"{attribute}>{_text(value.value)}"


def _text(text: str) -> str:
    if character := illegal_character(text):
        raise IllegalInXml(character)
    # A carriage return that is not escaped reaches the reader as a line feed.
    return escape(text, {"\r": "&#13;"})


def _quoted(text: str) -> str:
    return quoteattr(text)


class _Nodes:
    """Gives blank nodes names that XML allows."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def attribute(self, node: IRI | BlankNode, name: str) -> str:
        if isinstance(node, IRI):
            return f"{name}={_quoted(node.value)}"
        label = self._names.setdefault(node.value, f"b{len(self._names)}")
        return f'rdf:nodeID="{label}"'


class _Names:
    """Splits property IRIs into a namespace and a name of XML."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = {
            iri: name for name, iri in sorted(prefixes.items()) if _PREFIX.fullmatch(name)
        } | {_RDF: "rdf"}
        self._used = {"rdf": _RDF}

    def element(self, iri: str) -> str:
        found = _LOCAL.search(iri)
        if found is None or not has_element_name(iri):
            raise IllegalInXml(f"the property <{iri}>")
        namespace = iri[: found.start()]
        name = self._prefixes.get(namespace)
        if name is None:
            taken = set(self._prefixes.values())
            name = next(n for i in range(1, len(taken) + 2) if (n := f"ns{i}") not in taken)
            self._prefixes[namespace] = name
        self._used[name] = namespace
        return f"{name}:{found[0]}"

    def used(self) -> list[tuple[str, str]]:
        return sorted(self._used.items())
