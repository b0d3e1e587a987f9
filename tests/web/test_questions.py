"""Competency questions over HTTP, and tables in every syntax."""

import csv
import io
import json
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, parse_query_results

from reviewgraph.errors import NotSerializable
from reviewgraph.rdf.formats import RESULT_CSV, RESULT_JSON, RESULT_TSV, RESULT_XML
from reviewgraph.store.interface import Table
from reviewgraph.store.results import write_table
from reviewgraph.web.sections import columns_in


def solutions(answer):
    return json.loads(answer.body)["results"]["bindings"]


def test_a_question_is_asked_with_its_default(ask):
    rows = solutions(ask("/questions/near.json"))
    assert [row["to"]["value"] for row in rows][-1] == "javascript:alert(1)"
    assert {row["what"]["value"] for row in rows} == {"https://odd.example/data/id/plain"}
    assert all("missing" not in row for row in rows)


@pytest.mark.parametrize(
    "value", ["https://odd.example/data/id/slash", "<https://odd.example/data/id/slash>"]
)
def test_a_parameter_is_an_iri_or_a_term(ask, value):
    rows = solutions(ask(f"/questions/near.json?what={quote(value)}"))
    assert len(rows) == 1


def test_a_literal_parameter(ask):
    assert len(solutions(ask("/questions/number.json"))) == 1
    exact = quote('"007"^^<http://www.w3.org/2001/XMLSchema#integer>')
    assert len(solutions(ask(f"/questions/number.json?number={exact}"))) == 1
    assert solutions(ask("/questions/number.json?number=8")) == []


@pytest.mark.parametrize(
    "query",
    [
        "what=x",
        "what=%5B%5D",
        "what=_:b",
        "what=%3Cx%3A%3E+.+%3Cx%3As%3E+%3Cx%3Ap%3E+%3Cx%3A%3E",
        "what=%3C%3C(%3Cx%3As%3E+%3Cx%3Ap%3E+%3Cx%3Ao%3E)%3E%3E",
        "what=7",
        "what=" + "x" * 3000,
        "what=%3Chttps%3A//a+b%3E",
        "what=https://a.example/&what=https://b.example/",
        "where=https://a.example/",
        "What=https://a.example/",
    ],
)
def test_a_parameter_that_cannot_be_used_is_a_bad_request(ask, query):
    answer = ask(f"/questions/near.json?{query}")
    assert (answer.status, answer.media_type) == (400, "application/problem+json")


def test_text_needs_no_quotes_where_text_is_expected(ask):
    assert solutions(ask("/questions/named.json")) == solutions(
        ask("/questions/named.json?name=Plain")
    )
    assert len(solutions(ask("/questions/named.json?name=real+slash"))) == 1
    assert ask("/questions/named.json?name=https://x.example/").status == 400
    assert ask("/questions/number.json?number=seven").status == 400


def test_a_form_gives_back_what_was_asked(ask):
    text = ask("/questions/number.en.html?number=12", accept="text/html").text
    assert '<input name="number" value="12"' in text
    text = ask("/questions/near.en.html", accept="text/html").text
    assert '<option value="https://odd.example/data/id/plain" selected>Plain</option>' in text


def test_a_blank_field_of_the_form_means_the_default(ask):
    assert ask("/questions/near.csv?what=").body == ask("/questions/near.csv").body


def test_nothing_found_is_said_in_the_questions_own_words(ask):
    empty = "/questions/near.en.html?what=https://nobody.example/"
    assert "It is not known." in ask(empty, accept="text/html").text
    unsaid = ask("/questions/number.en.html?number=8", accept="text/html").text
    assert "that does not mean there is none" in unsaid


def test_links_to_other_formats_keep_the_parameters(ask):
    asked = "what=" + quote("<https://odd.example/data/id/slash>", safe="")
    answer = ask(f"/questions/near?{asked}", accept="text/csv")
    assert answer.headers["content-location"] == f"/questions/near.csv?{asked}"
    page = ask(f"/questions/near.en.html?{asked}", accept="text/html").text
    assert f"/questions/near.csv?{asked}".replace("&", "&amp;") in page


@pytest.mark.parametrize(
    ("lang", "variables", "headers"),
    [
        ("en", ("a_th", "a_en", "at_least"), {"a": (1, 0), "at least": (2,)}),
        ("th", ("a_th", "a_en", "at_least"), {"a": (0, 1), "at least": (2,)}),
        ("en", ("a_b_en", "x", "a_b_th"), {"a b": (0, 2), "x": (1,)}),
        ("en", ("a_th", "b_en"), {"a th": (0,), "b en": (1,)}),
        ("en", ("_th", "_en", "th"), {"th": (2,)}),
    ],
)
def test_a_page_shows_a_value_in_its_own_language(lang, variables, headers):
    columns = columns_in(lang, variables, {})
    assert {column.header: column.numbers for column in columns} == headers
    assert len(columns) == len(headers)


def test_only_the_page_leaves_out_the_other_language(ask_own):
    path = "/questions/q13-how-many-agencies"
    for lang, shown, hidden, at_least in (
        ("en", "More than", "มากกว่า", "At least"),
        ("th", "มากกว่า", "More than", "อย่างน้อย"),
    ):
        text = ask_own(f"{path}.{lang}.html", accept="text/html").text
        table = text[text.index("<table>") : text.index("</table>")]
        assert shown in table
        assert hidden not in table
        assert f'<th scope="col">{at_least}</th>' in table
        assert "tongue" not in table.partition("<a ")[0]
    assert "bound_th,bound_en" in ask_own(f"{path}.csv").text


def test_a_table_for_a_spreadsheet_is_a_download(ask):
    disposition = ask("/questions/near.csv").headers["content-disposition"]
    assert disposition == 'attachment; filename="near.csv"'


def test_the_questions_of_the_repository_are_answered(ask_own, own):
    assert len(own.questions) > 10
    for question in own.questions:
        answer = ask_own(f"/questions/{question.name}", accept="text/html", accept_language="en")
        assert answer.status == 200
        assert solutions(ask_own(f"/questions/{question.name}.json")) is not None


TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
TERMS = st.one_of(
    st.none(),
    st.builds(NamedNode, st.sampled_from(["https://x.example/a,b", "x:ก", "x:'()"])),
    st.builds(BlankNode, st.sampled_from(["a", "b"])),
    st.builds(Literal, TEXT),
    st.builds(Literal, TEXT, language=st.sampled_from(["th", "en"])),
    st.builds(Literal, TEXT, datatype=st.just(NamedNode("x:type,1"))),
)
TABLES = st.lists(st.tuples(TERMS, TERMS), max_size=4).map(
    lambda rows: Table(("a", "b"), tuple(rows))
)


def same(found, table):
    names: dict[str, str] = {}

    def plain(term):
        if isinstance(term, BlankNode):
            return "_", names.setdefault(term.value, str(len(names)))
        return term

    one = [tuple(map(plain, row)) for row in found]
    names.clear()
    return one == [tuple(map(plain, row)) for row in table.rows]


@given(TABLES)
def test_json_and_tsv_tell_every_table_exactly(table):
    for syntax in (RESULT_JSON, RESULT_TSV):
        found = parse_query_results(write_table(table, syntax), format=syntax.engine)
        assert same([tuple(solution) for solution in found], table)


@given(TABLES)
def test_xml_tells_a_table_exactly_or_refuses_it(table):
    try:
        written = write_table(table, RESULT_XML)
    except NotSerializable:
        return
    root = ET.fromstring(written)  # noqa: S314 - we wrote it
    cells = [
        node.text or ""
        for node in root.iterfind(".//{*}binding/*")
        if not node.tag.endswith("bnode")
    ]
    wanted = [
        term.value
        for row in table.rows
        for term in row
        if term is not None and not isinstance(term, BlankNode)
    ]
    assert cells == wanted


def test_what_xml_does_not_have_is_refused():
    with pytest.raises(NotSerializable, match=r"U\+0001"):
        write_table(Table(("a",), ((Literal("x\x01"),),)), RESULT_XML)


@given(TABLES)
def test_csv_reads_back_as_bare_values(table):
    written = write_table(table, RESULT_CSV).decode()
    rows = list(csv.reader(io.StringIO(written, newline="")))
    assert rows[0] == ["a", "b"]
    assert [row[0] for row in rows[1:]] == [
        "" if a is None else str(a) if isinstance(a, BlankNode) else a.value for a, _ in table.rows
    ]
