"""Where pySHACL and the specification part, the gate's engine follows the specification."""

import pyoxigraph
import pytest
from rdflib import SH, Graph

from reviewgraph.rdf.terms import IRI, quads_of, to_graph

PREFIXES = """
@prefix : <https://example.org/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def read(text: str) -> Graph:
    return to_graph(pyoxigraph.parse(PREFIXES + text, format=pyoxigraph.RdfFormat.TURTLE))


# A shape, or a constraint on the values of :p at :a; data; how many results there are.
ON_VALUES = ":s a sh:PropertyShape ; sh:targetNode :a ; sh:path :p ; "
CASES = {
    "the inverse of a sequence goes its steps backwards": (
        ":s sh:targetNode :c ; sh:minCount 1 ; sh:path [ sh:inversePath ( :p :q ) ] .",
        ":a :p :b . :b :q :c .",
        0,
    ),
    "a blank node has no length, not even zero": (
        "sh:minLength 0 .",
        ":a :p [] .",
        1,
    ),
    "a blank node is not less than a number": (
        "sh:lessThan :q .",
        ":a :p [] ; :q 1 .",
        1,
    ),
    "an IRI is not less than another": (
        "sh:lessThan :q .",
        ":a :p :b ; :q :c .",
        1,
    ),
    "a tagged string is not less than another": (
        "sh:lessThanOrEquals :q .",
        ':a :p "a"@en ; :q "b"@en .',
        1,
    ),
    "a date is not less than a string": (
        "sh:lessThan :q .",
        ':a :p "2019-04-01"^^xsd:date ; :q "2019-04-02" .',
        1,
    ),
    "a date is not less than a time": (
        "sh:lessThan :q .",
        ':a :p "2019-04-01"^^xsd:date ; :q "2019-04-02T00:00:00"^^xsd:dateTime .',
        1,
    ),
    "what is no number is not less than a number": (
        "sh:maxInclusive 1e0 .",
        ':a :p "NaN"^^xsd:double .',
        1,
    ),
    "what is no number is not more than a decimal, either": (
        "sh:lessThan :q .",
        ':a :p 1.0 ; :q "NaN"^^xsd:double .',
        1,
    ),
    "an address has no order, not even with itself": (
        "sh:minInclusive '/a'^^xsd:anyURI .",
        ":a :p '/a'^^xsd:anyURI .",
        1,
    ),
    "a day begins earlier in the east": (
        "sh:lessThan :q .",
        ':a :p "2019-04-01+07:00"^^xsd:date ; :q "2019-04-01Z"^^xsd:date .',
        0,
    ),
    "a day with a zone is not the day without": (
        "sh:lessThanOrEquals :q .",
        ':a :p "2019-04-01"^^xsd:date ; :q "2019-04-01Z"^^xsd:date .',
        1,
    ),
    "only the word true asks for unique languages": (
        'sh:uniqueLang "1"^^xsd:boolean .',
        ':a :p "a"@en , "b"@en .',
        0,
    ),
    "a closed shape allows no type unasked": (
        ":s a sh:NodeShape ; sh:targetNode :a ; sh:closed true .",
        ":a a rdfs:Resource .",
        1,
    ),
    "a range of two subtags matches what begins with them": (
        "sh:languageIn ( 'en-GB' ) .",
        ':a :p "a"@en-GB-oed .',
        0,
    ),
    "a decimal has no exponent": (
        "sh:datatype xsd:decimal .",
        ':a :p "1e1"^^xsd:decimal .',
        1,
    ),
    "a date alone is not a point in time": (
        "sh:datatype xsd:dateTime .",
        ':a :p "2019-04-01"^^xsd:dateTime .',
        1,
    ),
    "a pattern's end is the end of the text": (
        "sh:pattern 'a$' .",
        ':a :p "a\\n" .',
        1,
    ),
    "flags may let a dot match a line's end": (
        "sh:pattern '^a.b$' ; sh:flags 's' .",
        ':a :p "a\\nb" .',
        0,
    ),
}


# Where the engine still goes with pySHACL, each with why.
@pytest.mark.parametrize(
    ("shapes", "data", "results"), [pytest.param(*CASES[name], id=name) for name in CASES]
)
def test_the_specification_is_followed(shapes, data, results, judged):
    if not shapes.startswith(":s "):
        shapes = ON_VALUES + shapes
    report = judged(quads_of(read(data), IRI("https://example.org/data")), read(shapes))
    assert len(list(report.objects(None, SH.result))) == results
