"""The servers that are compared, each started on its own over the same dataset."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

_START_SECONDS = 1800.0
_END_SECONDS = 20.0
_LAST_PORT = 65_535
_BIN = Path(sys.executable).parent
_MEGABYTE = 1024


@dataclass(frozen=True, slots=True)
class Dataset:
    """A release: its directory, its N-Quads, and a directory for what engines make of them."""

    release: Path
    scratch: Path

    @property
    def quads(self) -> Path:
        """The N-Quads dump."""
        return self.release / "dump.nq"


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; ``seconds`` from its start until it answered."""

    name: str
    endpoint: str
    pid: int
    seconds: float

    def ask(self, query: str, accept: str) -> bytes:
        """One answer.

        Raises:
            httpx.HTTPStatusError: there is none.
        """
        answer = httpx.get(
            self.endpoint, params={"query": query}, headers={"Accept": accept}, timeout=600
        )
        return answer.raise_for_status().content

    def memory(self) -> float:
        """Megabytes of this process and all below it, shared pages shared out (PSS)."""
        kilobytes = 0
        for pid in _tree(self.pid):
            with contextlib.suppress(OSError):
                lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
                kilobytes += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        return kilobytes / _MEGABYTE


def _reviewgraph(mode: str) -> Callable[[Dataset, int], tuple[list[str], str]]:
    def command(dataset: Dataset, port: int) -> tuple[list[str], str]:
        options = ["--port", str(port), "--store-mode", mode, "--slow-query", "1000"]
        return [
            str(_BIN / "reviewgraph"), "serve", str(dataset.release), *options
        ], "sparql"  # fmt: skip

    return command


def _native_disk(dataset: Dataset, port: int) -> tuple[list[str], str]:
    store = dataset.scratch / "oxigraph"
    oxigraph = str(_BIN / "oxigraph")
    if not store.exists():
        load = [oxigraph, "load", "--location", str(store), "--file", str(dataset.quads)]
        subprocess.run(load, check=True, capture_output=True)
        optimize = [oxigraph, "optimize", "--location", str(store)]
        subprocess.run(optimize, check=True, capture_output=True)
    options = ["--location", str(store), "--union-default-graph", "--bind", f"127.0.0.1:{port}"]
    return [oxigraph, "serve-read-only", *options], "query"


def _native_memory(_dataset: Dataset, port: int) -> tuple[list[str], str]:
    options = ["--union-default-graph", "--bind", f"127.0.0.1:{port}"]
    return [str(_BIN / "oxigraph"), "serve", *options], "query"


def _rdflib_endpoint(dataset: Dataset, port: int) -> tuple[list[str], str]:
    program = Path(__file__).with_name("rdflib_server.py")
    return [sys.executable, str(program), str(dataset.quads), str(port)], ""


_VIRTUOSO_INI = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
NumberOfBuffers = 340000
MaxDirtyBuffers = 250000
DirsAllowed = {data}
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerThreads = 40
[SPARQL]
ResultSetMaxRows = 10000000
"""


def _virtuoso(dataset: Dataset, port: int) -> tuple[list[str], str]:
    folder = dataset.scratch / "virtuoso"
    begun = folder.exists()
    folder.mkdir(exist_ok=True)
    ini = folder / "virtuoso.ini"
    sql = port + 1 if port < _LAST_PORT else port - 1
    ini.write_text(
        _VIRTUOSO_INI.format(folder=folder, data=dataset.release, port=port, sql=sql),
        encoding="utf-8",
    )
    command = ["virtuoso-t", "+configfile", str(ini), "+foreground", "+wait"]
    if not begun:
        _fill_virtuoso(command, sql, dataset.quads)
    return command, "sparql"


def _fill_virtuoso(command: list[str], sql: int, quads: Path) -> None:
    """Load with its own bulk loader, and write everything to disk."""
    steps = f"ld_add('{quads.resolve()}', ''); rdf_loader_run(); checkpoint; shutdown;"
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until and server.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", sql), 1):
                break
            time.sleep(0.2)
        ask = ["isql-vt", f"127.0.0.1:{sql}", "dba", "dba", f"exec={steps}"]
        subprocess.run(ask, check=False, capture_output=True)
        server.wait(_START_SECONDS)


NATIVE: Final = "Oxigraph server, disk"
NATIVE_MEMORY: Final = "Oxigraph server, memory"
ENGINES: Final[dict[str, Callable[[Dataset, int], tuple[list[str], str]]]] = {
    "reviewgraph, memory": _reviewgraph("memory"),
    "reviewgraph, disk": _reviewgraph("disk"),
    NATIVE: _native_disk,
    NATIVE_MEMORY: _native_memory,
    "rdflib-endpoint": _rdflib_endpoint,
    "Virtuoso 7": _virtuoso,
}


@contextlib.contextmanager
def serving(name: str, dataset: Dataset) -> Iterator[Server]:
    """Start a server and wait until it answers; it is ended by its id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command, path = ENGINES[name](dataset, port)
    log = dataset.scratch / "server.log"
    began = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        endpoint = f"http://127.0.0.1:{port}/{path}"
        _wait(process, endpoint, log)
        if name == NATIVE_MEMORY:
            _load(f"http://127.0.0.1:{port}/store", dataset.quads)
        yield Server(name, endpoint, process.pid, time.perf_counter() - began)
    finally:
        process.terminate()
        try:
            process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], endpoint: str, log: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise SystemExit(f"a server ended: {log.read_text(errors='replace')[-2000:]}")
        with contextlib.suppress(httpx.TransportError):
            httpx.get(endpoint, params={"query": "ASK {}"}, timeout=60)
            return
        time.sleep(0.05)
    raise SystemExit(f"no answer from {endpoint}")


def _load(store: str, quads: Path) -> None:
    with quads.open("rb") as file:
        answer = httpx.post(
            store, content=file, headers={"Content-Type": "application/n-quads"}, timeout=600
        )
    answer.raise_for_status()


def _tree(pid: int) -> Iterator[int]:
    yield pid
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text(encoding="ascii").split():
                yield from _tree(int(child))
