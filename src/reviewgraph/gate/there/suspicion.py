"""Which nodes may break a shape, as far as a query can say: all that do, and perhaps some others.

Every condition errs on the side of suspicion: an expression that cannot be evaluated counts as
broken (``COALESCE(…, true)``), a literal of a datatype must be written plainly, and a pattern is
only left to the engine if it is one that every dialect reads alike. What is found is judged again
by the evaluator, so suspicion costs time and changes no result.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import count
from typing import Final

from rdflib import Literal as RdflibLiteral
from rdflib import URIRef
from rdflib.namespace import RDF, SH, XSD
from rdflib.term import Node

from reviewgraph.gate.shacl import paths
from reviewgraph.gate.shacl.components import COMPONENTS
from reviewgraph.gate.shacl.model import Shape, Shapes
from reviewgraph.rdf.terms import Term, from_rdflib

EVERYTHING: Final = "true"
"""The condition of which nothing is known."""
_PLAIN: Final = {
    str(XSD.integer): "^[+-]?[0-9]{1,15}$",
    str(XSD.nonNegativeInteger): "^[0-9]{1,15}$",
    str(XSD.positiveInteger): "^[1-9][0-9]{0,14}$",
    str(XSD.boolean): "^(true|false)$",
    str(XSD.date): "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$",
    str(XSD.gYear): "^[0-9]{4}$",
    str(XSD.string): "",
    str(RDF.langString): "",
}
"""By datatype how a literal of it is surely well-formed; nothing to see to where it is empty."""
_CHARACTERS: Final = r"A-Za-z0-9_\u0e00-\u0e7f /:,;@"
_ALIKE: Final = re.compile(
    rf"(?:[{_CHARACTERS}~=!&<>'#%-]|\\[.\-/]"  # characters, and such as are one by a backslash
    rf"|\[\^?(?:[{_CHARACTERS}.-]|\\[\-.])+\]"  # one of some
    r"|[\^$|+?*()]|\{\d+(?:,\d*)?\}|\(\?:)*"  # anchors, alternatives, repeats
)
"""Patterns of characters, plain classes in brackets, alternatives, repeats and anchors."""

Instances = Callable[[Term], frozenset[Term]]


class Suspicion:
    """Conditions for the shapes of a shapes graph.

    Args:
        shapes: these.
        instances: a class with its subclasses, as the data have them.
        genid: what the IRIs begin with that stand for blank nodes; empty if none do.
    """

    def __init__(self, shapes: Shapes, instances: Instances, genid: str) -> None:
        self._shapes = shapes
        self._instances = instances
        self._genid = genid
        self._numbers = count(1)
        self._writers: dict[URIRef, Callable[[Shape, str], Iterator[str]]] = {
            SH["class"]: self._class,
            SH.datatype: self._datatype,
            SH.nodeKind: self._node_kind,
            SH.pattern: self._pattern,
            SH.node: self._nested,
            SH.property: self._properties,
        }

    def of(self, node: Node, name: str) -> list[str]:
        """Expressions of which one is true if the node in the variable breaks the shape."""
        shape = self._shapes.shape(node)
        if shape.deactivated:
            return []
        if shape.path is None:
            found = list(self._of_values(shape, name))
        else:
            found = list(self._of_path(shape, paths.as_text(shape.path), name))
        return [EVERYTHING] if EVERYTHING in found else list(dict.fromkeys(found))

    def _of_path(self, shape: Shape, path: str, name: str) -> Iterator[str]:
        if not _ALSO_OF_NONE.isdisjoint(shape.parameters):
            yield EVERYTHING
        value, other = f"?v{next(self._numbers)}", f"?v{next(self._numbers)}"
        at_least, at_most = _number(shape, SH.minCount), _number(shape, SH.maxCount)
        if at_least is not None and at_least > 0:
            # Of two or more only the first is seen to here.
            yield EVERYTHING if at_least > 1 else f"NOT EXISTS {{ {name} {path} {value} }}"
        if at_most == 0:
            yield f"EXISTS {{ {name} {path} {value} }}"
        elif at_most is not None:
            yield (
                f"EXISTS {{ {name} {path} {value} , {other} FILTER(!sameTerm({value}, {other})) }}"
            )
        if conditions := list(self._of_values(shape, value)):
            told = "" if EVERYTHING in conditions else f" FILTER({' || '.join(conditions)})"
            yield f"EXISTS {{ {name} {path} {value}{told} }}"

    def _of_values(self, shape: Shape, value: str) -> Iterator[str]:
        for parameter in shape.parameters:
            if parameter in COMPONENTS and parameter not in _COUNTS:
                writer = self._writers.get(parameter)
                yield from writer(shape, value) if writer else (EVERYTHING,)

    def _class(self, shape: Shape, value: str) -> Iterator[str]:
        for wanted in shape.values(SH["class"]):
            kinds = " ".join(sorted(map(str, self._instances(from_rdflib(wanted)))))
            kind = f"?v{next(self._numbers)}"
            yield f"NOT EXISTS {{ {value} a {kind} VALUES {kind} {{ {kinds} }} }}"

    def _datatype(self, shape: Shape, value: str) -> Iterator[str]:
        for wanted in shape.values(SH.datatype):
            plain = _PLAIN.get(str(wanted))
            if plain is None:
                yield EVERYTHING
            else:
                written = f' || !REGEX(STR({value}), "{plain}")' if plain else ""
                other = f"!isLiteral({value}) || datatype({value}) != <{wanted}>"
                yield f"COALESCE({other}{written}, true)"

    def _node_kind(self, shape: Shape, value: str) -> Iterator[str]:
        blank = self._blank(value)
        kinds = {
            SH.IRI: f"isIRI({value}) && !{blank}",
            SH.BlankNode: blank,
            SH.Literal: f"isLiteral({value})",
            SH.BlankNodeOrIRI: f"!isLiteral({value})",
            SH.BlankNodeOrLiteral: f"isLiteral({value}) || {blank}",
            SH.IRIOrLiteral: f"!{blank}",
        }
        for kind in shape.values(SH.nodeKind):
            told = kinds.get(URIRef(str(kind)))
            yield f"COALESCE(!({told}), true)" if told else EVERYTHING

    def _pattern(self, shape: Shape, value: str) -> Iterator[str]:
        flags = shape.values(SH.flags)
        for pattern in shape.values(SH.pattern):
            text = str(pattern)
            if flags or not isinstance(pattern, RdflibLiteral) or not _ALIKE.fullmatch(text):
                yield EVERYTHING
                return
            escaped = text.replace("\\", "\\\\").replace('"', '\\"')
            matches = f'REGEX(STR({value}), "{escaped}")'
            yield f"COALESCE(!{matches} || {self._blank(value)}, true)"

    def _nested(self, shape: Shape, value: str) -> Iterator[str]:
        for child in shape.values(SH.node):
            yield from self.of(child, value)

    def _properties(self, shape: Shape, value: str) -> Iterator[str]:
        for child in shape.values(SH.property):
            yield from self.of(child, value)

    def _blank(self, value: str) -> str:
        if not self._genid:
            return f"isBlank({value})"
        return f'(isBlank({value}) || (isIRI({value}) && STRSTARTS(STR({value}), "{self._genid}")))'


_ALSO_OF_NONE: Final = frozenset({SH.hasValue, SH.equals, SH.qualifiedValueShape})
"""Where there may be a result although there is no value."""
_COUNTS: Final = frozenset({SH.minCount, SH.maxCount})


def _number(shape: Shape, parameter: URIRef) -> int | None:
    value = shape.only(parameter)
    return None if value is None else int(str(value))
