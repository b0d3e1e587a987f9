"""The default graph of a query: the merge of all named graphs.

The engine's union runs through the graphs one by one, so a triple that two graphs state comes
twice, in solutions and in counts. Where a dataset has such triples, the store holds the merge
itself, in the graph without a name that no publication writes to. A store tells by that graph
whether it has one, so that nobody has to remember.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph

_UNNAMED = pyoxigraph.DefaultGraph()


def with_union(quads: Iterable[pyoxigraph.Quad]) -> Iterator[pyoxigraph.Quad]:
    """The quads, and the merge of their graphs if a triple stands in more than one."""
    kept = []
    seen: set[int] = set()  # hashes: a false alarm costs space, not truth
    repeated = False
    for quad in {*quads}:
        key = hash((quad.subject, quad.predicate, quad.object))
        repeated = repeated or key in seen
        seen.add(key)
        kept.append(quad)
        yield quad
    if repeated:
        for quad in kept:
            yield pyoxigraph.Quad(quad.subject, quad.predicate, quad.object)


def merged(triples: Iterable[pyoxigraph.Quad | pyoxigraph.Triple]) -> Iterator[pyoxigraph.Quad]:
    """The merge, for a store that is to hold it."""
    for item in triples:
        yield pyoxigraph.Quad(item.subject, item.predicate, item.object)


def is_merged(engine: pyoxigraph.Store) -> bool:
    """Whether the store holds the merge itself; if not, the engine's union is the merge."""
    return next(engine.quads_for_pattern(None, None, None, _UNNAMED), None) is not None
