"""The whole dataset in every syntax, and each once more compressed: written as a stream.

The canonical N-Quads come first, since their digest is the release's name. All else is made from
that file: sorted by statement for the syntaxes of triples, by graph for those of datasets. What is
held in memory does not grow with the dataset; only blank nodes have to be looked at together.
"""

from __future__ import annotations

import gzip
import hashlib
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reviewgraph.rdf.canonical import canonicalize, lines_of, read_lines
from reviewgraph.rdf.formats import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE, Syntax
from reviewgraph.rdf.ordering import line_of, line_of_quad, record_of, record_of_quad
from reviewgraph.rdf.sorting import HELD_BYTES, Sorter
from reviewgraph.rdf.syntax import UsedPrefixes, write_ordered
from reviewgraph.rdf.terms import BlankNode, Quad, Statement, Triple, statement
from reviewgraph.release.counts import Counting, Counts
from reviewgraph.release.manifest import FileEntry

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Dumps:
    """What was written: the files by name, and how much is in them."""

    files: dict[str, FileEntry]
    counts: Counts


def file_of(syntax: Syntax) -> str:
    """What the dump in a syntax is called."""
    return f"dump.{syntax.extension}"


CANONICAL: Final = file_of(N_QUADS)


def write_canonical(folder: Path, quads: Iterable[Quad], held_bytes: int = HELD_BYTES) -> str:
    """Write ``dump.nq``, the dataset's canonical document (RDFC-1.0); return its SHA-256.

    What RDFC-1.0 calls a blank node depends on the quads that have blank nodes and on no others
    (section 4.4), so only these are canonicalized; all are sorted.

    Args:
        folder: where to, also for what does not fit into memory.
        quads: the dataset, in any order.
        held_bytes: what is held in memory before it is written down.

    Raises:
        OSError: it cannot be written.
    """
    blank: list[Quad] = []
    digest = hashlib.sha256()
    with Sorter(folder, held_bytes) as sorter:
        for line in lines_of(_without_blank_nodes(quads, blank)):
            sorter.add(line[:-1])
        for line in lines_of(canonicalize(blank)):
            sorter.add(line[:-1])
        with (folder / CANONICAL).open("wb") as file:
            for line in sorter:
                whole = line + b"\n"
                digest.update(whole)
                file.write(whole)
    return digest.hexdigest()


def write_dumps(
    folder: Path, prefixes: Mapping[str, str], base: str, held_bytes: int = HELD_BYTES
) -> Dumps:
    """Write all other dumps of the folder's ``dump.nq``, count, and compress each.

    Args:
        folder: where ``dump.nq`` is.
        prefixes: for the syntaxes that have any.
        base: the base IRI, below which the entities are.
        held_bytes: what each sort holds in memory before it writes it down.

    Raises:
        NotSerializable: the dataset has a statement that RDF/XML cannot express.
        OSError: one cannot be written.
    """
    counting = Counting(base)
    _write_triples(folder, prefixes, counting, held_bytes)
    _write_graphs(folder, prefixes, counting, held_bytes)
    files = {}
    for syntax in (TURTLE, N_TRIPLES, N_QUADS, TRIG, JSON_LD, RDF_XML):
        path = folder / file_of(syntax)
        for each in (path, _compress(path)):
            files[each.name] = FileEntry.of(each)
    return Dumps(files, counting.found())


def read_dump(folder: Path) -> Iterator[Quad]:
    """The quads of the folder's ``dump.nq``, in order."""
    with (folder / CANONICAL).open("rb") as file:
        yield from read_lines(file)


def read_triples(folder: Path) -> Iterator[Statement]:
    """The distinct statements of all graphs from the folder's ``dump.nt``, by subject."""
    with (folder / file_of(N_TRIPLES)).open("rb") as file:
        for quad in read_lines(file):
            yield statement(quad)


def _without_blank_nodes(quads: Iterable[Quad], blank: list[Quad]) -> Iterator[Quad]:
    for quad in quads:
        if any(isinstance(t, BlankNode) for t in (quad.subject, quad.object, quad.graph_name)):
            blank.append(quad)
        else:
            yield quad


def _write_triples(
    folder: Path, prefixes: Mapping[str, str], counting: Counting, held_bytes: int
) -> None:
    """The syntaxes without graphs: the distinct triples of all graphs, by subject."""
    used = UsedPrefixes(prefixes)
    lines = folder / file_of(N_TRIPLES)
    with Sorter(folder, held_bytes) as sorter, Sorter(folder, held_bytes) as objects:
        for quad in read_dump(folder):
            sorter.add(record_of(statement(quad)))
        with lines.open("wb") as file:
            for record in counting.triples(sorter):
                file.write(line_of(record))
                objects.add(counting.by_object(record))
        counting.objects(objects)

    def triples() -> Iterator[Triple]:
        return (Triple(*item) for item in read_triples(folder))

    for triple in triples():
        used.note(triple)
    write_ordered(folder / file_of(TURTLE), triples(), TURTLE, used.used)
    write_ordered(folder / file_of(RDF_XML), triples(), RDF_XML, prefixes)


def _write_graphs(
    folder: Path, prefixes: Mapping[str, str], counting: Counting, held_bytes: int
) -> None:
    """The other syntaxes with graphs: graph by graph, each by subject."""
    used = UsedPrefixes(prefixes)
    with Sorter(folder, held_bytes) as sorter:
        for quad in read_dump(folder):
            counting.quad(quad)
            used.note(quad)
            sorter.add(record_of_quad(quad))
        for syntax in (TRIG, JSON_LD):
            quads = read_lines(map(line_of_quad, sorter))
            write_ordered(folder / file_of(syntax), quads, syntax, used.used)


def _compress(path: Path) -> Path:
    """Gzip with no name and no time inside, so that equal dumps stay equal."""
    target = path.with_name(path.name + ".gz")
    with (
        path.open("rb") as source,
        target.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, compresslevel=6, mtime=0) as output,
    ):
        shutil.copyfileobj(source, output, _PIECE)
    return target
