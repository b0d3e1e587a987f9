"""The gate's SHACL step beside pySHACL alone, on the same data in one run, as a ratio.

Run with ``make bench``. Both judge this repository's publication; the results must be equal.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from rdflib.namespace import SH

from reviewgraph.gate import shacl, shapes
from reviewgraph.publication.folder import load
from reviewgraph.rdf.terms import to_graph
from reviewgraph.store.embedded import EmbeddedStore

REPO = Path(__file__).resolve().parents[1]
ROUNDS = 3


def timed(work: Callable[[], shacl.Outcome]) -> tuple[float, int]:
    """Median seconds over the rounds, and the number of results."""
    seconds = []
    found = 0
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        outcome = work()
        seconds.append(time.perf_counter() - begin)
        found = len(list(outcome.graph.objects(predicate=SH.result)))
    return statistics.median(seconds), found


def main() -> None:
    """Print the table."""
    publication = load(REPO)
    quads = list(publication.quads())
    rules = shacl.Rules(shapes.merge(to_graph(file.quads()) for file in publication.shapes))
    peers = {
        "pySHACL alone": lambda: shacl.validate(quads, rules),
        "gate": lambda: shacl.validate(quads, rules, EmbeddedStore.in_memory(quads)),
    }
    measured = {name: timed(work) for name, work in peers.items()}
    base, expected = measured["pySHACL alone"]
    print(f"{len(quads)} statements, {len(rules.constraints)} SPARQL constraints")
    print("| engine | seconds | ratio | results |\n| --- | --- | --- | --- |")
    for name, (seconds, found) in measured.items():
        print(f"| {name} | {seconds:.2f} | {base / seconds:.1f}× | {found} |")
        if found != expected:
            raise SystemExit(f"{name} has {found} results instead of {expected}")


if __name__ == "__main__":
    main()
