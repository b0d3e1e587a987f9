"""The W3C's exchanges for the SPARQL 1.1 Protocol, as they concern a service that is read."""

import json
import tarfile

import pyoxigraph
import pytest

from reviewgraph.rdf.terms import IRI, Quad
from reviewgraph.store.pool import Limits

FOLDER = "sparql11-protocol/sparql/sparql11/protocol"
FORMATS = {
    "boolean": ("application/sparql-results+json",),
    "tabular": ("application/sparql-results+json",),
    "RDF": ("text/turtle; charset=utf-8",),
}
# What changes data is refused here, whatever else may be wrong with it.
UPDATES = ("update_", "bad_update", "bad_multiple_updates")


@pytest.fixture(scope="module")
def exchanges(shared):
    tests = json.loads((shared / "suites" / "protocol-exchanges.json").read_text())["tests"]
    return [test for test in tests if test["suite"] == "protocol"]


@pytest.fixture(scope="module")
def service(exchanges, shared, release_over, endpoint, serve):
    """A service that holds all graphs of all tests."""
    graphs = {entry["graph"]: entry["file"] for test in exchanges for entry in test["data"]}
    assert len(graphs) == 3
    quads = []
    with tarfile.open(shared / "suites" / "sparql11-protocol.tar.gz") as archive:
        for graph, file in graphs.items():
            content = archive.extractfile(f"{FOLDER}/{file}").read()
            found = pyoxigraph.parse(content, format=pyoxigraph.RdfFormat.N_TRIPLES)
            quads += [Quad(*quad.triple, IRI(graph)) for quad in found]
    release = release_over(quads, "http://kasei.us/")
    with serve(endpoint(release, Limits(seconds=60, workers=1))) as client:
        yield client


def send(client, exchange):
    body = exchange["body"]
    content = body["chars"].encode(body["encoding"]) if body else None
    path = exchange["path"].replace("/sparql/", "/sparql")
    return client.request(
        exchange["method"], path, headers=dict(exchange["headers"]), content=content
    )


def test_every_exchange_of_a_query_is_as_expected(service, exchanges):
    seen = []
    for test in exchanges:
        if test["id"].startswith(UPDATES):
            continue
        for exchange in test["exchanges"]:
            response = send(service, exchange)
            expect = exchange["expect"]
            classes = {f"StatusCode{response.status_code // 100}xx"}
            assert classes & set(expect["status"]), test["id"]
            if "expectedFormat" in expect:
                assert response.headers["content-type"] in FORMATS[expect["expectedFormat"]]
            if "expectedBoolean" in expect:
                assert response.json()["boolean"] is expect["expectedBoolean"], test["id"]
        seen.append(test["id"])
    assert len(seen) == 20


def test_every_update_is_refused(service, exchanges):
    seen = []
    for test in exchanges:
        if test["id"].startswith(UPDATES):
            response = send(service, test["exchanges"][0])
            assert response.status_code in (403, 415), test["id"]
            seen.append(test["id"])
    assert len(seen) == 14
