"""A release on disk: what is in the directory, and how one is opened.

``manifest.json`` tells everything that serving needs to know of the publication, so that a
release is whole by itself: the folder it was built from can be gone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from reviewgraph.errors import ReleaseError
from reviewgraph.publication.columns import Columns
from reviewgraph.publication.question import LAYOUTS, Question
from reviewgraph.publication.view import View

MANIFEST = "manifest.json"
STORE = "store"
VOID_FILE = "void.ttl"
DCAT_FILE = "dcat.ttl"
SHAPES_FILE = "shapes.ttl"
RULES_FILE = "rules.json"
REPORT_FILE = "report.json"
REPORT_GRAPH_FILE = "report.ttl"
CONTEXT_FILE = "context.jsonld"
SEARCH_FILE = "search.sqlite"
CHECKSUMS = "SHA256SUMS"
SITEMAP_FILE = "sitemap.xml"
ROBOTS_FILE = "robots.txt"
GUIDE_FILE = "llms.txt"
CITATION_FILE = "CITATION.cff"
THAI_CATALOG_FILE = "thai-gdc.json"
SCHEMA_ORG_FILES = {"th": "schema-org.th.jsonld", "en": "schema-org.en.jsonld"}
CURRENT = "current"
PREVIEW = "preview"
"""Where in an output folder previews are kept, so that none is ever put in force there."""


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file of the release: bytes and SHA-256 in lower-case hexadecimal."""

    bytes: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> FileEntry:
        """The entry of a file that is written."""
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return cls(path.stat().st_size, digest)


@dataclass(frozen=True, slots=True)
class QuestionEntry:
    """A competency question as the release carries it.

    ``parameters`` maps each variable to its default in Turtle syntax and its titles by language.
    """

    name: str
    id: str
    query: str
    titles: dict[str, str]
    descriptions: dict[str, str]
    empty: dict[str, str]
    parameters: dict[str, dict[str, Any]]
    layout: str = LAYOUTS[0]

    @classmethod
    def of(cls, question: Question) -> QuestionEntry:
        """The entry of a question of the publication."""
        return cls(
            name=question.name,
            id=question.id,
            query=question.query,
            titles=question.titles,
            descriptions=question.descriptions,
            empty=question.empty,
            parameters={
                parameter.name: {"default": str(parameter.default), "titles": parameter.titles}
                for parameter in question.parameters
            },
            layout=question.layout,
        )


@dataclass(frozen=True, slots=True)
class ViewEntry:
    """A view as the release carries it: a part of the pages of the instances of ``classes``."""

    question: QuestionEntry
    classes: tuple[str, ...]

    @classmethod
    def of(cls, view: View) -> ViewEntry:
        """The entry of a view of the publication."""
        return cls(QuestionEntry.of(view.question), view.classes)

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> ViewEntry:
        """The entry as a manifest has it."""
        return cls(QuestionEntry(**content["question"]), tuple(content["classes"]))


@dataclass(frozen=True)
class Release:
    """An open release.

    ``name`` is the SHA-256 of the dataset's canonical N-Quads. ``label_properties`` are the
    properties that name a thing, best first. ``triples`` counts the distinct triples of all graphs,
    ``graphs`` those of each. ``views`` are in the order of a page, ``columns`` are the names of
    answers' columns by language. A ``preview`` holds drafts, in the graphs ``drafts``, and is not
    for publication.
    """

    path: Path
    name: str
    generator: str
    base: str
    dataset: str
    titles: dict[str, str]
    descriptions: dict[str, str]
    license: str
    publisher: str
    ontologies: tuple[str, ...]
    prefixes: dict[str, str]
    label_properties: tuple[str, ...]
    questions: tuple[QuestionEntry, ...]
    triples: int
    graphs: dict[str, int]
    files: dict[str, FileEntry]
    views: tuple[ViewEntry, ...] = ()
    columns: Columns = field(default_factory=dict)
    preview: bool = False
    drafts: tuple[str, ...] = ()

    @property
    def store_path(self) -> Path:
        """The directory of the on-disk store."""
        return self.path / STORE

    def file(self, name: str) -> Path:
        """The path of one of ``files``."""
        if name not in self.files:
            raise ReleaseError(f"รุ่นนี้ไม่มีไฟล์ {name}", f"this release has no file {name}")
        return self.path / name


def write_manifest(release: Release) -> None:
    """Write ``manifest.json`` into the release's directory."""
    content = asdict(release)
    del content["path"]
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    (release.path / MANIFEST).write_text(text, encoding="utf-8")


def open_release(path: Path, *, drafts: bool = False) -> Release:
    """Open the release in the directory ``path``, or the one its ``current`` link points to.

    Raises:
        ReleaseError: there is none, it is not whole, another version wrote it, or it is a preview
            and the caller has not asked for drafts.
    """
    directory = path / CURRENT if (path / CURRENT).is_dir() else path
    directory = directory.resolve()
    try:
        content = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
        content["ontologies"] = tuple(content["ontologies"])
        content["label_properties"] = tuple(content["label_properties"])
        content["questions"] = tuple(QuestionEntry(**entry) for entry in content["questions"])
        content["views"] = tuple(ViewEntry.read(entry) for entry in content.get("views", ()))
        content["files"] = {name: FileEntry(**entry) for name, entry in content["files"].items()}
        content["drafts"] = tuple(content.get("drafts", ()))
        release = Release(path=directory, **content)
    except FileNotFoundError as error:
        raise ReleaseError(
            f"{path} ไม่มีข้อมูลรุ่น (ขาด {MANIFEST})",
            f"{path} holds no release (there is no {MANIFEST})",
        ) from error
    except (ValueError, TypeError, KeyError) as error:
        raise ReleaseError(
            f"{directory / MANIFEST} อ่านไม่ได้: {error}",
            f"{directory / MANIFEST} cannot be understood: {error}",
        ) from error
    if release.preview and not drafts:
        raise ReleaseError(
            f"{path} เป็นรุ่นดูตัวอย่างที่มีฉบับร่าง ไม่ใช่รุ่นสำหรับเผยแพร่ หากจะดูเอง โปรดใช้ --drafts",
            f"{path} is a preview with drafts, not for publication: to look at it, use --drafts",
        )
    for name, entry in release.files.items():
        file = directory / name
        if not file.is_file() or file.stat().st_size != entry.bytes:
            raise ReleaseError(
                f"ไฟล์ {name} ของรุ่นนี้หายไปหรือขนาดไม่ตรง",
                f"the release's file {name} is missing or has another size",
            )
    return release


def verify(release: Release) -> None:
    """Compare every file with its digest.

    Raises:
        ReleaseError: the first file that differs.
    """
    for name, entry in release.files.items():
        with (release.path / name).open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
        if found != entry.sha256:
            raise ReleaseError(
                f"ไฟล์ {name} ถูกแก้ไข: SHA-256 ไม่ตรง",
                f"the file {name} was altered: its SHA-256 differs",
            )
