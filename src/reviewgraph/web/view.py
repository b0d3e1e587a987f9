"""An entity as a page shows it: statements turned into rows of names, links and words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import inf

from rdflib.namespace import DCTERMS, RDF, RDFS, SKOS, XSD

from reviewgraph.rdf.namespaces import SCHEMA
from reviewgraph.rdf.terms import IRI, BlankNode, Literal, Statement, Term
from reviewgraph.release.document import Document
from reviewgraph.web.dates import in_words
from reviewgraph.web.labels import Label
from reviewgraph.web.site import Site
from reviewgraph.web.words import SITE

MOST_VALUES = 100
MOST_INWARD = 500
_TYPE = str(RDF.type)
_ALT = str(SKOS.altLabel)
_SUBJECT, _PREDICATE, _OBJECT = str(RDF.subject), str(RDF.predicate), str(RDF.object)
_DESCRIPTIONS = (
    str(SKOS.definition),
    str(DCTERMS.description),
    str(RDFS.comment),
    str(SCHEMA.description),
)
_STRING = str(XSD.string)
_BOOLEANS = {"true": "yes", "1": "yes", "false": "no", "0": "no"}


@dataclass(frozen=True, slots=True)
class Value:
    """One value: its text and language, where it links to, and what is said about it.

    ``machine`` is a date as XSD writes it. ``notes`` are addresses of reified statements.
    ``rows`` are those of a blank node, which has no page of its own.
    """

    text: str
    lang: str = ""
    href: str = ""
    external: bool = False
    machine: str = ""
    title: str = ""
    notes: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A property and its values; ``hidden`` are those too many to show."""

    name: Value
    values: tuple[Value, ...]
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Thing:
    """A member of a document: its names, its kinds, its statements, what points at it."""

    iri: str
    anchor: str
    label: Label
    others: tuple[Label, ...]
    kinds: tuple[Value, ...]
    descriptions: tuple[Label, ...]
    rows: tuple[Row, ...]
    inward: tuple[Row, ...]


class Viewer:
    """Turns terms into what a page in one language shows."""

    def __init__(self, site: Site, lang: str) -> None:
        self._site = site
        self._lang = lang

    def link(self, iri: str, label: Label | None = None, besides: str = "") -> Value:
        """A thing as a link, named or as ``label`` says."""
        label = label or self._site.labels.of(iri, self._lang, besides)
        found = self._site.href(iri, self._lang)
        if found is None:
            return Value(label.text, label.lang, title=iri)
        address, external = found
        return Value(label.text, label.lang, address, external)

    def value(self, term: Term, besides: str = "") -> Value:
        """A term as a value of a row."""
        if isinstance(term, IRI):
            return self.link(term.value, besides=besides)
        if isinstance(term, BlankNode):
            return Value(str(term))
        datatype = term.datatype.value
        words = in_words(term.value, datatype, self._lang)
        if words:
            return Value(words, self._lang, machine=term.value)
        if datatype == str(XSD.boolean) and term.value in _BOOLEANS:
            return Value(SITE[_BOOLEANS[term.value]].get(self._lang), self._lang)
        if datatype == str(XSD.anyURI) and (found := self._site.href(term.value, self._lang)):
            return Value(term.value, href=found[0], external=found[1])
        title = "" if term.language or datatype == _STRING else self._site.labels.short(datatype)
        return Value(term.value, term.language or "", title=title)

    def things(self, document: Document) -> list[Thing]:
        """The members of a document that anything is said of, the entity first."""
        statements = _Index(document.statements)
        members = [iri for iri in document.members if iri == document.iri or statements.own(iri)]
        return [self._thing(iri, document, statements) for iri in members]

    def rows(self, subject: IRI | BlankNode, statements: Iterable[Statement]) -> tuple[Row, ...]:
        """The rows of a subject's statements."""
        index = _Index(statements)
        return self._rows(subject, index, frozenset())

    def _thing(self, iri: str, document: Document, statements: _Index) -> Thing:
        own = statements.own(iri)
        label = self._site.labels.of(iri, self._lang)
        names = {*self._site.release.label_properties, _ALT}
        descriptions = tuple(
            Label(o.value, o.language or "")
            for name in _DESCRIPTIONS
            for _, p, o in own
            if p.value == name and isinstance(o, Literal)
        )
        kinds = tuple(self.value(o) for _, p, o in own if p.value == _TYPE)
        hidden = frozenset({_TYPE, *names, *_DESCRIPTIONS})
        fragment = iri.partition("#")[2]
        return Thing(
            iri=iri,
            anchor=fragment,
            label=label,
            others=tuple(self._site.labels.others(iri, label)),
            kinds=kinds,
            descriptions=self._readable(descriptions),
            rows=self._rows(IRI(iri), statements, hidden),
            inward=self._inward(iri, frozenset(document.members), statements),
        )

    def _readable(self, texts: tuple[Label, ...]) -> tuple[Label, ...]:
        """Those in the page's language; if there are none, all."""
        return tuple(text for text in texts if text.lang in {self._lang, ""}) or texts

    def _rows(
        self, subject: IRI | BlankNode, statements: _Index, hidden: frozenset[str], depth: int = 0
    ) -> tuple[Row, ...]:
        by_property: dict[str, list[Term]] = {}
        for _, predicate, value in statements.about.get(subject, ()):
            literal_name = predicate.value in hidden and isinstance(value, Literal)
            if not (literal_name or (predicate.value == _TYPE and _TYPE in hidden)):
                by_property.setdefault(predicate.value, []).append(value)
        rows = []
        for name, terms in by_property.items():
            values = []
            for term in sorted(terms, key=self._place)[:MOST_VALUES]:
                shown = self.value(term, subject.value)
                notes = statements.notes(subject, name, term)
                inner: tuple[Row, ...] = ()
                if isinstance(term, BlankNode) and depth < 3:  # noqa: PLR2004 - enough to read
                    inner = self._rows(term, statements, frozenset(), depth + 1)
                values.append(
                    (
                        self._place(term),
                        replace(
                            shown,
                            text="" if inner else shown.text,
                            notes=tuple(self.link(note).href for note in notes),
                            rows=inner,
                        ),
                    )
                )
            row = Row(self.link(name), _in_order(values), len(terms) - len(values))
            rows.append((self._row_order(name, terms, row), row))
        rows.sort(key=lambda entry: entry[0])
        return tuple(row for _, row in rows)

    def _place(self, term: Term) -> float:
        """Which one a value is among those beside it, if it says so."""
        place = self._site.position(term.value) if isinstance(term, IRI) else None
        return inf if place is None else place

    def _row_order(self, name: str, terms: list[Term], row: Row) -> tuple[object, ...]:
        """As the rules put properties; then dates as time goes, other literals, links; by name."""
        place = self._site.property_order.get(name, (inf, inf))
        date = row.values[0].machine
        return (place, isinstance(terms[0], IRI), not date, date, row.name.text)

    def _inward(self, iri: str, members: frozenset[str], statements: _Index) -> tuple[Row, ...]:
        by_property: dict[str, list[str]] = {}
        for subject, predicate, _ in statements.pointing.get(IRI(iri), ()):
            if isinstance(subject, IRI) and subject.value not in members:
                by_property.setdefault(predicate.value, []).append(subject.value)
        rows = []
        for name, subjects in by_property.items():
            values = [
                (self._place(IRI(subject)), self.link(subject, besides=iri))
                for subject in subjects[:MOST_INWARD]
            ]
            property_link = self.link(name)
            backwards = replace(property_link, text=f"← {property_link.text}")
            rows.append(Row(backwards, _in_order(values), max(0, len(subjects) - MOST_INWARD)))
        return tuple(sorted(rows, key=lambda row: row.name.text))


class _Index:
    """The statements of a document by what they are about and what they point at."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        self.about: dict[Term, list[Statement]] = {}
        self.pointing: dict[Term, list[Statement]] = {}
        for item in statements:
            self.about.setdefault(item[0], []).append(item)
            if isinstance(item[2], IRI):
                self.pointing.setdefault(item[2], []).append(item)
        self._notes: dict[tuple[Term, ...], list[str]] = {}
        for subject, told in self.about.items():
            if isinstance(subject, IRI):
                parts = {p.value: o for _, p, o in told}
                if parts.keys() >= {_SUBJECT, _PREDICATE, _OBJECT}:
                    key = (parts[_SUBJECT], parts[_PREDICATE], parts[_OBJECT])
                    self._notes.setdefault(key, []).append(subject.value)

    def own(self, iri: str) -> list[Statement]:
        """The statements about an IRI."""
        return self.about.get(IRI(iri), [])

    def notes(self, subject: Term, predicate: str, value: Term) -> list[str]:
        """The reified statements that say the same: they tell where it comes from."""
        return sorted(self._notes.get((subject, IRI(predicate), value), ()))


def _in_order(values: Iterable[tuple[float, Value]]) -> tuple[Value, ...]:
    """Values by their place, dates as time goes, all others by name."""
    ordered = sorted(
        values, key=lambda entry: (entry[0], entry[1].machine, _natural(entry[1].text))
    )
    return tuple(value for _, value in ordered)


def _natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key by which 2 goes before 10."""
    found: list[tuple[int, int, str]] = []
    digits = ""
    for char in f"{text}\0":
        if char.isascii() and char.isdigit():
            digits += char
            continue
        if digits:
            found.append((0, int(digits[:18]), ""))
            digits = ""
        found.append((1, 0, char))
    return tuple(found)


def by_text(values: Iterable[Value]) -> list[Value]:
    """Values in the order that a reader looks for them."""
    return sorted(values, key=lambda value: _natural(value.text))
