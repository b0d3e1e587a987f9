"""Competency questions: the header, the parameters, the expected answer."""

import pytest

from reviewgraph.errors import SourceSyntaxError
from reviewgraph.publication.question import read_question, with_values
from reviewgraph.rdf.terms import IRI, Literal

HEADER = "#+ title@th: ก\n#+ title@en: A\n"


def read(tmp_path, text, expected=None):
    path = tmp_path / "q.rq"
    path.write_text(text)
    if expected is not None:
        (tmp_path / "q.expected.tsv").write_text(expected)
    return read_question(tmp_path, path)


def test_the_header_tells_titles_parameters_and_what_empty_means(tmp_path):
    question = read(
        tmp_path,
        "#+ id: Q9\n" + HEADER + "#+ description@en: D: with a colon\n#+ empty@th: ไม่ทราบ\n"
        "#+ param t: <x:t>\n#+ param t title@th: ประเด็น\nSELECT ?t {}\n",
        '?t\n"ก"@th\n',
    )
    assert (question.id, question.name) == ("Q9", "q")
    assert question.titles == {"th": "ก", "en": "A"}
    assert question.descriptions == {"en": "D: with a colon"}
    assert question.empty == {"th": "ไม่ทราบ"}
    (parameter,) = question.parameters
    assert (parameter.name, parameter.default) == ("t", IRI("x:t"))
    assert parameter.titles == {"th": "ประเด็น"}
    assert question.expected.rows == ((Literal("ก", language="th"),),)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("#+ id: Q1\nSELECT * {}", 1, "no title"),
        (HEADER + "#+ colour: red\n", 3, "not understood"),
        (HEADER + "#+ what\n", 3, "not understood"),
        (HEADER + "#+ param t: nonsense here\n", 3, "not a term"),
        (HEADER + '#+ param t: "a" , "b"\n', 3, "not a term"),
    ],
)
def test_a_header_that_cannot_be_understood_is_an_error_with_a_line(tmp_path, text, line, said):
    with pytest.raises(SourceSyntaxError, match=said) as caught:
        read(tmp_path, text)
    assert caught.value.place.line == line


@pytest.mark.parametrize("expected", ["", "nonsense\n", "?a\nnonsense\n", "?a\n1\t2\n"])
def test_an_expected_answer_that_is_no_table_is_an_error(tmp_path, expected):
    with pytest.raises(SourceSyntaxError, match="not SPARQL TSV"):
        read(tmp_path, HEADER + "SELECT ?a {}", expected)


def test_a_header_alone_expects_no_rows(tmp_path):
    question = read(tmp_path, HEADER + "SELECT ?a {}", "?a\n")
    assert question.expected.variables == ("a",)
    assert question.expected.rows == ()


@pytest.mark.parametrize("name", ["{x:path}", "a.b", "-a", "ก", "a b"])
def test_a_name_that_is_no_plain_address_is_an_error(tmp_path, name):
    path = tmp_path / f"{name}.rq"
    path.write_text(HEADER + "SELECT ?a {}")
    with pytest.raises(SourceSyntaxError, match="an address too"):
        read_question(tmp_path, path)


def test_a_value_cannot_become_a_part_of_the_query():
    hostile = Literal('"} } DROP ALL #')
    text = with_values("SELECT ?a { ?a ?b ?c }", {"c": hostile, "b": IRI("x:b")})
    assert text.endswith('VALUES (?c ?b) { ("\\"} } DROP ALL #" <x:b>) }\n')
    assert with_values("SELECT * {}", {}) == "SELECT * {}"
