"""What several rooms' tests share: where things are, and releases that are built once."""

import asyncio
import contextlib
import json
import os
import shutil
import socket
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

import httpx
import pytest
import uvicorn
from starlette.datastructures import Headers

from reviewgraph.gate.judge import judge
from reviewgraph.publication.folder import load
from reviewgraph.release.build import build
from reviewgraph.release.history import HISTORY
from reviewgraph.web.server import config_of

REPO = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def repo() -> Path:
    return REPO


@pytest.fixture(scope="session")
def shared() -> Path:
    """Source page, questions and conformance suites: not on every machine, but always in CI."""
    folder = Path(os.environ.get("REVIEWGRAPH_TEST_MATERIAL", REPO.parent / "shared"))
    if not folder.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"CI needs the test material, see CONTRIBUTING.md: no folder {folder}")
        pytest.skip("the test material is not on this machine, see CONTRIBUTING.md")
    return folder


@pytest.fixture(scope="session")
def museum_folder() -> Path:
    return REPO / "tests" / "museum"


@pytest.fixture
def museum_copy(museum_folder, tmp_path) -> Path:
    """A copy of the small publication, to be spoiled."""
    return Path(shutil.copytree(museum_folder, tmp_path / "museum"))


@pytest.fixture
def own_copy(tmp_path) -> Path:
    """A copy of this repository's own publication, to be spoiled."""
    for room in ("ontology", "data", "shapes"):
        shutil.copytree(REPO / room, tmp_path / "own" / room)
    return tmp_path / "own"


def release_of(folder: Path, out: Path):
    publication = load(folder)
    return build(publication, judge(publication), out)


@pytest.fixture
def free_port():
    """A port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@pytest.fixture(scope="session")
def built():
    """Makes the release of a folder, in an output folder."""
    return release_of


@pytest.fixture(scope="session")
def museum(museum_folder, tmp_path_factory):
    """The small publication's release."""
    return release_of(museum_folder, tmp_path_factory.mktemp("museum"))


@pytest.fixture(scope="session")
def museum_out(museum_folder, tmp_path_factory):
    """An output folder with two releases of the museum; in the second something was withdrawn."""
    folder = tmp_path_factory.mktemp("published")
    museum, out = folder / "museum", folder / "out"
    shutil.copytree(museum_folder, museum)
    release_of(museum, out)
    with (museum / "data" / "artefacts.ttl").open("a") as file:
        file.write(
            "\n<https://museum.example/id/jar> <http://purl.org/dc/terms/isReplacedBy>"
            " <https://museum.example/id/bowl> .\n"
        )
    release_of(museum, out)
    path = out / HISTORY
    history = json.loads(path.read_text())
    for number, entry in enumerate(history):
        entry["since"] = datetime(2024 + number, 1, 1, tzinfo=UTC).isoformat()
    path.write_text(json.dumps(history))
    return out


@pytest.fixture(scope="session")
def own(tmp_path_factory):
    """The release of this repository's own publication."""
    return release_of(REPO, tmp_path_factory.mktemp("own"))


@dataclass(frozen=True)
class Answer:
    """A response, whole."""

    status: int
    headers: Headers
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]


class Client:
    """Asks an ASGI application: the raw path goes in as it is, nothing is followed or decoded."""

    def __init__(self, app) -> None:
        self.app = app

    def __call__(self, target: str, method: str = "GET", **headers: str) -> Answer:
        return asyncio.run(self._ask(target, method, headers))

    async def _ask(self, target: str, method: str, headers: dict[str, str]) -> Answer:
        path, _, query = target.partition("#")[0].partition("?")
        sent = {"host": "attacker.example", **headers}
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(path),
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [
                (name.replace("_", "-").lower().encode(), value.encode())
                for name, value in sent.items()
            ],
            "server": ("127.0.0.1", 80),
            "client": ("127.0.0.1", 1),
            "extensions": {},
        }
        messages = []

        async def receive():
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message):
            messages.append(message)

        await self.app(scope, receive, send)
        start = messages[0]
        body = b"".join(message.get("body", b"") for message in messages[1:])
        return Answer(start["status"], Headers(raw=start["headers"]), body)


@pytest.fixture(scope="session")
def asking():
    """Makes a client that asks an ASGI application without a socket."""
    return Client


@contextlib.contextmanager
def serving(app, config=config_of):
    """A client of the application; ``client.app.state.pool`` is its workers."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = config(app)
    config.log_level = "critical"
    config.configure_logging()
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.005)
        port = listening.getsockname()[1]
        # With fewer, httpcore closes connections that another thread has just been given.
        kept = httpx.Limits(max_keepalive_connections=None)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120, limits=kept) as client:
            client.app = app
            client.port = port
            yield client
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


@pytest.fixture(scope="session")
def serve():
    return serving
