"""Which files of ``data/`` are drafts: written, marked as unfinished, not to be published.

A file is marked by ``<> adms:status S`` in itself, or by ``<its graph> adms:status S`` in any file
of the dataset, where ``S`` is in ``DRAFT``. A draft is a whole file: who marks one of the graphs
that a TriG file names marks the file, so that no half of it is published by mistake. Where a mark
could mean something else than its author thinks, that is an error: nothing is published then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from reviewgraph.errors import SourceSyntaxError
from reviewgraph.publication import catalog as catalogs
from reviewgraph.publication.lines import Located
from reviewgraph.publication.source import SourceFile
from reviewgraph.rdf.formats import BY_EXTENSION
from reviewgraph.rdf.terms import IRI, BlankNode, DefaultGraph, Subject, Term

DRAFT = frozenset(
    {
        IRI("http://purl.org/adms/status/UnderDevelopment"),
        IRI("http://publications.europa.eu/resource/authority/dataset-status/DEVELOP"),
    }
)
"""The values of ``adms:status`` that make a draft; any other value makes none."""

_ROOM = "data/"


@dataclass(frozen=True)
class Drafts:
    """The drafts of a publication.

    ``files`` are their paths, ``graphs`` the graphs that no other file writes into, ``names``
    these and the IRIs of the files.
    """

    files: tuple[str, ...] = ()
    graphs: frozenset[IRI] = frozenset()
    names: frozenset[IRI] = frozenset()


def find(
    files: Sequence[SourceFile], base: str, *, whole: bool
) -> tuple[Drafts, list[SourceSyntaxError]]:
    """The drafts among the files of the dataset, and the marks that cannot be obeyed.

    Args:
        files: of ``ontology/`` and ``data/``.
        base: of the publication.
        whole: whether ``files`` are all there are; if not, a mark may be of a file that could
            not be read.
    """
    by_graph: dict[Subject | DefaultGraph, list[SourceFile]] = {}
    for file in files:
        for graph in file.graphs:
            by_graph.setdefault(graph, []).append(file)
    graph_of: dict[Subject, IRI] = {_name(file, base): file.graph for file in files}
    drafts: set[SourceFile] = set()
    errors = []
    for file in files:
        for mark in file.statuses:
            graph = graph_of.get(mark.subject, mark.subject)
            marked = by_graph.get(graph, ())
            is_name = marked or (whole and _is_like_a_name(mark.subject, base))
            if is_name and (error := _error(file, mark, marked)):
                errors.append(error)
            elif mark.object in DRAFT:
                drafts.update(marked)
    graphs = {graph for file in drafts for graph in file.graphs if isinstance(graph, IRI)}
    graphs -= {graph for file in files if file not in drafts for graph in file.graphs}
    names = graphs | {_name(file, base) for file in drafts}
    paths = tuple(sorted(file.path for file in drafts))
    return Drafts(paths, frozenset(graphs), frozenset(names)), errors


def without(file: SourceFile, names: frozenset[IRI]) -> SourceFile:
    """A published file without what it says of drafts; the same object if it says nothing.

    With a statement go the blank nodes that only it led to, and with them all goes a prefix that
    spells a draft's name: prefixes are published too.
    """
    gone = {at for at, located in enumerate(file.statements) if located.subject in names}
    if nodes := _led_to(file, gone):
        rest = {
            at
            for at, located in enumerate(file.statements)
            if at not in gone and located.subject not in nodes
        }
        for node in nodes - _led_to(file, rest):
            gone.update(file.about.get(node, ()))
    spelt = tuple(name.value + end for name in names for end in ("#", "/"))
    prefixes = {
        prefix: iri for prefix, iri in file.prefixes.items() if not f"{iri}#".startswith(spelt)
    }
    if not gone and len(prefixes) == len(file.prefixes):
        return file
    kept = tuple(located for at, located in enumerate(file.statements) if at not in gone)
    return replace(file, statements=kept, prefixes=prefixes)


def is_alike(one: SourceFile, other: SourceFile) -> bool:
    """Whether two readings of a file say the same at the same places."""
    return (
        one.digest == other.digest
        and one.graph == other.graph
        and one.prefixes == other.prefixes
        and one.statements == other.statements
    )


def spoken_of(files: Iterable[SourceFile], hidden: Drafts, base: str) -> frozenset[Subject]:
    """What nothing published may refer to unless something published describes it.

    That is the names of the hidden drafts and the IRIs below the base that they describe.
    """
    described = {
        located.subject
        for file in files
        if file.path in hidden.files
        for located in file.statements
        if isinstance(located.subject, IRI) and located.subject.value.startswith(base)
    }
    return hidden.names | described


def _led_to(file: SourceFile, statements: set[int]) -> set[BlankNode]:
    """The blank nodes that statements lead to, at once or through others."""
    found: set[BlankNode] = set()
    waiting = [file.statements[at].object for at in statements]
    while waiting:
        node = waiting.pop()
        if isinstance(node, BlankNode) and node not in found:
            found.add(node)
            waiting += [file.statements[at].object for at in file.about.get(node, ())]
    return found


def _name(file: SourceFile, base: str) -> IRI:
    """What ``<>`` means in the file."""
    return IRI(base + quote(file.path))


def _is_like_a_name(subject: Term, base: str) -> bool:
    """Whether an IRI can only be meant as that of a graph or a file of data."""
    if not isinstance(subject, IRI):
        return False
    extension = subject.value.rpartition(".")[2].lower()
    is_file = subject.value.startswith(base + _ROOM) and extension in BY_EXTENSION
    return is_file or subject.value.startswith(base + "graph/")


def _error(
    file: SourceFile, mark: Located, marked: Iterable[SourceFile]
) -> SourceSyntaxError | None:
    """Why a mark on a graph or file cannot be obeyed."""
    if not isinstance(mark.object, IRI):
        listed = ", ".join(sorted(f"<{status.value}>" for status in DRAFT))
        return SourceSyntaxError(
            f"adms:status ต้องเป็น IRI เช่น {listed} ไม่ใช่ {mark.object}",
            f"adms:status must be an IRI, for a draft one of {listed}, not {mark.object}",
            file.place(mark.object_at),
        )
    if mark.object not in DRAFT:
        return None
    if not marked:
        return SourceSyntaxError(
            f"ไม่มีไฟล์ใดใน data/ ที่เป็นกราฟ {mark.subject} จึงไม่รู้ว่าไฟล์ใดเป็นฉบับร่าง โปรดตรวจตัวสะกด",
            f"no file of data/ is the graph {mark.subject}, so what is a draft is not known:"
            " check its spelling",
            file.place(mark.subject_at),
        )
    for other in marked:
        if other.path == catalogs.PATH:
            return SourceSyntaxError(
                f"{catalogs.PATH} เป็นฉบับร่างไม่ได้ เพราะอธิบายชุดข้อมูลทั้งชุด โปรดลบ adms:status นี้",
                f"{catalogs.PATH} cannot be a draft, since it describes the whole dataset:"
                " remove this adms:status",
                file.place(mark.subject_at),
            )
        if not other.path.startswith(_ROOM):
            return SourceSyntaxError(
                f"{other.path} เป็นฉบับร่างไม่ได้ ไฟล์ใน data/ เท่านั้นที่เป็นได้ โปรดลบ adms:status นี้",
                f"{other.path} cannot be a draft, only files of data/ can: remove this adms:status",
                file.place(mark.subject_at),
            )
    return None
