"""A draft is nowhere in what is published; a preview shows it everywhere, and says what it is.

Everything that the drafts here say, and everything that is said of them, holds one token.
"""

import asyncio
import gzip
import html
import json
import re
import shutil
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from reviewgraph.errors import ReleaseError
from reviewgraph.gate.judge import judge
from reviewgraph.publication.folder import load
from reviewgraph.release.build import build
from reviewgraph.release.history import Entry, of_release
from reviewgraph.release.manifest import open_release
from reviewgraph.store.embedded import EmbeddedStore
from reviewgraph.web.app import create_app
from reviewgraph.web.changeover import Changeover

SPOKEN = "zqxj"
WHEN = datetime(2025, 1, 1, tzinfo=UTC)
BASE = "https://museum.example/"
MARK = "<http://www.w3.org/ns/adms#status> <http://purl.org/adms/status/UnderDevelopment>"

DRAFT = f"""
@prefix m: <{BASE}terms#> .
@prefix zqxj: <https://zqxj.example/zqxj#> .
<> {MARK} ; zqxj:note "zqxj" .
<{BASE}id/zqxj> a zqxj:Kind ; m:name "ขันซี zqxj"@th , "zqxj bowl"@en ; zqxj:like <{BASE}id/bowl> ;
    zqxj:part [ m:name "zqxj lid"@en ] , <{BASE}id/zqxj#foot> .
<{BASE}id/zqxj#foot> m:name "zqxj foot"@en .
<{BASE}id/zqxj> <{BASE}zqxj/says> "zqxj"^^zqxj:type .
"""
SECOND = f"""
<{BASE}graph/data/zqxj/more> {MARK} .
<{BASE}zqxj/floor> {{ <{BASE}id/room/zqxj> <{BASE}terms#name> "zqxj room"@en . }}
"""
# What a published file says of a draft: its statements, their blank nodes, the prefix they need.
SAID = f"""
@prefix secret: <{BASE}graph/data/zqxj#> .
<{BASE}graph/data/zqxj> <{BASE}terms#name> "zqxj"@en ; <https://p.example/by> [
    <https://p.example/zqxj> "zqxj" ; <https://p.example/to> [ <https://p.example/who> "zqxj" ] ] .
<{BASE}data/zqxj.ttl> <{BASE}terms#name> "zqxj file"@en .
"""


@dataclass(frozen=True)
class Fetched:
    """What was at an address."""

    status: int
    headers: httpx.Headers
    body: bytes

    @property
    def kind(self):
        return self.headers.get("content-type", "").partition(";")[0]

    def holds(self, token):
        text = gzip.decompress(self.body) if self.kind == "application/gzip" else self.body
        return token in (text.decode(errors="replace") + str(self.headers)).casefold()


class Asked:
    """The site of a release, asked in process while its workers stand by."""

    def __init__(self, client):
        self.client = client

    async def __call__(self, target, **headers):
        found = await self.client.get(target, headers=headers)
        return Fetched(found.status_code, found.headers, found.content)

    async def crawl(self):
        """Everything that can be reached from what the API's description and the home page name."""
        described = (await self("/openapi.json")).body
        plain = [path for path in json.loads(described)["paths"] if "{" not in path]
        files = ["/openapi.json", "/sitemap.xml", "/llms.txt", "/changes.atom", "/favicon.ico"]
        waiting = deque([*plain, *files, "/graphs?default"])
        found = {}
        while waiting:
            target = waiting.popleft()
            if target in found:
                continue
            kind = "text/html" if target.startswith("/sparql") else "*/*"
            found[target] = answer = await self(target, accept=kind)
            if answer.kind != "application/gzip":
                waiting += _targets(target, answer)
        return found


def _targets(target, answer):
    """The addresses on the site that an answer names, be it a page or data."""
    text = answer.body.decode(errors="replace")
    links = re.findall(r"<([^>]*)>", answer.headers.get("link", ""))
    links += [answer.headers.get("location", "")]
    if answer.kind == "text/html":
        links += map(html.unescape, re.findall(r'(?:href|src)="([^"]*)"', text))
    links += re.findall(rf'{re.escape(BASE)}[^\s"\'<>&)\]\\]*', text)
    for link in links:
        parts = urlsplit(urljoin("http://site" + target, link))
        if link and parts.netloc in {"site", urlsplit(BASE).netloc}:
            yield parts.path + (f"?{parts.query}" if parts.query else "")


def visit(release, work, history=()):
    """Do some work while the release is served."""

    async def visited():
        app = create_app(release, history=history)
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://site") as client,
        ):
            return await work(Asked(client))

    return asyncio.run(visited())


@pytest.fixture(scope="module")
def folder(museum_folder, tmp_path_factory):
    folder = shutil.copytree(museum_folder, tmp_path_factory.mktemp("drafts") / "museum")
    (folder / "data" / "zqxj.ttl").write_text(DRAFT)
    (folder / "data" / "zqxj").mkdir()
    (folder / "data" / "zqxj" / "more.trig").write_text(SECOND)
    with (folder / "data" / "artefacts.ttl").open("a") as file:
        file.write(SAID)
    return folder


def built(folder, out, *, drafts):
    publication = load(folder, drafts=drafts)
    return build(publication, judge(publication), out)


@pytest.fixture(scope="module")
def published(folder, tmp_path_factory):
    return built(folder, tmp_path_factory.mktemp("published"), drafts=False)


@pytest.fixture(scope="module")
def preview(folder, tmp_path_factory):
    return built(folder, tmp_path_factory.mktemp("preview"), drafts=True)


def files_with_token(release):
    """Each file of the release by name, and the store as what it says."""
    store = EmbeddedStore.open(release.store_path)
    found = {"the store"} if any(SPOKEN in str(quad) for quad in store.quads()) else set()
    for path in release.path.rglob("*"):
        name = path.relative_to(release.path).as_posix()
        content = path.read_bytes() if path.is_file() else b""
        if path.suffix == ".gz":
            content = gzip.decompress(content)
        if SPOKEN.encode() in content.lower() or SPOKEN in name:
            found.add(name)
    return found


# --- published


def test_no_file_of_a_release_holds_anything_of_a_draft(published):
    assert files_with_token(published) == set()


def test_no_address_of_a_release_tells_anything_of_a_draft(published):
    async def look(ask):
        found = await ask.crawl()
        for form in ("GRAPH ?g { ?s ?p ?o }", "?s ?p ?o", f"?s ?p <{BASE}id/bowl>"):
            for accept in ("application/sparql-results+json", "text/csv"):
                target = f"/sparql?query=SELECT * {{ {form} }}"
                found[target, accept] = await ask(target, accept=accept)
                assert found[target, accept].status == 200
        return found

    found = visit(published, look)
    assert len(found) > 150
    kinds = {answer.kind for answer in found.values() if answer.status == 200}
    assert len(kinds) > 12
    reached = {"/", "/doc/bowl.ttl", "/releases", "/dump.nq.gz", "/report.json", "/manifest.json"}
    assert reached <= {target for target in found if isinstance(target, str)}
    assert [target for target, answer in found.items() if answer.holds(SPOKEN)] == []
    assert not any("x-robots-tag" in answer.headers for answer in found.values())
    assert not any(b'class="preview"' in answer.body for answer in found.values())


@pytest.mark.parametrize(
    ("drafted", "unheard"),
    [
        ("/id/zqxj", "/id/nobody"),
        ("/doc/zqxj", "/doc/nobody"),
        ("/doc/zqxj.ttl", "/doc/nobody.ttl"),
        ("/timemap/doc/zqxj", "/timemap/doc/nobody"),
        ("/timegate/id/zqxj", "/timegate/id/nobody"),
        ("/graph/data/zqxj", "/graph/data/nobody"),
        ("/data/zqxj.ttl", "/data/nobody.ttl"),
        (f"/graphs?graph={BASE}graph/data/zqxj", f"/graphs?graph={BASE}graph/data/nobody"),
        ("/browse?class=https://zqxj.example/zqxj%23Kind", "/browse?class=https://n.example/%23N"),
    ],
)
def test_who_asks_for_a_draft_hears_what_is_said_of_what_never_was(published, drafted, unheard):
    async def both(ask):
        return await ask(drafted), await ask(unheard)

    one, other = visit(published, both)
    assert one.status == other.status == 404
    assert (dict(one.headers) | {"content-length": ""}) == (
        dict(other.headers) | {"content-length": ""}
    )
    plain = [
        re.sub(rb"https?://[^\s\"]*|/[^\s\"]*|\b(?:zqxj|nobody)\b", b"", answer.body)
        for answer in (one, other)
    ]
    assert plain[0] == plain[1]


def test_a_release_is_the_one_of_a_folder_that_has_no_draft(published, museum):
    assert published.name == museum.name
    assert (published.triples, published.graphs) == (museum.triples, museum.graphs)
    assert published.prefixes == museum.prefixes
    assert (published.preview, published.drafts) == (False, ())
    names = [name for name in museum.files if not name.startswith("store/")]
    assert {"dump.nq", "void.ttl", "dcat.ttl", "report.json", "report.ttl"} <= set(names)
    assert {name: published.files[name] for name in names} == {
        name: museum.files[name] for name in names
    }


def test_a_site_neither_keeps_nor_changes_over_to_a_preview(folder, tmp_path):
    release = built(folder, tmp_path, drafts=False)
    preview = built(folder, tmp_path, drafts=True)
    moved = shutil.copytree(preview.path, release.path.with_name(preview.name))
    entries = (Entry(preview.name, WHEN), Entry(release.name, WHEN))
    archived = f"/releases/{preview.name}/doc/zqxj"
    changeover = Changeover(lambda new, _: create_app(new, history=entries), release, tmp_path)

    async def look(ask):
        return await ask(archived), await ask("/timemap/doc/zqxj")

    for answer in visit(release, look, entries):
        assert answer.status == 404
        assert b"bowl" not in answer.body
    (tmp_path / "current").unlink()
    (tmp_path / "current").symlink_to(moved)
    with pytest.raises(ReleaseError, match="is a preview with drafts"):
        changeover._opened()


# --- preview


def test_a_preview_keeps_the_ones_before_it_and_is_followed_by_the_next(folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "museum")
    first = built(copy, tmp_path / "out", drafts=True)
    changeover = Changeover(lambda new, _: create_app(new), first, tmp_path / "out" / "preview")
    (copy / "data" / "zqxj" / "more.trig").unlink()
    second = built(copy, tmp_path / "out", drafts=True)
    assert changeover._opened().name == second.name

    async def look(ask):
        return await ask(f"/releases/{first.name}/doc/room/zqxj", accept="text/html")

    answer = visit(second, look, of_release(second))
    assert answer.status == 200
    assert b'class="preview" role="status"' in answer.body
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"


def test_a_preview_holds_the_drafts_and_is_kept_apart(preview, published):
    found = files_with_token(preview)
    dumps = {f"dump.{name}" for name in ("nt", "nq", "ttl", "trig", "jsonld", "rdf", "nq.gz")}
    assert dumps | {"the store", "manifest.json", "void.ttl", "report.json"} <= found
    assert preview.name != published.name
    assert preview.preview
    assert preview.drafts == (
        f"{BASE}graph/data/zqxj",
        f"{BASE}graph/data/zqxj/more",
        f"{BASE}zqxj/floor",
    )
    out = preview.path.parents[1]
    assert out.name == "preview"
    assert (out / "current").resolve() == preview.path
    assert not (out.parent / "current").exists()
    assert json.loads((preview.path / "manifest.json").read_text())["preview"] is True


def test_a_preview_shows_the_drafts_and_says_on_every_page_what_it_is(preview):
    async def look(ask):
        found = await ask.crawl()
        query = "/sparql?query=SELECT * { ?s ?p ?o }"
        found[query] = await ask(query, accept="text/csv")
        found["problem"] = await ask("/nowhere", accept="text/html")
        return found, await ask("/robots.txt")

    found, robots = visit(preview, look)
    telling = {target for target, answer in found.items() if answer.holds(SPOKEN)}
    assert {"/doc/zqxj", "/doc/zqxj.ttl", "/doc/bowl", "/graphs", "/report", "/dump.ttl"} <= telling
    assert {"/", "/.well-known/void", "/sparql?query=SELECT * { ?s ?p ?o }"} <= telling
    for target, answer in found.items():
        assert answer.headers["x-robots-tag"] == "noindex, nofollow", target
    pages = [answer for answer in found.values() if answer.kind == "text/html"]
    assert {answer.headers["content-language"] for answer in pages} == {"th", "en"}
    assert len(pages) > 50
    for answer in pages:
        text = answer.body.decode()
        banner, title = {
            "th": ("มีฉบับร่างที่ยังไม่เผยแพร่", "<title>ดูตัวอย่าง: "),
            "en": ("It holds drafts that are not published", "<title>Preview: "),
        }[answer.headers["content-language"]]
        assert text.count('<p class="preview" role="status">') == 1
        assert banner in text
        assert title in text
    assert robots.body == b"User-agent: *\nDisallow: /\n"


def test_the_document_of_what_a_draft_describes_is_marked(preview):
    async def both(ask):
        heard = {"accept": "text/html", "accept-language": "en"}
        return [(await ask(f"/doc/{name}", **heard)).body for name in ("zqxj", "bowl")]

    drafted, other = visit(preview, both)
    assert b"This holds what a draft says." in drafted
    assert b"This holds what a draft says." not in other


def test_the_same_address_has_another_entity_tag_in_a_preview(museum, museum_folder, tmp_path):
    same = built(museum_folder, tmp_path, drafts=True)
    assert same.name == museum.name

    async def tags(ask):
        targets = ("/", "/doc/bowl.html", "/sparql?query=ASK {}")
        return [(await ask(target)).headers["etag"] for target in targets]

    assert set(visit(same, tags)).isdisjoint(visit(museum, tags))


def test_a_manifest_of_before_there_were_previews_opens(museum, tmp_path):
    copy = shutil.copytree(museum.path, tmp_path / "old")
    manifest = json.loads((copy / "manifest.json").read_text())
    del manifest["preview"], manifest["drafts"]
    (copy / "manifest.json").write_text(json.dumps(manifest))
    assert open_release(copy).preview is False
