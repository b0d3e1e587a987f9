"""Where the statements of an RDF/XML file stand, by the engine's own reading of it."""

import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from reviewgraph.errors import SourceSyntaxError
from reviewgraph.publication import source
from reviewgraph.publication.lines import Lines
from reviewgraph.publication.rdfxml_places import locate
from reviewgraph.rdf.terms import IRI

BASE = "https://e.org/data/file.rdf"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
HEAD = (
    '<?xml version="1.0"?>\n<!-- ก -->\n'
    f'<r:RDF xmlns:r="{RDF}" xmlns:x="x:" xmlns="https://e.org/t#">\n'
)
TAIL = "\n</r:RDF>\n"


def places(text, base=BASE):
    quads = list(parse(text, format=RdfFormat.RDF_XML, base_iri=base))
    found = locate(text, base, quads)
    assert len(found) == len(quads)
    return list(zip(quads, found, strict=True))


def shown(body):
    """What the text has at the three places of each quad, up to the next space or bracket."""
    text = HEAD + body + TAIL

    def word(offset):
        rest = text[offset:]
        return (
            rest[0] + rest[1:].replace(">", " ").replace("<", " ").replace("/ ", " ").split(" ")[0]
        )

    return [tuple(word(offset) for offset in at) for _, at in places(text)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            '<r:Description r:about="a"><x:p>ก ข</x:p></r:Description>',
            [("<r:Description", "<x:p", "ก")],
        ),
        ('<x:T r:ID="a"/>', [("<x:T", "<x:T", "<x:T")]),
        (
            '<x:T r:nodeID="a" x:q = "ค"\n  r:type="x:U"><p r:resource="b"/></x:T>',
            [
                ("<x:T", "<x:T", "<x:T"),
                ("<x:T", "x:q", '"ค"\n'),
                ("<x:T", 'r:type="x:U"', '"x:U"'),
                ("<x:T", "<p", '"b"'),
            ],
        ),
        (
            '<x:A r:about="a"><x:p>\n <x:B/> </x:p><x:p><x:B x:q="1"/></x:p></x:A>',
            [
                ("<x:A", "<x:A", "<x:A"),
                ("<x:B", "<x:B", "<x:B"),
                ("<x:A", "<x:p", "<x:B"),
                ("<x:B", "<x:B", "<x:B"),
                ("<x:B", 'x:q="1"', '"1"'),
                ("<x:A", "<x:p", "<x:B"),
            ],
        ),
        (
            '<x:A r:about="a"><x:p r:parseType="Resource"><x:q>1</x:q></x:p></x:A>',
            [("<x:A",) * 3, ("<x:A", "<x:p", "<x:p"), ("<x:p", "<x:q", "1")],
        ),
        (
            '<r:Bag r:about="a"><r:li>1</r:li><r:li r:nodeID="n"/></r:Bag>',
            [("<r:Bag",) * 3, ("<r:Bag", "<r:li", "1"), ("<r:Bag", "<r:li", '"n"')],
        ),
        (
            (
                '<r:Description r:about="a"><x:p r:parseType="Literal"> <b>1</b></x:p>'
                '<x:q xml:lang="th">&#x0E01;</x:q><x:e/></r:Description>'
            ),
            [
                ("<r:Description", "<x:p", "<x:p"),
                ("<r:Description", "<x:q", "&#x0E01;"),
                ("<r:Description", "<x:e", "<x:e"),
            ],
        ),
    ],
)
def test_each_way_to_write_a_statement_has_its_places(body, expected):
    found = shown(body)
    assert sorted(found) == sorted(expected)


def test_what_a_property_element_is_named_by_and_a_list_stand_where_they_are_written():
    text = (
        f'{HEAD}<r:Description r:about="a">\n<x:p r:ID="s">1</x:p>\n'
        '<x:l r:parseType="Collection">\n<x:A r:about="b"/>\n<r:Description/></x:l>\n'
        f'<x:n r:parseType="Collection"/></r:Description>{TAIL}'
    )
    lines = Lines(text)
    found = {}
    for quad, at in places(text):
        found.setdefault(quad.predicate.value.removeprefix(RDF), []).append(lines.at(at.subject)[0])
    assert found["subject"] == found["predicate"] == found["object"] == [5]
    assert sorted(found["first"]) == sorted(found["rest"]) == [7, 8]
    assert found["x:l"] == found["x:n"] == [4]


def test_a_base_and_a_language_hold_for_what_is_inside():
    text = (
        f'{HEAD}<x:A xml:base="http://b.org/c/#d" r:about="a" xml:lang="TH" x:p="1">'
        f'<x:p>1</x:p><x:q xml:lang="en">1</x:q></x:A>{TAIL}'
    )
    found = {(quad.predicate.value, str(quad.object)): at for quad, at in places(text)}
    assert {str(quad.subject) for quad, _ in places(text)} == {"<http://b.org/c/a>"}
    assert all(at.subject == text.index("<x:A") for at in found.values())
    assert found["x:q", '"1"@en'].object == text.index("1</x:q>")


def test_what_this_parser_does_not_read_gives_the_beginning():
    quads = list(parse(f'{HEAD}<x:A r:about="a"/>{TAIL}', format=RdfFormat.RDF_XML, base_iri=BASE))
    assert locate("no XML", BASE, quads) == [(0, 0, 0)]


def test_statements_about_statements_are_refused_where_they_stand(tmp_path):
    path = tmp_path / "a.rdf"
    path.write_text(
        f'<r:RDF xmlns:r="{RDF}" xmlns:x="x:" r:version="1.2">\n<r:Description r:about="a">\n'
        '<x:p r:parseType="Triple"><r:Description r:about="s"><x:q>1</x:q></r:Description></x:p>'
        "</r:Description></r:RDF>"
    )
    with pytest.raises(SourceSyntaxError, match=r"RDF 1\.2") as caught:
        source.read_file(tmp_path, path, graph=IRI("x:g"), base=BASE, scope="f1")
    assert str(caught.value.place) == "a.rdf:3:1"


TEXTS = st.text("ก็a &<>'\"\n\t😀", min_size=1, max_size=6).filter(str.strip)
ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\t": "&#9;"}
GAPS = st.sampled_from(["", "\n", " ", "<!-- <x:p> ก -->", "\r\n\t"])


@st.composite
def documents(draw):
    """RDF/XML and, for each value that was written, where its three terms begin."""
    text, places, number = HEAD, {}, 0

    def put(*pieces):
        nonlocal text
        at = len(text)
        text += "".join(pieces)
        return at

    def escaped(value):
        return "".join(ESCAPES.get(c, c) for c in value)

    def node(depth):
        nonlocal number
        number += 1
        me = f"https://e.org/ก/{number}"
        at = put("<x:Thing")
        put(draw(st.sampled_from([" ", "\n  "])), f'r:about="{me}"')
        if draw(st.booleans()):
            put(" ")
            value = draw(TEXTS)
            predicate = put("x:short=")
            places[me, "x:short", value] = (at, predicate, put('"', escaped(value), '"'))
        put(">")
        for each in range(draw(st.integers(0, 3))):
            put(draw(GAPS))
            name = f"x:p{each}"
            predicate = put(f"<{name}>")
            if depth and draw(st.booleans()):
                put(draw(GAPS))
                child_at, child = node(depth - 1)
                places[me, name, child] = (at, predicate, child_at)
                put(draw(GAPS))
            else:
                value = draw(TEXTS)
                blank = draw(st.sampled_from(["", " ", "\n "]))
                put(blank)
                start = len(value) - len(value.lstrip())
                begins = len(text) + len(escaped(value[:start]))
                put(escaped(value))
                places[me, name, blank + value] = (at, predicate, begins)
            put(f"</{name}>")
        put(draw(GAPS), "</x:Thing>")
        return at, me

    for _ in range(draw(st.integers(1, 3))):
        put(draw(GAPS))
        node(2)
    return text + TAIL, places


@given(documents())
def test_every_statement_is_where_it_was_put(document):
    text, expected = document
    found = {
        (quad.subject.value, quad.predicate.value, quad.object.value): tuple(at)
        for quad, at in places(text)
        if quad.predicate.value != f"{RDF}type"
    }
    assert found == expected


def test_every_file_of_the_w3c_suite_has_places_inside_its_text(shared):
    seen = 0
    with tarfile.open(shared / "suites" / "rdf11-syntax.tar.gz") as archive:
        for member in archive.getmembers():
            if not member.name.endswith(".rdf"):
                continue
            text = archive.extractfile(member).read().decode()
            if "<!DOCTYPE" in text:
                continue  # refused before it is read
            try:
                found = places(text, f"https://w3c.example/{member.name}")
            except (SyntaxError, ValueError):
                continue  # a negative test
            for quad, at in found:
                assert all(0 <= offset < len(text) for offset in at), member.name
                assert text[at.subject] == "<", (member.name, quad)
                assert at.subject <= at.predicate
                seen += 1
    assert seen > 240


def test_a_file_is_read_with_these_places(tmp_path):
    path = tmp_path / "a.rdf"
    path.write_text(f'{HEAD}<x:A>\n <x:p>ก</x:p></x:A><x:A r:about="b"/>{TAIL}')
    file = source.read_file(tmp_path, path, graph=IRI("x:g"), base=BASE, scope="f1")
    (found,) = [located for located in file.statements if located.object == Literal("ก")]
    assert found.subject == BlankNode("f1b0")
    assert [
        str(file.place(at)) for at in (found.subject_at, found.predicate_at, found.object_at)
    ] == ["a.rdf:4:1", "a.rdf:5:2", "a.rdf:5:7"]
    (other,) = [located for located in file.statements if isinstance(located.subject, NamedNode)]
    assert str(file.place(other.subject_at)) == "a.rdf:5:20"
