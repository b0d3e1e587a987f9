"""Releases that are kept, the site at another time, and the change from one release to the next."""

import asyncio
import contextlib
import json
import re
import shutil
import threading
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin

import httpx
import pytest
import rdflib
from lxml import etree

from reviewgraph.gate.judge import judge
from reviewgraph.publication.folder import load
from reviewgraph.release.build import build
from reviewgraph.release.history import HISTORY, of_release
from reviewgraph.release.manifest import open_release
from reviewgraph.web.app import create_app
from reviewgraph.web.changeover import Changeover

FIRST, SECOND = datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 6, 1, 12, tzinfo=UTC)
CALLED = "Deep bowl"


def built(folder, out):
    publication = load(folder)
    return build(publication, judge(publication), out)


def edit(folder, old, new):
    file = folder / "data" / "artefacts.ttl"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


@pytest.fixture(scope="module")
def kept(museum_folder, tmp_path_factory):
    """An output folder with two releases of the museum: in the second the bowl has a new name."""
    folder = tmp_path_factory.mktemp("kept")
    museum, out = folder / "museum", folder / "out"
    shutil.copytree(museum_folder, museum)
    built(museum, out)
    edit(museum, "Sangkhalok bowl", CALLED)
    built(museum, out)
    path = out / HISTORY
    history = json.loads(path.read_text())
    history[0]["since"], history[1]["since"] = FIRST.isoformat(), SECOND.isoformat()
    path.write_text(json.dumps(history))
    return out


@pytest.fixture(scope="module")
def names(kept):
    return [entry["release"] for entry in json.loads((kept / HISTORY).read_text())]


@pytest.fixture(scope="module")
def ask_kept(kept, asking):
    release = open_release(kept)
    return asking(create_app(release, history=of_release(release)))


def date(when):
    return when.strftime("%a, %d %b %Y %H:%M:%S GMT")


def test_the_releases_are_listed_newest_first(ask_kept, names):
    told = json.loads(ask_kept("/releases.json").body)["releases"]
    assert [each["release"] for each in told] == names[::-1]
    assert [each["in_force"] for each in told] == [True, False]
    page = ask_kept("/releases.th.html").text
    assert "1 มกราคม 2567" in page
    assert f'href="/releases/{names[0]}/index.th.html"' in page


def test_an_older_release_is_what_it_was(ask_kept, names):
    old = f"/releases/{names[0]}"
    assert CALLED not in ask_kept(f"{old}/doc/bowl.ttl").text
    assert CALLED in ask_kept("/doc/bowl.ttl").text
    assert CALLED in ask_kept(f"/releases/{names[1]}/doc/bowl.ttl").text
    answer = ask_kept(f"{old}/doc/bowl", accept="text/turtle")
    assert answer.headers["content-location"] == f"{old}/doc/bowl.ttl"
    assert ask_kept(f"{old}/id/bowl").headers["location"] == f"{old}/doc/bowl"
    assert (
        ask_kept(f"{old}/doc/bowl.ttl").headers["etag"] != ask_kept("/doc/bowl.ttl").headers["etag"]
    )


def test_the_dumps_of_an_older_release_stay(ask_kept, names, kept):
    for file in ("dump.nq.gz", "dump.ttl", "manifest.json", "dump.nq"):
        answer = ask_kept(f"/releases/{names[0]}/{file}")
        assert answer.body == (kept / "releases" / names[0] / file).read_bytes()
    part = ask_kept(f"/releases/{names[0]}/dump.nq", range="bytes=2-5")
    assert (part.status, len(part.body)) == (206, 4)


def test_every_link_of_an_older_release_stays_in_it_or_leads_to_the_one_in_force(ask_kept, names):
    old = f"/releases/{names[0]}"
    seen, waiting = set(), [f"{old}/"]
    while waiting and len(seen) < 120:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        answer = ask_kept(address, accept="text/html,*/*;q=0.1")
        assert answer.status in {200, 410}, address
        if answer.media_type != "text/html":
            continue
        assert 'role="note"' in answer.text, address
        for link in re.findall(r'href="([^"#]+)', answer.text):
            joined = urljoin(address, link)
            if joined.startswith(old):
                waiting.append(joined)
            else:
                assert joined.startswith(("http", "/static/")) or joined in {
                    "/index.th.html",
                    "/index.en.html",
                }, joined
    assert len(seen) > 40


def test_queries_are_answered_from_the_release_in_force_alone(ask_kept, names):
    for path in ("/sparql?query=ASK{}", "/questions", "/openapi.json", "/releases"):
        assert ask_kept(f"/releases/{names[0]}{path}").status == 404


def test_a_release_is_found_by_the_beginning_of_its_name(ask_kept, names):
    answer = ask_kept(f"/releases/{names[0][:12]}")
    assert (answer.status, answer.headers["location"]) == (303, f"/releases/{names[0]}/")
    for name in (names[0][:6], "f" * 64, "..", "%2E%2E", "x/y"):
        assert ask_kept(f"/releases/{name}").status == 404, name
        assert ask_kept(f"/releases/{name}/doc/bowl").status == 404, name


@pytest.mark.parametrize(
    ("when", "which"),
    [
        (FIRST - timedelta(days=900), 0),
        (FIRST, 0),
        (SECOND - timedelta(seconds=1), 0),
        (SECOND, 1),
        (SECOND + timedelta(days=9000), 1),
        (None, 1),
    ],
)
@pytest.mark.parametrize(
    "path", ["doc/bowl", "id/bowl", "doc/bowl.ttl", "dump.nq", "https://museum.example/id/bowl"]
)
def test_the_timegate_leads_to_the_release_of_that_time(ask_kept, names, when, which, path):
    answer = ask_kept(f"/timegate/{path}", **({"accept_datetime": date(when)} if when else {}))
    local = path.removeprefix("https://museum.example/")
    assert answer.status == 302
    assert answer.headers["location"] == f"/releases/{names[which]}/{local}"
    assert answer.headers["vary"] == "Accept-Datetime"
    assert f'<https://museum.example/{local}>; rel="original"' in answer.headers["link"]
    assert f'</timemap/{local}>; rel="timemap"' in answer.headers["link"]
    memento = ask_kept(answer.headers["location"])
    if memento.status == 303:
        memento = ask_kept(memento.headers["location"])
    assert memento.headers["memento-datetime"] == date([FIRST, SECOND][which])
    assert 'rel="original"' in memento.headers["link"]
    assert 'rel="timegate"' in memento.headers["link"]


def test_a_date_that_is_none_is_told(ask_kept):
    assert ask_kept("/timegate/doc/bowl", accept_datetime="yesterday").status == 400
    assert ask_kept("/timegate/doc/nothing").status == 404
    assert ask_kept("/timemap/doc/nothing").status == 404


def test_nothing_that_is_asked_for_ends_a_link_early(ask_kept):
    answer = ask_kept('/timegate/x>;rel="stylesheet",<y')
    assert answer.status == 302
    assert 'stylesheet"' not in answer.headers["link"]
    assert "<y" not in answer.headers["link"]
    assert "<y" not in answer.headers["location"]


def test_the_timemap_lists_all_times(ask_kept, names):
    answer = ask_kept("/timemap/doc/bowl")
    assert answer.media_type == "application/link-format"
    for number, (name, when) in enumerate(zip(names, (FIRST, SECOND), strict=True)):
        relation = ("first memento", "last memento")[number]
        assert (
            f'</releases/{name}/doc/bowl>; rel="{relation}"; datetime="{date(when)}"' in answer.text
        )


def test_a_document_tells_of_its_other_times_and_since_when_it_is_so(ask_kept):
    answer = ask_kept("/doc/bowl.ttl")
    assert '</timegate/doc/bowl.ttl>; rel="timegate"' in answer.headers["link"]
    assert answer.headers["last-modified"] == date(SECOND)
    assert "memento-datetime" not in answer.headers


def test_a_release_that_lies_by_itself_has_no_history_but_itself(ask_museum, museum):
    told = json.loads(ask_museum("/releases.json").body)["releases"]
    assert [each["release"] for each in told] == [museum.name]
    assert ask_museum(f"/releases/{museum.name}/doc/bowl.ttl").status == 200


@contextlib.contextmanager
def changing(folder, tmp_path, serve):
    out = tmp_path / "out"
    built(folder, out)
    release = open_release(out)

    def make(release, history):
        return create_app(release, history=history)

    app = Changeover(make, release, out)
    with serve(app) as client:
        yield client, out


def until(condition, seconds=30.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.05)


def release_of(client):
    return client.get("/healthz").json()["release"]


def test_a_new_release_takes_over_without_a_request_lost(museum_copy, tmp_path, serve):
    with changing(museum_copy, tmp_path, serve) as (client, out):
        base = str(client.base_url)
        failures, tags, stop = [], set(), threading.Event()

        def asking(path, accept):
            with httpx.Client(base_url=base, timeout=60) as own:
                while not stop.is_set():
                    answer = own.get(path, headers={"Accept": accept})
                    if answer.status_code != 200:
                        failures.append((path, answer.status_code, answer.text))
                    tags.add((path, answer.headers["etag"], answer.content))

        query = "/sparql?query=SELECT*{?s?p?o}ORDER%20BY%20?s?p?o"
        paths = [
            (query, "text/csv"),
            ("/doc/bowl", "text/turtle"),
            ("/dump.nq", "*/*"),
            (f"{query}%20LIMIT%2050", "application/sparql-results+json"),
        ]
        threads = [threading.Thread(target=asking, args=each) for each in paths]
        for thread in threads:
            thread.start()
        old = release_of(client)
        edit(museum_copy, "Sangkhalok bowl", CALLED)
        new = built(museum_copy, out)
        until(lambda: release_of(client) == new.name)
        time.sleep(0.5)
        stop.set()
        for thread in threads:
            thread.join()
        assert not failures
        for path, _ in paths:
            of_path = [(tag, body) for asked, tag, body in tags if asked == path]
            assert len({tag for tag, _ in of_path}) == len(of_path), "one tag, one content"
            assert len(of_path) == 2, path
        assert CALLED in client.get("/doc/bowl.ttl").text
        assert CALLED not in client.get(f"/releases/{old}/doc/bowl.ttl").text
        assert [each["release"] for each in client.get("/releases.json").json()["releases"]] == [
            new.name,
            old,
        ]


def test_a_release_that_is_damaged_never_shows(museum_copy, tmp_path, serve, caplog):
    with changing(museum_copy, tmp_path, serve) as (client, out):
        good = release_of(client)
        edit(museum_copy, "Sangkhalok bowl", CALLED)
        bad = built(museum_copy, tmp_path / "elsewhere")
        damaged = shutil.copytree(bad.path, out / "releases" / bad.name)
        (damaged / "dump.nt").write_bytes((damaged / "dump.nt").read_bytes()[::-1])
        link = out / "next"
        link.symlink_to(f"releases/{bad.name}")
        link.replace(out / "current")
        until(lambda: "cannot be served" in caplog.text)
        assert release_of(client) == good
        assert CALLED not in client.get("/doc/bowl.ttl").text
        edit(museum_copy, CALLED, "Flat bowl")
        mended = built(museum_copy, out)
        until(lambda: release_of(client) == mended.name)


def test_a_folder_that_does_not_pass_the_gate_never_shows(museum_copy, tmp_path, serve, repo):
    with changing(museum_copy, tmp_path, serve) as (client, out):
        good = release_of(client)
        edit(museum_copy, '"Sangkhalok bowl"@en', '"Sangkhalok bowl"@en ; m:nam "Bowl"')
        publication = load(museum_copy)
        report = judge(publication)
        assert report.exit_code() != 0
        with contextlib.suppress(Exception):
            build(publication, report, out)
        time.sleep(1.5)
        assert release_of(client) == good


def test_the_applications_of_older_releases_can_be_read_by_rdflib(kept, serve, names):
    release = open_release(kept)
    with serve(create_app(release, history=of_release(release))) as client:
        graph = rdflib.Graph().parse(f"{client.base_url}/releases/{names[0]}/doc/bowl")
        assert len(graph) > 3


def test_an_application_that_cannot_start_says_so(museum):
    class Broken(Exception):
        pass

    @contextlib.asynccontextmanager
    async def lifespan(_):
        raise Broken
        yield

    app = create_app(museum)
    app.router.lifespan_context = lifespan
    changeover = Changeover(lambda _release, _history: app, museum)
    sent = []

    async def receive():
        return {"type": "lifespan.startup"}

    async def send(message):
        sent.append(message["type"])

    with pytest.raises(Broken):
        asyncio.run(changeover({"type": "lifespan"}, receive, send))
    assert sent == ["lifespan.startup.failed"]


def atom(answer):
    assert answer.media_type == "application/atom+xml"
    return etree.fromstring(answer.body), "{http://www.w3.org/2005/Atom}"


def test_the_feed_tells_what_changed(ask_kept, names):
    feed, ns = atom(ask_kept("/changes.atom"))
    assert feed.find(f"{ns}updated").text == SECOND.isoformat()
    newest, first = feed.findall(f"{ns}entry")
    assert names[1] in newest.find(f"{ns}id").text
    assert newest.find(f"{ns}updated").text == SECOND.isoformat()
    assert "แก้ไข 1 รายการ" in newest.find(f"{ns}title").text
    assert "1 changed" in newest.find(f"{ns}title").text
    content = newest.find(f"{ns}content")
    assert content.get("type") == "html"
    assert f'<a href="https://museum.example/releases/{names[1]}/id/bowl">' in content.text
    assert CALLED in content.text
    assert "Published for the first time" in first.find(f"{ns}title").text
    identifiers = [entry.find(f"{ns}id").text for entry in (newest, first)]
    assert len(set(identifiers)) == 2


def test_what_the_data_says_is_text_in_the_feed(museum_copy, tmp_path, asking):
    out = tmp_path / "out"
    built(museum_copy, out)
    edit(museum_copy, "Sangkhalok bowl", "<script>alert(1)</script> & ]]>")
    release = built(museum_copy, out)
    feed, ns = atom(asking(create_app(release, history=of_release(release)))("/changes.atom"))
    content = feed.find(f"{ns}entry").find(f"{ns}content").text
    assert "<script>" not in content
    assert "&lt;script&gt;" in content


def test_the_feed_is_kept_by_its_tag(ask_kept):
    tag = ask_kept("/changes.atom").headers["etag"]
    assert ask_kept("/changes.atom", if_none_match=tag).status == 304


def test_who_reads_page_after_page_stays_with_a_release(museum_copy, tmp_path, serve, monkeypatch):
    monkeypatch.setattr("reviewgraph.web.site.PAGE_SIZE", 2)
    with changing(museum_copy, tmp_path, serve) as (client, out):
        old = release_of(client)
        whole = client.get("/doc/museum.nt")
        pages = [whole]
        assert 'rel="next"' in whole.headers["link"]
        edit(museum_copy, "Sangkhalok bowl", CALLED)
        new = built(museum_copy, out)
        until(lambda: release_of(client) == new.name)
        while link := re.search(r'<([^>]*)>; rel="next"', pages[-1].headers["link"]):
            assert link[1].startswith(f"/releases/{old}/doc/museum.page-")
            pages.append(client.get(link[1]))
            assert pages[-1].status_code == 200
            assert pages[-1].headers["etag"].startswith(f'"{old[:32]}')
        assert len(pages) == 2
        back = re.search(r'<([^>]*)>; rel="first"', pages[-1].headers["link"])
        assert client.get(back[1]).content == whole.content
        now = client.get("/doc/museum.nt")
        assert now.headers["etag"].startswith(f'"{new.name[:32]}')
        assert f"</releases/{new.name}/doc/museum.page-2.nt>" in now.headers["link"]
