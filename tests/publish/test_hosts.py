"""The configurations for hosts of files, tried on the hosts."""

import contextlib
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path
from urllib.parse import unquote

import pytest

from reviewgraph.release.history import of_release
from reviewgraph.release.manifest import open_release
from reviewgraph.web.app import create_app

MODULES = (
    "mpm_event",
    "authz_core",
    "mime",
    "negotiation",
    "alias",
    "rewrite",
    "headers",
    "dir",
    "unixd",
)
MODULE_FOLDERS = ("/usr/lib/apache2/modules", "/usr/lib64/httpd/modules")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@contextlib.contextmanager
def process(command, port):
    """A server in the foreground, ended by its id."""
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        end = time.monotonic() + 20
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            assert running.poll() is None, running.stdout.read().decode()
            assert time.monotonic() < end
            time.sleep(0.05)
        yield port
    finally:
        running.terminate()
        running.wait(20)
        running.stdout.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def program(name: str) -> Path | None:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    return Path(found) if found else None


def lacking(what):
    if os.environ.get("CI") and not os.environ.get("REVIEWGRAPH_WITHOUT_HOSTS"):
        pytest.fail(f"CI needs {what}, or REVIEWGRAPH_WITHOUT_HOSTS=1")
    pytest.skip(f"{what} is not on this machine")


@pytest.fixture(scope="session")
def nginx(exported, tmp_path_factory, host_at):
    found = program("nginx")
    if found is None:
        lacking("nginx")
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    site = (exported.folder / "nginx.conf").read_text()
    site = site.replace("root /srv/www;", f"root {exported.folder};")
    (folder / "site.conf").write_text(site.replace("listen 8080;", f"listen 127.0.0.1:{port};"))
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log stderr warn; worker_processes 1;\n"
        f"{'user root;' if os.getuid() == 0 else ''} events {{ }}\n"
        f"http {{ access_log off; {temporary} include {folder}/site.conf; }}\n"
    )
    command = [str(found), "-c", str(folder / "nginx.conf"), "-e", "stderr"]
    with process(command, port):
        yield host_at(port)


@pytest.fixture(scope="session")
def apache(exported, tmp_path_factory, host_at):
    found = program("apache2") or program("httpd")
    modules = next((Path(each) for each in MODULE_FOLDERS if Path(each).is_dir()), None)
    if found is None or modules is None:
        lacking("Apache")
    folder, port = tmp_path_factory.mktemp("apache"), free_port()
    for path in (exported.folder, *exported.folder.parents):
        if os.getuid() == 0 and path.stat().st_uid == 0:
            path.chmod(path.stat().st_mode | 0o055)
    loaded = "\n".join(
        f"LoadModule {name}_module {modules}/mod_{name}.so"
        for name in MODULES
        if (modules / f"mod_{name}.so").exists()  # others are built in
    )
    user = "User www-data\nGroup www-data" if os.getuid() == 0 else ""
    (folder / "apache.conf").write_text(
        f"ServerRoot {folder}\nPidFile {folder}/pid\nErrorLog /dev/stderr\nServerName localhost\n"
        f"Listen 127.0.0.1:{port}\n{loaded}\n{user}\n"
        f"TypesConfig /dev/null\nDocumentRoot {exported.folder}\n<Directory {exported.folder}>\n"
        "AllowOverride All\nRequire all granted\n</Directory>\n"
    )
    command = [str(found), "-D", "FOREGROUND", "-f", str(folder / "apache.conf")]
    with process(command, port):
        yield host_at(port)


@pytest.fixture(params=["nginx", "apache"])
def host(request):
    return request.getfixturevalue(request.param)


# Accept, Accept-Language, the ending of what is sent, its type
CHOICES = [
    (BROWSER, "th", "th.html", "text/html"),
    (BROWSER, "en-GB,en;q=0.9", "en.html", "text/html"),
    (BROWSER, "fr", "th.html", "text/html"),
    ("*/*", None, "th.html", "text/html"),
    (None, None, "th.html", "text/html"),
    ("text/turtle", None, "ttl", "text/turtle"),
    ("text/turtle;q=0.9, text/html;q=0.5", None, "ttl", "text/turtle"),
    ("application/rdf+xml", "en", "rdf", "application/rdf+xml"),
    ("application/n-triples", None, "nt", "application/n-triples"),
    ("application/ld+json", None, "jsonld", "application/ld+json"),
    ("application/json", None, "json", "application/json"),
]


@pytest.mark.parametrize(("accept", "language", "ending", "media_type"), CHOICES)
@pytest.mark.parametrize(
    "path",
    ["doc/bowl", "terms", "doc/%E0%B8%95%E0%B8%B0%E0%B9%80%E0%B8%81%E0%B8%B5%E0%B8%A2%E0%B8%87"],
)
def test_a_host_chooses_as_the_site_does(
    host, ask_published, path, accept, language, ending, media_type
):
    asked = {"accept": accept} if accept else {}
    asked |= {"accept_language": language} if language else {}
    answer = host(f"/{path}", **asked)
    assert answer.status == 200
    assert answer.headers["content-type"].partition(";")[0] == media_type
    assert answer.body == ask_published(f"/{path}.{ending}").body
    assert answer.body == ask_published(f"/{path}", **asked).body
    varies = answer.headers["vary"].lower()
    assert "accept" in varies
    assert "accept-language" in varies


@pytest.fixture(scope="session")
def ask_published(museum_out, asking):
    release = open_release(museum_out)
    return asking(create_app(release, history=of_release(release)))


def test_every_file_is_sent_with_the_type_that_the_site_gives_it(host, exported, ask_published):
    for address, file in exported.files.items():
        if address.startswith("/releases/") and "/doc/" not in address:
            continue
        answer = host(address)
        expected = ask_published(address)
        assert answer.status == expected.status, address
        assert answer.body == (exported.folder / file).read_bytes(), address
        sent = answer.headers["content-type"].replace(" ", "").lower()
        wanted = expected.headers["content-type"].replace(" ", "").lower()
        assert sent.partition(";")[0] == wanted.partition(";")[0], address
        if wanted.startswith("text/"):
            assert "charset=utf-8" in sent, address


def test_an_entity_leads_to_its_document(host, exported):
    old = next(a for a in exported.files if a.startswith("/releases/")).split("/")[2]
    for before in ("", f"/releases/{old}"):
        answer = host(
            f"{before}/id/%E0%B8%95%E0%B8%B0%E0%B9%80%E0%B8%81%E0%B8%B5%E0%B8%A2%E0%B8%87"
        )
        assert answer.status == 303
        assert unquote(answer.headers["location"]).endswith(f"{before}/doc/ตะเกียง")


def test_what_is_withdrawn_is_gone_and_says_what_replaces_it(host):
    for path, media_type in (("/doc/jar", "text/turtle"), ("/doc/jar.ttl", "*/*")):
        answer = host(path, accept=media_type)
        assert answer.status == 410, path
        assert b"isReplacedBy" in answer.body
        assert answer.headers["content-type"].startswith("text/turtle")
    page = host("/doc/jar", accept="text/html", accept_language="en")
    assert page.status == 410
    assert b"/doc/bowl.en.html" in page.body


def test_the_front_door_is_in_the_readers_language(host):
    assert b'<html lang="th">' in host("/").body
    assert b'<html lang="en">' in host("/", accept_language="en").body


def test_the_headers_of_the_site_are_sent(host):
    answer = host("/doc/bowl.en.html")
    for name in (
        "Content-Security-Policy",
        "X-Content-Type-Options",
        "Access-Control-Allow-Origin",
    ):
        assert answer.headers[name]
    links = ", ".join(answer.headers.get_all("link"))
    assert '<https://museum.example/id/bowl>; rel="cite-as"' in links
    tree = ", ".join(host("/doc/bowl.json").headers.get_all("link"))
    assert "json-ld#context" in tree
    assert "json-ld#context" not in str(host("/manifest.json").headers.get_all("link"))


@pytest.mark.parametrize(
    "path", ["/.htaccess", "/nginx.conf", "/../etc/passwd", "/doc/nothing", "/sparql?query=ASK{}"]
)
def test_nothing_else_is_sent(host, path):
    assert host(path).status in {400, 403, 404}


def test_a_dump_can_be_had_in_parts(host):
    answer = host("/dump.nq", range="bytes=0-9")
    assert (answer.status, len(answer.body)) == (206, 10)
