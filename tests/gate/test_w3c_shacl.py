"""The W3C's tests of SHACL Core and SHACL-SPARQL, found through their manifests."""

import os
import tarfile
from functools import cache
from pathlib import Path

import pytest
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.compare import isomorphic
from rdflib.namespace import RDF, SH, Namespace

from reviewgraph.errors import GateError
from reviewgraph.publication import turtle
from reviewgraph.publication.lines import Lines
from reviewgraph.rdf.terms import IRI, Quad, statement, to_graph

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")
BASE = "https://example.org/tests/"
REPO = Path(__file__).resolve().parents[2]
ARCHIVE = (
    Path(os.environ.get("REVIEWGRAPH_TEST_MATERIAL", REPO.parent / "shared"))
    / "suites"
    / "shacl-core-sparql.tar.gz"
)

EXPECTED_FAILURES = {
    "sparql/pre-binding/shapesGraph-001": "$shapesGraph is optional, and not offered",
}


def files() -> dict[str, str]:
    """The suite's files by their path below the first manifest."""
    if not ARCHIVE.is_file():
        return {}
    found = {}
    with tarfile.open(ARCHIVE) as archive:
        for member in archive.getmembers():
            _, below, path = member.name.partition("/tests/")
            if below and path.endswith(".ttl"):
                found[path] = archive.extractfile(member).read().decode()
    return found


FILES = files()


def quads(path: str) -> list[Quad]:
    """A file's statements, in a graph that goes by its address."""
    text = FILES[path]
    read = turtle.read(text, base=BASE + path, scope="f", lines=Lines(text))
    return [Quad(*statement(located.quad), IRI(BASE + path)) for located in read]


@cache
def graph(path: str) -> Graph:
    return to_graph(quads(path))


def included(path: str = "manifest.ttl") -> set[str]:
    """The files that a manifest leads to, itself among them."""
    found = {path}
    for address in graph(path).objects(None, MF.include):
        found |= included(address.removeprefix(BASE))
    return found


def entries() -> list[tuple[str, URIRef]]:
    """Each test with the file that describes it."""
    return [
        (path, entry)
        for path in sorted(FILES)
        for manifest in [graph(path)]
        for head in manifest.objects(None, MF.entries)
        for entry in Collection(manifest, head)
    ]


def name(entry: URIRef) -> str:
    return entry.removeprefix(BASE)


ENTRIES = entries()


def case(path: str, entry: URIRef):
    reason = EXPECTED_FAILURES.get(name(entry))
    marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
    return pytest.param(path, entry, id=name(entry), marks=marks)


def comparable(report: Graph, holder, messages: set, path_spelt) -> Graph:
    """What the suite compares of a report: its results, of their messages only these."""
    kept = Graph(bind_namespaces="none")
    top = BNode()
    for conforms in report.objects(holder, SH.conforms):
        kept.add((top, SH.conforms, conforms))
    for result in report.objects(holder, SH.result):
        node = BNode()
        kept.add((top, SH.result, node))
        for predicate, value in report.predicate_objects(result):
            if predicate == SH.resultPath:
                # Results of one shape may share a path's blank nodes or have a copy each.
                kept.add((node, predicate, Literal(path_spelt(report, value))))
            elif predicate in _KEPT or (predicate == SH.resultMessage and value in messages):
                kept.add((node, predicate, value))
    return kept


_KEPT = {
    SH.focusNode,
    SH.value,
    SH.resultSeverity,
    SH.sourceConstraint,
    SH.sourceConstraintComponent,
    SH.sourceShape,
}


def test_the_suite_is_read_whole(shared):
    assert ARCHIVE.is_relative_to(shared)
    names = [name(entry) for _, entry in ENTRIES]
    assert len(names) == len(set(names)) == 121
    assert sum(entry.startswith("core/") for entry in names) == 98
    # One more file has a test than the manifests lead to.
    assert len({path for path, _ in ENTRIES} & included()) == 120
    assert set(EXPECTED_FAILURES) <= set(names)


@pytest.mark.parametrize(("path", "entry"), [case(*found) for found in ENTRIES])
def test_w3c(path, entry, judged, path_spelt):
    manifest = graph(path)
    action = manifest.value(entry, MF.action)
    data = quads(manifest.value(action, SHT.dataGraph).removeprefix(BASE))
    shapes = to_graph(quads(manifest.value(action, SHT.shapesGraph).removeprefix(BASE)))
    wanted = manifest.value(entry, MF.result)
    if wanted == SHT.Failure:
        with pytest.raises(GateError):
            judged(data, shapes)
        return
    report = judged(data, shapes)
    messages = {
        message
        for result in manifest.objects(wanted, SH.result)
        for message in manifest.objects(result, SH.resultMessage)
    }
    expected = comparable(manifest, wanted, messages, path_spelt)
    (holder,) = report.subjects(RDF.type, SH.ValidationReport)
    found = comparable(report, holder, messages, path_spelt)
    assert isomorphic(found, expected), f"{found.serialize()}\nexpected:\n{expected.serialize()}"
