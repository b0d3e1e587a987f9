"""The parts of a page that the publication's views make: an answer about a thing, laid out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from rdflib.namespace import RDF, RDFS

from reviewgraph.errors import QueryError
from reviewgraph.publication.question import with_values
from reviewgraph.publication.view import THIS
from reviewgraph.rdf.terms import IRI, Term, statement
from reviewgraph.release.manifest import QuestionEntry, ViewEntry
from reviewgraph.store.interface import Table
from reviewgraph.web.evidence import NO_PROOF, Evidence, Proof, evidence_of
from reviewgraph.web.negotiation import LANGUAGES
from reviewgraph.web.pages import told
from reviewgraph.web.pictures.of_tables import PICTURES, picture
from reviewgraph.web.representations import Incomplete
from reviewgraph.web.site import Site
from reviewgraph.web.values import Value, Valuer

MOST_KEPT = 2000
_SUBCLASS = IRI(str(RDFS.subClassOf))
_TYPE = IRI(str(RDF.type))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an answer: its header, and the variables that have its value, best first."""

    header: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """What an entry has in one column."""

    header: str
    values: tuple[Value, ...]
    proof: Proof = NO_PROOF


@dataclass(frozen=True, slots=True)
class Entry:
    """Solutions with the same first column, as one: what it is, what is said of it."""

    head: Value | None
    cells: tuple[Cell, ...]
    proof: Proof = NO_PROOF


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page.

    ``query`` is the query as it was asked, for the editor. ``picture`` is an SVG document,
    ``picture_address`` where it is by itself. ``failed`` is whether no answer could be had.
    """

    name: str
    title: str
    description: str
    layout: str
    headers: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    query: str = ""
    picture: str = ""
    picture_address: str = ""
    failed: bool = False
    empty: str = ""


@dataclass
class Views:
    """The views of one release, and what they have answered: a release stays as it is."""

    site: Site
    _answers: dict[tuple[str, str], Table] = field(default_factory=dict)

    @cached_property
    def _by_class(self) -> dict[str, list[ViewEntry]]:
        found: dict[str, list[ViewEntry]] = {}
        for view in self.site.release.views:
            for name in view.classes:
                found.setdefault(name, []).append(view)
        return found

    def of(self, iri: str) -> list[ViewEntry]:
        """The views of a thing, in the order of its page."""
        wanted = [view for name in self._classes(iri) for view in self._by_class.get(name, ())]
        return [view for view in self.site.release.views if view in wanted]

    def named(self, name: str) -> ViewEntry | None:
        """The view with a name."""
        return next((view for view in self.site.release.views if view.question.name == name), None)

    def answer(self, view: ViewEntry, iri: str) -> Table:
        """What the view says of a thing.

        Raises:
            QueryError: it cannot be had now.
        """
        key = view.question.name, iri
        if key not in self._answers:
            table = self.site.ask(query_of(view, iri))
            if len(self._answers) >= MOST_KEPT:
                self._answers.clear()
            self._answers[key] = table
        return self._answers[key]

    def _classes(self, iri: str) -> set[str]:
        """What a thing is, by ``rdfs:subClassOf`` too."""
        store = self.site.store
        found: set[str] = set()
        waiting = [statement(quad)[2] for quad in store.quads(subject=IRI(iri), predicate=_TYPE)]
        while waiting:
            node = waiting.pop()
            if isinstance(node, IRI) and node.value not in found:
                found.add(node.value)
                above = store.quads(subject=node, predicate=_SUBCLASS)
                waiting += [statement(quad)[2] for quad in above]
        return found


def views_of(site: Site) -> Views:
    """The views of a site, made once."""
    found: Views = site.kept("views", Views)
    return found


def query_of(view: ViewEntry, iri: str) -> str:
    """The view's query about a thing."""
    return with_values(view.question.query, {THIS: IRI(iri)})


def sections(site: Site, iri: str, lang: str) -> list[Section]:
    """The parts of a thing's page that have something to tell.

    A view that could not be answered is among them, and says so.
    """
    if not site.in_force:
        return []  # only the release in force has workers that end a query on time
    views = views_of(site)
    found = []
    for view in views.of(iri):
        question = view.question
        title, description = told(question.titles, lang), told(question.descriptions, lang)
        try:
            table = views.answer(view, iri)
        except QueryError:
            found.append(Section(question.name, title, description, question.layout, failed=True))
            continue
        empty = told(question.empty, lang)
        if table.rows or empty:
            found.append(_section(site, view, iri, table, lang))
    return found


def drawn(site: Site, view: ViewEntry, iri: str, lang: str) -> str:
    """The picture that a view makes of a thing, as SVG; empty if it makes none.

    Raises:
        QueryError: the view's answer cannot be had now.
    """
    question = view.question
    if question.layout not in PICTURES:
        return ""
    table = views_of(site).answer(view, iri)
    laid_out = Layout(site, lang, table)
    title, description = told(question.titles, lang), told(question.descriptions, lang)
    name = f"{title}: {site.labels.of(iri, lang).text}"
    return picture(site, question.layout, name, description, laid_out.plain, laid_out.headers, lang)


def whole(page: bytes, parts: Iterable[Section]) -> bytes:
    """The page, if none of its parts failed.

    Raises:
        Incomplete: one did: the page is not to be kept.
    """
    if any(part.failed for part in parts):
        raise Incomplete(page)
    return page


def answered(
    site: Site, question: QuestionEntry, table: Table, lang: str, picture_address: str = ""
) -> Section:
    """The answer to a question as a part of its page."""
    laid_out = Layout(site, lang, table)
    return Section(
        name="answer",
        title=told(question.titles, lang),
        description="",
        layout=question.layout,
        headers=tuple(laid_out.headers),
        entries=tuple(laid_out.entries("", grouped=False, whole=False)),
        picture=answer_drawn(site, question, table, lang) if picture_address else "",
        picture_address=picture_address,
        empty=told(question.empty, lang),
    )


def answer_drawn(site: Site, question: QuestionEntry, table: Table, lang: str) -> str:
    """The picture of an answer, empty if its question asks for none."""
    if question.layout not in PICTURES or not table.rows:
        return ""
    laid_out = Layout(site, lang, table)
    title, description = told(question.titles, lang), told(question.descriptions, lang)
    shown = laid_out.plain, laid_out.headers
    return picture(site, question.layout, title, description, *shown, lang)


def _section(site: Site, view: ViewEntry, iri: str, table: Table, lang: str) -> Section:
    question = view.question
    laid_out = Layout(site, lang, table)
    title, description = told(question.titles, lang), told(question.descriptions, lang)
    shown = drawn(site, view, iri, lang)
    grouped = question.layout in {"cards", "list"}
    whole = question.layout == "facts"
    return Section(
        name=question.name,
        title=title,
        description=description,
        layout=question.layout,
        headers=tuple(laid_out.headers),
        entries=tuple(laid_out.entries(iri, grouped=grouped, whole=whole)),
        query=query_of(view, iri),
        picture=shown,
        picture_address=site.addresses.picture(question.name, iri, lang) if shown else "",
        empty=told(question.empty, lang),
    )


class Layout:
    """An answer in a language: its columns, and its solutions as entries."""

    def __init__(self, site: Site, lang: str, table: Table) -> None:
        self._lang = lang
        self._table = table
        self._valuer = Valuer(site, lang)
        self._evidence: Evidence = evidence_of(site)
        self.columns = columns_in(lang, table.variables, site.release.columns)
        self._hidden = [n for n, name in enumerate(table.variables) if name.startswith("_")]

    @property
    def headers(self) -> list[str]:
        """What the columns are called."""
        return [column.header for column in self.columns]

    @property
    def plain(self) -> Table:
        """The answer with the columns that are shown, each with its best variable."""
        numbers = [column.numbers for column in self.columns]
        names = tuple(self._table.variables[each[0]] for each in numbers)
        rows = tuple(
            tuple(next((row[n] for n in each if row[n] is not None), None) for each in numbers)
            for row in self._table.rows
        )
        return Table(names, rows)

    def entries(self, iri: str, *, grouped: bool, whole: bool) -> Iterator[Entry]:
        """The solutions.

        Args:
            iri: what they are about.
            grouped: those with the same first column are one.
            whole: all of them are one, without a head.
        """
        for rows in self._groups(grouped=grouped, whole=whole):
            head = None if whole else self._first(self.columns[0], rows[0])
            cells = tuple(
                self._cell(column, rows, iri if whole else "")
                for column in self.columns[0 if whole else 1 :]
            )
            filled = cells if not (grouped or whole) else tuple(c for c in cells if c.values)
            yield Entry(head, filled, NO_PROOF if whole else self._proof(rows, iri))

    def _groups(self, *, grouped: bool, whole: bool) -> Iterable[Sequence[_Row]]:
        rows = self._table.rows
        if whole:
            return [rows] if rows else []
        if not grouped:
            return [[row] for row in rows]
        found: dict[tuple[Term | None, ...], list[_Row]] = {}
        numbers = self.columns[0].numbers
        for row in rows:
            found.setdefault(tuple(row[n] for n in numbers), []).append(row)
        return list(found.values())

    def _first(self, column: Column, row: _Row) -> Value | None:
        terms = (row[number] for number in column.numbers)
        return next((self._valuer.value(term) for term in terms if term is not None), None)

    def _cell(self, column: Column, rows: Sequence[_Row], about: str) -> Cell:
        found: dict[Value, None] = {}
        terms: set[Term] = set()
        for row in rows:
            term = next((row[n] for n in column.numbers if row[n] is not None), None)
            if term is not None:
                terms.add(term)
                found.setdefault(self._valuer.value(term))
        proof = NO_PROOF
        if about and terms:
            subjects = [about, *sorted(_iris(rows))]
            proof = self._evidence.of((), subjects, terms, self._lang)
        return Cell(column.header, tuple(found), proof)

    def _proof(self, rows: Sequence[_Row], iri: str) -> Proof:
        if not self._hidden:
            return NO_PROOF
        nodes = dict.fromkeys(
            term.value for row in rows for n in self._hidden if isinstance(term := row[n], IRI)
        )
        shown = {term for row in rows for term in row if term is not None}
        subjects = [each for each in sorted(_iris(rows)) if each not in nodes and each != iri]
        return self._evidence.of([*nodes], subjects, shown, self._lang)


_Row = tuple[Term | None, ...]


def _iris(rows: Sequence[_Row]) -> set[str]:
    return {term.value for row in rows for term in row if isinstance(term, IRI)}


def columns_in(
    lang: str, variables: Sequence[str], names: Mapping[str, Mapping[str, str]]
) -> list[Column]:
    """The columns that are shown: of ``name_th`` and ``name_en`` only the one in its language.

    Args:
        lang: of the page.
        variables: of the answer; those that begin with ``_`` are not shown.
        names: what columns are called, by language.
    """
    found = []
    for number, variable in enumerate(variables):
        if variable.startswith("_"):
            continue
        name, _, tag = variable.rpartition("_")
        versions = {each: f"{name}_{each}" for each in LANGUAGES if f"{name}_{each}" in variables}
        if name and tag in versions and lang in versions and len(versions) > 1:
            others = [variables.index(each) for each in versions.values() if each != variable]
            if tag == lang:
                found.append(Column(_header(name, lang, names), (number, *others)))
        else:
            found.append(Column(_header(variable, lang, names), (number,)))
    return found


def _header(name: str, lang: str, names: Mapping[str, Mapping[str, str]]) -> str:
    return told(dict(names.get(name, {})), lang) or name.replace("_", " ")
