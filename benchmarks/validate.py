"""The gate beside its peers on one publication, each in a process of its own.

Compared are not only time and memory but the results themselves: the set of focus node, path,
value, component, severity and source shape. The judge of record is pySHACL where it finished.
"""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from generate import MANIFEST
from measure import Cost, run
from pyoxigraph import Literal, RdfFormat, parse

GATE = "reviewgraph validate"
RECORD = "pyshacl"
_SH = "http://www.w3.org/ns/shacl#"
_OWN_RULES = "https://w3id.org/reviewgraph/rules#"
_PEERS = Path(__file__).with_name("peers.py")
_INSTALLED = {
    "pyshacl-turbo": ("turbo", ("pyshacl-turbo==0.6.5", "pyoxigraph==0.5.13")),
    "pyshacl-turbo-rdflib": ("turbo", ("pyshacl-turbo==0.6.5", "pyoxigraph==0.5.13")),
    "pyshifty": ("shifty", ("pyshifty==0.5.1", "rdflib==7.6.0")),
}
PEERS = tuple(_INSTALLED)

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """One engine's run; ``rows`` is None where it did not finish, ``why`` says so."""

    engine: str
    version: str
    cost: Cost | None
    rows: frozenset[Row] | None = None
    others: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """All engines on one publication."""

    name: str
    statements: int
    planted: frozenset[tuple[str, str]]
    runs: tuple[Judged, ...]

    @property
    def record(self) -> Judged | None:
        """The run that the others are compared with."""
        finished = [run for run in self.runs if run.rows is not None]
        return next((run for run in finished if run.engine == RECORD), next(iter(finished), None))


def compare(folder: Path, engines: Iterable[str], *, limit: float, scratch: Path) -> Comparison:
    """Run the engines on a publication, one after the other.

    Args:
        folder: the publication.
        engines: ``GATE``, ``RECORD`` and names of ``PEERS``.
        limit: seconds after which an engine is ended.
        scratch: a folder for outputs and for the peers' virtual environments.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    runs = tuple(
        _gate(folder, limit, scratch) if engine == GATE else _peer(engine, folder, limit, scratch)
        for engine in engines
    )
    planted, statements = frozenset[tuple[str, str]](), 0
    if (folder / MANIFEST).is_file():
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        statements = manifest["triples"]
        shapes = {shape.rpartition("/")[2] for shape in _shapes(folder)}
        planted = frozenset(
            (error["rule"], f"<{error['focus']}>")
            for error in manifest["planted"]
            if error["rule"] in shapes
        )
    else:
        statements = sum(
            1
            for room in ("ontology", "data")
            for path in (folder / room).rglob("*.ttl")
            for _ in parse(path=path)
        )
    return Comparison(folder.name, statements, planted, runs)


def _gate(folder: Path, limit: float, scratch: Path) -> Judged:
    """The whole command: reading, places, and all checks of the gate."""
    out = scratch / "gate.json"
    command = [sys.executable, "-m", "reviewgraph", "validate", str(folder), "--format", "json"]
    cost = run(command, out, limit)
    version = subprocess.run(
        [sys.executable, "-m", "reviewgraph", "--version"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split()[-1]
    if cost.ended or cost.code not in {0, 1}:
        return Judged(GATE, version, cost, why=_why(cost, out))
    holders = _holders(folder)
    results = json.loads(out.read_text(encoding="utf-8"))["results"]
    of_shapes = [each for each in results if not each["rule"].startswith(_OWN_RULES)]
    rows = frozenset(
        (
            _term(each["focus"]),
            _term(each["path"]),
            _term(each["value"]),
            f"<{each['component']}>",
            f"<{_SH}{each['severity'].capitalize()}>",
            f"<{holders.get(each['rule'], each['rule'])}>",
        )
        for each in of_shapes
    )
    return Judged(GATE, version, cost, rows, len(results) - len(of_shapes))


def _peer(engine: str, folder: Path, limit: float, scratch: Path) -> Judged:
    python = sys.executable if engine == RECORD else _environment(engine, scratch)
    if python is None:
        return Judged(engine, "", None, why="cannot be installed here")
    found = scratch / f"{engine}.json"
    found.unlink(missing_ok=True)
    out = scratch / f"{engine}.out"
    cost = run([python, str(_PEERS), engine, str(folder), str(found)], out, limit)
    if cost.ended or cost.code:
        return Judged(engine, "", cost, why=_why(cost, out))
    content = json.loads(found.read_text(encoding="utf-8"))
    return Judged(engine, content["version"], cost, frozenset(map(tuple, content["results"])))


def _why(cost: Cost, out: Path) -> str:
    if cost.ended:
        return f"ended after {cost.seconds:.0f} s"
    said = out.with_suffix(".err").read_text(encoding="utf-8", errors="replace").strip()
    return f"exit code {cost.code}: {said.splitlines()[-1][:120] if said else ''}"


def _environment(engine: str, scratch: Path) -> str | None:
    """The Python of the peer's own virtual environment, made when it is first needed."""
    name, packages = _INSTALLED[engine]
    folder = scratch / "environments" / name
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*pip, *packages], capture_output=True, check=False)
    return str(python) if done.returncode == 0 else None


def _shapes(folder: Path) -> Iterator[str]:
    for path in (folder / "shapes").glob("*.ttl"):
        for quad in parse(path=path):
            yield quad.subject.value


def _holders(folder: Path) -> dict[str, str]:
    """SPARQL constraint to the shape that has it: the gate names the constraint as the rule."""
    return {
        quad.object.value: quad.subject.value
        for path in (folder / "shapes").glob("*.ttl")
        for quad in parse(path=path)
        if quad.predicate.value == _SH + "sparql"
    }


def _term(text: str | None) -> str:
    """A term in N-Triples as ``peers`` writes terms."""
    if not text:
        return ""
    if text.startswith("_:"):
        return "_:"
    if text.startswith("<"):
        return text
    quad = next(iter(parse(f"<x:s> <x:p> {text} .", format=RdfFormat.N_TRIPLES)))
    term = quad.object
    if not isinstance(term, Literal):
        return str(term)
    datatype = term.datatype.value.removeprefix("http://www.w3.org/2001/XMLSchema#")
    tag = f"@{term.language.lower()}" if term.language else f"^^{datatype}"
    return json.dumps(term.value, ensure_ascii=False) + tag


def table(comparison: Comparison) -> Iterator[str]:
    """The comparison as Markdown."""
    record = comparison.record
    yield f"### {comparison.name}: {comparison.statements:,} statements"
    yield ""
    yield "| engine | version | wall s | CPU s | peak MB | × pySHACL | results | compared |"
    yield "| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |"
    base = next((run for run in comparison.runs if run.engine == RECORD), None)
    for each in comparison.runs:
        if each.cost is None:
            yield f"| {each.engine} | | | | | | | {each.why} |"
            continue
        cost = each.cost
        wall = f"> {cost.seconds:.0f}" if cost.ended else f"{cost.seconds:.2f}"
        results = "" if each.rows is None else f"{len(each.rows)}"
        results += f" + {each.others} without a shape" if each.others else ""
        yield (
            f"| {each.engine} | {each.version} | {wall} | {cost.processor:.2f}"
            f" | {cost.megabytes:.0f} | {_ratio(base, each)} | {results}"
            f" | {_verdict(record, each)} |"
        )
    yield ""
    yield from _differences(comparison)


def _ratio(base: Judged | None, each: Judged) -> str:
    if base is None or base.cost is None or each.cost is None or each.rows is None:
        return ""
    return f"{'> ' * base.cost.ended}{base.cost.seconds / each.cost.seconds:.1f}×"


def _verdict(record: Judged | None, each: Judged) -> str:
    if each.rows is None or record is None or record.rows is None:
        return each.why
    if each is record:
        return "the record"
    missing, extra = len(record.rows - each.rows), len(each.rows - record.rows)
    return "equal" if not missing and not extra else f"{missing} missing, {extra} more"


def _differences(comparison: Comparison) -> Iterator[str]:
    """By rule, what an engine has that the record has not, and the reverse; planted errors."""
    record = comparison.record
    for each in comparison.runs:
        if each.rows is None or record is None or record.rows is None:
            continue
        for word, rows in (("lacks", record.rows - each.rows), ("adds", each.rows - record.rows)):
            counts = Counter(row[-1].rpartition("/")[2].rstrip(">") for row in rows)
            for rule, number in counts.most_common():
                example = next(row for row in sorted(rows) if row[-1].endswith(f"/{rule}>"))
                yield f"- {each.engine} {word} {number} × `{rule}`, as at {example[0]} {example[2]}"
        if comparison.planted:
            seen = {(row[-1].rpartition("/")[2].rstrip(">"), row[0]) for row in each.rows}
            unseen = sorted(comparison.planted - seen)
            yield (
                f"- {each.engine} sees {len(comparison.planted) - len(unseen)} of"
                f" {len(comparison.planted)} planted errors"
                + (
                    f"; not {', '.join(f'`{rule}` at {focus}' for rule, focus in unseen[:5])}"
                    * bool(unseen)
                )
            )
    yield ""
