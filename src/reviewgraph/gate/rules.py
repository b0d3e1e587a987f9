"""The rules as their readers know them: the gate's own, and those that the shapes files hold.

Read from what the files say, statement by statement, without the libraries that judge.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from reviewgraph.errors import Place, Words
from reviewgraph.gate.report import RULES, Rule, Severity
from reviewgraph.publication.folder import Publication
from reviewgraph.publication.source import SourceFile
from reviewgraph.rdf.terms import IRI, Literal, Subject, Term

SHACL = "http://www.w3.org/ns/shacl#"
_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_CLASSES = (IRI(f"{_RDFS}Class"), IRI("http://www.w3.org/2002/07/owl#Class"))
_NAMES = (f"{SHACL}name", f"{_RDFS}label")
_REASONS = (f"{SHACL}description", f"{_RDFS}comment")
_MESSAGE = f"{SHACL}message"
_TARGETS = tuple(
    SHACL + name for name in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
)
_SEVERITIES = {
    f"{SHACL}Info": Severity.INFO,
    f"{SHACL}Warning": Severity.WARNING,
    f"{SHACL}Violation": Severity.VIOLATION,
}
_ENGINES = {"question-answer": "store", "question-query": "store", "shacl": "pyshacl"}


def own_rules() -> dict[str, Rule]:
    """The gate's own rules, by IRI, in the order of ``rules.toml``."""
    return {
        RULES + name: Rule(
            iri=RULES + name,
            title=Words(**entry["title"]),
            description=Words(**entry["description"]),
            address=RULES + name,
            severity=Severity[entry["severity"].upper()],
            engine=_ENGINES.get(name, "gate"),
        )
        for name, entry in own_entries().items()
    }


@cache
def own_entries() -> Mapping[str, Mapping[str, Any]]:
    """What ``rules.toml`` says of each rule, by short name."""
    text = resources.files(__package__).joinpath("rules.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def shape_rules(publication: Publication) -> dict[str, Rule]:
    """Every shape that a result can name, by IRI.

    Those are the shapes that a target leads to, by ``sh:property``, and the SPARQL-based
    constraints that have messages of their own. A shape that others use by ``sh:node`` or in a
    list gives no result itself (SHACL 4.7.1): its user does.
    """
    shapes = _Shapes(publication.shapes)
    return {rule.iri: rule for rule in shapes.rules()}


@dataclass(frozen=True, slots=True)
class Detail:
    """What a shape says to whoever breaks it, and the rules that it consists of."""

    message: Words | None = None
    parts: tuple[Rule, ...] = ()


def shape_details(publication: Publication) -> dict[str, Detail]:
    """The messages and the parts of each of ``shape_rules``."""
    shapes = _Shapes(publication.shapes)
    known = {rule.iri: rule for rule in shapes.rules()}
    return {iri: shapes.detail(IRI(iri), known) for iri in known}


class _Shapes:
    """What the shapes files say, by subject, with the place where each is written."""

    def __init__(self, files: Iterable[SourceFile]) -> None:
        self._about: dict[Subject, dict[str, list[Term]]] = {}
        self._places: dict[Subject, tuple[SourceFile, int]] = {}
        typed = set()
        for file in files:
            for located in file.statements:
                subject, predicate, value = located.statement
                self._about.setdefault(subject, {}).setdefault(predicate.value, []).append(value)
                # A file may add to a shape of another one; where it is declared is its place.
                declares = predicate.value == _RDF_TYPE and subject not in typed
                if declares or subject not in self._places:
                    self._places[subject] = (file, located.subject_at)
                if declares:
                    typed.add(subject)

    def reached(self) -> dict[Subject, Subject]:
        """Every shape that can give results, and every constraint, with the one that leads there.

        A shape with a target leads to itself.
        """
        found: dict[Subject, Subject] = {node: node for node in self._about if self._begins(node)}
        waiting = list(found)
        while waiting:
            node = waiting.pop()
            for child in self._nodes(node, "property", "sparql"):
                if child not in found:
                    found[child] = node
                    waiting.append(child)
        return found

    def rules(self) -> Iterator[Rule]:
        """The named ones of ``reached`` that a result can name, in the order of their IRIs."""
        reached = self.reached()
        named = [node for node in reached if isinstance(node, IRI)]
        for node in sorted(named, key=lambda node: node.value):
            holder = reached[node]
            is_constraint = node in self._nodes(holder, "sparql")
            if is_constraint and not self._values(node, _MESSAGE):
                continue  # its shape speaks for it
            name = node.value.replace("#", "/").rstrip("/").rsplit("/", 1)[-1]
            speakers = (node, holder) if is_constraint else (node,)
            yield Rule(
                iri=node.value,
                title=self._first(speakers, _NAMES) or Words(name, name),
                description=self._first(speakers, _REASONS) or Words("", ""),
                address=node.value,
                severity=self._severity(holder if is_constraint else node),
                place=self._place(node),
                engine="pyshacl",
            )

    def detail(self, node: Subject, known: Mapping[str, Rule]) -> Detail:
        """The message of a shape, and those of its parts that are rules."""
        parts = {
            part.value
            for part in self._nodes(node, "property", "sparql")
            if isinstance(part, IRI) and part.value in known
        }
        return Detail(self.words(node, (_MESSAGE,)), tuple(known[iri] for iri in sorted(parts)))

    def words(self, node: Subject, properties: Iterable[str]) -> Words | None:
        """What the first of the properties that the node has says, in both languages."""
        for name in properties:
            texts = {
                (value.language or "").partition("-")[0]: value.value
                for value in self._values(node, name)
                if isinstance(value, Literal)
            }
            if texts:
                other = texts.get("", next(iter(texts.values())))
                return Words(texts.get("th", other), texts.get("en", other))
        return None

    def _first(self, nodes: Iterable[Subject], properties: tuple[str, ...]) -> Words | None:
        found = (self.words(node, properties) for node in nodes)
        return next((words for words in found if words), None)

    def _begins(self, node: Subject) -> bool:
        about = self._about[node]
        if any(target in about for target in _TARGETS):
            return True
        types = about.get(_RDF_TYPE, ())
        # A class that is a shape is its own target (SHACL 2.1.3.3).
        return IRI(f"{SHACL}NodeShape") in types and any(kind in types for kind in _CLASSES)

    def _severity(self, node: Subject) -> Severity:
        for value in self._values(node, f"{SHACL}severity"):
            if isinstance(value, IRI) and value.value in _SEVERITIES:
                return _SEVERITIES[value.value]
        return Severity.VIOLATION

    def _place(self, node: Subject) -> Place | None:
        if node not in self._places:
            return None
        file, offset = self._places[node]
        return file.place(offset)

    def _values(self, node: Subject, predicate: str) -> list[Term]:
        return self._about.get(node, {}).get(predicate, [])

    def _nodes(self, node: Subject, *names: str) -> list[Subject]:
        return [
            value
            for name in names
            for value in self._values(node, SHACL + name)
            if not isinstance(value, Literal)
        ]
