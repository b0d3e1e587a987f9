"""SPARQL-based constraints, asked of the store (https://www.w3.org/TR/shacl/#sparql-constraints).

pySHACL parses and evaluates a constraint's query anew for every focus node, on rdflib: three
thousand statements take half a minute. The engine answers the same query with ``$this`` given in
a tenth of a millisecond, and for all focus nodes together (``gate.shacl.together``) where that
means the same. A constraint is taken over where this is exact: its shape is reached by a target
or as a property shape of one that is, and its query names no other pre-bound variable. Everything
else is left to pySHACL.
"""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import OWL, SH, XSD
from rdflib.term import Node

from reviewgraph.errors import GateError, QuerySyntaxError
from reviewgraph.gate.shacl.check import Finding
from reviewgraph.gate.shacl.model import Shape, Shapes, Unsupported
from reviewgraph.gate.shacl.prebinding import is_prebindable
from reviewgraph.gate.shacl.together import ask_together
from reviewgraph.rdf.terms import IRI, Term, to_rdflib
from reviewgraph.store.interface import Store

SINGLY_FOR = 0.1
"""Seconds of asking for one focus node at a time, before it pays to ask for the rest together."""

_TRUE = Literal("true", datatype=XSD.boolean)
_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")


@dataclass(frozen=True, slots=True)
class Constraint:
    """A constraint with the shape that holds it and the shape whose targets it runs on."""

    node: Node
    shape: Shape
    targeted: Node
    query: str

    @property
    def name(self) -> str:
        """The constraint's IRI, or its shape's if it has none."""
        return str(self.node if isinstance(self.node, URIRef) else self.shape.node)


def constraints_of(shapes: Shapes, targeted: Node) -> list[Constraint]:
    """The SPARQL constraints that run on a shape's focus nodes.

    Raises:
        Unsupported: one of them, or one deeper down, cannot be asked of the store exactly.
    """
    graph = shapes.graph
    found = []
    if _is_hidden(shapes, targeted):
        raise Unsupported("a SPARQL constraint inside another constraint")
    holders = [targeted, *sorted(graph.objects(targeted, SH.property), key=str)]
    for holder in holders if shapes.shape(targeted).path is None else [targeted]:
        shape = shapes.shape(holder)
        for node in shape.values(SH.sparql):
            selects = list(graph.objects(node, SH.select))
            if len(selects) != 1 or not is_prebindable(str(selects[0])):
                raise Unsupported("a SPARQL constraint that only pre-binding makes sense of")
            deactivated = (node, SH.deactivated, _TRUE) in graph
            if not (shape.deactivated or shapes.shape(targeted).deactivated or deactivated):
                query = _prologue(graph, node) + str(selects[0])
                found.append(Constraint(node, shape, targeted, query))
    return found


def _is_hidden(shapes: Shapes, targeted: Node) -> bool:
    """Whether a SPARQL constraint hangs deeper than on the shape and its property shapes."""
    top = [targeted]
    if shapes.shape(targeted).path is None:
        top += shapes.graph.objects(targeted, SH.property)
    seen: set[Node] = set()
    waiting = [
        child
        for holder in top
        for child in shapes.references(holder)
        if holder is not targeted or child not in top
    ]
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            if (node, SH.sparql, None) in shapes.graph:
                return True
            waiting += shapes.references(node)
    return False


def findings(
    constraint: Constraint,
    focus_nodes: Collection[Term],
    shapes: Graph,
    store: Store,
    patience: float = SINGLY_FOR,
) -> Iterator[Finding]:
    """The results of a constraint on these focus nodes.

    Args:
        constraint: the constraint.
        focus_nodes: whom it is about.
        shapes: the shapes graph, for its words.
        store: what it is asked of.
        patience: seconds to ask for one focus node at a time before asking for all together.

    Raises:
        GateError: its query is not SPARQL.
    """
    for focus, solution in _solutions(constraint, focus_nodes, store, patience):
        yield finding(constraint, shapes, focus, solution)


def _solutions(
    constraint: Constraint, focus_nodes: Collection[Term], store: Store, patience: float
) -> Iterator[tuple[Term, dict[str, Term]]]:
    try:
        waiting = list(focus_nodes)
        until: float | None = time.perf_counter() + patience
        while waiting:
            if until is not None and time.perf_counter() > until:
                until = None
                table = ask_together(constraint.query, waiting, store)
                if table is not None:
                    for solution in table.dicts():
                        yield solution["this"], solution
                    return
            focus = waiting.pop()
            for solution in store.select(constraint.query, {"this": focus}).dicts():
                yield focus, solution
    except QuerySyntaxError as error:
        name = constraint.name
        raise GateError(
            f"กฎ {name} มีคำค้นที่ใช้ไม่ได้: {error.words.th}",
            f"the rule {name} could not be judged: {error.words.en}",
        ) from error


def finding(
    constraint: Constraint, shapes: Graph, focus: Term, solution: dict[str, Term]
) -> Finding:
    """Path, value and messages of one solution: section 5.3.2 of the specification."""
    shape = constraint.shape
    path = solution.get("path")
    value = solution.get("value", focus if shape.path is None else None)
    messages = [
        *shapes.objects(constraint.node, SH.message),
        *([to_rdflib(solution["message"])] if "message" in solution else []),
    ] or list(shape.messages)
    bound = {"this": focus} | solution
    told = {name: term for name, term in solution.items() if name not in {"this", "path", "value"}}
    return Finding(
        shape,
        SH.SPARQLConstraintComponent,
        focus,
        value,
        path if isinstance(path, IRI) else None,
        constraint.node,
        tuple(
            Literal(
                _PLACEHOLDER.sub(
                    lambda match: _plain(bound[match[1]]) if match[1] in bound else match[0],
                    str(message),
                ),
                lang=getattr(message, "language", None),
            )
            for message in messages
        ),
        related=tuple(told.values()),
    )


def _plain(term: Term) -> str:
    return str(to_rdflib(term))


def _prologue(shapes: Graph, constraint: Node) -> str:
    declared = {
        str(shapes.value(declaration, SH.prefix)): str(shapes.value(declaration, SH.namespace))
        for named in shapes.objects(constraint, SH.prefixes)
        for holder in shapes.transitive_objects(named, OWL.imports)
        for declaration in shapes.objects(holder, SH.declare)
    }
    return "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in sorted(declared.items()))
