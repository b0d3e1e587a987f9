"""What of a release the workers answer from."""

from __future__ import annotations

from reviewgraph.rdf.formats import N_QUADS, N_TRIPLES
from reviewgraph.rdf.namespaces import PREFIXES
from reviewgraph.release.manifest import Release
from reviewgraph.store.source import Source
from reviewgraph.web.sparql.description import endpoint_of

_QUADS = f"dump.{N_QUADS.extension}"
_TRIPLES = f"dump.{N_TRIPLES.extension}"


def source_of(release: Release) -> Source:
    """The store of the release, and its dumps if it has them."""
    statements = sum(release.graphs.values())
    # Where two graphs make one statement, the engine's union is not their merge.
    merged = release.triples if release.triples < statements else 0
    has_dumps = {_QUADS, _TRIPLES} <= release.files.keys()
    return Source(
        store=release.store_path,
        quads=release.file(_QUADS) if has_dumps else None,
        statements=statements,
        triples=release.file(_TRIPLES) if has_dumps and merged else None,
        merged=merged,
        base=endpoint_of(release),
        prefixes={**PREFIXES, **release.prefixes},
    )
