"""The texts that a release's evidence points into, where the operator has them."""

from __future__ import annotations

from pathlib import Path

from rdflib.namespace import RDFS

from reviewgraph.errors import GateError, Words
from reviewgraph.publication.texts import read_texts
from reviewgraph.publication.words import subproperties
from reviewgraph.rdf.namespaces import OA, SPDX
from reviewgraph.rdf.terms import IRI, Term, statement
from reviewgraph.release.manifest import Release
from reviewgraph.store.embedded import EmbeddedStore


def texts_of(release: Release, folder: Path, notes: list[Words]) -> dict[str, str]:
    """The texts of the release's sources, by the source's IRI.

    A text is a source's if its SHA-256 is what the release says of the source.

    Args:
        release: whose sources are meant.
        folder: where the texts are.
        notes: get what could not be read.

    Raises:
        GateError: there is no such folder.
    """
    if not folder.is_dir():
        raise GateError(
            f"ไม่พบโฟลเดอร์ต้นฉบับ {folder} โปรดตรวจค่าของ --sources",
            f"there is no folder {folder} of sources: check --sources",
        )
    store = EmbeddedStore.open(release.store_path)
    below = map(statement, store.quads(predicate=IRI(str(RDFS.subPropertyOf))))
    pairs = [(lower, upper) for lower, _, upper in below]
    digests: dict[str, list[Term]] = {}
    sources = {statement(quad)[2] for quad in store.quads(predicate=IRI(str(OA.hasSource)))}
    for name in subproperties(pairs, {"digest": str(SPDX.checksumValue)})["digest"]:
        for quad in store.quads(predicate=IRI(name)):
            source, _, value = statement(quad)
            if source in sources and isinstance(source, IRI):
                digests.setdefault(value.value.lower(), []).append(source)
    read = read_texts(folder, digests.keys(), notes)
    return {source.value: text for digest, text in read.items() for source in digests[digest]}
