"""What the tests of publishing share."""

import functools
import http.server
import threading
from http.client import HTTPConnection

import pytest

from reviewgraph.publish.static import export
from reviewgraph.release.manifest import open_release


@pytest.fixture(scope="session")
def exported(museum_out, tmp_path_factory):
    """The site of the museum as files."""
    return export(open_release(museum_out), tmp_path_factory.mktemp("exports") / "site")


class Host:
    """A host of the files, asked without anything being followed or decoded."""

    def __init__(self, port: int) -> None:
        self.port = port

    def __call__(self, target: str, method: str = "GET", **headers: str):
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, target, headers=sent)
        answer = connection.getresponse()
        answer.body = answer.read()
        connection.close()
        return answer


@pytest.fixture(scope="session")
def plain_host(exported):
    """What knows nothing of us: Python's own server of files."""
    handler = functools.partial(_Silent, directory=str(exported.folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Host(server.server_address[1])
        server.shutdown()
        thread.join()


class _Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_args):
        pass


@pytest.fixture(scope="session")
def host_at():
    """Makes a client of the host at a port."""
    return Host
