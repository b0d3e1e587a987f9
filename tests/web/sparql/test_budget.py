"""What one client's queries may take together."""

import pytest

from reviewgraph.errors import TooOften
from reviewgraph.store.limits import Limits
from reviewgraph.web.app import create_app
from reviewgraph.web.sparql.budget import Budget, client_of

HARD = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"


@pytest.fixture
def now():
    return [1000.0]


@pytest.fixture
def budget(now):
    return Budget(30.0, lambda: now[0])


def test_who_has_used_what_there_is_comes_back_later(budget, now):
    budget.check("192.0.2.1")
    budget.spend("192.0.2.1", 29.0)
    budget.check("192.0.2.1")
    budget.spend("192.0.2.1", 6.0)
    with pytest.raises(TooOften) as told:
        budget.check("192.0.2.1")
    assert told.value.retry_after == 11
    assert "นาที" in told.value.words.th
    budget.check("192.0.2.2")
    now[0] += 9
    with pytest.raises(TooOften):
        budget.check("192.0.2.1")
    now[0] += 2
    budget.check("192.0.2.1")


def test_nobody_is_remembered_for_longer_than_something_is_owed(budget, now):
    for number in range(200):
        budget.spend(f"192.0.2.{number}", 1.0)
    assert len(budget) == 200
    now[0] += 61
    budget.spend("198.51.100.1", 1.0)
    assert len(budget) == 1


def test_memory_is_bounded_whoever_comes(budget, monkeypatch):
    monkeypatch.setattr("reviewgraph.web.sparql.budget._MOST_CLIENTS", 50)
    for number in range(500):
        budget.spend(f"2001:db8:{number:x}::1", 5.0)
    assert len(budget) <= 50


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("127.0.0.1", ""),
        ("::1", ""),
        ("", ""),
        ("no address", ""),
        ("192.0.2.7, 192.0.2.8", ""),
    ],
)
def test_a_client_is_an_address_or_a_network(address, client):
    assert client_of(address) == client


def test_no_limit_is_no_limit(now):
    free = Budget(0.0, lambda: now[0])
    free.spend("192.0.2.1", 1e9)
    free.check("192.0.2.1")
    assert len(free) == 0


@pytest.fixture(scope="module")
def client(museum, serve):
    budget = Budget(1.0)
    app = create_app(
        museum,
        Limits(seconds=1.5),
        finished=lambda answer: budget.spend(answer.client, answer.seconds),
        budget=budget,
    )
    with serve(app) as client:
        yield client


def asked(client, query, address, **more):
    headers = {"X-Forwarded-For": address} if address else {}
    return client.get("/sparql", params={"query": query}, headers=headers | more)


def test_a_client_that_asks_too_much_is_held_off_and_others_are_not(client):
    assert asked(client, HARD, "192.0.2.10").status_code == 503
    for accept in ("application/sparql-results+json", "text/html"):
        told = asked(client, "ASK { ?s ?p 1 }", "192.0.2.10", Accept=accept)
        assert told.status_code == 429
        assert int(told.headers["retry-after"]) >= 1
    post = client.post(
        "/sparql", data={"query": "ASK {}"}, headers={"X-Forwarded-For": "192.0.2.10"}
    )
    assert post.status_code == 429
    graph = client.get("/graphs?default", headers={"X-Forwarded-For": "192.0.2.10"})
    assert graph.status_code == 429
    page = client.get("/doc/bowl.ttl", headers={"X-Forwarded-For": "192.0.2.10"})
    assert page.status_code == 200
    assert asked(client, "ASK { ?s ?p 2 }", "192.0.2.11").status_code == 200
    assert asked(client, "ASK { ?s ?p 2 }", "").status_code == 200


def test_what_was_answered_before_costs_nothing(client):
    for _ in range(30):
        assert asked(client, "ASK { ?s ?p 3 }", "192.0.2.30").status_code == 200


def test_of_several_addresses_the_last_is_whom_the_proxy_saw(client):
    assert asked(client, HARD, "192.0.2.20, 192.0.2.21").status_code == 503
    assert asked(client, "ASK { ?s ?p 4 }", "192.0.2.21").status_code == 429
    assert asked(client, "ASK { ?s ?p 4 }", "192.0.2.20").status_code == 200
