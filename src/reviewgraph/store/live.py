"""A store in memory that follows edits: what the gate asks while somebody works on the folder."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph

from reviewgraph.rdf.terms import Quad, Statement
from reviewgraph.store.embedded import EmbeddedStore


class LiveStore(EmbeddedStore):
    """A merge of graphs, and the graphs themselves if there is somebody to ask for them.

    The engine's own union counts a statement once for each graph that makes it, so the merge is
    held in the graph without a name: always if there are no named graphs, else from the moment
    that two of them make one statement.
    """

    def __init__(self, merge: Iterable[Statement], quads: Iterable[Quad] | None = None) -> None:
        engine = pyoxigraph.Store()
        if quads is None:
            engine.bulk_extend(pyoxigraph.Quad(*statement) for statement in merge)
        else:
            engine.bulk_extend(quads)
        super().__init__(engine)
        self._named = quads is not None
        self._merged = quads is None

    def hold_merge(self, merge: Iterable[Statement]) -> None:
        """Two graphs make one statement: from now on the merge is held too."""
        if not self._merged:
            self._engine.bulk_extend(pyoxigraph.Quad(*statement) for statement in merge)
            self._merged = True

    def edit(self, removed: Iterable[Statement], added: Iterable[Statement]) -> None:
        """Statements that left the merge, and such as are new to it."""
        if self._merged:
            for statement in removed:
                self._engine.remove(pyoxigraph.Quad(*statement))
            for statement in added:
                self._engine.add(pyoxigraph.Quad(*statement))

    def edit_graphs(self, removed: Iterable[Quad], added: Iterable[Quad]) -> None:
        """Quads that left their graphs, then such as belong to them."""
        if self._named:
            for quad in removed:
                self._engine.remove(quad)
            for quad in added:
                self._engine.add(quad)
