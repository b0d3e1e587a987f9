"""What the servers are asked: SPARQL queries, and wrk's scripts that ask them.

A fresh request is one that the server has not had before: each has a comment of its own, so that
no answer that was kept can serve.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

RESULTS: Final = "application/sparql-results+json"
TRIPLES: Final = "application/n-triples"
_LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_DEF = "https://w3id.org/reviewgraph/def#"
_PREFIXES = f"PREFIX rdf: <{_RDF}> PREFIX : <{_DEF}> "
_MOST_SUBJECTS = 50_000
_OFFSETS = 1_000


@dataclass(frozen=True, slots=True)
class Workload:
    """Queries of a kind; ``subjects`` tells that ``{}`` is one, else it is a number."""

    name: str
    query: str
    accept: str = RESULTS
    subjects: bool = False
    fresh: bool = True


WORKLOADS: Final = (
    Workload("look-up", f"SELECT ?l {{{{ <{{}}> {_LABEL} ?l }}}}", subjects=True),
    Workload(
        "look-up, repeated", f"SELECT ?l {{{{ <{{}}> {_LABEL} ?l }}}}", subjects=True, fresh=False
    ),
    Workload("DESCRIBE", "DESCRIBE <{}>", TRIPLES, subjects=True),
    Workload("DESCRIBE, repeated", "DESCRIBE <{}>", TRIPLES, subjects=True, fresh=False),
    Workload(
        "aggregate",
        f"SELECT ?c (COUNT(*) AS ?n) {{{{ ?s a ?c . ?s {_LABEL} ?l }}}} "
        "GROUP BY ?c ORDER BY DESC(?n) LIMIT {}",
    ),
    Workload(
        "10,000 rows, one pattern", f"SELECT ?s ?l {{{{ ?s {_LABEL} ?l }}}} OFFSET {{}} LIMIT 10000"
    ),
    Workload(
        "10,000 rows, joined",
        f"{_PREFIXES}SELECT ?claim ?s ?o ?words {{{{ ?claim rdf:subject ?s ; rdf:object ?o ; "
        ":supportedBy ?passage . ?passage :verbatim ?words }} OFFSET {} LIMIT 10000",
    ),
    Workload(
        "10,000 rows, repeated",
        f"SELECT ?s ?l {{{{ ?s {_LABEL} ?l }}}} OFFSET {{}} LIMIT 10000",
        fresh=False,
    ),
)

_SCRIPT = """\
local paths = {}
for line in io.lines(os.getenv("PATHS")) do paths[#paths + 1] = line end
local endpoint, accept = os.getenv("ENDPOINT"), os.getenv("ACCEPT")
local run, fresh, i = os.getenv("RUN"), os.getenv("FRESH") == "1", 0
request = function()
  i = i + 1
  local path = endpoint .. "?query=" .. paths[(i - 1) % #paths + 1]
  if fresh then path = path .. "%20%23" .. run .. "." .. i end
  return wrk.format("GET", path, {["Accept"] = accept})
end
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk measured: requests a second, and milliseconds; ``wrong`` counts all but 200."""

    rate: float
    median: float
    p99: float
    wrong: int


def tool() -> str:
    """The path of wrk.

    Raises:
        SystemExit: it is not on this machine.
    """
    found = shutil.which("wrk")
    if found is None:
        raise SystemExit("wrk is needed: apt-get install wrk")
    return found


def subjects(dump: Path) -> list[str]:
    """IRIs that have a label, evenly out of the whole N-Quads dump."""
    found = dict.fromkeys(_labelled(dump))
    step = max(1, len(found) // _MOST_SUBJECTS)
    return list(found)[::step]


def _labelled(dump: Path) -> Iterator[str]:
    with dump.open(encoding="utf-8") as file:
        for line in file:
            subject, predicate, _ = line.split(" ", 2)
            if predicate == _LABEL and subject.startswith("<"):
                yield subject[1:-1]


def queries(workload: Workload, iris: list[str]) -> list[str]:
    """The queries of a workload; a repeated one is a single query."""
    values = iris if workload.subjects else [str(n) for n in range(100, 100 + _OFFSETS)]
    if not workload.fresh:
        values = values[:1]
    return [workload.query.format(value) for value in values]


def put(
    address: str,
    workload: Workload,
    asked: list[str],
    connections: int,
    seconds: int,
    scratch: Path,
) -> Load:
    """Ask a server for so many seconds over so many connections."""
    script, paths = scratch / "ask.lua", scratch / "paths.txt"
    script.write_text(_SCRIPT, encoding="utf-8")
    paths.write_text("\n".join(quote(query, safe="") for query in asked), encoding="ascii")
    host, _, endpoint = address.removeprefix("http://").partition("/")
    environment = {
        "PATHS": str(paths),
        "ENDPOINT": f"/{endpoint}",
        "ACCEPT": workload.accept,
        "FRESH": "1" if workload.fresh else "0",
        "RUN": f"{connections}",
    }
    command = [tool(), "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "120s"]
    command += ["--latency", "-s", str(script), f"http://{host}/"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return _read(done.stdout)


def _read(text: str) -> Load:
    def number(pattern: str) -> float:
        match = re.search(pattern, text)
        return float(match[1]) if match else 0.0

    errors = re.search(
        r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text
    )
    wrong = int(number(r"Non-2xx or 3xx responses: (\d+)"))
    if errors:
        wrong += sum(map(int, errors.groups()))
    return Load(number(r"Requests/sec:\s+([\d.]+)"), _time(text, "50%"), _time(text, "99%"), wrong)


def _time(text: str, share: str) -> float:
    """A quantile in milliseconds."""
    match = re.search(rf"^\s+{share}\s+([\d.]+)(us|ms|s|m)$", text, re.MULTILINE)
    if match is None:
        return 0.0
    return float(match[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}[match[2]]
