"""A release as one file: the same bytes each time, and opened only if it is the one named."""

import functools
import gzip
import hashlib
import http.server
import io
import os
import shutil
import subprocess
import sys
import tarfile
import threading
import time

import httpx
import pytest

from reviewgraph.errors import ReleaseError
from reviewgraph.publish.packing import is_archive, pack, release_from
from reviewgraph.release.manifest import open_release, verify


@pytest.fixture
def packed(museum, tmp_path):
    file = tmp_path / "release.tar.gz"
    return file, pack(museum, file)


def files_of(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_what_is_packed_is_what_is_unpacked(packed, museum, tmp_path):
    file, digest = packed
    folder = release_from(str(file), digest, tmp_path / "kept")
    assert files_of(folder) == files_of(museum.path)
    release = open_release(folder)
    verify(release)
    assert release.name == museum.name
    assert [each.name for each in (tmp_path / "kept").iterdir()] == [digest]


def test_the_same_release_is_the_same_archive(packed, museum, tmp_path):
    copy = shutil.copytree(museum.path, tmp_path / "copy" / museum.name)
    os.utime(copy / "manifest.json", (1, 1))
    assert pack(open_release(copy), tmp_path / "again.tar.gz") == packed[1]


def test_the_digest_beside_a_file_is_taken(packed, tmp_path):
    file, digest = packed
    beside = file.with_name(file.name + ".sha256")
    assert beside.read_text() == f"{digest}  release.tar.gz\n"
    assert release_from(str(file), "", tmp_path / "kept").name == digest
    beside.unlink()
    with pytest.raises(ReleaseError, match="--sha256"):
        release_from(str(file), "", tmp_path / "kept")


@pytest.mark.parametrize("at", [0, 5, 100, -10])
def test_another_archive_is_not_opened(packed, tmp_path, at):
    file, digest = packed
    content = bytearray(file.read_bytes())
    content[at] ^= 1
    file.write_bytes(content)
    with pytest.raises(ReleaseError, match="another archive"):
        release_from(str(file), digest, tmp_path / "kept")
    file.write_bytes(content[:-20])
    with pytest.raises(ReleaseError, match="another archive"):
        release_from(str(file), digest, tmp_path / "kept")
    assert [*(tmp_path / "kept").iterdir()] == []


def archive_of(members):
    stream = io.BytesIO()
    with gzip.GzipFile("", "wb", fileobj=stream) as raw, tarfile.open(fileobj=raw, mode="w") as tar:
        for entry, content in members:
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return stream.getvalue()


def link(name, target, kind=tarfile.SYMTYPE):
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, target
    return entry


@pytest.mark.parametrize(
    "members",
    [
        [],
        [(tarfile.TarInfo("../outside"), b"x")],
        [(tarfile.TarInfo("/outside"), b"x")],
        [(tarfile.TarInfo("a/b"), b"x"), (tarfile.TarInfo("c/d"), b"x")],
        [(link("a/link", "/etc/passwd"), b"")],
        [(link("a/link", "../../outside"), b"")],
        [(link("a/link", "../../outside", tarfile.LNKTYPE), b"")],
        [(link("a/device", "", tarfile.CHRTYPE), b"")],
        [(tarfile.TarInfo("a/manifest.json"), b"{}")],
    ],
)
def test_an_archive_that_is_no_release_leaves_nothing(members, tmp_path):
    file = tmp_path / "evil.tar.gz"
    file.write_bytes(archive_of(members))
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    before = files_of(tmp_path)
    with pytest.raises(ReleaseError):
        release_from(str(file), digest, tmp_path / "kept" / "archives")
    assert files_of(tmp_path) == before


def test_what_is_no_gzip_is_told(tmp_path):
    file = tmp_path / "none.tar.gz"
    file.write_bytes(b"<h1>Not found</h1>")
    with pytest.raises(ReleaseError, match="cannot be unpacked"):
        release_from(str(file), hashlib.sha256(file.read_bytes()).hexdigest(), tmp_path / "kept")


def test_a_release_that_was_altered_before_it_was_packed_is_refused(museum, tmp_path):
    copy = shutil.copytree(museum.path, tmp_path / "copy" / museum.name)
    content = bytearray((copy / "dump.nt").read_bytes())
    content[10] ^= 1
    (copy / "dump.nt").write_bytes(content)
    digest = pack(open_release(copy), tmp_path / "altered.tar.gz")
    with pytest.raises(ReleaseError, match=r"dump\.nt"):
        release_from(str(tmp_path / "altered.tar.gz"), digest, tmp_path / "kept")
    assert [*(tmp_path / "kept").iterdir()] == []


def test_what_is_an_archive():
    assert is_archive("https://data.example/r")
    assert is_archive("there/release.tar.gz")
    assert not is_archive(".")


class Host(http.server.SimpleHTTPRequestHandler):
    """Serves files; does first what it is told to."""

    def do_GET(self):
        self.server.asked.append(self.path)
        harm = self.server.harms.pop(0) if self.server.harms else ""
        if harm == "busy":
            self.send_error(503)
        elif harm == "cut":
            self.send_response(200)
            self.send_header("Content-Length", "100000")
            self.end_headers()
            self.wfile.write(b"x" * 10)
            self.close_connection = True
        else:
            super().do_GET()

    def log_message(self, *_arguments):
        pass


@pytest.fixture
def host(packed):
    handler = functools.partial(Host, directory=str(packed[0].parent))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.asked, server.harms = [], []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    server.url = f"http://127.0.0.1:{server.server_address[1]}/release.tar.gz"
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_url_is_fetched_once(packed, host, tmp_path):
    for _ in range(2):
        release_from(host.url, packed[1], tmp_path / "kept")
    assert len(host.asked) == 1


def test_what_passes_is_tried_again(packed, host, tmp_path):
    host.harms = ["busy", "cut"]
    waited = []
    release_from(host.url, packed[1], tmp_path / "kept", waited.append)
    assert len(host.asked) == 3
    assert waited == [2.0, 4.0]


def test_what_does_not_pass_is_told(packed, host, tmp_path):
    with pytest.raises(ReleaseError, match="404"):
        release_from(host.url + "x", packed[1], tmp_path / "kept")
    with pytest.raises(ReleaseError, match="another archive"):
        release_from(host.url, "0" * 64, tmp_path / "kept")
    host.harms = ["busy"] * 9
    with pytest.raises(ReleaseError, match="503"):
        release_from(host.url, packed[1], tmp_path / "kept", lambda _seconds: None)
    assert [*(tmp_path / "kept").iterdir()] == []


def test_the_commands_pack_and_serve(museum, host, packed, tmp_path, free_port):
    program = [sys.executable, "-m", "reviewgraph"]
    out = tmp_path / "by-command.tar.gz"
    told = subprocess.run(
        [*program, "pack", str(museum.path), "--out", str(out)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert told == f"{packed[1]}  {out}\n"
    assert out.read_bytes() == packed[0].read_bytes()
    options = ["--port", str(free_port), "--out", str(tmp_path / "kept")]
    refused = subprocess.run(
        [*program, "serve", host.url, "--sha256", "0" * 64, *options, "--lang", "both"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 2
    assert "SHA-256 คือ" in refused.stderr
    with subprocess.Popen(
        [*program, "serve", host.url, "--sha256", packed[1], *options], stderr=subprocess.DEVNULL
    ) as site:
        try:
            assert "bowl" in until(f"http://127.0.0.1:{free_port}/doc/bowl.ttl", site).text
        finally:
            site.terminate()
            site.wait(20)


def test_serving_writes_nothing_into_a_release(museum, tmp_path, free_port):
    """So that a read-only folder will do; where the system lets us, it is one."""
    folder = shutil.copytree(museum.path, tmp_path / "release")
    before = {path: path.stat().st_mtime_ns for path in [folder, *folder.rglob("*")]}
    command = [sys.executable, "-m", "reviewgraph", "serve", str(folder), "--port", str(free_port)]
    bound = f'mount --bind "{folder}" "{folder}" && mount -o remount,ro,bind "{folder}"'
    own = ["unshare", "--mount", "--map-root-user", "sh", "-ec", f'{bound}; exec "$@"', "sh"]
    if subprocess.run([*own, "true"], capture_output=True, check=False).returncode == 0:
        command = [*own, *command]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as site:
        try:
            base = f"http://127.0.0.1:{free_port}"
            assert "bowl" in until(f"{base}/doc/bowl.ttl", site).text
            for path in (
                "/search.json?q=bowl",
                "/dump.nt",
                "/sparql?query=ASK%20%7B%7D",
                "/graphs",
            ):
                assert httpx.get(base + path).status_code == 200, path
        finally:
            site.terminate()
            site.wait(20)
    after = {path: path.stat().st_mtime_ns for path in [folder, *folder.rglob("*")]}
    assert after == before


def until(url, process):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            return httpx.get(url, timeout=10).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.05)
    pytest.fail(f"the site does not answer ({process.poll()})")
