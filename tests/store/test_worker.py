"""What a worker answers: one run within this process, with nothing given up."""

import contextlib
import csv
import gzip
import io
import json
import socket
import threading

import pyoxigraph
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from reviewgraph.store import body, isolation, union, worker, writing
from reviewgraph.store.csv_lines import CsvLines
from reviewgraph.store.dataset import clauses
from reviewgraph.store.frames import (
    FRAME,
    HEAD,
    LONGEST_REQUEST,
    TABLE,
    QueryRequest,
    datagram,
    pack_request,
    unpack_head,
)
from reviewgraph.store.limits import Limits
from reviewgraph.store.slots import Slots

E = "http://example.org/"
JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
TSV = "text/tab-separated-values"


def node(name):
    return pyoxigraph.NamedNode(E + name)


QUADS = [
    pyoxigraph.Quad(node("a"), node("p"), pyoxigraph.Literal("one"), node("g/1")),
    pyoxigraph.Quad(node("b"), node("p"), pyoxigraph.Literal("สอง", language="th"), node("g/1")),
]
SHARED = [*QUADS, pyoxigraph.Quad(*QUADS[0].triple, node("g/2"))]


class Asker:
    """The pool's end of one worker's sockets."""

    def __init__(self, queue, sink):
        self.queue, self.sink = queue, sink
        self.stream = sink.makefile("rb")
        self.number = 0

    def frame(self):
        number, letter, length = FRAME.unpack(self.stream.read(FRAME.size))
        return number, letter, self.stream.read(length)

    def frames(self, text, results=JSON, graph="", **options):
        self.number += 1
        request = QueryRequest(text, results, graph, **options)
        self.queue.send(datagram(self.number, pack_request(request)))
        found = []
        while not found or found[-1][0] not in b"WEX":
            number, letter, content = self.frame()
            assert number == self.number
            found.append((letter, content))
        return found

    def head(self, *arguments, **options):
        return unpack_head(self.frames(*arguments, **options)[-1][1])

    def whole(self, *arguments, **options):
        ((letter, content),) = self.frames(*arguments, **options)
        assert letter == b"W", content
        return content[HEAD.size :]

    def error(self, *arguments, **options):
        letter, content = self.frames(*arguments, **options)[-1]
        assert letter == b"X"
        return json.loads(content)


@pytest.fixture
def working(monkeypatch):
    """Makes workers over quads."""
    monkeypatch.setattr(isolation, "limit_memory", lambda _size: None)
    monkeypatch.setattr(isolation.ProcessorLimit, "renew", lambda _self: None)
    with contextlib.ExitStack() as stack:

        def make(quads=QUADS, **limits):
            engine = pyoxigraph.Store()
            engine.bulk_extend(union.with_union(quads))
            queue, other_queue = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            sink, other_sink = socket.socketpair()
            slots = Slots(Slots.create())
            birth = worker.Birth(
                engine, other_queue, other_sink, slots, 0, Limits(**limits), f"{E}sparql", {"e": E}
            )
            queue.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, LONGEST_REQUEST)
            asker = Asker(queue, sink)
            for each in (other_sink, other_queue, sink, queue, asker.stream):
                stack.callback(each.close)
            thread = threading.Thread(target=worker.run, args=(birth,))
            stack.callback(thread.join)
            stack.callback(queue.shutdown, socket.SHUT_RDWR)
            thread.start()
            assert asker.frame() == (0, b"R", b"")
            return asker

        yield make


def test_a_small_answer_is_whole(working):
    asker = working()
    (binding,) = json.loads(asker.whole(f"SELECT ?s {{ ?s <{E}p> 'one' }}"))["results"]["bindings"]
    assert binding["s"]["value"] == f"{E}a"
    head = asker.head("ASK {}")
    assert (head.kind, head.volatile, head.encoding) == ("boolean", False, "")
    assert head.examined <= head.first <= head.total
    assert asker.head("SELECT (NOW() AS ?n) {}").volatile


def test_a_large_answer_has_a_head_pieces_and_an_end(working):
    numbers = " ".join(map(str, range(40_000)))
    frames = working().frames(f"SELECT ?n {{ VALUES ?n {{ {numbers} }} }}", TSV)
    letters = b"".join(letter for letter, _ in frames)
    assert letters.startswith(b"HD")
    assert letters.endswith(b"DE")
    text = b"".join(content for letter, content in frames if letter == b"D")
    assert text.count(b"\n") == 40_001
    assert unpack_head(frames[0][1]).total == 0 < unpack_head(frames[-1][1]).total


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_an_answer_is_compressed_whole_or_in_pieces(working, encoding):
    asker = working()
    for count in (1, 500, 40_000):
        query = f"SELECT ?n {{ VALUES ?n {{ {' '.join(map(str, range(count)))} }} }}"
        frames = asker.frames(query, TSV, encoding=encoding)
        if count == 40_000:
            packed = b"".join(content for letter, content in frames if letter == b"D")
        else:
            packed = frames[0][1][HEAD.size :]
        head = unpack_head(frames[-1][1])
        assert head.encoding == ("" if count == 1 else encoding)
        if head.encoding == "gzip":
            packed = gzip.decompress(packed)
        elif head.encoding == "zstd":
            packed = zstandard.ZstdDecompressor().decompressobj().decompress(packed)
        assert packed.count(b"\n") == count + 1


def test_what_is_written_slowly_leaves_before_its_end(working, monkeypatch):
    written = threading.Event()

    def slowly(results, rows):
        written.wait(10)
        return {"rows": rows, "boolean": bool(results)}

    asker = working()
    monkeypatch.setattr(writing, "first_rows", slowly)
    monkeypatch.setattr(body, "HOLD_SECONDS", 0.0)
    # The first write is all there is; it is held, and the end comes later.
    original = body.Body.close

    def close(self, head):
        threading.Event().wait(0.2)
        original(self, head)

    monkeypatch.setattr(body.Body, "close", close)
    written.set()
    letters = [letter for letter, _ in asker.frames("ASK {}", TABLE)]
    assert letters == [b"H", b"D", b"E"]


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("SELECT * {", "syntax"),
        ("nonsense", "terminal"),
        ("ASK { 'open }", "terminal"),
        ("INSERT DATA {}", "refused"),
        ("ASK { SERVICE <http://e> {} }", "refused"),
        ("ASK {" + "{" * 300 + "}" * 300 + "}", "refused"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "unacceptable"),
        ("SELECT (1 AS ?x) (2 AS ?x) {}", "syntax"),
    ],
)
def test_what_is_not_answered_is_told_and_the_next_is_answered(working, query, error):
    asker = working()
    assert asker.error(query)["error"] == error
    assert asker.whole("ASK {}")


def test_a_fault_of_ours_is_told_and_the_next_is_answered(working, monkeypatch):
    asker = working()
    with monkeypatch.context() as patch:
        patch.setattr(worker.dataset, "chosen", lambda *_, **__: 1 / 0)
        told = asker.error("ASK {}")
    assert told["error"] == "fault"
    assert "ZeroDivisionError" in told["message"]
    assert asker.whole("ASK {}")


def test_what_xml_cannot_hold_is_told(working):
    asker = working()
    assert asker.error('SELECT ("\\u0001" AS ?x) {}', XML) == {
        "error": "unwritable",
        "kind": "solutions",
    }
    construct = f"CONSTRUCT {{ <{E}s> <{E}1> 1 }} {{}}"
    assert asker.error(construct, "", "application/rdf+xml")["kind"] == "graph"
    assert b"&#13;" in asker.whole('SELECT ("a\\rb" AS ?x) {}', XML)


def test_a_triple_term_is_no_rdf_1_1(working):
    query = f"CONSTRUCT {{ <{E}s> <{E}p> <<( <{E}a> <{E}b> <{E}c> )>> }} {{}}"
    assert working().error(query, "", "application/ld+json")["error"] == "unwritable"


def test_graphs_are_written_with_the_prefixes_of_the_release(working):
    text = working().whole(f"CONSTRUCT WHERE {{ ?s <{E}p> 'one' }}", "", "text/turtle").decode()
    assert "@prefix e:" in text
    assert "e:a e:p" in text


def test_a_page_has_its_first_rows(working):
    asker = working()
    table = json.loads(asker.whole("SELECT ?s ?o ?none { ?s ?p ?o } ORDER BY ?s", TABLE, rows=1))
    assert table["more"] is True
    assert table["rows"] == [
        [
            {"type": "iri", "value": f"{E}a"},
            {
                "type": "literal",
                "value": "one",
                "language": "",
                "datatype": "http://www.w3.org/2001/XMLSchema#string",
            },
            None,
        ]
    ]
    table = json.loads(asker.whole("CONSTRUCT WHERE { ?s ?p ?o }", "", TABLE))
    assert (table["graph"], table["more"], len(table["rows"])) == (True, False, 2)
    assert json.loads(asker.whole("ASK {}", TABLE)) == {"boolean": True}
    table = json.loads(asker.whole("SELECT (BNODE() AS ?b) {}", TABLE))
    assert table["rows"][0][0]["type"] == "other"
    long = f'SELECT ?x {{ VALUES ?x {{ "{"x" * 5000}" }} }}'
    assert len(json.loads(asker.whole(long, TABLE))["rows"][0][0]["value"]) == 2001


COUNT = "SELECT (COUNT(*) AS ?n) {} {{ ?s ?p ?o }}"
IN_GRAPHS = "SELECT (COUNT(*) AS ?n) {} {{ GRAPH ?g {{ ?s ?p ?o }} }}"
BOTH = (f"{E}g/1", f"{E}g/2")


@pytest.mark.parametrize(
    ("query", "default", "named", "expected"),
    [
        (COUNT.format(""), (), (), 2),
        (IN_GRAPHS.format(""), (), (), 3),
        (COUNT.format(f"FROM <{E}g/2>"), (), (), 1),
        (COUNT.format(f"FROM <{E}g/1> FROM <{E}g/2>"), (), (), 2),
        (COUNT.format("FROM <g/1> FROM <g/2>"), (), (), 2),
        (IN_GRAPHS.format(f"FROM <{E}g/1> FROM <{E}g/2>"), (), (), 0),
        (IN_GRAPHS.format(f"FROM <{E}g/1> FROM <{E}g/2> FROM NAMED <{E}g/2>"), (), (), 1),
        (COUNT.format(""), BOTH, (), 2),
        (COUNT.format(""), BOTH[1:], (), 1),
        (IN_GRAPHS.format(""), BOTH, BOTH[:1], 2),
        (COUNT.format(f"FROM <{E}g/1>"), BOTH, (), 2),
    ],
)
def test_a_default_graph_states_nothing_twice(working, query, default, named, expected):
    options = {"default_graphs": default, "named_graphs": named}
    found = json.loads(working(SHARED).whole(query, **options))["results"]["bindings"]
    assert [int(row["n"]["value"]) for row in found] == [expected]


@pytest.mark.parametrize(
    ("quads", "default", "expected"),
    [
        (QUADS, (), 2),
        (SHARED, (), 2),
        (SHARED, BOTH[:1], 2),
        (SHARED, BOTH[1:], 1),
        (SHARED, (f"{E}g/none",), 0),
    ],
)
def test_a_whole_graph_is_had_without_a_query(working, quads, default, expected):
    asker = working(quads)
    for media_type in ("application/n-triples", "text/turtle"):
        text = asker.whole("", "", media_type, default_graphs=default, whole=True)
        syntax = pyoxigraph.RdfFormat.from_media_type(media_type)
        found = [quad.triple for quad in pyoxigraph.parse(text, format=syntax)]
        assert len(found) == len(set(found)) == expected


@pytest.mark.parametrize(
    ("text", "default", "named"),
    [
        ("SELECT * { }", (), ()),
        ("SELECT * FROM <http://e/1> FROM<http://e/2>{ }", ("http://e/1", "http://e/2"), ()),
        (
            "PREFIX e: <http://e/> SELECT * FROM e:1 FROM NAMED e:2 {}",
            ("http://e/1",),
            ("http://e/2",),
        ),
        ("PREFIX:<http://e/>SELECT * FROM:1{}", ("http://e/1",), ()),
        ("BASE <http://e/x/> ASK FROM <../1> {}", ("http://e/1",), ()),
        ("ASK FROM <1> FROM <1> { GRAPH <2> { FILTER(?FROM = <3>) } }", (f"{E}1",), ()),
        ("DESCRIBE e:from <http://e/0> FROM <http://e/1> {}", ("http://e/1",), ()),
        ("# FROM <http://e/0>\nASK from named <http://e/1> {}", (), ("http://e/1",)),
    ],
)
def test_the_clauses_of_a_query_are_found(text, default, named):
    assert clauses(text, f"{E}sparql") == (default, named)


class Sink:
    """Takes what a serializer writes."""

    def __init__(self):
        self.data = b""

    def write(self, data):
        self.data += data
        return len(data)


LITERALS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
TERMS = st.one_of(
    st.none(),
    LITERALS.map(pyoxigraph.Literal),
    LITERALS.map(lambda text: pyoxigraph.Literal(text, language="th-x-a")),
    LITERALS.map(lambda text: pyoxigraph.Literal(text, datatype=node("a,b"))),
    st.integers().map(pyoxigraph.Literal),
    st.booleans().map(pyoxigraph.Literal),
    st.sampled_from([node("a"), node("a,b"), node("a'b"), node("ก")]),
)


@given(st.lists(st.tuples(TERMS, TERMS), max_size=6), st.integers(1, 50))
def test_csv_is_made_of_tsv_wherever_that_is_cut(rows, size):
    """SPARQL 1.1 Query Results CSV and TSV, sections 3 and 4."""
    names = [pyoxigraph.Variable("x"), pyoxigraph.Variable("y")]
    engine = pyoxigraph.Store()
    solutions = engine.query(
        "SELECT ?x ?y { VALUES (?x ?y) { %s } }"  # noqa: UP031 - it is full of braces
        % " ".join(
            "(" + " ".join("UNDEF" if term is None else str(term) for term in row) + ")"
            for row in rows
        )
    )
    assert solutions.variables == names
    tsv = solutions.serialize(format=pyoxigraph.QueryResultsFormat.TSV)
    sink = Sink()
    lines = CsvLines(sink)
    for start in range(0, len(tsv), size):
        lines.write(tsv[start : start + size])
    lines.flush()
    found = list(csv.reader(io.StringIO(sink.data.decode(), newline="")))
    expected = [["" if term is None else term.value for term in row] for row in rows]
    # A number is written as the engine keeps it, which is as it was made.
    assert found[0] == ["x", "y"]
    assert found[1:] == expected
