"""``/graphs``: one graph or all of them, to be read and no more."""

import json
from urllib.parse import quote

import pyoxigraph
import pytest

from reviewgraph.store.limits import Limits
from reviewgraph.web.app import create_app

BASE = "https://data.example.org/"
GRAPH = f"{BASE}graph/a"


@pytest.fixture(scope="module")
def site(release, serve):
    with serve(create_app(release, Limits(seconds=60, workers=1))) as client:
        yield client


def triples(response):
    media_type = response.headers["content-type"].partition(";")[0]
    syntax = pyoxigraph.RdfFormat.from_media_type(media_type)
    return {quad.triple for quad in pyoxigraph.parse(response.content, format=syntax)}


@pytest.mark.parametrize(
    "accept",
    [
        "text/turtle",
        "application/n-triples",
        "application/rdf+xml",
        "application/ld+json",
        "application/trig",
        "application/n-quads",
    ],
)
def test_a_graph_is_had_in_every_format(site, accept):
    response = site.get("/graphs", params={"graph": GRAPH}, headers={"Accept": accept})
    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] == accept
    assert len(triples(response)) == 2
    again = site.get(
        "/graphs",
        params={"graph": GRAPH},
        headers={"Accept": accept, "If-None-Match": response.headers["etag"]},
    )
    assert again.status_code == 304
    head = site.head("/graphs", params={"graph": GRAPH}, headers={"Accept": accept})
    assert head.status_code == 200
    assert head.headers["etag"] == response.headers["etag"]
    assert not head.content


def test_the_default_graph_is_the_merge(site):
    response = site.get("/graphs?default")
    assert response.headers["content-type"] == "text/turtle; charset=utf-8"
    assert len(triples(response)) == 2
    other = site.get("/graphs", params={"graph": f"{BASE}graph/b"})
    assert other.headers["etag"] != response.headers["etag"]
    assert len(triples(other)) == 1


@pytest.mark.parametrize(
    ("query", "status"),
    [
        (f"graph={quote(BASE)}none", 404),
        ("graph=", 404),
        (f"graph={quote(GRAPH)}&default", 400),
        (f"graph={quote(GRAPH)}&graph={quote(GRAPH)}", 400),
        ("default&default", 400),
        ("graph=%FF", 400),
    ],
)
def test_what_is_no_graph_is_told(site, query, status):
    response = site.get(f"/graphs?{query}")
    assert response.status_code == status
    assert response.json()["detail_th"]


def test_a_format_that_there_is_not_is_told_with_those_that_there_are(site):
    response = site.get("/graphs?default", headers={"Accept": "text/csv"})
    assert response.status_code == 406
    assert {"media_type": "text/turtle"} in response.json()["available"]


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_nothing_is_written(site, method):
    response = site.request(method, f"/graphs?graph={quote(GRAPH)}", content="<a:b> <a:b> <a:b> .")
    assert response.status_code == 405
    assert "GET" in response.headers["allow"]
    assert len(triples(site.get("/graphs", params={"graph": GRAPH}))) == 2


def test_without_a_parameter_it_is_a_page(site):
    response = site.get("/graphs", headers={"Accept": "text/html"})
    assert response.headers["content-type"].startswith("text/html")
    assert GRAPH.removeprefix(BASE) in response.text
    assert site.request("OPTIONS", "/graphs").headers["allow"] == "GET, HEAD, OPTIONS"


def test_the_api_is_described(site):
    paths = json.loads(site.get("/openapi.json").content)["paths"]
    names = {parameter["name"] for parameter in paths["/sparql"]["get"]["parameters"]}
    assert {"query", "default-graph-uri", "named-graph-uri", "format", "explain"} == names
    assert "application/sparql-query" in paths["/sparql"]["post"]["requestBody"]["content"]
    answers = paths["/sparql"]["get"]["responses"]
    assert {"text/csv", "application/trig"} <= set(answers["200"]["content"])
    assert "503" in answers
    assert "/graphs" in paths
