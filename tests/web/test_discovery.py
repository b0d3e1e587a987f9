"""What finds, registers and cites the dataset, as it is sent: types, tags, HEAD, a data block."""

import json
import re
from dataclasses import replace

import pytest
from lxml import etree

from reviewgraph.gate.judge import judge
from reviewgraph.publication.folder import load
from reviewgraph.release import manifest
from reviewgraph.release.build import build
from reviewgraph.release.manifest import FileEntry, open_release, write_manifest
from reviewgraph.web.app import create_app
from reviewgraph.web.contents import every_address
from reviewgraph.web.discovery import in_script

FILES = [
    ("/sitemap.xml", manifest.SITEMAP_FILE, "application/xml"),
    ("/robots.txt", manifest.ROBOTS_FILE, "text/plain; charset=utf-8"),
    ("/llms.txt", manifest.GUIDE_FILE, "text/plain; charset=utf-8"),
    ("/CITATION.cff", manifest.CITATION_FILE, "application/yaml"),
    ("/thai-gdc.json", manifest.THAI_CATALOG_FILE, "application/json"),
]


@pytest.fixture(params=["own", "museum"])
def site(request):
    """A release and its client, each in turn."""
    name = request.param
    return request.getfixturevalue(name), request.getfixturevalue(f"ask_{name}")


@pytest.mark.parametrize(("path", "file", "content_type"), FILES)
def test_each_file_is_sent_as_it_is_in_the_release(site, path, file, content_type):
    release, ask = site
    answer = ask(path)
    assert answer.status == 200
    assert answer.headers["content-type"] == content_type
    assert answer.body == release.file(file).read_bytes()
    assert "vary" not in answer.headers
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("path", [path for path, _, _ in FILES])
def test_head_and_the_entity_tag_are_honoured(ask_museum, path):
    got, headed = ask_museum(path), ask_museum(path, "HEAD")
    assert (headed.status, headed.body) == (200, b"")
    assert dict(headed.headers) == dict(got.headers)
    again = ask_museum(path, if_none_match=got.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert ask_museum(path, if_none_match='"other"').status == 200
    assert ask_museum(path, "POST").status == 405


@pytest.mark.parametrize("path", [path for path, _, _ in FILES if path != "/robots.txt"])
def test_a_release_without_the_file_has_no_such_address(ask, path):
    assert ask(path).status == 404


def test_every_page_of_the_sitemap_is_there_and_is_a_page(site):
    release, ask = site
    root = etree.fromstring(ask("/sitemap.xml").body)
    found = [loc.text for loc in root.iter("{*}loc")]
    assert len(found) > 15
    for address in found:
        path = "/" + address.removeprefix(release.base)
        answer = ask(path, accept="text/html")
        assert (answer.status, answer.media_type) == (200, "text/html"), address


def test_every_link_of_the_guide_leads_somewhere(site):
    release, ask = site
    for address in re.findall(r"\]\((.+?)\)", ask("/llms.txt").text):
        assert ask("/" + address.removeprefix(release.base)).status in {200, 406}, address


def test_every_resource_of_the_thai_record_can_be_downloaded(site):
    release, ask = site
    for resource in json.loads(ask("/thai-gdc.json").body)["resources"]:
        answer = ask("/" + resource["url"].removeprefix(release.base))
        assert answer.media_type == resource["mimetype"]
        assert len(answer.body) == resource["size"]


def test_parts_of_a_long_sitemap_are_sent_too(museum, tmp_path, client_of):
    (tmp_path / "store").symlink_to(museum.store_path)
    part = tmp_path / "sitemap-1.xml"
    part.write_bytes(b"<urlset/>")
    other = replace(museum, path=tmp_path, files={part.name: FileEntry.of(part)})
    write_manifest(other)
    answer = client_of(open_release(tmp_path))("/sitemap-1.xml")
    assert (answer.status, answer.media_type) == (200, "application/xml")


# --- the data block of the home page -----------------------------------------------------------

SCRIPT = re.compile("<script[^>]*>")
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
OWN = re.compile('<script src="/static/[^"]+" defer>')


def inline(page: str) -> list[str]:
    """The beginnings of scripts that are no files of the site."""
    return [each for each in SCRIPT.findall(page) if not OWN.fullmatch(each)]


@pytest.mark.parametrize("lang", ["th", "en"])
def test_the_home_page_holds_the_dataset_in_the_words_of_schema_org(site, lang):
    release, ask = site
    answer = ask(f"/index.{lang}.html")
    (block,) = BLOCK.findall(answer.text)
    assert json.loads(block) == json.loads(
        release.file(manifest.SCHEMA_ORG_FILES[lang]).read_text()
    )
    assert inline(answer.text) == ['<script type="application/ld+json">']


def test_no_other_page_has_one_and_the_policy_allows_no_script_but_the_sites_own(ask_own):
    policy = ask_own("/").headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'")
    for path in ("/doc/person/barbara-ubaldi", "/sparql", "/explore", "/def", "/search"):
        assert inline(ask_own(path, accept="text/html").text) == []


def test_a_release_that_has_none_has_a_home_page_without(ask):
    answer = ask("/")
    assert answer.status == 200
    assert inline(answer.text) == []


@pytest.mark.parametrize(
    "text", ["</script><script>alert(1)</script>", "<!-- <script>", "a & b > c", "]]>", "</SCRIPT"]
)
def test_nothing_in_the_data_ends_the_block(text):
    written = in_script(json.dumps({"name": text}))
    assert json.loads(written) == {"name": text}
    assert not set("<>&") & set(written)


def test_a_publications_markup_stays_in_the_block(museum_copy, tmp_path, client_of):
    catalog = museum_copy / "data" / "catalog.ttl"
    text = catalog.read_text()
    catalog.write_text(text.replace('"Sample museum"@en ;', '"</script><!--<script>"@en ;', 1))
    publication = load(museum_copy)
    release = build(publication, judge(publication), tmp_path / "out")
    page = client_of(release)("/index.en.html").text
    (block,) = BLOCK.findall(page)
    assert json.loads(block)["name"] == "</script><!--<script>"
    assert inline(page) == ['<script type="application/ld+json">']
    assert page.count("<script") == page.count("</script>")


def test_whoever_wants_all_of_the_site_gets_them_too(museum):
    state = create_app(museum).state
    found = set(every_address(state.site, state.archive))
    assert {path for path, _, _ in FILES} <= found
    assert f"/releases/{museum.name}/CITATION.cff" in found
