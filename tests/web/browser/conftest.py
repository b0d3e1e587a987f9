"""A real Chromium that reaches nothing but this machine, and what it must never report."""

import os
import shutil
from contextlib import contextmanager

import pytest
from playwright.sync_api import sync_playwright

from reviewgraph.web.app import create_app

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
# Every other host is unknown, so that a request to one cannot go unseen.
FLAGS = (
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)
WATCH = """
window.reports = [];
document.addEventListener("securitypolicyviolation", (event) => {
  const { violatedDirective, blockedURI, sourceFile, lineNumber } = event;
  window.reports.push(`${violatedDirective} ${blockedURI} ${sourceFile}:${lineNumber}`);
});
"""


def executable():
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs Chromium: apt-get install chromium fonts-thai-tlwg-ttf")
        pytest.skip("Chromium is not on this machine")
    return found


@pytest.fixture(scope="module")
def browser():
    """One browser for a module; it goes with its event loop before other tests need theirs."""
    path = executable()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


class Window:
    """A window of the browser on a site, and what went wrong in it."""

    def __init__(self, context, base, *, scripts=True):
        self.scripts = scripts
        self.context = context
        self.base = base
        self.page = context.new_page()
        self.wrong = []
        self.page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.page.on("dialog", self._dialog)
        self.page.on("console", self._console)
        self.page.on("request", self._request)

    def _dialog(self, dialog):
        self.wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _console(self, message):
        # A page that tells of an error has the status of one, and Chromium says so.
        if message.type in {"error", "warning"} and "status of 4" not in message.text:
            self.wrong.append(f"console: {message.text}")

    def _request(self, request):
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.wrong.append(f"request: {request.url}")

    def go(self, path):
        """Open a page of the site and wait until all of it is there."""
        answer = self.page.goto(self.base + path, wait_until="load")
        assert answer is not None
        if path.startswith("/explore") and self.scripts:
            self.page.wait_for_selector("#explorer canvas")
        return answer

    def reports(self):
        """What went wrong, the reports of the content security policy included."""
        return self.wrong + self.page.evaluate("window.reports ?? []")


@pytest.fixture(scope="module")
def window_on(browser):
    """Opens windows: on a phone or a desk, in a language, by day or night, with scripts or not."""

    @contextmanager
    def opened(base, *, lang="th", phone=False, dark=False, scripts=True, **more):
        context = browser.new_context(
            viewport=PHONE if phone else DESK,
            color_scheme="dark" if dark else "light",
            locale="th-TH" if lang == "th" else "en-GB",
            java_script_enabled=scripts,
            **more,
        )
        if scripts:
            context.add_init_script(WATCH)
        try:
            yield Window(context, base, scripts=scripts)
        finally:
            context.close()

    return opened


@pytest.fixture(scope="module")
def own_site(own, serve):
    """The address of the site of this repository's own publication."""
    with serve(create_app(own)) as client:
        yield f"http://127.0.0.1:{client.port}"


@pytest.fixture(scope="module")
def odd_site(odd, serve):
    """The address of a site whose names and addresses try to be scripts."""
    with serve(create_app(odd)) as client:
        yield f"http://127.0.0.1:{client.port}"
