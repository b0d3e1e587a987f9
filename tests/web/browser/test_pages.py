"""Every kind of page as people meet it: no barrier, no request elsewhere, nothing cut off."""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe

QUERY = "SELECT%20%2A%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D%20LIMIT%205"
PAGES = {
    "home": "/index",
    "review": "/doc/review/opdc-oecd-2019",
    "person": "/doc/person/barbara-ubaldi",
    "organisation": "/doc/organisation/oecd",
    "source": "/doc/source/opdc-oecd-peer-review-2019",
    "questions": "/questions",
    "question": "/questions/q10-themes-of-a-day",
    "question with a picture": "/questions/q06-experts-by-sender",
    "search": "/search",
    "found": "/search?q=oecd",
    "nearly found": "/search?q=ubladi",
    "not found": "/search?q=zzzz",
    "sparql": "/sparql",
    "result": f"/sparql?query={QUERY}",
    "mistake": "/sparql?query=SELECT",
    "explorer": "/explore",
    "around a thing": "/explore?of=person/barbara-ubaldi",
    "for programs": "/api",
    "kind": "/browse/foaf-Person",
    "claim": "/doc/claim/opdc-country",
    "rule": "/shapes/Concept",
    "graph": "/graph/data/catalog",
    "session": "/doc/session/opdc-oecd-2019-day-4",
    "theme": "/doc/theme/digital-government",
    "rules of the gate": "/rules",
    "words": "/def",
    "shapes": "/shapes",
    "report": "/report",
    "releases": "/releases",
    "dumps": "/dump",
    "graphs": "/graphs",
    "catalog": "/catalog",
    "nothing there": "/doc/nothing",
}
STATUS = {"nothing there": 404, "mistake": 400}
# Language, phone, dark: two of the four cover each value once; `make soak` looks at all pairs.
LOOKS = [("th", True, False), ("en", False, True)]
if os.environ.get("EVERY_LOOK"):
    LOOKS += [("en", True, True), ("th", False, False)]


def address(path, lang):
    stem, question, query = path.partition("?")
    return f"{stem}.{lang}.html{question}{query}"


@pytest.fixture(scope="module")
def axe():
    return Axe()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("lang", "phone", "dark"), LOOKS)
def test_a_page_has_no_barrier(window_on, own_site, axe, name, lang, phone, dark):
    with window_on(own_site, lang=lang, phone=phone, dark=dark) as window:
        answer = window.go(address(PAGES[name], lang))
        assert answer.status == STATUS.get(name, 200)
        window.page.evaluate(
            "document.querySelectorAll('details').forEach((d) => { d.open = true })"
        )
        found = axe.run(window.page).response["violations"]
        told = [(each["id"], [node["target"] for node in each["nodes"]][:5]) for each in found]
        assert told == []
        assert window.reports() == []
        width = window.page.evaluate("document.documentElement.scrollWidth")
        assert width <= window.page.viewport_size["width"]
        assert window.page.evaluate("document.documentElement.lang") == lang
