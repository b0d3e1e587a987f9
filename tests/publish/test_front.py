"""nginx in front of a site, as the sample has it."""

import sys
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from reviewgraph.release.manifest import open_release


@pytest.fixture
def front(museum, nginx_serving, listening, repo, tmp_path, free_port):
    """The address of nginx, and that of the site behind it."""
    behind = free_port
    site = [sys.executable, "-m", "reviewgraph", "serve", str(museum.path), "--workers", "1"]
    with listening([*site, "--port", str(behind)], behind):
        port = behind + 1 if behind < 65_000 else behind - 1
        text = (repo / "deploy" / "nginx.conf").read_text()
        for old, new in (
            ("127.0.0.1:8000", f"127.0.0.1:{behind}"),
            ("listen 8080;", f"listen 127.0.0.1:{port};"),
            ("/var/cache/nginx/reviewgraph", f"{tmp_path}/cache"),
            ("include reviewgraph_proxy.inc", f"include {tmp_path}/reviewgraph_proxy.inc"),
        ):
            assert old in text
            text = text.replace(old, new)
        proxy = (repo / "deploy" / "reviewgraph_proxy.inc").read_text()
        with nginx_serving(text, port, reviewgraph_proxy__inc=proxy):
            yield f"http://127.0.0.1:{port}", f"http://127.0.0.1:{behind}"


def test_the_site_is_the_same_behind_nginx(front, museum):
    _, behind = front
    for path, accept in (
        ("/doc/bowl", "text/turtle"),
        ("/doc/bowl", "text/html"),
        ("/doc/bowl", "application/ld+json"),
        ("/sparql?query=ASK%20%7B%7D", "application/sparql-results+json"),
        ("/dump.nt", "*/*"),
        ("/search.th.html?q=bowl", "text/html"),
    ):
        for _ in range(2):  # the second time it comes from the cache, asked about
            headers = {"Accept": accept, "Accept-Language": "th"}
            one, other = (httpx.get(each + path, headers=headers) for each in front)
            assert one.status_code == other.status_code == 200, path
            assert one.content == other.content
            assert one.headers["content-type"] == other.headers["content-type"]
            assert one.headers.get("etag") == other.headers.get("etag")
    assert httpx.get(f"{behind}/readyz").json()["release"] == open_release(museum.path).name


def test_what_is_for_the_inside_stays_there(front):
    address, behind = front
    for path in ("/metrics", "/readyz"):
        assert httpx.get(address + path).status_code == 404
        assert httpx.get(behind + path).status_code == 200
    assert httpx.get(f"{address}/healthz").status_code == 200


def test_who_asks_too_much_is_told_to_wait_and_pages_go_on(front):
    address, _ = front

    def ask(number):
        query = f"SELECT * {{ ?s ?p {number} }}"
        return httpx.get(f"{address}/sparql", params={"query": query}).status_code

    with ThreadPoolExecutor(10) as threads:
        statuses = list(threads.map(ask, range(150)))
    assert set(statuses) == {200, 429}
    assert httpx.get(f"{address}/doc/bowl.ttl").status_code == 200


def test_a_body_that_is_too_large_is_refused_at_the_door(front):
    address, _ = front
    answer = httpx.post(f"{address}/sparql", content=b"x" * 1_100_000)
    assert answer.status_code == 413
