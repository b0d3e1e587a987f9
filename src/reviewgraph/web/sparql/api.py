"""What the OpenAPI document says of the endpoint: the protocol is read by our own code."""

from __future__ import annotations

from typing import Any, Final

from reviewgraph.web.forms import FORM
from reviewgraph.web.sparql.formats import GRAPH_FORMATS, RESULTS
from reviewgraph.web.sparql.protocol import QUERY

_GRAPHS: Final[dict[str, Any]] = {
    "type": "array",
    "items": {"type": "string", "format": "iri"},
    "description": "Named graphs that the query is asked of, in place of its own FROM clauses.",
}
_FIELDS: Final[dict[str, dict[str, Any]]] = {
    "query": {"type": "string", "description": "SELECT, ASK, CONSTRUCT or DESCRIBE."},
    "default-graph-uri": _GRAPHS,
    "named-graph-uri": _GRAPHS,
    "format": {
        "type": "string",
        "description": "The format, whatever Accept says.",
        "enum": sorted({each.name for each in (*RESULTS, *GRAPH_FORMATS)}),
    },
    "explain": {"type": "string", "description": "Tell what the query costs, not its result."},
}
_RESPONSES: Final[dict[str, Any]] = {
    "200": {
        "description": "The answer.",
        "content": {each.media_types[0]: {} for each in dict.fromkeys((*RESULTS, *GRAPH_FORMATS))},
    }
} | {
    status: {"description": told, "content": {"application/problem+json": {}}}
    for status, told in (
        ("400", "It is not SPARQL, or asks for what this endpoint never does."),
        ("406", "There is no such format, or it cannot hold the result."),
        ("413", "The query or its result is too large."),
        ("503", "It took too long, or too many are waiting."),
    )
}

GET: Final[dict[str, Any]] = {
    "parameters": [
        {
            "in": "query",
            "name": name,
            "required": False,
            "description": schema.get("description", ""),
            "schema": schema,
        }
        for name, schema in _FIELDS.items()
    ],
    "responses": _RESPONSES,
}
POST: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            FORM: {"schema": {"type": "object", "properties": _FIELDS, "required": ["query"]}},
            QUERY: {"schema": {"type": "string"}},
        },
    },
    "responses": _RESPONSES,
}
