"""Drafts on the command line: what is told, what is built where, what is refused."""

import html
import json
import os
import shutil
import socket
import subprocess
import sys

import httpx
import pytest

PLAIN = {"LC_ALL": "C.UTF-8", "CI": "", "REVIEWGRAPH_DEBUG": ""}
MARK = "<> <http://www.w3.org/ns/adms#status> <http://purl.org/adms/status/UnderDevelopment> .\n"
BAD = "<https://museum.example/id/x> a <http://www.w3.org/2004/02/skos/core#Konzept> .\n"


def run(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "reviewgraph", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, **PLAIN, **environment},
    )


@pytest.fixture
def drafted(museum_copy):
    """The museum with a draft that would not pass the gate."""
    (museum_copy / "data" / "new.ttl").write_text(MARK + BAD)
    return museum_copy


@pytest.mark.parametrize("format_", ["text", "json", "sarif", "html", "markdown"])
def test_the_report_names_the_drafts_that_were_left_out(drafted, format_):
    done = run("validate", drafted, "--format", format_, "--lang", "both")
    assert (done.returncode, done.stderr) == (0, "")
    assert "drafts were left out, 1 file: data/new.ttl" in html.unescape(done.stdout)
    assert "จะไม่เผยแพร่ฉบับร่าง 1 ไฟล์" in done.stdout


def test_drafts_are_judged_if_asked_for(drafted):
    for done in (
        run("validate", drafted, "--drafts", "--lang", "en"),
        run("validate", drafted, "--lang", "en", REVIEWGRAPH_DRAFTS="1"),
    ):
        assert done.returncode == 1
        assert "data/new.ttl:2:33: violation [unknown-term]" in done.stdout
        assert "drafts were judged too, 1 file that will not be published" in done.stdout


def test_both_sides_of_a_comparison_are_read_alike(drafted):
    def git(*arguments):
        identity = ["-c", "user.name=A", "-c", "user.email=a@museum.example"]
        subprocess.run(
            ["git", "-C", drafted, *identity, "-c", "commit.gpgsign=no", *arguments],
            check=True,
            capture_output=True,
            env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull},
        )

    def since(*options):
        done = run("validate", drafted, "--changed-since", "HEAD", "--format", "json", *options)
        return done.returncode, [entry["known"] for entry in json.loads(done.stdout)["results"]]

    git("init", "--quiet")
    git("add", "--all")
    git("commit", "--message", "as it is")
    assert since() == (0, [])
    assert since("--drafts") == (0, [True])
    (drafted / "data" / "new.ttl").write_text(BAD)  # no draft any more: what is wrong in it is new
    assert since() == (1, [False])
    assert since("--drafts") == (0, [True])


def test_a_preview_is_built_beside_and_never_put_in_force(drafted, tmp_path):
    out = tmp_path / "out"
    (drafted / "data" / "new.ttl").write_text(MARK + "<x:a> <x:b> 'secret' .")
    done = run("build", drafted, "--out", out, "--lang", "en")
    assert done.returncode == 0
    assert done.stderr == "reviewgraph: drafts were left out, 1 file: data/new.ttl\n"
    shown = run("build", drafted, "--out", out, "--drafts", "--lang", "en")
    assert shown.returncode == 0
    assert "1 file that will not be published" in shown.stderr
    assert (out / "current").resolve() == type(out)(done.stdout.strip())
    assert (out / "preview" / "current").resolve() == type(out)(shown.stdout.strip())
    assert "secret" not in (out / "current" / "dump.nq").read_text()
    assert "secret" in (out / "preview" / "current" / "dump.nq").read_text()


def test_a_preview_is_not_served_unless_drafts_are_asked_for(drafted, tmp_path):
    (drafted / "data" / "new.ttl").write_text(MARK)
    out = tmp_path / "out"
    preview = run("build", drafted, "--out", out, "--drafts").stdout.strip()
    moved = shutil.copytree(preview, tmp_path / "moved")
    for target in (preview, out / "preview", moved):
        done = run("serve", target, "--port", "0", "--lang", "both")
        assert done.returncode == 2
        assert "is a preview with drafts, not for publication" in done.stderr
        assert "ไม่ใช่รุ่นสำหรับเผยแพร่" in done.stderr
    release = run("build", drafted, "--out", out).stdout.strip()
    (out / "preview" / "current").unlink()
    for target in (release, out):
        done = run("serve", target, "--drafts", "--port", "0", "--lang", "en")
        assert done.returncode == 2
        assert "was built without drafts" in done.stderr


def test_a_preview_over_a_socket_says_so_in_every_response(drafted, tmp_path):
    (drafted / "data" / "new.ttl").write_text(MARK)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    command = [sys.executable, "-m", "reviewgraph", "serve", drafted, "--out", tmp_path / "out"]
    process = subprocess.Popen(
        [*map(str, command), "--port", str(port), "--drafts"],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **PLAIN},
    )
    try:
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}",
            transport=httpx.HTTPTransport(retries=12),
            timeout=60,
        ) as client:
            # The endpoint's short answers go past the application, and one comes from memory.
            for path in ("/", "/static/style.css", "/nowhere", *["/sparql?query=ASK%7B%7D"] * 3):
                assert client.get(path).headers["x-robots-tag"] == "noindex, nofollow"
        with socket.create_connection(("127.0.0.1", port)) as raw:
            raw.sendall(b"no HTTP\r\n\r\n")
            assert b"x-robots-tag: noindex, nofollow" in raw.recv(65_536)
    finally:
        process.terminate()
        process.communicate(timeout=60)


def test_the_catalogue_cannot_be_a_draft(museum_copy):
    catalog = museum_copy / "data" / "catalog.ttl"
    catalog.write_text(MARK + catalog.read_text())
    done = run("validate", museum_copy, "--lang", "both")
    assert done.returncode == 2
    assert "data/catalog.ttl:1:1: " in done.stdout
    assert "data/catalog.ttl cannot be a draft" in done.stdout
    assert "data/catalog.ttl เป็นฉบับร่างไม่ได้" in done.stdout
