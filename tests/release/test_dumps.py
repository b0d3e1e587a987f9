"""Dumps as streams: the bytes of a dataset that is held whole, in memory that is bounded."""

import gzip
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from reviewgraph.errors import NotSerializable
from reviewgraph.rdf import sorting
from reviewgraph.rdf.canonical import canonical_document, canonicalize
from reviewgraph.rdf.formats import N_QUADS, RDF_SYNTAXES
from reviewgraph.rdf.ordering import line_of, line_of_quad, record_of, record_of_quad
from reviewgraph.rdf.sorting import Sorter
from reviewgraph.rdf.syntax import serialize, statement_key
from reviewgraph.rdf.terms import statement
from reviewgraph.release.dumps import read_dump, write_canonical, write_dumps
from reviewgraph.store.embedded import EmbeddedStore

BASE = "https://x.example/"
PREFIXES = {"x": f"{BASE}def#", "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "no": "x:no/"}
TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
TINY = 200

IRIS = st.sampled_from(
    [NamedNode(f"{BASE}{name}") for name in ("id/a", "id/a/b", "id/a.b", "id/a#b", "id/ก", "def#k")]
)
BLANKS = st.sampled_from([BlankNode(name) for name in ("a", "b", "c")])
TEXTS = st.text(
    st.sampled_from('ab"\\\n\r\t \u0e01\u0301\U0001f600<>.\u0085\u2028')
    | st.characters(min_codepoint=0x20, max_codepoint=0x3FF),
    max_size=6,
)
LITERALS = st.one_of(
    st.builds(Literal, TEXTS),
    st.builds(lambda text: Literal(text, language="th"), TEXTS),
    st.builds(Literal, st.integers(-3, 3)),
)
GRAPHS = st.sampled_from(
    [NamedNode(f"{BASE}graph/{name}") for name in ("data", "data/a", "data-b")]
)
QUADS = st.lists(
    st.builds(
        Quad,
        IRIS | BLANKS,
        st.sampled_from([TYPE, NamedNode(f"{BASE}def#p"), NamedNode(f"{BASE}def#p1")]),
        IRIS | BLANKS | LITERALS,
        GRAPHS,
    ),
    max_size=20,
)


@given(st.lists(st.binary(max_size=8).filter(lambda line: b"\n" not in line)), st.integers(1, 400))
def test_lines_come_sorted_and_once_whatever_is_held(tmp_path_factory, lines, held):
    with Sorter(tmp_path_factory.getbasetemp(), held) as sorter:
        for line in lines:
            sorter.add(line)
        assert list(sorter) == sorted(set(lines))
        assert list(sorter) == sorted(set(lines)), "again"


def test_no_more_is_held_than_was_said_and_nothing_is_left_behind(tmp_path):
    most = 0
    with Sorter(tmp_path, 10_000) as sorter:
        for number in range(5_000):
            sorter.add(b"%09d" % (number * 7919 % 5_000))
            most = max(most, len(sorter._held))
        assert len(sorter._runs) > 20
        assert sum(1 for _ in sorter) == 5_000
        assert not list(tmp_path.iterdir())
    assert most * sorting._COST <= 10_000 + sorting._COST


@given(QUADS)
def test_records_are_ordered_as_statements_are_and_turn_back_into_them(quads):
    statements = {statement(quad) for quad in quads}
    by_record = sorted(statements, key=record_of)
    assert by_record == sorted(statements, key=statement_key)
    for item in statements:
        (back,) = parse(line_of(record_of(item)), format=RdfFormat.N_TRIPLES)
        assert statement(back) == item
    for quad in quads:
        (back,) = parse(line_of_quad(record_of_quad(quad)), format=RdfFormat.N_QUADS)
        assert back == quad


@settings(max_examples=40)
@given(QUADS, st.sampled_from([TINY, 10_000_000]))
def test_a_stream_gives_the_bytes_that_the_whole_dataset_gives(tmp_path_factory, quads, held):
    folder = tmp_path_factory.mktemp("dumps")
    canonical = canonicalize(quads)
    document = canonical_document(canonical)
    assert write_canonical(folder, quads, held) == hashlib.sha256(document).hexdigest()
    assert (folder / "dump.nq").read_bytes() == document
    assert list(read_dump(folder)) == canonical
    try:
        dumps = write_dumps(folder, PREFIXES, BASE, held)
    except NotSerializable:
        with pytest.raises(NotSerializable):
            [serialize(canonical, syntax, PREFIXES) for syntax in RDF_SYNTAXES]
        return
    for syntax in RDF_SYNTAXES:
        name = f"dump.{syntax.extension}"
        content = (folder / name).read_bytes()
        if syntax is not N_QUADS and canonical:
            assert content == serialize(canonical, syntax, PREFIXES), name
        assert gzip.decompress((folder / f"{name}.gz").read_bytes()) == content
        assert dumps.files[name].sha256 == hashlib.sha256(content).hexdigest()
        assert dumps.files[name].bytes == len(content)
    assert len(list(folder.iterdir())) == 12


def counted(folder, base):
    """The same numbers by SPARQL, in a store of all."""
    store = EmbeddedStore.in_memory(read_dump(folder))

    def number(pattern):
        table = store.select(f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}")
        return int(next(table.dicts())["n"].value)

    classes = store.select(
        "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c FILTER(isIRI(?c)) } GROUP BY ?c"
    )
    properties = store.select(
        "SELECT ?p (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?ss) (COUNT(DISTINCT ?o) AS ?os)"
        " { SELECT DISTINCT ?s ?p ?o { ?s ?p ?o } } GROUP BY ?p"
    )
    below = (
        f"FILTER(isIRI(?s) && STRSTARTS(STR(?s), '{base}') && !STRSTARTS(STR(?s), '{base}graph/'))"
    )
    return {
        "quads": len(store),
        "triples": number("{ SELECT DISTINCT ?s ?p ?o { ?s ?p ?o } }"),
        "entities": number(f"{{ SELECT DISTINCT ?s {{ ?s ?p ?o }} }} {below}"),
        "subjects": number("{ SELECT DISTINCT ?s { ?s ?p ?o } }"),
        "objects": number("{ SELECT DISTINCT ?o { ?s ?p ?o } }"),
        "classes": {row["c"].value: int(row["n"].value) for row in classes.dicts()},
        "properties": {
            row["p"].value: tuple(int(row[name].value) for name in ("n", "ss", "os"))
            for row in properties.dicts()
        },
        "graphs": store.graph_sizes(),
    }


@pytest.mark.parametrize("name", ["own", "museum"])
@pytest.mark.parametrize("held", [TINY * 50, 10_000_000])
def test_what_is_counted_in_passing_is_what_sparql_counts(request, tmp_path, name, held):
    release = request.getfixturevalue(name)
    (tmp_path / "dump.nq").write_bytes((release.path / "dump.nq").read_bytes())
    counts = write_dumps(tmp_path, release.prefixes, release.base, held).counts
    expected = counted(tmp_path, release.base)
    assert {field: getattr(counts, field) for field in expected} == expected
    for file in tmp_path.glob("dump.*"):
        assert file.read_bytes() == (release.path / file.name).read_bytes(), file.name


@settings(max_examples=30)
@given(QUADS)
def test_anything_is_counted_as_sparql_counts_it(tmp_path_factory, quads):
    folder = tmp_path_factory.mktemp("counts")
    write_canonical(folder, [quad for quad in quads if not _breaks_xml(quad)])
    counts = write_dumps(folder, PREFIXES, BASE).counts
    expected = counted(folder, BASE)
    assert {field: getattr(counts, field) for field in expected} == expected


def _breaks_xml(quad):
    try:
        serialize([Triple(*statement(quad))], next(s for s in RDF_SYNTAXES if s.extension == "rdf"))
    except NotSerializable:
        return True
    return False


def test_what_rdf_xml_cannot_say_is_an_error_before_anything_is_published(tmp_path):
    write_canonical(
        tmp_path,
        [Quad(*[NamedNode(f"{BASE}1")] * 2, Literal("\x01"), NamedNode(f"{BASE}graph/a"))],
    )
    with pytest.raises(NotSerializable):
        write_dumps(tmp_path, {}, BASE)
    assert not (tmp_path / "dump.rdf").exists()
