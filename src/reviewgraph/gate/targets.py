"""Targets: which nodes a shape is about (https://www.w3.org/TR/shacl/#targets)."""

from __future__ import annotations

from typing import cast

from rdflib import Graph, URIRef
from rdflib.namespace import RDF, RDFS, SH
from rdflib.term import Node

from reviewgraph.rdf.terms import Term, from_rdflib
from reviewgraph.store.interface import Store

TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)


def focus_nodes(shapes: Graph, shape: Node, store: Store) -> set[Term]:
    """Section 2.1.3: the union of what the shape's targets produce."""
    found: set[Term] = {from_rdflib(node) for node in shapes.objects(shape, SH.targetNode)}
    patterns = {
        SH.targetClass: f"?this a/<{RDFS.subClassOf}>* ?target",
        SH.targetSubjectsOf: "?this ?target ?other",
        SH.targetObjectsOf: "?other ?target ?this",
    }
    for predicate, pattern in patterns.items():
        for target in shapes.objects(shape, predicate):
            query = f"SELECT DISTINCT ?this ?target {{ {pattern} }}"
            for row in store.select(query, {"target": from_rdflib(target)}).dicts():
                found.add(row["this"])
    return found


def meets(examples: Graph, predicate: Node, target: Node) -> bool:
    """Whether the target declaration produces a focus node in the graph."""
    if predicate in {SH.targetSubjectsOf, SH.targetObjectsOf}:
        return (None, cast(URIRef, target), None) in examples
    if predicate == SH.targetNode:
        return (target, None, None) in examples
    classes = {target, *examples.transitive_subjects(RDFS.subClassOf, target)}
    return any((None, RDF.type, kind) in examples for kind in classes)
