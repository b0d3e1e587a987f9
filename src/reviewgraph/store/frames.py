"""What goes between the web process and its workers.

A request is one datagram: its number, then its fields. All workers of a pool read from one
socket, so that whoever is free takes the next. What a worker answers goes through a socket of its
own, in frames: the request's number, a letter, a length, the content.

    R ready · N not ready, why · B this worker has grown and goes
    W a whole answer: its head, then its body
    H the head of a longer one · D data of it · E its end, with its head again, costs filled in
    X instead of any of these: an error (JSON)

Requests are in Python's own binary form, which only they who write it may be trusted with; what
comes from a worker is not.
"""

from __future__ import annotations

import marshal
import struct
from typing import Final, NamedTuple

from reviewgraph.store.guard import Kind

FRAME: Final = struct.Struct(">QcI")
HEAD: Final = struct.Struct(">BBBIIII")
_NUMBER: Final = struct.Struct("=Q")
# Python's binary form before it began to tell how often an object is referred to.
_FORM: Final = 2
LONGEST_REQUEST: Final = 400_000
KINDS: Final[tuple[Kind, ...]] = ("solutions", "boolean", "graph")
ENCODINGS: Final = ("", "gzip", "zstd")

# What a page shows of a result: the first rows with their terms told apart.
TABLE: Final = "application/x-table+json"


class QueryRequest(NamedTuple):
    """A query and what its answer is to be.

    ``results`` is the media type of an answer to SELECT or ASK, ``graph`` that of one to CONSTRUCT
    or DESCRIBE, or ``TABLE`` for the first ``rows`` as JSON; empty if there is none that the
    client takes. The graphs are those of the protocol's parameters and go before the query's own.
    ``encoding`` is the content coding that a longer answer is to have. ``whole`` asks for all of
    the default graph, in place of a query.
    """

    text: str
    results: str
    graph: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    encoding: str = ""
    rows: int = 1000
    whole: bool = False

    def media_type(self, kind: Kind) -> str:
        """The media type of a result of this kind."""
        return self.graph if kind == "graph" else self.results


class Head(NamedTuple):
    """What is known of an answer besides its bytes.

    The times are microseconds: for examining the text, until the engine's first bytes, until the
    end, and of the processor.
    """

    kind: Kind
    volatile: bool
    encoding: str
    examined: int
    first: int
    total: int
    processor: int


def pack_request(request: QueryRequest) -> bytes:
    """The request as bytes, the same for the same request: without its number, a key for it."""
    return marshal.dumps((*request,), _FORM)


def datagram(number: int, packed: bytes) -> bytes:
    """What is sent of a request."""
    return _NUMBER.pack(number) + packed


def unpack_request(received: bytes) -> tuple[int, QueryRequest]:
    """A request and its number."""
    (number,) = _NUMBER.unpack_from(received)
    fields = marshal.loads(memoryview(received)[_NUMBER.size :])  # noqa: S302 - we wrote it
    return number, QueryRequest(*fields)


def pack_head(head: Head) -> bytes:
    """The head as bytes."""
    kind, volatile, encoding, *times = head
    return HEAD.pack(KINDS.index(kind), volatile, ENCODINGS.index(encoding), *times)


def unpack_head(content: bytes | memoryview) -> Head:
    """The head at the beginning of a frame's content."""
    kind, volatile, encoding, *times = HEAD.unpack_from(content)
    return Head(KINDS[kind], bool(volatile), ENCODINGS[encoding], *times)
