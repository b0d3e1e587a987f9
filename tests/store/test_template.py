"""Where workers come from: the release in memory or on disk, and what happens when that ends."""

import asyncio
import json
import os
import signal
import time

import pytest

from reviewgraph.errors import QueryFailed
from reviewgraph.rdf.terms import IRI, BlankNode, Literal, Quad
from reviewgraph.release.dumps import write_canonical, write_dumps
from reviewgraph.store.embedded import EmbeddedStore
from reviewgraph.store.limits import Limits
from reviewgraph.store.pool import QueryRequest, WorkerPool
from reviewgraph.store.process import Template
from reviewgraph.store.source import Source, available_memory

E = "http://example.org/"
JSON = "application/sparql-results+json"
NODE = BlankNode("c14n0")
APART = [
    Quad(IRI(f"{E}a"), IRI(f"{E}p"), Literal("1.50", datatype=IRI(f"{E}kind")), IRI(f"{E}g/1")),
    Quad(IRI(f"{E}a"), IRI(f"{E}near"), NODE, IRI(f"{E}g/1")),
    Quad(NODE, IRI(f"{E}p"), Literal("ไทย", language="th"), IRI(f"{E}g/2")),
]
# A statement of both graphs: the engine's union would count it twice.
SHARED = [*APART, Quad(IRI(f"{E}a"), IRI(f"{E}near"), NODE, IRI(f"{E}g/2"))]
QUERIES = [
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }",
    f"SELECT ?o {{ ?s <{E}near> ?node . ?node <{E}p> ?o }}",
    f"SELECT ?o {{ GRAPH ?g {{ ?s <{E}near> ?node }} ?node <{E}p> ?o }} ORDER BY ?g",
    f"SELECT (COUNT(*) AS ?n) FROM <{E}g/1> FROM <{E}g/2> {{ ?s ?p ?o }}",
]


def source_of(folder, quads, **changes):
    EmbeddedStore.create(folder / "store", quads)
    write_canonical(folder, quads)
    write_dumps(folder, {}, "https://x.example/")
    triples = len({quad.triple for quad in quads})
    shared = triples < len(quads)
    given = {
        "quads": folder / "dump.nq",
        "statements": len(quads),
        "triples": folder / "dump.nt" if shared else None,
        "merged": triples if shared else 0,
    }
    return Source(store=folder / "store", **(given | changes))


def run(work, source, mode, limits=None):
    async def main():
        async with (
            Template(source, mode) as template,
            WorkerPool(template, limits or Limits(workers=2)) as pool,
        ):
            return await work(pool, template)

    return asyncio.run(main())


async def rows(pool, query):
    async with pool.answer(QueryRequest(query, JSON, "")) as answer:
        body = b"".join([bytes(chunk) async for chunk in answer.chunks()])
    return json.loads(body)["results"]["bindings"]


async def until(true):
    """There is no event for it."""
    while not true():  # noqa: ASYNC110
        await asyncio.sleep(0.001)


@pytest.mark.parametrize("quads", [APART, SHARED], ids=["apart", "shared"])
def test_memory_and_disk_give_the_same_answers(tmp_path, quads):
    source = source_of(tmp_path, quads)

    async def work(pool, _):
        return [await rows(pool, query) for query in QUERIES]

    in_memory, on_disk = run(work, source, "memory"), run(work, source, "disk")
    assert in_memory == on_disk
    assert [row["n"]["value"] for found in in_memory[:1] for row in found] == ["3"]
    assert all(in_memory)


@pytest.mark.parametrize(
    ("quads", "changes", "told"),
    [
        (APART, {"statements": 4}, "not 4"),
        (SHARED, {"merged": 4}, "and 4"),
        (APART, {"merged": 3}, "and 3"),
    ],
)
def test_a_dump_that_is_not_what_the_release_says_is_told_at_the_start(
    tmp_path, quads, changes, told
):
    source = source_of(tmp_path, quads, **changes)
    with pytest.raises(QueryFailed, match=told):
        run(None, source, "memory")


def test_a_dump_that_cannot_be_read_is_told_at_the_start(tmp_path):
    source = source_of(tmp_path, APART)
    source.quads.write_text("<http://example.org/a> <cut off")
    with pytest.raises(QueryFailed, match="dump cannot be read"):
        run(None, source, "memory")
    source.quads.unlink()
    with pytest.raises(QueryFailed, match="dump cannot be read"):
        run(None, source, "memory")


@pytest.mark.parametrize("mode", ["memory", "disk"])
def test_when_the_template_ends_another_takes_its_place(tmp_path, mode):
    source = source_of(tmp_path, APART)

    async def work(pool, template):
        before, pids = template.pid, pool.pids
        os.kill(before, signal.SIGKILL)
        await until(lambda: pool.pids and not pool.pids & pids)
        assert len(await rows(pool, "SELECT * { ?s ?p ?o }")) == 3
        assert template.pid != before

    run(work, source, mode)


def test_a_query_that_the_template_took_with_it_is_told(tmp_path):
    source = source_of(tmp_path, APART)
    endless = "SELECT (COUNT(*) AS ?n) {" + "".join(
        f"VALUES ?v{n} {{ {' '.join(map(str, range(40)))} }}" for n in range(9)
    )

    async def work(pool, template):
        asking = asyncio.create_task(rows(pool, endless + "}"))
        await asyncio.sleep(0.3)
        os.kill(template.pid, signal.SIGKILL)
        with pytest.raises(QueryFailed):
            await asking
        assert len(await rows(pool, "SELECT * { ?s ?p ?o }")) == 3

    run(work, source, "memory", Limits(seconds=300, workers=1))


@pytest.mark.parametrize("mode", ["memory", "disk"])
def test_a_killed_worker_is_replaced_before_anybody_notices(tmp_path, mode):
    source = source_of(tmp_path, APART)

    async def work(pool, _):
        for n in range(5):
            assert len(await rows(pool, f"SELECT * {{ ?s ?p ?o }} #{n}")) == 3
            (pid,) = pool.pids
            os.kill(pid, signal.SIGKILL)
            began = time.monotonic()
            await until(lambda pid=pid: pid not in pool.pids)
            assert len(await rows(pool, f"SELECT * {{ ?s ?p ?o }} #again {n}")) == 3
            # A safety net, not a measurement: a process that starts anew takes longer.
            assert time.monotonic() - began < 5

    run(work, source, mode, Limits(workers=1))


SOON_GROWN = """
from reviewgraph.store import template, worker
worker.GROWN_BYTES, worker._LONG_MICROSECONDS = 1 << 20, 0
template.main()
"""


def test_a_worker_that_has_grown_goes_after_its_answer(tmp_path, monkeypatch):
    monkeypatch.setattr(Template, "PROGRAM", ("-c", SOON_GROWN))
    source = source_of(tmp_path, APART)

    async def work(pool, _):
        for n in range(5):
            before = pool.pids
            assert len(await rows(pool, f"SELECT * {{ ?s ?p ?o }} #{n}")) == 3
            await until(lambda before=before: pool.pids and not pool.pids & before)

    run(work, source, "memory", Limits(seconds=60, workers=1))


def test_where_it_is_held_is_a_question_of_size(tmp_path):
    source = source_of(tmp_path, SHARED)
    assert source.memory == 4 * 340 + 3 * 210
    assert source.mode("auto", 2 * source.memory) == "memory"
    assert source.mode("auto", 2 * source.memory - 1) == "disk"
    assert source.mode("memory", 0) == "memory"
    assert source.mode("disk", 10**12) == "disk"
    assert Source(tmp_path).mode("memory", 10**12) == "disk"  # it has no dumps
    assert available_memory() > 10_000_000
