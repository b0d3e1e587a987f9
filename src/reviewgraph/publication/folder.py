"""The folder as a whole: the directory is the configuration.

==========================  =========================================================
``ontology/*.{ttl,…}``      the words: ontology and concept schemes, in the dataset
``ontology/questions/*.rq``  competency questions
``ontology/columns.tsv``    what the columns of answers are called
``ontology/context.jsonld`` the JSON-LD context
``data/**/*.{ttl,…}``       the facts, in the dataset
``shapes/*.ttl``            the rules
``shapes/views/*.rq``       what pages show of the instances of a class
``shapes/cases/**``         what the rules are tried on, never published
==========================  =========================================================

One file is one named graph, called after its path: ``<base>graph/data/reviews/x``. Files of
``data/`` that are marked as drafts are left out, unless they are asked for: see ``drafts``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from json import JSONDecodeError
from pathlib import Path
from urllib.parse import quote

from reviewgraph.errors import Place, PublicationError, SourceSyntaxError, Words
from reviewgraph.publication import catalog as catalogs
from reviewgraph.publication import columns as titles
from reviewgraph.publication import drafts as marks
from reviewgraph.publication.catalog import Catalog
from reviewgraph.publication.question import Question, read_question
from reviewgraph.publication.reading import files_below, name_of, read_bytes, read_text, signature
from reviewgraph.publication.source import SourceFile, read_file
from reviewgraph.publication.view import View, read_view
from reviewgraph.rdf.canonical import sha256
from reviewgraph.rdf.formats import BY_EXTENSION
from reviewgraph.rdf.jsonld import read_context
from reviewgraph.rdf.namespaces import PREFIXES
from reviewgraph.rdf.terms import IRI, Quad, Subject

ROOMS = ("ontology", "data", "shapes")
CONTEXT = "ontology/context.jsonld"
CASES = "shapes/cases"
_QUESTIONS = "ontology/questions"
_VIEWS = "shapes/views"
_UNREAD_BASE = "urn:x-unread:"


@dataclass(frozen=True)
class Publication:
    """A folder that was read.

    ``errors`` holds every file that could not be: nothing is judged or published until it is
    empty. ``other_files`` maps each published file that is not RDF (context, questions, views,
    names of columns) and each shapes file to the SHA-256 of its bytes. ``context`` is the text of
    the JSON-LD context. ``unread`` are files that have no place in the table above: nothing looks
    at them.
    ``drafts`` are the paths of the drafts, ``draft_graphs`` what only they write into; they are in
    ``data`` if this is a ``preview``, else nothing but ``originals`` holds them.
    ``originals`` are all RDF files as they were read, to be known again; nobody else reads them.
    """

    root: Path
    catalog: Catalog
    ontology: tuple[SourceFile, ...]
    data: tuple[SourceFile, ...]
    shapes: tuple[SourceFile, ...]
    questions: tuple[Question, ...]
    views: tuple[View, ...] = ()
    columns: titles.Columns = field(default_factory=dict)
    context: str | None = None
    other_files: dict[str, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    errors: tuple[SourceSyntaxError, ...] = ()
    drafts: tuple[str, ...] = ()
    draft_graphs: frozenset[IRI] = frozenset()
    preview: bool = False
    unpublished: frozenset[Subject] = frozenset()
    originals: tuple[SourceFile, ...] = field(default=(), repr=False)

    @property
    def files(self) -> tuple[SourceFile, ...]:
        """The files whose statements are the dataset."""
        return self.ontology + self.data

    @property
    def read(self) -> tuple[SourceFile, ...]:
        """Every RDF file that was read."""
        return self.ontology + self.data + self.shapes

    @property
    def prefixes(self) -> dict[str, str]:
        """Prefixes for writing: the publication's own over the publisher's."""
        own: dict[str, str] = {}
        for file in (*self.shapes, *self.data, *self.ontology):
            own.update({name: iri for name, iri in file.prefixes.items() if name})
        return dict(sorted((PREFIXES | own).items()))

    def quads(self) -> Iterator[Quad]:
        """The dataset, file by file."""
        for file in self.files:
            yield from file.quads()


def load(
    root: Path,
    *,
    drafts: bool = False,
    previous: Publication | None = None,
    progress: Callable[[str], None] = lambda _file: None,
    skip: Mapping[str, Words] | None = None,
) -> Publication:
    """Read the folder.

    Files that cannot be read are in ``errors``, all of them. Nothing outside the folder is
    opened, whatever links say.

    Args:
        root: the folder.
        drafts: whether drafts are to be in it: then it is a preview.
        previous: as it was read before: an RDF file that has not been touched since is not read
            again, and is the same object.
        progress: told the name of each RDF file before it is read.
        skip: RDF files that are not to be read, with the reason: they are among the errors.

    Raises:
        PublicationError: there is no such folder, or a room or ``data/catalog.ttl`` is missing.
    """
    root = root.resolve()
    _require_rooms(root)
    return _Loading(root, previous, progress, skip or {}).publication(drafts=drafts)


def graph_name(base: str, name: str) -> IRI:
    """The named graph of a file: its path without the extension, under ``graph/``."""
    return IRI(f"{base}graph/{quote(name.rsplit('.', 1)[0])}")


def read_rdf(root: Path, path: Path, base: str) -> SourceFile:
    """Read one RDF file of a publication.

    Raises:
        SourceSyntaxError: it may not be read, or is not well-formed.
    """
    name = name_of(root, path)
    # By its path a file's blank nodes are told from other files', today and after any edit.
    scope = f"f{int(sha256(name.encode())[:12], 16)}"
    return read_file(root, path, graph=graph_name(base, name), base=base + quote(name), scope=scope)


class _Loading:
    """The files of a folder, each sent to its room; errors are kept and the rest goes on."""

    def __init__(
        self,
        root: Path,
        previous: Publication | None,
        progress: Callable[[str], None],
        skip: Mapping[str, Words],
    ) -> None:
        self.root = root
        self.progress = progress
        self.skip = skip
        self.before = {file.path: file for file in previous.originals} if previous else {}
        self.published = {file.path: file for file in previous.read} if previous else {}
        self.errors: list[SourceSyntaxError] = []
        self.unread: list[str] = []
        self.catalog = Catalog("", _UNREAD_BASE, {}, {}, "", "")

    def publication(self, *, drafts: bool) -> Publication:
        """Read everything."""
        root = self.root
        try:
            self.catalog = catalogs.read_catalog(self.read(root / catalogs.PATH, _UNREAD_BASE))
        except SourceSyntaxError as error:
            self.errors.append(error)
        ontology = self.rdf(self.paths("ontology", deep=False))
        data = self.rdf(self.paths("data", deep=True))
        found, wrong = marks.find(ontology + data, self.catalog.base, whole=not self.errors)
        self.errors += wrong
        shapes = self.rdf(self.paths("shapes", deep=False))
        questions, files = self.questions()
        views = self.views()
        hidden = marks.Drafts() if drafts else found
        return Publication(
            root=root,
            catalog=self.catalog,
            ontology=self.public(ontology, hidden),
            data=self.public(data, hidden),
            shapes=shapes,
            questions=tuple(questions),
            views=tuple(view for view, _ in views),
            columns=self.columns(),
            context=self.context(),
            other_files=self.digests(
                [
                    root / CONTEXT,
                    root / titles.PATH,
                    *files,
                    *(path for _, path in views),
                    *(root / shape.path for shape in shapes),
                ]
            ),
            unread=tuple(sorted(self.unread)),
            errors=tuple(sorted(self.errors, key=lambda error: str(error.place))),
            drafts=found.files,
            draft_graphs=found.graphs,
            preview=drafts,
            unpublished=marks.spoken_of(data, hidden, self.catalog.base),
            originals=ontology + data + shapes,
        )

    def public(self, files: tuple[SourceFile, ...], hidden: marks.Drafts) -> tuple[SourceFile, ...]:
        """The files without drafts and what is said of them, each the same object as before."""
        if not hidden.files:
            return files
        found = []
        for file in files:
            if file.path not in hidden.files:
                public = marks.without(file, hidden.names)
                before = self.published.get(file.path)
                if public is not file and before is not None and marks.is_alike(before, public):
                    public = before
                found.append(public)
        return tuple(found)

    def paths(self, room: str, *, deep: bool) -> list[Path]:
        """The RDF files of a room; what else lies there is noted as unread."""
        found = []
        for path in self.listed(room):
            name = name_of(self.root, path)
            if name.startswith((_QUESTIONS + "/", _VIEWS + "/", CASES + "/")):
                continue  # each has its own reader
            if name in {CONTEXT, titles.PATH}:
                continue
            below = "/" in name.removeprefix(room + "/")
            if path.suffix[1:].lower() in BY_EXTENSION and (deep or not below):
                found.append(path)
            elif not path.name.startswith((".", "README")):
                self.unread.append(name)
        return found

    def listed(self, folder: str) -> list[Path]:
        """All files below a folder."""
        try:
            return list(files_below(self.root, self.root / folder))
        except SourceSyntaxError as error:
            self.errors.append(error)
            return []

    def rdf(self, paths: Iterable[Path]) -> tuple[SourceFile, ...]:
        """Read RDF files; ``data/catalog.ttl`` has told its errors already."""
        files = []
        told = {error.place.file for error in self.errors}
        for path in paths:
            try:
                files.append(self.read(path, self.catalog.base))
            except SourceSyntaxError as error:
                if error.place.file not in told:
                    self.errors.append(error)
        return tuple(files)

    def read(self, path: Path, base: str) -> SourceFile:
        """Read one file, unless it is the same as before."""
        name = name_of(self.root, path)
        before = self.before.get(name)
        if before is not None and before.graph == graph_name(base, name):
            with suppress(OSError, SourceSyntaxError):
                if before.signature == signature(path):
                    return before
                if before.digest == sha256(read_bytes(self.root, path)):
                    return before  # as after a checkout of another revision
        if name in self.skip:
            raise SourceSyntaxError(self.skip[name].th, self.skip[name].en, Place(name, 1))
        self.progress(name)
        return read_rdf(self.root, path, base)

    def questions(self) -> tuple[list[Question], list[Path]]:
        """The questions, and the files they and their answers are in."""
        if not (self.root / _QUESTIONS).is_dir():
            return [], []
        found, files = [], []
        listed = self.listed(_QUESTIONS)
        for path in listed:
            answer_of = path.with_name(path.name.removesuffix(".expected.tsv") + ".rq")
            if path.suffix == ".rq":
                files.append(path)
                try:
                    found.append(read_question(self.root, path))
                except SourceSyntaxError as error:
                    self.errors.append(error)
            elif path.name.endswith(".expected.tsv") and answer_of in listed:
                files.append(path)
            elif not path.name.startswith((".", "README")):
                self.unread.append(name_of(self.root, path))
        return found, files

    def views(self) -> list[tuple[View, Path]]:
        """The views in the order of their pages, and the files they are in."""
        if not (self.root / _VIEWS).is_dir():
            return []
        found = []
        for path in self.listed(_VIEWS):
            if path.suffix == ".rq" and path.parent == self.root / _VIEWS:
                try:
                    found.append((read_view(self.root, path), path))
                except SourceSyntaxError as error:
                    self.errors.append(error)
            elif not path.name.startswith((".", "README")):
                self.unread.append(name_of(self.root, path))
        return sorted(found, key=lambda entry: (entry[0].order, entry[0].question.name))

    def columns(self) -> titles.Columns:
        """What the columns of answers are called."""
        if not os.path.lexists(self.root / titles.PATH):
            return {}
        try:
            return titles.read_columns(self.root)
        except SourceSyntaxError as error:
            self.errors.append(error)
            return {}

    def context(self) -> str | None:
        """The JSON-LD context."""
        path = self.root / CONTEXT
        if not os.path.lexists(path):
            return None
        try:
            text = read_text(self.root, path)
            read_context(text)
        except SourceSyntaxError as error:
            self.errors.append(error)
        except (ValueError, RecursionError) as error:
            line = error.lineno if isinstance(error, JSONDecodeError) else 1
            self.errors.append(
                SourceSyntaxError(
                    f"บริบท JSON-LD ใช้ไม่ได้: {error}",
                    f"not a usable JSON-LD context: {error}",
                    Place(CONTEXT, line),
                )
            )
        else:
            return text
        return None

    def digests(self, paths: Iterable[Path]) -> dict[str, str]:
        """The SHA-256 of each file; those that cannot be read are among the errors."""
        found = {}
        for path in sorted(paths):
            with suppress(SourceSyntaxError):
                found[name_of(self.root, path)] = sha256(read_bytes(self.root, path))
        return found


def _require_rooms(root: Path) -> None:
    if not root.is_dir():
        raise PublicationError(f"ไม่พบโฟลเดอร์ {root}", f"there is no folder {root}")
    missing = [room for room in ROOMS if not (root / room).is_dir()]
    if missing:
        raise PublicationError(
            f"{root} ไม่ใช่โฟลเดอร์เผยแพร่: ขาด {', '.join(missing)}",
            f"{root} is not a publication: it has no {', '.join(missing)}",
        )
    if not os.path.lexists(root / catalogs.PATH):
        raise PublicationError(
            f"ขาดไฟล์ {catalogs.PATH} ซึ่งอธิบายชุดข้อมูล",
            f"there is no {catalogs.PATH}, which describes the dataset",
        )
