"""Strangers' queries in processes that can be killed: what ends one is not felt by the next."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyoxigraph
import pytest

from reviewgraph.errors import (
    QueryError,
    QueryFailed,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
    QueueFull,
)
from reviewgraph.store.limits import Limits
from reviewgraph.store.pool import TABLE, QueryRequest, Unwritable, WorkerPool
from reviewgraph.store.process import Template
from reviewgraph.store.source import Source

JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
BENIGN = "SELECT ?s { ?s ?p 'value 7' }"
# Two minutes' worth of work for any machine, no data needed.
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
# Rows without end, from the first moment on.
ROWS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
TIGHT = Limits(seconds=2.0, memory_bytes=1_000_000_000, result_bytes=10**15, workers=1)


def request(text, media_type=JSON, **given):
    """A request for an answer in this format, whatever its form."""
    return QueryRequest(text, media_type, media_type, **given)


async def body(pool, asked):
    async with pool.answer(asked) as answer:
        return b"".join([chunk async for chunk in answer.chunks()])


async def assert_well(pool):
    result = json.loads(await body(pool, request(BENIGN)))
    assert [row["s"]["value"] for row in result["results"]["bindings"]] == ["http://example.org/s7"]


def run(work, path, limits=None):
    """Do the work with a pool, and see to it that nothing of the pool is left."""

    async def main():
        async with (
            Template(Source(path), "disk") as template,
            WorkerPool(template, limits or Limits(workers=1)) as pool,
        ):
            await work(pool)
        assert not pool.pids

    before = children()
    asyncio.run(main())
    assert children() <= before  # none is running, and none is a zombie


def children():
    """The processes that this one has started and not buried."""
    tasks = Path("/proc/self/task")
    if not tasks.is_dir():
        pytest.skip("no /proc on this machine")
    found = set()
    for task in tasks.iterdir():
        with contextlib.suppress(FileNotFoundError):  # a thread that has ended meanwhile
            found |= set((task / "children").read_text().split())
    return found


def test_queries_are_answered_one_after_the_other(store_path):
    async def work(pool):
        pids = pool.pids
        for _ in range(20):
            await assert_well(pool)
        assert pool.pids == pids

    run(work, store_path)


def test_queries_are_answered_side_by_side(store_path):
    async def work(pool):
        await asyncio.gather(*(assert_well(pool) for _ in range(12)))

    run(work, store_path, Limits(workers=2))


def test_a_large_answer_comes_in_pieces(store_path):
    async def work(pool):
        sizes = []
        asked = request("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 20000")
        async with pool.answer(asked) as answer:
            assert answer.whole is None
            sizes = [len(chunk) async for chunk in answer.chunks()]
        assert sum(sizes) > 1_000_000
        assert max(sizes) < 400_000
        await assert_well(pool)

    run(work, store_path)


def test_a_small_answer_is_whole_at_once_and_its_worker_free(store_path):
    async def work(pool):
        async with pool.answer(request(BENIGN)) as answer:
            assert json.loads(answer.whole)
            await assert_well(pool)

    run(work, store_path)


@pytest.mark.parametrize("query", [ENDLESS, ROWS])
def test_at_the_deadline_the_worker_is_replaced(store_path, query):
    async def work(pool):
        before = pool.pids
        for _ in range(2):
            with pytest.raises(QueryTimeout, match="longer than 2 seconds"):
                await body(pool, request(query))
            await assert_well(pool)
        assert not before & pool.pids

    run(work, store_path, TIGHT)


def test_a_slow_reader_does_not_keep_a_worker(store_path):
    async def work(pool):
        async with pool.answer(request(ROWS)) as answer:
            chunks = answer.chunks()
            await anext(chunks)
            # The reader dawdles. Meanwhile the only worker is taken away from it.
            await assert_well(pool)
            with pytest.raises(QueryTimeout):
                async for _ in chunks:
                    pass
        await assert_well(pool)

    run(work, store_path, TIGHT)


def test_a_reader_that_leaves_ends_its_query(store_path):
    async def work(pool):
        before = pool.pids
        async with pool.answer(request(ROWS)) as answer:
            await anext(answer.chunks())
        await assert_well(pool)
        assert not before & pool.pids

    # The deadline is far away: it is not what ends it.
    run(work, store_path, Limits(seconds=300, workers=1))


def test_a_reader_that_leaves_before_the_answer_ends_its_query(store_path):
    async def work(pool):
        asking = asyncio.create_task(pool.ask(request(ENDLESS)))
        await asyncio.sleep(0.2)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await assert_well(pool)

    run(work, store_path, Limits(seconds=300, workers=1))


def test_too_many_waiting_are_told_when_to_come_back(store_path):
    async def work(pool):
        asking = [asyncio.create_task(body(pool, request(ENDLESS))) for _ in range(3)]
        await asyncio.sleep(0.2)
        with pytest.raises(QueueFull) as raised:
            await pool.ask(request(BENIGN))
        assert raised.value.retry_after >= 1
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
        await assert_well(pool)

    run(work, store_path, Limits(seconds=60, workers=1, waiting=2))


def test_a_result_beyond_the_limit_breaks_off(store_path):
    async def work(pool):
        with pytest.raises(QueryTooLarge, match="LIMIT"):
            await body(pool, request(ROWS))
        with pytest.raises(QueryTooLarge):
            await pool.ask(request("SELECT * { ?s ?p ?o }"))  # before the first byte
        await assert_well(pool)

    run(work, store_path, Limits(result_bytes=10_000, workers=1))


def test_memory_has_an_end(store_path):
    bomb = "BIND('0123456789abcdef' AS ?v0)" + "".join(
        f"BIND(CONCAT(?v{n}, ?v{n}) AS ?v{n + 1})" for n in range(40)
    )

    async def work(pool):
        with pytest.raises(QueryFailed, match="memory"):
            await body(pool, request(f"SELECT * {{ {bomb} }}"))
        await assert_well(pool)

    run(work, store_path, Limits(seconds=120, memory_bytes=1_000_000_000, workers=1))


def test_an_overflow_of_the_stack_is_survived(store_path):
    query = "ASK { FILTER(" + "STR(" * 50_000 + "1" + ")" * 50_000 + ") }"

    async def work(pool):
        with pytest.raises(QueryFailed, match="too complex"):
            await body(pool, request(query))
        await assert_well(pool)

    run(work, store_path, Limits(seconds=120, workers=1, depth=10**6, operators=10**6))


def test_a_worker_that_dies_at_rest_is_replaced(store_path):
    async def work(pool):
        (pid,) = pool.pids
        os.kill(pid, signal.SIGKILL)
        while pid in pool.pids:  # noqa: ASYNC110 - there is no event for it
            await asyncio.sleep(0.01)
        await assert_well(pool)

    run(work, store_path)


HOSTILE = {
    "nested calls": "ASK{FILTER(" + "STR(" * 976 + "1" + ")" * 976 + ")}",
    "nested groups": "ASK" + "{" * 2265 + "}" * 2265,
    "nested EXISTS": "ASK{" + "FILTER EXISTS{" * 860 + "}" * 860 + "}",
    "not not not": "ASK{FILTER(" + "!" * 9400 + "1)}",
    "or chain": "ASK{FILTER(" + "||".join(["?a"] * 9000) + ")}",
    "union chain": "ASK{" + "UNION".join(["{?s ?p ?o}"] * 9000) + "}",
    "sum chain": "ASK{FILTER(" + "+".join(["?a"] * 9000) + ")}",
    "400 patterns": "ASK{" + "?s ?p ?o ." * 400 + "}",
    "just as many patterns as are taken": "ASK{" + "?s ?p ?o ." * 100 + "}",
    "nested triple terms": "ASK{?s ?p " + "<<" * 200 + "?a ?b ?c" + ">> ?b ?c" * 199 + ">>}",
    "concatenation": "SELECT*{BIND('a' AS ?v0)"
    + "".join(f"BIND(CONCAT(?v{n},?v{n}) AS ?v{n + 1})" for n in range(40))
    + "}",
    "replacement": "SELECT ?d { BIND(REPLACE('aaaaaaaaaa','a','aaaaaaaaaa') AS ?x) "
    "BIND(REPLACE(?x,'a',?x) AS ?b) BIND(REPLACE(?b,'a',?b) AS ?c) BIND(REPLACE(?c,'a',?c) AS ?d)}",
    "cartesian": ENDLESS,
    "cartesian sorted": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i ?a",
    "cartesian distinct": "SELECT DISTINCT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "paths of paths": "ASK { ?s ((<http://e/p1>*/<http://e/p2>*)*) ?o . FILTER(?s = 1) }",
    "nested optionals": "SELECT * { ?a ?b ?c OPTIONAL { ?d ?e ?f OPTIONAL { ?g ?h ?i "
    "OPTIONAL { ?j ?k ?l } } } }",
    "100,000 values": "ASK{VALUES ?x{" + " ".join(map(str, range(100_000))) + "}}",
    "evil expression": 'ASK{FILTER(REGEX("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!","^(a+)+$"))}',
    "large repetition": 'ASK{FILTER(REGEX("a","((a{1,100}){1,100}){1,100}"))}',
    "joined text": "SELECT (GROUP_CONCAT(?c) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
}


def test_the_hostile_are_refused_or_ended_and_the_next_is_answered(store_path):
    limits = Limits(seconds=2.0, memory_bytes=1_000_000_000, result_bytes=5_000_000)

    async def work(pool):
        async def one(text):
            with contextlib.suppress(QueryError):
                await body(pool, request(text))
            await assert_well(pool)

        names = list(HOSTILE)
        for pair in zip(names[::2], [*names[1::2], names[0]], strict=True):
            await asyncio.gather(*(one(HOSTILE[name]) for name in pair))

    run(work, store_path, limits)


UNGUARDED = """
from reviewgraph.store import alike, template
from reviewgraph.store.guard import Query
alike.examine = lambda text, limits: Query(text, "ASK", "FROM" in text)
template.main()
"""
CALLS = [
    "ASK {{ SERVICE <{url}> {{}} }}",
    "ASK {{ SERVICE SILENT <{url}> {{}} }}",
    "PREFIX : <{url}> ASK{{SERVICE:x {{}} }}",
    "ASK {{ FILTER NOT EXISTS {{ SERVICE <{url}> {{}} }} }}",
    "SELECT * {{ VALUES ?x {{ <{url}> }} ?s ?p ?o SERVICE ?x {{}} }}",
    "ASK{{FILTER(1<2)SERVICE#>\n<{url}>{{}} }}",
    "SELECT * FROM <{url}> {{ ?s ?p ?o }}",
    "SELECT * FROM NAMED <{url}> {{ GRAPH <{url}> {{ ?s ?p ?o }} }}",
]


@pytest.mark.parametrize("call", CALLS)
def test_a_worker_cannot_call_anyone_even_if_no_guard_stands_before_it(
    store_path, honeypot, call, monkeypatch
):
    monkeypatch.setattr(Template, "PROGRAM", ("-c", UNGUARDED))

    async def work(pool):
        with contextlib.suppress(QueryFailed):
            await body(pool, request(call.format(url=honeypot.url)))
        await assert_well(pool)

    run(work, store_path)
    assert honeypot.visits == 0


def test_the_engine_by_itself_would_have_called(honeypot):
    """Without this, the test above would prove nothing."""
    with pytest.raises(OSError):
        pyoxigraph.Store().query(CALLS[0].format(url=honeypot.url))
    assert honeypot.visits >= 1


def test_a_worker_knows_nothing_of_our_environment(store_path, monkeypatch):
    monkeypatch.setenv("A_SECRET", "never told")
    known = []

    def environ(pid):
        return Path(f"/proc/{pid}/environ").read_bytes()

    async def work(pool):
        (pid,) = pool.pids
        known.append(environ(pid))

    run(work, store_path)
    assert known
    assert not any(b"never told" in each for each in known)


def test_workers_die_with_their_parent(store_path):
    code = f"""
import asyncio, pathlib
from reviewgraph.store.pool import WorkerPool
from reviewgraph.store.process import Template
from reviewgraph.store.source import Source
async def main():
    template = Template(Source(pathlib.Path({str(store_path)!r})), "disk")
    await template.start()
    pool = WorkerPool(template)
    await pool.start()
    print(*pool.pids, flush=True)
    await asyncio.sleep(600)
asyncio.run(main())
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True
    ) as parent:
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(pids) == 2
        parent.kill()
    waited = time.monotonic() + 30
    while any(map(_runs, pids)) and time.monotonic() < waited:
        time.sleep(0.02)
    assert not any(map(_runs, pids))


def _runs(pid):
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    # Whoever inherits an orphan may take its time to bury it.
    return status.rpartition(")")[2].split()[0] != "Z"


def test_a_store_that_is_not_there_is_told_at_the_start(tmp_path):
    async def main():
        async with Template(Source(tmp_path / "none"), "disk") as template:
            with pytest.raises(QueryFailed, match="cannot be opened"):
                await WorkerPool(template).start()

    asyncio.run(main())


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [("SELECT * {", 1, 11), ("SELECT *\n{ ?s ?p }", 2, None), ("ASK { ?s nope:p ?o }", 1, None)],
)
def test_a_syntax_error_has_its_place(store_path, query, line, column):
    async def work(pool):
        with pytest.raises(QuerySyntaxError) as raised:
            await body(pool, request(query))
        assert raised.value.place_in_query.line == line
        assert column in (None, raised.value.place_in_query.column)
        await assert_well(pool)

    run(work, store_path)


GRAPHS = ("http://example.org/graph/0", "http://example.org/graph/1")
DEFAULT = "SELECT (COUNT(*) AS ?n) {} {{ ?s ?p ?o }}"
NAMED = "SELECT (COUNT(*) AS ?n) {} {{ GRAPH ?g {{ ?s ?p ?o }} }}"


@pytest.mark.parametrize(
    ("query", "clause", "default", "named", "expected"),
    [
        # Neither: the default graph is the union of all.
        (DEFAULT, "", (), (), 200),
        (NAMED, "", (), (), 200),
        # The query's own dataset.
        (DEFAULT, f"FROM <{GRAPHS[0]}>", (), (), 100),
        (NAMED, f"FROM <{GRAPHS[0]}>", (), (), 0),
        (DEFAULT, f"FROM NAMED <{GRAPHS[0]}>", (), (), 0),
        (NAMED, f"FROM NAMED <{GRAPHS[0]}>", (), (), 100),
        (DEFAULT, "FROM <http://example.org/none>", (), (), 0),
        # The request's dataset, which goes first.
        (DEFAULT, "", GRAPHS[:1], (), 100),
        (NAMED, "", GRAPHS[:1], (), 0),
        (DEFAULT, "", (), GRAPHS[:1], 0),
        (NAMED, "", (), GRAPHS[:1], 100),
        (DEFAULT, "", GRAPHS, GRAPHS[:1], 200),
        (NAMED, "", GRAPHS[:1], GRAPHS, 200),
        (DEFAULT, f"FROM <{GRAPHS[0]}>", GRAPHS, (), 200),
        (DEFAULT, f"FROM <{GRAPHS[0]}>", (), GRAPHS, 0),
        (DEFAULT, "", ("http://example.org/none",), (), 0),
    ],
)
def test_the_dataset_is_as_the_protocol_says(store_path, query, clause, default, named, expected):
    async def work(pool):
        asked = request(query.format(clause), default_graphs=default, named_graphs=named)
        (row,) = json.loads(await body(pool, asked))["results"]["bindings"]
        assert int(row["n"]["value"]) == expected

    run(work, store_path)


def test_csv_quotes_what_must_be_quoted(store_path):
    query = """SELECT ?x ?y { VALUES (?x ?y) {
        (<http://example.org/a,b> "x,y") ("a\\"b" UNDEF) ("l\\nm" "ไทย"@th) (1 true) } }"""

    async def work(pool):
        text = (await body(pool, request(query, "text/csv"))).decode()
        assert text == (
            'x,y\r\n"http://example.org/a,b","x,y"\r\n"a""b",\r\n"l\nm",ไทย\r\n1,true\r\n'
        )

    run(work, store_path)


@pytest.mark.parametrize("value", ["\\u0001", "\\uFFFE", "\\u000B"])
def test_what_xml_cannot_hold_is_told_and_not_sent(store_path, value):
    async def work(pool):
        with pytest.raises(Unwritable):
            await body(pool, request(f'SELECT ("{value}" AS ?x) {{}}', XML))
        assert await body(pool, request(f'SELECT ("{value}" AS ?x) {{}}', JSON))
        construct = f'CONSTRUCT {{ <http://e/s> <http://e/p> "{value}" }} {{}}'
        with pytest.raises(QueryRefused):
            await body(pool, request(construct, "application/rdf+xml"))

    run(work, store_path)


@pytest.mark.parametrize("predicate", ["http://e/1", "http://e/", "http://e/a(b)"])
def test_a_predicate_that_xml_cannot_name_is_told_and_not_sent(store_path, predicate):
    async def work(pool):
        construct = f"CONSTRUCT {{ <http://e/s> <{predicate}> '<oxprefix: ' }} {{}}"
        with pytest.raises(Unwritable):
            await body(pool, request(construct, "application/rdf+xml"))
        assert await body(pool, request(construct, "text/turtle"))

    run(work, store_path)


def test_carriage_returns_survive_xml(store_path):
    async def work(pool):
        text = await body(pool, request('SELECT ("a\\r\\nb" AS ?x) {}', XML))
        (solution,) = pyoxigraph.parse_query_results(text, pyoxigraph.QueryResultsFormat.XML)
        assert solution["x"].value == "a\r\nb"

    run(work, store_path)


def test_a_table_has_its_first_rows_only(store_path):
    async def work(pool):
        table = json.loads(await body(pool, request("SELECT * { ?s ?p ?o }", TABLE, rows=3)))
        assert len(table["rows"]) == 3
        assert table["more"]
        table = json.loads(await body(pool, request("ASK {}", TABLE)))
        assert table == {"boolean": True}
        text = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 1"
        table = json.loads(await body(pool, request(text, TABLE)))
        assert table["variables"] == ["subject", "predicate", "object"]
        assert [cell["type"] for cell in table["rows"][0]] == ["iri", "iri", "literal"]

    run(work, store_path)
