"""Counts and times as Prometheus reads them (https://prometheus.io/docs/instrumenting/exposition_formats/).

Labels have few values, whatever strangers ask for: of a path the first part, if it is one of ours.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Final

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

from reviewgraph import __version__
from reviewgraph.store.answer import Answer
from reviewgraph.store.pools import Pool
from reviewgraph.web.site import Site

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_OTHER: Final = "other"
_KINDS: Final = frozenset(
    (
        *("sparql", "doc", "id", "graphs", "graph", "questions", "browse", "search", "dump"),
        *("explore", "reconcile", "pictures", "releases", "static", "rules", "shapes", "def"),
        *("healthz", "readyz", "metrics", "timegate", "timemap", "api", "catalog", "report"),
    )
)
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"})


class Metrics:
    """All that is counted, from the start of the server on."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._requests = Counter(
            "reviewgraph_requests",
            "Requests answered, by method, kind of address and status.",
            ("method", "kind", "status"),
            registry=self._registry,
        )
        self._request_seconds = Histogram(
            "reviewgraph_request_seconds",
            "From the request's head to the last byte of the answer.",
            ("kind",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._query_seconds = Histogram(
            "reviewgraph_query_seconds",
            "From being asked to the end, by outcome: answered, left, or an error's name.",
            ("outcome",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._outcomes: dict[str, Histogram] = {}
        self._children: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._gauges = {
            name: Gauge(f"reviewgraph_{name}", told, labels, registry=self._registry)
            for name, told, labels in (
                ("queries_open", "Queries that wait or are at work.", ("lane",)),
                ("workers", "Processes that take queries.", ("lane",)),
                ("workers_replaced", "Workers ended and born anew since the release is served.",
                 ("lane",)),
                ("release_age_seconds", "Since the release was put in force.", ()),
                ("statements", "Statements of the release.", ()),
                ("ready", "Whether requests may be sent here.", ()),
                ("info", "The program and the release.", ("version", "release")),
            )
        }  # fmt: skip

    def request(self, method: str, path: str, status: int, seconds: float) -> None:
        """A request has been answered."""
        key = (method if method in _METHODS else _OTHER, kind_of(path), status)
        found = self._children.get(key)
        if found is None:  # as many as there are labels: to look them up costs more than to count
            method, kind, _ = key
            counter = self._requests.labels(method, kind, str(status))
            found = self._children[key] = (counter, self._request_seconds.labels(kind))
        found[0].inc()
        found[1].observe(seconds)

    def query(self, answer: Answer) -> None:
        """A query has come to its end."""
        outcome = "left" if answer.gone else "answered"
        if answer.error is not None:
            outcome = type(answer.error).__name__
        found = self._outcomes.get(outcome)
        if found is None:
            found = self._outcomes[outcome] = self._query_seconds.labels(outcome)
        found.observe(time.monotonic() - answer.asked)

    def text(self, site: Site, pools: Iterable[Pool], *, ready: bool) -> bytes:
        """Everything, as it is now."""
        for lane, pool in zip(("strangers", "own"), pools, strict=True):
            self._gauges["queries_open"].labels(lane).set(pool.open)
            self._gauges["workers"].labels(lane).set(len(pool.pids))
            self._gauges["workers_replaced"].labels(lane).set(pool.replaced)
        release = site.release
        self._gauges["release_age_seconds"].set(time.time() - site.modified.timestamp())
        self._gauges["statements"].set(sum(release.graphs.values()))
        self._gauges["ready"].set(ready)
        self._gauges["info"].clear()
        self._gauges["info"].labels(__version__, release.name[:12]).set(1)
        return generate_latest(self._registry)


def kind_of(path: str) -> str:
    """The first part of a path without its ending, if it is one of ours."""
    # Nothing is kept of a path: strangers choose them, and how long they are.
    first = path[1:].partition("/")[0].partition(".")[0]
    return first if first in _KINDS else ("home" if first in ("", "index") else _OTHER)
