"""The embedded store: one default graph that is the merge, and literals as they are kept."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewgraph.errors import QuerySyntaxError, ReleaseError
from reviewgraph.rdf.terms import IRI, Literal, Quad
from reviewgraph.store.embedded import EmbeddedStore
from reviewgraph.store.guard import Limits
from reviewgraph.store.literals import kept, kept_quads
from reviewgraph.store.pool import QueryRequest, WorkerPool
from reviewgraph.store.process import Template
from reviewgraph.store.source import Source

A, B, P, G, H = (IRI(f"x:{name}") for name in "abpgh")
APART = [Quad(A, P, B, G), Quad(B, P, A, H)]
REPEATED = [*APART, Quad(A, P, B, H)]
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def on_disk(path, quads):
    EmbeddedStore.create(path / "store", quads)
    return EmbeddedStore.open(path / "store")


@pytest.mark.parametrize("quads", [APART, REPEATED], ids=["apart", "repeated"])
def test_the_default_graph_is_the_merge_of_all_graphs(tmp_path, quads):
    for store in (EmbeddedStore.in_memory(quads), on_disk(tmp_path, quads)):
        assert store.select(COUNT).rows[0][0].value == "2"
        assert len(store) == len(quads)
        assert sorted(map(str, store.quads())) == sorted(map(str, quads))
        assert store.graph_sizes() == {
            str(g.value): sum(q.graph_name == g for q in quads) for g in (G, H)
        }


@pytest.mark.parametrize("quads", [APART, REPEATED], ids=["apart", "repeated"])
def test_strangers_are_told_the_same(tmp_path, quads):
    async def ask():
        async with (
            Template(Source(tmp_path / "store"), "disk") as template,
            WorkerPool(template, Limits(workers=1)) as pool,
            pool.answer(QueryRequest(COUNT, "text/csv", "")) as answer,
        ):
            return b"".join([chunk async for chunk in answer.chunks()])

    on_disk(tmp_path, quads)
    assert asyncio.run(ask()).split() == [b"n", b"2"]


def test_what_is_no_select_query_is_refused():
    store = EmbeddedStore.in_memory(APART)
    for query in ("nonsense", "ASK {}", "CONSTRUCT WHERE { ?s ?p ?o }"):
        with pytest.raises(QuerySyntaxError):
            store.select(query)
    with pytest.raises(QuerySyntaxError, match="SELECT the variables"):
        store.select("SELECT ?s { ?s ?p ?o }", {"o": A})
    assert store.select("SELECT ?s ?o { ?s ?p ?o }", {"o": A}).rows == ((B, A),)


def test_what_is_no_store_is_said(tmp_path):
    with pytest.raises(ReleaseError, match="cannot be opened"):
        EmbeddedStore.open(tmp_path / "nothing")


TYPES = ["integer", "decimal", "double", "boolean", "dateTime", "duration", "int", "date", "gYear"]


@given(
    st.sampled_from(["01", "1.50", "5", "true", "1e0", "2019-04-01T00:00:00.0Z", "P1Y0M", "ก"]),
    st.sampled_from(TYPES),
)
def test_a_kept_literal_is_what_the_store_gives_back(text, kind):
    literal = Literal(text, datatype=IRI(f"http://www.w3.org/2001/XMLSchema#{kind}"))
    (quad,) = EmbeddedStore.in_memory([Quad(A, P, literal, G)]).quads()
    assert quad.object == kept(literal) == kept(kept(literal))
    assert list(kept_quads([Quad(A, P, literal, G)])) == [quad]


def test_strings_and_dates_stay_as_they_are():
    for literal in (
        Literal("01"),
        Literal("01", language="th"),
        Literal("2019-04-01", datatype=IRI("http://www.w3.org/2001/XMLSchema#date")),
    ):
        assert kept(literal) == literal
