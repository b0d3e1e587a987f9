"""The cases that the rules are tried on: the gate reads them, the tests judge them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from reviewgraph.errors import SourceSyntaxError
from reviewgraph.gate.shacl.facts import Facts
from reviewgraph.publication.folder import CASES, Publication
from reviewgraph.publication.reading import files_below, signature
from reviewgraph.publication.source import read_statements
from reviewgraph.rdf.terms import Statement

_EXPECTED = ".expected.ttl"


@dataclass(frozen=True, slots=True)
class _Case:
    """One file as it was read, or why it cannot be."""

    signature: tuple[int, ...]
    statements: tuple[Statement, ...] = ()
    error: SourceSyntaxError | None = None


@dataclass
class Cases:
    """What the cases say, without places; a file is read again when it was written to."""

    _read: dict[Path, _Case] = field(default_factory=dict)
    _unlisted: tuple[SourceSyntaxError, ...] = ()

    def read(self, publication: Publication) -> None:
        """Read every case of a publication, valid and invalid, but not what comes of them."""
        root, base = publication.root, publication.catalog.base
        self._unlisted, paths = (), []
        if (root / CASES).is_dir():
            try:
                paths = list(files_below(root, root / CASES))
            except SourceSyntaxError as error:
                self._unlisted = (error,)
        self._read = {
            path: self._case(root, path, base)
            for path in paths
            if path.suffix == ".ttl" and not path.name.endswith(_EXPECTED)
        }

    @property
    def errors(self) -> tuple[SourceSyntaxError, ...]:
        """Those that cannot be read."""
        return (*self._unlisted, *(case.error for case in self._read.values() if case.error))

    def facts(self) -> Facts:
        """The merge of all cases."""
        return Facts(self._statements())

    def _statements(self) -> Iterator[Statement]:
        for case in self._read.values():
            yield from case.statements

    def _case(self, root: Path, path: Path, base: str) -> _Case:
        written: tuple[int, ...] = ()
        with suppress(OSError):
            written = signature(path)
        before = self._read.get(path)
        if before is not None and written and before.signature == written:
            return before
        try:
            return _Case(written, tuple(read_statements(root, path, base)))
        except SourceSyntaxError as error:
            return _Case(written, error=error)
