"""One file: what is refused, and where the refusal points."""

import pytest

from reviewgraph.errors import SourceSyntaxError
from reviewgraph.publication import reading, source
from reviewgraph.rdf.terms import IRI, BlankNode


def read(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return source.read_file(tmp_path, path, graph=IRI("x:g"), base="https://e.org/", scope="f1")


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("a.ttl", "<s> <p> <o> .\n<s> <p> .\n", 2),
        ("a.trig", "<g> {\n <s> <p>\n}", 3),
        ("a.nt", "<x:s> <x:p> <x:o> .\nnonsense\n", 2),
        ("a.nq", "<x:s> <x:p> <x:o> <x:g> .\n<x:s> <x:p> 1 .\n", 2),
        ("a.jsonld", '{"@id": "x:s",\n "x:p" 1}', 2),
        ("a.rdf", "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\n<a>", None),
        ("a.ttl", b"<s> <p> 'x' .\n<s> <p> '\xe0\xb8' .\n", 2),
        ("a.ttl", "@prefix e: <x:> .\n\n<s> <p> <<( <a> <b> <c> )>> .\n", 3),
        ("a.rdf", "<?xml version='1.0'?>\n<!DOCTYPE x [<!ENTITY a 'b'>]>\n<x/>", 2),
        ("a.jsonld", "\n" + "[" * 500 + "]" * 500, 2),
    ],
)
def test_a_file_in_error_names_the_line(tmp_path, name, content, line):
    with pytest.raises(SourceSyntaxError) as caught:
        read(tmp_path, name, content)
    assert caught.value.place.file == name
    if line:
        assert caught.value.place.line == line
    assert caught.value.words.th
    assert caught.value.words.en
    assert caught.value.words.th != caught.value.words.en


def test_a_file_past_the_limit_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MAX_BYTES", 10)
    with pytest.raises(SourceSyntaxError, match="too large"):
        read(tmp_path, "a.ttl", "<s> <p> <o> .")


def test_a_byte_order_mark_does_not_shift_places(tmp_path):
    file = read(tmp_path, "a.ttl", "\ufeff<s> <p> <o> .")
    assert str(file.place(file.statements[0].object_at)) == "a.ttl:1:9"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonld", '[\n {"@id": "_:b", "x:p": {"@id": "x:o"}},\n {"@id": "x:s", "x:p": 1}]'),
        (
            "a.rdf",
            (
                "<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:x='x:'>\n"
                "<r:Description><x:p r:resource='x:o'/></r:Description>\n"
                "<r:Description r:about='x:s'><x:p>1</x:p></r:Description></r:RDF>"
            ),
        ),
    ],
)
def test_other_syntaxes_know_the_place_of_the_subject(tmp_path, name, content):
    file = read(tmp_path, name, content)
    by_subject = {str(x.quad.subject): file.place(x.subject_at).line for x in file.statements}
    assert by_subject["<x:s>"] == 3
    blank = next(x.quad.subject for x in file.statements if isinstance(x.quad.subject, BlankNode))
    assert blank.value.startswith("f1b")


def test_statements_go_to_the_files_graph_unless_they_name_one(tmp_path):
    file = read(tmp_path, "a.trig", "<s> <p> 1 . <g> { <s> <p> 2 }")
    assert [quad.graph_name for quad in file.quads()] == [IRI("x:g"), IRI("https://e.org/g")]
