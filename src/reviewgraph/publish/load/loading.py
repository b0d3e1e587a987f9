"""A release loaded: sent, counted, compared, and then put in force by one small update.

Ended at any moment, it leaves what was in force in force. Begun again, it goes on where it was: the
statements are sent in the order of the canonical dump, so that how many there are says which. Each
goes into its own graph and into the merge of all, the merge before the graphs: what is counted in
the graphs is in the merge too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from reviewgraph.errors import EngineError
from reviewgraph.publish.load.digest import Digest
from reviewgraph.rdf.canonical import read_lines
from reviewgraph.rdf.terms import IRI, Quad, statement
from reviewgraph.release.dumps import read_dump
from reviewgraph.release.manifest import Release
from reviewgraph.store.remote.engine import Engine
from reviewgraph.store.remote.versions import CURRENT, Versions

BATCH: Final = 1_000
"""Statements in one update."""
_MOST_BYTES: Final = 1_000_000
_GRAPHS_AT_ONCE: Final = 100


Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was done.

    Attributes:
        release: what is in force now.
        statements: how many are there.
        sent: how many of them were sent now.
        otherwise: in how many graphs the engine spells numbers or truth values otherwise.
    """

    release: str
    statements: int
    sent: int
    otherwise: int


def load(
    release: Release, engine: Engine, batch: int = BATCH, tell: Tell = lambda _done, _all: None
) -> Loaded:
    """Load a release into an engine and put it in force there.

    Args:
        release: what is loaded.
        engine: where to.
        batch: how many statements go in one update.
        tell: told how many statements are there, of how many.

    Raises:
        EngineError: the engine did not do it, or holds something else than was sent. What was in
            force there still is.
    """
    versions = Versions(release.base, release.dataset, release.name)
    sizes = {versions.graph(graph): count for graph, count in release.graphs.items()}
    total = sum(sizes.values())
    merge = {versions.merge: release.triples}
    before = current(engine, versions)
    there = _counts(engine, sizes)
    more = any(there.get(graph, 0) > count for graph, count in sizes.items())
    if more and before != versions.release:  # somebody else wrote there: begin anew
        _drop(engine, there | merge)
        there = {}
    held = sum(there.values())
    done = held // batch * batch if held < total else total
    sent, digests = _send(release, engine, versions, done, batch, tell)
    try:
        _compare_counts(engine, sizes | merge)
        otherwise = _compare_digests(engine, digests) - {versions.merge}
    except EngineError:
        if before != versions.release:  # nobody reads these yet: the next time begins anew
            _drop(engine, sizes | merge)
        raise
    _put_in_force(engine, versions, release)
    return Loaded(versions.release, total, sent, len(otherwise))


def current(engine: Engine, versions: Versions) -> str:
    """The release that is in force in an engine; empty if none is.

    Raises:
        EngineError: it does not say.
    """
    rows = engine.select(
        f"SELECT ?release {{ GRAPH <{versions.control}>"
        f" {{ <{versions.dataset}> <{CURRENT}> ?release }} }}"
    )
    return max((row["release"] for row in rows), default="")


def _send(
    release: Release, engine: Engine, versions: Versions, done: int, batch: int, tell: Tell
) -> tuple[int, dict[str, Digest]]:
    """Send what is not there; return how much that was, and the digest of all, by graph."""
    merge, last = Digest(), None
    digests = {versions.merge: merge}
    quads = read_dump(release.path)
    number = sent = 0
    total = sum(release.graphs.values())
    for taken in _batches(quads, batch):
        graphs: dict[str, list[bytes]] = {versions.merge: []}
        for quad in taken:
            if not isinstance(quad.graph_name, IRI):
                raise EngineError(
                    "รุ่นนี้มีข้อความนอกกราฟที่มีชื่อ", "the release has statements in no named graph"
                )
            told = statement(quad)
            if told != last:  # what two graphs state follows one another in the dump
                line = merge.add(told, versions.base)
                graphs[versions.merge].append(line)
                last = told
            graph = versions.graph(quad.graph_name.value)
            line = digests.setdefault(graph, Digest()).add(told, versions.base)
            graphs.setdefault(graph, []).append(line)
        number += len(taken)
        if number > done:
            for part in _parts(graphs):
                engine.update(part)
            sent += len(taken)
        tell(number, total)
    return sent, digests


def _parts(graphs: dict[str, list[bytes]]) -> Iterator[str]:
    """The updates that add the lines, none much longer than an engine likes to read."""
    blocks: list[str] = []
    size = 0
    for graph, lines in graphs.items():
        held: list[str] = []
        for line in lines:
            held.append(line.decode())
            size += len(line)
            if size > _MOST_BYTES:
                yield _insert([*blocks, _block(graph, held)])
                blocks, held, size = [], [], 0
        if held:
            blocks.append(_block(graph, held))
    if blocks:
        yield _insert(blocks)


def _block(graph: str, lines: Sequence[str]) -> str:
    return f"GRAPH <{graph}> {{\n" + "\n".join(lines) + "\n}"


def _insert(blocks: Sequence[str]) -> str:
    return "INSERT DATA {\n" + "\n".join(blocks) + "\n}"


def _batches(quads: Iterator[Quad], size: int) -> Iterator[list[Quad]]:
    while taken := list(islice(quads, size)):
        yield taken


def _counts(engine: Engine, graphs: dict[str, int]) -> dict[str, int]:
    found: dict[str, int] = {}
    names = iter(sorted(graphs))
    while some := list(islice(names, _GRAPHS_AT_ONCE)):
        values = " ".join(f"<{name}>" for name in some)
        rows = engine.select(
            f"SELECT ?g (COUNT(*) AS ?n) {{ VALUES ?g {{ {values} }} GRAPH ?g {{ ?s ?p ?o }} }}"
            " GROUP BY ?g"
        )
        found |= {row["g"]: int(row["n"]) for row in rows if "g" in row and int(row["n"])}
    return found


def _drop(engine: Engine, graphs: dict[str, int]) -> None:
    for graph in sorted(graphs):
        engine.update(f"DROP SILENT GRAPH <{graph}>")


def _compare_counts(engine: Engine, sizes: dict[str, int]) -> None:
    there = _counts(engine, sizes)
    for graph, count in sorted(sizes.items()):
        if there.get(graph, 0) != count:
            raise EngineError(
                f"กราฟ {graph} มี {there.get(graph, 0):,} ข้อความ ไม่ใช่ {count:,}",
                f"graph {graph} has {there.get(graph, 0):,} statements, not {count:,}",
            )


def _compare_digests(engine: Engine, digests: dict[str, Digest]) -> set[str]:
    """The graphs in which the engine spells values otherwise than they were sent."""
    otherwise = set()
    for graph, wanted in sorted(digests.items()):
        found = _digest(engine, graph)
        if found != wanted:
            otherwise.add(graph)
        if not found.says_the_same(wanted):
            raise EngineError(
                f"กราฟ {graph} ในเครื่องปลายทางไม่เหมือนที่ส่งไป ({found.count:,} ข้อความ)",
                f"graph {graph} is not as it was sent ({found.count:,} statements): the engine"
                " changes more than the spelling of numbers, or somebody else wrote there",
            )
    return otherwise


def _digest(engine: Engine, graph: str) -> Digest:
    found = Digest()
    try:
        for quad in read_lines(line + b"\n" for line in engine.lines(graph)):
            found.add(statement(quad))
    except SyntaxError as error:
        raise EngineError(
            f"เครื่องปลายทางไม่ได้ตอบกราฟ {graph} เป็น N-Triples",
            f"the engine did not give graph {graph} as N-Triples",
        ) from error
    return found


def _put_in_force(engine: Engine, versions: Versions, release: Release) -> None:
    control, dataset = versions.control, versions.dataset
    description = versions.description(release.graphs, release.triples)
    engine.update(f"INSERT DATA {{ GRAPH <{control}> {{\n{description}\n}} }}")
    now = f"GRAPH <{control}> {{ <{dataset}> <{CURRENT}> <{versions.release}> }}"
    then = f"GRAPH <{control}> {{ <{dataset}> <{CURRENT}> ?before }}"
    # Virtuoso inserts nothing where there is nothing to delete: so there are two ways to say it.
    if current(engine, versions):
        engine.update(f"DELETE {{ {then} }} INSERT {{ {now} }} WHERE {{ {then} }}")
    else:
        engine.update(f"INSERT DATA {{ {now} }}")
    if current(engine, versions) != versions.release:
        raise EngineError(
            "เครื่องปลายทางไม่ได้เปลี่ยนไปใช้รุ่นนี้ สั่ง load อีกครั้ง",
            "the engine did not put the release in force: load it again",
        )
