"""The whole dataset in every syntax, and each once more compressed."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Mapping
from pathlib import Path

from reviewgraph.rdf import syntax as writing
from reviewgraph.rdf.canonical import canonical_document
from reviewgraph.rdf.formats import N_QUADS, RDF_SYNTAXES
from reviewgraph.rdf.terms import Quad


def write_dumps(folder: Path, quads: list[Quad], prefixes: Mapping[str, str]) -> list[str]:
    """Write ``dump.*`` and ``dump.*.gz`` into the folder; return their names.

    Args:
        folder: where to.
        quads: the canonical dataset; ``dump.nq`` is its canonical document, byte for byte.
        prefixes: for the syntaxes that have any.

    Raises:
        NotSerializable: the dataset has a statement that RDF/XML cannot express.
    """
    names = []
    for syntax in RDF_SYNTAXES:
        path = folder / f"dump.{syntax.extension}"
        path.write_bytes(
            canonical_document(quads)
            if syntax is N_QUADS
            else writing.serialize(quads, syntax, prefixes)
        )
        names += [path.name, _compress(path)]
    return names


def _compress(path: Path) -> str:
    """Gzip with no name and no time inside, so that equal dumps stay equal."""
    target = path.with_name(path.name + ".gz")
    with (
        path.open("rb") as source,
        target.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, compresslevel=6, mtime=0) as output,
    ):
        shutil.copyfileobj(source, output, 1 << 20)
    return target.name
