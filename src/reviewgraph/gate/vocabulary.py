"""Terms that a known namespace does not define: typing errors that no parser sees.

Known are the namespaces that rdflib ships as closed lists, those of ``vocabularies.toml``, and
the publication's own ontologies. Any other namespace is none of our business.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache, lru_cache
from importlib import resources

import rdflib.namespace
from rdflib.namespace import DefinedNamespace, DefinedNamespaceMeta

from reviewgraph.errors import Words
from reviewgraph.gate.report import RULES, Result, Severity
from reviewgraph.publication.source import SourceFile
from reviewgraph.rdf.terms import IRI

RULE = RULES + "unknown-term"
_NO_TERMS = vars(DefinedNamespace)["__annotations__"]
"""What rdflib notes beside the terms of a namespace."""


@cache
def standard_vocabularies() -> Mapping[str, frozenset[str]]:
    """Namespace to local names, of all vocabularies that come with the program."""
    known = {
        str(namespace): _names(namespace)
        for namespace in vars(rdflib.namespace).values()
        if isinstance(namespace, DefinedNamespaceMeta) and namespace is not DefinedNamespace
    }
    listed = tomllib.loads(
        resources.files(__package__).joinpath("vocabularies.toml").read_text(encoding="utf-8")
    )
    for namespace, entry in listed.items():
        before = known.get(namespace, frozenset()) if entry.get("adds_to_rdflib") else frozenset()
        known[namespace] = before | frozenset(entry["terms"])
    return known


def _names(namespace: DefinedNamespaceMeta) -> frozenset[str]:
    """Its terms; those that are no Python names (``sh:class``, ``sh:in``) are kept apart."""
    listed = vars(namespace).get("__annotations__", {})
    extras = getattr(namespace, "_extras", ())
    return frozenset(name for name in (*listed, *extras) if name not in _NO_TERMS)


def own_vocabularies(
    ontology: Iterable[SourceFile], ontologies: Iterable[str]
) -> dict[str, frozenset[str]]:
    """What the publication's own ontologies define, by namespace (``IRI#`` or ``IRI/``)."""
    defined = {
        located.subject.value
        for file in ontology
        for located in file.statements
        if isinstance(located.subject, IRI)
    }
    namespaces = [iri if iri.endswith(("#", "/")) else iri + "#" for iri in ontologies]
    return {
        namespace: frozenset(
            iri.removeprefix(namespace) for iri in defined if iri.startswith(namespace)
        )
        for namespace in namespaces
    }


class Vocabulary:
    """The known namespaces, and what was found of the terms met so far."""

    def __init__(self, known: Mapping[str, frozenset[str]]) -> None:
        self.known = known
        self._verdict = lru_cache(maxsize=1 << 16)(lambda term: _unknown_in(term.value, known))

    def check(self, file: SourceFile) -> list[Result]:
        """A violation for each place that names an unknown term of a known namespace."""
        verdict, found = self._verdict, []
        told: set[int] = set()  # one predicate may stand before many objects
        for located in file.statements:
            predicate, value = located.predicate, located.object
            if verdict(predicate) is None and not (isinstance(value, IRI) and verdict(value)):
                continue
            for term, at in ((predicate, located.predicate_at), (value, located.object_at)):
                namespace = verdict(term) if isinstance(term, IRI) else None
                if namespace is not None and at not in told:
                    told.add(at)
                    found.append(
                        Result(
                            rule=RULE,
                            severity=_severity(file, namespace),
                            message=_words(term.value, namespace, self.known),
                            place=file.place(at),
                            focus=str(located.subject),
                            path=str(predicate),
                            value=str(term),
                        )
                    )
        return found


def _severity(file: SourceFile, namespace: str) -> Severity:
    """A rule that is misspelt checks nothing: that is a failure, not a result."""
    is_rule = file.path.startswith("shapes/") and namespace == str(rdflib.namespace.SH)
    return Severity.FAILURE if is_rule else Severity.VIOLATION


def _unknown_in(iri: str, known: Mapping[str, frozenset[str]]) -> str | None:
    """The known namespace that should define the IRI and does not."""
    cut = max(iri.rfind("#"), iri.rfind("/")) + 1
    namespace, name = iri[:cut], iri[cut:]
    if not name or namespace not in known or name in known[namespace]:
        return None
    return namespace


def _words(iri: str, namespace: str, known: Mapping[str, frozenset[str]]) -> Words:
    name = iri.removeprefix(namespace)
    if namespace == "http://schema.org/":
        return Words(
            f"ให้เขียน https://schema.org/{name} (https ไม่ใช่ http)",
            f"write https://schema.org/{name} (https, not http)",
        )
    if close := get_close_matches(name, known[namespace], n=1):
        return Words(
            f"คำศัพท์ {namespace} ไม่มีคำว่า “{name}” หมายถึง “{close[0]}” หรือไม่",
            f"the vocabulary {namespace} has no term “{name}”: did you mean “{close[0]}”?",
        )
    return Words(
        f"คำศัพท์ {namespace} ไม่มีคำว่า “{name}” โปรดตรวจตัวสะกด",
        f"the vocabulary {namespace} has no term “{name}”: check its spelling",
    )
