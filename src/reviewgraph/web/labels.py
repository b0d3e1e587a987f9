"""What things are called: in the reader's language, else in another one that is named.

A thing without a name of its own is called after what it joins.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from rdflib.namespace import RDF, SKOS, XSD

from reviewgraph.errors import Words
from reviewgraph.rdf.terms import IRI, Literal, Term, statement
from reviewgraph.store.interface import Store
from reviewgraph.web.dates import in_words
from reviewgraph.web.negotiation import LANGUAGES

JOINT = " · "
MOST_PARTS = 5
LONGEST_PART = 60
_REIFIED = (str(RDF.subject), str(RDF.predicate), str(RDF.object))
_SKIPPED = frozenset({str(RDF.type), *_REIFIED})
_OPAQUE = frozenset({str(XSD.hexBinary), str(XSD.base64Binary)})
_OTHER_NAMES = IRI(str(SKOS.altLabel))


@dataclass(frozen=True, slots=True)
class Label:
    """A text and its language; empty for a text in none, such as an IRI."""

    text: str
    lang: str = ""


class Labels:
    """The names of everything in one release. Since a release never changes, they are kept."""

    def __init__(
        self,
        store: Store,
        label_properties: tuple[str, ...],
        prefixes: Mapping[str, str],
        terms: Mapping[str, Words],
    ) -> None:
        self._store = store
        self._properties = tuple(IRI(name) for name in label_properties)
        self._prefixes = sorted(prefixes.items(), key=lambda entry: (-len(entry[1]), entry[0]))
        self._terms = terms
        self.of = lru_cache(maxsize=50_000)(self._of)
        self._named = lru_cache(maxsize=50_000)(self._find_named)

    def named(self, iri: str, lang: str) -> Label | None:
        """The thing's own name, best property first, best language of that."""
        return self._named(iri, lang)

    def _find_named(self, iri: str, lang: str) -> Label | None:
        for name in self._properties:
            values = [
                quad.object
                for quad in self._store.quads(subject=IRI(iri), predicate=name)
                if isinstance(quad.object, Literal)
            ]
            if values:
                best = min(values, key=lambda value: (*_distance(value, lang), value.value))
                return Label(best.value, best.language or "")
        words = self._terms.get(iri)
        return Label(words.get(lang), lang) if words else None

    def _of(self, iri: str, lang: str, besides: str = "") -> Label:
        """What to call the thing on a page about ``besides``."""
        named = self.named(iri, lang)
        if named:
            return named
        whole, _, fragment = iri.partition("#")
        if fragment and (parent := self.named(whole, lang)):
            return Label(f"{parent.text}{JOINT}{fragment}", parent.lang)
        parts = list(islice(self._parts(iri, lang, besides), MOST_PARTS))
        if parts:
            return Label(JOINT.join(part.text for part in parts), parts[0].lang)
        return Label(self.short(iri))

    def others(self, iri: str, shown: Label) -> list[Label]:
        """The other names of a thing."""
        properties = (*self._properties, _OTHER_NAMES)
        found = {
            Label(quad.object.value, quad.object.language or "")
            for name in properties
            for quad in self._store.quads(subject=IRI(iri), predicate=name)
            if isinstance(quad.object, Literal)
        }
        return sorted(found - {shown}, key=lambda label: (label.lang, label.text))

    def in_all(self, iri: str) -> dict[str, str]:
        """What to call the thing, by the languages of pages."""
        return {lang: self.of(iri, lang).text for lang in LANGUAGES}

    def short(self, iri: str) -> str:
        """The prefixed name, or the IRI if no prefix fits."""
        for prefix, namespace in self._prefixes:
            local = iri[len(namespace) :]
            if iri.startswith(namespace) and local and "/" not in local:
                return f"{prefix}:{local}"
        return iri

    def _parts(self, iri: str, lang: str, besides: str) -> Iterator[Label]:
        """The names of what a nameless node joins: reified first, then by property."""
        told = {statement(quad)[1:] for quad in self._store.quads(subject=IRI(iri))}
        about = sorted(
            ((predicate.value, str(value), value) for predicate, value in told),
            key=lambda entry: entry[:2],
        )
        if not about:
            return  # it is only mentioned: what mentions it says nothing of what it is
        ordered = [entry for name in _REIFIED for entry in about if entry[0] == name]
        ordered += [entry for entry in about if entry[0] not in _SKIPPED]
        in_language = {name for name, _, value in about if _distance(value, lang)[0] == 0}
        seen = set()
        for name, _, value in ordered:
            if name in in_language and _distance(value, lang)[0] > 1:
                continue  # the same said in another language
            part = self._part(value, lang, besides)
            if part and part.text not in seen:
                seen.add(part.text)
                yield part
        holders = sorted(
            {
                quad.subject.value
                for quad in islice(self._store.quads(object=IRI(iri)), MOST_PARTS)
                if isinstance(quad.subject, IRI) and quad.subject.value != besides
            }
        )
        for holder in holders:
            label = self.named(holder, lang)
            if label and label.text not in seen:
                yield label

    def _part(self, value: Term, lang: str, besides: str) -> Label | None:
        if isinstance(value, IRI):
            return None if value.value == besides else self.named(value.value, lang)
        if not isinstance(value, Literal) or len(value.value) > LONGEST_PART:
            return None
        if value.datatype.value in _OPAQUE:
            return None
        words = in_words(value.value, value.datatype.value, lang)
        return Label(words, lang) if words else Label(value.value, value.language or "")


def _distance(value: Term, lang: str) -> tuple[int, str]:
    """How far the language of a value is from the one that is wanted."""
    language = (value.language or "") if isinstance(value, Literal) else ""
    if language == lang or language.startswith(f"{lang}-"):
        return 0, language
    return (1 if not language else 2), language
