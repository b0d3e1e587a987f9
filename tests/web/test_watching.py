"""What the operator sees: readiness, metrics, log lines, names of requests."""

import json
import logging
import re
import threading
import time

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from reviewgraph.errors import EngineDown
from reviewgraph.store.limits import Limits
from reviewgraph.web.app import create_app
from reviewgraph.web.server import config_of
from reviewgraph.web.watching.log import REQUEST, JsonLines, PlainLines
from reviewgraph.web.watching.metrics import kind_of
from reviewgraph.web.watching.middleware import Watch

ALL = "/sparql?query=SELECT%20%2A%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D"


@pytest.fixture(scope="module")
def watch():
    return Watch(access_log=True)


@pytest.fixture(scope="module")
def client(museum, serve, watch):
    app = create_app(museum, Limits(seconds=2), finished=watch.query)
    with serve(app, lambda app: config_of(app, watch)) as client:
        yield client


def metrics(client):
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    found = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            found[sample.name, tuple(sorted(sample.labels.items()))] = sample.value
    return found


def grown(before, after, name, **labels):
    key = (name, tuple(sorted(labels.items())))
    return after.get(key, 0) - before.get(key, 0)


def test_what_is_ready_says_so(client, museum):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ready",
        "release": museum.name,
        "workers": 3,
        "store": "ok",
    }
    assert answer.headers["cache-control"] == "no-store"
    assert client.head("/readyz").status_code == 200


def test_a_store_that_does_not_answer_is_told(client, monkeypatch):
    def fail():
        raise EngineDown("ไม่ตอบ", "away")

    monkeypatch.setattr(client.app.state.site.store, "check", fail)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["store"] == "does not answer"
    assert client.get("/healthz").status_code == 200
    assert metrics(client)["reviewgraph_ready", ()] == 0


def test_requests_are_counted_by_kinds_that_are_few(client):
    before = metrics(client)
    for path in ("/doc/bowl.ttl", "/doc/drum.ttl", "/nothing/here", "/%E0%B8%81", "/doc/none"):
        client.get(path)
    client.post("/sparql", data={"query": "ASK {}"})
    client.patch("/doc/bowl")
    after = metrics(client)
    name = "reviewgraph_requests_total"
    assert grown(before, after, name, method="GET", kind="doc", status="200") == 2
    assert grown(before, after, name, method="GET", kind="doc", status="404") == 1
    assert grown(before, after, name, method="GET", kind="other", status="404") == 2
    assert grown(before, after, name, method="POST", kind="sparql", status="200") == 1
    assert grown(before, after, name, method="PATCH", kind="doc", status="405") == 1
    assert grown(before, after, "reviewgraph_request_seconds_count", kind="doc") == 4


def test_the_short_way_is_counted_too(client):
    before = metrics(client)
    for _ in range(5):
        assert client.get(ALL, headers={"Accept": "text/csv"}).status_code == 200
    after = metrics(client)
    count = grown(
        before, after, "reviewgraph_requests_total", method="GET", kind="sparql", status="200"
    )
    assert count == 5


def test_queries_are_counted_by_their_outcome(client):
    before = metrics(client)
    hard = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
    assert client.get("/sparql", params={"query": hard}).status_code == 503
    assert client.get("/sparql", params={"query": "SELECT * { ?s ?p "}).status_code == 400
    assert client.get("/sparql", params={"query": "ASK { ?x ?y 7 }"}).status_code == 200
    deadline = time.monotonic() + 20
    while metrics(client)["reviewgraph_workers_replaced", (("lane", "strangers"),)] == 0:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    after = metrics(client)
    name = "reviewgraph_query_seconds_count"
    assert grown(before, after, name, outcome="QueryTimeout") == 1
    assert grown(before, after, name, outcome="QuerySyntaxErrorAt") == 1
    assert grown(before, after, name, outcome="answered") >= 1


def test_the_release_is_told_of(client, museum):
    found = metrics(client)
    assert found["reviewgraph_statements", ()] == sum(museum.graphs.values())
    assert found["reviewgraph_release_age_seconds", ()] > 0
    assert found["reviewgraph_workers", (("lane", "strangers"),)] == 2
    assert found["process_resident_memory_bytes", ()] > 1_000_000
    (labels,) = [dict(labels) for name, labels in found if name == "reviewgraph_info"]
    assert labels["release"] == museum.name[:12]


def test_nobody_is_shown_metrics_that_are_switched_off(museum, serve):
    watch = Watch(public_metrics=False)
    with serve(create_app(museum), lambda app: config_of(app, watch)) as client:
        assert client.get("/metrics").status_code == 404
        assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "home"),
        ("/index.th.html", "home"),
        ("/sparql.en.html", "sparql"),
        ("/doc/a/b", "doc"),
        ("/x" * 5000, "other"),
        ("//doc", "home"),
        ("", "home"),
    ],
)
def test_a_path_is_of_one_of_few_kinds(path, kind):
    assert kind_of(path) == kind


# --- log lines ------------------------------------------------------------------------------------


@pytest.fixture
def lines():
    """What is logged, as JSON."""
    found = []

    class Kept(logging.Handler):
        def emit(self, record):
            found.append(self.format(record))

    handler = Kept()
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("reviewgraph")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield found
    logger.removeHandler(handler)
    logger.setLevel(before)


def test_a_request_is_a_line_without_what_was_asked(client, lines):
    client.get("/search.json?q=secret-name", headers={"X-Request-ID": "from-the-proxy-1"})
    (line,) = [json.loads(each) for each in lines if "search" in each]
    assert line["event"] == "request"
    assert line["path"] == "/search.json"
    assert line["status"] == 200
    assert line["request"] == "from-the-proxy-1"
    assert line["bytes"] > 10
    assert line["ms"] > 0
    assert "secret" not in "".join(lines)
    assert "127.0.0.1" not in "".join(lines)


def test_no_line_is_a_strangers(client, lines):
    with httpx.Client(base_url=client.base_url) as own:
        for path in ("/a%0Ab", "/%1B%5B2J", "/" + "x" * 5000, "/%E2%80%A8{}"):
            own.get(path, headers={"X-Request-ID": 'forged" \t}{'})
    asked = [json.loads(each) for each in lines if '"request"' in each]
    assert len(asked) == 4
    for line in lines:
        assert "\n" not in line
        assert line.isascii()
        assert len(line) < 2500
    assert all(re.fullmatch("[0-9a-f]{32}", each["request"]) for each in asked)


def test_an_answer_says_what_its_request_is_called(client):
    answer = client.get("/doc/bowl.ttl", headers={"X-Request-ID": "abcdefgh-123"})
    assert answer.headers["x-request-id"] == "abcdefgh-123"
    answer = client.get(ALL, headers={"X-Request-ID": "abcdefgh-124"})
    assert answer.headers["x-request-id"] == "abcdefgh-124"
    assert "x-request-id" not in client.get("/doc/bowl.ttl").headers
    hard = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?q }"
    names = {
        client.get("/sparql", params={"query": hard}).headers["x-request-id"] for _ in range(2)
    }
    assert len(names) == 2


def test_lines_for_people_are_of_one_line_too():
    record = logging.LogRecord("reviewgraph", logging.INFO, "", 1, "a %s", ("b\n\x1b[2Jc",), None)
    assert PlainLines().format(record) == "a b\\n\\x1b[2Jc"
    token = REQUEST.set("abc")
    try:
        assert json.loads(JsonLines().format(record))["message"] == "a b\n\x1b[2Jc"
        assert json.loads(JsonLines().format(record))["request"] == "abc"
    finally:
        REQUEST.reset(token)


def test_requests_that_run_beside_each_other_keep_their_names(client, lines):
    def ask(name):
        for _ in range(20):
            client.get("/doc/bowl.th.html", headers={"X-Request-ID": name})

    threads = [threading.Thread(target=ask, args=(f"thread-{n}-name",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    asked = [json.loads(each)["request"] for each in lines if "bowl" in each]
    assert {name: asked.count(name) for name in set(asked)} == {
        f"thread-{n}-name": 20 for n in range(4)
    }
