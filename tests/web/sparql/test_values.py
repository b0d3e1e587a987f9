"""Awkward values in every format: read back by somebody else's parser, they are what they were."""

import csv
import gzip
import io
import json
import re
import xml.etree.ElementTree as ET
from typing import NamedTuple

import pytest
import rdflib
import zstandard
from lxml import etree
from rdflib.compare import isomorphic
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID

from reviewgraph.rdf.terms import IRI, BlankNode, Literal, Quad
from reviewgraph.store.limits import Limits

# rdflib warns of what it uses itself.
pytestmark = pytest.mark.filterwarnings("ignore:.* is deprecated, use Dataset:DeprecationWarning")

BASE = "https://data.example.org/"
ID = f"{BASE}id/"
VALUE = f"{BASE}value"
XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
GRAPH = f"{BASE}graph/values"


class Term(NamedTuple):
    """What a term is, whoever read it. A language tag is the same in any case."""

    kind: str
    value: str
    language: str = ""
    datatype: str = ""


def iri(value):
    return Term("iri", value)


def plain(value, language="", datatype=""):
    return Term("literal", value, language.lower(), datatype)


def typed(value, name):
    return plain(value, datatype=name if ":" in name else XSD + name)


def blank(label):
    return Term("blank", label)


# What no XML document can hold, in any spelling.
CONTROLS = {
    "U+0001": plain("\x01"),
    "backspace and form feed": plain("a\b\fb"),
    "vertical tab": plain("\v"),
    "U+001F at the end": plain("end\x1f"),
    "U+FFFE": plain("\ufffe"),
    "U+FFFF in a language": plain("ก\uffffข", "th"),
    "U+0002 in a datatype of one's own": typed("\x02", "http://example.org/type"),
}
TEXTS = {
    "empty": plain(""),
    "spaces": plain("  two before, one after "),
    "only a space": plain(" "),
    "line feed": plain("a\nb"),
    "only a line feed": plain("\n"),
    "line feed at the end": plain("a\n"),
    "carriage return": plain("a\rb"),
    "only a carriage return": plain("\r"),
    "both": plain("a\r\nb\r\n\r\nc"),
    "tab": plain("a\tb"),
    "only a tab": plain("\t"),
    "quotes": plain('say "no", \'no\' or ""'),
    "only a quote": plain('"'),
    "two quotes": plain('""'),
    "only an apostrophe": plain("'"),
    "comma": plain("a,b"),
    "only a comma": plain(","),
    "semicolon": plain("a;b"),
    "backslash": plain("\\"),
    "what looks escaped": plain('\\n \\t \\u0041 \\" &#10;'),
    "backslash at the end": plain("a\\"),
    "delete": plain("\x7f"),
    "C1 control": plain("\x80\x9f"),
    "next line": plain("a\x85b"),
    "line separators": plain("a\u2028b\u2029c"),
    "byte order mark": plain("\ufeffa\ufeff"),
    "no-break space": plain("\xa0a\xa0"),
    "replacement character": plain("\ufffd"),
    "astral": plain("😀𝒳\U0010fffd"),
    "joined": plain("👩\u200d💻 🇹🇭"),
    "right to left": plain("שלום \u202eabc\u202c", "he"),
    "Thai": plain("ที่นี่มีน้ำ", "th"),
    "Thai with sara am": plain("น้ำ", "th"),
    "Thai with sara am in two": plain("น้ํา", "th"),
    "Thai with zero width spaces": plain("คำ\u200bไทย\u200bไม่เว้นวรรค", "th"),
    "Thai mark alone": plain("\u0e34", "th"),
    "Thai sara ae and twice sara e": plain("แ เเ", "th"),
    "composed": plain("\xe9"),
    "decomposed": plain("e\u0301"),
    "engine's mark": plain("<oxprefix: "),
    "end of CDATA": plain("]]>"),
    "CDATA": plain("<![CDATA[x]]>"),
    "entity": plain("&amp; &lt; &#13; &x;"),
    "markup": plain("<b a='1'>&lt;</b><!-- --><?x?>"),
    "script": plain("</script><script>alert(1)</script>"),
    "formula": plain("=1+1"),
    "percent": plain("%0A%2C%"),
    "JSON": plain('{"@value": [1, null], "@id": "_:b0"}'),
    "blank node's label": plain("_:b0"),
    "IRI in brackets": plain("<http://example.org/>"),
    "variable": plain("?x $y {z}"),
    "comment": plain("# a\n# b"),
    "a number": plain("42"),
    "a boolean": plain("true"),
    "nothing": plain("null"),
    "literal of Turtle": plain('"a"@en^^<b>'),
}
LANGUAGES = {
    "language": plain("colour", "en"),
    "region": plain("color", "en-US"),
    "script and region": plain("顏色", "zh-Hant-TW"),
    "variant": plain("Straße", "de-CH-1996"),
    "private use": plain("a", "x-own-tongue"),
    "private part": plain('a,\n"b"', "en-x-museum1"),
    "empty with language": plain("", "th"),
}
DATATYPES = {
    "true": typed("true", "boolean"),
    "false": typed("false", "boolean"),
    "zero": typed("0", "integer"),
    "negative": typed("-5", "integer"),
    "large integer": typed("9223372036854775807", "integer"),
    "larger integer": typed("92233720368547758070000000000", "integer"),
    "decimal": typed("1.5", "decimal"),
    "negative decimal": typed("-0.000001", "decimal"),
    "whole decimal": typed("7", "decimal"),
    "infinite": typed("INF", "double"),
    "negative infinite": typed("-INF", "float"),
    "not a number": typed("NaN", "double"),
    "dateTime": typed("2024-02-29T23:59:59.125Z", "dateTime"),
    "dateTime elsewhere": typed("2024-02-29T23:59:59+07:00", "dateTime"),
    "dateTime nowhere": typed("0001-01-01T00:00:00", "dateTime"),
    "date": typed("2024-02-29", "date"),
    "time": typed("12:00:00", "time"),
    "year": typed("2567", "gYear"),
    "duration": typed("P1Y2M3DT4H5M6S", "duration"),
    "no number": typed("abc, def", "integer"),
    "no date": typed("2024-13-45", "date"),
    "no boolean": typed("yes", "boolean"),
    "empty integer": typed("", "integer"),
    "binary": typed("AAEC/w==", "base64Binary"),
    "anyURI": typed("http://example.org/a b", "anyURI"),
    "own type with a comma": typed("a,b", "http://example.org/type,odd;(x)"),
    "own type with an apostrophe": typed("a", "http://example.org/o'type"),
    "own type in Thai": typed("ก", "http://example.org/ชนิด"),
    "own type without a value": typed("", "urn:x:type"),
    "markup of its own type": typed("<b>&amp;</b>\r\n", f"{RDF}XMLLiteral"),
}
IRIS = {
    "IRI": iri("http://example.org/"),
    "IRI with a comma": iri("http://example.org/a,b"),
    "IRI with an apostrophe": iri("http://example.org/o'clock"),
    "IRI with brackets": iri("http://example.org/(a);b=c"),
    "IRI with an ampersand": iri("http://example.org/?a=1&b=2&amp;c"),
    "IRI with escapes": iri("http://example.org/%0A%22%2C%3C%E0%B8%81"),
    "IRI in Thai": iri("http://example.org/น้ำ\u200b/ก"),
    "IRI with a fragment": iri("http://example.org/a#b/c?d"),
    "IRI with a star": iri("http://example.org/$a*~!@:b+c-d_e.f."),
    "IRI beyond the plane": iri("http://example.org/😀"),
    "IRI of another scheme": iri("urn:x-odd:a,b;c"),
    "script's IRI": iri("javascript:alert(1)"),
    "mail address": iri("mailto:a@example.org"),
    "own IRI": iri(f"{BASE}id/own.html"),
    "IRI of many bytes": iri("http://example.org/" + "ก/" * 10_000),
}
LONG = {
    "long": plain("ยาว " * 30_000, "th"),
    "long without a break": plain("x" * 300_000),
    "long and full of quotes": plain('",\r\n\t<&>\\' * 20_000),
}
LEGAL = {**TEXTS, **LANGUAGES, **DATATYPES, **IRIS, **LONG}
ALL = {**LEGAL, **CONTROLS}


def to_engine(term):
    """The term as a release takes it."""
    if term.kind == "iri":
        return IRI(term.value)
    if term.language:
        return Literal(term.value, language=term.language)
    return (
        Literal(term.value, datatype=IRI(term.datatype)) if term.datatype else Literal(term.value)
    )


def in_sparql(term):
    """The term as a query has it: every character that is not plain is escaped."""

    def escaped(text):
        return "".join(
            character
            if character.isascii() and character.isprintable() and character not in '"\\'
            else f"\\U{ord(character):08X}"
            for character in text
        )

    if term.kind == "iri":
        return f"<{escaped(term.value)}>"
    tail = f"@{term.language}" if term.language else ""
    if term.datatype:
        tail = f"^^<{escaped(term.datatype)}>"
    return f'"{escaped(term.value)}"{tail}'


def subject_of(name):
    return f"{ID}{list(ALL).index(name)}"


@pytest.fixture(scope="module", autouse=True)
def large_cells():
    """Python's reader of CSV takes no cell beyond 128 KB unless it is told to."""
    before = csv.field_size_limit(10_000_000)
    yield
    csv.field_size_limit(before)


@pytest.fixture(scope="module")
def values(release_over, endpoint, serve):
    """A client of an endpoint that has all values, each of a subject of its own."""
    quads = [
        Quad(IRI(subject_of(name)), IRI(VALUE), to_engine(term), IRI(GRAPH))
        for name, term in ALL.items()
    ]
    ring = [BlankNode(f"ring{n}") for n in range(7)]
    quads += [
        Quad(each, IRI(f"{BASE}next"), ring[(n + 1) % 7], IRI(GRAPH)) for n, each in enumerate(ring)
    ]
    quads += [
        Quad(each, IRI(f"{BASE}place"), Literal(str(n)), IRI(GRAPH)) for n, each in enumerate(ring)
    ]
    with serve(endpoint(release_over(quads), Limits(seconds=60.0, workers=2))) as client:
        yield client


def ask(client, query, format_, **headers):
    """By POST, so that nothing is too long for an address; the answer is whole and not refused."""
    response = client.post("/sparql", data={"query": query, "format": format_}, headers=headers)
    assert response.status_code == 200, response.text[:1000]
    return response


# Tables, read back.


def read_json(content):
    result = json.loads(content.decode())
    names = result["head"]["vars"]
    for row in result["results"]["bindings"]:
        assert set(row) <= set(names)
    return names, [
        [json_term(row[name]) if name in row else None for name in names]
        for row in result["results"]["bindings"]
    ]


def json_term(term):
    kind = {"uri": "iri", "literal": "literal", "bnode": "blank"}[term.pop("type")]
    read = Term(kind, term.pop("value"), term.pop("xml:lang", "").lower(), term.pop("datatype", ""))
    assert not term
    return read._replace(datatype=read.datatype.replace(f"{XSD}string", ""))


def read_xml(content):
    """By two parsers that agree."""
    trees = [ET.fromstring(content), etree.fromstring(content)]  # noqa: S314 - our own
    assert all(tree.tag == "{http://www.w3.org/2005/sparql-results#}sparql" for tree in trees)
    one, other = map(xml_rows, trees)
    assert one == other
    return one


def xml_rows(tree):
    names = [each.get("name") for each in tree.findall("{*}head/{*}variable")]
    rows = []
    for result in tree.findall("{*}results/{*}result"):
        found = {each.get("name"): xml_term(each[0]) for each in result}
        assert set(found) <= set(names)
        rows.append([found.get(name) for name in names])
    return names, rows


def xml_term(element):
    kind = {"uri": "iri", "literal": "literal", "bnode": "blank"}[element.tag.partition("}")[2]]
    assert len(element) == 0
    language = element.get(XML_LANG, "").lower()
    return Term(kind, element.text or "", language, element.get("datatype", ""))


def read_csv(content):
    """Bare values: the terms' kinds are not told."""
    text = content.decode()
    assert text.endswith("\r\n")
    names, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    # A row of one empty cell may be an empty line.
    return names, [row or [""] * min(1, len(names)) for row in rows]


TERM = re.compile(
    r"""<(?P<iri>(?:[^\x00-\x20<>"{}|^`\\]|\\u.{4}|\\U.{8})*)>
    | _:(?P<blank>\w[\w.\-]*)
    | "(?P<literal>(?:[^"\\\n\r]|\\.)*)"(?:@(?P<language>[A-Za-z0-9\-]+)|\^\^<(?P<datatype>[^>]*)>)?
    | (?P<boolean>true|false)
    | (?P<double>[+-]?(?:\d+\.?\d*|\.\d+)[eE][+-]?\d+)
    | (?P<decimal>[+-]?\d*\.\d+)
    | (?P<integer>[+-]?\d+)
    """,
    re.VERBOSE,
)
ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"}


def unescaped(text):
    def character(match):
        digits = match[1] or match[2]
        return chr(int(digits, 16)) if digits else ESCAPES[match[3]]

    return re.sub(r"\\(?:u(.{4})|U(.{8})|(.))", character, text)


def read_term(match):
    """A term as Turtle and its like have it."""
    found = {name: text for name, text in match.groupdict().items() if text is not None}
    if "iri" in found:
        return iri(unescaped(found["iri"]))
    if "blank" in found:
        return blank(found["blank"])
    if "literal" in found:
        return plain(
            unescaped(found["literal"]),
            found.get("language", ""),
            unescaped(found.get("datatype", "")),
        )
    ((name, text),) = found.items()
    return typed(text, name)


def read_tsv(content):
    lines = content.decode().split("\n")
    assert lines.pop() == ""
    header, *rows = [line.split("\t") for line in lines]
    names = [name.removeprefix("?") for name in header] if header != [""] else []
    assert all(name.startswith("?") for name in header if names)
    read = []
    for row in rows:
        matches = [TERM.fullmatch(cell) if cell else None for cell in row]
        assert all(match or not cell for match, cell in zip(matches, row, strict=True)), row
        read.append([match and read_term(match) for match in matches])
    return names, [row if names else [] for row in read]


RESULTS = {"json": read_json, "xml": read_xml, "csv": read_csv, "tsv": read_tsv}
MEDIA_TYPES = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
}


def as_in(format_, terms):
    """What the format can tell of the terms."""
    if format_ != "csv":
        return list(terms)
    return ["" if term is None else term.value for term in terms]


def cases(formats, xml):
    """Formats with names of values; what XML cannot hold is left out of that."""
    return [(format_, name) for format_ in formats for name in (LEGAL if format_ in xml else ALL)]


@pytest.mark.parametrize(("format_", "name"), cases(RESULTS, {"xml"}))
def test_a_value_survives_each_result_format(values, format_, name):
    term = ALL[name]
    query = f"SELECT ?v {{ <{subject_of(name)}> <{VALUE}> ?v }}"
    response = ask(values, query, format_)
    assert response.headers["content-type"] == MEDIA_TYPES[format_]
    names, rows = RESULTS[format_](response.content)
    assert names == ["v"]
    assert rows == [as_in(format_, [term])]


@pytest.mark.parametrize("format_", RESULTS)
def test_values_of_the_query_itself_survive(values, format_):
    chosen = LEGAL if format_ == "xml" else ALL
    short = [term for term in chosen.values() if len(term.value) < 10_000]
    rows = " ".join(f"({number} {in_sparql(term)})" for number, term in enumerate(short))
    query = f"SELECT ?n ?v {{ VALUES (?n ?v) {{ {rows} }} }} ORDER BY ?n"
    _, found = RESULTS[format_](ask(values, query, format_).content)
    assert found == [
        as_in(format_, [typed(str(number), "integer"), term]) for number, term in enumerate(short)
    ]


@pytest.mark.parametrize("format_", RESULTS)
def test_all_values_survive_side_by_side(values, format_):
    """Each in a row with its neighbours, so that none spills into another's cell."""
    names = list(LEGAL if format_ == "xml" else ALL)
    chosen = [name for name in names if name not in LONG]
    rows = list(zip(chosen, chosen[1:], chosen[2:], strict=False))
    wanted = " ".join(f"({' '.join(f'<{subject_of(each)}>' for each in row)})" for row in rows)
    query = f"""SELECT ?x ?a ?b ?c {{ VALUES (?x ?y ?z) {{ {wanted} }}
        ?x <{VALUE}> ?a . ?y <{VALUE}> ?b . ?z <{VALUE}> ?c }}"""
    variables, found = RESULTS[format_](ask(values, query, format_).content)
    assert variables == ["x", "a", "b", "c"]
    expected = [
        as_in(format_, [iri(subject_of(row[0])), *(ALL[each] for each in row)]) for row in rows
    ]
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize("format_", RESULTS)
def test_unbound_is_not_empty(values, format_):
    query = (
        'SELECT ?a ?b ?c { VALUES (?a ?b ?c) { (UNDEF "" 1) ("" UNDEF 2) (UNDEF UNDEF UNDEF) } }'
    )
    one, two = typed("1", "integer"), typed("2", "integer")
    names, rows = RESULTS[format_](ask(values, query, format_).content)
    assert names == ["a", "b", "c"]
    assert rows == [
        as_in(format_, row)
        for row in ([None, plain(""), one], [plain(""), None, two], [None, None, None])
    ]


@pytest.mark.parametrize("format_", RESULTS)
@pytest.mark.parametrize("cell", ['""', "UNDEF"])
def test_rows_of_one_cell_are_rows(values, format_, cell):
    query = f'SELECT ?a {{ VALUES ?a {{ {cell} "x" {cell} {cell} }} }}'
    empty = plain("") if cell == '""' else None
    _, rows = RESULTS[format_](ask(values, query, format_).content)
    assert rows == [as_in(format_, [each]) for each in (empty, plain("x"), empty, empty)]


@pytest.mark.parametrize("format_", RESULTS)
@pytest.mark.parametrize(
    ("query", "names", "count"),
    [
        ("SELECT * { }", [], 1),
        ("SELECT * { VALUES () { () () () } }", [], 3),
        ("SELECT * { FILTER(false) }", [], 0),
        ("SELECT ?a ?b { FILTER(false) }", ["a", "b"], 0),
        ("SELECT ?a ?b { }", ["a", "b"], 1),
        ("SELECT ?a { ?a <http://example.org/nothing> ?b }", ["a"], 0),
    ],
)
def test_a_table_of_little_is_a_table(values, format_, query, names, count):
    found, rows = RESULTS[format_](ask(values, query, format_).content)
    assert found == names
    assert rows == [as_in(format_, [None] * len(names))] * count


@pytest.mark.parametrize("format_", RESULTS)
@pytest.mark.parametrize("value", [True, False])
def test_a_boolean_is_one_in_each_format(values, format_, value):
    content = ask(values, "ASK { }" if value else "ASK { FILTER(false) }", format_).content
    word = "true" if value else "false"
    if format_ == "json":
        assert json.loads(content) == {"head": {}, "boolean": value}
    elif format_ == "xml":
        for tree in (ET.fromstring(content), etree.fromstring(content)):  # noqa: S314 - our own
            assert tree.find("{*}boolean").text == word
            assert tree.find("{*}results") is None
    else:
        assert content.decode().strip().removeprefix("?").split() in ([word], ["_", word])


@pytest.mark.parametrize("format_", RESULTS)
def test_variables_are_named_as_they_are_and_in_order(values, format_):
    names = ["z", "a", "ชื่อ", "น้ำ", "_", "x1", "Z", "é", "select", *(f"v{n}" for n in range(200))]
    expressions = " ".join(f"({n} AS ?{name})" for n, name in enumerate(names))
    found, rows = RESULTS[format_](ask(values, f"SELECT {expressions} {{ }}", format_).content)
    assert found == names
    assert rows == [as_in(format_, [typed(str(n), "integer") for n in range(len(names))])]


NUMBERS = {
    "1e0": "double",
    "-1.5e-300": "double",
    "1e300": "double",
    '"0.1"^^<http://www.w3.org/2001/XMLSchema#float>': "float",
    "0.1 + 0.2": "decimal",
    "1.0": "decimal",
    "1 / 3": "decimal",
    "+7": "integer",
    "-0": "integer",
    "2 * 3": "integer",
}


@pytest.mark.parametrize("format_", RESULTS)
@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_is_worth_the_same_in_each_format(values, format_, number):
    expected = json_value(values, number)
    assert expected.datatype == XSD + NUMBERS[number]
    _, ((found,),) = RESULTS[format_](
        ask(values, f"SELECT ({number} AS ?x) {{ }}", format_).content
    )
    if format_ == "csv":
        assert float(found) == float(expected.value)
    else:
        assert float(found.value) == float(expected.value)
        assert found.datatype == expected.datatype


def json_value(values, expression):
    _, ((term,),) = read_json(ask(values, f"SELECT ({expression} AS ?x) {{ }}", "json").content)
    return term


# Blank nodes: within one result a label is a node.


def labels(rows, column):
    return [row[column].value if isinstance(row[column], Term) else row[column] for row in rows]


@pytest.mark.parametrize("format_", RESULTS)
def test_a_blank_node_has_one_label_wherever_it_stands(values, format_):
    query = f"""SELECT ?n ?x ?y ?m {{ ?x <{BASE}next> ?y ; <{BASE}place> ?n .
        ?y <{BASE}place> ?m }} ORDER BY ?n"""
    _, rows = RESULTS[format_](ask(values, query, format_).content)
    label_of = dict(zip(labels(rows, 0), labels(rows, 1), strict=True))
    assert len(set(label_of.values())) == len(label_of) == 7
    assert labels(rows, 2) == [label_of[number] for number in labels(rows, 3)]
    if format_ != "csv":
        assert {row[1].kind for row in rows} == {"blank"}
    else:
        assert all(label.startswith("_:") for label in label_of.values())


@pytest.mark.parametrize("format_", RESULTS)
def test_a_blank_node_that_is_made_is_new_for_each_row(values, format_):
    query = "SELECT ?a ?b { VALUES ?n { 1 2 3 } BIND(BNODE() AS ?a) BIND(?a AS ?b) }"
    _, rows = RESULTS[format_](ask(values, query, format_).content)
    assert labels(rows, 0) == labels(rows, 1)
    assert len(set(labels(rows, 0))) == 3


@pytest.mark.xfail(reason="the engine makes one node of a name for all rows (SPARQL 1.1 17.4.2.9)")
def test_a_blank_node_that_is_made_of_a_name_is_new_for_each_row(values):
    query = """SELECT ?a ?b { VALUES ?n { 1 2 3 }
        BIND(BNODE("x") AS ?a) BIND(BNODE("x") AS ?b) }"""
    _, rows = read_json(ask(values, query, "json").content)
    assert labels(rows, 0) == labels(rows, 1)
    assert len(set(labels(rows, 0))) == 3


# Graphs, read back.


def from_rdflib(node):
    if isinstance(node, rdflib.URIRef):
        return iri(str(node))
    if isinstance(node, rdflib.BNode):
        return blank(str(node))
    return plain(
        str(node), node.language or "", str(node.datatype or "").replace(f"{XSD}string", "")
    )


def read_lines(content):
    """N-Triples, and N-Quads of the default graph."""
    lines = content.decode().split("\n")
    assert lines.pop() == ""
    read = set()
    for line in lines:
        terms, rest = [], line
        while rest != ".":
            match = TERM.match(rest)
            assert match, rest[:100]
            terms.append(read_term(match))
            rest = rest[match.end() :].removeprefix(" ")
        read.add(tuple(terms))
    return read


GRAPHS = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/rdf+xml": "xml",
    "application/ld+json": "json-ld",
    "application/n-quads": "nquads",
    "application/trig": "trig",
}


@pytest.fixture(autouse=True)
def as_written(monkeypatch):
    """Keep rdflib from writing literals in another way than it read them."""
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)


def read_graph(response, media_type):
    assert response.headers["content-type"].partition(";")[0] == media_type
    name = GRAPHS[media_type]
    if name not in ("nquads", "trig"):
        return rdflib.Graph().parse(data=response.content, format=name)
    graph = rdflib.Graph()
    for s, p, o, graph_name in rdflib.Dataset().parse(data=response.content, format=name).quads():
        # All of it is in the default graph, which one of rdflib's parsers has a name for.
        assert graph_name in (None, DATASET_DEFAULT_GRAPH_ID)
        graph.add((s, p, o))
    return graph


def construct(client, media_type, pattern, template="?s ?p ?o"):
    query = f"CONSTRUCT {{ {template} }} WHERE {{ {pattern} }}"
    response = client.post("/sparql", data={"query": query}, headers={"Accept": media_type})
    assert response.status_code == 200, response.text[:1000]
    return response


@pytest.mark.parametrize(("media_type", "name"), cases(GRAPHS, {"application/rdf+xml"}))
def test_a_value_survives_each_graph_format(values, media_type, name):
    subject = subject_of(name)
    response = construct(values, media_type, f"BIND(<{subject}> AS ?s) ?s ?p ?o")
    ((s, p, o),) = read_graph(response, media_type)
    assert (str(s), str(p)) == (subject, VALUE)
    assert from_rdflib(o) == ALL[name]
    if GRAPHS[media_type] in ("nt", "nquads"):
        assert read_lines(response.content) == {(iri(subject), iri(VALUE), ALL[name])}


@pytest.mark.parametrize("media_type", GRAPHS)
def test_all_values_survive_in_one_graph(values, media_type):
    chosen = LEGAL if "xml" in media_type else ALL
    subjects = " ".join(f"<{subject_of(name)}>" for name in chosen)
    response = construct(values, media_type, f"VALUES ?s {{ {subjects} }} ?s ?p ?o")
    found = {(str(s), from_rdflib(o)) for s, _, o in read_graph(response, media_type)}
    assert found == {(subject_of(name), term) for name, term in chosen.items()}


@pytest.mark.parametrize("media_type", GRAPHS)
def test_blank_nodes_are_the_same_graph_in_each_format(values, media_type):
    expected = rdflib.Graph()
    nodes = [rdflib.BNode() for _ in range(7)]
    for n, node in enumerate(nodes):
        expected.add((node, rdflib.URIRef(f"{BASE}next"), nodes[(n + 1) % 7]))
        expected.add((node, rdflib.URIRef(f"{BASE}place"), rdflib.Literal(str(n))))
    pattern = f"?s ?p ?o FILTER(?p != <{VALUE}>)"
    found = read_graph(construct(values, media_type, pattern), media_type)
    assert isomorphic(found, expected)
    # A template's own are new for each solution.
    template = f"[] <{BASE}of> ?s ; <{BASE}with> [ <{BASE}p> _:x ] . _:x <{BASE}q> ?s"
    pattern = "VALUES ?s { 1 2 3 }"
    found = read_graph(construct(values, media_type, pattern, template), media_type)
    assert len(found) == 12
    assert len({s for s, _, _ in found}) == 9


@pytest.mark.parametrize("media_type", GRAPHS)
def test_a_graph_of_nothing_is_a_graph(values, media_type):
    response = construct(values, media_type, "FILTER(false) ?s ?p ?o")
    assert len(read_graph(response, media_type)) == 0


@pytest.mark.parametrize("media_type", GRAPHS)
def test_a_triple_comes_once(values, media_type):
    response = construct(values, media_type, "VALUES ?x { 1 1 1 2 2 }", f"<{ID}> <{VALUE}> ?x")
    assert len(read_graph(response, media_type)) == 2
    if GRAPHS[media_type] in ("nt", "nquads"):
        assert len(response.text.splitlines()) == 2


PREDICATES = ["http://example.org/a", "http://example.org/ชื่อ", "http://example.org/x#é1", "urn:x:y"]


@pytest.mark.parametrize("media_type", GRAPHS)
@pytest.mark.parametrize("predicate", PREDICATES)
def test_a_predicate_survives_each_graph_format(values, media_type, predicate):
    response = construct(values, media_type, "", f"<{ID}> <{predicate}> 'x'")
    ((_, found, _),) = read_graph(response, media_type)
    assert str(found) == predicate


# What cannot be written is told.


def assert_not_xml(response):
    assert response.status_code == 406
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    available = [each["media_type"] for each in problem["available"]]
    assert available
    assert available[0] in problem["detail"]
    assert available[0] in problem["detail_th"]
    assert not any("xml" in each for each in available)
    return available


@pytest.mark.parametrize("name", CONTROLS)
def test_what_xml_cannot_hold_is_told_and_the_others_hold_it(values, name):
    pattern = f"BIND(<{subject_of(name)}> AS ?s) ?s ?p ?o"
    query = f"SELECT ?o {{ {pattern} }}"
    response = values.get("/sparql", params={"query": query, "format": "xml"})
    assert MEDIA_TYPES["json"] in assert_not_xml(response)
    accept = {"Accept": "application/sparql-results+xml"}
    assert_not_xml(values.post("/sparql", data={"query": query}, headers=accept))
    query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern} }}"
    accept = {"Accept": "application/rdf+xml"}
    assert "text/turtle" in assert_not_xml(
        values.get("/sparql", params={"query": query}, headers=accept)
    )


@pytest.mark.parametrize("predicate", ["http://example.org/1", "http://example.org/", "urn:x:a(b)"])
def test_a_predicate_that_xml_cannot_name_is_told(values, predicate):
    query = f"CONSTRUCT {{ <{ID}> <{predicate}> '<oxprefix: ' }} WHERE {{ }}"
    accept = {"Accept": "application/rdf+xml"}
    assert_not_xml(values.get("/sparql", params={"query": query}, headers=accept))
    for media_type in set(GRAPHS) - {"application/rdf+xml"}:
        response = values.post("/sparql", data={"query": query}, headers={"Accept": media_type})
        ((_, found, value),) = read_graph(response, media_type)
        assert (str(found), str(value)) == (predicate, "<oxprefix: ")


NO_IRIS = ["a\nb", "a\rb", 'a"b', "a b", "a<b", "a>b", "a{b}", "a|b", "a\\b", "a^b", "a`b", "a\x01"]


@pytest.mark.parametrize("text", NO_IRIS)
def test_what_is_no_iri_never_becomes_one(values, text):
    whole = f"http://example.org/{text}"
    written = f"SELECT ({in_sparql(iri(whole))} AS ?x) {{ }}"
    response = values.post("/sparql", data={"query": written})
    assert response.status_code == 400
    assert response.json()["detail"]
    made = f"SELECT (IRI({in_sparql(plain(whole))}) AS ?x) (1 AS ?y) {{ }}"
    for format_, read in RESULTS.items():
        names, rows = read(ask(values, made, format_).content)
        assert names == ["x", "y"]
        assert rows == [as_in(format_, [None, typed("1", "integer")])]


@pytest.mark.parametrize("format_", RESULTS)
def test_a_literal_with_a_direction_is_no_fault_of_ours(values, format_):
    query = 'SELECT ("a"@he--rtl AS ?x) { }'
    response = values.post("/sparql", data={"query": query, "format": format_})
    assert response.status_code in (200, 400, 406)


# Compressed or not, it is the same.

MANY = "SELECT ?x ?y {{ VALUES ?x {{ {} }} VALUES ?y {{ {} }} }}".format(
    " ".join(f'"ค่า {n}"@th' for n in range(500)), " ".join(map(str, range(100)))
)
LITTLE = "SELECT ('ก' AS ?x) { }"


def raw(client, query, accept_encoding, **headers):
    """The response's headers and its body as it came."""
    sent = {"Accept-Encoding": accept_encoding, **headers}
    with client.stream("POST", "/sparql", data={"query": query}, headers=sent) as response:
        assert response.status_code == 200
        return response.headers, b"".join(response.iter_raw())


def decoded(headers, body):
    encoding = headers.get("content-encoding", "identity")
    if encoding == "gzip":
        return gzip.decompress(body)
    if encoding == "zstd":
        reader = zstandard.ZstdDecompressor().stream_reader(
            io.BytesIO(body), read_across_frames=True
        )
        return reader.read()
    assert encoding == "identity"
    return body


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
@pytest.mark.parametrize("media_type", [*MEDIA_TYPES.values(), *GRAPHS])
@pytest.mark.parametrize("query", ["values", "many"])
def test_a_compressed_answer_is_the_same(values, encoding, media_type, query):
    accept = media_type.partition(";")[0]
    subjects = " ".join(f"<{subject_of(name)}>" for name in LEGAL)
    pattern = f"VALUES ?s {{ {subjects} }} ?s <{VALUE}> ?o"
    asked = MANY if query == "many" else f"SELECT ?s ?o {{ {pattern} }}"
    if accept in GRAPHS:
        asked = f"CONSTRUCT {{ ?s <{VALUE}> ?o }} WHERE {{ {pattern} }}"
    headers, body = raw(values, asked, encoding, Accept=accept)
    assert headers["content-encoding"] == encoding
    assert "accept-encoding" in headers["vary"].lower()
    plain_headers, plain_body = raw(values, asked, "identity", Accept=accept)
    assert "content-encoding" not in plain_headers
    assert "accept-encoding" in plain_headers["vary"].lower()
    assert headers["content-type"] == plain_headers["content-type"]
    assert len(body) < len(plain_body) / 2
    found = decoded(headers, body)
    if accept == "application/ld+json":
        assert sorted(map(str, json.loads(found))) == sorted(map(str, json.loads(plain_body)))
    else:
        assert sorted(found.split(b"\n")) == sorted(plain_body.split(b"\n"))


@pytest.mark.parametrize(
    ("accept_encoding", "right"),
    [
        ("gzip", {"gzip"}),
        ("zstd", {"zstd"}),
        ("GZIP", {"gzip"}),
        ("gzip, zstd", {"gzip", "zstd"}),
        ("gzip, deflate, br, zstd", {"gzip", "zstd"}),
        ("zstd;q=0, gzip", {"gzip"}),
        ("gzip;q=0, zstd;q=0.5", {"zstd"}),
        ("gzip;q=1.0, zstd;q=0.001", {"gzip"}),
        ("*", {"gzip", "zstd", None}),
        ("*;q=0", {None}),
        ("gzip;q=0", {None}),
        ("br", {None}),
        ("identity", {None}),
        ("identity, gzip;q=0", {None}),
        ("", {None}),
        ("gzip;q=nonsense", {"gzip", None}),
        (", ,;q=1,,", {None}),
    ],
)
def test_an_encoding_is_one_that_the_client_takes(values, accept_encoding, right):
    headers, body = raw(values, MANY, accept_encoding)
    assert headers.get("content-encoding") in right
    assert len(json.loads(decoded(headers, body))["results"]["bindings"]) == 50_000


@pytest.mark.parametrize("encoding", ["gzip", "zstd", "gzip, zstd", "identity"])
def test_a_small_answer_is_whole_in_any_encoding(values, encoding):
    headers, body = raw(values, LITTLE, encoding)
    _, rows = read_json(decoded(headers, body))
    assert rows == [[plain("ก")]]


def test_clients_that_decode_by_themselves_see_no_difference(values):
    for encoding in ("gzip", "zstd", "identity"):
        headers = {"Accept-Encoding": encoding}
        assert len(read_csv(ask(values, MANY, "csv", **headers).content)[1]) == 50_000


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_an_entity_tag_is_known_again_in_its_encoding(values, encoding):
    headers = {"Accept-Encoding": encoding}
    asked = {"query": f"SELECT ?s ?o {{ ?s <{VALUE}> ?o }}"}
    first = values.get("/sparql", params=asked, headers=headers)
    again = {**headers, "If-None-Match": first.headers["etag"]}
    assert values.get("/sparql", params=asked, headers=again).status_code == 304
