"""How the whole way from a folder to an answer grows: gate, build, start, pages, memory.

    python benchmarks/scale.py --sizes 10000,100000,1000000 --plot benchmarks/scale.svg

For each size a publication of made-up reviews is judged, built and served, each in processes of
their own, one after the other. Between neighbouring sizes stands the exponent: 1 means that twice
the statements take twice as much, 0 that they take as much. Memory is the peak of the largest
process (gate, build) and what the processes have together (server).
"""

from __future__ import annotations

import argparse
import json
import math
import random
import shutil
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import httpx
from engines import Dataset, serving
from generate import generate
from measure import machine, run

_PAGES = 40
_LIMITS = ["--limit-seconds", "7200", "--limit-memory", "20000"]
Row = dict[str, float]
"""What one size took, by what was measured."""


def measured(size: int, scratch: Path) -> Row:
    """All of it for one size; what is made for it is removed again."""
    folder, out = scratch / "publication", scratch / "out"
    began = time.perf_counter()
    generate(folder, triples=size, errors=0.0, seed=1, chunk=500)
    row: Row = {"generated, s": time.perf_counter() - began}
    program = [sys.executable, "-m", "reviewgraph"]
    gate = run([*program, "validate", str(folder), *_LIMITS], scratch / "gate.txt", math.inf)
    if gate.code:
        raise SystemExit((scratch / "gate.err").read_text(encoding="utf-8")[-2000:])
    row |= {"gate, processor s": gate.processor, "gate, MB": gate.megabytes}
    built = run(
        [*program, "build", str(folder), "--out", str(out), *_LIMITS], scratch / "b.txt", math.inf
    )
    if built.code:
        raise SystemExit((scratch / "b.err").read_text(encoding="utf-8")[-2000:])
    row |= {
        "build with gate, processor s": built.processor,
        "build, wall s": built.seconds,
        "build, MB": built.megabytes,
    }
    release = (out / "current").resolve()
    row["release, MB on disk"] = (
        sum(p.stat().st_size for p in release.rglob("*") if p.is_file()) / 1e6
    )
    row |= _served(release, scratch)
    shutil.rmtree(folder)
    shutil.rmtree(out)
    return row


def _served(release: Path, scratch: Path) -> Row:
    row: Row = {}
    with serving("reviewgraph, memory", Dataset(release, scratch)) as server:
        row["start to first answer, s"] = server.seconds
        host = server.endpoint.removesuffix("/sparql")
        base = _base(release)
        entities = _entities(release, base)
        with httpx.Client(base_url=host, timeout=600) as client:
            for name, suffix in (("page", ".th.html"), ("Turtle", ".ttl"), ("JSON", ".json")):
                row[f"{name} of an entity, p50 ms"] = _middle(
                    client, [f"/doc/{each}{suffix}" for each in entities]
                )
            row["search, p50 ms"] = _middle(
                client, [f"/search.json?q={each.rpartition('/')[2][:8]}" for each in entities]
            )
            began = time.perf_counter()
            size = len(client.get("/dump.nt.gz").content)
            row["dump, MB/s"] = size / 1e6 / (time.perf_counter() - began)
        row["server, MB"] = server.memory()
    return row


def _base(release: Path) -> str:
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    return str(manifest["base"])


def _entities(release: Path, base: str) -> list[str]:
    """Some entities, the same for the same release."""
    found: dict[str, None] = {}
    entity = f"<{base}id/"
    with (release / "dump.nt").open(encoding="utf-8") as file:
        for number, line in enumerate(file):
            if number % 97 == 0 and line.startswith(entity) and "#" not in line.partition(">")[0]:
                found[line[len(entity) :].partition(">")[0]] = None
    return random.Random(1).sample(list(found), min(_PAGES, len(found)))  # noqa: S311 - no secret


def _middle(client: httpx.Client, paths: list[str]) -> float:
    times = []
    for path in paths:
        began = time.perf_counter()
        client.get(path).raise_for_status()
        times.append((time.perf_counter() - began) * 1e3)
    return sorted(times)[len(times) // 2]


def table(rows: dict[int, Row]) -> list[str]:
    """Markdown: a row for each thing measured, exponents between the sizes."""
    sizes = sorted(rows)
    head = "| | " + " | | ".join(f"{size:,}" for size in sizes) + " |"
    lines = [head, "| --- |" + " ---: |" * (2 * len(sizes) - 1)]
    for name in rows[sizes[0]]:
        cells = [f"{rows[sizes[0]][name]:,.4g}"]
        for one, other in pairwise(sizes):
            exponent = math.log(rows[other][name] / rows[one][name]) / math.log(other / one)
            cells += [f"^{exponent:.2f}", f"{rows[other][name]:,.4g}"]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return lines


def draw(rows: dict[int, Row], out: Path) -> None:
    """Costs over sizes, both logarithmic: straight lines, the slope is the exponent."""
    import matplotlib as mpl  # noqa: PLC0415 - only a plot needs it

    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415

    sizes = sorted(rows)
    figure, panels = plt.subplots(1, 2, figsize=(11, 4.5))
    for panel, unit in zip(panels, (" s", "MB"), strict=True):
        for name in rows[sizes[0]]:
            if name.endswith(unit) and "/s" not in name:
                panel.loglog(sizes, [rows[size][name] for size in sizes], marker="o", label=name)
        panel.set_xlabel("statements")
        panel.legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(out)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10000,100000,1000000", help="with commas")
    parser.add_argument("--scratch", type=Path, help="where to work; needs a kilobyte a statement")
    parser.add_argument("--out", type=Path, help="write the table to this file too")
    parser.add_argument("--plot", type=Path, help="draw it: .svg, .png or .pdf")
    given = parser.parse_args()
    rows: dict[int, Row] = {}
    with tempfile.TemporaryDirectory(dir=given.scratch) as temporary:
        for size in map(int, given.sizes.split(",")):
            rows[size] = measured(size, Path(temporary))
            print(f"{size:,}: {rows[size]}", file=sys.stderr, flush=True)
    text = "\n".join([f"{machine()}; Python {sys.version.split()[0]}.", "", *table(rows)]) + "\n"
    print(text)
    if given.out:
        given.out.write_text(text, encoding="utf-8")
    if given.plot:
        draw(rows, given.plot)


if __name__ == "__main__":
    main()
