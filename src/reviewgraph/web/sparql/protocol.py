"""What a request to the endpoint says: SPARQL 1.1 Protocol, section 2.1, for reading only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from starlette.requests import Request

from reviewgraph.rdf.terms import IRI
from reviewgraph.web.forms import FORM, body_of, fields, text_of
from reviewgraph.web.problems import Problem

QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
ALLOW = "GET, HEAD, POST, OPTIONS"

_CHARSETS = ("", "utf-8", "utf8", "us-ascii")
# A form percent-encodes: three bytes for one. The rest is for graph names.
_ENCODED = 3
_PARAMETER_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Operation:
    """A query operation; ``query`` is ``None`` where nothing is asked.

    ``format`` is the short name or media type of the ``format`` parameter, ``explain`` asks for
    what the answer costs in its place.
    """

    query: str | None
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    format: str | None = None
    explain: bool = False


async def read_operation(request: Request, query_bytes: int) -> Operation:
    """The operation that the request asks for.

    Raises:
        Problem: it is none, or one that changes data.
    """
    given = parameters(request.scope.get("query_string", b""))
    if request.method == "POST":
        given += await _posted(request, query_bytes)
    return _operation(given)


def read_address(query_string: bytes) -> Operation:
    """The operation that a GET asks for.

    Raises:
        Problem: it is none, or one that changes data.
    """
    return _operation(parameters(query_string))


def parameters(query_string: bytes) -> list[tuple[str, str]]:
    """The parameters of an address.

    Raises:
        Problem: they are not text.
    """
    return fields(query_string, "the address")


async def _posted(request: Request, query_bytes: int) -> list[tuple[str, str]]:
    media_type, _, options = request.headers.get("content-type", "").partition(";")
    media_type = media_type.strip().lower()
    if media_type == UPDATE:
        raise _read_only()
    if (
        media_type not in (FORM, QUERY)
        or _charset(options) not in _CHARSETS
        or request.headers.get("content-encoding", "identity").lower() != "identity"
    ):
        raise Problem(
            415,
            f"ส่งคำค้นเป็น {QUERY} หรือ {FORM} แบบ UTF-8 ที่ไม่บีบอัด",
            f"send the query as {QUERY} or {FORM}, in UTF-8, not compressed",
            headers={"Accept-Post": f"{QUERY}, {FORM}", "Accept-Encoding": "identity"},
        )
    if media_type == QUERY:
        body = await body_of(request, query_bytes)
        return [("query", text_of(body, "the body"))]
    return fields(await body_of(request, _ENCODED * query_bytes + _PARAMETER_BYTES), "the form")


def _operation(given: list[tuple[str, str]]) -> Operation:
    names = [name for name, _ in given]
    if "update" in names:
        raise _read_only()
    for name in ("query", "format", "explain"):
        if names.count(name) > 1:
            raise Problem(400, f"มี {name} เกินหนึ่งครั้ง", f"{name} is given more than once")
    values = dict(given)
    operation = Operation(
        query=values.get("query"),
        default_graphs=_graphs(given, "default-graph-uri"),
        named_graphs=_graphs(given, "named-graph-uri"),
        format=values.get("format") or None,
        explain="explain" in values,
    )
    if operation.query is None and (operation.default_graphs or operation.named_graphs):
        raise Problem(400, "ไม่มีพารามิเตอร์ query", "there is no query parameter")
    return operation


def _graphs(given: Iterable[tuple[str, str]], parameter: str) -> tuple[str, ...]:
    graphs = tuple(dict.fromkeys(value for name, value in given if name == parameter))
    for graph in graphs:
        try:
            IRI(graph)
        except ValueError as error:
            raise Problem(
                400,
                f"{parameter} ต้องเป็น IRI แบบเต็ม ไม่ใช่ {graph!r}",
                f"{parameter} must be an absolute IRI, not {graph!r}",
            ) from error
    return graphs


def _charset(options: str) -> str:
    for option in options.split(";"):
        name, _, value = option.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"').lower()
    return ""


def _read_only() -> Problem:
    return Problem(
        403,
        "ที่นี่อ่านได้อย่างเดียว ไม่รับ SPARQL Update",
        "this endpoint is read-only: it takes no SPARQL Update",
    )
