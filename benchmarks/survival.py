"""Faults injected into real processes, and what came of them. Run with ``make soak-faults``.

    python benchmarks/survival.py --kills 200 --worker-kills 100 --minutes 10

Everything happens in a scratch folder, on loopback. Each part prints a line with its figures and
ends the run with an error if what must hold did not: a reader sees one release or the other, whole.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx

from reviewgraph.release.manifest import Release, open_release, verify

_REPO = Path(__file__).resolve().parents[1]
_PROGRAM = [sys.executable, "-m", "reviewgraph"]
_QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
_ALL = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}
_HARD = {
    "query": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?o ?p }"
}


class Broken(SystemExit):
    """What must hold did not."""


class Site:
    """A server of an output folder."""

    def __init__(self, out: Path, *more: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.base = f"http://127.0.0.1:{self.port}"
        self._command = [*_PROGRAM, "serve", str(out), "--port", str(self.port), *more]
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> float:
        """Start it; the seconds until it is ready."""
        began = time.monotonic()
        self.process = subprocess.Popen(self._command, **_QUIET)  # type: ignore[call-overload]
        while time.monotonic() - began < 60:  # noqa: PLR2004
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{self.base}/readyz", timeout=5).is_success:
                    return time.monotonic() - began
            time.sleep(0.02)
        raise Broken("the server does not come up")

    def end(self, number: int = signal.SIGTERM) -> float:
        """End it; the seconds that it took."""
        began = time.monotonic()
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(60)
        return time.monotonic() - began

    def seen(self) -> tuple[str, int, int, str]:
        """What a reader sees: the release, its statements by query and by dump, an entity tag."""
        with httpx.Client(base_url=self.base, timeout=30) as client:
            name = client.get("/healthz").json()["release"]
            rows = client.get("/sparql", params=_ALL, headers={"Accept": "text/csv"}).text.split()
            dump = client.get("/dump.nt").text.count("\n")
            tag = client.get("/doc/bowl.ttl").headers["etag"]
            return name, int(rows[1]), dump, tag

    def workers(self) -> list[int]:
        """The processes below it that take queries."""
        found: list[int] = []
        for pid in _children(self.process.pid if self.process else 0):  # the template
            found += _children(pid)
        return found

    def descriptors(self) -> int:
        """How many files and sockets the server has open."""
        pid = self.process.pid if self.process else 0
        return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())

    def megabytes(self) -> float:
        """Resident memory of the server itself."""
        pid = self.process.pid if self.process else 0
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
        return pages * resource.getpagesize() / 1e6


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (task / "children").read_text(encoding="ascii").split())
    return found


def _edit(folder: Path, number: int) -> None:
    path = folder / "data" / "artefacts.ttl"
    text = path.read_text(encoding="utf-8").partition("\n# edit")[0]
    path.write_text(
        f"{text}\n# edit\n<https://museum.example/id/bowl>"
        f' <http://www.w3.org/2000/01/rdf-schema#comment> "{number % 2}"@en .\n',
        encoding="utf-8",
    )


def _build(folder: Path, out: Path) -> subprocess.Popen[bytes]:
    command = [*_PROGRAM, "build", str(folder), "--out", str(out)]
    return subprocess.Popen(command, start_new_session=True, **_QUIET)  # type: ignore[call-overload,no-any-return]


def _whole(out: Path) -> Release:
    release = open_release(out)
    verify(release)
    return release


def kills(folder: Path, out: Path, times: int, chance: random.Random) -> str:
    """Builds are killed at any moment, and the server now and then."""
    began = time.monotonic()
    _build(folder, out).wait()
    typical = time.monotonic() - began
    site = Site(out)
    came: Counter[str] = Counter()
    slowest = 0.0
    facts = {_whole(out).name: _whole(out).triples}
    try:
        for number in range(times):
            before = _whole(out).name
            _edit(folder, number)
            build = _build(folder, out)
            time.sleep(chance.uniform(0, typical * 1.1))
            with contextlib.suppress(ProcessLookupError):
                os.killpg(build.pid, signal.SIGKILL)
            build.wait()
            release = _whole(out)
            facts[release.name] = release.triples
            came["new" if release.name != before else "old"] += 1
            if number % 10 == 9:  # noqa: PLR2004
                site.end(signal.SIGKILL)
                slowest = max(slowest, site.start())
            until = time.monotonic() + 10
            while True:
                name, rows, dump, tag = site.seen()
                if name == release.name:
                    break
                if name not in facts or time.monotonic() > until:
                    raise Broken(f"release {name} is served, {release.name} is in force")
                time.sleep(0.05)
            if not rows == dump == facts[name] or name[:32] not in tag:
                raise Broken(
                    f"{name}: {rows} by query, {dump} by dump, {facts[name]} it has; {tag}"
                )
    finally:
        site.end()
    left = [each.name for each in (out / "releases").iterdir() if each.name.startswith(".")]
    _build(folder, out).wait()
    after = [each.name for each in (out / "releases").iterdir() if each.name.startswith(".")]
    if after:
        raise Broken(f"left behind: {after}")
    if slowest > 10:  # noqa: PLR2004
        raise Broken(f"a restart took {slowest:.1f} s")
    return (
        f"{times} builds killed: {came['old']} × the old release, {came['new']} × the new one, "
        f"never another; slowest restart {slowest:.1f} s; {len(left)} unfinished folders swept away"
    )


@contextlib.contextmanager
def _readers(site: Site, paths: list[str], threads: int) -> Iterator[Counter[str]]:
    """Read without a pause; counts what came."""
    came: Counter[str] = Counter()
    stop = threading.Event()

    def read(number: int) -> None:
        with httpx.Client(base_url=site.base, timeout=30) as client:
            while not stop.is_set():
                number += 1
                path = paths[number % len(paths)].replace("N", str(random.random()))  # noqa: S311
                try:
                    came[str(client.get(path).status_code)] += 1
                except httpx.HTTPError as error:
                    came[type(error).__name__] += 1

    running = [threading.Thread(target=read, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    try:
        yield came
    finally:
        stop.set()
        for thread in running:
            thread.join()


def worker_kills(out: Path, times: int) -> str:
    """Workers are killed under load: each costs one request at most, and is back at once."""
    site = Site(out)
    slowest = 0.0
    try:
        wanted = len(site.workers())
        with _readers(
            site, ["/sparql?query=SELECT*{?s?p?o}LIMIT%203%23N", "/doc/bowl.ttl"], 6
        ) as came:
            for number in range(times):
                victim = random.choice(site.workers())  # noqa: S311
                os.kill(victim, signal.SIGSEGV if number % 2 else signal.SIGKILL)
                began = time.monotonic()
                while victim in site.workers() or len(site.workers()) < wanted:
                    if time.monotonic() - began > 5:  # noqa: PLR2004
                        raise Broken("a worker does not come back")
                    time.sleep(0.005)
                slowest = max(slowest, time.monotonic() - began)
                time.sleep(0.05)
        failed = sum(count for status, count in came.items() if status != "200")
        if failed > times or site.process is None or site.process.poll() is not None:
            raise Broken(f"{failed} requests failed of {came.total()}: {dict(came)}")
    finally:
        site.end()
    return (
        f"{times} workers killed: {failed} of {came.total()} requests failed; "
        f"whole again within {slowest:.2f} s"
    )


def crowds(out: Path, idle: int) -> str:
    """Clients that say nothing, too little, or keep their connections."""
    site = Site(out)
    try:
        before = site.descriptors()
        with contextlib.ExitStack() as stack:
            for number in range(2 * idle):
                each = stack.enter_context(socket.create_connection(("127.0.0.1", site.port)))
                if number % 4 == 1:
                    each.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ")
                elif number % 4 == 2:  # noqa: PLR2004
                    each.sendall(b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\nq")
                elif number % 4 == 3:  # noqa: PLR2004
                    each.sendall(b"GET /dump.nt HTTP/1.1\r\nHost: a\r\n\r\n")
            with _readers(site, ["/doc/bowl.ttl", "/", "/sparql?query=ASK{}%23N"], 4) as came:
                time.sleep(10)
            share = came["200"] / max(1, came.total())
        until = time.monotonic() + 60
        while site.descriptors() > before + 10 and time.monotonic() < until:
            time.sleep(0.2)
        after = site.descriptors()
        if share < 0.99 or after > before + 10:  # noqa: PLR2004
            raise Broken(f"{share:.2%} were answered; {before} descriptors before, {after} after")
    finally:
        site.end()
    return (
        f"{2 * idle} idle or slow connections: {share:.2%} of {came.total()} answered; "
        f"descriptors {before}, then {after}"
    )


def terminations(out: Path, times: int) -> str:
    """Ended under load: what was asked is answered, and it ends soon."""
    slowest = 0.0
    for _ in range(times):
        site = Site(out, "--timeout", "3")
        with _readers(
            site, ["/sparql?" + str(httpx.QueryParams(_HARD)) + "%23N", "/doc/bowl.ttl"], 4
        ):
            time.sleep(1)
            slowest = max(slowest, site.end())
    if slowest > 10:  # noqa: PLR2004
        raise Broken(f"it took {slowest:.1f} s to end")
    return f"{times} ends under load: at most {slowest:.1f} s"


def full_disk(folder: Path, scratch: Path) -> str:
    """The disk is full during a build, and then no longer."""
    small = scratch / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["/usr/bin/mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(small)],
        check=False,
        capture_output=True,
    )
    if mounted.returncode:
        return "a full disk: not tried, no small file system can be mounted here"
    try:
        _edit(folder, 0)
        if _build(folder, small / "out").wait():
            raise Broken("the first build does not fit")
        before = _whole(small / "out").name
        filler = small / "filler"
        free = shutil.disk_usage(small).free
        filler.write_bytes(b"x" * (free - 200_000))
        _edit(folder, 1)
        failed = _build(folder, small / "out").wait()
        if not failed or _whole(small / "out").name != before:
            raise Broken("a build on a full disk changed something")
        filler.unlink()
        if _build(folder, small / "out").wait() or _whole(small / "out").name == before:
            raise Broken("the build after that did not work")
    finally:
        subprocess.run(["/usr/bin/umount", str(small)], check=False, capture_output=True)
    return "a full disk: the old release stays whole, and the next build works"


def mixed(out: Path, minutes: float) -> str:
    """Hostile and benign load together; whether memory grows."""
    site = Site(out, "--timeout", "1")
    hostile = [
        "/sparql?" + str(httpx.QueryParams(_HARD)) + "%23N",
        "/%00",
        "/doc/" + "x" * 5000,
        "/sparql?query=%7B",
    ]
    benign = [
        "/doc/bowl.th.html",
        "/doc/bowl.ttl",
        "/",
        "/search.json?q=bowl",
        "/sparql?query=SELECT*{?s?p?o}%23N",
    ]
    sizes = []
    try:
        with _readers(site, benign, 3) as came, _readers(site, hostile, 3) as other:
            until = time.monotonic() + minutes * 60
            while time.monotonic() < until:
                time.sleep(min(5.0, minutes * 6))
                sizes.append(site.megabytes())
        faults = sum(n for status, n in (*came.items(), *other.items()) if status in ("500", "502"))
        lost = sum(n for status, n in came.items() if status != "200")
        half = len(sizes) // 2
        slope = (sum(sizes[half:]) / len(sizes[half:]) - sum(sizes[:half]) / half) / (minutes / 2)
        if faults or lost > came.total() / 100:
            raise Broken(f"{faults} faults; benign: {dict(came)}; hostile: {dict(other)}")
    finally:
        site.end()
    return (
        f"{minutes:g} minutes of mixed load: {came.total()} benign requests, {lost} not answered; "
        f"{other.total()} hostile ones; memory {sizes[0]:.0f} to {sizes[-1]:.0f} MB, "
        f"{slope:+.2f} MB a minute"
    )


def main() -> None:
    """Do what was asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--worker-kills", type=int, default=100)
    parser.add_argument("--idle", type=int, default=500)
    parser.add_argument("--ends", type=int, default=5)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        folder = Path(shutil.copytree(_REPO / "tests" / "museum", scratch / "museum"))
        out = scratch / "out"
        parts: list[Callable[[], str]] = [
            lambda: kills(folder, out, given.kills, random.Random(given.seed)),  # noqa: S311
            lambda: worker_kills(out, given.worker_kills),
            lambda: crowds(out, given.idle),
            lambda: terminations(out, given.ends),
            lambda: full_disk(folder, scratch),
            lambda: mixed(out, given.minutes),
        ]
        for part in parts:
            print(part(), flush=True)


if __name__ == "__main__":
    main()
