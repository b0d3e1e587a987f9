"""JSON-LD compacted with the publication's context, which is at hand: nothing is ever fetched."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NoReturn

import pyoxigraph
from rdflib.namespace import RDF, XSD

from reviewgraph.rdf.terms import Triple

Context = Mapping[str, Any]
"""The value of ``@context``: one object, all of it in the file."""

_TYPE = str(RDF.type)
_DEEPEST = 8  # nodes inside one another; what lies deeper stands beside them
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


def context_of(prefixes: Mapping[str, str], names: Iterable[str]) -> Context:
    """A context for what has none: the prefixes, and a term for each property that names things.

    Their values are by language, as they are in a context that is made by hand.
    """
    context: dict[str, Any] = {"@version": 1.1, "id": "@id", "type": "@type", **prefixes}
    for iri in names:
        term = iri.replace("#", "/").rpartition("/")[2]
        if term not in context and term.isidentifier():
            context[term] = {"@id": iri, "@container": "@language"}
    return context


def compact(triples: Iterable[Triple], context: Context) -> bytes:
    """The document of the triples, in their order (https://www.w3.org/TR/json-ld-api/#compaction).

    Whole numbers and truth values that JSON can hold are written as such. Statements that the
    context would bend (an IRI whose scheme is one of its prefixes) stay in expanded form.
    """
    expanded = _expanded(triples)
    return _written(_compacted(expanded, context, graph=True) or expanded)


def tree(triples: Iterable[Triple], root: str, context: Context, names: Collection[str]) -> bytes:
    """The triples as one JSON object: what is said of ``root``, with all that it leads to inside.

    Each node stands with its statements where the way from the root to it is shortest; wherever
    else something points at it, its names stand. What the root does not lead to is under
    ``@included``. With ``context`` it says the same as the triples
    (https://www.w3.org/TR/json-ld11/#included-nodes); the context itself is not in it.

    Args:
        triples: the statements.
        root: the IRI that the object is about.
        context: gives the keys.
        names: properties that name a thing.
    """
    expanded = _nested(_expanded(triples), root, frozenset(names))
    document = _compacted(expanded, context, graph=False)
    if document is None:  # a null context undoes the one that is linked
        return _written({"@context": None, "@graph": [expanded]})
    del document["@context"]
    if "@included" in document:
        document["@included"] = document.pop("@included")  # the last key
    return _written(document)


def _nested(nodes: list[dict[str, Any]], root: str, names: frozenset[str]) -> dict[str, Any]:
    """One expanded node object that holds all others."""
    waiting = {node["@id"]: node for node in nodes}
    brief = {
        iri: {"@id": iri, **{name: node[name] for name in names if name in node}}
        for iri, node in waiting.items()
    }

    def take(start: str) -> dict[str, Any]:
        """The node, and below it whatever has no place yet: the nearest first."""
        top = waiting.pop(start, {"@id": start})
        queue = deque([(top, 0)])
        while queue:
            node, depth = queue.popleft()
            for values in node.values():
                if not isinstance(values, list):
                    continue
                for number, value in enumerate(values):
                    if not isinstance(value, dict) or value.keys() != {"@id"}:
                        continue
                    iri = value["@id"]
                    if iri in waiting and depth < _DEEPEST:
                        values[number] = waiting.pop(iri)
                        queue.append((values[number], depth + 1))
                    elif iri in brief:
                        values[number] = brief[iri]
        return top

    found = take(root)
    # Those that nothing points at first: what they lead to stands inside of them.
    pointed_at = {
        value["@id"]
        for node in waiting.values()
        for values in node.values()
        if isinstance(values, list)
        for value in values
        if isinstance(value, dict) and value.keys() == {"@id"}
    }
    first = [iri for iri in waiting if iri not in pointed_at]
    others = [take(iri) for iri in (*first, *waiting) if iri in waiting]
    return {**found, "@included": others} if others else found


def _expanded(triples: Iterable[Triple]) -> list[dict[str, Any]]:
    text = pyoxigraph.serialize(triples, format=pyoxigraph.RdfFormat.JSON_LD)
    nodes: list[dict[str, Any]] = _native(json.loads(text or b"[]"))
    for node in nodes:
        kinds = node.pop(_TYPE, None)  # the engine writes it as any other property
        if kinds is not None:
            values = [kind.get("@id") for kind in kinds]
            node.update({_TYPE: kinds} if None in values else {"@type": values})
    return nodes


def _compacted(document: object, context: Context, *, graph: bool) -> dict[str, Any] | None:
    # A fifth of what the gate takes to import, which never compacts anything.
    from pyld import jsonld  # noqa: PLC0415

    def refuse(url: str, _options: object) -> NoReturn:
        raise jsonld.JsonLdError(f"{url} is not fetched", "reviewgraph.Refused")

    try:
        found: dict[str, Any] = jsonld.compact(
            document, context, {"documentLoader": refuse, "graph": graph}
        )
    except jsonld.JsonLdError:
        return None
    return found


def _written(document: object) -> bytes:
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
