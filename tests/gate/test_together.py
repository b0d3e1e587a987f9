"""One query for many focus nodes gives each the solutions that a query of its own gives.

https://www.w3.org/TR/shacl/#pre-binding
"""

import os
from collections import Counter
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewgraph.gate.shacl import together as module
from reviewgraph.gate.shacl.facts import Facts
from reviewgraph.gate.shacl.prebinding import is_prebindable
from reviewgraph.gate.shacl.together import ask_together, finds_this, is_separable
from reviewgraph.rdf.terms import IRI, Literal
from reviewgraph.store.interface import Table
from reviewgraph.store.live import LiveStore

EXAMPLES = int(os.environ.get("SHACL_EXAMPLES", "0"))
PARTS = (1_000, 3)
"""Focus nodes for one query: more than there are, and fewer."""
EX = "https://example.org/"
NOWHERE = IRI(EX + "nowhere")
NODES = [IRI(EX + name) for name in "abcde"]
LINKS = [IRI(EX + name) for name in "pqr"]
VALUES = [
    *(Literal(str(number)) for number in (1, 2)),
    *(Literal(number) for number in (1, 2, 3)),
    Literal("one", language="en"),
    Literal("หนึ่ง", language="th"),
    Literal("one"),
]
FOCUS_NODES = {*NODES, *VALUES, NOWHERE}

SEPARABLE = [
    "$this :p ?value",
    "?value :p $this",
    "$this :p ?x . ?x :q ?value",
    "$this :p [ :q ?value ]",
    "$this ?way ?value",
    "$this :p ?value ; :q ?x , ?y FILTER (?x != ?y)",
    "$this :p+/^:q ?value",
    "$this !(:p|^:q) ?value",
    "$this :p ?value FILTER (?value != $this)",
    "FILTER (isLiteral($this))",
    "FILTER (isIRI($this)) ?value :p ?x",
    "FILTER (DATATYPE($this) = <http://www.w3.org/2001/XMLSchema#integer>)",
    "FILTER (LANG($this) = 'en')",
    "FILTER NOT EXISTS { $this :p ?x }",
    "FILTER EXISTS { ?x :p $this . ?x :q ?y }",
    "$this :p ?value FILTER NOT EXISTS { ?value :q ?x FILTER (?x = $this) }",
    "$this :p ?x FILTER EXISTS { ?x :q ?y FILTER NOT EXISTS { ?y :r $this } }",
    "FILTER NOT EXISTS { { $this :p ?x } UNION { ?x :q $this } }",
    "FILTER NOT EXISTS { FILTER (isIRI($this)) }",
    "FILTER NOT EXISTS { $this :p ?x OPTIONAL { ?x :q ?y } FILTER (!BOUND(?y)) }",
    "$this :p ?x OPTIONAL { ?x :q ?value }",
    "$this :p ?x OPTIONAL { $this :q ?value FILTER (?value != ?x) }",
    "OPTIONAL { $this :p ?value }",
    "OPTIONAL { $this :p ?x } $this :q ?value",
    "OPTIONAL { $this :p ?value FILTER ($this != ?value) }",
    "OPTIONAL { ?value :p ?x FILTER (?x = :a) }",
    "OPTIONAL { ?value :p $this } OPTIONAL { ?x :q ?value }",
    "OPTIONAL { $this :p ?x OPTIONAL { ?x :q ?value } }",
    "{ $this :p ?value } UNION { ?value :q $this }",
    "{ $this :p ?value } UNION { ?x :q ?value }",
    "{ $this :p ?value } UNION { { $this :q ?value } UNION { $this :r ?value } }",
    "{ $this :p ?value FILTER ($this != ?value) } UNION { $this :q ?value }",
    "{ $this :p ?value }",
    "{ $this :p ?value . BIND (STR($this) AS ?x) }",
    "{ FILTER (isIRI($this)) ?value :p $this . BIND (STR($this) AS ?x) }",
    "$this :p ?x { ?x :q ?y . $this :p ?value FILTER (?value IN ($this, ?y)) }",
    "OPTIONAL { $this :p ?x FILTER NOT EXISTS { ?x :q $this } }",
    "BIND (STR($this) AS ?value)",
    "BIND ($this AS ?value)",
    "BIND ($this AS ?value) ?value :p ?x",
    "$this :p ?x BIND (CONCAT(STR($this), STR(?x)) AS ?value) FILTER (STRLEN(?value) > 3)",
    "$this :p ?value VALUES ?value { :a :b 1 }",
    "VALUES (?value ?x) { (:a :p) (UNDEF :q) } $this ?x ?value",
    "$this :p ?x FILTER (?x IN (:a, $this))",
    "FILTER ($this IN (:a, :b, 1, 'one'@en))",
    "FILTER (IF(isIRI($this), EXISTS { $this :p ?y }, true))",
    "$this :p ?value FILTER (COALESCE(?nothing, $this) = :a)",
    "$this :p* ?value",
    "?value :p? $this",
    "$this :p* :a",
    "$this :p ?x . ?x (:p|:q)* ?value",
    "?x :p* ?value . $this :q ?value",
    "?x :p ?value",
    "",
]
"""Patterns of which ``is_separable`` says yes."""

WHOLE = [
    "SELECT $this (COUNT(?x) AS ?value) { $this :p ?x } GROUP BY $this",
    "SELECT $this (COUNT(?x) AS ?value) { $this :p ?x } GROUP BY $this HAVING (COUNT(?x) > 1)",
    "SELECT $this (SUM(?x) AS ?value) { $this :p ?y . ?y :q ?x } GROUP BY $this ?y",
    "SELECT $this (MAX(?x) AS ?value) { $this :p ?x } GROUP BY $this ORDER BY ?value",
    "SELECT DISTINCT $this ?value { $this :p/:q ?value }",
    "SELECT REDUCED $this ?value { $this :p ?value }",
    "SELECT $this ?value { $this :p ?value } ORDER BY DESC(?value) $this",
    "SELECT $this (STR(?x) AS ?value) { $this :p ?x }",
    "SELECT $this (STR($this) AS ?value) { $this :p ?x }",
    "SELECT ?value $this WHERE { $this :p ?value }",
    "SELECT $this { ?this :p ?value }",
]

SINGLY = {
    "SELECT $this { $this :p ?value } LIMIT 1": "the limit would be one for all",
    "SELECT $this { $this :p ?value } OFFSET 1": "likewise",
    "SELECT $this { $this :p ?value } VALUES ?value { :a }": "a block behind the query",
    "SELECT $this (COUNT(*) AS ?value) { $this :p ?x }": "counted for all",
    "SELECT $this (COUNT(*) AS ?value) { $this :p ?x } GROUP BY ?x": "grouped by something else",
    "SELECT ?value { $this :p ?value }": "nobody knows whose",
    "SELECT * { $this :p ?value }": "likewise",
    "SELECT $this { $this :p ?x MINUS { ?y :q $this } }": "MINUS stands alone",
    "SELECT $this { $this :p ?x MINUS { ?x :q ?y } }": "likewise",
    "SELECT $this { $this :p ?x FILTER (true IN (EXISTS { ?x :q ?y MINUS { ?y :r $this } })) }": (
        "likewise"
    ),
    "SELECT $this { $this :p ?x FILTER EXISTS { $this :q ?y MINUS { ?y :r $this } } }": "likewise",
    "SELECT $this { { SELECT $this (COUNT(?x) AS ?n) { $this :p ?x } } }": "a query in the query",
    "SELECT $this { $this :p ?v { SELECT ?v { ?v :q $this } LIMIT 1 } }": "likewise",
    "SELECT $this { { FILTER (isIRI($this)) } }": "a group that does not bind it",
    "SELECT $this { $this :p ?x { ?x :q ?y FILTER (?y != $this) } }": "likewise",
    "SELECT $this { $this :p ?x OPTIONAL { ?x :q ?y FILTER (?y != $this) } }": "likewise",
    "SELECT $this { { ?x :p ?y FILTER (?y = $this) } UNION { $this :q ?x } }": "likewise",
    "SELECT $this { $this :p ?x { BIND ($this AS ?value) } }": "likewise",
    "SELECT $this { $this :p ?x { ?x :q ?y FILTER (?y IN ($this, :a)) } }": "likewise",
    "SELECT $this { $this :p ?x { ?x :q ?y FILTER (COALESCE(?n, $this) = ?y) } }": "likewise",
    "SELECT $this { ?x :p ?y OPTIONAL { ?x :q ?z FILTER EXISTS { $this :r ?z } } }": "likewise",
    "SELECT $this { $this :p ?x { BIND (STR($this) AS ?value) $this :q ?y } }": "bound too late",
    "SELECT $this { { OPTIONAL { $this :p ?x } FILTER (BOUND($this)) } }": "bound perhaps",
    "SELECT $this { VALUES $this { :a :b } $this :p ?x }": "binds it itself",
    "SELECT $this { BIND (:a AS $this) $this :p ?x }": "likewise",
    "SELECT (:a AS $this) { ?x :p ?y }": "likewise",
    "SELECT $this (EXISTS { $this :p ?x } AS ?value) { ?y :q $this }": "a group in a column",
    "SELECT $this { GRAPH ?g { $this :p ?x } }": "the graph is not looked at",
    "SELECT $this { SERVICE <https://example.org/> { $this :p ?x } }": "asked elsewhere",
    "ASK { $this :p ?x }": "no solutions",
    "CONSTRUCT { $this :p ?x } WHERE { $this :p ?x }": "likewise",
    "SELECT $this { $this :p ?x": "no query",
    r"SELECT $this { $\u0074his :p ?x }": "an escape may spell anything",
}

PREFIX = f"PREFIX : <{EX}>\n"
QUERIES = [f"SELECT $this ?value {{ {pattern} }}" for pattern in SEPARABLE] + WHOLE


def facts():
    value = st.sampled_from([*NODES, *NODES, *VALUES])
    fact = st.tuples(st.sampled_from(NODES), st.sampled_from(LINKS), value)
    return st.lists(fact, min_size=6, max_size=24)


def answers(table):
    """The solutions in any order, without the focus node that they belong to."""
    return Counter(
        tuple(sorted((name, str(term)) for name, term in row.items() if name != "this"))
        for row in table.dicts()
    )


def own(table, focus):
    """The solutions that belong to one focus node."""
    at = table.variables.index("this")
    return Table(table.variables, tuple(row for row in table.rows if row[at] == focus))


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_that_may_be_asked_for_all_at_once_is_recognized(query):
    assert is_separable(PREFIX + query)


@pytest.mark.parametrize(("query", "_why"), SINGLY.items())
def test_a_query_that_must_be_asked_for_each_is_recognized(query, _why):
    assert not is_separable(PREFIX + query)


def asked_in_parts(query, store, at_once):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "AT_ONCE", at_once)
        return ask_together(query, FOCUS_NODES, store)


def test_a_query_that_finds_its_focus_nodes_is_recognized():
    found = [query for query in QUERIES if finds_this(PREFIX + query)]
    assert "SELECT $this { ?this :p ?value }" in found
    for pattern in (
        "?x :p ?value",
        "FILTER (isIRI($this))",
        "OPTIONAL { $this :p ?x } $this :q ?value",
        "$this :p* ?value",
        "?value :p? $this",
        "{ $this :p ?value }",
        "BIND ($this AS ?value) $this :p ?x",
    ):
        assert not finds_this(f"{PREFIX}SELECT $this ?value {{ {pattern} }}"), pattern


def soaking(few):
    return settings(
        max_examples=EXAMPLES or few,
        derandomize=not EXAMPLES,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


@soaking(10)
@given(drawn=facts())
def test_asking_for_all_gives_each_what_pre_binding_gives(drawn):
    """The focus node in the place of ``$this``: no literals, since they are no subjects."""
    store = LiveStore(Facts(drawn))
    for pattern, at_once in product(SEPARABLE, PARTS):
        query = f"{PREFIX}SELECT $this ?value {{ {pattern} }}"
        together = asked_in_parts(query, store, at_once)
        assert {row["this"] for row in together.dicts()} <= FOCUS_NODES
        for focus in (*NODES, NOWHERE):
            written = pattern.replace("$this", str(focus))
            singly = store.select(f"{PREFIX}SELECT ?value {{ {written} }}")
            assert answers(own(together, focus)) == answers(singly), f"{pattern}\n{focus}"


@soaking(10)
@given(drawn=facts())
def test_asking_for_all_gives_each_what_asking_for_it_gives(drawn):
    """Literals too, with the queries of which the engine's own substitution is pre-binding."""
    store = LiveStore(Facts(drawn))
    asked = [PREFIX + query for query in QUERIES if is_prebindable(PREFIX + query)]
    assert len(asked) > len(QUERIES) / 2
    for query, at_once in product(asked, PARTS):
        together = asked_in_parts(query, store, at_once)
        for focus in FOCUS_NODES:
            singly = store.select(query, {"this": focus})
            assert answers(own(together, focus)) == answers(singly), f"{query}\n{focus}"
