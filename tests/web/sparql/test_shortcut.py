"""The short way gives what the long way gives, and takes only what it may."""

import socket
import time
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewgraph.store.limits import Limits
from reviewgraph.web.problems import Problem
from reviewgraph.web.server import config_of
from reviewgraph.web.shortcut import Shortcut, ShortcutProtocol
from reviewgraph.web.sparql.protocol import parameters

BASE = "https://data.example.org/"
JSON = "application/sparql-results+json"
# A header that says nothing to us, but that the short way leaves to the long one.
LONG = {"If-None-Match": '"nothing"'}
NUMBERS = " ".join(map(str, range(3000)))
QUERIES = [
    ("SELECT ?s { ?s ?p 'one' }", JSON),
    ("SELECT ?s { ?s ?p 'one' }", "application/sparql-results+xml"),
    ("SELECT ?s { ?s ?p 'one' }", "text/csv"),
    ("SELECT ?s { ?s ?p 'one' }", "text/tab-separated-values;q=0.5, text/csv;q=0.4"),
    ("SELECT ?s { ?s ?p 'one' }", "*/*"),
    ("ASK { }", JSON),
    ("ASK { }", "text/turtle"),  # 406
    ("CONSTRUCT WHERE { ?s ?p ?o }", "text/turtle"),
    ("CONSTRUCT WHERE { ?s ?p ?o }", "application/n-quads"),
    ("DESCRIBE <https://data.example.org/id/1>", "application/ld+json"),
    ("SELECT (RAND() AS ?x) {}", JSON),
    ("SELECT * { ?s", JSON),  # 400
    (f"SELECT ?n {{ VALUES ?n {{ {NUMBERS} }} }}", JSON),
    (f"SELECT ?n {{ VALUES ?n {{ {NUMBERS} {NUMBERS} {NUMBERS} }} }}", JSON),
    ("INSERT DATA {}", JSON),
    ("", JSON),
]


@pytest.fixture
def through(monkeypatch):
    """Counts the responses that the short way wrote."""
    written = []
    original = ShortcutProtocol._write

    def write(self, *arguments):
        written.append(self)
        original(self, *arguments)

    monkeypatch.setattr(ShortcutProtocol, "_write", write)
    return written


@pytest.mark.parametrize(("query", "accept"), QUERIES)
@pytest.mark.parametrize("encoding", ["identity", "gzip", "zstd"])
def test_both_ways_give_the_same(client, query, accept, encoding):
    headers = {"Accept": accept, "Accept-Encoding": encoding}
    address = f"/sparql?{urlencode({'query': query})}"
    short = [client.get(address, headers=headers) for _ in range(3)]
    long = client.get(address, headers=headers | LONG)
    for each in short:
        assert each.status_code == long.status_code
        mine, other = dict(each.headers), dict(long.headers)
        for each_headers in (mine, other):
            del each_headers["date"]
            # A larger answer comes in pieces, and is whole once it is kept.
            each_headers.pop("content-length", None)
            each_headers.pop("transfer-encoding", None)
        assert mine == other
        if "RAND" not in query:
            assert each.content == long.content


def test_a_plain_look_up_takes_the_short_way(client, through):
    for n in range(3):
        found = client.get("/sparql", params={"query": f"ASK {{ FILTER({n} = {n}) }}"})
        assert found.json()["boolean"] is True
    assert len(through) == 3


def test_what_comes_again_is_written_as_it_was(client, through):
    shortcut = None
    for _ in range(4):
        assert client.get("/sparql", params={"query": "ASK { #again\n}"}).status_code == 200
        shortcut = through[0]._shortcut
    assert len(through) == 2  # asked, then kept, then known by its bytes
    assert len(shortcut.kept) >= 1


@pytest.mark.parametrize(
    "header",
    [
        "Expect: 100-continue",
        "Content-Length: 0",
        "Transfer-Encoding: chunked",
        "Connection: close",
        "Connection: upgrade",
        "If-None-Match: *",
        "Range: bytes=0-1",
        "Accept: text/csv\r\nAccept: text/csv",
        " folded: line",
        "TE: trailers",
        "Name : value",
        "Accept: \x00",
        "X: ไทย",
    ],
)
def test_a_request_that_says_more_is_left_to_the_long_way(client, header):
    shortcut = Shortcut(client.app.state.endpoint)
    plain = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n"
    assert shortcut.plan(plain + b"\r\n") is not None
    assert shortcut.plan(plain + header.encode() + b"\r\n\r\n") is None


@pytest.mark.parametrize(
    "line",
    [
        "POST /sparql?query=ASK%7B%7D HTTP/1.1",
        "GET /sparql?query=ASK%7B%7D HTTP/1.0",
        "GET /sparql HTTP/1.1",
        "GET /sparqls?query=ASK%7B%7D HTTP/1.1",
        "GET  /sparql?query=ASK%7B%7D HTTP/1.1",
        "GET /sparql?query=ASK%7B%7D#x HTTP/1.1",
        "GET /sparql?query=ASK{} HTTP/1.1",
        "GET /sparql?query=%FF HTTP/1.1",
        "GET /sparql?query=ASK%7B%7D&query=ASK%7B%7D HTTP/1.1",
        "GET /sparql?query=ASK%7B%7D&explain HTTP/1.1",
        "GET /sparql?query=ASK%7B%7D&format=html HTTP/1.1",
        "GET /sparql?query=ASK%7B%7D&update=x HTTP/1.1",
        "GET /sparql?query=ASK%7B%7D&default-graph-uri=x HTTP/1.1",
        "GET /sparql?format=json HTTP/1.1",
    ],
)
def test_another_request_is_left_to_the_long_way(client, line):
    assert Shortcut(client.app.state.endpoint).plan(f"{line}\r\nHost: x\r\n\r\n".encode()) is None


def connect(client):
    connection = socket.create_connection(("127.0.0.1", client.port), timeout=30)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def request(query, *headers):
    lines = [f"GET /sparql?query={quote(query)} HTTP/1.1", "Host: x", f"Accept: {JSON}", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def read(stream):
    """A response from a stream: status, headers, body."""
    status = int(stream.readline().split()[1])
    headers = {}
    while (line := stream.readline()) != b"\r\n":
        name, _, value = line.decode().partition(":")
        headers[name.lower()] = value.strip()
    if "content-length" in headers:
        return status, headers, stream.read(int(headers["content-length"]))
    body = b""
    while size := int(stream.readline(), 16):
        body += stream.read(size)
        stream.readline()
    stream.readline()
    return status, headers, body


def test_a_connection_carries_one_request_after_the_other(client):
    with connect(client) as connection, connection.makefile("rb") as stream:
        for n in range(50):
            # Short, long, and in two pieces.
            head = request(f"SELECT ({n % 7} AS ?n) {{}}", *(["X-Long: ก"] if n % 3 == 1 else []))
            connection.sendall(head[:25] if n % 3 == 2 else head)
            if n % 3 == 2:
                time.sleep(0.002)
                connection.sendall(head[25:])
            status, _, body = read(stream)
            assert status == 200
            assert f'"value":"{n % 7}"'.encode() in body


def test_requests_may_come_before_the_answer_to_the_first(client):
    many = [f"SELECT ({n} AS ?n) {{}}" for n in range(40)]
    large = f"SELECT ?n {{ VALUES ?n {{ {' '.join(map(str, range(20_000)))} }} }}"
    with connect(client) as connection, connection.makefile("rb") as stream:
        for n, query in enumerate(many):
            connection.sendall(request(query))
            if n % 10 == 5:
                connection.sendall(
                    f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query"
                    f"\r\nContent-Length: {len(large)}\r\n\r\n{large}".encode()
                )
        for n in range(len(many)):
            status, _, body = read(stream)
            assert status == 200
            assert f'"value":"{n}"'.encode() in body
            if n % 10 == 5:
                assert read(stream)[2].count(b'"value"') == 20_000


def test_a_client_that_asks_and_leaves_harms_nobody(client):
    for n in range(30):
        with connect(client) as connection:
            connection.sendall(request(f"SELECT ({n} AS ?left) {{}}"))
    assert client.get("/sparql", params={"query": "ASK {}"}).json()["boolean"] is True


def test_a_client_that_reads_nothing_does_not_fill_the_memory(client):
    """Each answer is asked for again and again, and none is taken."""
    query = f"SELECT ?n {{ VALUES ?n {{ {' '.join(map(str, range(20_000)))} }} }}"
    posted = client.post("/sparql", data={"query": query})
    assert len(posted.content) > 1_000_000
    with connect(client) as connection:
        connection.settimeout(0)
        many = request(f"SELECT ?n {{ VALUES ?n {{ {NUMBERS} }} }}") * 10_000
        before = memory()
        with pytest.raises(BlockingIOError):
            connection.sendall(many)
        time.sleep(0.5)
        assert memory() - before < 100_000_000
    assert client.get("/sparql", params={"query": "ASK {}"}).json()["boolean"] is True


def memory():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def test_what_is_asked_when_the_server_ends_is_answered(release, endpoint, serve):
    slow = "SELECT (COUNT(*) AS ?n) {" + " ".join(
        f"VALUES ?v{n} {{ {' '.join(map(str, range(60)))} }}" for n in range(4)
    )
    with serve(endpoint(release, Limits(seconds=60, workers=1))) as client:
        connection = connect(client)
        connection.sendall(request(slow + "}"))
        time.sleep(0.1)
    with connection, connection.makefile("rb") as stream:
        status, headers, body = read(stream)
        assert status == 200
        assert headers["connection"] == "close"
        assert b"12960000" in body


def test_an_idle_connection_is_closed(release, endpoint, serve):
    def hasty(app):
        config = config_of(app)
        config.timeout_keep_alive = 1
        return config

    with (
        serve(endpoint(release, Limits(seconds=60)), config=hasty) as client,
        connect(client) as connection,
        connection.makefile("rb") as stream,
    ):
        for _ in range(3):
            connection.sendall(request("ASK {}"))
            assert read(stream)[0] == 200
            time.sleep(0.6)  # in use: longer in all than an idle one may stay
        assert stream.read() == b""


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), max_size=5))
def test_forms_are_read_as_they_are_written(fields):
    written = urlencode(fields).encode()
    assert parameters(written) == parse_qsl(written.decode(), keep_blank_values=True)


@given(st.text("ab=&+%25éก=0AfF\r\n \x00", max_size=30))
def test_forms_are_read_as_the_standard_library_reads_them(text):
    octets = text.encode()
    try:
        expected = parse_qsl(text, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        with pytest.raises(Problem):
            parameters(octets)
    else:
        assert parameters(octets) == expected
