"""What is fetched: focus nodes, and the statements that a shape reads of some of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Protocol

from rdflib.namespace import SH
from rdflib.term import Node

from reviewgraph.gate.shacl import paths, reads
from reviewgraph.gate.shacl.components import SUBCLASS, TYPE, instances_of
from reviewgraph.gate.shacl.facts import Fact, Facts
from reviewgraph.gate.shacl.model import Shapes
from reviewgraph.gate.there.suspicion import EVERYTHING
from reviewgraph.rdf.terms import IRI, Literal, Term, from_rdflib
from reviewgraph.store.interface import Table

AT_ONCE: Final = 1_000
"""Focus nodes whose statements are fetched and judged together."""
_PAGE: Final = 5_000


class There(Protocol):
    """Where the statements lie; blank nodes have IRIs there, which come back as blank nodes."""

    def select(self, query: str) -> Table:
        """The solutions of a SELECT query of the merge of all graphs."""

    def spelt(self, term: Term) -> str:
        """A term as it is there, in SPARQL's syntax."""

    @property
    def is_trusted(self) -> bool:
        """Whether it answers EXISTS in every place as SPARQL says."""

    @property
    def genid(self) -> str:
        """What the IRIs begin with that stand for blank nodes."""


def hierarchy(there: There) -> Facts:
    """Every statement about subclasses."""
    table = there.select(f"SELECT ?a ?b {{ ?a {SUBCLASS} ?b }}")
    facts = Facts()
    for row in table.dicts():
        facts.add(row["a"], SUBCLASS, row["b"])
    return facts


def target(there: There, shapes: Shapes, node: Node, classes: Facts) -> str:
    """The pattern that binds ``?this`` to the focus nodes of a shape (SHACL 2.1.3)."""
    graph = shapes.graph
    kinds = set(graph.objects(node, SH.targetClass))
    if shapes.is_class(node):
        kinds.add(node)
    instances = {each for kind in kinds for each in instances_of(classes, from_rdflib(kind))}
    found = []
    if instances:
        listed = " ".join(sorted(map(there.spelt, instances)))
        found.append(f"VALUES ?kind {{ {listed} }} ?this {TYPE} ?kind")
    if nodes := sorted(map(there.spelt, map(from_rdflib, graph.objects(node, SH.targetNode)))):
        found.append(f"VALUES ?this {{ {' '.join(nodes)} }}")
    found += [
        f"?this {from_rdflib(predicate)} ?any"
        for predicate in sorted(graph.objects(node, SH.targetSubjectsOf), key=str)
    ]
    found += [
        f"?any {from_rdflib(predicate)} ?this"
        for predicate in sorted(graph.objects(node, SH.targetObjectsOf), key=str)
    ]
    return " UNION ".join(f"{{ {each} }}" for each in found)


def focus_nodes(there: There, pattern: str, conditions: Sequence[str]) -> Iterator[list[Term]]:
    """The nodes of a target that meet one of the conditions, some at a time."""
    filtered = "" if EVERYTHING in conditions else f" FILTER({' || '.join(conditions)})"
    if not conditions:
        return
    last = ""
    while True:
        after = f' FILTER(STR(?this) > "{last}")' if last else ""
        page = [
            row[0]
            for row in there.select(
                f"SELECT DISTINCT ?this {{ {{ {pattern} }} FILTER(isIRI(?this)){after}{filtered} }}"
                f" ORDER BY STR(?this) LIMIT {_PAGE}"
            ).rows
        ]
        known = [node for node in page if node is not None]
        yield from _parts(known)
        if len(known) < _PAGE:
            break
        last = there.spelt(known[-1])[1:-1]
    rest = there.select(
        f"SELECT DISTINCT ?this {{ {{ {pattern} }} FILTER(!isIRI(?this)){filtered} }}"
    )
    yield from _parts([row[0] for row in rest.rows if row[0] is not None])


def _parts(nodes: list[Term]) -> Iterator[list[Term]]:
    for at in range(0, len(nodes), AT_ONCE):
        yield nodes[at : at + AT_ONCE]


def read_by(there: There, shapes: Shapes, node: Node, focus: Sequence[Term]) -> Iterator[Fact]:
    """The statements that judging these focus nodes against a shape reads."""
    values = " ".join(map(there.spelt, focus))
    # A literal is a focus node at times, and never the subject of a statement.
    subjects = " ".join(there.spelt(term) for term in focus if not isinstance(term, Literal))
    for read in sorted(set(reads.reads(shapes, node)), key=str):
        path = read.path
        end = "?o" if read.inverse else "?s"
        given = values if path is not None or read.inverse else subjects
        if not given:
            continue
        begin = end if path is None else "?f"
        walk = "" if path is None else f" ?f {paths.as_text(path)} {end} ."
        predicate = "?p" if read.predicate is None else str(read.predicate)
        table = there.select(
            f"SELECT DISTINCT * {{ VALUES {begin} {{ {given} }}{walk} ?s {predicate} ?o }}"
        )
        for row in table.dicts():
            yield row["s"], read.predicate or _iri(row["p"]), row["o"]


def _iri(term: Term) -> IRI:
    if not isinstance(term, IRI):
        raise TypeError(term)
    return term
