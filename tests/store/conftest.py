"""A small store, and a port that notices whoever calls."""

import contextlib
import socket
import threading

import pytest

from reviewgraph.rdf.terms import IRI, Literal, Quad
from reviewgraph.store.embedded import EmbeddedStore


@pytest.fixture(scope="session")
def store_path(tmp_path_factory):
    """Two hundred triples in two graphs."""
    path = tmp_path_factory.mktemp("worker") / "store"
    EmbeddedStore.create(
        path,
        [
            Quad(
                IRI(f"http://example.org/s{n}"),
                IRI(f"http://example.org/p{n % 5}"),
                Literal(f"value {n}"),
                IRI(f"http://example.org/graph/{n % 2}"),
            )
            for n in range(200)
        ],
    )
    return path


class Honeypot:
    """Counts the connections made to it on the loopback interface."""

    def __init__(self) -> None:
        self.visits = 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}/"
        self.thread = threading.Thread(target=self._listen)
        self.thread.start()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.socket.accept()
                with connection:
                    self.visits += 1

    def close(self) -> None:
        # Closing alone does not wake the thread that waits.
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join()


@pytest.fixture
def honeypot():
    honeypot = Honeypot()
    yield honeypot
    honeypot.close()
