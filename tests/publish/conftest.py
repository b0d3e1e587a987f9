"""What the tests of publishing share."""

import functools
import http.server
import json
import shutil
import threading
from datetime import UTC, datetime
from http.client import HTTPConnection

import pytest

from reviewgraph.gate.judge import judge
from reviewgraph.publication.folder import load
from reviewgraph.publish.static import export
from reviewgraph.release.build import build
from reviewgraph.release.history import HISTORY
from reviewgraph.release.manifest import open_release


def built(folder, out):
    publication = load(folder)
    return build(publication, judge(publication), out)


@pytest.fixture(scope="session")
def museum_out(museum_folder, tmp_path_factory):
    """An output folder with two releases of the museum; in the second something was withdrawn."""
    folder = tmp_path_factory.mktemp("published")
    museum, out = folder / "museum", folder / "out"
    shutil.copytree(museum_folder, museum)
    built(museum, out)
    with (museum / "data" / "artefacts.ttl").open("a") as file:
        file.write(
            "\n<https://museum.example/id/jar> <http://purl.org/dc/terms/isReplacedBy>"
            " <https://museum.example/id/bowl> .\n"
        )
    built(museum, out)
    path = out / HISTORY
    history = json.loads(path.read_text())
    for number, entry in enumerate(history):
        entry["since"] = datetime(2024 + number, 1, 1, tzinfo=UTC).isoformat()
    path.write_text(json.dumps(history))
    return out


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
