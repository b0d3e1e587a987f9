"""The reader that keeps places: it reads what Oxigraph reads, and tells where it stands."""

import tarfile

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewgraph.publication import turtle
from reviewgraph.publication.lines import Lines
from reviewgraph.publication.turtle import Unreadable

BASE = "https://example.org/base/"
FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "nt": ox.RdfFormat.N_TRIPLES,
    "nq": ox.RdfFormat.N_QUADS,
}


def read(text, base=BASE):
    return list(turtle.read(text, base=base, scope="f0", lines=Lines(text)))


def canonical(quads):
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def test_w3c_syntax_files_are_read_as_the_engine_reads_them(shared):
    read_files = 0
    with tarfile.open(shared / "suites" / "rdf11-syntax.tar.gz") as archive:
        for member in archive.getmembers():
            extension = member.name.rsplit(".", 1)[-1]
            if extension not in FORMATS or "manifest" in member.name:
                continue
            data = archive.extractfile(member).read()
            base = "https://example.org/" + member.name
            try:
                expected = list(ox.parse(data, format=FORMATS[extension], base_iri=base))
            except (SyntaxError, ValueError):
                continue  # a negative test: the engine judges syntax, this reader need not
            found = [located.quad for located in read(data.decode(), base)]
            assert canonical(found) == canonical(expected), member.name
            read_files += 1
    assert read_files > 900


IRIS = st.sampled_from(["<https://e.org/ก>", "<rel/x>", "e:a.b", "e:", "e:%20", "e:a\\/b", "_:b1"])
LITERALS = st.one_of(
    st.text(max_size=8).map(lambda text: str(ox.Literal(text))),
    st.sampled_from(
        ['"x"@th', "'''a\n\"b'''", '"1"^^<x:y>', "1", "-2.5", "1e3", "true", '"\\u0E01"']
    ),
)
GAPS = st.sampled_from([" ", "\n", "\t", " # note ; [\n", "\r\n  ", "\n\n"])


@st.composite
def documents(draw):
    """A Turtle document and, for each statement, where its three terms begin."""
    text = "@prefix e: <https://e.org/> .\n"
    places = []

    def put(token):
        nonlocal text
        text += draw(GAPS)
        at = len(text)
        text += token
        return at

    for _ in range(draw(st.integers(1, 5))):
        subject = put(draw(IRIS))
        for more in range(draw(st.integers(1, 3))):
            if more:
                put(";")
            predicate = put(draw(st.sampled_from(["a", "e:p", "<x:p>"])))
            for again in range(draw(st.integers(1, 3))):
                if again:
                    put(",")
                places.append((subject, predicate, put(draw(IRIS | LITERALS))))
        put(".")
    return text + "\n", places


@given(documents())
def test_every_statement_is_where_it_was_put(document):
    text, places = document
    found = read(text)
    assert [(x.subject_at, x.predicate_at, x.object_at) for x in found] == places
    expected = list(ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=BASE))
    assert canonical([x.quad for x in found]) == canonical(expected)


def test_line_and_column_count_code_points():
    lines = Lines("ก\n😀x\r\ny")
    assert [lines.at(offset) for offset in (0, 2, 3, 6)] == [(1, 1), (2, 1), (2, 2), (3, 1)]
    assert lines.offset(2, 2) == 3


def test_anonymous_blank_nodes_are_labelled_with_their_place():
    (inner, outer) = read("<s> <p>\n  [ <q> 1 ] .")
    assert outer.quad.object == inner.quad.subject == ox.BlankNode("f0l2c3")


@pytest.mark.parametrize(
    "text",
    [
        "<s> <p> <<( <a> <b> <c> )>> .",
        "x:a <p> <o> .",
        "<s> <p> " + "[ <p> " * (turtle.MAX_DEPTH + 1) + "1" + " ]" * (turtle.MAX_DEPTH + 1) + " .",
        '"literal" <p> <o> .',
        "<s> <p> .",
        "<s> <p> <o> ; <q>",
    ],
)
def test_what_it_cannot_read_is_said_with_a_place(text):
    with pytest.raises(Unreadable) as caught:
        read(text)
    assert caught.value.reason
    assert 0 <= caught.value.offset <= len(text)
