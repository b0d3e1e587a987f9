"""What people do on the site with keyboard, pointer and no script, in a real browser."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from reviewgraph.publish.static import export

REVIEW = "/doc/review/opdc-oecd-2019"
QUERY = "SELECT%20%2A%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D%20LIMIT%205"


def focused(window):
    return window.page.evaluate(
        "(({ tagName, className, id }) => `${tagName} ${className} ${id}`)(document.activeElement)"
    )


def test_the_first_key_leads_to_the_content(window_on, own_site):
    with window_on(own_site) as window:
        window.go("/index.th.html")
        window.page.keyboard.press("Tab")
        skip = window.page.locator("a.skip")
        assert skip.evaluate("(each) => each === document.activeElement")
        assert skip.bounding_box()["x"] >= 0
        window.page.keyboard.press("Enter")
        assert window.page.url.endswith("#content")
        window.page.keyboard.press("Tab")
        assert window.page.evaluate("document.activeElement.closest('main') !== null")


def test_every_part_that_a_key_reaches_is_seen_to_be(window_on, own_site):
    with window_on(own_site, phone=True) as window:
        window.go(f"{REVIEW}.th.html")
        for _ in range(30):
            window.page.keyboard.press("Tab")
            seen = window.page.evaluate(
                "(() => { const s = getComputedStyle(document.activeElement);"
                " return s.outlineStyle !== 'none' && s.outlineWidth !== '0px'"
                " || document.activeElement.className === 'skip' })()"
            )
            assert seen, focused(window)


@pytest.mark.parametrize(("lang", "other"), [("th", "en"), ("en", "th")])
def test_the_switch_of_languages_keeps_the_page(window_on, own_site, lang, other):
    with window_on(own_site, lang=lang) as window:
        for path in (REVIEW, "/questions/q10-themes-of-a-day", "/sparql", "/search"):
            window.go(f"{path}.{lang}.html" + ("?q=oecd" if path == "/search" else ""))
            window.page.click("a.tongue")
            window.page.wait_for_load_state()
            assert window.page.evaluate("document.documentElement.lang") == other
            assert f"{path}.{other}.html" in window.page.url
            assert ("q=oecd" in window.page.url) == (path == "/search")


@pytest.mark.parametrize(("lang", "words"), [("th", "เมษายน 2562"), ("en", "April 2019")])
def test_the_browsers_language_decides(window_on, own_site, lang, words):
    with window_on(own_site, lang=lang) as window:
        window.go(REVIEW)
        assert window.page.evaluate("document.documentElement.lang") == lang
        assert words in window.page.inner_text("main")


def test_names_are_suggested_while_one_types(window_on, own_site):
    with window_on(own_site, lang="en") as window:
        window.go("/index.en.html")
        box = window.page.locator("#search")
        box.press_sequentially("ubald", delay=20)
        window.page.wait_for_selector("#search-suggestions li")
        assert box.get_attribute("aria-expanded") == "true"
        option = window.page.locator("#search-suggestions li").first
        assert "Ubald" in option.locator("mark").inner_text()
        box.press("ArrowDown")
        assert option.get_attribute("aria-selected") == "true"
        assert box.get_attribute("aria-activedescendant") == option.get_attribute("id")
        box.press("Escape")
        assert box.get_attribute("aria-expanded") == "false"
        assert box.input_value() == "ubald"
        box.press("ArrowDown")
        window.page.wait_for_selector("#search-suggestions li")
        box.press("ArrowDown")
        box.press("Enter")
        window.page.wait_for_url("**/doc/person/barbara-ubaldi.en.html")
        assert window.reports() == []


def test_without_a_choice_enter_searches(window_on, own_site):
    with window_on(own_site, lang="th") as window:
        window.go("/index.th.html")
        window.page.fill("#search", "อูบลดี")
        window.page.keyboard.press("Enter")
        window.page.wait_for_url("**/search.th.html?q=*")
        assert "อูบัลดี" in window.page.inner_text("#found mark")


def editor_on(window, path="/sparql.en.html"):
    window.go(path)
    window.page.wait_for_selector(".yasqe .CodeMirror")
    window.page.click(".yasqe .CodeMirror-lines")
    return window.page.keyboard


def text_of(window):
    return window.page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()")


def test_the_editor_completes_with_the_words_of_this_dataset(window_on, own_site):
    with window_on(own_site, lang="th") as window:
        keyboard = editor_on(window, "/sparql.th.html")
        keyboard.press("Control+A")
        keyboard.type("SELECT * WHERE { ?review a rg:Revi")
        hint = window.page.locator(".CodeMirror-hint", has_text="rg:Review").first
        hint.wait_for()
        assert "การทบทวน" in hint.inner_text()
        assert "Review" in hint.locator("small[lang=en]").inner_text()
        hint.click()
        assert "PREFIX rg: <https://w3id.org/reviewgraph/def#>" in text_of(window)
        assert re.search(r"a rg:Review\s*$", text_of(window))
        assert window.reports() == []


def test_the_editor_is_left_by_escape_and_tab(window_on, own_site):
    with window_on(own_site) as window:
        keyboard = editor_on(window)
        before = text_of(window)
        assert "TEXTAREA" in focused(window)
        keyboard.press("Escape")
        keyboard.press("Tab")
        assert "SELECT" in focused(window)
        assert text_of(window) == before
        assert "Esc" in window.page.inner_text("#keys")


def test_a_query_runs_and_its_answer_has_links_languages_and_downloads(window_on, own_site):
    with window_on(own_site, lang="en") as window:
        keyboard = editor_on(window)
        keyboard.press("Control+A")
        keyboard.insert_text(
            "PREFIX foaf: <http://xmlns.com/foaf/0.1/>"
            " PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>"
            " SELECT ?who ?name { ?who a foaf:Person ; rdfs:label ?name } ORDER BY ?name"
        )
        keyboard.press("Control+Enter")
        window.page.wait_for_url("**/sparql?*query=*")
        window.page.wait_for_selector("#result td a")
        assert "/doc/person/" in window.page.locator("#result td a").first.get_attribute("href")
        assert window.page.locator("#result td span[lang=th]").count() > 0
        for name in ("json", "csv"):
            link = window.page.locator("#result .downloads a", has_text=name).first
            answer = window.page.request.get(window.base + link.get_attribute("href"))
            assert answer.ok
            assert "barbara-ubaldi" in answer.text()
        window.page.wait_for_selector(".yasqe .CodeMirror")
        assert "foaf:Person" in text_of(window)
        assert window.reports() == []


def test_an_example_is_put_into_the_editor(window_on, own_site):
    with window_on(own_site, lang="en") as window:
        window.go("/sparql.en.html")
        window.page.click("ul.examples a >> nth=0")
        window.page.wait_for_selector(".yasqe .CodeMirror")
        assert text_of(window).startswith("#+ id: Q01\n")
        assert "SELECT" in text_of(window)
        assert window.page.locator("#result td").count() > 0


def test_a_mistake_is_told_with_its_place(window_on, own_site):
    with window_on(own_site, lang="th") as window:
        window.go("/sparql.th.html?query=SELECT%20%2A%20%7B%20%3Fs%20%3Fp%20%7D")
        told = window.page.inner_text("#result")
        assert re.search(r"1:\d+|บรรทัด", told)


def test_the_explorer_can_be_walked_by_keyboard(window_on, own_site):
    with window_on(own_site, lang="en") as window:
        window.go("/explore.en.html?of=person/barbara-ubaldi")
        window.page.wait_for_selector("#explorer .chosen h2")
        assert "Ubaldi" in window.page.inner_text("#explorer .chosen h2")
        button = window.page.locator("#explorer .chosen li button").first
        name = button.inner_text()
        button.focus()
        window.page.keyboard.press("Enter")
        assert window.page.inner_text("#explorer .chosen h2") == name
        window.page.fill("#explorer input[type=search]", "OECD")
        window.page.keyboard.press("Tab")
        window.page.wait_for_function(
            "document.querySelector('#explorer .chosen h2').textContent.includes('O')"
        )
        assert window.page.locator("#explorer canvas").count() > 0
        assert window.reports() == []


WITHOUT = {
    "/index.th.html": "main section.view a",
    f"{REVIEW}.th.html": "main section.view",
    "/search.th.html?q=oecd": "#found li a",
    f"/sparql.th.html?query={QUERY}": "#result td",
    "/explore.th.html": "main table",
    "/questions/q10-themes-of-a-day.th.html": "main form select, main form input",
    "/def.th.html": "figure.picture img",
}


@pytest.mark.parametrize("path", WITHOUT)
def test_everything_can_be_read_with_no_script(window_on, own_site, path):
    with window_on(own_site, scripts=False, phone=True) as window:
        window.go(path)
        assert window.page.locator(WITHOUT[path]).first.is_visible()
        assert window.page.locator("h1").is_visible()
        if path.startswith("/sparql"):
            assert window.page.locator("textarea").is_visible()
        assert window.wrong == []


def test_searching_needs_no_script(window_on, own_site):
    with window_on(own_site, scripts=False) as window:
        window.go("/index.th.html")
        window.page.fill("#search", "ก.พ.ร.")
        window.page.keyboard.press("Enter")
        window.page.wait_for_url("**/search.th.html?q=*")
        assert window.page.locator("#found li a").count() > 0


def test_evidence_unfolds(window_on, own_site):
    with window_on(own_site) as window:
        window.go(f"{REVIEW}.th.html")
        proof = window.page.locator("details.proof").first
        assert not proof.locator("summary + *").first.is_visible()
        proof.locator("summary").click()
        assert proof.locator("summary + *").first.is_visible()


def test_print_leaves_out_what_paper_has_no_use_for(window_on, own_site):
    with window_on(own_site) as window:
        window.go(f"{REVIEW}.th.html")
        window.page.emulate_media(media="print")
        assert not window.page.locator("header.site nav").is_visible()
        assert not window.page.locator("header.site form").is_visible()
        assert window.page.locator("h1").is_visible()


BREAKS = """
() => {
  const wrong = [];
  let lines = 0;
  const words = new Intl.Segmenter("th", { granularity: "word" });
  for (const element of document.querySelectorAll("main p, main li, main dd")) {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.data;
      if (!/[\\u0e01-\\u0e4e]{12}/.test(text)) continue;
      const starts = new Set([...words.segment(text)].map((each) => each.index));
      const range = document.createRange();
      let before = null;
      for (let at = 0; at < text.length; at += 1) {
        range.setStart(node, at);
        range.setEnd(node, at + 1);
        const box = range.getClientRects()[0];
        if (!box || !box.width || !element.checkVisibility()) continue;
        if (before !== null && box.top > before + 8) {
          lines += 1;
          if (!starts.has(at)) wrong.push(text.slice(Math.max(0, at - 8), at + 8));
        }
        before = box.top;
      }
    }
  }
  return { lines, wrong };
}
"""


@pytest.mark.parametrize("path", ["/index", REVIEW, "/doc/person/barbara-ubaldi"])
def test_thai_breaks_between_words_and_stays_on_the_screen(window_on, own_site, path):
    with window_on(own_site, phone=True) as window:
        window.go(f"{path}.th.html")
        found = window.page.evaluate(BREAKS)
        assert found["lines"] > 0
        assert found["wrong"] == []


def sent(window, path):
    """What comes over the wire for a page, in bytes, with its head and all it asks for."""
    session = window.context.new_cdp_session(window.page)
    session.send("Network.enable")
    sizes = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    window.go(path)
    session.detach()
    assert sizes
    return sum(sizes)


def test_a_review_page_weighs_little(window_on, own_site):
    with window_on(own_site, phone=True) as window:
        assert sent(window, f"{REVIEW}.th.html") <= 120_000
        assert sent(window, f"{REVIEW}.en.html") <= 60_000


@pytest.fixture(scope="module")
def files_site(museum, tmp_path_factory):
    """The address of a host of files, with an export of the small publication."""
    out = tmp_path_factory.mktemp("exported") / "site"
    with ThreadPoolExecutor(1) as elsewhere:  # the browser has this thread's event loop
        elsewhere.submit(export, museum, out).result()
    handler = partial(QuietHandler, directory=str(out))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_arguments):
        pass


def test_a_host_of_files_searches_suggests_and_explores_too(window_on, files_site):
    with window_on(files_site, lang="en") as window:
        window.go("/search.en.html?q=sangkalok")
        window.page.wait_for_selector("#found li mark")
        assert window.page.inner_text("#found li mark") == "Sangkhalok"
        window.go("/index.en.html")
        window.page.locator("#search").press_sequentially("bowl")
        window.page.wait_for_selector("#search-suggestions li mark")
        window.page.keyboard.press("ArrowDown")
        window.page.keyboard.press("Enter")
        window.page.wait_for_url("**/doc/*.en.html")
        window.go("/explore.en.html?of=bowl")
        window.page.wait_for_selector("#explorer .chosen h2")
