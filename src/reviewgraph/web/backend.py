"""Where the statements of a release lie: on this machine, or in an engine elsewhere.

All that the site is made of but the graph itself comes from the release's folder: descriptions,
dumps, the index of names. So a server in front of an engine needs a folder without its store.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from rdflib.namespace import VOID

from reviewgraph.errors import EngineError
from reviewgraph.rdf.namespaces import PREFIXES
from reviewgraph.release.manifest import Release
from reviewgraph.store.answer import Answer
from reviewgraph.store.embedded import EmbeddedStore
from reviewgraph.store.interface import Store
from reviewgraph.store.limits import Limits
from reviewgraph.store.pool import WorkerPool
from reviewgraph.store.pools import Pool
from reviewgraph.store.process import Template
from reviewgraph.store.remote.asking import Remote
from reviewgraph.store.remote.dataset import SECONDS, RemoteStore
from reviewgraph.store.remote.engine import Engine
from reviewgraph.store.remote.pool import RemotePool
from reviewgraph.store.remote.versions import Versions
from reviewgraph.store.source import Mode, ModeChoice, Source, available_memory
from reviewgraph.web.asker import lane
from reviewgraph.web.sparql.description import endpoint_of
from reviewgraph.web.sparql.source import source_of

_logger = logging.getLogger(__name__)
OnFinished = Callable[[Answer], None] | None


@dataclass(frozen=True, slots=True)
class Pools:
    """What answers queries.

    Attributes:
        strangers: those of everybody.
        own: competency questions and views, in a lane of their own.
        opened: what is entered when the site begins, and left when it ends, in this order.
        told: what the log says of it: a format and its arguments.
    """

    strangers: Pool
    own: Pool
    opened: tuple[AbstractAsyncContextManager[Any], ...]
    told: tuple[object, ...]


class Backend(Protocol):
    """Where the statements of a release are asked for."""

    def store(self, release: Release) -> Store:
        """What pages are made from.

        Raises:
            ReleaseError: there is none here that can be opened.
            EngineError: the engine does not hold the release.
            QueryError: it does not answer.
        """

    def pools(self, release: Release, limits: Limits, finished: OnFinished) -> Pools:
        """What answers queries, not begun yet."""


@dataclass(frozen=True, slots=True)
class Here:
    """The embedded store."""

    mode: ModeChoice = "auto"

    def store(self, release: Release) -> Store:
        """The store in the release's folder."""
        return EmbeddedStore.open(release.store_path)

    def pools(self, release: Release, limits: Limits, finished: OnFinished) -> Pools:
        """Workers on this machine."""
        source = source_of(release)
        mode = source.mode(self.mode, available_memory())
        template = Template(source, mode)
        pool = WorkerPool(template, limits, finished)
        own = WorkerPool(template, lane(limits), finished)
        return Pools(pool, own, (template, pool, own), _told(source, mode))


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A SPARQL 1.1 engine that the release was loaded into (``publish.load``)."""

    engine: Engine

    def store(self, release: Release) -> Store:
        """The release in the engine.

        Raises:
            EngineError: it is not there, or not to its end.
        """
        remote = self._remote(release)
        versions = remote.versions
        told = f"<{versions.release}> <{VOID.triples}> ?n"
        found = self.engine.results(
            f"SELECT ?n {{ GRAPH <{versions.control}> {{ {told} }} }}", seconds=SECONDS
        )
        rows = found["results"]["bindings"]
        if [row["n"]["value"] for row in rows] != [str(release.triples)]:
            raise EngineError(
                f"เครื่องปลายทางยังไม่มีรุ่น {release.name[:12]} สั่ง reviewgraph load ก่อน",
                f"the engine does not hold release {release.name[:12]}:"
                " reviewgraph load puts it there",
            )
        known = "Virtuoso" if self.engine.is_virtuoso else "SPARQL 1.1"
        _logger.info("เครื่องปลายทาง / the engine: %s (%s)", self.engine.host, known)
        return RemoteStore(remote, release.graphs)

    def pools(self, release: Release, limits: Limits, finished: OnFinished) -> Pools:
        """Questions put to the engine."""
        remote = self._remote(release)
        prefixes = {**PREFIXES, **release.prefixes}
        pool = RemotePool(remote, limits, prefixes, finished)
        own = RemotePool(remote, lane(limits), prefixes, finished)
        words = "คำค้นตอบจากเครื่องปลายทาง / queries are answered by %s"
        return Pools(pool, own, (pool, own), (words, self.engine.host))

    def _remote(self, release: Release) -> Remote:
        versions = Versions(release.base, release.dataset, release.name)
        return Remote(self.engine, versions, endpoint_of(release))


def _told(source: Source, mode: Mode) -> tuple[object, ...]:
    megabytes = source.memory // 1_000_000
    if mode == "memory":
        return (
            "คำค้นตอบจากหน่วยความจำ / queries are answered from memory: %s statements, about %s MB",
            f"{source.statements:,}",
            f"{megabytes:,}",
        )
    return (
        "คำค้นตอบจากดิสก์ / queries are answered from disk: %s statements, %s MB free for them",
        f"{source.statements:,}",
        f"{available_memory() // 1_000_000:,}",
    )
