"""The process that strangers' queries run in: ``python -m reviewgraph.store.worker``.

It reads one request after the other from its standard input and answers on its standard output,
in frames: a letter, the length in four bytes, the content. ``store.pool`` is the other end.

    R ready · N not ready, why
    Q query (JSON)
    D data of the answer · E its end · X instead of either: an error (JSON)

Little is imported here, so that one is up 50 ms after another was killed.
"""

from __future__ import annotations

import csv
import json
import os
import re
import struct
import sys
import threading
from typing import IO, Any, BinaryIO, TypeAlias, cast

import pyoxigraph

from reviewgraph.store import isolation, union

HEADER = struct.Struct(">cI")
STACK_BYTES = 256 << 20
CHUNK_BYTES = 64 << 10
# What a page shows of a result: the first rows with their terms told apart.
TABLE = "application/x-table+json"
# A page is made in the web process: it is bounded here, in cells and in characters.
TABLE_CELLS = 20_000
TABLE_CHARACTERS = 1_000_000
CELL_LENGTH = 2_000

_Results: TypeAlias = pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean | pyoxigraph.QueryTriples
_CSV = "text/csv"
_XML = ("application/sparql-results+xml", "application/rdf+xml")
# What XML 1.0 cannot hold in any spelling, and what the engine writes for a predicate that has
# no local name (``http://example.org/1``): an element name that ends in its colon.
_ILL_FORMED = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]|<oxprefix: ")
_LONGEST_MARK = len(b"<oxprefix: ")


class UnwritableError(Exception):
    """The result holds what the wanted format cannot."""


class Channel:
    """Frames over a pair of pipes."""

    def __init__(self, source: BinaryIO, sink: BinaryIO) -> None:
        self._source = source
        self._sink = sink

    def read(self) -> bytes | None:
        """The content of the next frame, ``None`` at the end."""
        header = self._source.read(HEADER.size)
        if len(header) < HEADER.size:
            return None
        return self._source.read(HEADER.unpack(header)[1])

    def write(self, letter: bytes, content: bytes = b"") -> None:
        """Send a frame."""
        self._sink.write(HEADER.pack(letter, len(content)) + content)
        self._sink.flush()

    def write_json(self, letter: bytes, **content: object) -> None:
        """Send a frame of JSON."""
        self.write(letter, json.dumps(content).encode())


class Body:
    """What a serializer writes to: gathers its small writes into frames."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._buffer = bytearray()

    def write(self, data: bytes) -> int:
        """Take the bytes."""
        self._buffer += data
        if len(self._buffer) >= CHUNK_BYTES:
            self._send()
        return len(data)

    def flush(self) -> None:
        """Nothing: a frame is sent when it is full, and at the end."""

    def close(self) -> None:
        """Send what is left."""
        if self._buffer:
            self._send()

    def _send(self) -> None:
        self._channel.write(b"D", bytes(self._buffer))
        self._buffer.clear()


class XmlBody(Body):
    """Mends or stops what the engine would write as ill-formed XML."""

    def __init__(self, channel: Channel) -> None:
        super().__init__(channel)
        self._tail = b""

    def write(self, data: bytes) -> int:
        """Take the bytes.

        Raises:
            UnwritableError: no XML document can hold them.
        """
        if _ILL_FORMED.search(self._tail + data):
            raise UnwritableError
        self._tail = data[-_LONGEST_MARK:]
        # A parser makes a line feed of a bare carriage return (XML 1.0, 2.11).
        super().write(data.replace(b"\r", b"&#13;"))
        return len(data)


class _Text:
    """Lets ``csv`` write to a body of bytes."""

    def __init__(self, body: Body) -> None:
        self._body = body

    def write(self, text: str) -> int:
        return self._body.write(text.encode())


def main() -> None:
    """Give up what is not needed, open the store, answer until the input ends."""
    store, parent, memory, seconds = sys.argv[1:]
    isolation.die_with_parent(int(parent))
    source = os.fdopen(os.dup(0), "rb")
    sink = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    channel = Channel(source, sink)
    alone = isolation.leave_network()
    try:
        engine = pyoxigraph.Store.read_only(store)
    except OSError as error:
        channel.write_json(b"N", reason=f"the store cannot be opened: {error}")
        return
    if not alone:
        isolation.deny_files()
        if isolation.network_reachable():
            channel.write_json(b"N", reason="the network cannot be given up on this system")
            return
    threading.stack_size(STACK_BYTES)
    # Results must be read in the thread that made them, and main threads have small stacks.
    thread = threading.Thread(target=_serve, args=(engine, channel, int(memory), float(seconds)))
    thread.start()
    thread.join()


def _serve(engine: pyoxigraph.Store, channel: Channel, memory: int, seconds: float) -> None:
    # Only now: while threads start, address space is reserved that is given back at once.
    isolation.limit_memory(memory)
    channel.write(b"R")
    while (content := channel.read()) is not None:
        isolation.limit_processor(2 * seconds + 5)
        try:
            _answer(engine, json.loads(content), channel)
        except SyntaxError as error:
            channel.write_json(b"X", error="syntax", message=str(error.msg))
        except UnwritableError:
            channel.write_json(b"X", error="unwritable", message="")
        except BrokenPipeError:
            return
        except (OSError, RuntimeError, ValueError, MemoryError) as error:
            unwritable = "does not support RDF 1.2" in str(error)
            name = "unwritable" if unwritable else "failed"
            channel.write_json(b"X", error=name, message=str(error))
        else:
            channel.write(b"E")


def _answer(engine: pyoxigraph.Store, request: dict[str, Any], channel: Channel) -> None:
    results = engine.query(request["query"], base_iri=request["base"], **_dataset(engine, request))
    media_type = request["media_type"]
    body = XmlBody(channel) if media_type in _XML else Body(channel)
    file = cast("IO[bytes]", body)
    if media_type == TABLE:
        body.write(json.dumps(_table(results, request["rows"])).encode())
    elif isinstance(results, pyoxigraph.QuerySolutions) and media_type == _CSV:
        _write_csv(results, _Text(body))
    elif isinstance(results, pyoxigraph.QueryTriples):
        syntax = pyoxigraph.RdfFormat.from_media_type(media_type)
        pyoxigraph.serialize(results, file, format=syntax, prefixes=request["prefixes"])
    else:
        format_ = pyoxigraph.QueryResultsFormat.from_media_type(media_type)
        results.serialize(file, format=format_)
    body.close()


def _dataset(engine: pyoxigraph.Store, request: dict[str, Any]) -> dict[str, Any]:
    """SPARQL 1.1 Protocol 2.1.4: the request's dataset, else the query's own, else all there is.

    The engine's union wins over FROM, and naming only one half leaves it the query's other half.
    """
    default, named = request["default_graphs"], request["named_graphs"]
    if default or named:
        return {
            "default_graph": [pyoxigraph.NamedNode(iri) for iri in default],
            "named_graphs": [pyoxigraph.NamedNode(iri) for iri in named],
        }
    own = request["dataset"] or union.is_merged(engine)
    return {} if own else {"use_default_graph_as_union": True}


def _write_csv(solutions: pyoxigraph.QuerySolutions, text: _Text) -> None:
    """SPARQL 1.1 Query Results CSV. The engine's own leaves a comma in an IRI unquoted."""
    writer = csv.writer(text)
    writer.writerow([variable.value for variable in solutions.variables])
    for solution in solutions:
        writer.writerow([_csv_cell(term) for term in solution])


def _csv_cell(term: object) -> str:
    if term is None:
        return ""
    if isinstance(term, pyoxigraph.NamedNode | pyoxigraph.Literal):
        return term.value
    return str(term)


def _table(results: _Results, rows: int) -> dict[str, Any]:
    if isinstance(results, pyoxigraph.QueryBoolean):
        return {"boolean": bool(results)}
    graph = isinstance(results, pyoxigraph.QueryTriples)
    if isinstance(results, pyoxigraph.QuerySolutions):
        names = [variable.value for variable in results.variables]
    else:
        names = ["subject", "predicate", "object"]
    cells: list[list[Any]] = []
    most = min(rows, TABLE_CELLS // max(1, len(names)))
    characters = 0
    for result in results:
        if len(cells) >= most or characters > TABLE_CHARACTERS:
            return {"graph": graph, "variables": names, "rows": cells, "more": True}
        row = [_table_cell(term) for term in result]
        characters += sum(len(cell["value"]) for cell in row if cell)
        cells.append(row)
    return {"graph": graph, "variables": names, "rows": cells, "more": False}


def _table_cell(term: object) -> dict[str, str] | None:
    if term is None:
        return None
    if isinstance(term, pyoxigraph.NamedNode):
        return {"type": "iri", "value": term.value}
    if isinstance(term, pyoxigraph.Literal):
        value = term.value
        return {
            "type": "literal",
            "value": value if len(value) <= CELL_LENGTH else f"{value[:CELL_LENGTH]}…",
            "language": term.language or "",
            "datatype": term.datatype.value,
        }
    return {"type": "other", "value": str(term)[:CELL_LENGTH]}


if __name__ == "__main__":
    main()
