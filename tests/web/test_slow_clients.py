"""Clients that never come to an end, and heads that are too long."""

import contextlib
import socket
import threading
import time

import httpx
import pytest

from reviewgraph.web import connection
from reviewgraph.web.app import create_app


@pytest.fixture
def client(museum, serve, monkeypatch):
    monkeypatch.setattr(connection, "REQUEST_SECONDS", 1.0)
    with serve(create_app(museum)) as client:
        yield client


def connected(client):
    return socket.create_connection(("127.0.0.1", client.port), 20)


def closed_within(connection, seconds):
    """Seconds until the server closes the connection."""
    began = time.monotonic()
    connection.settimeout(seconds)
    with contextlib.suppress(ConnectionError):
        while connection.recv(65_536):
            pass
    return time.monotonic() - began


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"G",
        b"GET /sparql?query=",
        b"GET /doc/bowl HTTP/1.1\r\nHost: a\r\nX-Slow: ",
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nquery=",
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nqu",
    ],
)
def test_a_request_that_does_not_end_is_given_up(client, begun):
    with connected(client) as connection:
        connection.sendall(begun)
        assert 0.3 < closed_within(connection, 20) < 10


def test_dripping_is_no_way_to_stay(client):
    with connected(client) as connection:
        stop = threading.Event()

        def drip():
            with contextlib.suppress(OSError):
                connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ")
                while not stop.is_set():
                    connection.sendall(b"a")
                    time.sleep(0.05)

        thread = threading.Thread(target=drip)
        thread.start()
        try:
            assert closed_within(connection, 20) < 10
        finally:
            stop.set()
            thread.join()


def test_a_request_in_two_pieces_is_answered_and_the_next_one_has_its_time(client):
    with connected(client) as connection:
        for _ in range(3):
            connection.sendall(b"GET /doc/bowl.nt HTTP/1.1\r\nHo")
            time.sleep(0.5)
            connection.sendall(b"st: a\r\n\r\n")
            assert connection.recv(65_536).startswith(b"HTTP/1.1 200 OK")
            time.sleep(0.3)


def test_a_query_may_take_longer_than_a_request(client):
    hard = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k 1 . ?m ?n 2 }"
    assert client.get("/sparql", params={"query": hard}).status_code in (200, 503)
    assert client.post("/sparql", data={"query": hard}).status_code in (200, 503)


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + b"a" * 200_000,
        b"GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + b"a" * 200_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X-A: b\r\n" * 40_000,
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X-A: b\r\n" * 40_000 + b"\r\n",
    ],
)
def test_a_head_that_is_too_long_is_refused(client, head):
    with connected(client) as connection:
        with contextlib.suppress(ConnectionError):
            connection.sendall(head)
        answer = b""
        with contextlib.suppress(ConnectionError):
            while piece := connection.recv(65_536):
                answer += piece
    # A connection that is closed with bytes unread may lose the answer on its way.
    assert answer == b"" or answer.startswith(b"HTTP/1.1 431 Request Header Fields Too Large\r\n")
    assert b"200 OK" not in answer
    assert client.get("/doc/bowl.nt").status_code == 200


def test_long_cookies_are_no_harm(client):
    answer = client.get("/doc/bowl.nt", headers={"Cookie": "a=" + "b" * 60_000})
    assert answer.status_code == 200


def test_others_are_served_while_hundreds_wait(client):
    with contextlib.ExitStack() as stack:
        for _ in range(300):
            each = stack.enter_context(connected(client))
            each.sendall(b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nq")
        for _ in range(50):
            assert httpx.get(f"{client.base_url}/doc/bowl.nt", timeout=10).status_code == 200
