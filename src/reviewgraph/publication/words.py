"""What the publication's own words stand for, read from its ontology."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rdflib.namespace import DCTERMS, FOAF, RDFS, SKOS

from reviewgraph.publication.source import SourceFile
from reviewgraph.rdf.namespaces import SCHEMA
from reviewgraph.rdf.terms import IRI, Term

LABELS = tuple(str(p) for p in (SKOS.prefLabel, RDFS.label, DCTERMS.title, FOAF.name, SCHEMA.name))
"""Properties that name a thing in the vocabularies everybody uses, best first."""

SUBPROPERTY = IRI(str(RDFS.subPropertyOf))


def subproperties(
    pairs: Iterable[tuple[Term, Term]], roots: Mapping[str, str]
) -> dict[str, set[str]]:
    """For each name of ``roots``, its property and all that are ``rdfs:subPropertyOf`` it.

    Args:
        pairs: properties, each with one that it is a subproperty of.
        roots: the properties to begin with, by a name of the caller's.
    """
    above: dict[str, set[str]] = {}
    for below, over in pairs:
        above.setdefault(over.value, set()).add(below.value)
    found = {}
    for name, root in roots.items():
        reached: set[str] = set()
        waiting = [root]
        while waiting:
            iri = waiting.pop()
            if iri not in reached:
                reached.add(iri)
                waiting += above.get(iri, ())
        found[name] = reached
    return found


def label_properties(files: Iterable[SourceFile]) -> tuple[str, ...]:
    """The properties that name a thing, the publication's own after the common ones."""
    pairs = (
        (located.subject, located.object)
        for file in files
        for located in file.statements
        if located.predicate == SUBPROPERTY
    )
    own = subproperties(pairs, {"label": str(RDFS.label)})["label"]
    return LABELS + tuple(sorted(own - set(LABELS)))
