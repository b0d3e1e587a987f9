"""Names and addresses that try to be scripts: on no page does one ever run."""

from urllib.parse import quote

import pytest

from reviewgraph.web.app import create_app
from reviewgraph.web.contents import documents
from reviewgraph.web.site import Site

QUERIES = (
    "SELECT * { ?s ?p ?o }",
    "SELECT ('<img src=x onerror=\"window.hit=1\">' AS ?x) (<javascript:window.hit=1> AS ?y) {}",
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "SELECT </script><script>window.hit=1</script>",
)
WORDS = (
    '"><script>window.hit=1</script>',
    "<img src=x onerror=window.hit=1>",
    "script",
    "javascript:",
)


@pytest.fixture(scope="module")
def paths(odd):
    site = Site(odd)
    entities = [site.addresses.document(iri) for iri in documents(site)]
    assert len(entities) > 5
    return [
        *(f"{path}.{lang}.html" for path in entities for lang in ("th", "en")),
        *(f"/sparql.en.html?query={quote(query)}" for query in QUERIES),
        *(f"/search.en.html?q={quote(word)}" for word in WORDS),
        *(f"/{name}.en.html" for name in ("index", "explore", "api", "def", "questions", "graphs")),
        *(f"/{name}.en.html" for name in ("shapes", "report", "releases", "catalog", "dump")),
        f"/doc/{quote('<script>window.hit=1</script>')}",
        f"/explore.en.html?of={quote('<script>window.hit=1</script>')}",
    ]


def test_there_is_something_to_try(odd):
    told = b"".join(
        quad.object.value.encode()
        for quad in Site(odd).store.quads()
        if hasattr(quad.object, "value")
    )
    assert b"<script" in told
    assert b"onerror" in told or b"javascript:" in told


def test_nothing_in_the_data_ever_runs(window_on, odd_site, paths):
    with window_on(odd_site, lang="en") as window:
        window.page.add_init_script("window.alert = () => { window.hit = 1 }")
        for path in paths:
            window.page.goto(odd_site + path)
            assert window.page.evaluate("window.hit") is None, path
            policies = [report for report in window.reports() if "console" not in report]
            assert policies == [], path


def test_nothing_runs_in_suggestions_and_in_the_explorer(window_on, odd_site):
    with window_on(odd_site, lang="en") as window:
        window.go("/index.en.html")
        for word in ("script", "img", "plain"):
            window.page.fill("#search", "")
            window.page.locator("#search").press_sequentially(word)
            window.page.wait_for_timeout(400)
            assert window.page.evaluate("window.hit") is None
        window.go("/explore.en.html")
        for option in window.page.locator("#things option").all():
            window.page.fill("#explorer input[type=search]", option.get_attribute("value"))
            window.page.locator("#explorer input[type=search]").blur()
            assert window.page.evaluate("window.hit") is None
        assert window.reports() == []


def test_a_policy_stops_what_would_get_through(window_on, museum, serve):
    with (
        serve(create_app(museum)) as client,
        window_on(f"http://127.0.0.1:{client.port}") as window,
    ):
        window.go("/index.en.html")
        window.page.evaluate(
            "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=window.hit=1>')"
        )
        window.page.wait_for_timeout(200)
        assert window.page.evaluate("window.hit") is None
        assert any("script-src" in report for report in window.reports())
