"""From a judged publication to a release: written beside, synced, moved into place at once.

Layout of the output folder::

    releases/<name>/    immutable, one directory a release
    current             link to the release in force
    preview/            the same three for previews, which hold drafts
    lock                held by the one build at work

Ending the process at any moment leaves ``current`` and what it points to whole.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from urllib.parse import quote

from rdflib import URIRef
from rdflib.namespace import DCTERMS, RDF

import reviewgraph
from reviewgraph.errors import ReleaseError, ReviewgraphError
from reviewgraph.gate import formats
from reviewgraph.gate.examples import shape_examples
from reviewgraph.gate.report import Report
from reviewgraph.publication import catalog as catalogs
from reviewgraph.publication.folder import Publication, graph_name
from reviewgraph.publication.words import label_properties
from reviewgraph.rdf import syntax as writing
from reviewgraph.rdf.canonical import canonicalize, sha256
from reviewgraph.rdf.formats import TURTLE
from reviewgraph.rdf.namespaces import SPDX
from reviewgraph.rdf.terms import IRI, Literal, Quad, Triple, statement
from reviewgraph.release import discovery, history, manifest, rules
from reviewgraph.release.dumps import (
    Dumps,
    read_dump,
    read_triples,
    write_canonical,
    write_dumps,
)
from reviewgraph.release.manifest import FileEntry, QuestionEntry, Release, ViewEntry
from reviewgraph.release.search import writing as search
from reviewgraph.release.search.names import named
from reviewgraph.store.embedded import EmbeddedStore
from reviewgraph.store.literals import kept_quads

LOCK_SECONDS = 30.0
"""How long a build waits for another one in the same folder."""
LAYOUT = 5
"""Which files a release has and how they are made: counted up with every change of that, so that a
release that an earlier program wrote of the same folder is written anew."""
_MOST_WEIGHT = 1_000
GENERATOR = f"reviewgraph {reviewgraph.__version__} ({LAYOUT})"


def default_output(root: Path) -> Path:
    """Where releases of a folder go unless the operator says otherwise."""
    return root / ".reviewgraph"


def dataset(publication: Publication) -> list[Quad]:
    """The canonical dataset that a release of the publication holds.

    To the statements of ``ontology/`` and ``data/`` comes one graph that names every other
    published file with its SHA-256 (shapes and their cases, questions, context), so that the name
    of a release covers all of the folder.
    """
    return canonicalize(_quads(publication))


def _quads(publication: Publication) -> Iterator[Quad]:
    yield from kept_quads(publication.quads())
    yield from _folder_graph(publication)


def build(
    publication: Publication,
    report: Report,
    out: Path,
    *,
    progress: Callable[[str], None] = lambda _phase: None,
) -> Release:
    """Write the release of a publication that passed the gate, and put it in force.

    A preview goes to the output folder's ``preview``.

    Args:
        publication: what to release.
        report: of the gate, on the same publication.
        out: the output folder; made if missing.
        progress: told the name of each phase as it begins.

    Raises:
        ReleaseError: the report has failures or violations, another build is at work, or the
            release cannot be written. The release in force stays as it was.
    """
    if report.exit_code() != 0:
        raise ReleaseError(
            "ข้อมูลไม่ผ่านด่านตรวจ จึงไม่สร้างรุ่นใหม่ รุ่นเดิมยังใช้งานอยู่",
            "the publication did not pass the gate: no release was built, the last one stays",
        )
    report = report.for_publication()
    out = out / manifest.PREVIEW if publication.preview else out
    releases = out / history.RELEASES
    try:
        releases.mkdir(parents=True, exist_ok=True)
        with _only_build(out):
            _sweep(releases)
            with _workshop(releases) as work:
                progress("canonicalize")
                name = write_canonical(work, _quads(publication))
                target = releases / name
                if not _is_whole(target, preview=publication.preview):
                    _write(publication, report, name, work, progress)
                    _move(work, target)
            history.record(out)  # also of a link that no build has written down
            _put_in_force(out, target)
            history.record(out)
    except OSError as error:
        raise ReleaseError(
            f"เขียนรุ่นใหม่ไม่สำเร็จ: {error}", f"the release could not be written: {error}"
        ) from error
    return manifest.open_release(target, drafts=publication.preview)


@contextmanager
def _workshop(releases: Path) -> Iterator[Path]:
    """A folder to write in; what is not moved from there is removed."""
    work = Path(tempfile.mkdtemp(prefix=".building-", dir=releases))
    try:
        work.chmod(0o755)
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _move(work: Path, target: Path) -> None:
    _sync(work)
    if target.exists():  # of another version of the program, or damaged
        target.rename(work.with_name(work.name + "-replaced"))
    work.rename(target)
    _sync_folder(target.parent)


def _write(
    publication: Publication,
    report: Report,
    name: str,
    work: Path,
    progress: Callable[[str], None],
) -> None:
    """All that a release has beside its canonical N-Quads, from these and the publication."""
    progress("dumps")
    dumps = write_dumps(work, publication.prefixes, publication.catalog.base)
    progress("store")
    repeated = dumps.counts.quads > dumps.counts.triples
    EmbeddedStore.create_from(
        work / manifest.STORE, read_dump(work), read_dump(work) if repeated else ()
    )
    progress("descriptions")
    store = EmbeddedStore.open(work / manifest.STORE)
    names = label_properties(publication.ontology)
    things = named(read_triples(work), publication.catalog.base, names)
    search.write(work / manifest.SEARCH_FILE, things, partial(_weight, store))
    discovery.write_discovery(publication, store, work, dumps, name)
    _write_descriptions(publication, report, work, dumps)
    manifest.write_manifest(_release(publication, work, name, dumps))


def _weight(store: EmbeddedStore, iri: str) -> int:
    """How many statements point to a thing, up to as many as set it apart."""
    return sum(1 for _ in islice(store.quads(object=IRI(iri)), _MOST_WEIGHT))


def _write_descriptions(publication: Publication, report: Report, work: Path, dumps: Dumps) -> None:
    texts = {
        manifest.SHAPES_FILE: writing.serialize(
            [Triple(*statement(quad)) for file in publication.shapes for quad in file.quads()],
            TURTLE,
            publication.prefixes,
        ),
        manifest.RULES_FILE: rules.document(publication),
        manifest.REPORT_FILE: formats.as_json(report).encode(),
        manifest.REPORT_GRAPH_FILE: report.shacl.encode(),
        manifest.CHECKSUMS: "".join(
            f"{entry.sha256}  {file}\n" for file, entry in sorted(dumps.files.items())
        ).encode(),
    }
    if publication.context is not None:
        texts[manifest.CONTEXT_FILE] = publication.context.encode()
    for file, content in texts.items():
        (work / file).write_bytes(content)


def _release(publication: Publication, work: Path, name: str, dumps: Dumps) -> Release:
    catalog = publication.catalog
    others = {
        path.relative_to(work).as_posix(): path
        for path in work.rglob("*")
        if path.is_file() and path.name not in dumps.files
    }
    files = {**dumps.files, **{name: FileEntry.of(path) for name, path in others.items()}}
    return Release(
        path=work,
        name=name,
        generator=GENERATOR,
        base=catalog.base,
        dataset=catalog.dataset,
        titles=catalog.titles,
        descriptions=catalog.descriptions,
        license=catalog.license,
        publisher=catalog.publisher,
        ontologies=tuple(catalogs.ontology_iris(list(publication.ontology))),
        prefixes=publication.prefixes,
        label_properties=label_properties(publication.ontology),
        questions=tuple(QuestionEntry.of(question) for question in publication.questions),
        views=tuple(ViewEntry.of(view) for view in publication.views),
        columns=publication.columns,
        triples=dumps.counts.triples,
        graphs=dumps.counts.graphs,
        files=dict(sorted(files.items())),
        preview=publication.preview,
        drafts=tuple(sorted(_draft_graphs(publication))),
    )


def _draft_graphs(publication: Publication) -> set[str]:
    """The graphs of the drafts that are in the release: none, unless it is a preview."""
    if not publication.preview:
        return set()
    return {graph.value for graph in publication.draft_graphs}


def _folder_graph(publication: Publication) -> list[Quad]:
    graph = graph_name(publication.catalog.base, "folder")

    def say(subject: IRI, predicate: URIRef, value: IRI | Literal) -> Quad:
        return Quad(subject, IRI(str(predicate)), value, graph)

    digests = dict(publication.other_files)
    if shape_examples(publication):  # the cases are published in this file alone
        digests[manifest.RULES_FILE] = sha256(rules.document(publication))
    quads = []
    for path, digest in digests.items():
        file = IRI(f"{graph.value}#{quote(path)}")
        quads += [
            say(file, RDF.type, IRI(str(SPDX.File))),
            say(file, SPDX.fileName, Literal(path)),
            say(file, DCTERMS.identifier, Literal(f"sha256:{digest}")),
        ]
    return quads


def _is_whole(target: Path, *, preview: bool) -> bool:
    try:
        release = manifest.open_release(target, drafts=True)
        manifest.verify(release)
    except ReviewgraphError:
        return False
    return release.generator == GENERATOR and release.preview == preview


def _put_in_force(out: Path, target: Path) -> None:
    link = out / manifest.CURRENT
    wanted = os.path.relpath(target, out)
    if link.is_symlink() and str(link.readlink()) == wanted:
        return
    new = out / f".{manifest.CURRENT}-{os.getpid()}"
    new.unlink(missing_ok=True)
    new.symlink_to(wanted)
    new.replace(link)
    _sync_folder(out)


@contextmanager
def _only_build(out: Path) -> Iterator[None]:
    deadline = time.monotonic() + LOCK_SECONDS
    with (out / "lock").open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                if time.monotonic() > deadline:
                    raise ReleaseError(
                        f"กำลังมีการสร้างรุ่นอื่นใน {out}", f"another build is at work in {out}"
                    ) from error
                time.sleep(0.05)
            else:
                break
        yield


def _sweep(releases: Path) -> None:
    """Remove what builds that were ended left behind; the lock says none is at work."""
    for path in releases.glob(".building-*"):
        shutil.rmtree(path, ignore_errors=True)


def _sync(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as stream:
                os.fsync(stream.fileno())
    for path in [*(p for p in folder.rglob("*") if p.is_dir()), folder]:
        _sync_folder(path)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
