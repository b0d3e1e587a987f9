"""Three servers of one release behind nginx: one is killed, all change over, nobody notices."""

import contextlib
import re
import shutil
import signal
import socket
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

READERS = 8
PATHS = (
    "/doc/bowl.ttl",
    "/doc/bowl.th.html",
    "/search.json?q=bowl",
    "/questions/where.csv",
    "/sparql?query=SELECT%20%2A%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D&format=json",
    "/dump.nt",
)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@pytest.fixture
def replicas(museum_out, nginx_serving, listening, repo, tmp_path):
    """Three servers, each with the output folder to itself, and nginx before them."""
    ports = [free_port() for _ in range(3)]
    folders = []
    for number in range(3):
        folder = Path(shutil.copytree(museum_out, tmp_path / f"out{number}", symlinks=True))
        folders.append(folder)
    front = free_port()
    sample = (repo / "deploy" / "replicas.nginx.conf").read_text()
    for number, port in enumerate(ports, 1):
        sample = sample.replace(f"127.0.0.1:800{number}", f"127.0.0.1:{port}")
    sample = sample.replace("listen 8080;", f"listen 127.0.0.1:{front};")
    serve = [sys.executable, "-m", "reviewgraph", "serve"]
    with contextlib.ExitStack() as started:
        servers = [
            started.enter_context(
                listening([*serve, str(folder), "--port", str(port), "--workers", "1"], port)
            )
            for folder, port in zip(folders, ports, strict=True)
        ]
        started.enter_context(nginx_serving(sample, front))
        yield f"http://127.0.0.1:{front}", servers, folders


class Readers:
    """Read without a pause until told to stop; every answer is kept as address, status, tag."""

    def __init__(self, address):
        self.address = address
        self.answers = []
        self._stop = threading.Event()
        self._threads = ThreadPoolExecutor(READERS)
        self._reading = []

    def __enter__(self):
        self._reading = [self._threads.submit(self._read, n) for n in range(READERS)]
        return self

    def __exit__(self, *_error):
        self._stop.set()
        for each in self._reading:
            each.result()
        self._threads.shutdown()

    def _read(self, number):
        with httpx.Client(base_url=self.address, timeout=60) as client:
            while not self._stop.is_set():
                path = PATHS[number % len(PATHS)]
                number += 1
                try:
                    answer = client.get(path)
                except httpx.HTTPError as error:
                    self.answers.append((path, type(error).__name__, ""))
                    continue
                self.answers.append((path, answer.status_code, answer.headers.get("etag", "")))

    def wait_for(self, more):
        """Until so many more answers have come."""
        wanted = len(self.answers) + more
        until = time.monotonic() + 120
        while len(self.answers) < wanted:
            assert time.monotonic() < until
            time.sleep(0.02)

    def failed(self):
        return [answer for answer in self.answers if answer[1] != 200]


def test_a_server_that_is_killed_costs_its_requests_at_most(replicas):
    address, servers, _ = replicas
    with Readers(address) as readers:
        readers.wait_for(100)
        assert readers.failed() == []
        servers[1].send_signal(signal.SIGKILL)
        readers.wait_for(300)
    assert len(readers.failed()) <= READERS
    with Readers(address) as readers:
        readers.wait_for(100)
    assert readers.failed() == []


def test_servers_change_over_one_by_one_and_no_request_fails(replicas):
    address, _, folders = replicas
    releases = sorted(each.name for each in (folders[0] / "releases").iterdir())
    now = (folders[0] / "current").readlink().name
    (other,) = [name for name in releases if name != now and not name.startswith(".")]
    with Readers(address) as readers:
        readers.wait_for(60)
        for folder in folders:
            link = folder / ".next"
            link.symlink_to(f"releases/{other}")
            link.replace(folder / "current")
            readers.wait_for(150)
        until = time.monotonic() + 60
        while True:  # each notices within a second or two
            assert time.monotonic() < until
            readers.wait_for(100)
            tags = [tag for path, _, tag in readers.answers[-60:] if path.startswith("/doc/")]
            if tags and all(other[:32] in tag for tag in tags):
                break
    assert readers.failed() == []
    seen = {match[0] for _, _, tag in readers.answers for match in re.finditer("[0-9a-f]{32}", tag)}
    assert {now[:32], other[:32]} <= seen
