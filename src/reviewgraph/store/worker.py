"""What a worker does: it takes one query after the other and answers it.

It is born by ``store.template`` with all that it needs, and without the network.
"""

from __future__ import annotations

import json
import select
import socket
import threading
import time
from dataclasses import dataclass

import pyoxigraph

from reviewgraph.store import dataset, isolation, union
from reviewgraph.store.alike import Alike
from reviewgraph.store.body import Body, Holder, Outlet, XmlBody
from reviewgraph.store.engine_errors import NothingAcceptable, told
from reviewgraph.store.first_rows import Results
from reviewgraph.store.frames import LONGEST_REQUEST, Head, QueryRequest, unpack_request
from reviewgraph.store.guard import Kind, Query
from reviewgraph.store.limits import Limits
from reviewgraph.store.slots import Slots
from reviewgraph.store.writing import XML, write

STACK_BYTES = 256 << 20
# A worker that has so much to itself is replaced after its answer. What an engine has freed does
# not go back to the system by itself; and pages shared with the template are copied when the
# engine counts references in them: a scan of a million statements takes 300 MB.
GROWN_BYTES = 256 << 20
_LONG_MICROSECONDS = 100_000

WHOLE_GRAPH = Query("", "CONSTRUCT")


@dataclass(frozen=True, slots=True)
class Birth:
    """What a worker is born with."""

    engine: pyoxigraph.Store
    queue: socket.socket
    sink: socket.socket
    slots: Slots
    slot: int
    limits: Limits
    base: str | None
    prefixes: dict[str, str]


def run(birth: Birth) -> None:
    """Answer until the queue is closed."""
    holder = Holder()
    threading.stack_size(STACK_BYTES)
    # Results must be read in the thread that made them, and main threads have small stacks.
    thread = threading.Thread(target=_Worker(birth, holder).run)
    thread.start()
    thread.join()


class Queue:
    """The requests of all workers.

    Whoever waits in ``recv`` is woken in turn; whoever waits in an epoll that is exclusive, in the
    order in which they came to it. So a single client's requests go to one worker, whose memory
    is warm, as long as that is idle when they come.
    """

    def __init__(self, queue: socket.socket) -> None:
        queue.setblocking(False)  # noqa: FBT003 - its signature
        self._receive = queue.recv
        self._waiting = select.epoll()
        self._waiting.register(queue, select.EPOLLIN | select.EPOLLEXCLUSIVE)

    def get(self) -> bytes:
        """The next request; empty if there will be none."""
        while True:
            try:
                return self._receive(LONGEST_REQUEST)
            except BlockingIOError:
                self._waiting.poll()


class _Worker:
    """One worker's loop."""

    def __init__(self, birth: Birth, holder: Holder) -> None:
        self._birth = birth
        self._engine = birth.engine
        self._limits = birth.limits
        self._merged = union.is_merged(birth.engine)
        self._outlet = Outlet(birth.sink)
        self._body = Body(self._outlet, holder)
        self._xml_body = XmlBody(self._outlet, holder)
        self._examined = Alike(birth.limits).examine
        self._processor = isolation.ProcessorLimit(2 * birth.limits.seconds + 5)

    def run(self) -> None:
        # Only now: while threads start, address space is reserved that is given back at once.
        isolation.limit_memory(self._limits.memory_bytes)
        slots, slot = self._birth.slots, self._birth.slot
        queue = Queue(self._birth.queue)
        self._outlet.write(0, b"R")
        while datagram := queue.get():
            number, request = unpack_request(datagram)
            slots.take(slot, number)
            self._processor.renew()
            took = self._answer(number, request)
            slots.leave(slot)
            if took > _LONG_MICROSECONDS and isolation.own_memory() > GROWN_BYTES:
                self._outlet.write(0, b"B")
                return

    def _answer(self, number: int, request: QueryRequest) -> int:
        """Answer the request; the microseconds that it took."""
        began, used = time.monotonic(), time.thread_time()
        body: Body | None = None
        kind: Kind | None = None
        try:
            query = WHOLE_GRAPH if request.whole else self._examined(request.text)
            kind = query.kind
            media_type = _media_type(request, kind)
            examined = _microseconds(began)
            results = self._ask(query, request)
            body = self._xml_body if media_type in XML else self._body
            body.open(number, Head(kind, query.volatile, request.encoding, examined, 0, 0, 0))
            write(results, media_type, request.rows, body, self._birth.prefixes)
            took = _microseconds(began)
            first = int((body.first - began) * 1_000_000) if body.first else took
            processor = int((time.thread_time() - used) * 1_000_000)
            body.close(
                Head(kind, query.volatile, request.encoding, examined, first, took, processor)
            )
        except BrokenPipeError:
            raise  # nobody minds this worker any more
        except Exception as raised:  # noqa: BLE001 - whatever it is, the next one is answered
            error = told(raised, kind)
        else:
            return took
        if body is not None:
            body.drop()
        self._outlet.write(number, b"X", json.dumps(error).encode())
        return _microseconds(began)

    def _ask(self, query: Query, request: QueryRequest) -> Results:
        base = self._birth.base
        if request.whole:
            return dataset.graph(self._engine, request.default_graphs, merged=self._merged)
        graphs = (request.default_graphs, request.named_graphs)
        engine, options = dataset.chosen(self._engine, query, graphs, base, merged=self._merged)
        return engine.query(query.text, base_iri=base, **options)


def _media_type(request: QueryRequest, kind: Kind) -> str:
    media_type = request.media_type(kind)
    if not media_type:
        raise NothingAcceptable(kind)
    return media_type


def _microseconds(began: float) -> int:
    return int((time.monotonic() - began) * 1_000_000)
