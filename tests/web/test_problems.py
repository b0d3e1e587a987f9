"""Errors over HTTP: problem details by RFC 9457, or a page."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI
from starlette.requests import Request

from reviewgraph import errors
from reviewgraph.errors import (
    Place,
    QueryError,
    QueueFull,
    ReviewgraphError,
    SourceSyntaxError,
    TooOften,
)
from reviewgraph.store.terminals import QuerySyntaxErrorAt
from reviewgraph.web.envelope import Envelope
from reviewgraph.web.problems import (
    STATUSES,
    Problem,
    install,
    not_acceptable,
    problem_of,
    problem_response,
)

INSIDE = "/srv/secret/data.ttl"


@pytest.fixture
def client():
    app = FastAPI()
    install(app)
    app.add_middleware(Envelope)

    @app.get("/own")
    def own() -> None:
        raise errors.QueryTimeout("ช้าไป", "too <slow>")

    @app.get("/full")
    def full() -> None:
        raise QueueFull("เต็ม", "full", 7)

    @app.get("/release")
    def release() -> None:
        raise errors.ReleaseError(INSIDE, INSIDE)

    @app.get("/bug")
    def bug() -> None:
        raise ZeroDivisionError(INSIDE)

    @app.get("/problem")
    def problem() -> None:
        raise not_acceptable({"text/turtle": "/doc/x.ttl", "text/html": None})

    @app.get("/typed")
    def typed(n: int) -> int:
        return n

    return Client(app)


class Client:
    def __init__(self, app) -> None:
        self.transport = httpx.ASGITransport(app, raise_app_exceptions=False)

    def request(self, method, path, headers=None):
        async def send():
            async with httpx.AsyncClient(transport=self.transport, base_url="http://x") as client:
                return await client.request(method, path, headers=headers)

        return asyncio.run(send())

    def get(self, path, headers=None):
        return self.request("GET", path, headers)

    def delete(self, path):
        return self.request("DELETE", path)


def test_a_problem_has_the_members_of_the_rfc_and_both_languages(client):
    response = client.get("/own")
    assert response.status_code == 503
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    assert response.json() == {
        "type": "about:blank",
        "title": "Service Unavailable",
        "status": 503,
        "detail": "too <slow>",
        "title_th": "ยังตอบไม่ได้ในขณะนี้",
        "detail_th": "ช้าไป",
    }


@pytest.mark.parametrize(("lang", "first"), [("th", "ช้าไป"), ("en", "too &lt;slow&gt;")])
def test_a_browser_gets_a_page_with_everything_escaped(client, lang, first):
    accept = "text/html,application/xhtml+xml,*/*;q=0.8"
    response = client.get("/own", headers={"Accept": accept, "Accept-Language": lang})
    assert response.status_code == 503
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["content-language"] == lang
    assert "<slow>" not in response.text
    other = {"ช้าไป", "too &lt;slow&gt;"} - {first}
    assert response.text.index(first) < response.text.index(other.pop())


@pytest.mark.parametrize("accept", ["text/turtle", "image/png", "*/*", "rubbish", ""])
def test_whoever_asks_for_something_else_gets_json(client, accept):
    response = client.get("/own", headers={"Accept": accept})
    assert response.headers["content-type"] == "application/problem+json"


def test_a_full_queue_says_when_to_come_back(client):
    response = client.get("/full")
    assert (response.status_code, response.headers["retry-after"]) == (503, "7")


@pytest.mark.parametrize("path", ["/bug", "/release"])
def test_nothing_of_the_inside_is_told(client, path):
    for accept in ("*/*", "text/html"):
        response = client.get(path, headers={"Accept": accept})
        assert response.status_code == 500
        assert INSIDE not in response.text
        assert "Traceback" not in response.text
        assert "ZeroDivision" not in response.text


def test_what_is_missing_is_404_with_its_path(client):
    response = client.get("/nothing/<b>")
    assert response.status_code == 404
    assert "/nothing/" in response.json()["detail"]
    assert "<b>" not in client.get("/nothing/<b>", headers={"Accept": "text/html"}).text


def test_a_wrong_method_is_405_with_those_allowed(client):
    response = client.delete("/own")
    assert response.status_code == 405
    assert "GET" in response.headers["allow"]


def test_a_wrong_parameter_is_400_and_says_which(client):
    response = client.get("/typed?n=x")
    assert response.status_code == 400
    assert response.json()["errors"][0]["where"] == "query.n"


def test_406_lists_what_there_is(client):
    response = client.get("/problem")
    assert response.status_code == 406
    assert response.json()["available"] == [
        {"media_type": "text/turtle", "address": "/doc/x.ttl"},
        {"media_type": "text/html"},
    ]
    assert "text/turtle" in response.json()["detail"]


def test_extensions_never_hide_the_members_of_the_rfc():
    request = Request({"type": "http", "method": "GET", "path": "/", "headers": []})
    problem = Problem(400, "ก", "a", extra={"status": 200, "line": 3})
    response = problem_response(request, problem)
    assert b'"status": 400' in response.body
    assert b'"line": 3' in response.body


def test_a_lone_surrogate_in_a_detail_is_survived():
    request = Request({"type": "http", "method": "GET", "path": "/", "headers": []})
    assert problem_response(request, Problem(400, "\ud800", "\ud800")).body


def test_the_place_of_a_syntax_error_is_told():
    place = Place("query", 3, 14)
    problem = problem_of(QuerySyntaxErrorAt("ก", "a", place, ("}",)))
    assert problem.status == 400
    assert problem.extra == {"line": 3, "column": 14, "expected": ["}"]}


def of_the_tree(kind=ReviewgraphError):
    return {kind}.union(*(of_the_tree(each) for each in kind.__subclasses__()))


def test_every_error_of_the_tree_has_a_status():
    declared = {kind for kind in of_the_tree() if kind.__module__ == errors.__name__}
    assert declared == set(STATUSES)
    assert all(STATUSES[kind] in range(400, 600) for kind in declared)
    assert {STATUSES[kind] for kind in of_the_tree(QueryError) & declared} == {
        *(400, 413, 429, 500, 502, 503, 504),
    }


@pytest.mark.parametrize("kind", sorted(STATUSES, key=lambda kind: kind.__name__))
def test_every_error_becomes_a_problem_with_its_status(kind):
    more = {QueueFull: (1,), TooOften: (1,), SourceSyntaxError: (Place("a.ttl", 1),)}.get(kind, ())
    assert problem_of(kind("ก", "a", *more)).status == STATUSES[kind]


def test_a_problem_speaks():
    assert str(Problem(400, "ก", "what is wrong")) == "what is wrong"
