"""SHACL Core's constraint components (https://www.w3.org/TR/shacl/#core-components).

Each component is one function. It is given a shape and what the shape is judged on, and returns
its checks: functions from a focus node and its value nodes to the faults among them. A component
whose parameters are not as the specification demands raises ``Unsupported``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol, TypeAlias

from rdflib import BNode, URIRef
from rdflib import Literal as RdflibLiteral
from rdflib.namespace import RDF, RDFS, SH, XSD
from rdflib.term import Node

from reviewgraph.gate.shacl import paths, patterns
from reviewgraph.gate.shacl.facts import Facts, Values
from reviewgraph.gate.shacl.model import Shape, Shapes, Unsupported
from reviewgraph.gate.shacl.values import compare, has_datatype
from reviewgraph.rdf.terms import IRI, BlankNode, Literal, Term, from_rdflib

TYPE, SUBCLASS = IRI(str(RDF.type)), IRI(str(RDFS.subClassOf))
_KINDS = {
    SH.IRI: (IRI,),
    SH.BlankNode: (BlankNode,),
    SH.Literal: (Literal,),
    SH.BlankNodeOrIRI: (BlankNode, IRI),
    SH.BlankNodeOrLiteral: (BlankNode, Literal),
    SH.IRIOrLiteral: (IRI, Literal),
}


class Judged(Protocol):
    """A shape made ready to judge nodes."""

    def conforms(self, node: Term) -> bool:
        """Whether the node has no result."""

    def findings(self, focus: Term) -> list[Finding]:
        """The results of validating the node against the shape."""


class Finding(NamedTuple):
    """One validation result; ``path`` only where it is not the shape's own."""

    shape: Shape
    component: URIRef
    focus: Term
    value: Term | None = None
    path: IRI | None = None
    constraint: Node | None = None
    messages: tuple[RdflibLiteral, ...] = ()
    details: tuple[Finding, ...] = ()
    related: tuple[Term, ...] = ()


class Fault(NamedTuple):
    """What a check found: a value, and at times a path or the results below it."""

    value: Term | None = None
    path: IRI | None = None
    details: tuple[Finding, ...] = ()


Faults: TypeAlias = Sequence[Fault | Finding]
Check: TypeAlias = Callable[[Term, Values], Faults]


class Ground(Protocol):
    """What a component builds its checks on."""

    facts: Facts
    shapes: Shapes

    def judged(self, node: Node) -> Judged:
        """The shape of that name, ready."""


Builder: TypeAlias = Callable[[Shape, Ground], Iterator[tuple[URIRef, Check]]]


def checks(shape: Shape, ground: Ground) -> list[tuple[URIRef, Check]]:
    """Every check of a shape, with the component that it belongs to.

    Raises:
        Unsupported: a constraint that this evaluator leaves to pySHACL.
    """
    return [
        check
        for parameter in shape.parameters
        if parameter in COMPONENTS
        for check in COMPONENTS[parameter](shape, ground)
    ]


def _each(bad: Callable[[Term], bool]) -> Check:
    """A check that looks at one value node at a time."""
    return lambda _focus, values: [Fault(value) for value in values if bad(value)]


def _counted(count: Callable[[Values], int], bad: Callable[[int], bool]) -> Check:
    """A check of how many value nodes there are."""
    return lambda _focus, values: [Fault()] if bad(count(values)) else ()


# --- value type


def _class(shape: Shape, ground: Ground) -> Iterator[tuple[URIRef, Check]]:
    types = ground.facts.forward(TYPE)
    for wanted in shape.values(SH["class"]):
        subclasses = instances_of(ground.facts, from_rdflib(wanted))

        def bad(value: Term, subclasses: frozenset[Term] = subclasses) -> bool:
            return isinstance(value, Literal) or subclasses.isdisjoint(types.get(value, ()))

        yield SH.ClassConstraintComponent, _each(bad)


def instances_of(facts: Facts, wanted: Term) -> frozenset[Term]:
    """A class and its subclasses: whoever has one of these types is its instance."""
    upward = paths.Repeat(paths.Inverse(SUBCLASS), none=True, more=True)
    return frozenset(paths.walker(upward, facts)(wanted))


def _datatype(shape: Shape, _ground: Ground) -> Iterator[tuple[URIRef, Check]]:
    wanted = _iri(shape, SH.datatype)
    yield SH.DatatypeConstraintComponent, _each(lambda value: not has_datatype(value, wanted))


def _node_kind(shape: Shape, _ground: Ground) -> Iterator[tuple[URIRef, Check]]:
    kinds = _KINDS.get(URIRef(_iri(shape, SH.nodeKind)))
    if kinds is None:
        raise Unsupported("sh:nodeKind is none of the six")
    yield SH.NodeKindConstraintComponent, _each(lambda value: not isinstance(value, kinds))


# --- cardinality


def _min_count(shape: Shape, _ground: Ground) -> Iterator[tuple[URIRef, Check]]:
    least = _integer(shape, SH.minCount)
    _need_path(shape)
    yield SH.MinCountConstraintComponent, _counted(len, lambda number: number < least)


def _max_count(shape: Shape, _ground: Ground) -> Iterator[tuple[URIRef, Check]]:
    most = _integer(shape, SH.maxCount)
    _need_path(shape)
    yield SH.MaxCountConstraintComponent, _counted(len, lambda number: number > most)


# --- value range


def _range(parameter: URIRef, component: URIRef, fits: frozenset[int]) -> Builder:
    def build(shape: Shape, _ground: Ground) -> Iterator[tuple[URIRef, Check]]:
        for bound in shape.values(parameter):
            limit = from_rdflib(bound)
            if not isinstance(limit, Literal):
                raise Unsupported(f"{parameter} is not a literal")

            def bad(value: Term, limit: Term = limit) -> bool:
                return compare(value, limit) not in fits

            yield component, _each(bad)

    return build


# --- strings


def _min_length(shape: Shape, _ground: Ground) -> Iterator[tuple[URIRef, Check]]:
    least = _integer(shape, SH.minLength)
    yield (
        SH.MinLengthConstraintComponent,
        _each(lambda value: isinstance(value, BlankNode) or len(value.value) < least),
    )


def _max_length(shape: Shape, _ground: Ground) -> Iterator[tuple[URIRef, Check]]:
    most = _integer(shape, SH.maxLength)
    yield (
        SH.MaxLengthConstraintComponent,
        _each(lambda value: isinstance(value, BlankNode) or len(value.value) > most),
    )


def _pattern(shape: Shape, _ground: Ground) -> Iterator[tuple[URIRef, Check]]:
    letters = _text(shape.only(SH.flags)) if shape.values(SH.flags) else ""
    for pattern in shape.values(SH.pattern):
        try:
            search = patterns.compiled(_text(pattern), letters).search
        except (re.error, RecursionError, OverflowError) as error:
            raise Unsupported(f"sh:pattern {pattern}: {error}") from error

        def bad(value: Term, search: Callable[[str], object] = search) -> bool:
            return isinstance(value, BlankNode) or not search(value.value)

        yield SH.PatternConstraintComponent, _each(bad)


def _language_in(shape: Shape, ground: Ground) -> Iterator[tuple[URIRef, Check]]:
    ranges = [_text(item).lower() for item in _items(shape, SH.languageIn, ground.shapes)]

    def bad(value: Term) -> bool:
        tag = value.language if isinstance(value, Literal) else None
        return not tag or not any(_matches(tag.lower(), wanted) for wanted in ranges)

    yield SH.LanguageInConstraintComponent, _each(bad)


def _matches(tag: str, wanted: str) -> bool:
    """RFC 4647 basic filtering, as SPARQL's ``langMatches`` has it."""
    return wanted in {"*", tag} or tag.startswith(wanted + "-")


def _unique_lang(shape: Shape, _ground: Ground) -> Iterator[tuple[URIRef, Check]]:
    _need_path(shape)
    if not _boolean(shape, SH.uniqueLang) or str(shape.only(SH.uniqueLang)) != "true":
        return  # only this one spelling switches it on

    def check(_focus: Term, values: Values) -> Faults:
        if len(values) < 2:  # noqa: PLR2004 - one value shares its tag with nobody
            return ()
        tags = [
            value.language.lower()
            for value in values
            if isinstance(value, Literal) and value.language
        ]
        return [Fault() for tag in set(tags) if tags.count(tag) > 1]

    yield SH.UniqueLangConstraintComponent, check


# --- property pairs


def _equals(shape: Shape, ground: Ground) -> Iterator[tuple[URIRef, Check]]:
    for table in _others(shape, ground, SH.equals):

        def check(focus: Term, values: Values, table: dict[Term, Values] = table) -> Faults:
            others = table.get(focus, ())
            return [
                *(Fault(value) for value in values if value not in others),
                *(Fault(other) for other in others if other not in values),
            ]

        yield SH.EqualsConstraintComponent, check


def _disjoint(shape: Shape, ground: Ground) -> Iterator[tuple[URIRef, Check]]:
    for table in _others(shape, ground, SH.disjoint):

        def check(focus: Term, values: Values, table: dict[Term, Values] = table) -> Faults:
            others = table.get(focus)
            return [Fault(value) for value in values if value in others] if others else ()

        yield SH.DisjointConstraintComponent, check


def _less(parameter: URIRef, component: URIRef, fits: frozenset[int]) -> Builder:
    def build(shape: Shape, ground: Ground) -> Iterator[tuple[URIRef, Check]]:
        _need_path(shape)
        for table in _others(shape, ground, parameter):

            def check(focus: Term, values: Values, table: dict[Term, Values] = table) -> Faults:
                return [
                    Fault(value)
                    for other in table.get(focus, ())
                    for value in values
                    if compare(value, other) not in fits
                ]

            yield component, check

    return build


def _others(shape: Shape, ground: Ground, parameter: URIRef) -> Iterator[dict[Term, Values]]:
    for predicate in shape.values(parameter):
        if not isinstance(predicate, URIRef):
            raise Unsupported(f"{parameter} is not an IRI")
        yield ground.facts.forward(IRI(str(predicate)))


# --- logic


def _not(shape: Shape, ground: Ground) -> Iterator[tuple[URIRef, Check]]:
    for node in shape.values(SH["not"]):
        yield SH.NotConstraintComponent, _each(ground.judged(node).conforms)


def _list(parameter: URIRef, component: URIRef, bad: Callable[[list[bool]], bool]) -> Builder:
    def build(shape: Shape, ground: Ground) -> Iterator[tuple[URIRef, Check]]:
        for head in shape.values(parameter):
            members = [ground.judged(node) for node in ground.shapes.members(head)]

            def fails(value: Term, members: Sequence[Judged] = members) -> bool:
                return bad([member.conforms(value) for member in members])

            yield component, _each(fails)

    return build


# --- shapes


def _property(shape: Shape, ground: Ground) -> Iterator[tuple[URIRef, Check]]:
    for node in shape.values(SH.property):
        if ground.shapes.shape(node).path is None:
            raise Unsupported("sh:property names a node shape")
        findings = ground.judged(node).findings

        def check(
            _focus: Term, values: Values, findings: Callable[[Term], list[Finding]] = findings
        ) -> Faults:
            if len(values) == 1:
                (value,) = values
                return findings(value)
            return [finding for value in values for finding in findings(value)]

        yield SH.PropertyConstraintComponent, check


def _node(shape: Shape, ground: Ground) -> Iterator[tuple[URIRef, Check]]:
    for node in shape.values(SH.node):
        if ground.shapes.shape(node).path is not None:
            raise Unsupported("sh:node names a property shape")
        judged = ground.judged(node)

        def check(_focus: Term, values: Values, judged: Judged = judged) -> Faults:
            return [
                Fault(value, details=tuple(judged.findings(value)))
                for value in values
                if not judged.conforms(value)
            ]

        yield SH.NodeConstraintComponent, check


def _qualified(shape: Shape, ground: Ground) -> Iterator[tuple[URIRef, Check]]:
    if shape.path is None:
        return  # pySHACL and the specification pass over it on node shapes
    least = _integer(shape, SH.qualifiedMinCount) if shape.values(SH.qualifiedMinCount) else None
    most = _integer(shape, SH.qualifiedMaxCount) if shape.values(SH.qualifiedMaxCount) else None
    if least is None and most is None:
        raise Unsupported("sh:qualifiedValueShape without a count")
    apart = bool(shape.values(SH.qualifiedValueShapesDisjoint)) and _boolean(
        shape, SH.qualifiedValueShapesDisjoint
    )
    for node in shape.values(SH.qualifiedValueShape):
        conforms = ground.judged(node).conforms
        siblings = [
            ground.judged(other).conforms
            for other in (_siblings(shape, node, ground.shapes) if apart else ())
        ]

        def count(
            values: Values,
            conforms: Callable[[Term], bool] = conforms,
            siblings: Sequence[Callable[[Term], bool]] = siblings,
        ) -> int:
            return sum(
                conforms(value) and not any(sibling(value) for sibling in siblings)
                for value in values
            )

        if least is not None:
            yield (
                SH.QualifiedMinCountConstraintComponent,
                _counted(count, lambda number: number < least),
            )
        if most is not None:
            yield (
                SH.QualifiedMaxCountConstraintComponent,
                _counted(count, lambda number: number > most),
            )


def _siblings(shape: Shape, node: Node, shapes: Shapes) -> list[Node]:
    """Section 4.7.3: the qualified value shapes of the other properties of the same parents."""
    graph = shapes.graph
    return sorted(
        {
            other
            for parent in graph.subjects(SH.property, shape.node)
            for part in graph.objects(parent, SH.property)
            for other in graph.objects(part, SH.qualifiedValueShape)
            if other != node
        },
        key=str,
    )


# --- others


def _closed(shape: Shape, ground: Ground) -> Iterator[tuple[URIRef, Check]]:
    if not _boolean(shape, SH.closed):
        return
    heads = shape.values(SH.ignoredProperties)
    allowed = {from_rdflib(item) for head in heads for item in ground.shapes.graph.items(head)}
    for node in shape.values(SH.property):
        allowed.add(from_rdflib(ground.shapes.shape(node).path_node or BNode()))

    def check(_focus: Term, values: Values) -> Faults:
        return [
            Fault(value, path=predicate)
            for node in values
            for predicate, value in ground.facts.about(node)
            if predicate not in allowed
        ]

    yield SH.ClosedConstraintComponent, check


def _has_value(shape: Shape, _ground: Ground) -> Iterator[tuple[URIRef, Check]]:
    for node in shape.values(SH.hasValue):
        wanted = from_rdflib(node)

        def check(_focus: Term, values: Values, wanted: Term = wanted) -> Faults:
            return () if wanted in values else [Fault()]

        yield SH.HasValueConstraintComponent, check


def _in(shape: Shape, ground: Ground) -> Iterator[tuple[URIRef, Check]]:
    allowed = frozenset(map(from_rdflib, _items(shape, SH["in"], ground.shapes)))
    yield SH.InConstraintComponent, _each(lambda value: value not in allowed)


# --- parameters


def _need_path(shape: Shape) -> None:
    if shape.path is None:
        raise Unsupported("a constraint that only property shapes may have")


def _iri(shape: Shape, parameter: URIRef) -> str:
    value = shape.only(parameter)
    if not isinstance(value, URIRef):
        raise Unsupported(f"{parameter} is not an IRI")
    return str(value)


def _integer(shape: Shape, parameter: URIRef) -> int:
    value = shape.only(parameter)
    whole = isinstance(value, RdflibLiteral) and value.datatype == XSD.integer
    if not whole or not isinstance(value.value, int) or value.value < 0:  # type: ignore[union-attr]
        raise Unsupported(f"{parameter} is not a count")
    return value.value  # type: ignore[union-attr]


def _boolean(shape: Shape, parameter: URIRef) -> bool:
    value = shape.only(parameter)
    if not isinstance(value, RdflibLiteral) or not isinstance(value.value, bool):
        raise Unsupported(f"{parameter} is not a boolean")
    return value.value


def _items(shape: Shape, parameter: URIRef, shapes: Shapes) -> list[Node]:
    head = shape.only(parameter)
    return [] if head is None or head == RDF.nil else shapes.members(head)


def _text(node: Node | None) -> str:
    plain = isinstance(node, RdflibLiteral) and node.datatype in {None, XSD.string}
    if not plain:
        raise Unsupported(f"{node} is not a string")
    return str(node)


COMPONENTS: dict[URIRef, Builder] = {
    SH["class"]: _class,
    SH.datatype: _datatype,
    SH.nodeKind: _node_kind,
    SH.minCount: _min_count,
    SH.maxCount: _max_count,
    SH.minExclusive: _range(SH.minExclusive, SH.MinExclusiveConstraintComponent, frozenset({1})),
    SH.minInclusive: _range(SH.minInclusive, SH.MinInclusiveConstraintComponent, frozenset({0, 1})),
    SH.maxExclusive: _range(SH.maxExclusive, SH.MaxExclusiveConstraintComponent, frozenset({-1})),
    SH.maxInclusive: _range(
        SH.maxInclusive, SH.MaxInclusiveConstraintComponent, frozenset({-1, 0})
    ),
    SH.minLength: _min_length,
    SH.maxLength: _max_length,
    SH.pattern: _pattern,
    SH.languageIn: _language_in,
    SH.uniqueLang: _unique_lang,
    SH.equals: _equals,
    SH.disjoint: _disjoint,
    SH.lessThan: _less(SH.lessThan, SH.LessThanConstraintComponent, frozenset({-1})),
    SH.lessThanOrEquals: _less(
        SH.lessThanOrEquals, SH.LessThanOrEqualsConstraintComponent, frozenset({-1, 0})
    ),
    SH["not"]: _not,
    SH["and"]: _list(SH["and"], SH.AndConstraintComponent, lambda passed: not all(passed)),
    SH["or"]: _list(SH["or"], SH.OrConstraintComponent, lambda passed: not any(passed)),
    SH.xone: _list(SH.xone, SH.XoneConstraintComponent, lambda passed: passed.count(True) != 1),
    SH.property: _property,
    SH.node: _node,
    SH.qualifiedValueShape: _qualified,
    SH.closed: _closed,
    SH.hasValue: _has_value,
    SH["in"]: _in,
}
