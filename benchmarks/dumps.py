"""Dumps of growing datasets: what memory and time they take. Run with ``make bench-dumps``.

    python benchmarks/dumps.py --sizes 10000,100000,1000000 --peer 100000 --out dumps.md

Each size is written by a process of its own, from N-Quads that are made up: all six syntaxes, each
once more compressed, and the store. Beside it rdflib reads the same file and writes the same
syntaxes, up to ``--peer`` statements.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from measure import machine

BASE = "https://reviews.example/"
_PER_SUBJECT = 10
_SUBJECTS_A_GRAPH = 500


def lines(statements: int) -> Iterator[bytes]:
    """N-Quads of reviews, people and what joins them; the order is not that of a dump."""
    for number in range(statements):
        at = number * 7_919 % statements  # scattered: sorting shall have work
        subject, place = divmod(at, _PER_SUBJECT)
        graph = f"<{BASE}graph/data/{subject // _SUBJECTS_A_GRAPH}>"
        iri = f"<{BASE}id/thing/{subject:08}>"
        told = _STATEMENTS[place].format(n=subject, m=subject * 31 % 1000)
        yield f"{iri} {told} {graph} .\n".encode()


_DEF = f"{BASE}def#"
_STATEMENTS = [
    f"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{_DEF}Review>",
    '<http://www.w3.org/2000/01/rdf-schema#label> "การทบทวนครั้งที่ {n}"@th',
    '<http://www.w3.org/2000/01/rdf-schema#label> "Review number {n}"@en',
    f"<{_DEF}about> <{BASE}id/theme/{{m}}>",
    f"<{_DEF}heldIn> <{BASE}id/place/{{m}}>",
    f'<{_DEF}on> "2019-04-01"^^<http://www.w3.org/2001/XMLSchema#date>',
    f'<{_DEF}position> "{{m}}"^^<http://www.w3.org/2001/XMLSchema#integer>',
    f'<{_DEF}note> "A note of some length about the review {{n}}, as offices write them."@en',
    f"<{_DEF}after> <{BASE}id/thing/{{m:08}}>",
    f'<{_DEF}code> "R-{{n}}"',
]


def ours(source: Path, folder: Path) -> dict[str, float]:
    """Write everything a release has of the statements."""
    from reviewgraph.rdf.canonical import read_lines  # noqa: PLC0415 - in a process of its own
    from reviewgraph.release.dumps import read_dump, write_canonical, write_dumps  # noqa: PLC0415
    from reviewgraph.store.embedded import EmbeddedStore  # noqa: PLC0415

    rest = _memory()
    began = time.perf_counter()
    with source.open("rb") as file:
        write_canonical(folder, read_lines(file))
    write_dumps(folder, {"d": _DEF}, BASE)
    dumped, peak = time.perf_counter(), _memory()
    EmbeddedStore.create_from(folder / "store", read_dump(folder), ())
    return {
        "seconds": dumped - began,
        "rest": rest,
        "peak": peak,
        "store_seconds": time.perf_counter() - dumped,
        "store_peak": _memory(),
    }


def rdflib(source: Path, folder: Path) -> dict[str, float]:
    """The same by rdflib, uncompressed."""
    from rdflib import Dataset  # noqa: PLC0415 - in a process of its own

    rest = _memory()
    began = time.perf_counter()
    dataset = Dataset(default_union=True)
    dataset.parse(source, format="nquads")
    for name in ("turtle", "nt", "nquads", "trig", "json-ld", "xml"):
        dataset.serialize(folder / f"dump.{name}", format=name)
    return {"seconds": time.perf_counter() - began, "rest": rest, "peak": _memory()}


WRITERS = {"ours": ours, "rdflib": rdflib}


def _memory() -> float:
    """The most this process has had in memory, in megabytes."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return (
        int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])
        / 1024
    )


def measured(writer: str, size: int, scratch: Path) -> dict[str, float]:
    """One writer, one size, in a process of its own."""
    with tempfile.TemporaryDirectory(dir=scratch) as name:
        folder = Path(name)
        source = folder / "source.nq"
        with source.open("wb") as file:
            file.writelines(lines(size))
        out = folder / "out"
        out.mkdir()
        command = [sys.executable, __file__, "--writer", writer, str(source), str(out)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        found: dict[str, float] = json.loads(done.stdout)
        found["written"] = sum(f.stat().st_size for f in out.glob("dump.*")) / 1e6
    print(f"{writer} {size:,}: {found}", file=sys.stderr, flush=True)
    return found


def table(sizes: list[int], peer: int, scratch: Path) -> Iterator[str]:
    """The table in Markdown."""
    yield (
        "| statements | dumps, s | peak MB (at rest) | written MB | store, s | peak MB with it "
        "| rdflib, s (×) | peak MB (×) |"
    )
    yield "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    for size in sizes:
        own = measured("ours", size, scratch)
        other = measured("rdflib", size, scratch) if size <= peer else None
        ratios = (
            f"{other['seconds']:.1f} ({other['seconds'] / own['seconds']:.1f}) | "
            f"{other['peak']:,.0f} ({other['peak'] / own['peak']:.1f})"
            if other
            else " | "
        )
        yield (
            f"| {size:,} | {own['seconds']:.1f} | {own['peak']:,.0f} ({own['rest']:,.0f}) "
            f"| {own['written']:,.0f} | {own['store_seconds']:.1f} | {own['store_peak']:,.0f} "
            f"| {ratios} |"
        )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="What dumps take as the data grow.")
    parser.add_argument("--sizes", default="10000,100000,1000000", help="statements, by commas")
    parser.add_argument("--peer", type=int, default=100_000, help="rdflib up to so many")
    parser.add_argument("--scratch", type=Path, help="a folder with room: 1 GB a million")
    parser.add_argument("--out", type=Path, help="write the table to this file too")
    parser.add_argument("--writer", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.writer:
        name, source, folder = given.writer
        print(json.dumps(WRITERS[name](Path(source), Path(folder))))
        return
    sizes = [int(size) for size in given.sizes.split(",")]
    text = f"Measured on {machine()}; Python {sys.version.split()[0]}.\n\n"
    for line in table(sizes, given.peer, given.scratch or Path(tempfile.gettempdir())):
        text += line + "\n"
    print(text)
    if given.out:
        given.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
