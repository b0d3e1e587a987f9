"""``/sparql``: the protocol, the formats, and what a client is told when it cannot be answered."""

import contextlib
import csv
import io
import socket
import time
import xml.etree.ElementTree as ET
from urllib.parse import quote, urlencode

import httpx
import pyoxigraph
import pytest
from rdflib import URIRef
from rdflib.namespace import RDF, VOID

from reviewgraph.rdf.namespaces import SD
from reviewgraph.rdf.terms import to_graph
from reviewgraph.store.limits import Limits
from reviewgraph.web.app import create_app

BASE = "https://data.example.org/"
GRAPHS = {f"{BASE}graph/a": 2, f"{BASE}graph/b": 1}
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
JSON = "application/sparql-results+json"
SELECT = "SELECT ?s { ?s <https://data.example.org/p> 'one' }"
ENDLESS = (
    "SELECT (COUNT(*) AS ?n) { "
    + " ".join(f"VALUES ?v{n} {{ {' '.join(map(str, range(40)))} }}" for n in range(9))
    + " }"
)
ROWS = ENDLESS.replace("(COUNT(*) AS ?n)", "*")


@pytest.fixture
def hasty(release, endpoint, serve):
    """A client whose queries end soon."""
    limits = Limits(seconds=1.0, workers=1, result_bytes=2_000_000)
    with serve(endpoint(release, limits)) as client:
        yield client


def ask(client, query, accept="*/*", **parameters):
    return client.get("/sparql", params={"query": query, **parameters}, headers={"Accept": accept})


FORM = {"Content-Type": "application/x-www-form-urlencoded"}
QUERY = {"Content-Type": "application/sparql-query"}


@pytest.mark.parametrize(
    ("method", "query_string", "headers", "body"),
    [
        ("GET", "query=" + quote(SELECT), {}, None),
        ("POST", "", FORM, "query=" + quote(SELECT)),
        ("POST", "", FORM, "query=" + quote(SELECT).replace("%20", "+")),
        ("POST", "", QUERY, SELECT),
        ("POST", "", {"Content-Type": "application/sparql-query; charset=UTF-8"}, SELECT),
        ("POST", "", {"Content-Type": "Application/SPARQL-Query"}, SELECT),
        ("POST", "default-graph-uri=" + quote(f"{BASE}graph/a"), QUERY, SELECT),
        ("POST", "default-graph-uri=" + quote(f"{BASE}graph/a"), FORM, "query=" + quote(SELECT)),
        ("GET", "unknown=1&query=" + quote(SELECT), {}, None),
    ],
)
def test_a_query_may_be_sent_in_three_ways(client, method, query_string, headers, body):
    response = client.request(method, f"/sparql?{query_string}", headers=headers, content=body)
    assert response.status_code == 200
    assert response.headers["content-type"] == JSON
    assert "Accept" in response.headers["vary"]
    bindings = response.json()["results"]["bindings"]
    assert [row["s"]["value"] for row in bindings] == [f"{BASE}id/1"]


@pytest.mark.parametrize(
    ("method", "query_string", "headers", "body", "status"),
    [
        ("GET", "query=ASK%20%7B%7D&query=ASK%20%7B%7D", {}, None, 400),
        ("POST", "query=ASK%20%7B%7D", FORM, "query=ASK%20%7B%7D", 400),
        ("POST", "query=ASK%20%7B%7D", QUERY, "ASK {}", 400),
        ("POST", "", FORM, "", 400),
        ("POST", "", FORM, "format=json", 400),
        ("POST", "", QUERY, "", 400),
        ("GET", "query=", {}, None, 400),
        ("GET", "query=ASK%20%7B", {}, None, 400),
        ("GET", "query=%ff", {}, None, 400),
        ("POST", "", FORM, "query=%ff", 400),
        ("POST", "", FORM, b"query=\xff", 400),
        ("POST", "", QUERY, b"ASK { ?s ?p '\xff' }", 400),
        ("GET", "query=ASK%20%7B%7D&default-graph-uri=relative", {}, None, 400),
        ("GET", "query=ASK%20%7B%7D&named-graph-uri=", {}, None, 400),
        ("GET", "default-graph-uri=" + quote(BASE), {}, None, 400),
        ("GET", "query=ASK%20%7B%7D&format=json&format=xml", {}, None, 400),
        ("GET", "update=CLEAR%20ALL", {}, None, 403),
        ("POST", "", FORM, "update=CLEAR%20ALL", 403),
        ("POST", "", {"Content-Type": "application/sparql-update"}, "CLEAR ALL", 403),
        ("GET", "query=CLEAR%20ALL", {}, None, 400),
        ("GET", "query=" + quote("ASK { SERVICE <http://e/> {} }"), {}, None, 400),
        ("POST", "", {"Content-Type": "text/plain"}, "ASK {}", 415),
        ("POST", "", {"Content-Type": "application/json"}, "{}", 415),
        ("POST", "", {}, "query=ASK%20%7B%7D", 415),
        ("POST", "", {"Content-Type": "application/sparql-query;charset=UTF-16"}, "ASK {}", 415),
        ("POST", "", {**QUERY, "Content-Encoding": "gzip"}, "ASK {}", 415),
        ("POST", "", QUERY, "ASK {} #" + "x" * 300_000, 413),
        ("POST", "", FORM, "query=" + "x" * 900_000, 413),
        ("POST", "", FORM, "query=ASK%20%7B%7D%23" + "x" * 300_000, 413),
        ("PUT", "query=ASK%20%7B%7D", {}, None, 405),
        ("DELETE", "", {}, None, 405),
        ("GET", "query=ASK%20%7B%7D&format=nonsense", {}, None, 406),
        ("GET", "query=ASK%20%7B%7D&format=ttl", {}, None, 406),
        ("GET", "query=ASK%20%7B%7D", {"Accept": "text/turtle"}, None, 406),
        ("GET", "query=DESCRIBE%20%3Chttp%3A%2F%2Fe%3E", {"Accept": "text/csv"}, None, 406),
        ("GET", "", {"Accept": "image/png"}, None, 406),
    ],
)
def test_what_is_no_query_operation_is_told_so(client, method, query_string, headers, body, status):
    response = client.request(method, f"/sparql?{query_string}", headers=headers, content=body)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    assert problem["detail"]
    assert problem["detail_th"]


def test_a_query_is_decoded_exactly_once(client):
    query = "SELECT ('%41+%2B' AS ?x) {}"
    for response in (
        ask(client, query),
        client.post("/sparql", data={"query": query}),
        client.post("/sparql", content=query, headers=QUERY),
    ):
        assert response.json()["results"]["bindings"][0]["x"]["value"] == "%41+%2B"


def test_the_body_is_counted_while_it_comes_in(client):
    """A chunked body has no length to look at, and this one no end either."""
    chunk = b"fa0\r\n" + b"x" * 4000 + b"\r\n"
    with socket.create_connection(("127.0.0.1", client.port)) as connection:
        connection.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )
        with contextlib.suppress(ConnectionError):
            for _ in range(2_000):
                connection.sendall(chunk)
        assert connection.recv(65_536).startswith(b"HTTP/1.1 413 ")


def test_options_and_head(client):
    response = client.options("/sparql")
    assert response.status_code == 204
    assert "POST" in response.headers["allow"]
    head = client.head("/sparql", params={"query": "ASK {}"})
    assert head.status_code == 200
    assert head.headers["content-type"] == JSON
    assert client.head("/sparql", params={"query": "ASK {"}).status_code == 400


COUNT = "SELECT (COUNT(*) AS ?n) {} {{ {} }}"


@pytest.mark.parametrize(
    ("query", "parameters", "expected"),
    [
        (COUNT.format("", "?s ?p ?o"), {}, 2),
        (COUNT.format(f"FROM <{BASE}graph/b>", "?s ?p ?o"), {}, 1),
        (COUNT.format("", "?s ?p ?o"), {"default-graph-uri": f"{BASE}graph/b"}, 1),
        (COUNT.format("", "?s ?p ?o"), {"default-graph-uri": list(GRAPHS)}, 2),
        (COUNT.format("", "?s ?p ?o"), {"named-graph-uri": f"{BASE}graph/b"}, 0),
        (COUNT.format("", "GRAPH ?g {?s ?p ?o}"), {"named-graph-uri": f"{BASE}graph/b"}, 1),
        (
            COUNT.format(f"FROM <{BASE}graph/a>", "?s ?p ?o"),
            {"default-graph-uri": f"{BASE}graph/b"},
            1,
        ),
    ],
)
def test_the_dataset_of_the_request_goes_before_that_of_the_query(
    client, query, parameters, expected
):
    for response in (
        ask(client, query, **parameters),
        client.post("/sparql", data={"query": query, **parameters}),
        client.post(f"/sparql?{urlencode(parameters, doseq=True)}", content=query, headers=QUERY),
    ):
        (row,) = response.json()["results"]["bindings"]
        assert int(row["n"]["value"]) == expected


VALUES = """SELECT ?a ?b { VALUES (?a ?b) {
  (<http://e/a,b> "x,y") ("q\\"q" UNDEF) ("l\\nm\\r\\n" "ไทย"@th) (1 1.5) ("" "<&>'")
  (<http://e/ไทย> "\\t") ("😀" true) } }"""
TERMS = [
    ("http://e/a,b", "x,y"),
    ('q"q', None),
    ("l\nm\r\n", "ไทย"),
    ("1", "1.5"),
    ("", "<&>'"),
    ("http://e/ไทย", "\t"),
    ("😀", "true"),
]


@pytest.mark.parametrize(
    ("format_", "media_type"),
    [
        ("json", JSON),
        ("xml", "application/sparql-results+xml"),
        ("tsv", "text/tab-separated-values"),
    ],
)
def test_awkward_values_survive_each_result_format(client, format_, media_type):
    response = ask(client, VALUES, format=format_)
    assert response.headers["content-type"].partition(";")[0] == media_type
    assert response.headers["x-content-type-options"] == "nosniff"
    kind = pyoxigraph.QueryResultsFormat.from_media_type(media_type)
    solutions = pyoxigraph.parse_query_results(response.content, kind)
    found = [tuple(term and term.value for term in solution) for solution in solutions]
    assert found == TERMS


def test_awkward_values_survive_csv(client):
    response = ask(client, VALUES, "text/csv")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["content-disposition"].startswith("attachment")
    rows = list(csv.reader(io.StringIO(response.content.decode(), newline="")))
    assert rows == [["a", "b"], *([a, b or ""] for a, b in TERMS)]


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("application/json", "application/json"),
        ("application/xml", "application/xml"),
        ("text/xml", "text/xml; charset=utf-8"),
        ("*/*", JSON),
        ("", JSON),
        ("application/*", JSON),
        ("text/*", "text/csv; charset=utf-8"),
        ("application/sparql-results+xml, application/sparql-results+json;q=0.9", None),
    ],
)
def test_results_are_negotiated(client, accept, media_type):
    for query in ("SELECT * {}", "ASK {}"):
        response = ask(client, query, accept)
        assert response.status_code == 200
        expected = media_type or "application/sparql-results+xml"
        assert response.headers["content-type"] == expected


@pytest.mark.parametrize(
    ("format_", "expected"),
    [
        ("json", '{"head":{},"boolean":true}'),
        ("csv", "true"),
        ("tsv", "true"),
    ],
)
def test_a_boolean_in_each_format(client, format_, expected):
    assert ask(client, "ASK {}", format=format_).text == expected
    root = ET.fromstring(ask(client, "ASK {}", format="xml").text)  # noqa: S314 - our own
    assert root.find("{*}boolean").text == "true"


CONSTRUCT = """CONSTRUCT { <http://e/s> <http://e/p> ?o, <http://e/o> . } { VALUES ?o {
  "x,y" "q\\"q" "l\\nm\\r\\n" "ไทย"@th 1 1.5 "" "<&>'" "😀" true } }"""


@pytest.mark.parametrize(
    ("format_", "media_type"),
    [
        ("ttl", "text/turtle"),
        ("turtle", "text/turtle"),
        ("nt", "application/n-triples"),
        ("rdf", "application/rdf+xml"),
        ("jsonld", "application/ld+json"),
        ("application/ld+json", "application/ld+json"),
    ],
)
def test_awkward_values_survive_each_graph_format(client, format_, media_type):
    response = ask(client, CONSTRUCT, format=format_)
    assert response.headers["content-type"].partition(";")[0] == media_type
    kind = pyoxigraph.RdfFormat.from_media_type(media_type)
    found = {quad.triple for quad in pyoxigraph.parse(response.content, format=kind)}
    plain = ask(client, CONSTRUCT, "application/n-triples").content
    expected = pyoxigraph.parse(plain, format=pyoxigraph.RdfFormat.N_TRIPLES)
    assert found == {quad.triple for quad in expected}
    assert len(found) == 11


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "text/turtle; charset=utf-8"),
        ("text/plain", "text/plain; charset=utf-8"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/ld+json, */*;q=0.1", "application/ld+json"),
    ],
)
def test_graphs_are_negotiated(client, accept, media_type):
    for query in ("CONSTRUCT WHERE { ?s ?p ?o }", f"DESCRIBE <{BASE}id/1>"):
        response = ask(client, query, accept)
        assert response.status_code == 200
        assert response.headers["content-type"] == media_type


def test_turtle_has_the_prefixes_of_the_release(client):
    assert f"@prefix d: <{BASE}>" in ask(client, "CONSTRUCT WHERE { ?s ?p ?o }").text


def test_relative_iris_are_resolved_against_the_endpoint(client):
    response = ask(client, "SELECT (<id/1> AS ?x) {}")
    assert response.json()["results"]["bindings"][0]["x"]["value"] == f"{BASE}id/1"


@pytest.mark.parametrize(
    ("query", "format_"),
    [
        ('SELECT ("\\u0001" AS ?x) {}', "xml"),
        ('SELECT ("\\uFFFF" AS ?x) {}', "xml"),
        ('CONSTRUCT { <http://e/> <http://e/p> "\\u0001" } {}', "rdf"),
        ('CONSTRUCT { <http://e/> <http://e/1> "x" } {}', "rdf"),
    ],
)
def test_what_xml_cannot_hold_is_406_and_names_other_formats(client, query, format_):
    response = ask(client, query, format=format_)
    assert response.status_code == 406
    available = response.json()["available"]
    assert available
    assert not any("xml" in each["media_type"] for each in available)
    for each in available:
        if each["media_type"] != "text/html":  # needs the whole site
            found = client.get(each["address"])
            assert found.status_code == 200
            assert found.headers["content-type"].startswith(each["media_type"])
    posted = client.post("/sparql", data={"query": query, "format": format_})
    assert [set(each) for each in posted.json()["available"]] == [{"media_type"}] * len(available)


def test_what_xml_cannot_hold_breaks_off_a_large_result(client):
    rows = " ".join(f'"{"x" * 100}{n}"' for n in range(2000))
    last = '{ BIND("\\u0001" AS ?x) }'
    query = f"SELECT * {{ {{ VALUES ?x {{ {rows} }} }} UNION {last} }} ORDER BY DESC(?x)"
    with pytest.raises(httpx.RemoteProtocolError):
        client.post("/sparql", data={"query": query, "format": "xml"})
    assert client.post("/sparql", data={"query": query, "format": "json"}).json()


def test_a_syntax_error_has_its_place(client):
    response = ask(client, "SELECT *\nWHERE { ?s ?p ?o . \n")
    assert response.status_code == 400
    problem = response.json()
    assert problem["line"] == 3
    assert problem["column"] >= 1
    assert "}" in "".join(problem["expected"])
    assert "line 3" in problem["detail"]


@pytest.mark.parametrize("query", [SELECT, "ASK {}", "CONSTRUCT WHERE { ?s ?p ?o }"])
def test_what_was_answered_once_need_not_be_sent_again(client, query):
    first = ask(client, query)
    etag = first.headers["etag"]
    assert first.headers["cache-control"] == "no-cache"
    for tag in (etag, etag.removeprefix("W/"), f'"other", {etag}', "*"):
        again = client.get("/sparql", params={"query": query}, headers={"If-None-Match": tag})
        assert again.status_code == 304
        assert again.headers["etag"] == etag
        assert not again.content
    again = client.get("/sparql", params={"query": query}, headers={"If-None-Match": '"other"'})
    assert again.status_code == 200


def test_an_entity_tag_belongs_to_query_dataset_and_format(client):
    tags = {
        ask(client, "ASK {}").headers["etag"],
        ask(client, "ASK { }").headers["etag"],
        ask(client, "ASK {}", format="xml").headers["etag"],
        ask(client, "ASK {}", "application/json").headers["etag"],
        ask(client, "ASK {}", **{"default-graph-uri": BASE}).headers["etag"],
        ask(client, "ASK {}", **{"named-graph-uri": BASE}).headers["etag"],
    }
    assert len(tags) == 6


def test_what_changes_with_every_call_is_not_kept(client):
    response = ask(client, "SELECT (RAND() AS ?x) {}")
    assert "etag" not in response.headers
    assert response.headers["cache-control"] == "no-store"


def test_at_the_deadline_the_client_is_told_and_the_next_is_answered(hasty):
    response = ask(hasty, ENDLESS)
    assert response.status_code == 503
    # There is no answer that ``*`` could mean.
    headers = {"If-None-Match": "*"}
    anything = hasty.get("/sparql", params={"query": ENDLESS}, headers=headers)
    assert anything.status_code == 503
    assert "1 seconds" in response.json()["detail"]
    assert ask(hasty, "ASK {}").json()["boolean"] is True


def test_a_result_beyond_the_limit_breaks_off(hasty):
    for format_ in ("json", "xml", "csv", "tsv"):
        with pytest.raises(httpx.RemoteProtocolError):
            ask(hasty, ROWS, format=format_)
    assert ask(hasty, "ASK {}").json()["boolean"] is True


# With no query: the service description.


@pytest.mark.parametrize(
    "accept",
    ["*/*", "text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"],
)
def test_the_service_describes_itself(client, accept):
    response = client.get("/sparql", headers={"Accept": accept})
    assert response.status_code == 200
    media_type = response.headers["content-type"].partition(";")[0]
    kind = pyoxigraph.RdfFormat.from_media_type(media_type)
    graph = to_graph(pyoxigraph.parse(response.content, format=kind))
    service = URIRef(f"{BASE}sparql")
    assert (service, RDF.type, SD.Service) in graph
    assert graph.value(service, SD.endpoint) == service
    assert (service, SD.supportedLanguage, SD.SPARQL11Query) in graph
    assert (service, SD.feature, SD.UnionDefaultGraph) in graph
    assert len(set(graph.objects(service, SD.resultFormat))) == 10
    dataset = graph.value(service, SD.defaultDataset)
    default = graph.value(dataset, SD.defaultGraph)
    assert int(graph.value(default, VOID.triples)) == 2  # one of three is in both graphs
    named = {
        str(graph.value(each, SD.name)): int(graph.value(graph.value(each, SD.graph), VOID.triples))
        for each in graph.objects(dataset, SD.namedGraph)
    }
    assert named == GRAPHS
    again = client.get(
        "/sparql", headers={"Accept": accept, "If-None-Match": response.headers["etag"]}
    )
    assert again.status_code == 304


def busy(pool):
    """Whether a worker is at a query."""
    return any(pool._template.slots.look(worker.slot)[0] for worker in pool._workers)


@pytest.mark.parametrize("query", [ENDLESS, ROWS], ids=["before the answer", "during the answer"])
def test_a_client_that_leaves_ends_its_query(release, endpoint, serve, query):
    # The deadline is far away: it is not what ends it.
    limits = Limits(seconds=300, workers=1, result_bytes=10**12)
    with serve(endpoint(release, limits)) as client:
        before = client.app.state.pool.pids
        leaving = socket.create_connection(("127.0.0.1", client.port))
        leaving.sendall(f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        while not busy(client.app.state.pool):
            time.sleep(0.01)
        leaving.close()
        assert ask(client, "ASK {}").json()["boolean"] is True
        assert not before & client.app.state.pool.pids


def test_too_many_at_once_are_told_when_to_come_back(release, endpoint, serve):
    slow = "SELECT (COUNT(*) AS ?n) {" + "".join(
        f" VALUES ?v{n} {{ {' '.join(map(str, range(40)))} }}" for n in range(9)
    )
    limits = Limits(seconds=30, workers=1, waiting=1)
    with serve(endpoint(release, limits)) as client:
        pool = client.app.state.pool
        pending = [_begin(client, f"{slow} }} # {n}") for n in range(2)]
        try:
            while len(pool._live) < 2:
                time.sleep(0.01)
            refused = client.get("/sparql", params={"query": "ASK {}"})
        finally:
            for connection in pending:
                connection.close()
        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) >= 1
        assert refused.json()["detail_th"]
        while pool._live:  # until it has noticed that they are gone
            time.sleep(0.01)
        assert client.get("/sparql", params={"query": "ASK {}"}).json()["boolean"] is True


def _begin(client, query):
    connection = socket.create_connection(("127.0.0.1", client.port))
    connection.sendall(f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    return connection


# For a browser, within the whole site.


@pytest.fixture(scope="module")
def site(museum, serve):
    with serve(create_app(museum)) as client:
        yield client


def test_a_browser_gets_the_form(site):
    response = site.get("/sparql", headers={"Accept": BROWSER})
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "<textarea" in response.text
    assert "Accept" in response.headers["vary"]
    curl = site.get("/sparql")
    assert curl.headers["content-type"] == "text/turtle; charset=utf-8"


def test_a_browser_gets_a_table_with_everything_escaped(site):
    query = (
        'SELECT ?x ?y { VALUES (?x ?y) { ("<script>" <javascript:alert(1)>) (UNDEF "</td>"@th) } }'
    )
    response = ask(site, query, BROWSER)
    assert response.status_code == 200
    assert "&lt;script&gt;" in response.text
    assert "<script>" not in response.text
    assert 'href="javascript' not in response.text
    assert 'lang="th"' in response.text


@pytest.mark.parametrize("coding", ["gzip", "zstd", "gzip, deflate, br, zstd"])
@pytest.mark.parametrize("format_", ["html", "en.html"])
def test_a_browser_that_takes_compressed_answers_gets_a_long_table(site, coding, format_):
    query = "SELECT ?x { VALUES ?a { %s } BIND(CONCAT('value ', STR(?a)) AS ?x) }"
    query %= " ".join(map(str, range(900)))
    response = site.get(
        "/sparql", params={"query": query, "format": format_}, headers={"Accept-Encoding": coding}
    )
    assert response.status_code == 200
    assert "value 899" in response.text


def test_a_browser_gets_booleans_and_graphs_as_well(site):
    assert ask(site, "ASK {}", BROWSER, format="en.html").text.count("<strong>true</strong>") == 1
    response = ask(site, "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1", BROWSER)
    assert '<th scope="col">predicate</th>' in response.text
    assert "format=ttl" in response.text


def test_a_browser_keeps_its_query_when_it_is_wrong(site):
    response = ask(site, "SELECT * { <b>", BROWSER, format="en.html")
    assert response.status_code == 400
    assert "SELECT * { &lt;b&gt;" in response.text
    assert "line 1" in response.text


def test_head_is_get_without_a_body(site):
    response = site.head("/sparql", params={"query": "ASK {}"})
    assert response.status_code == 200
    assert response.headers["content-type"] == JSON
    assert not response.content
