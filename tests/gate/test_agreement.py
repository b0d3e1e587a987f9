"""The project's rules: the gate's engine and pySHACL report the same, result by result.

pySHACL takes minutes over the SPARQL constraints, so ``make soak`` looks at these; SHACL Core is
compared always.
"""

import os
from functools import cache
from pathlib import Path

import pytest
from rdflib import RDF, SH, BNode, Graph

from reviewgraph.publication.folder import load, read_rdf
from reviewgraph.rdf.terms import IRI, BlankNode, Quad, to_graph

REPO = Path(__file__).resolve().parents[2]
FOLDER = REPO / "shapes" / "cases"
CASES = sorted(path for path in FOLDER.glob("*/*.ttl") if not path.name.endswith(".expected.ttl"))
SOAK = "SHACL_EXAMPLES" in os.environ


@cache
def publication():
    return load(REPO)


def rules(*, with_sparql: bool) -> Graph:
    graph = to_graph(quad for file in publication().shapes for quad in file.quads())
    if not with_sparql:
        graph.remove((None, SH.sparql, None))
    return graph


def quads(files):
    return [quad for file in files for quad in file.quads()]


@cache
def own_data() -> list[Quad]:
    return quads([*publication().ontology, *publication().data])


@cache
def all_cases() -> list[Quad]:
    """The background and every case, each case with names of its own for what it describes."""
    base = publication().catalog.base
    stage = read_rdf(REPO, FOLDER / "background.ttl", base)
    merged = quads([*publication().ontology, stage])
    for number, path in enumerate(CASES):
        case = read_rdf(REPO, path, base).quads()
        own = {quad.subject for quad in case if isinstance(quad.subject, IRI)}
        named = {term: IRI(f"{term.value}-{number}") for term in own}
        merged += [
            Quad(
                named.get(quad.subject, quad.subject),
                quad.predicate,
                quad.object
                if isinstance(quad.object, BlankNode)
                else named.get(quad.object, quad.object),
                quad.graph_name,
            )
            for quad in case
        ]
    return merged


@pytest.mark.parametrize(
    "with_sparql",
    [
        False,
        pytest.param(True, marks=pytest.mark.skipif(not SOAK, reason="takes minutes: make soak")),
    ],
)
@pytest.mark.parametrize(("data", "least"), [(own_data, 0), (all_cases, 200)])
def test_the_engine_and_pyshacl_report_the_same(data, least, with_sparql, judged, recorded, rows):
    shapes = rules(with_sparql=with_sparql)
    found = rows(judged(data(), shapes), shapes)
    expected = rows(recorded(data(), shapes), shapes)
    assert len(expected) > least
    assert found - expected == {}
    assert expected - found == {}


def test_a_result_that_is_lost_added_or_changed_is_noticed(recorded, rows):
    shapes = rules(with_sparql=False)
    base = publication().catalog.base
    report = recorded(quads(read_rdf(REPO, path, base) for path in CASES[:20]), shapes)
    results = sorted(report.objects(None, SH.result))
    before = rows(report, shapes)
    assert results
    for predicate in (
        *(SH.focusNode, SH.resultPath, SH.value, SH.resultMessage, SH.resultSeverity),
        *(SH.sourceShape, SH.sourceConstraintComponent),
    ):
        spoilt = Graph()
        spoilt += report
        (subject, _, value) = next(iter(report.triples((None, predicate, None))))
        spoilt.remove((subject, predicate, value))
        assert rows(spoilt, shapes) != before, predicate
    (holder,) = report.subjects(RDF.type, SH.ValidationReport)
    fewer = Graph()
    fewer += report
    fewer.remove((holder, SH.result, results[0]))
    assert rows(fewer, shapes) != before
    more = Graph()
    more += report
    twin = BNode()
    more.add((holder, SH.result, twin))
    for predicate, value in report.predicate_objects(results[0]):
        more.add((twin, predicate, value))
    assert rows(more, shapes) != before
