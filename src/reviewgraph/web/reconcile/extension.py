"""Values of properties for things that were matched: columns that OpenRefine adds to a table."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import Any, Final

from rdflib.namespace import XSD

from reviewgraph.rdf.terms import IRI, Literal
from reviewgraph.web.problems import Problem
from reviewgraph.web.site import Site
from reviewgraph.web.usage import usage_of

MOST_IDS: Final = 500
_MOST_PROPERTIES: Final = 30
_MOST_VALUES: Final = 50
_LOOKED_AT: Final = 200
_INTEGERS: Final = frozenset(
    str(kind) for kind in (XSD.integer, XSD.int, XSD.long, XSD.nonNegativeInteger)
)
_NUMBERS: Final = frozenset(str(kind) for kind in (XSD.decimal, XSD.double, XSD.float))


def extend(site: Site, asked: dict[str, Any], lang: str) -> dict[str, Any]:
    """The values that are asked for, by thing and property.

    Raises:
        Problem: it is no such request.
    """
    ids, properties = asked.get("ids"), asked.get("properties")
    if (
        not isinstance(ids, list)
        or not isinstance(properties, list)
        or not all(isinstance(each, str) for each in ids)
        or not all(
            isinstance(each, dict) and isinstance(each.get("id"), str) for each in properties
        )
        or len(ids) > MOST_IDS
        or len(properties) > _MOST_PROPERTIES
    ):
        raise Problem(
            400,
            f"extend ต้องมี ids (ไม่เกิน {MOST_IDS}) และ properties (ไม่เกิน {_MOST_PROPERTIES})",
            f"extend must have ids ({MOST_IDS} at most) and properties"
            f" ({_MOST_PROPERTIES} at most)",
        )
    paths = [each["id"] for each in properties]
    return {
        "meta": [{"id": path, "name": site.labels.of(path, lang).text} for path in paths],
        "rows": {
            each: {path: list(_values(site, each, path, lang)) for path in paths} for each in ids
        },
    }


def proposed(site: Site, kind: str, limit: int, lang: str) -> dict[str, Any]:
    """The properties that the instances of a class have, or all that are used."""
    counts = usage_of(site).properties
    used = _of_instances(site, kind) if kind else set(counts)
    ordered = sorted(used, key=lambda path: (-counts.get(path, 0), path))
    told = [{"id": path, "name": site.labels.of(path, lang).text} for path in ordered[:limit]]
    return {"type": kind, "limit": limit, "properties": told}


def _of_instances(site: Site, kind: str) -> set[str]:
    try:
        node = IRI(kind)
    except ValueError:
        return set()
    instances = islice(site.store.quads(object=node), _LOOKED_AT)
    return {
        quad.predicate.value
        for instance in instances
        if isinstance(instance.subject, IRI)
        for quad in site.store.quads(subject=instance.subject)
    }


def _values(site: Site, thing: str, path: str, lang: str) -> Iterator[dict[str, Any]]:
    try:
        subject, predicate = IRI(site.addresses.entity_base + thing), IRI(path)
    except ValueError:  # an empty cell, or something that names nothing here
        return
    found = {
        quad.object
        for quad in site.store.quads(subject=subject, predicate=predicate)
        if isinstance(quad.object, IRI | Literal)  # a blank node has no name to tell
    }
    ordered = sorted(found, key=lambda term: (_distance(term, lang), str(term)))
    for term in ordered[:_MOST_VALUES]:
        yield _cell(site, term, lang)


def _distance(term: IRI | Literal, lang: str) -> int:
    """Texts in the reader's language come first."""
    return int(isinstance(term, Literal) and bool(term.language) and term.language != lang)


def _cell(site: Site, term: IRI | Literal, lang: str) -> dict[str, Any]:
    if isinstance(term, IRI):
        local = term.value.removeprefix(site.addresses.entity_base)
        if local == term.value:
            return {"str": term.value}
        return {"id": local, "name": site.labels.of(term.value, lang).text}
    datatype = term.datatype.value
    with suppress(ValueError):  # not a number after all: it is told as it is written
        if datatype in _INTEGERS:
            return {"int": int(term.value)}
        if datatype in _NUMBERS:
            return {"float": float(term.value)}
    if datatype == str(XSD.date):
        return {"date": f"{term.value[:10]}T00:00:00"}
    return {"str": term.value}
