"""What to ask the workers for a request, and how to label what comes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Final

from reviewgraph.release.manifest import Release
from reviewgraph.store.frames import Head
from reviewgraph.store.guard import Kind
from reviewgraph.store.pool import NothingAcceptable, QueryRequest
from reviewgraph.web.sparql.formats import GRAPH_FORMATS, RESULTS, Choice, Format, chosen, encoding
from reviewgraph.web.sparql.protocol import Operation

VARY: Final = "Accept, Accept-Encoding"


@dataclass(frozen=True, slots=True)
class Plan:
    """A question for the workers; which of its two formats counts is known when they have read it.

    ``etag`` is for an answer that is the same whenever it is asked for.
    """

    request: QueryRequest
    results: Choice | None
    graph: Choice | None
    etag: str

    def choice(self, kind: Kind) -> Choice:
        """The format of a result of this kind.

        Raises:
            NothingAcceptable: the client takes none.
        """
        found = self.graph if kind == "graph" else self.results
        if found is None:
            raise NothingAcceptable(kind)
        return found


class Planner:
    """Plans for one release."""

    def __init__(self, release: Release) -> None:
        version = json.dumps([release.name, release.generator, release.preview]).encode()
        self._version = hashlib.blake2b(version, digest_size=16)

    def plan(self, operation: Operation, accept: str | None, accept_encoding: str) -> Plan:
        """The plan for an operation that has a query."""
        name = operation.format
        results, graph = chosen(RESULTS, accept, name), chosen(GRAPH_FORMATS, accept, name)
        # What becomes a page is read here first.
        page = any(choice is not None and choice.is_page for choice in (results, graph))
        request = QueryRequest(
            operation.query or "",
            results.format.engine if results else "",
            graph.format.engine if graph else "",
            operation.default_graphs,
            operation.named_graphs,
            "" if page else encoding(accept_encoding),
        )
        return Plan(request, results, graph, self.etag(request, results, graph))

    def plan_graph(
        self,
        request: QueryRequest,
        formats: tuple[Format, ...],
        accept: str | None,
        accept_encoding: str,
    ) -> Plan:
        """The plan for a question of our own that is answered by a graph."""
        graph = chosen(formats, accept)
        request = request._replace(
            graph=graph.format.engine if graph else "", encoding=encoding(accept_encoding)
        )
        return Plan(request, None, graph, self.etag(request, None, graph))

    def etag(self, request: QueryRequest, results: Choice | None, graph: Choice | None) -> str:
        """The entity tag of the answer: a release does not change, so it is exact."""
        digest = self._version.copy()
        labels = (
            results.media_type if results else "",
            graph.media_type if graph else "",
            *request.default_graphs,
            "",
            *request.named_graphs,
            "",
            request.text,
        )
        digest.update("\n".join(labels).encode("utf-8", "surrogatepass"))
        # Weak: labels of blank nodes may differ from one evaluation to the next.
        return f'W/"{digest.hexdigest()}"'


def head_of(plan: Plan, head: Head, *, posted: bool = False) -> list[tuple[str, str]]:
    """The headers of an answer that is no page."""
    choice = plan.choice(head.kind)
    headers = [("Content-Type", choice.content_type), ("Vary", VARY)]
    if posted or head.volatile:
        headers.append(("Cache-Control", "no-store"))
    else:
        headers += [("Cache-Control", "no-cache"), ("ETag", plan.etag)]
    if head.encoding:
        headers.append(("Content-Encoding", head.encoding))
    if choice.format.name in ("csv", "tsv"):
        # A spreadsheet may take a cell for a formula: it is to be opened on purpose.
        name = f"result.{choice.format.name}"
        headers.append(("Content-Disposition", f'attachment; filename="{name}"'))
    return headers


def head_of_304(plan: Plan) -> dict[str, str]:
    """The headers that tell that the client has the answer already."""
    return {"Vary": VARY, "Cache-Control": "no-cache", "ETag": plan.etag}
