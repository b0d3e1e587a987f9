"""The folder as a whole: the directory is the configuration.

==========================  =========================================================
``ontology/*.{ttl,…}``      the words: ontology and concept schemes, in the dataset
``ontology/questions/*.rq``  competency questions
``ontology/context.jsonld`` the JSON-LD context
``data/**/*.{ttl,…}``       the facts, in the dataset
``shapes/*.ttl``            the rules
``shapes/cases/**``         what the rules are tried on, never published
==========================  =========================================================

One file is one named graph, called after its path: ``<base>graph/data/reviews/x``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from json import JSONDecodeError
from pathlib import Path
from urllib.parse import quote

from reviewgraph.errors import Place, PublicationError, SourceSyntaxError
from reviewgraph.publication import catalog as catalogs
from reviewgraph.publication.catalog import Catalog
from reviewgraph.publication.question import Question, read_question
from reviewgraph.publication.source import SourceFile, read_file
from reviewgraph.rdf.canonical import sha256
from reviewgraph.rdf.formats import BY_EXTENSION
from reviewgraph.rdf.jsonld import read_context
from reviewgraph.rdf.namespaces import PREFIXES
from reviewgraph.rdf.terms import IRI, Quad

ROOMS = ("ontology", "data", "shapes")


@dataclass(frozen=True)
class Publication:
    """A folder that was read.

    ``errors`` holds every file that could not be: nothing is judged or published until it is
    empty. ``other_files`` maps each published file that is not RDF (context, questions) and each
    shapes file to the SHA-256 of its bytes.
    """

    root: Path
    catalog: Catalog
    ontology: tuple[SourceFile, ...]
    data: tuple[SourceFile, ...]
    shapes: tuple[SourceFile, ...]
    questions: tuple[Question, ...]
    other_files: dict[str, str] = field(default_factory=dict)
    errors: tuple[SourceSyntaxError, ...] = ()

    @property
    def files(self) -> tuple[SourceFile, ...]:
        """The files whose statements are the dataset."""
        return self.ontology + self.data

    @property
    def context(self) -> Path | None:
        """The JSON-LD context, if the publication has one."""
        path = self.root / "ontology" / "context.jsonld"
        return path if path.is_file() else None

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


def load(root: Path) -> Publication:
    """Read the folder.

    Files that cannot be read are in ``errors``, all of them. Symbolic links that lead out of the
    folder are refused.

    Raises:
        PublicationError: there is no such folder, a room of it is missing, or
            ``data/catalog.ttl`` does not say what the publisher has to know.
        SourceSyntaxError: ``data/catalog.ttl`` itself is not well-formed.
    """
    root = root.resolve()
    _require_rooms(root)
    catalog = catalogs.read_catalog(_read(root, root / catalogs.PATH, "urn:x-graph:", 0))
    errors: list[SourceSyntaxError] = []
    number = 0

    def read_all(paths: Iterable[Path]) -> tuple[SourceFile, ...]:
        nonlocal number
        files = []
        for path in paths:
            number += 1
            try:
                files.append(_read(root, path, catalog.base, number))
            except SourceSyntaxError as error:
                errors.append(error)
        return tuple(files)

    ontology = read_all(_rdf_files(root / "ontology", deep=False))
    data = read_all(_rdf_files(root / "data", deep=True))
    shapes = read_all(_rdf_files(root / "shapes", deep=False))
    questions = []
    question_files = sorted((root / "ontology" / "questions").glob("*.rq"))
    for path in question_files:
        try:
            questions.append(read_question(path, _name(root, path)))
        except SourceSyntaxError as error:
            errors.append(error)
    errors += _context_errors(root)
    return Publication(
        root=root,
        catalog=catalog,
        ontology=ontology,
        data=data,
        shapes=shapes,
        questions=tuple(questions),
        other_files=_digests(root, question_files),
        errors=tuple(errors),
    )


def _context_errors(root: Path) -> list[SourceSyntaxError]:
    path = root / "ontology" / "context.jsonld"
    if not path.is_file():
        return []
    try:
        read_context(path.read_text(encoding="utf-8"))
    except ValueError as error:
        name = _name(root, path)
        line = error.lineno if isinstance(error, JSONDecodeError) else 1
        return [
            SourceSyntaxError(
                f"บริบท JSON-LD ใช้ไม่ได้: {error}",
                f"not a usable JSON-LD context: {error}",
                Place(name, line),
            )
        ]
    return []


def graph_name(base: str, name: str) -> IRI:
    """The named graph of a file: its path without the extension, under ``graph/``."""
    return IRI(f"{base}graph/{quote(name.rsplit('.', 1)[0])}")


def read_rdf(root: Path, path: Path, base: str, number: int) -> SourceFile:
    """Read one RDF file of a publication; ``number`` keeps its blank nodes apart."""
    return _read(root, path, base, number)


def _read(root: Path, path: Path, base: str, number: int) -> SourceFile:
    name = _name(root, path)
    if not path.resolve().is_relative_to(root):
        raise SourceSyntaxError(
            "ลิงก์นี้ชี้ออกนอกโฟลเดอร์",
            "this link leads out of the folder",
            Place(name, 1),
        )
    return read_file(path, name, graph=graph_name(base, name), base=base + name, scope=f"f{number}")


def _require_rooms(root: Path) -> None:
    if not root.is_dir():
        raise PublicationError(f"ไม่พบโฟลเดอร์ {root}", f"there is no folder {root}")
    missing = [room for room in ROOMS if not (root / room).is_dir()]
    if missing:
        raise PublicationError(
            f"{root} ไม่ใช่โฟลเดอร์เผยแพร่: ขาด {', '.join(missing)}",
            f"{root} is not a publication: it has no {', '.join(missing)}",
        )
    if not (root / catalogs.PATH).is_file():
        raise PublicationError(
            f"ขาดไฟล์ {catalogs.PATH} ซึ่งอธิบายชุดข้อมูล",
            f"there is no {catalogs.PATH}, which describes the dataset",
        )


def _rdf_files(folder: Path, *, deep: bool) -> list[Path]:
    found = folder.rglob("*") if deep else folder.glob("*")
    return sorted(
        path
        for path in found
        if path.is_file() and path.suffix[1:] in BY_EXTENSION and path.name != "context.jsonld"
    )


def _digests(root: Path, questions: list[Path]) -> dict[str, str]:
    beside = [path.with_name(path.stem + ".expected.tsv") for path in questions]
    paths = [
        root / "ontology" / "context.jsonld",
        *questions,
        *beside,
        *_rdf_files(root / "shapes", deep=False),
    ]
    return {
        _name(root, path): sha256(path.read_bytes()) for path in sorted(paths) if path.is_file()
    }


def _name(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()
