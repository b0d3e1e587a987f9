"""Values that are too large to be read are told, and nothing ever reads them."""

import pytest

from reviewgraph.gate.judge import judge
from reviewgraph.gate.literals import TOO_LARGE
from reviewgraph.gate.shacl.values import compare, has_datatype
from reviewgraph.publication.folder import load
from reviewgraph.rdf.magnitude import is_too_large
from reviewgraph.rdf.terms import IRI, Literal, to_rdflib

XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
LARGE = [
    ("9" * 41, XSD + "integer"),
    ("-" + "9" * 41, XSD + "long"),
    ("0." + "1" * 60, XSD + "decimal"),
    ("1e9999", XSD + "decimal"),
    ("1E+9999999999", XSD + "double"),
    ("0" * 201, XSD + "integer"),
    ("9" * 10 + "-01-01", XSD + "date"),
    ("-" + "9" * 10, XSD + "gYear"),
    ("P1Y" + "9" * 10 + "D", XSD + "duration"),
    ("PT1." + "9" * 100 + "S", XSD + "dayTimeDuration"),
    ("2026-01-01T00:00:00." + "0" * 80, XSD + "dateTime"),
    ("x" * 10_001, RDF + "HTML"),
    ("<b>" * 300, RDF + "HTML"),
    ("<b/>" * 300, RDF + "HTML"),
    ("</i>" * 300 + "<b>" * 300, RDF + "HTML"),
    ("<p>" + "".join(f"<i a={i}>" for i in range(100)) + "</p>" + "<p>x</p>" * 800, RDF + "HTML"),
    ("<b>" * 300 + "</b>" * 300, RDF + "XMLLiteral"),
]
ORDINARY = [
    ("9" * 40, XSD + "integer"),
    ("-0000" + "9" * 40, XSD + "integer"),
    ("1.7976931348623157E+308", XSD + "double"),
    ("-INF", XSD + "float"),
    ("not a number of any size, others say so", XSD + "decimal"),
    ("2026-11-23T15:00:00.123456789012+07:00", XSD + "dateTime"),
    ("-13798000000", XSD + "string"),
    ("999999999", XSD + "gYear"),
    ("P1Y2M3DT4H5M6.789S", XSD + "duration"),
    ("<p>ก</p><br><br>" * 300, RDF + "HTML"),
    ("<b/>" * 300, RDF + "XMLLiteral"),
    ("x" * 100_000, XSD + "string"),
    ("9" * 100, "https://museum.example/terms#serial"),
]


@pytest.mark.parametrize(("form", "datatype"), LARGE)
def test_a_form_that_is_too_large_has_no_value_for_anybody(form, datatype):
    literal = Literal(form, datatype=IRI(datatype))
    assert is_too_large(form, datatype)
    assert not has_datatype(literal, datatype)
    assert compare(literal, literal) is None
    node = to_rdflib(literal)
    assert (str(node), str(node.datatype)) == (form, datatype)
    assert node.value is None
    assert node.ill_typed


@pytest.mark.parametrize(("form", "datatype"), ORDINARY)
def test_an_ordinary_form_is_not_too_large(form, datatype):
    assert not is_too_large(form, datatype)


def test_a_value_too_large_is_told_once_with_its_place_and_without_itself(museum_copy):
    (museum_copy / "data" / "drum.nt").write_text(
        "<https://museum.example/id/drum> <https://museum.example/terms#name> "
        f'"{"9" * 5000}"^^<{XSD}integer> .\n'
    )
    (result,) = judge(load(museum_copy)).results
    assert (result.rule, result.value) == (TOO_LARGE, None)
    assert str(result.place) == "data/drum.nt:1:70"
    assert "9999" not in result.message.get("both")


def test_a_rule_with_a_bound_too_large_is_told(museum_copy):
    shape = museum_copy / "shapes" / "artefact.ttl"
    shape.write_text(shape.read_text().replace("sh:maxCount 1 ", f"sh:maxCount {'9' * 50} "))
    report = judge(load(museum_copy))
    found = [result for result in report.results if result.rule == TOO_LARGE]
    assert [result.place.file for result in found] == ["shapes/artefact.ttl"]
