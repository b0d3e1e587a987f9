"""``rules.json``: of each shape where it is written, and the cases that keep and break it.

The shapes themselves are in ``shapes.ttl``; cases are no part of the dataset, so that a page of a
rule would otherwise have no example to show.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from reviewgraph.errors import Place
from reviewgraph.gate.examples import Example, RuleExamples, shape_examples
from reviewgraph.gate.rules import shape_rules
from reviewgraph.publication.folder import Publication

VERSION = 1


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """What the release knows of a shape besides its statements."""

    place: Place | None
    examples: RuleExamples


def document(publication: Publication) -> bytes:
    """The file: the same folder always gives the same bytes."""
    examples = shape_examples(publication)
    rules = {
        iri: {
            "place": asdict(rule.place) if rule.place else None,
            **asdict(examples.get(iri, RuleExamples())),
        }
        for iri, rule in shape_rules(publication).items()
    }
    content = {"version": VERSION, "rules": rules}
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def read(document: bytes) -> dict[str, RuleEntry]:
    """The entries of the file, by the shape's IRI.

    Raises:
        ValueError: it is not such a file.
    """
    content: dict[str, Any] = json.loads(document)
    return {iri: _entry(entry) for iri, entry in content["rules"].items()}


def _entry(entry: dict[str, Any]) -> RuleEntry:
    valid, invalid = (
        tuple(Example(**example) for example in entry[kind]) for kind in ("valid", "invalid")
    )
    place = Place(**entry["place"]) if entry["place"] else None
    return RuleEntry(place, RuleExamples(valid, invalid))
