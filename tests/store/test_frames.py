"""What goes between the pool and its workers, and what is kept of it."""

import asyncio
import tempfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewgraph.errors import QueryError, QueryFailed
from reviewgraph.store.alike import Alike, skeleton_of
from reviewgraph.store.frames import (
    Head,
    QueryRequest,
    datagram,
    pack_head,
    pack_request,
    unpack_head,
    unpack_request,
)
from reviewgraph.store.guard import examine
from reviewgraph.store.kept import Kept
from reviewgraph.store.limits import Limits
from reviewgraph.store.slots import Slots
from reviewgraph.store.spool import MEMORY_BYTES, Spool, Stock

TEXT = st.text(max_size=50)
REQUESTS = st.builds(
    QueryRequest,
    TEXT,
    TEXT,
    TEXT,
    st.lists(TEXT, max_size=3).map(tuple),
    st.lists(TEXT, max_size=3).map(tuple),
    st.sampled_from(["", "gzip", "zstd"]),
)


@given(st.integers(1, 2**64 - 1), REQUESTS)
def test_a_request_arrives_as_it_was(number, request):
    assert unpack_request(datagram(number, pack_request(request))) == (number, request)


@given(REQUESTS)
def test_equal_requests_are_equal_bytes(request):
    # Made of other objects, some of them shared, as two requests of two clients are.
    text = "".join([*request.text])
    again = QueryRequest(text, *(request[1:]))
    assert pack_request(again) == pack_request(request)
    twice = QueryRequest(text, text, text)
    assert pack_request(twice) == pack_request(QueryRequest(text, "".join([*text]), text))


def test_requests_that_differ_are_different_bytes():
    requests = [
        QueryRequest("a", "b", ""),
        QueryRequest("a", "", "b"),
        QueryRequest("ab", "", ""),
        QueryRequest("a", "b", "", ("c",)),
        QueryRequest("a", "b", "", (), ("c",)),
        QueryRequest("a", "b", "", (), (), "gzip"),
        QueryRequest("a", "b", "", (), (), "", 1),
        QueryRequest("a", "b", "", whole=True),
    ]
    assert len({pack_request(request) for request in requests}) == len(requests)


def test_a_head_arrives_as_it_was():
    head = Head("graph", volatile=True, encoding="zstd", examined=1, first=2, total=3, processor=4)
    assert unpack_head(pack_head(head) + b"body") == head


def test_slots_tell_what_a_worker_is_at():
    slots = Slots(Slots.create())
    assert slots.look(3)[0] == 0
    slots.take(3, 77)
    number, since = slots.look(3)
    assert number == 77
    assert since > 0
    assert slots.look(2)[0] == slots.look(4)[0] == 0
    slots.leave(3)
    assert slots.look(3)[0] == 0
    slots.close()


def test_the_answers_used_last_are_kept():
    kept = Kept(3 * 1000)
    for key in (b"a", b"b"):
        kept.put(key, bytes(1000))
    assert kept.get(b"a")
    kept.put(b"c", bytes(1000))
    assert kept.get(b"b") is None
    assert kept.get(b"a")
    assert kept.get(b"c")
    kept.put(b"a", b"other")
    assert kept.get(b"a") == b"other"
    kept.put(b"d", bytes(3000))  # more than there is room for
    assert kept.get(b"d") is None
    assert len(kept) == 2


@given(st.lists(st.tuples(st.binary(max_size=2), st.integers(0, 500))))
def test_what_is_kept_never_takes_more_than_it_may(entries):
    kept = Kept(1000)
    for key, size in entries:
        kept.put(key, bytes(size))
        assert sum(len(k) + len(v) + 200 for k, v in kept._entries.items()) == kept._size <= 1000


def test_a_spool_gives_back_what_it_was_given_in_memory_and_on_disk():
    async def work():
        stock = Stock(10**9)
        spool = Spool(stock)
        pieces = [bytes([n % 251]) * (n * 1000) for n in range(1, 90)]
        for piece in pieces:
            spool.put(piece)
        assert stock.used > 0
        found = b""
        for _ in range(3):  # read on while more comes
            found += bytes(await spool.get())
        spool.put(b"last")
        spool.end()
        while (piece := await spool.get()) is not None:
            found += bytes(piece)
        assert found == b"".join(pieces) + b"last"
        assert stock.used == 0

    asyncio.run(work())


def test_a_reader_waits_for_what_is_not_there_yet():
    async def work():
        spool = Spool(Stock(10**9))
        reading = asyncio.create_task(spool.get())
        await asyncio.sleep(0)
        assert not reading.done()
        spool.put(b"x")
        assert await reading == b"x"
        reading = asyncio.create_task(spool.get())
        await asyncio.sleep(0)
        spool.close()
        assert await reading is None

    asyncio.run(work())


def test_a_spool_that_is_closed_leaves_nothing_behind():
    stock = Stock(MEMORY_BYTES)
    spool = Spool(stock)
    spool.put(bytes(MEMORY_BYTES))
    assert not stock.full
    spool.put(bytes(MEMORY_BYTES))
    assert stock.full
    spool.close()
    assert stock.used == 0


def test_a_disk_that_is_full_is_told(monkeypatch):
    def full(**_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    spool = Spool(Stock(10**9))
    spool.put(bytes(MEMORY_BYTES))
    with pytest.raises(OSError, match="No space"):
        spool.put(b"x")


PARTS = st.sampled_from(
    [
        "SELECT",
        "*",
        "{",
        "}",
        "?s",
        "?p",
        "<http://e/x>",
        "<http://e/a#b>",
        "'it'",
        '"say"',
        '""',
        "''",
        '"',
        "'",
        "#",
        "# it's",
        "\n",
        " ",
        ".",
        "FILTER(",
        "<",
        ">",
        "(",
        ")",
        "1",
        "p:x",
        "p:it's",
        "FROM",
        "NOW()",
        "VALUES ?x",
        "@th",
        "UNION",
        "SERVICE",
        "\\",
        "ASK",
        "^^<http://e/t>",
        "&&",
        "\r",
    ]
)


@given(st.lists(st.lists(PARTS, max_size=25).map(" ".join), min_size=1, max_size=4))
def test_queries_that_are_alike_are_examined_alike(texts):
    limits = Limits(depth=3, patterns=3, operators=5)
    alike = Alike(limits)
    for text in [*texts, *texts]:
        for spelt in (text, text.replace("http://e/x", "http://e/other#1"), text.replace(" ", "")):
            assert judged(alike.examine, spelt) == judged(lambda t: examine(t, limits), spelt)


def judged(judge, text):
    try:
        return judge(text)
    except QueryError as error:
        return type(error), str(error)


def test_one_query_of_many_things_is_one():
    query = "SELECT ?o {{ <http://e/{}> <http://e/p> ?o FILTER(?o != '{}') }} # {}"
    assert len({skeleton_of(query.format(n, n, n)) for n in range(5)}) == 1
    for odd in ("\\u0041SK {}", "ASK { SERVICE <http://e> {} }", 'ASK { ?s ?p """x""" }'):
        assert skeleton_of(odd) is None


def test_a_spool_that_is_broken_off_tells_its_reader():
    async def main():
        stock = Stock(10**9)
        spool, other = Spool(stock), Spool(stock)
        for each, size in ((spool, 3), (other, 2)):
            for _ in range(size):
                each.put(bytes(MEMORY_BYTES))
        assert stock.largest is spool
        spool.break_off(QueryFailed("ช้า", "slow"))
        assert stock.largest is other
        with pytest.raises(QueryFailed):
            await spool.get()
        other.close()
        assert stock.used == 0
        assert stock.largest is None

    asyncio.run(main())
