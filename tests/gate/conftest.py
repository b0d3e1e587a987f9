"""The engine under test, pySHACL beside it, and what of their reports is compared."""

import logging
from collections import Counter

import pyshacl
import pytest
from rdflib import RDF, SH, BNode, Graph, Literal

from reviewgraph.errors import GateError
from reviewgraph.gate.shacl import engine, plan
from reviewgraph.gate.shacl.facts import Facts
from reviewgraph.rdf.terms import statement, to_graph
from reviewgraph.store.embedded import EmbeddedStore

# It would print a traceback for every literal whose value it cannot make out.
logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)


def validate(data, shapes: Graph) -> Graph:
    """The validation report of the gate's engine.

    Raises:
        GateError: something could not be judged.
    """
    facts = Facts(statement(quad) for quad in data)
    outcome = engine.validate(facts, plan.plan(shapes), EmbeddedStore.in_memory(data))
    for words in outcome.failures.values():
        raise GateError(words.th, words.en)
    return outcome.graph()


def validate_by_pyshacl(data, shapes: Graph) -> Graph:
    """The validation report of pySHACL, unaided."""
    own = Graph(bind_namespaces="none")  # it adds to the shapes graph that it is given
    own += shapes
    _, report, text = pyshacl.validate(
        to_graph(data), shacl_graph=own, do_owl_imports=False, inplace=True
    )
    assert isinstance(report, Graph), text
    return report


_OPERATORS = {
    SH.inversePath: "^",
    SH.zeroOrMorePath: "*",
    SH.oneOrMorePath: "+",
    SH.zeroOrOnePath: "?",
}


def spelt(graph: Graph, node) -> str:
    """A term; a blank node that is a path is told by its structure."""
    if isinstance(node, Literal):
        return f'"{node}"@{(node.language or "").lower()}^^{node.datatype}'
    if not isinstance(node, BNode):
        return f"<{node}>"
    if (node, RDF.first, None) in graph:
        return "(" + " / ".join(spelt(graph, item) for item in graph.items(node)) + ")"
    for predicate, inner in graph.predicate_objects(node):
        if predicate in _OPERATORS:
            return f"{_OPERATORS[predicate]}({spelt(graph, inner)})"
        if predicate == SH.alternativePath:
            return "(" + " | ".join(spelt(graph, item) for item in graph.items(inner)) + ")"
    return f"_:{node}"


_COMPARED = (
    SH.focusNode,
    SH.value,
    SH.sourceConstraintComponent,
    SH.sourceShape,
    SH.sourceConstraint,
    SH.resultSeverity,
)


def told(graph: Graph, shapes: Graph) -> Counter[tuple[str, ...]]:
    """The results of a validation report, alike ones counted, and whether it conforms.

    Messages count where the rule has its own; what an engine says by itself is its affair.
    """
    (report,) = graph.subjects(RDF.type, SH.ValidationReport)
    rows = Counter([("conforms", *map(str, graph.objects(report, SH.conforms)))])
    for node in graph.objects(report, SH.result):
        said = [*graph.objects(node, SH.sourceShape), *graph.objects(node, SH.sourceConstraint)]
        spoken = any((rule, SH.message, None) in shapes for rule in said)
        rows[
            (
                *(
                    f"{predicate.fragment} {' '.join(spelt_each(graph, node, predicate))}"
                    for predicate in _COMPARED
                ),
                # Told by the shapes: pySHACL copies a deep path into its report in part only.
                *(
                    f"path {spelt(shapes if isinstance(path, BNode) else graph, path)}"
                    for path in graph.objects(node, SH.resultPath)
                ),
                *(spelt_each(graph, node, SH.resultMessage) if spoken else ()),
            )
        ] += 1
    return rows


def spelt_each(graph: Graph, node, predicate) -> list[str]:
    """The terms a result has; blank nodes of data and shapes keep their labels in a report."""
    return sorted(
        f"_:{term}" if isinstance(term, BNode) else spelt(graph, term)
        for term in graph.objects(node, predicate)
    )


@pytest.fixture(scope="session")
def judged():
    return validate


@pytest.fixture(scope="session")
def left_to_pyshacl():
    return lambda shapes: plan.plan(shapes).left


@pytest.fixture(scope="session")
def recorded():
    return validate_by_pyshacl


@pytest.fixture(scope="session")
def rows():
    return told


@pytest.fixture(scope="session")
def path_spelt():
    return spelt
