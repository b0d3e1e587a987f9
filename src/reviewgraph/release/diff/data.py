"""Changes as JSON; ``diff.schema.json`` beside this file describes it."""

from __future__ import annotations

import json
from typing import Any

from reviewgraph.rdf.terms import IRI, BlankNode, Statement, Term
from reviewgraph.release.diff.changes import Changes, EntityChange

VERSION = 1


def write(changes: Changes) -> str:
    """The document."""
    content = {
        "version": VERSION,
        "old": changes.old.name,
        "new": changes.new.name,
        "counts": {
            "entities": {state: changes.count(state) for state in ("added", "removed", "changed")},
            "statements": {
                "added": changes.added,
                "removed": changes.removed,
                "moved": changes.moved,
            },
            "files": len(changes.files),
        },
        "entities": [_entity(entity, changes) for entity in changes.entities],
        "files": [{"path": file.path, "state": file.state} for file in changes.files],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _entity(entity: EntityChange, changes: Changes) -> dict[str, Any]:
    return {
        "iri": entity.iri,
        "state": entity.state,
        "labels": changes.labels.get(entity.iri, {}),
        "added": [{**_statement(t.statement), "graphs": list(t.graphs)} for t in entity.added],
        "removed": [{**_statement(t.statement), "graphs": list(t.graphs)} for t in entity.removed],
        "moved": [
            {**_statement(m.statement), "before": list(m.before), "after": list(m.after)}
            for m in entity.moved
        ],
    }


def _statement(told: Statement) -> dict[str, Any]:
    subject, predicate, value = told
    return {
        "subject": _term(subject),
        "predicate": predicate.value,
        "object": _term(value),
    }


def _term(term: Term) -> dict[str, str]:
    """As the SPARQL 1.1 Query Results JSON Format has terms (section 3.2.2)."""
    if isinstance(term, IRI):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    found = {"type": "literal", "value": term.value}
    if term.language:
        return {**found, "xml:lang": term.language}
    return {**found, "datatype": term.datatype.value}
