"""What workers are given to answer from: the release's store on disk, or its dumps in memory."""

from __future__ import annotations

import resource
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias, get_args

Mode: TypeAlias = Literal["memory", "disk"]
ModeChoice: TypeAlias = Literal["auto", "memory", "disk"]
MODES: Final[tuple[ModeChoice, ...]] = get_args(ModeChoice)

# Of a statement in the engine's memory, measured at one million of them with 4,311 graphs: 340
# bytes, and 210 more where the merge of the graphs is held too.
_STATEMENT_BYTES = 340
_MERGED_BYTES = 210
# What remains for everything else: the pages' caches, workers at work, other programs.
_SHARE = 0.5
_CGROUP_MOST = Path("/sys/fs/cgroup/memory.max")
_CGROUP_USED = Path("/sys/fs/cgroup/memory.current")


@dataclass(frozen=True, slots=True)
class Source:
    """One release for the workers.

    Args:
        store: the directory that ``EmbeddedStore.create`` wrote.
        quads: the N-Quads dump with ``statements`` in it; ``None`` if there is none.
        triples: the N-Triples dump of the merge, where two graphs make one statement, with
            ``merged`` triples in it.
        base: what relative IRIs of a query are resolved against.
        prefixes: for results in Turtle and its like.
    """

    store: Path
    quads: Path | None = None
    statements: int = 0
    triples: Path | None = None
    merged: int = 0
    base: str | None = None
    prefixes: Mapping[str, str] | None = None

    @property
    def memory(self) -> int:
        """The bytes that it takes in memory, about."""
        return self.statements * _STATEMENT_BYTES + self.merged * _MERGED_BYTES

    def mode(self, choice: ModeChoice, available: int) -> Mode:
        """How to hold it: as chosen; else in memory if it takes less than half of what there is.

        What has no dumps is asked on disk.
        """
        if self.quads is None:
            return "disk"
        if choice != "auto":
            return choice
        return "memory" if self.memory <= available * _SHARE else "disk"


def available_memory() -> int:
    """The bytes that programs can still have on this machine, or in this container."""
    found = [resource.getrlimit(resource.RLIMIT_AS)[0]]
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        table = dict(line.split(":") for line in lines)
        found.append(int(table["MemAvailable"].split()[0]) * 1024)
    except (OSError, KeyError, ValueError):
        pass  # another system than Linux
    try:
        most = _CGROUP_MOST.read_text(encoding="ascii").strip()
        if most != "max":
            found.append(int(most) - int(_CGROUP_USED.read_text(encoding="ascii")))
    except (OSError, ValueError):
        pass  # no container, or an older kernel
    known = [size for size in found if size >= 0]
    return min(known, default=0)
