"""The SPARQL endpoint beside its peers, in one run on one machine. Run with ``make bench-sparql``.

    python benchmarks/serving.py --triples 1000000 --seconds 5 --out serving.md --plot serving.svg

Every server has the same dataset to itself, one after the other, and wrk asks it over 1, 8 and 32
connections. wrk shares the processors with the server. Only those that give the same answer are
compared.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engines import ENGINES, NATIVE, NATIVE_MEMORY, Dataset, Server, serving
from generate import generate
from measure import machine
from rdflib import Graph
from rdflib.compare import to_canonical_graph
from workloads import RESULTS, WORKLOADS, Load, Workload, put, queries, subjects, tool

Loads = dict[tuple[str, str, int], Load]


class Run:
    """One run: what was measured of whom."""

    def __init__(self, given: argparse.Namespace, dataset: Dataset) -> None:
        self._given = given
        self._dataset = dataset
        self._iris = subjects(dataset.quads)
        self._answers: dict[str, Any] = {}
        self.loads: Loads = {}
        self.others: set[tuple[str, str]] = set()
        self.costs: dict[str, tuple[float, float, float]] = {}

    def measure(self, name: str) -> None:
        """Everything of one engine."""
        with serving(name, self._dataset) as server:
            idle = server.memory()
            peak = idle
            for workload in self._given.workloads:
                if not self._agrees(server, workload):
                    self.others.add((name, workload.name))
                    continue
                asked = queries(workload, self._iris)
                for connections in self._given.connections:
                    load = put(
                        server.endpoint,
                        workload,
                        asked,
                        connections,
                        self._given.seconds,
                        self._dataset.scratch,
                    )
                    self.loads[name, workload.name, connections] = load
                    peak = max(peak, server.memory())
                    told = f"{name}, {workload.name}, {connections}: {load.rate:,.1f} requests/s"
                    print(told, file=sys.stderr, flush=True)
            self.costs[name] = (server.seconds, idle, peak)

    def _agrees(self, server: Server, workload: Workload) -> bool:
        """Whether it gives the answer of the first engine: else there is nothing to compare."""
        query = queries(workload, self._iris)[0]
        found = _comparable(server.ask(query, workload.accept), workload)
        return bool(found == self._answers.setdefault(workload.name, found))


def _comparable(body: bytes, workload: Workload) -> object:
    """What of an answer must be the same: which rows a LIMIT leaves is the engine's choice.

    Statements count, not their syntax: an engine that answers RDF/XML whatever is accepted is
    measured too. ``benchmarks/README.md`` says which one does.
    """
    if workload.accept != RESULTS:
        xml = body.lstrip().startswith(b"<?xml")
        graph = Graph().parse(data=body, format="xml" if xml else "nt")
        return sorted(to_canonical_graph(graph).serialize(format="nt").splitlines())
    rows = json.loads(body)["results"]["bindings"]
    if "OFFSET" in workload.query:
        return len(rows)
    return sorted(
        json.dumps({name: term["value"] for name, term in row.items()}, sort_keys=True)
        for row in rows
    )


def table(run: Run, given: argparse.Namespace) -> Iterator[str]:
    """The table in Markdown."""
    for connections in given.connections:
        yield f"### {connections} connection{'s' if connections > 1 else ''}"
        yield ""
        yield "| | " + " | ".join(given.engines) + " |"
        yield "| --- |" + " ---: |" * len(given.engines)
        for workload in given.workloads:
            cells = [_cell(run, name, workload.name, connections) for name in given.engines]
            yield f"| {workload.name} | " + " | ".join(cells) + " |"
        yield ""
    yield "Requests a second (× the native server on disk; × in memory), p99 in milliseconds."
    yield ""
    yield "| | start to first answer, s | memory at rest, MB | at most, MB |"
    yield "| --- | ---: | ---: | ---: |"
    for name, (seconds, idle, peak) in run.costs.items():
        yield f"| {name} | {seconds:.1f} | {idle:,.0f} | {peak:,.0f} |"


def _cell(run: Run, name: str, workload: str, connections: int) -> str:
    loads = run.loads
    load = loads.get((name, workload, connections))
    if load is None:
        return "another answer" if (name, workload) in run.others else ""
    ratios = []
    for peer in (NATIVE, NATIVE_MEMORY):
        other = loads.get((peer, workload, connections))
        ratios.append(f"{load.rate / other.rate:.2f}" if other and other.rate else "–")
    wrong = f" **{load.wrong} failed**" if load.wrong else ""
    return f"{load.rate:,.4g} ({'; '.join(ratios)}), p99 {load.p99:,.3g}{wrong}"


def release_of(triples: int, scratch: Path) -> Path:
    """A release of made-up reviews."""
    folder, out = scratch / "publication", scratch / "out"
    generate(folder, triples=triples, errors=0.0, seed=1, chunk=500)
    command = [sys.executable, "-m", "reviewgraph", "build", str(folder), "--out", str(out)]
    limits = ["--limit-seconds", "3600", "--limit-memory", "16000"]
    subprocess.run([*command, *limits], check=True)
    return (out / "current").resolve()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Compare the SPARQL endpoint with its peers.")
    parser.add_argument("--triples", type=int, default=1_000_000)
    parser.add_argument("--release", type=Path, help="use this release; made for the run otherwise")
    parser.add_argument("--seconds", type=int, default=5, help="of each measurement")
    parser.add_argument("--connections", type=_numbers, default=[1, 8, 32], help="by commas")
    parser.add_argument("--engines", type=_engines, default=list(ENGINES), help="by semicolons")
    parser.add_argument(
        "--workloads", type=_workloads, default=list(WORKLOADS), help="by semicolons"
    )
    parser.add_argument("--out", type=Path, help="write the table to this file too")
    parser.add_argument("--plot", type=Path, help="draw it: .svg, .png or .pdf")
    given = parser.parse_args()
    tool()
    with tempfile.TemporaryDirectory() as temporary:
        scratch = Path(temporary)
        release = (given.release or release_of(given.triples, scratch)).resolve()
        run = Run(given, Dataset(release, scratch))
        for name in given.engines:
            run.measure(name)
    lines = [f"Measured on {machine()}; Python {sys.version.split()[0]}.", "", *table(run, given)]
    text = "\n".join(lines) + "\n"
    print(text)
    if given.out:
        given.out.write_text(text, encoding="utf-8")
    if given.plot:
        from plot import draw  # noqa: PLC0415 - only a plot needs matplotlib

        draw(run.loads, given.plot)


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


def _engines(text: str) -> list[str]:
    names = [name.strip() for name in text.split(";")]
    for name in names:
        if name not in ENGINES:
            raise argparse.ArgumentTypeError(f"{name!r} is none of {'; '.join(ENGINES)}")
    return names


def _workloads(text: str) -> list[Workload]:
    by_name = {workload.name: workload for workload in WORKLOADS}
    names = [name.strip() for name in text.split(";")]
    for name in names:
        if name not in by_name:
            raise argparse.ArgumentTypeError(f"{name!r} is none of {'; '.join(by_name)}")
    return [by_name[name] for name in names]


if __name__ == "__main__":
    main()
