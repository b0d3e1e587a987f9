"""Links from this dataset into others, counted for VoID's linksets (section 5).

A link is a statement of something below the base IRI about something at another host. Types and
the other words of RDF itself are no links: they say of what kind a thing is, not what it goes with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from urllib.parse import urlsplit

from rdflib.namespace import RDF

from reviewgraph.rdf.terms import IRI, Statement

_RDF = str(RDF)


def link_counts(statements: Iterable[Statement], base: str) -> dict[tuple[str, str], int]:
    """The number of links by their predicate and the host they lead to, in order.

    Args:
        statements: distinct ones; a link that several graphs state is one link.
        base: the base IRI of this dataset.
    """
    counts = Counter(
        (predicate.value, host_of(target.value))
        for subject, predicate, target in statements
        if isinstance(subject, IRI)
        and isinstance(target, IRI)
        and subject.value.startswith(base)
        and not target.value.startswith(base)
        and not predicate.value.startswith(_RDF)
    )
    return {key: number for key, number in sorted(counts.items()) if key[1]}


def host_of(iri: str) -> str:
    """The host (and port) that an http(s) IRI is at, in lower case; empty for any other IRI."""
    try:
        parts = urlsplit(iri)
    except ValueError:
        return ""
    return parts.netloc.rpartition("@")[2].lower() if parts.scheme in {"http", "https"} else ""
