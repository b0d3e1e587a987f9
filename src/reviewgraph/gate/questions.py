"""Competency questions as acceptance tests: each must have its expected answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from reviewgraph.errors import Place, QueryError, Words
from reviewgraph.gate.report import RULES, Result, Severity
from reviewgraph.gate.steps import Progress, Step, silent
from reviewgraph.publication.question import Question, Row, with_values
from reviewgraph.store.guard import examine
from reviewgraph.store.interface import Store, Table
from reviewgraph.store.limits import Limits

WRONG = RULES + "question-answer"
UNANSWERABLE = RULES + "question-query"
MISSING = RULES + "question-without-answer"


def answer(question: Question, store: Store) -> Table:
    """Ask the question with its parameters' defaults.

    Raises:
        QuerySyntaxError: the file holds no SELECT query.
    """
    defaults = {parameter.name: parameter.default for parameter in question.parameters}
    return store.select(with_values(question.query, defaults))


def check(
    questions: Iterable[Question],
    store: Store,
    *,
    progress: Progress = silent,
    skip: Mapping[Step, Words] | None = None,
) -> list[Result]:
    """A result for every question that is answered otherwise than expected.

    Args:
        questions: with their expected answers.
        store: what they are asked of.
        progress: told each question before it is asked.
        skip: questions that are not to be asked, with the reason: they become failures.
    """
    found = []
    for question in questions:
        step = Step("questions", question.path)
        if skip and step in skip:
            found.append(
                Result(UNANSWERABLE, Severity.FAILURE, skip[step], Place(question.path, 1))
            )
            continue
        progress(step)
        try:
            examine(question.query, Limits())
            table = answer(question, store)
        except QueryError as error:
            found.append(
                Result(UNANSWERABLE, Severity.FAILURE, error.words, Place(question.path, 1))
            )
            continue
        found += _compare(question, table)
    return found


def _compare(question: Question, table: Table) -> list[Result]:
    expected = question.expected
    if expected is None:
        stem = question.path.removesuffix(".rq")
        return [
            Result(
                MISSING,
                Severity.VIOLATION,
                Words(
                    f"คำถาม {question.id} ไม่มีคำตอบที่คาดไว้ โปรดเพิ่มไฟล์ {stem}.expected.tsv",
                    f"question {question.id} has no expected answer: add {stem}.expected.tsv",
                ),
                Place(question.path, 1),
            )
        ]
    if expected.variables != table.variables:
        return [
            _wrong(
                question,
                f"คอลัมน์ {_names(table.variables)} แต่คาดไว้ {_names(expected.variables)}",
                f"its columns are {_names(table.variables)}, expected {_names(expected.variables)}",
                1,
            )
        ]
    missing = Counter(expected.rows) - Counter(table.rows)
    extra = Counter(table.rows) - Counter(expected.rows)
    found = [
        _wrong(
            question,
            f"ขาดแถวที่คาดไว้: {_row(row)}",
            f"this expected row is missing: {_row(row)}",
            expected.rows.index(row) + 2,
        )
        for row in missing.elements()
    ]
    found += [
        _wrong(
            question, f"มีแถวที่ไม่ได้คาดไว้: {_row(row)}", f"this row is not expected: {_row(row)}", 1
        )
        for row in extra.elements()
    ]
    if not found and question.ordered and expected.rows != table.rows:
        found.append(_wrong(question, "ลำดับแถวไม่ตรง", "the rows come in another order", 1))
    return found


def _wrong(question: Question, th: str, en: str, line: int) -> Result:
    path = question.expected.path if question.expected else question.path
    return Result(
        WRONG,
        Severity.VIOLATION,
        Words(f"คำถาม {question.id}: {th}", f"question {question.id}: {en}"),
        Place(path, line),
    )


def _names(variables: tuple[str, ...]) -> str:
    return " ".join(f"?{name}" for name in variables)


def _row(row: Row) -> str:
    return " | ".join("–" if term is None else str(term) for term in row)
