"""An entity as a page shows it: statements turned into rows of names, links and words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import inf

from rdflib.namespace import DCTERMS, RDF, RDFS, SKOS

from reviewgraph.rdf.namespaces import SCHEMA
from reviewgraph.rdf.terms import IRI, BlankNode, Literal, Statement, Term
from reviewgraph.release.document import Document
from reviewgraph.web import collation
from reviewgraph.web.evidence import NO_PROOF, Passage, Proof, evidence_of
from reviewgraph.web.labels import Label
from reviewgraph.web.site import Site
from reviewgraph.web.values import Value, Valuer

MOST_VALUES = 500
MOST_INWARD = 500
_TYPE = str(RDF.type)
_DEFINED_BY = str(RDFS.isDefinedBy)
_ALT = str(SKOS.altLabel)
_SUBJECT, _PREDICATE, _OBJECT = str(RDF.subject), str(RDF.predicate), str(RDF.object)
_DESCRIPTIONS = (
    str(SKOS.definition),
    str(DCTERMS.description),
    str(RDFS.comment),
    str(SCHEMA.description),
)


@dataclass(frozen=True, slots=True)
class Told(Value):
    """A value with what is said about it.

    ``proof`` is the evidence of the statement that it is the value of. ``rows`` are those of a
    blank node, which has no page of its own.
    """

    proof: Proof = NO_PROOF
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A property and its values; ``hidden`` are those too many to show."""

    name: Value
    values: tuple[Told, ...]
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that belong together, under a heading; empty for those that nothing puts together."""

    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Thing:
    """A member of a document: its names, its kinds, its statements, what points at it."""

    iri: str
    anchor: str
    label: Label
    others: tuple[Label, ...]
    kinds: tuple[Value, ...]
    descriptions: tuple[Label, ...]
    groups: tuple[Group, ...]
    inward: tuple[Row, ...]
    proof: Proof = NO_PROOF
    passage: Passage | None = None


class Viewer(Valuer):
    """Turns documents into what a page in one language shows."""

    def __init__(self, site: Site, lang: str, here: str = "") -> None:
        super().__init__(site, lang, here)
        self._evidence = evidence_of(site)

    def things(self, document: Document) -> list[Thing]:
        """The members of a document that anything is said of, the entity first."""
        statements = _Index(each for each in document.statements if not _says_where(each, document))
        members = [iri for iri in document.members if iri == document.iri or statements.own(iri)]
        return [self._thing(iri, document, statements) for iri in members]

    def rows(self, subject: IRI | BlankNode, statements: Iterable[Statement]) -> tuple[Row, ...]:
        """The rows of a subject's statements."""
        index = _Index(statements)
        return tuple(row for _, row in self._rows(subject, index, frozenset()))

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
            descriptions=self.readable(descriptions),
            groups=self._groups(self._rows(IRI(iri), statements, hidden)),
            inward=self._inward(iri, frozenset(document.members), statements),
            proof=self._evidence.of([iri], (), (), self._lang),
            passage=self._evidence.passage(iri, self._lang),
        )

    def _groups(self, rows: Sequence[tuple[str, Row]]) -> tuple[Group, ...]:
        """The rows under the headings that the rules' ``sh:group`` give their properties."""
        found: dict[str, list[Row]] = {}
        for name, row in rows:
            found.setdefault(self._site.property_group(name, self._lang), []).append(row)
        ordered = sorted(found.items(), key=lambda entry: entry[0] == "")
        return tuple(Group(heading, tuple(members)) for heading, members in ordered)

    def _rows(
        self, subject: IRI | BlankNode, statements: _Index, hidden: frozenset[str], depth: int = 0
    ) -> list[tuple[str, Row]]:
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
                    below = self._rows(term, statements, frozenset(), depth + 1)
                    inner = tuple(row for _, row in below)
                proof = self._evidence.of_claims(notes, self._lang) if notes else NO_PROOF
                values.append((self._place(term), _told(shown, proof, inner)))
            row = Row(self.link(name), _in_order(values), len(terms) - len(values))
            rows.append((self._row_order(name, terms, row), name, row))
        rows.sort(key=lambda entry: entry[0])
        return [(name, row) for _, name, row in rows]

    def _place(self, term: Term) -> float:
        """Which one a value is among those beside it, if it says so."""
        place = self._site.position(term.value) if isinstance(term, IRI) else None
        return inf if place is None else place

    def _row_order(self, name: str, terms: list[Term], row: Row) -> tuple[object, ...]:
        """As the rules put properties; then dates as time goes, other literals, links; by name."""
        place = self._site.property_order.get(name, (inf, inf))
        date = row.values[0].machine
        return (place, isinstance(terms[0], IRI), not date, date, collation.key(row.name.text))

    def _inward(self, iri: str, members: frozenset[str], statements: _Index) -> tuple[Row, ...]:
        by_property: dict[str, list[str]] = {}
        for subject, predicate, _ in statements.pointing.get(IRI(iri), ()):
            if isinstance(subject, IRI) and subject.value not in members:
                by_property.setdefault(predicate.value, []).append(subject.value)
        rows = []
        for name, subjects in by_property.items():
            values = [
                (self._place(IRI(subject)), _told(self.link(subject, besides=iri)))
                for subject in subjects[:MOST_INWARD]
            ]
            property_link = self.link(name)
            backwards = replace(property_link, text=f"← {property_link.text}")
            rows.append(Row(backwards, _in_order(values), max(0, len(subjects) - MOST_INWARD)))
        return tuple(sorted(rows, key=lambda row: collation.key(row.name.text)))


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


def _told(value: Value, proof: Proof = NO_PROOF, rows: tuple[Row, ...] = ()) -> Told:
    text = "" if rows else value.text
    return Told(
        text, value.lang, value.href, value.external, value.machine, value.title, proof, rows
    )


def _in_order(values: Iterable[tuple[float, Told]]) -> tuple[Told, ...]:
    """Values by their place, dates as time goes, all others by name."""
    ordered = sorted(
        values, key=lambda entry: (entry[0], entry[1].machine, collation.key(entry[1].text))
    )
    return tuple(value for _, value in ordered)


def _says_where(statement: Statement, document: Document) -> bool:
    """Whether it says that a word is defined on the very page that shows it."""
    _, predicate, value = statement
    return predicate.value == _DEFINED_BY and value == IRI(document.iri)
