"""JSON-LD compacted with the publication's context, which is at hand: nothing is ever fetched."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

import pyoxigraph
from rdflib.namespace import XSD

from reviewgraph.rdf.terms import Triple

Context = Mapping[str, Any]
"""The value of ``@context``: one object, all of it in the file."""

_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,14}")  # JSON numbers are exact up to 2**53


def read_context(document: str) -> Context:
    """The context that a file such as ``{"@context": {…}}`` holds.

    Raises:
        ValueError: it is not JSON, holds no single context, or one that refers to another file.
    """
    content = json.loads(document)
    context = content.get("@context") if isinstance(content, dict) else None
    if not isinstance(context, dict):
        raise ValueError("it must be an object with one object as @context")  # noqa: TRY004
    if _refers_elsewhere(context):
        raise ValueError("it refers to a context elsewhere, which is never fetched")
    trial = json.dumps({"@context": context, "@id": "urn:x", "@type": "urn:x"})
    try:
        list(pyoxigraph.parse(trial, format=pyoxigraph.RdfFormat.JSON_LD, lenient=False))
    except SyntaxError as error:
        raise ValueError(error.msg) from error
    return context


def compact(triples: Iterable[Triple], context: Context) -> bytes:
    """The document of the triples, in their order (https://www.w3.org/TR/json-ld-api/#compaction).

    Whole numbers and truth values that JSON can hold are written as such. Statements that the
    context would bend (an IRI whose scheme is one of its prefixes) stay in expanded form.
    """
    expanded = _native(
        json.loads(pyoxigraph.serialize(triples, format=pyoxigraph.RdfFormat.JSON_LD) or b"[]")
    )
    # A fifth of what the gate takes to import, which never compacts anything.
    from pyld import jsonld  # noqa: PLC0415

    def refuse(url: str, _options: object) -> NoReturn:
        raise jsonld.JsonLdError(f"{url} is not fetched", "reviewgraph.Refused")

    try:
        document = jsonld.compact(expanded, context, {"documentLoader": refuse, "graph": True})
    except jsonld.JsonLdError:
        document = expanded
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _refers_elsewhere(context: object) -> bool:
    if not isinstance(context, dict):
        return False
    if "@import" in context or isinstance(context.get("@context"), str | list):
        return True
    return any(_refers_elsewhere(value) for value in context.values())


def _native(value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, list):
        return [_native(item) for item in value]
    if not isinstance(value, dict):
        return value
    text, datatype = value.get("@value"), value.get("@type")
    if not isinstance(text, str):
        return {key: _native(item) for key, item in value.items()}
    if datatype == str(XSD.integer) and _WHOLE.fullmatch(text):
        return {"@value": int(text)}
    if datatype == str(XSD.boolean) and text in {"true", "false"}:
        return {"@value": text == "true"}
    return value
