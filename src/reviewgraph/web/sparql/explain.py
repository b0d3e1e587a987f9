"""``/sparql?explain``: what a query costs, in place of its result.

The engine's Python interface tells no plan; what is told is what was measured in the worker.
"""

from __future__ import annotations

import json

from fastapi.responses import Response

from reviewgraph.store.pool import Answer, QueryRequest

_MILLISECOND = 1000


async def explanation(request: QueryRequest, answer: Answer) -> Response:
    """Take the whole answer, and tell of it.

    Raises:
        QueryError: it breaks off.
    """
    size = 0
    async for chunk in answer.chunks():
        size += len(chunk)
    head = answer.head
    if head is None:
        raise AssertionError("an answer that ended well has a head")
    content = {
        "query": request.text,
        "kind": head.kind,
        "format": request.media_type(head.kind),
        "default_graphs": request.default_graphs or "as the query says, else the merge of all",
        "named_graphs": request.named_graphs or "as the query says, else all",
        "volatile": head.volatile,
        "bytes": size,
        "milliseconds": {
            "examined": head.examined / _MILLISECOND,
            "first_bytes": head.first / _MILLISECOND,
            "total": head.total / _MILLISECOND,
            "processor": head.processor / _MILLISECOND,
        },
        "plan": None,
    }
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    return Response(
        text.encode("utf-8", "backslashreplace"),
        headers={"Cache-Control": "no-store"},
        media_type="application/json",
    )
