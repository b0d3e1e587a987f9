"""The gate as a whole: a publication goes in, a report comes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from rdflib import Graph

from reviewgraph.errors import GateError, SourceSyntaxError, Words
from reviewgraph.gate import (
    evidence,
    graphs,
    literals,
    questions,
    references,
    shacl,
    shapes,
    syntax,
    vocabulary,
)
from reviewgraph.gate.report import Report, Result, Severity, in_reading_order
from reviewgraph.publication.catalog import ontology_iris
from reviewgraph.publication.folder import CASES, Publication, read_rdf
from reviewgraph.publication.reading import files_below
from reviewgraph.publication.source import SourceFile
from reviewgraph.rdf.canonical import canonicalize
from reviewgraph.rdf.formats import TURTLE
from reviewgraph.rdf.syntax import serialize
from reviewgraph.rdf.terms import quads_of, to_graph
from reviewgraph.store.embedded import EmbeddedStore


def judge(
    publication: Publication,
    *,
    sources: Path | None = None,
    progress: Callable[[str], None] = lambda _phase: None,
) -> Report:
    """Judge the publication.

    Args:
        publication: as read from its folder.
        sources: a folder with the texts that evidence points into, if there is one.
        progress: told the name of each phase as it begins.

    Raises:
        GateError: ``sources`` is no folder.
    """
    checked = {
        "files": len(publication.files) + len(publication.shapes) + len(publication.errors),
        "statements": sum(len(file.statements) for file in publication.files),
        "questions": len(publication.questions),
    }
    cases, unread = read_cases(publication)
    errors = (*publication.errors, *unread)
    if errors:
        note = Words(
            "ยังไม่ได้ตรวจเนื้อหา เพราะมีไฟล์ที่อ่านไม่ได้",
            "the content was not judged, since some files cannot be read",
        )
        return Report(in_reading_order(syntax.check(errors)), (note,), checked)
    results: list[Result] = []
    progress("vocabulary")
    known = dict(vocabulary.standard_vocabularies())
    known |= vocabulary.own_vocabularies(
        publication.ontology, ontology_iris(list(publication.ontology))
    )
    results += vocabulary.check((*publication.files, *publication.shapes), known)
    results += graphs.check(publication)
    results += literals.check(publication.files)
    progress("shapes")
    rules = shapes.merge(to_graph(file.quads()) for file in publication.shapes)
    examples = to_graph([*publication.quads(), *(quad for case in cases for quad in case.quads())])
    found = shapes.check(rules, list(publication.shapes), examples)
    results += found
    checked["shapes"] = len(set(shapes.all_shapes(rules)))
    notes: list[Words] = []
    store = EmbeddedStore.in_memory(publication.quads())
    told = ""
    if any(result.severity is Severity.FAILURE for result in found):
        notes.append(
            Words(
                "ยังไม่ได้ตรวจข้อมูลด้วยกฎ เพราะมีกฎที่ใช้ไม่ได้",
                "the data were not judged by the shapes, since some shapes cannot be used",
            )
        )
    else:
        progress("shacl")
        quads, ready = list(publication.quads()), shacl.Rules(rules)
        files, rule_files = list(publication.files), list(publication.shapes)
        try:
            outcome = shacl.validate(quads, ready, store)
        except GateError as error:
            results += shacl.blame(quads, ready, store, error, rule_files)
        else:
            results += shacl.locate(outcome, rules, files, rule_files)
            told = _as_turtle(outcome.graph, publication.prefixes)
    places = {result.place for result in results}
    results += references.check(publication.files, publication.catalog.base, places)
    progress("questions")
    results += questions.check(publication.questions, store)
    progress("evidence")
    spans = evidence.check(publication.files, sources)
    results += spans.results
    checked |= {"spans": spans.spans, "texts": spans.texts}
    return Report(
        results=in_reading_order(results),
        notes=(*notes, *spans.notes),
        checked=checked,
        shacl=told,
    )


def _as_turtle(graph: Graph, prefixes: Mapping[str, str]) -> str:
    """The same report always gives the same text."""
    canonical = canonicalize(quads_of(graph))
    return serialize(canonical, TURTLE, prefixes).decode()


def read_cases(publication: Publication) -> tuple[list[SourceFile], list[SourceSyntaxError]]:
    """The cases that the rules are tried on, and those that cannot be read."""
    root = publication.root
    files, errors = [], []
    if not (root / CASES).is_dir():
        return [], []
    try:
        paths = list(files_below(root, root / CASES))
    except SourceSyntaxError as error:
        return [], [error]
    for number, path in enumerate(paths):
        if path.suffix != ".ttl" or path.name.endswith(".expected.ttl"):
            continue
        try:
            files.append(read_rdf(root, path, publication.catalog.base, 1_000_000 + number))
        except SourceSyntaxError as error:
            errors.append(error)
    return files, errors
