"""The endpoint as a part of somebody else's query: ``SERVICE`` in Oxigraph's server and library."""

import contextlib
import json
import socket
import subprocess
import sysconfig
import time
from pathlib import Path

import httpx
import pyoxigraph
import pytest

from reviewgraph.rdf.terms import IRI, Literal, Quad
from reviewgraph.store.limits import Limits

BASE = "https://data.example.org/"
NAMES = {
    "1": Literal("สมชาย", language="th"),
    "2": Literal("Anna", language="en"),
    "3": Literal("ไพลิน", language="th"),
}
# Who is here and who is only there: 1 and 3 are in both, 2 is here, 9 is nowhere but there.
VISITS = f"""
    PREFIX d: <{BASE}>
    INSERT DATA {{
        d:visit-a d:guest <{BASE}id/1> . d:visit-b d:guest <{BASE}id/3> .
        d:visit-c d:guest <{BASE}id/3> . d:visit-d d:guest <{BASE}id/9> .
    }}
"""
JSON = "application/sparql-results+json"


@pytest.fixture(scope="module")
def here(release_over, endpoint, serve):
    """The address of our endpoint."""
    quads = [
        Quad(IRI(f"{BASE}id/{number}"), IRI(f"{BASE}name"), name, IRI(f"{BASE}graph/{number}"))
        for number, name in NAMES.items()
    ]
    with serve(endpoint(release_over(quads), Limits(seconds=60))) as client:
        yield f"http://127.0.0.1:{client.port}/sparql"


@contextlib.contextmanager
def oxigraph():
    """The address of a server of Oxigraph's own that holds nothing."""
    program = Path(sysconfig.get_path("scripts")) / "oxigraph"
    for _ in range(3):  # a port that was free may be taken by the time it is used
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        process = subprocess.Popen(
            [program, "serve", "--bind", f"127.0.0.1:{port}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            if listens(process, port):
                yield f"http://127.0.0.1:{port}"
                return
        finally:
            process.kill()  # it holds nothing that would be lost
            process.wait(30)
    pytest.fail("Oxigraph's server does not start")


def listens(process, port):
    deadline = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return process.poll() is None
        time.sleep(0.01)
    return False


@pytest.fixture(scope="module")
def server():
    """Asks Oxigraph's server."""
    with oxigraph() as address, httpx.Client(base_url=address, timeout=120) as client:

        def ask(query):
            headers = {"Content-Type": "application/sparql-query", "Accept": JSON}
            response = client.post("/query", content=query, headers=headers)
            try:
                return response.json()
            except json.JSONDecodeError:  # its status is sent by the time that it asks here
                raise OSError(response.text) from None

        headers = {"Content-Type": "application/sparql-update"}
        client.post("/update", content=VISITS, headers=headers).raise_for_status()
        yield ask


@pytest.fixture(scope="module")
def library():
    """Asks a store in this process."""
    store = pyoxigraph.Store()
    store.update(VISITS)

    def ask(query):
        return json.loads(store.query(query).serialize(format=pyoxigraph.QueryResultsFormat.JSON))

    return ask


@pytest.fixture(params=["server", "library"])
def ask(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def there(ask, here):
    """Asks one of them, with our endpoint as ``HERE``; gives rows of values."""

    def rows(query):
        found = ask(f"PREFIX d: <{BASE}> " + query.replace("HERE", f"<{here}>"))
        return sorted(
            tuple(row[name]["value"] if name in row else None for name in found["head"]["vars"])
            for row in found["results"]["bindings"]
        )

    return rows


@pytest.fixture
def nowhere():
    """An address where nothing listens; the port is held, so that nothing comes to."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"<http://127.0.0.1:{held.getsockname()[1]}/sparql>"


def test_what_is_there_is_joined_with_what_is_here(there):
    query = "SELECT ?visit ?name { ?visit d:guest ?guest SERVICE HERE { ?guest d:name ?name } }"
    assert there(query) == [
        (f"{BASE}visit-a", "สมชาย"),
        (f"{BASE}visit-b", "ไพลิน"),
        (f"{BASE}visit-c", "ไพลิน"),
    ]


def test_what_is_not_here_is_kept_where_it_is_optional(there):
    query = """SELECT ?visit ?name {
        ?visit d:guest ?guest OPTIONAL { SERVICE HERE { ?guest d:name ?name } }
    }"""
    assert len(there(query)) == 4
    assert (f"{BASE}visit-d", None) in there(query)


@pytest.mark.parametrize(
    "pattern",
    [
        "SERVICE HERE { VALUES ?name { 'ไพลิน'@th 'Anna'@en 'ไพลิน' } ?guest d:name ?name }",
        "VALUES ?name { 'ไพลิน'@th 'Anna'@en 'ไพลิน' } SERVICE HERE { ?guest d:name ?name }",
        "SERVICE HERE { ?guest d:name ?name } VALUES ?name { 'ไพลิน'@th 'Anna'@en 'ไพลิน' }",
        "SERVICE HERE { ?guest d:name ?name FILTER(?name IN ('ไพลิน'@th, 'Anna'@en)) }",
    ],
)
def test_values_may_stand_on_either_side(there, pattern):
    assert there(f"SELECT ?guest ?name {{ {pattern} }}") == [
        (f"{BASE}id/2", "Anna"),
        (f"{BASE}id/3", "ไพลิน"),
    ]


def test_a_thai_literal_arrives_there_and_comes_back_as_it_is(there):
    query = "SELECT ?guest { SERVICE HERE { ?guest d:name 'ไพลิน'@th } }"
    assert there(query) == [(f"{BASE}id/3",)]
    query = """SELECT (LANG(?name) AS ?language) (STRLEN(?name) AS ?length) {
        SERVICE HERE { <https://data.example.org/id/1> d:name ?name }
    }"""
    assert there(query) == [("th", "5")]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("GRAPH ?x { ?guest d:name 'Anna'@en }", f"{BASE}graph/2"),
        ("SELECT (COUNT(*) AS ?x) { ?guest d:name ?name }", "3"),
        ("SELECT (?name AS ?x) { ?guest d:name ?name } ORDER BY ?guest OFFSET 1 LIMIT 1", "Anna"),
        ("?x (d:name|^d:none)+ 'Anna'@en", f"{BASE}id/2"),
        ("?x d:name ?name MINUS { ?x d:name ?th FILTER(LANG(?th) = 'th') }", f"{BASE}id/2"),
        ("{ ?x d:none 1 } UNION { ?x d:name ?name FILTER STRSTARTS(?name, 'A') }", f"{BASE}id/2"),
        ("?g d:name 'Anna'@en BIND(CONCAT(STR(?g), '\\n\"\\\\') AS ?x)", f'{BASE}id/2\n"\\'),
    ],
)
def test_whatever_the_pattern_is_it_is_understood_as_it_was_sent(there, pattern, expected):
    """Neither client sends what was written: both write down how they have understood it."""
    assert there(f"SELECT ?x {{ SERVICE HERE {{ {pattern} }} }}") == [(expected,)]


def test_nothing_found_here_is_nothing_there(there):
    assert there("SELECT * { SERVICE HERE { ?guest d:name 'nobody' } }") == []
    assert there("SELECT * { ?visit d:guest ?g SERVICE HERE { ?g d:name 'nobody' } }") == []


def test_a_pattern_without_variables_is_a_condition(there):
    query = "SELECT ?visit {{ ?visit d:guest <https://data.example.org/id/1> SERVICE HERE {} }}"
    there_is = "{ <https://data.example.org/id/1> d:name 'สมชาย'@th }"
    assert there(query.format(there_is)) == [(f"{BASE}visit-a",)]
    assert there(query.format("{ <https://data.example.org/id/1> d:name 'Anna' }")) == []


def test_where_nothing_listens_only_silence_helps(there, nowhere):
    query = "SELECT ?visit ?name {{ ?visit d:guest ?g SERVICE {} {} {{ ?g d:name ?name }} }}"
    silent = there(query.format("SILENT", nowhere))
    assert silent == [(f"{BASE}visit-{visit}", None) for visit in "abcd"]
    with pytest.raises(OSError, match="refused"):
        there(query.format("", nowhere))


def test_what_is_refused_here_is_an_error_there(there):
    """The endpoint calls nobody on behalf of another."""
    query = "SELECT * {{ SERVICE {} HERE {{ SERVICE <http://127.0.0.1:1/> {{ ?s ?p ?o }} }} }}"
    with pytest.raises(OSError, match="400 Bad Request"):
        there(query.format(""))
    assert len(there(query.format("SILENT"))) == 1


def test_one_query_may_come_here_twice(there):
    query = """SELECT ?name {
        SERVICE HERE { ?guest d:name 'ไพลิน'@th } SERVICE HERE { ?guest d:name ?name }
    }"""
    assert there(query) == [("ไพลิน",)]


def test_an_answer_that_is_cut_off_here_is_no_smaller_answer_there(
    ask, here, release, endpoint, serve
):
    """Rows only: an aggregate over an answer that is cut off never ends in Oxigraph 0.5.13."""
    numbers = " ".join(map(str, range(100)))
    query = "SELECT ?a ?b { SERVICE <HERE> { VALUES ?a { NUMBERS } VALUES ?b { NUMBERS } } }"
    query = query.replace("NUMBERS", numbers)
    assert len(ask(query.replace("HERE", here))["results"]["bindings"]) == 10_000
    with serve(endpoint(release, Limits(seconds=60, workers=1, result_bytes=500_000))) as client:
        address = f"http://127.0.0.1:{client.port}/sparql"
        with pytest.raises((OSError, RuntimeError)):
            ask(query.replace("HERE", address))
