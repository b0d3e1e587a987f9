"""The rules are checked too: a misspelt one passes everything and nobody notices.

pySHACL accepts ``sh:targetclass`` and an empty shapes graph without a word. Here an unknown
``sh:`` term, a shape that no target leads to, a target that meets nothing and a constraint
without a message each have a result; ``sh:js`` and imports, which would be passed over, too,
and a constraint whose query would call another endpoint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from rdflib import Graph, URIRef
from rdflib.collection import Collection
from rdflib.namespace import OWL, RDF, RDFS, SH
from rdflib.term import Node

from reviewgraph.errors import QueryError, Words
from reviewgraph.gate.places import Places
from reviewgraph.gate.report import RULES, Result, Severity
from reviewgraph.gate.shacl.components import TYPE, instances_of
from reviewgraph.gate.shacl.facts import Facts
from reviewgraph.gate.shacl.model import TARGETS
from reviewgraph.publication.source import SourceFile
from reviewgraph.rdf.terms import IRI, Statement, from_rdflib, to_rdflib
from reviewgraph.store.guard import examine
from reviewgraph.store.limits import Limits

_UNSUPPORTED = (SH.js, SH.jsFunctionName, SH.JSConstraint, SH.rule, SH.target)
_NESTED = (SH.property, SH.node, SH.qualifiedValueShape, SH["not"], SH.sparql)
_LISTS = (SH["or"], SH["and"], SH.xone)


def check(graph: Graph, files: Sequence[SourceFile]) -> list[Result]:
    """What is wrong with the shapes graph, whatever the data are.

    Args:
        graph: the merge of all shapes files.
        files: the same files, for places.
    """
    if not set(all_shapes(graph)):
        return [
            Result(
                RULES + "no-shapes",
                Severity.FAILURE,
                Words(
                    "ไม่มีกฎใน shapes/ เลย จึงตรวจอะไรไม่ได้",
                    "shapes/ holds no shape: nothing would be checked",
                ),
            )
        ]
    found = [*_unsupported(graph), *_unreached(graph), *_without_message(graph)]
    return _placed(found, files)


def idle_targets(
    graph: Graph, files: Sequence[SourceFile], facts: Facts, cases: Callable[[], Facts]
) -> list[Result]:
    """Targets that meet nothing anywhere.

    Args:
        graph: the merge of all shapes files.
        files: the same files, for places.
        facts: the data, which a target may meet.
        cases: the shapes' cases, which it may meet too; read only if one does not meet the data.
    """
    return _placed(_idle(graph, facts, cases), files)


def _placed(found: Iterable[tuple[Node, Result]], files: Sequence[SourceFile]) -> list[Result]:
    places = Places(files)
    return [
        replace(result, place=places.find(from_rdflib(node)), focus=str(from_rdflib(node)))
        for node, result in found
    ]


def all_shapes(graph: Graph) -> Iterator[Node]:
    """Every node that is declared a shape or has a target."""
    for kind in (SH.NodeShape, SH.PropertyShape):
        yield from graph.subjects(RDF.type, kind)
    for target in TARGETS:
        yield from graph.subjects(target)


def _unsupported(graph: Graph) -> Iterator[tuple[Node, Result]]:
    for predicate in _UNSUPPORTED:
        for shape in set(graph.subjects(predicate)):
            name = graph.namespace_manager.normalizeUri(str(predicate))
            yield (
                shape,
                Result(
                    RULES + "unsupported-constraint",
                    Severity.FAILURE,
                    Words(
                        f"กฎนี้ใช้ {name} ซึ่งตัวตรวจไม่รองรับ จึงจะไม่ถูกตรวจ",
                        f"this rule uses {name}, which is not supported and would be passed over",
                    ),
                ),
            )
    for predicate in (SH.select, SH.ask, SH.construct):
        for constraint, query in graph.subject_objects(predicate):
            try:
                examine(str(query), Limits())
            except QueryError as error:
                yield (
                    constraint,
                    Result(RULES + "unsupported-constraint", Severity.FAILURE, error.words),
                )
    for ontology in set(graph.subjects(OWL.imports)):
        yield (
            ontology,
            Result(
                RULES + "unsupported-import",
                Severity.FAILURE,
                Words(
                    "owl:imports ไม่ถูกดึงมา โปรดนำกฎมาไว้ใน shapes/",
                    "owl:imports is never fetched: put the shapes into shapes/",
                ),
            ),
        )


def _reached(
    graph: Graph,
    links: tuple[URIRef, ...] = _NESTED,
    lists: tuple[URIRef, ...] = _LISTS,
) -> set[Node]:
    """Every shape that a target leads to, directly or over these links and lists."""
    waiting = {shape for target in TARGETS for shape in graph.subjects(target)}
    waiting |= {
        shape
        for shape in graph.subjects(RDF.type, RDFS.Class)
        if (shape, RDF.type, SH.NodeShape) in graph
    }
    reached: set[Node] = set()
    while waiting:
        shape = waiting.pop()
        reached.add(shape)
        nested = {child for predicate in links for child in graph.objects(shape, predicate)}
        for predicate in lists:
            for head in graph.objects(shape, predicate):
                nested |= set(Collection(graph, head))
        waiting |= nested - reached
    return reached


def _unreached(graph: Graph) -> Iterator[tuple[Node, Result]]:
    for shape in sorted(set(all_shapes(graph)) - _reached(graph), key=str):
        yield (
            shape,
            Result(
                RULES + "shape-without-target",
                Severity.FAILURE,
                Words(
                    "กฎนี้ไม่มีเป้าหมาย จึงไม่เคยถูกตรวจ โปรดเพิ่ม sh:targetClass หรืออ้างจากกฎอื่น",
                    "no target leads to this shape, so it never runs:"
                    " give it a sh:targetClass or refer to it",
                ),
            ),
        )


def _idle(graph: Graph, facts: Facts, cases: Callable[[], Facts]) -> Iterator[tuple[Node, Result]]:
    idle = [
        (shape, predicate, target)
        for predicate in TARGETS
        for shape, target in graph.subject_objects(predicate)
        if not _meets(facts, predicate, target)
    ]
    examples = cases() if idle else facts
    for shape, predicate, target in idle:
        if not _meets(examples, predicate, target):
            yield (
                shape,
                Result(
                    RULES + "idle-target",
                    Severity.FAILURE,
                    Words(
                        f"เป้าหมาย {target.n3()} ไม่ตรงกับข้อมูลหรือกรณีทดสอบใดเลย",
                        f"the target {target.n3()} meets nothing in the data or the cases",
                    ),
                ),
            )


def _meets(facts: Facts, predicate: Node, target: Node) -> bool:
    """Whether the target declaration produces a focus node among the facts."""
    term = from_rdflib(target)
    if predicate == SH.targetNode:
        return any(term in facts.forward(used) for used in facts.predicates())
    if predicate == SH.targetClass:
        kinds = facts.backward(TYPE)
        return any(kinds.get(kind) for kind in instances_of(facts, term))
    return isinstance(term, IRI) and bool(facts.forward(term))


_CONSTRAINTS = (
    *(
        SH[name]
        for name in (
            "class",
            "datatype",
            "nodeKind",
            "minCount",
            "maxCount",
            "minExclusive",
            "minInclusive",
            "maxExclusive",
            "maxInclusive",
            "minLength",
            "maxLength",
            "pattern",
            "languageIn",
            "uniqueLang",
            "equals",
            "disjoint",
            "lessThan",
            "lessThanOrEquals",
            "not",
            "and",
            "or",
            "xone",
            "qualifiedMinCount",
            "qualifiedMaxCount",
            "closed",
            "hasValue",
            "in",
            "select",
            "ask",
        )
    ),
)


def _without_message(graph: Graph) -> Iterator[tuple[Node, Result]]:
    """A constraint whose result would carry no words of ours, in Thai or in English.

    A shape that others use by ``sh:node`` or in a list has no results: its user speaks for it.
    """
    holders = {shape for predicate in _CONSTRAINTS for shape in graph.subjects(predicate)}
    for shape in sorted(holders & _reached(graph, (SH.property, SH.sparql), ()), key=str):
        # A SPARQL constraint speaks with its shape's words if it has none of its own.
        speakers = [shape, *graph.subjects(SH.sparql, shape)]
        languages = {
            getattr(message, "language", None)
            for speaker in speakers
            for message in graph.objects(speaker, SH.message)
        }
        missing = [language for language in ("th", "en") if language not in languages]
        if missing:
            yield (
                shape,
                Result(
                    RULES + "shape-without-message",
                    Severity.VIOLATION,
                    Words(
                        f"กฎนี้ไม่มีข้อความอธิบาย (sh:message) ภาษา {', '.join(missing)}",
                        f"this rule has no sh:message in {', '.join(missing)}",
                    ),
                ),
            )


def merge(statements: Iterable[Statement]) -> Graph:
    """One graph of the statements of all shapes files."""
    merged = Graph(bind_namespaces="none")
    merged.bind("sh", SH)
    term = cache(to_rdflib)
    for subject, predicate, value in statements:
        merged.add((term(subject), term(predicate), term(value)))
    return merged
