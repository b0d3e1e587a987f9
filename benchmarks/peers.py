"""One engine judges one publication with all its shapes, in a process of its own.

    python benchmarks/peers.py ENGINE FOLDER RESULTS

Each engine gets the files in the way that it reads fastest. RESULTS is JSON: the seconds of each
phase, the engine's version, and its results as lists of focus, path, value, component, severity
and source shape. This file imports nothing of the project: it also runs in the virtual
environments that hold the peers.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

Row = list[str]
Found = tuple[Any, dict[str, float]]


def _files(folder: Path, *rooms: str) -> list[Path]:
    found = []
    for room in rooms:
        pattern = "*.ttl" if room == "shapes" else "**/*.ttl"  # cases of the rules are no rules
        found += sorted((folder / room).glob(pattern))
    return found


def _with_rdflib(folder: Path, validate: Callable[..., Any]) -> Found:
    from rdflib import Graph  # noqa: PLC0415 - imports are part of what is measured

    began = time.perf_counter()
    data, shapes = Graph(), Graph()
    for path in _files(folder, "ontology", "data"):
        data.parse(path)
    for path in _files(folder, "shapes"):
        shapes.parse(path)
    parsed = time.perf_counter()
    _conforms, report, _text = validate(data, shacl_graph=shapes, inplace=True)
    return report, {"parse": parsed - began, "validate": time.perf_counter() - parsed}


def pyshacl(folder: Path) -> Found:
    """PySHACL as its users run it: rdflib parses, everything is evaluated on rdflib."""
    import pyshacl as engine  # noqa: PLC0415

    return _with_rdflib(folder, engine.validate)


def turbo_rdflib(folder: Path) -> Found:
    """The drop-in replacement of pySHACL on rdflib graphs."""
    import pyshacl_turbo as engine  # noqa: PLC0415

    return _with_rdflib(folder, engine.validate)


def turbo(folder: Path) -> Found:
    """The same engine on Oxigraph stores, which is faster."""
    import pyshacl_turbo as engine  # noqa: PLC0415
    from pyoxigraph import Store  # noqa: PLC0415

    began = time.perf_counter()
    data, shapes = Store(), Store()
    for path in _files(folder, "ontology", "data"):
        data.load(path=path)
    for path in _files(folder, "shapes"):
        shapes.load(path=path)
    parsed = time.perf_counter()
    _conforms, report, _text = engine.validate(data, shacl_graph=shapes)
    return report, {"parse": parsed - began, "validate": time.perf_counter() - parsed}


def shifty(folder: Path) -> Found:
    """Shifty parses the files itself."""
    import shifty as engine  # noqa: PLC0415

    began = time.perf_counter()
    data, shapes = _files(folder, "ontology", "data"), _files(folder, "shapes")
    _conforms, report, _text = engine.validate(data, shapes, graph_mode="data")
    return report, {"validate": time.perf_counter() - began}


ENGINES = {
    "pyshacl": (pyshacl, "pyshacl"),
    "pyshacl-turbo": (turbo, "pyshacl-turbo"),
    "pyshacl-turbo-rdflib": (turbo_rdflib, "pyshacl-turbo"),
    "pyshifty": (shifty, "pyshifty"),
}


def rows(report: Any) -> list[Row]:  # noqa: ANN401 - an rdflib graph; rdflib may be elsewhere
    """The top-level results of a validation report."""
    from rdflib.namespace import RDF, SH  # noqa: PLC0415

    holder = report.value(predicate=RDF.type, object=SH.ValidationReport)
    properties = (SH.focusNode, SH.resultPath, SH.value, SH.sourceConstraintComponent)
    properties += (SH.resultSeverity, SH.sourceShape)
    return sorted(
        [_text(report.value(node, each)) for each in properties]
        for node in report.objects(holder, SH.result)
    )


def _text(term: Any) -> str:  # noqa: ANN401 - an rdflib term
    """A term as text that compares equal between engines; blank nodes have no name to compare."""
    if term is None:
        return ""
    kind = type(term).__name__
    if kind == "URIRef":
        return f"<{term}>"
    if kind == "BNode":
        return "_:"
    language = (term.language or "").lower()
    datatype = str(term.datatype or "").removeprefix("http://www.w3.org/2001/XMLSchema#")
    tag = f"@{language}" if language else f"^^{datatype or 'string'}"
    return json.dumps(str(term), ensure_ascii=False) + tag


def main() -> None:
    """Judge, then write what was found."""
    name, folder, out = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    judge, package = ENGINES[name]
    began = time.perf_counter()
    report, seconds = judge(folder)
    judged = time.perf_counter()
    content = {
        "version": version(package),
        "seconds": {**seconds, "judged": judged - began},
        "results": rows(report),
    }
    out.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
