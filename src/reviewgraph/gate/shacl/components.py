"""SHACL Core's constraint components (https://www.w3.org/TR/shacl/#core-components).

Each component is one function. It is given a shape and what the shape is judged on, and returns
its checks: functions from a focus node and its value nodes to the faults among them. A component
whose parameters are not as the specification demands raises ``Unsupported``. Those that refer to
other shapes are in ``nesting``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from rdflib import BNode, URIRef
from rdflib.namespace import RDF, RDFS, SH

from reviewgraph.gate.shacl import paths, patterns
from reviewgraph.gate.shacl.check import Builder, Check, Fault, Faults, Ground, counted, each
from reviewgraph.gate.shacl.facts import Facts, Values
from reviewgraph.gate.shacl.model import Shape, Unsupported
from reviewgraph.gate.shacl.nesting import NESTED
from reviewgraph.gate.shacl.parameters import boolean, integer, iri, items, need_path, text
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


# --- value type


def _class(shape: Shape, ground: Ground) -> Iterator[tuple[URIRef, Check]]:
    types = ground.facts.forward(TYPE)
    for wanted in shape.values(SH["class"]):
        subclasses = instances_of(ground.facts, from_rdflib(wanted))

        def bad(value: Term, subclasses: frozenset[Term] = subclasses) -> bool:
            return isinstance(value, Literal) or subclasses.isdisjoint(types.get(value, ()))

        yield SH.ClassConstraintComponent, each(bad)


def instances_of(facts: Facts, wanted: Term) -> frozenset[Term]:
    """A class and its subclasses: whoever has one of these types is its instance."""
    upward = paths.Repeat(paths.Inverse(SUBCLASS), none=True, more=True)
    return frozenset(paths.walker(upward, facts)(wanted))


def _datatype(shape: Shape, _ground: Ground) -> Iterator[tuple[URIRef, Check]]:
    wanted = iri(shape, SH.datatype)
    yield SH.DatatypeConstraintComponent, each(lambda value: not has_datatype(value, wanted))


def _node_kind(shape: Shape, _ground: Ground) -> Iterator[tuple[URIRef, Check]]:
    kinds = _KINDS.get(URIRef(iri(shape, SH.nodeKind)))
    if kinds is None:
        raise Unsupported("sh:nodeKind is none of the six")
    yield SH.NodeKindConstraintComponent, each(lambda value: not isinstance(value, kinds))


# --- cardinality


def _min_count(shape: Shape, _ground: Ground) -> Iterator[tuple[URIRef, Check]]:
    least = integer(shape, SH.minCount)
    need_path(shape)
    yield SH.MinCountConstraintComponent, counted(len, lambda number: number < least)


def _max_count(shape: Shape, _ground: Ground) -> Iterator[tuple[URIRef, Check]]:
    most = integer(shape, SH.maxCount)
    need_path(shape)
    yield SH.MaxCountConstraintComponent, counted(len, lambda number: number > most)


# --- value range


def _range(parameter: URIRef, component: URIRef, fits: frozenset[int]) -> Builder:
    def build(shape: Shape, _ground: Ground) -> Iterator[tuple[URIRef, Check]]:
        for bound in shape.values(parameter):
            limit = from_rdflib(bound)
            if not isinstance(limit, Literal):
                raise Unsupported(f"{parameter} is not a literal")

            def bad(value: Term, limit: Term = limit) -> bool:
                return compare(value, limit) not in fits

            yield component, each(bad)

    return build


# --- strings


def _min_length(shape: Shape, _ground: Ground) -> Iterator[tuple[URIRef, Check]]:
    least = integer(shape, SH.minLength)
    yield (
        SH.MinLengthConstraintComponent,
        each(lambda value: isinstance(value, BlankNode) or len(value.value) < least),
    )


def _max_length(shape: Shape, _ground: Ground) -> Iterator[tuple[URIRef, Check]]:
    most = integer(shape, SH.maxLength)
    yield (
        SH.MaxLengthConstraintComponent,
        each(lambda value: isinstance(value, BlankNode) or len(value.value) > most),
    )


def _pattern(shape: Shape, _ground: Ground) -> Iterator[tuple[URIRef, Check]]:
    letters = text(shape.only(SH.flags)) if shape.values(SH.flags) else ""
    for pattern in shape.values(SH.pattern):
        try:
            search = patterns.compiled(text(pattern), letters).search
        except (re.error, RecursionError, OverflowError) as error:
            raise Unsupported(f"sh:pattern {pattern}: {error}") from error

        def bad(value: Term, search: Callable[[str], object] = search) -> bool:
            return isinstance(value, BlankNode) or not search(value.value)

        yield SH.PatternConstraintComponent, each(bad)


def _language_in(shape: Shape, ground: Ground) -> Iterator[tuple[URIRef, Check]]:
    ranges = [text(item).lower() for item in items(shape, SH.languageIn, ground.shapes)]

    def bad(value: Term) -> bool:
        tag = value.language if isinstance(value, Literal) else None
        return not tag or not any(_matches(tag.lower(), wanted) for wanted in ranges)

    yield SH.LanguageInConstraintComponent, each(bad)


def _matches(tag: str, wanted: str) -> bool:
    """RFC 4647 basic filtering, as SPARQL's ``langMatches`` has it."""
    return wanted in {"*", tag} or tag.startswith(wanted + "-")


def _unique_lang(shape: Shape, _ground: Ground) -> Iterator[tuple[URIRef, Check]]:
    need_path(shape)
    if not boolean(shape, SH.uniqueLang) or str(shape.only(SH.uniqueLang)) != "true":
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
        need_path(shape)
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


# --- others


def _closed(shape: Shape, ground: Ground) -> Iterator[tuple[URIRef, Check]]:
    if not boolean(shape, SH.closed):
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
    allowed = frozenset(map(from_rdflib, items(shape, SH["in"], ground.shapes)))
    yield SH.InConstraintComponent, each(lambda value: value not in allowed)


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
    SH.closed: _closed,
    SH.hasValue: _has_value,
    SH["in"]: _in,
} | NESTED
