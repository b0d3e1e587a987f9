"""What the tests of publishing share."""

import contextlib
import functools
import http.server
import os
import shutil
import socket
import subprocess
import threading
import time
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


@contextlib.contextmanager
def listening_at(command, port):
    quiet = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    with subprocess.Popen(command, **quiet) as process:
        try:
            until = time.monotonic() + 60
            while time.monotonic() < until and process.poll() is None:
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                time.sleep(0.05)
            assert process.poll() is None
            yield process
        finally:
            process.terminate()
            process.wait(60)


@pytest.fixture
def listening():
    """Runs a command until the end of a block, from when it listens at a port on."""
    return listening_at


@pytest.fixture(scope="module")
def nginx_program():
    found = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None:
        if os.environ.get("CI") and not os.environ.get("REVIEWGRAPH_WITHOUT_HOSTS"):
            pytest.fail("CI needs nginx, or REVIEWGRAPH_WITHOUT_HOSTS=1")
        pytest.skip("nginx is not on this machine")
    return found


@pytest.fixture
def nginx_serving(nginx_program, tmp_path):
    """Runs nginx with the text of a server, which listens at a port; files beside it by name."""

    def serving(site, port, **beside):
        for name, text in beside.items():
            (tmp_path / name.replace("__", ".")).write_text(text)
        (tmp_path / "site.conf").write_text(site)
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        temporary = "".join(f"{kind}_temp_path {tmp_path}/{kind};\n" for kind in kinds)
        (tmp_path / "nginx.conf").write_text(
            f"daemon off; pid {tmp_path}/pid; error_log stderr crit; worker_processes 1;\n"
            f"{'user root;' if os.getuid() == 0 else ''} events {{ }}\n"
            f"http {{ access_log off; {temporary} include {tmp_path}/site.conf; }}\n"
        )
        command = [nginx_program, "-c", str(tmp_path / "nginx.conf"), "-e", "stderr"]
        return listening_at(command, port)

    return serving
