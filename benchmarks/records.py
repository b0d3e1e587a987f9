"""A record as Turtle text: one subject with its statements."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

BASE = "https://w3id.org/reviewgraph/"
_OWN = (
    *("aim", "bound", "certainty", "claim", "cooperation", "count", "country", "organisation"),
    *("orgtype", "participation", "party", "period", "person", "place", "post", "project"),
    *("purpose", "review", "role", "sector", "session", "slip", "source", "tenure", "theme"),
)
PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "m8g": "http://data.europa.eu/m8g/",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "rg": BASE + "def#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
} | {name: f"{BASE}id/{name}/" for name in _OWN}
HEADER = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in sorted(PREFIXES.items())) + "\n"


@dataclass(slots=True)
class Record:
    """What one subject is said to be.

    ``subject`` and all objects are Turtle terms. ``kind`` is what sort of record it is, ``file``
    where it belongs (without number and extension), ``context`` the record that it is seen with:
    the review of a participation, the organisation of a person.
    """

    kind: str
    subject: str
    file: str
    statements: dict[str, list[str]] = field(default_factory=dict)
    context: str = ""

    def say(self, predicate: str, *objects: str) -> Record:
        """Add statements."""
        if objects:
            self.statements.setdefault(predicate, []).extend(objects)
        return self

    @property
    def size(self) -> int:
        """How many statements."""
        return sum(map(len, self.statements.values()))

    def text(self) -> str:
        """The record in the layout of this repository's own files."""
        lines = [
            f"{predicate} {' , '.join(objects)}"
            for predicate, objects in self.statements.items()
            if objects
        ]
        return f"{self.subject} " + " ;\n    ".join(lines) + " .\n\n"


Emit = Callable[[Record], None]


def expanded(term: str) -> str:
    """The IRI of a Turtle IRI or prefixed name."""
    if term.startswith("<"):
        return term[1:-1]
    prefix, _, local = term.partition(":")
    return PREFIXES[prefix] + local


def text(value: str, lang: str = "") -> str:
    """A literal."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"@{lang}' if lang else f'"{escaped}"'


def both(names: tuple[str, str]) -> tuple[str, str]:
    """Thai and English literals of a pair of names, English first in the pair."""
    return text(names[1], "th"), text(names[0], "en")
