"""The query form with its result: what a browser is shown at ``/sparql``."""

from __future__ import annotations

from typing import Any, Final

from fastapi import Request
from fastapi.responses import HTMLResponse, Response

from reviewgraph.errors import QueryError
from reviewgraph.rdf.namespaces import PREFIXES
from reviewgraph.release.manifest import QuestionEntry, Release
from reviewgraph.store.limits import Limits
from reviewgraph.web.addresses import SPARQL
from reviewgraph.web.labels import Label
from reviewgraph.web.pages import fill, told
from reviewgraph.web.problems import problem_of
from reviewgraph.web.representations import Resource, ending_of, page_endings, page_language
from reviewgraph.web.site import Site, site_of
from reviewgraph.web.sparql.formats import GRAPH_FORMATS, PAGE, RESULTS, address
from reviewgraph.web.sparql.protocol import Operation

# A query to begin with: what there is, and how much of it.
_FIRST: Final = """SELECT ?class (COUNT(?thing) AS ?count)
WHERE {
  ?thing a ?class
}
GROUP BY ?class
ORDER BY DESC(?count)
"""


class QueryPage:
    """The page of one release's endpoint."""

    def __init__(self, release: Release, limits: Limits) -> None:
        self._release = release
        self._limits = limits
        self._prefixes = {**PREFIXES, **release.prefixes}

    def render(
        self,
        request: Request,
        operation: Operation,
        table: dict[str, Any] | None = None,
        error: QueryError | None = None,
    ) -> Response:
        """The form, and below it the first rows of a result or what went wrong."""
        site = site_of(request)
        named = operation.format in page_endings()
        chosen = ending_of(operation.format).language if named else None
        lang = chosen or page_language(request)
        problem = problem_of(error) if error else None
        formats = GRAPH_FORMATS if table is not None and table.get("graph") else RESULTS
        shown = Resource(SPARQL, (), query=address(operation, None).partition("?")[2])
        content = fill(
            site,
            lang,
            "sparql.html",
            shown,
            query=operation.query or "",
            operation=operation,
            table=table and _linked(table, site, lang),
            problem=problem,
            downloads=[
                (each.name, address(operation, each)) for each in formats if each is not PAGE
            ],
            examples=[_example(question, lang) for question in self._release.questions],
            first=_FIRST,
            prefixes=self._prefixes,
            seconds=self._limits.seconds,
        )
        varies = [
            *([] if operation.format else ["Accept"]),
            *([] if chosen else ["Accept-Language"]),
        ]
        headers = {"Content-Language": lang, "Cache-Control": "no-cache"}
        if varies:
            headers["Vary"] = ", ".join(varies)
        response = HTMLResponse(content, headers=headers)
        if problem is not None:
            response.status_code = problem.status
            response.headers.update(problem.headers)
            response.headers["Cache-Control"] = "no-store"
        return response


def _example(question: QuestionEntry, lang: str) -> dict[str, str]:
    return {
        "query": question.query,
        "title": told(question.titles, lang) or question.name,
        "description": told(question.descriptions, lang),
    }


def _linked(table: dict[str, Any], site: Site, lang: str) -> dict[str, Any]:
    """The table with the address, the name and the short form of each IRI in it."""
    for row in table.get("rows", ()):
        for cell in row:
            if cell and cell["type"] == "iri":
                cell["href"] = site.href(cell["value"], lang)
                cell["label"] = _name(site, cell["value"], lang)
                cell["short"] = site.labels.short(cell["value"])
    return table


def _name(site: Site, iri: str, lang: str) -> Label | None:
    try:
        return site.labels.named(iri, lang)
    except ValueError:  # a relative IRI, which a query may build
        return None
