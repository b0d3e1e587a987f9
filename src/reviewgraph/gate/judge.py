"""The gate as a whole: a publication goes in, a report comes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from rdflib import Graph

from reviewgraph.errors import GateError, SourceSyntaxError, Words
from reviewgraph.gate import evidence, literals, questions, shacl, shapes, syntax, vocabulary
from reviewgraph.gate.report import Report, Result, Severity, in_reading_order
from reviewgraph.publication.catalog import ontology_iris
from reviewgraph.publication.folder import Publication, read_rdf
from reviewgraph.publication.source import SourceFile
from reviewgraph.rdf.canonical import canonicalize
from reviewgraph.rdf.formats import TURTLE
from reviewgraph.rdf.syntax import serialize
from reviewgraph.rdf.terms import quads_of, to_graph
from reviewgraph.store.embedded import EmbeddedStore

CASES = "shapes/cases"


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
        GateError: an engine could not judge.
    """
    checked = {
        "files": len(publication.files) + len(publication.shapes) + len(publication.errors),
        "statements": sum(len(file.statements) for file in publication.files),
        "questions": len(publication.questions),
    }
    if publication.errors:
        note = Words(
            "ยังไม่ได้ตรวจเนื้อหา เพราะมีไฟล์ที่อ่านไม่ได้",
            "the content was not judged, since some files cannot be read",
        )
        return Report(in_reading_order(syntax.check(publication)), (note,), checked)
    results: list[Result] = []
    progress("vocabulary")
    known = dict(vocabulary.standard_vocabularies())
    known |= vocabulary.own_vocabularies(
        publication.ontology, ontology_iris(list(publication.ontology))
    )
    results += vocabulary.check((*publication.files, *publication.shapes), known)
    results += literals.check(publication.files)
    progress("shapes")
    rules = shapes.merge(to_graph(file.quads()) for file in publication.shapes)
    found = shapes.check(rules, list(publication.shapes), _examples(publication))
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
        outcome = shacl.validate(publication.quads(), shacl.Rules(rules), store)
        results += shacl.locate(outcome, rules, list(publication.files), list(publication.shapes))
        told = _as_turtle(outcome.graph, publication.prefixes)
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


def read_cases(publication: Publication) -> list[SourceFile]:
    """The cases that the rules are tried on.

    Raises:
        GateError: one of them is not well-formed.
    """
    root = publication.root
    try:
        return [
            read_rdf(root, path, publication.catalog.base, 1_000_000 + number)
            for number, path in enumerate(sorted((root / CASES).rglob("*.ttl")))
            if not path.name.endswith(".expected.ttl")
        ]
    except SourceSyntaxError as error:
        raise GateError(
            f"{error.place}: {error.words.th}", f"{error.place}: {error.words.en}"
        ) from error


def _examples(publication: Publication) -> Graph:
    """All that a shape's target may meet."""
    quads = list(publication.quads())
    for case in read_cases(publication):
        quads += case.quads()
    return to_graph(quads)
