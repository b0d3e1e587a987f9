"""The gate beside its peers, in one run on one machine. Run with ``make bench``.

    python benchmarks/run.py --sizes 10000,100000 --limit 3600 --peers pyshifty --out table.md

Publications are generated for the run, or given with ``--folder``. Speed is told as a ratio to
pySHACL on the same data in the same run; an engine that takes longer than ``--limit`` seconds is
ended, and ratios to it are told as "more than".
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import incremental
from generate import REPO, generate
from measure import machine, run
from validate import GATE, PEERS, RECORD, compare, table

_ROUNDS = 5
_IMPORTS = "import reviewgraph.cli, reviewgraph.gate.judge, reviewgraph.publication.folder"


def cold_start(scratch: Path) -> Iterator[str]:
    """How long the command takes on this repository's own folder, and how much is imports."""
    commands = {
        "python -c pass": ["-c", "pass"],
        "imports of validate": ["-c", _IMPORTS],
        "validate .": ["-m", "reviewgraph", "validate", str(REPO), "--format", "json"],
    }
    yield "### This repository's folder, from a cold start"
    yield ""
    yield "| command | median s | less python s | peak MB |"
    yield "| --- | ---: | ---: | ---: |"
    bare = 0.0
    for name, arguments in commands.items():
        costs = [run([sys.executable, *arguments], scratch / "o", 600) for _ in range(_ROUNDS)]
        median = statistics.median(cost.seconds for cost in costs)
        bare = bare or median
        peak = max(cost.megabytes for cost in costs)
        yield f"| {name} | {median:.2f} | {median - bare:.2f} | {peak:.0f} |"
    yield ""


def report(given: argparse.Namespace, scratch: Path) -> Iterator[str]:
    """The whole table, line by line as it is measured."""
    yield f"Measured on {machine()}; Python {sys.version.split()[0]}."
    yield ""
    yield from cold_start(scratch)
    folders = list(given.folder)
    for size in given.sizes:
        folders.append(scratch / f"{size}")
        generate(folders[-1], triples=size, errors=given.errors, seed=given.seed, chunk=500)
    engines = [GATE, *(() if given.without_pyshacl else (RECORD,)), *given.peers]
    for folder in folders:
        yield from table(compare(folder.resolve(), engines, limit=given.limit, scratch=scratch))
        yield from incremental.rows(folder)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Compare the gate with its peers.")
    parser.add_argument("--sizes", type=_numbers, default=[10_000], help="statements, by commas")
    parser.add_argument("--folder", type=Path, action="append", default=[], help="one more folder")
    parser.add_argument("--errors", type=float, default=0.001, help="share of statements")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=float, default=900, help="seconds for one engine")
    parser.add_argument("--peers", type=_peers, default=[], help=f"by commas: {', '.join(PEERS)}")
    parser.add_argument("--without-pyshacl", action="store_true")
    parser.add_argument("--scratch", type=Path, help="folder to keep; a temporary one otherwise")
    parser.add_argument("--out", type=Path, help="write the table to this file too")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        scratch = (given.scratch or Path(temporary)).resolve()
        scratch.mkdir(parents=True, exist_ok=True)
        lines = []
        for line in report(given, scratch):
            print(line, flush=True)
            lines.append(line + "\n")
    if given.out:
        given.out.write_text("".join(lines), encoding="utf-8")


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",") if number]


def _peers(text: str) -> list[str]:
    names = [name for name in text.split(",") if name]
    for name in names:
        if name not in PEERS:
            raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(PEERS)}")
    return names


if __name__ == "__main__":
    main()
