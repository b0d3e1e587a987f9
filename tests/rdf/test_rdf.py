"""Terms, canonical form and writing: nothing is lost on any way out."""

import hashlib
import random
import re

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from reviewgraph.errors import NotSerializable
from reviewgraph.rdf import formats
from reviewgraph.rdf.canonical import canonical_document, canonicalize, sha256
from reviewgraph.rdf.syntax import serialize
from reviewgraph.rdf.terms import (
    IRI,
    BlankNode,
    Literal,
    Quad,
    from_rdflib,
    quads_of,
    to_graph,
    to_rdflib,
)

IRIS = st.sampled_from(
    [
        "https://e.org/a",
        "https://e.org/a/b",
        "https://e.org/a#b=1,2",
        "https://e.org/ก",
        "https://e.org/q'",
        "https://e.org/a%20b",
        "urn:x:y",
    ]
).map(IRI)
PREDICATES = st.sampled_from(
    ["https://e.org/p", "https://e.org/p#q", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"]
).map(IRI)
BLANKS = st.sampled_from(["b0", "b1"]).map(BlankNode)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
LITERALS = st.one_of(
    TEXTS.map(Literal),
    TEXTS.map(lambda text: Literal(text, language="th")),
    st.sampled_from(["01", "1.50", "๑", "1e5", ""]).map(
        lambda text: Literal(text, datatype=IRI("http://www.w3.org/2001/XMLSchema#decimal"))
    ),
    st.sampled_from(["1", "-7", "true"]).map(
        lambda text: Literal(text, datatype=IRI("http://www.w3.org/2001/XMLSchema#integer"))
    ),
)
STATEMENTS = st.tuples(IRIS | BLANKS, PREDICATES, IRIS | BLANKS | LITERALS)
PREFIXES = {"e": "https://e.org/", "a": "https://e.org/a/", "unused": "https://unused.org/"}
ILLEGAL_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def canonical(quads):
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def read(data, syntax):
    return [
        Quad(q.subject, q.predicate, q.object, getattr(q, "graph_name", ox.DefaultGraph()))
        for q in ox.parse(data, format=syntax.engine)
    ]


@pytest.mark.parametrize("syntax", formats.RDF_SYNTAXES, ids=lambda syntax: syntax.name)
@given(st.lists(STATEMENTS, max_size=8))
def test_what_is_written_is_read_back_in_every_syntax(syntax, statements):
    quads = [Quad(*statement) for statement in statements]
    try:
        data = serialize(quads, syntax, PREFIXES)
    except NotSerializable:
        assert syntax is formats.RDF_XML
        assert any(
            ILLEGAL_IN_XML.search(o.value) for _, _, o in statements if isinstance(o, Literal)
        )
        return
    assert canonical(read(data, syntax)) == canonical(quads)
    shuffled = random.Random(7).sample(quads, len(quads))  # noqa: S311 - an order, not a secret
    assert serialize(shuffled, syntax, PREFIXES) == data


@pytest.mark.parametrize(
    "syntax", [s for s in formats.RDF_SYNTAXES if s.quads], ids=lambda syntax: syntax.name
)
@given(st.lists(st.tuples(STATEMENTS, IRIS), min_size=1, max_size=8))
def test_graph_names_are_kept_where_the_syntax_has_them(syntax, statements):
    quads = [Quad(*statement, graph) for statement, graph in statements]
    assert canonical(read(serialize(quads, syntax, PREFIXES), syntax)) == canonical(quads)


def test_a_predicate_without_an_xml_name_is_refused_in_words():
    quad = Quad(IRI("x:s"), IRI("https://e.org/123"), Literal("x"))
    with pytest.raises(NotSerializable, match="RDF/XML") as caught:
        serialize([quad], formats.RDF_XML, {})
    assert "RDF/XML" in caught.value.words.th


def test_turtle_declares_the_prefixes_it_uses():
    quad = Quad(IRI("https://e.org/a"), IRI("https://e.org/p"), Literal("x"))
    text = serialize([quad], formats.TURTLE, PREFIXES).decode()
    assert "@prefix e: <https://e.org/> ." in text
    assert "unused" not in text


@given(IRIS | BLANKS | LITERALS)
def test_terms_cross_the_bridge_unchanged(term):
    assert from_rdflib(to_rdflib(term)) == term


def test_what_is_no_rdf_term_does_not_cross():
    with pytest.raises(TypeError):
        from_rdflib(rdflib.Variable("x"))


def test_graphs_cross_the_bridge():
    quads = [Quad(IRI("x:s"), IRI("x:p"), Literal("๑", datatype=IRI("x:d")), IRI("x:g"))]
    assert quads_of(to_graph(quads), IRI("x:g")) == quads


def test_canonical_form_does_not_depend_on_labels_or_order():
    def dataset(first, second):
        a, b = BlankNode(first), BlankNode(second)
        return [Quad(a, IRI("x:p"), b), Quad(b, IRI("x:p"), Literal("ก")), Quad(b, IRI("x:q"), a)]

    one = canonical_document(canonicalize(dataset("x", "y")))
    two = canonical_document(canonicalize(reversed(dataset("k", "j"))))
    assert one == two
    assert sha256(one) == hashlib.sha256(two).hexdigest()
    assert one.splitlines() == sorted(one.splitlines())


def test_every_media_type_and_extension_belongs_to_one_syntax():
    for table in (formats.RDF_SYNTAXES, formats.RESULT_SYNTAXES):
        types = [media_type for syntax in table for media_type in syntax.media_types]
        extensions = [syntax.extension for syntax in table]
        assert len(set(types)) == len(types)
        assert len(set(extensions)) == len(extensions)
