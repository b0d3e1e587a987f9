"""Large answers: they come while they are made, take no memory, and never end as if whole."""

import json
import logging
import socket
import time
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx
import pytest
import zstandard

from reviewgraph.errors import QueryTimeout
from reviewgraph.store.limits import Limits
from reviewgraph.store.spool import MEMORY_BYTES
from reviewgraph.web.sparql.log import QueryLog, without_literals

JSON = "application/sparql-results+json"
THOUSAND = " ".join(map(str, range(1000)))
MILLION = f"SELECT ?a ?b {{ VALUES ?a {{ {THOUSAND} }} VALUES ?b {{ {THOUSAND} }} }}"
# Minutes of work.
COUNT = (
    "SELECT (COUNT(*) AS ?x) {"
    + "".join(f" VALUES ?v{n} {{ {THOUSAND} }}" for n in range(4))
    + " }"
)
# Some rows, then minutes of nothing. (The engine hands over what it has written 8 KB at a time, and
# takes the branches of a UNION in any order.)
SLOW = (
    f"SELECT ?x {{ VALUES ?x {{ 1 {THOUSAND} {THOUSAND} {THOUSAND} -1 }} "
    "FILTER(?x >= 0 || EXISTS {"
    + "".join(f" VALUES ?v{n} {{ {THOUSAND} }}" for n in range(4))
    + " FILTER(?v0 + ?v1 + ?v2 + ?v3 < 0) }) }"
)


@pytest.fixture
def slot_of(request):
    """A client of an endpoint with these limits."""

    def make(**limits):
        endpoint, serve, release = map(request.getfixturevalue, ("endpoint", "serve", "release"))
        return serve(endpoint(release, Limits(**({"workers": 1, "seconds": 60} | limits))))

    return make


def memory(pid):
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096


def posted(**form):
    body = urlencode(form)
    lines = [
        "POST /sparql HTTP/1.1",
        "Host: x",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
    ]
    return ("\r\n".join(lines) + f"\r\n\r\n{body}").encode()


def test_a_million_rows_take_no_memory(slot_of):
    with slot_of() as client:
        client.get("/sparql", params={"query": "ASK {}"})
        (worker,) = client.app.state.pool.pids
        idle = {pid: memory(pid) for pid in (worker, "self")}
        peak = dict(idle)
        lines = 0
        with client.stream("POST", "/sparql", data={"query": MILLION, "format": "tsv"}) as response:
            assert response.status_code == 200
            for chunk in response.iter_bytes():
                lines += chunk.count(b"\n")
                for pid in idle:
                    peak[pid] = max(peak[pid], memory(pid))
        assert lines == 1_000_001
        for pid, before in idle.items():
            assert peak[pid] - before < 64 << 20


def test_the_first_rows_come_while_the_rest_is_made(slot_of):
    with slot_of(seconds=3) as client:
        began = time.monotonic()
        with client.stream("POST", "/sparql", data={"query": SLOW, "format": "csv"}) as response:
            pieces = response.iter_bytes()
            assert next(pieces).startswith(b"x\r\n1\r\n")
            # It is there long before the deadline, at which the rest breaks off.
            assert time.monotonic() - began < 2
            with pytest.raises(httpx.RemoteProtocolError):
                list(pieces)


def test_what_breaks_off_has_no_last_chunk(slot_of):
    with slot_of(seconds=1) as client, socket.create_connection(("127.0.0.1", client.port)) as raw:
        raw.sendall(
            f"GET /sparql?query={quote(SLOW)}&format=csv HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        )
        received = b""
        while chunk := raw.recv(65_536):
            received += chunk
        assert received.startswith(b"HTTP/1.1 200")
        assert b"transfer-encoding: chunked" in received
        assert not received.endswith(b"0\r\n\r\n")
        assert client.get("/sparql", params={"query": "ASK {}"}).json()["boolean"] is True


def test_a_strict_endpoint_holds_back_until_it_is_whole(slot_of):
    with slot_of(seconds=1, strict_bytes=1_000_000) as client:
        response = client.post("/sparql", data={"query": SLOW, "format": "csv"})
        assert response.status_code == 503
        small = client.post("/sparql", data={"query": f"SELECT * {{ VALUES ?a {{ {THOUSAND} }} }}"})
        assert small.headers["content-length"]
        with client.stream("POST", "/sparql", data={"query": MILLION}) as response:
            assert response.status_code == 200
            assert response.headers["transfer-encoding"] == "chunked"


def test_what_a_strict_endpoint_holds_back_may_be_larger_than_its_memory(slot_of):
    rows = f"SELECT ?a ?b {{ VALUES ?a {{ {THOUSAND} }} VALUES ?b {{ {THOUSAND[:200]} }} }}"
    with slot_of(strict_bytes=100_000_000, kept_answer_bytes=1000) as client:
        for _ in range(2):
            response = client.post(
                "/sparql", data={"query": rows}, headers={"Accept-Encoding": "identity"}
            )
            assert len(response.content) > 2 * MEMORY_BYTES
            assert int(response.headers["content-length"]) == len(response.content)
            assert len(response.json()["results"]["bindings"]) > 10_000


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_a_compressed_answer_can_be_read_while_it_comes(slot_of, encoding):
    headers = {"Accept-Encoding": encoding}
    body = {"query": SLOW, "format": "csv"}
    with (
        slot_of(seconds=2) as client,
        client.stream("POST", "/sparql", data=body, headers=headers) as response,
    ):
        assert response.headers["content-encoding"] == encoding
        assert "Accept-Encoding" in response.headers["vary"]
        pieces = response.iter_bytes()
        assert next(pieces).startswith(b"x\r\n1\r\n")
        with pytest.raises(httpx.RemoteProtocolError):
            list(pieces)


@pytest.mark.parametrize(
    ("accepted", "used"),
    [
        ("gzip", "gzip"),
        ("zstd", "zstd"),
        ("gzip, zstd", "zstd"),
        ("gzip;q=1, zstd;q=0.5", "gzip"),
        ("gzip;q=0, zstd;q=0", None),
        ("identity;q=1, gzip;q=0.5", None),
        ("br", None),
        ("*", "gzip"),
        ("", None),
    ],
)
def test_the_coding_is_the_one_that_is_liked_best(client, accepted, used):
    query = f"SELECT * {{ VALUES ?a {{ {THOUSAND} }} }}"
    for _ in range(3):  # made, kept, known by its bytes
        with client.stream(
            "GET", "/sparql", params={"query": query}, headers={"Accept-Encoding": accepted}
        ) as response:
            assert response.headers.get("content-encoding") == used
            raw = b"".join(response.iter_raw())
        if used == "zstd":
            raw = zstandard.ZstdDecompressor().decompressobj().decompress(raw)
        if used != "gzip":
            assert len(json.loads(raw)["results"]["bindings"]) == 1000


def test_a_small_answer_is_not_compressed(client):
    response = client.get("/sparql?query=ASK%7B%7D", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in response.headers


def test_a_slow_reader_keeps_no_worker(slot_of):
    with slot_of(seconds=20) as client, socket.create_connection(("127.0.0.1", client.port)) as raw:
        raw.sendall(posted(query=MILLION, format="csv"))
        assert raw.recv(100).startswith(b"HTTP/1.1 200")
        # It reads no further; others are answered, and in the end it has it all.
        for n in range(5):
            found = client.get("/sparql", params={"query": f"SELECT ({n} AS ?n) {{}}"})
            assert found.status_code == 200
        size, end = 0, b""
        while not end.endswith(b"\r\n0\r\n\r\n"):
            chunk = raw.recv(1 << 20)
            assert chunk
            size, end = size + len(chunk), (end + chunk)[-7:]
        assert size > 5_000_000


def test_when_there_is_no_room_for_slow_readers_the_worker_waits(slot_of):
    limits = {"seconds": 2, "spool_bytes": 2 * MEMORY_BYTES}
    with slot_of(**limits) as client, socket.create_connection(("127.0.0.1", client.port)) as raw:
        raw.sendall(posted(query=MILLION))
        time.sleep(0.5)
        assert client.app.state.pool._stock.used < 4 * MEMORY_BYTES
        # Until its deadline: then somebody else has the worker.
        assert client.get("/sparql", params={"query": "ASK {}"}).json()["boolean"] is True
        while raw.recv(1 << 20):
            pass
    with slot_of(**limits) as client:  # who reads at once has it all, however little room there is
        response = client.post("/sparql", data={"query": MILLION, "format": "csv"})
        assert response.content.count(b"\n") == 1_000_001


# What it costs, and what is told of it.


def test_a_query_explains_what_it_costs(client):
    for _ in range(2):
        response = client.get("/sparql", params={"explain": "", "query": "SELECT * { ?s ?p ?o }"})
        assert response.headers["content-type"] == "application/json"
        assert response.headers["cache-control"] == "no-store"
        told = response.json()
        assert told["kind"] == "solutions"
        assert told["volatile"] is False
        assert told["bytes"] > 100
        times = told["milliseconds"]
        assert 0 < times["examined"] <= times["first_bytes"] <= times["total"]
        assert told["plan"] is None
    assert client.get("/sparql", params={"explain": "", "query": "SELECT * {"}).status_code == 400
    response = client.get("/sparql", params={"explain": "", "query": "SELECT (NOW() AS ?n) {}"})
    assert response.json()["volatile"] is True


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        (
            "SELECT ?s { ?s <http://e/name> 'สมชาย' ; <http://e/age> 42 } # my note",
            'SELECT ?s { ?s <http://e/name> "…" ; <http://e/age> 0 }',
        ),
        ('ASK { ?s ?p """a\nb"""@en }', 'ASK { ?s ?p "…" @en }'),
        ("ASK { ?s ?p 'open", "ASK { ?s ?p …"),
        ("ASK { FILTER(?a<'Somchai'&&?f>?c) }", "ASK { FILTER ( ?a <…> ?c ) }"),
        ("ASK { FILTER(?a<0812345678&&?f>?c) }", "ASK { FILTER ( ?a <…> ?c ) }"),
        ("ASK\n{\n}\n", "ASK { }"),
    ],
)
def test_literals_are_left_out_of_the_log(query, shown):
    assert without_literals(query) == shown


@pytest.mark.parametrize("literals", [False, True])
def test_slow_queries_are_logged_a_line_each(release, endpoint, serve, caplog, literals):
    log = QueryLog(0.0, literals=literals)
    limits = Limits(workers=1, seconds=1)
    with (
        serve(endpoint(release, limits, log)) as client,
        caplog.at_level(logging.WARNING, "reviewgraph.web.sparql.log"),
    ):
        query = "SELECT ?s { ?s ?p 'secret\u2028' }\n# line"
        client.get("/sparql", params={"query": query})
        client.post("/sparql", data={"query": COUNT})
        client.get("/sparql", params={"query": query})  # kept: nobody was at work
    entries = [json.loads(record.getMessage()) for record in caplog.records]
    assert [entry["outcome"] for entry in entries] == ["answered", QueryTimeout.__name__]
    assert all("\n" not in record.getMessage() for record in caplog.records)
    assert all(record.getMessage().isascii() for record in caplog.records)
    first = entries[0]
    assert first["event"] == "slow query"
    assert first["bytes"] > 0
    assert ("secret" in first["query"]) is literals
    assert len({entry["digest"] for entry in entries}) == 2


def test_a_long_query_is_cut_in_the_log(release, endpoint, serve, caplog):
    with (
        serve(endpoint(release, Limits(workers=1), QueryLog(0.0))) as client,
        caplog.at_level(logging.WARNING, "reviewgraph.web.sparql.log"),
    ):
        names = " ".join(f"?name{n}" for n in range(10_000))
        client.post("/sparql", data={"query": f"SELECT {names} {{ }}"})
    (record,) = caplog.records
    assert len(record.getMessage()) < 10_000
