"""The W3C's exchanges for the Graph Store HTTP Protocol, as they concern a store that is read.

What an exchange would write is refused. What it reads afterwards is asked of a release that holds
what would have been written by then: each read is as the suite wants it.
"""

import contextlib
import email
import email.policy
import json
from urllib.parse import parse_qs, urlsplit

import pyoxigraph
import pytest
from rdflib import Graph
from rdflib.compare import isomorphic

from reviewgraph.rdf.terms import IRI, Quad
from reviewgraph.store.limits import Limits
from reviewgraph.web.app import create_app

BASE = "http://www.example/"
STORE = "/graphs"
# A release has no default graph but the merge of all graphs: its triples are in one of these.
DEFAULT = f"{BASE}graph/of-the-default"
# The graph that a POST to the store itself would have made.
CREATED = f"{BASE}graph/created"
READS = ("GET", "HEAD")
STATUS = {"OK": 200, "NotFound": 404}
TESTS = (
    "put_get_repeat_direct",
    "put_delete_get_delete_direct",
    "post_get_post_get_direct",
    "head_existing_direct",
    "put_get_repeat_indirect",
    "put_get_default",
    "put_delete_get_delete_indirect",
    "post_get_post_get_indirect",
    "post_get_new_graph",
    "head_existing_indirect",
    "head_non_existing_indirect",
    "put_get_uri_pct_encoded_indirect",
    "put_get_uri_pct_encoded_twice",
)
READ_ONLY = ("head_non_existing_indirect",)


@pytest.fixture(scope="module")
def exchanges(shared):
    tests = json.loads((shared / "suites" / "protocol-exchanges.json").read_text())["tests"]
    return {
        test["id"]: test["exchanges"] for test in tests if test["suite"] == "graph-store-protocol"
    }


@pytest.fixture(scope="module")
def holding(release_over, serve):
    """Makes a client of a site whose graphs are given as Turtle; the same graphs, the same site."""
    clients = {}
    with contextlib.ExitStack() as stack:

        def make(graphs):
            state = tuple(sorted(graphs.items()))
            if state not in clients:
                release = release_over(quads_of(graphs), BASE)
                app = create_app(release, Limits(seconds=60, workers=1))
                clients[state] = stack.enter_context(serve(app))
            return clients[state]

        yield make


def quads_of(graphs):
    return [
        Quad(*quad.triple, IRI(graph))
        for graph, documents in graphs.items()
        for document in documents
        for quad in pyoxigraph.parse(
            document, format=pyoxigraph.RdfFormat.TURTLE, rename_blank_nodes=True
        )
    ]


def graph_of(exchange):
    """The name of the graph that is meant; ``None`` is the store itself (section 4)."""
    path, _, query = exchange["path"].partition("?")
    if path != "/gsp":
        return f"{BASE}{path.removeprefix('/')}"
    parameters = parse_qs(query, keep_blank_values=True)
    if "default" in parameters:
        return DEFAULT
    return parameters["graph"][0].replace("$LOCATION$", CREATED) if parameters else None


def is_direct(exchange):
    return urlsplit(exchange["path"]).path != "/gsp"


def written(graphs, exchange):
    """The graphs after a write (sections 5.3 to 5.5)."""
    graph = graph_of(exchange) or CREATED
    others = {name: documents for name, documents in graphs.items() if name != graph}
    if exchange["method"] == "DELETE":
        return others
    before = graphs.get(graph, ()) if exchange["method"] == "POST" else ()
    return {**others, graph: (*before, *documents_of(exchange))}


def documents_of(exchange):
    content = exchange["body"]["chars"].encode(exchange["body"]["encoding"])
    content_type = dict(exchange["headers"])["content-type"]
    if not content_type.startswith("multipart/form-data"):
        return (content,)
    message = email.message_from_bytes(
        b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + content,
        policy=email.policy.HTTP,
    )
    return tuple(part.get_payload(decode=True) for part in message.iter_parts())


def send(client, exchange):
    path = exchange["path"].replace("$LOCATION$", CREATED)
    if not is_direct(exchange):
        path = path.replace("/gsp", STORE, 1)
    body = exchange["body"]
    response = client.request(
        exchange["method"],
        path,
        headers=dict(exchange["headers"]),
        content=body["chars"].encode(body["encoding"]) if body else None,
    )
    assert response.request.url.raw_path == path.encode()
    return response


def turtle(content):
    return Graph().parse(data=content, format="turtle")


def test_all_tests_of_the_suite_are_known(exchanges):
    assert tuple(exchanges) == TESTS


@pytest.mark.parametrize("test", TESTS)
def test_a_read_finds_what_the_writes_before_it_would_have_left(holding, exchanges, test):
    graphs, reads = {}, 0
    for exchange in exchanges[test]:
        if exchange["method"] not in READS:
            graphs = written(graphs, exchange)
            continue
        response = send(holding(graphs), exchange)
        expect = exchange["expect"]
        assert response.status_code in [STATUS[status] for status in expect["status"]]
        for name, value in expect.get("headers", ()):
            assert response.headers[name] == value
        if "body" in expect:
            assert isomorphic(turtle(response.text), turtle(expect["body"]["chars"]))
        if exchange["method"] == "HEAD":
            assert response.content == b""
        if response.status_code == 404 and not is_direct(exchange):
            # It is the graph that is not found, not the store.
            whole = holding(graphs).get(f"{STORE}?default", headers={"Accept": "text/turtle"})
            assert whole.status_code == 200
            assert whole.headers["content-type"] == "text/turtle; charset=utf-8"
        reads += 1
    assert reads


@pytest.mark.parametrize("test", [test for test in TESTS if test not in READ_ONLY])
def test_a_write_is_refused(holding, exchanges, test):
    graphs, writes = {}, 0
    for exchange in exchanges[test]:
        if exchange["method"] in READS:
            continue
        response = send(holding(graphs), exchange)
        if is_direct(exchange) and graph_of(exchange) not in graphs:
            assert response.status_code in (404, 405)
        else:
            assert response.status_code == 405
        if response.status_code == 405:
            allowed = set(response.headers["allow"].split(", "))
            assert {*READS} <= allowed <= {*READS, "OPTIONS"}
        graphs = written(graphs, exchange)
        writes += 1
    assert writes


GRAPH = f"{BASE}gsp/person/1.ttl"
TRIPLE = b"<http://www.example/s> <http://www.example/p> 1 ."


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
@pytest.mark.parametrize(
    "address", [STORE, f"{STORE}?default", f"{STORE}?graph={GRAPH}", "/gsp/person/1.ttl"]
)
def test_what_changes_a_graph_is_allowed_nowhere_and_changes_nothing(holding, method, address):
    client = holding({GRAPH: (TRIPLE,)})
    headers = {"Content-Type": "text/turtle"}
    response = client.request(method, address, headers=headers, content=b"<http://e/x> a 1 .")
    assert response.status_code == 405
    assert {*READS} <= set(response.headers["allow"].split(", ")) <= {*READS, "OPTIONS"}
    found = client.get("/gsp/person/1.ttl", headers={"Accept": "text/turtle"})
    assert isomorphic(turtle(found.text), turtle(TRIPLE))
