"""The cases that the rules are tried on: the gate reads them, the tests judge them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reviewgraph.errors import SourceSyntaxError
from reviewgraph.gate.shacl.facts import Facts
from reviewgraph.publication.folder import CASES, Publication
from reviewgraph.publication.reading import files_below
from reviewgraph.publication.source import read_statements
from reviewgraph.rdf.terms import Statement

_EXPECTED = ".expected.ttl"


@dataclass(frozen=True, slots=True)
class Cases:
    """What the cases say, without places, and those that cannot be read."""

    statements: tuple[Statement, ...] = ()
    errors: tuple[SourceSyntaxError, ...] = ()

    @property
    def facts(self) -> Callable[[], Facts]:
        """Makes the merge of all cases."""
        return lambda: Facts(self.statements)


def read(publication: Publication) -> Cases:
    """Read every case of the publication, valid and invalid, but not what they should result in."""
    root, base = publication.root, publication.catalog.base
    statements: list[Statement] = []
    errors: list[SourceSyntaxError] = []
    if not (root / CASES).is_dir():
        return Cases()
    try:
        paths = list(files_below(root, root / CASES))
    except SourceSyntaxError as error:
        return Cases(errors=(error,))
    for path in paths:
        if path.suffix != ".ttl" or path.name.endswith(_EXPECTED):
            continue
        try:
            statements += read_statements(root, path, base)
        except SourceSyntaxError as error:
            errors.append(error)
    return Cases(tuple(statements), tuple(errors))
