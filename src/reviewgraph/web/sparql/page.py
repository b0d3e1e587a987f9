"""The query form with its result: what a browser is shown at ``/sparql``."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import Response

from reviewgraph.errors import QueryError
from reviewgraph.rdf.namespaces import PREFIXES
from reviewgraph.release.manifest import Release
from reviewgraph.store.limits import Limits
from reviewgraph.web import pages
from reviewgraph.web.addresses import Addresses
from reviewgraph.web.problems import problem_of
from reviewgraph.web.sparql.formats import GRAPH_FORMATS, PAGE, RESULTS, address
from reviewgraph.web.sparql.protocol import Operation


class QueryPage:
    """The page of one release's endpoint."""

    def __init__(self, release: Release, limits: Limits) -> None:
        self._release = release
        self._limits = limits
        self._prefixes = {**PREFIXES, **release.prefixes}
        self._addresses = Addresses(release.base)

    def render(
        self,
        request: Request,
        operation: Operation,
        table: dict[str, Any] | None = None,
        error: QueryError | None = None,
    ) -> Response:
        """The form, and below it the first rows of a result or what went wrong."""
        problem = problem_of(error) if error else None
        formats = GRAPH_FORMATS if table is not None and table.get("graph") else RESULTS
        response = pages.render(
            request,
            "sparql.html",
            query=operation.query or "",
            operation=operation,
            table=table and self._linked(table),
            problem=problem,
            downloads=[
                (each.name, address(operation, each)) for each in formats if each is not PAGE
            ],
            examples=self._release.questions,
            prefixes=self._prefixes,
            seconds=self._limits.seconds,
        )
        varies = [response.headers["Vary"]] if "Vary" in response.headers else []
        response.headers["Vary"] = ", ".join(["Accept", *varies])
        if problem is not None:
            response.status_code = problem.status
            response.headers.update(problem.headers)
            response.headers["Cache-Control"] = "no-store"
        return response

    def _linked(self, table: dict[str, Any]) -> dict[str, Any]:
        """The table with the address that each IRI in it leads to."""
        for row in table.get("rows", ()):
            for cell in row:
                if cell and cell["type"] == "iri":
                    cell["href"] = self._addresses.href(cell["value"])
        return table
