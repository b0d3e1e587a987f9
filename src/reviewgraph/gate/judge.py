"""The gate as a whole: a publication goes in, a report comes out."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from rdflib import Graph

from reviewgraph.errors import Place, SourceSyntaxError, Words
from reviewgraph.gate import (
    cases,
    evidence,
    graphs,
    literals,
    questions,
    shapes,
    syntax,
    views,
    vocabulary,
)
from reviewgraph.gate.ground import Ground
from reviewgraph.gate.references import References
from reviewgraph.gate.report import RULES, Report, Result, Rule, Severity, in_reading_order
from reviewgraph.gate.rules import own_rules, shape_rules
from reviewgraph.gate.shacl import engine
from reviewgraph.gate.shacl import plan as plans
from reviewgraph.gate.shacl.locate import locate, rule_name
from reviewgraph.gate.shacl.results import as_turtle
from reviewgraph.gate.steps import Clock, Progress, Step, silent
from reviewgraph.publication.catalog import ontology_iris
from reviewgraph.publication.folder import Publication
from reviewgraph.publication.source import SourceFile

NOT_FINISHED = RULES + "rule-not-finished"


def judge(
    publication: Publication,
    *,
    sources: Path | None = None,
    progress: Progress = silent,
    skip: Mapping[Step, Words] | None = None,
) -> Report:
    """Judge the publication once.

    Args:
        publication: as read from its folder.
        sources: a folder with the texts that evidence points into, if there is one.
        progress: told each step as it begins.
        skip: steps that are not to be done, with the reason: they become failures.

    Raises:
        GateError: ``sources`` is no folder.
    """
    return Gate(sources, skip).judge(publication, progress)


class Gate:
    """Judges a publication, and again after each edit, looking only where the edit is felt.

    The report is the same as if all had been judged anew. What did not change is known by its
    ``SourceFile`` being the same object.

    Args:
        sources: a folder with the texts that evidence points into, if there is one.
        skip: steps that are not to be done, with the reason: they become failures.
        with_graph: whether the report is to have the W3C validation report too.
    """

    def __init__(
        self,
        sources: Path | None = None,
        skip: Mapping[Step, Words] | None = None,
        *,
        with_graph: bool = True,
    ) -> None:
        self._sources = sources
        self._skip = skip or {}
        self._ground: Ground | None = None
        self._rules: Rules | None = None
        self._validation: engine.Validation | None = None
        self._by_file: dict[str, _ByFile] = {}
        self._references: References | None = None
        self._cases = cases.Cases()
        self._with_graph = with_graph

    def judge(self, publication: Publication, progress: Progress = silent) -> Report:
        """The report on the publication as it is now.

        Raises:
            GateError: the folder of sources is none.
        """
        clock = Clock(progress)
        clock(Step("shapes"))
        examples = self._cases
        examples.read(publication)
        checked = {
            "files": len(publication.files) + len(publication.shapes) + len(publication.errors),
            "statements": sum(len(file.statements) for file in publication.files),
            "questions": len(publication.questions),
            "views": len(publication.views),
        }
        if errors := (*publication.errors, *examples.errors):
            return unreadable(errors, checked, publication)
        results: list[Result] = []
        notes: list[Words] = []
        if self._begins(Step("vocabulary"), clock, results):
            results += self._check_files(publication)
        clock(Step("shapes"))
        rules = self._read_rules(publication)
        ground, outcome = self._follow(publication, clock)
        clock(Step("shapes"))
        found = rules.results(ground, examples)
        results += found
        checked["shapes"] = rules.count
        told = ""
        if any(result.severity is Severity.FAILURE for result in found):
            notes.append(
                Words(
                    "ยังไม่ได้ตรวจข้อมูลด้วยกฎ เพราะมีกฎที่ใช้ไม่ได้",
                    "the data were not judged by the shapes, since some shapes cannot be used",
                )
            )
        else:
            if outcome is None:
                self._validation = engine.Validation(ground.facts, rules.plan, ground.store)
                outcome = self._validation.run(clock, self._skip)
            clock(Step("shacl"))
            results += locate(outcome, publication.files, publication.shapes)
            if self._with_graph:
                told = as_turtle(outcome.graph(), publication.prefixes)
        if self._begins(Step("references"), clock, results):
            results += self._check_references(publication, {result.place for result in results})
        results += questions.check(
            publication.questions, ground.store, progress=clock, skip=self._skip
        )
        results += views.check(publication.views, ground.store, progress=clock, skip=self._skip)
        asked = (*publication.questions, *(view.question for view in publication.views))
        results += views.check_columns(asked, publication.columns)
        if self._begins(Step("evidence"), clock, results):
            spans = evidence.check(publication.files, ground.facts, self._sources)
            results += spans.results
            notes += spans.notes
            checked |= spans.counts
        clock.stop()
        return Report(
            results=in_reading_order(results),
            notes=tuple(notes),
            drafts=publication.drafts,
            preview=publication.preview,
            checked=checked,
            shacl=told,
            rules=rules.described(publication),
            seconds=clock.seconds,
        )

    def prepare(self) -> None:
        """Find out what the rules rest on, so that the first edit need not wait for it."""
        if self._validation is not None:
            self._validation.prepare()
        gc.collect()
        gc.freeze()  # nearly all of it stays: the collector need not walk it after each edit

    def _begins(self, step: Step, clock: Clock, results: list[Result]) -> bool:
        """Begin a step, unless it is to be left out: then that is a result."""
        if step in self._skip:
            results.append(Result(NOT_FINISHED, Severity.FAILURE, self._skip[step]))
            return False
        clock(step)
        return True

    def _check_files(self, publication: Publication) -> list[Result]:
        """What can be said of each file by itself, and of the graphs they make."""
        known = dict(vocabulary.standard_vocabularies())
        known |= vocabulary.own_vocabularies(
            publication.ontology, ontology_iris(list(publication.ontology))
        )
        words = self._by_file.get("vocabulary")
        if words is None or words.basis != known:
            words = _ByFile(known, vocabulary.Vocabulary(known).check)
        forms = self._by_file.get("literals") or _ByFile(None, lambda file: literals.check([file]))
        sizes = self._by_file.get("sizes") or _ByFile(
            None, lambda file: literals.check_sizes([file])
        )
        self._by_file = {"vocabulary": words, "literals": forms, "sizes": sizes}
        return [
            *words.results((*publication.files, *publication.shapes)),
            *graphs.check(publication),
            *forms.results(publication.files),
            *sizes.results(publication.shapes),
        ]

    def _check_references(self, publication: Publication, told: set[Place | None]) -> list[Result]:
        base = publication.catalog.base
        if self._references is None or self._references.base != base:
            self._references = References(base)
        return self._references.check(publication.files, told, publication.unpublished)

    def _read_rules(self, publication: Publication) -> Rules:
        """The shapes graph and its plan; a changed one is judged from the beginning."""
        if self._rules is None or self._rules.files != publication.shapes:
            self._rules = Rules.of(publication.shapes)
            self._validation = None
        return self._rules

    def _follow(
        self, publication: Publication, clock: Clock
    ) -> tuple[Ground, engine.Outcome | None]:
        """Facts and store as they are now, and the outcome if it could follow them."""
        named = bool(publication.questions or publication.views)
        ground = self._ground
        if ground is None or ground.named != named:
            self._validation = None
            self._ground = Ground(publication.files, named=named)
            return self._ground, None
        edit = ground.compare(publication.files)
        if self._validation is None:
            ground.apply(edit)
            return ground, None
        outcome = self._validation.edit(edit.removed, edit.added, lambda: ground.apply(edit), clock)
        return ground, outcome


@dataclass
class _ByFile:
    """A check of files one by one, and what it found in those it has seen.

    ``basis`` is what the check goes by besides: another basis needs another of these.
    """

    basis: object
    check: Callable[[SourceFile], list[Result]]
    told: dict[SourceFile, list[Result]] = field(default_factory=dict)

    def results(self, files: Iterable[SourceFile]) -> list[Result]:
        """What it finds in these files; others are forgotten."""
        self.told = {
            file: self.told[file] if file in self.told else self.check(file) for file in files
        }
        return [result for results in self.told.values() for result in results]


@dataclass
class Rules:
    """A shapes graph, who judges it, and what is wrong with it whatever the data are."""

    files: tuple[SourceFile, ...]
    graph: Graph
    plan: plans.Plan
    count: int = 0
    _wrong: list[Result] | None = None
    _described: dict[str, Rule] | None = None

    @classmethod
    def of(cls, files: tuple[SourceFile, ...]) -> Rules:
        """The rules in these files."""
        statements = (located.statement for file in files for located in file.statements)
        graph = shapes.merge(statements)
        return cls(files, graph, plans.plan(graph))

    def wrong(self) -> list[Result]:
        """What is wrong with the shapes themselves."""
        if self._wrong is None:
            self._wrong = shapes.check(self.graph, self.files)
            self.count = len(set(shapes.all_shapes(self.graph)))
        return self._wrong

    def results(self, ground: Ground, examples: cases.Cases) -> list[Result]:
        """What is wrong with the shapes, targets that meet nothing included."""
        wrong = self.wrong()
        return wrong + shapes.idle_targets(self.graph, self.files, ground.facts, examples.facts)

    def described(self, publication: Publication) -> dict[str, Rule]:
        """Every rule that was applied, each with what judged it."""
        if self._described is None:
            judges = plans.judges(self.plan)
            names = {rule_name(node, self.graph): by for node, by in judges.items()}
            rules = {
                iri: replace(rule, engine=names.get(iri, rule.engine))
                for iri, rule in shape_rules(publication).items()
            }
            self._described = own_rules() | rules
        return self._described


def unreadable(
    errors: tuple[SourceSyntaxError, ...], checked: dict[str, int], publication: Publication
) -> Report:
    """The report on a folder with files that cannot be read."""
    note = Words(
        "ยังไม่ได้ตรวจเนื้อหา เพราะมีไฟล์ที่อ่านไม่ได้",
        "the content was not judged, since some files cannot be read",
    )
    return Report(
        in_reading_order(syntax.check(errors)),
        (note,),
        checked,
        rules=own_rules(),
        drafts=publication.drafts,
        preview=publication.preview,
    )
