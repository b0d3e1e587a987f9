"""Real engines, and a proxy before them that fails in every way that a network does."""

import contextlib
import http.client
import http.server
import os
import shutil
import socket
import subprocess
import sysconfig
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from reviewgraph.store.remote.engine import Access, Engine

VIRTUOSO_INI = """
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
NumberOfBuffers = 10000
[HTTPServer]
ServerPort = 127.0.0.1:{port}
[SPARQL]
ResultSetMaxRows = 1000000
"""


def some_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@contextlib.contextmanager
def running(command, port, **more):
    quiet = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    process = subprocess.Popen(command, **quiet, **more)
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        assert process.poll() is None, "the server does not start"
        yield process
    finally:
        process.kill()  # it holds nothing that would be lost
        process.wait(30)


@contextlib.contextmanager
def oxigraph_server():
    port = some_port()
    program = Path(sysconfig.get_path("scripts")) / "oxigraph"
    with running([program, "serve", "--bind", f"127.0.0.1:{port}"], port) as process:
        yield f"http://127.0.0.1:{port}", process


@pytest.fixture
def oxigraph():
    """The address of a server of Oxigraph's own that holds nothing."""
    with oxigraph_server() as (address, _):
        yield address


@pytest.fixture(scope="module")
def lasting_oxigraph():
    """Such a server for all tests of a file."""
    with oxigraph_server() as (address, _):
        yield address


@pytest.fixture
def mortal_oxigraph():
    """Such a server with its process, to be ended."""
    with oxigraph_server() as (address, process):
        yield address, process


@pytest.fixture(scope="module")
def virtuoso(tmp_path_factory):
    """How to reach a Virtuoso of its own, which knows its administrator's first password."""
    program = shutil.which("virtuoso-t")
    if program is None:
        if os.environ.get("CI") and not os.environ.get("REVIEWGRAPH_WITHOUT_VIRTUOSO"):
            pytest.fail("CI needs virtuoso-opensource-7-bin, or REVIEWGRAPH_WITHOUT_VIRTUOSO=1")
        pytest.skip("Virtuoso is not on this machine")
    folder, port = tmp_path_factory.mktemp("virtuoso"), some_port()
    ini = folder / "virtuoso.ini"
    ini.write_text(VIRTUOSO_INI.format(folder=folder, port=port, sql=some_port()))
    with running([program, "+configfile", ini, "+foreground", "+wait"], port, cwd=folder):
        address = f"http://127.0.0.1:{port}/sparql-auth"
        access = Access(address, address, httpx.DigestAuth("dba", "dba"))
        with Engine(access) as engine:
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                with contextlib.suppress(Exception):
                    engine.select("SELECT * { ?s ?p ?o } LIMIT 1")
                    break
                time.sleep(0.2)
        yield access


class Handler(http.server.BaseHTTPRequestHandler):
    """Does to a request what the proxy's ``harm`` says."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.proxy.seen.append(body)
        self.close_connection = True
        getattr(self, self.server.proxy.harm(len(self.server.proxy.seen), body) or "passed")(body)

    def log_message(self, *_arguments):
        pass

    def _asked(self, body):
        connection = http.client.HTTPConnection(self.server.proxy.target.netloc, timeout=60)
        names = ("Content-Type", "Accept")
        headers = {n: self.headers[n] for n in names if self.headers[n]}
        connection.request("POST", self.path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, answer.headers["Content-Type"], content

    def _answer(self, status, kind, content, length=None, **headers):
        self.send_response(status)
        if kind:
            self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Connection", "close")
        self.send_header("Content-Length", str(len(content) if length is None else length))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(content)

    def passed(self, body):
        self._answer(*self._asked(body))

    def done_and_cut(self, body):
        """The engine does it, and nobody hears of it."""
        self._asked(body)
        self.connection.close()

    def cut(self, _body):
        self.connection.close()

    def busy(self, _body):
        self._answer(503, "text/plain", b"busy", Retry_After="1")

    def fault(self, _body):
        self._answer(500, "text/plain", b"a fault in line 7")

    def redirect(self, _body):
        self._answer(302, None, b"", Location="http://127.0.0.1:9/elsewhere")

    def half_json(self, body):
        status, kind, content = self._asked(body)
        self._answer(status, kind, content[: len(content) // 2])

    def short_body(self, body):
        status, kind, content = self._asked(body)
        self._answer(status, kind, content[: len(content) // 2], len(content))

    def fewer_lines(self, body):
        """Cut where a line ends: whole to look at."""
        status, kind, content = self._asked(body)
        self._answer(status, kind, b"\n".join(content.split(b"\n")[:2]) + b"\n")

    def a_page(self, _body):
        self._answer(200, "text/html", b"<h1>Welcome</h1>")

    def hang(self, _body):
        time.sleep(3)

    def drip(self, body):
        """All of it, a byte at a time, for longer than anybody waits."""
        status, kind, content = self._asked(body)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        with contextlib.suppress(OSError):
            for byte in content:
                self.wfile.write(bytes([byte]))
                time.sleep(0.05)

    def a_part(self, body):
        """What Virtuoso says when it leaves rows out."""
        status, kind, content = self._asked(body)
        self._answer(status, kind, content, X_SPARQL_MaxRows="1")

    def too_much(self, body):
        """More than anybody holds."""
        _, kind, _ = self._asked(body)
        self._answer(200, kind, b" " * 80_000_000)

    def other_json(self, body):
        """JSON of another shape."""
        _, kind, _ = self._asked(body)
        self._answer(200, kind, b'{"head": {"vars": ["s"]}, "results": {"bindings": [{"s": 1}]}}')

    def csv(self, body):
        """Another format than was asked for, and whole to look at."""
        self._asked(body)
        self._answer(200, "text/csv", b"s\r\nhttp://example.org/\r\n")


class Proxy:
    """Passes requests on, unless ``harm`` says what to do with one.

    ``harm`` gets the number of the request and its body and gives the name of a harm or nothing.
    """

    def __init__(self, target):
        self.target = urlsplit(target)
        self.harm = lambda _number, _body: None
        self.seen = []
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.proxy = self
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def proxy_before():
    """Makes a proxy before an address."""
    return Proxy


@pytest.fixture
def proxy(oxigraph):
    """A proxy before Oxigraph's server."""
    made = Proxy(oxigraph)
    yield made
    made.close()


@pytest.fixture
def engine_at():
    """Makes an engine that does not wait between attempts."""
    with contextlib.ExitStack() as opened:

        def make(address, seconds=30.0):
            access = Access(f"{address}/query", f"{address}/update", seconds=seconds)
            return opened.enter_context(Engine(access, wait=lambda _seconds: None))

        yield make


@pytest.fixture
def engine(oxigraph, engine_at):
    """Oxigraph's server, empty."""
    return engine_at(oxigraph)


@pytest.fixture
def through(proxy, engine_at):
    """The same behind the proxy."""
    return engine_at(f"http://127.0.0.1:{proxy.port}", seconds=2.0)
