"""The catalogue keeps DCAT-AP 3.0, and the shapes that say so catch each thing they speak of."""

from pathlib import Path

import pytest
from pyshacl import validate
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import RDF, SH

from reviewgraph.rdf.namespaces import DCAT
from reviewgraph.release.manifest import DCAT_FILE

SHAPES = Graph().parse(Path(__file__).parent / "dcat-ap.ttl", format="turtle")
PREFIX = "urn:dcat-ap:"
TARGETS = {
    shape: target
    for node, target in SHAPES.subject_objects(SH.targetClass)
    for shape in SHAPES.objects(node, SH.property)
}


def paths(shape) -> list:
    path = SHAPES.value(shape, SH.path)
    several = SHAPES.value(path, SH.alternativePath)
    return list(Collection(SHAPES, several)) if several else [path]


def results(graph) -> set[tuple[str, str]]:
    """The property shapes and constraint components that found something."""
    _, report, _ = validate(graph, shacl_graph=SHAPES, inference="none", advanced=False)
    return {
        (
            str(report.value(result, SH.sourceShape)).removeprefix(PREFIX),
            str(report.value(result, SH.sourceConstraintComponent)).removeprefix(str(SH)),
        )
        for result in report.subjects(RDF.type, SH.ValidationResult)
    }


def catalogue(release) -> Graph:
    return Graph().parse(release.path / DCAT_FILE, format="turtle")


def few(release) -> Graph:
    """The catalogue with two distributions, so that many cases are judged quickly."""
    graph = catalogue(release)
    for distribution in sorted(graph.objects(None, DCAT.distribution))[2:]:
        graph.remove((None, None, distribution))
        for node in (distribution, URIRef(f"{distribution}#sha256")):
            graph.remove((node, None, None))
    return graph


def remove(graph, subject, path):
    graph.remove((subject, path, None))


def replace_by_literal(graph, subject, path):
    remove(graph, subject, path)
    graph.add((subject, path, Literal("x")))


def replace_by_node(graph, subject, path):
    remove(graph, subject, path)
    graph.add((subject, path, BNode()))


def add_another(graph, subject, path):
    graph.add((subject, path, URIRef("urn:another")))


def say_twice(graph, subject, path):
    for text in ("one", "two"):
        graph.add((subject, path, Literal(text, lang="th")))


SPOILT = {
    SH.minCount: ("MinCountConstraintComponent", lambda _: remove),
    SH.maxCount: ("MaxCountConstraintComponent", lambda _: add_another),
    SH["class"]: ("ClassConstraintComponent", lambda _: replace_by_node),
    SH.datatype: ("DatatypeConstraintComponent", lambda _: replace_by_literal),
    SH.uniqueLang: ("UniqueLangConstraintComponent", lambda _: say_twice),
    SH.nodeKind: (
        "NodeKindConstraintComponent",
        lambda kind: replace_by_node if kind == SH.Literal else replace_by_literal,
    ),
}
CASES = sorted(
    (str(shape).removeprefix(PREFIX), str(parameter), str(value))
    for shape in TARGETS
    for parameter, value in SHAPES.predicate_objects(shape)
    if parameter not in {SH.path, SH.severity}
)


def test_the_own_catalogue_lacks_nothing_that_is_mandatory_or_recommended(own):
    assert results(catalogue(own)) == set()


def test_the_museums_catalogue_lacks_only_what_the_museum_does_not_say(museum):
    count = "MinCountConstraintComponent"
    assert results(catalogue(museum)) == {
        (name, count)
        for name in (
            "Catalogue-issued",
            "Catalogue-language",
            "Catalogue-spatial",
            "Catalogue-themes",
            "DataService-contact",
            "Dataset-access",
            "Dataset-contact",
            "Dataset-frequency",
            "Dataset-issued",
            "Dataset-keyword",
            "Dataset-language",
            "Dataset-spatial",
            "Dataset-temporal",
            "Dataset-theme",
        )
    }
    warnings = {
        name
        for name, _ in results(catalogue(museum))
        if SHAPES.value(URIRef(PREFIX + name), SH.severity) == SH.Warning
    }
    assert len(warnings) == 14


def test_every_class_of_the_shapes_is_in_the_catalogue(own):
    graph = catalogue(own)
    for target in set(TARGETS.values()):
        assert (None, RDF.type, target) in graph, target
    assert len(TARGETS) > 60


def test_every_constraint_is_one_that_the_cases_know():
    known = {str(parameter) for parameter in SPOILT}
    assert {parameter for _, parameter, _ in CASES} == known
    assert len(CASES) > 120
    for shape in TARGETS:
        assert SHAPES.value(shape, SH.path) is not None, shape


@pytest.fixture(scope="module")
def whole(own) -> Graph:
    graph = few(own)
    assert results(graph) == set()
    return graph


@pytest.mark.parametrize("name", sorted({name for name, _, _ in CASES}))
def test_a_shape_catches_a_catalogue_that_breaks_it(whole, name):
    """Each constraint in turn is broken at one thing of the class, found by its own component."""
    shape = URIRef(PREFIX + name)
    for case, parameter, value in CASES:
        if case != name:
            continue
        component, spoil = SPOILT[URIRef(parameter)]
        graph = Graph()
        graph += whole
        subjects = sorted(graph.subjects(RDF.type, TARGETS[shape]))
        told = [s for s in subjects for path in paths(shape) if (s, path, None) in graph]
        for path in paths(shape):
            spoil(URIRef(value))(graph, told[0], path)
        assert (name, component) in results(graph), (name, component)
