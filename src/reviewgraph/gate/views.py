"""Views: each must be one that can be shown, and the columns of answers must have names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from reviewgraph.errors import Place, QueryError, Words
from reviewgraph.gate.questions import answer
from reviewgraph.gate.report import RULES, Result, Severity
from reviewgraph.gate.steps import Progress, Step, silent
from reviewgraph.publication.columns import PATH, Columns
from reviewgraph.publication.question import Question
from reviewgraph.publication.view import THIS, View
from reviewgraph.store.guard import examine
from reviewgraph.store.interface import Store
from reviewgraph.store.limits import Limits

UNUSABLE = RULES + "view-query"
EMPTY = RULES + "view-example"
NAMELESS = RULES + "column-without-name"
_NEEDED = {"timeline": ("start", "end")}
_FEWEST = {"network": 2, "bars": 2}


def check(
    views: Iterable[View],
    store: Store,
    *,
    progress: Progress = silent,
    skip: Mapping[Step, Words] | None = None,
) -> list[Result]:
    """A result for every view that cannot be asked, or that shows nothing of its own example.

    Args:
        views: of the publication.
        store: what they are asked of.
        progress: told each view before it is asked.
        skip: views that are not to be asked, with the reason: they become failures.
    """
    found = []
    for view in views:
        question = view.question
        place = Place(question.path, 1)
        step = Step("questions", question.path)
        if skip and step in skip:
            found.append(Result(UNUSABLE, Severity.FAILURE, skip[step], place))
            continue
        progress(step)
        try:
            examine(question.query, Limits())
            table = answer(question, store)
        except QueryError as error:
            found.append(Result(UNUSABLE, Severity.FAILURE, error.words, place))
            continue
        if wrong := _wrong(question, table.variables):
            found.append(Result(UNUSABLE, Severity.FAILURE, wrong, place))
        elif not table.rows:
            example = next(each.default for each in question.parameters if each.name == THIS)
            words = Words(
                f"มุมมองนี้ไม่แสดงอะไรเลยสำหรับตัวอย่างของตนเอง: {example}",
                f"the view shows nothing of its own example: {example}",
            )
            found.append(Result(EMPTY, Severity.WARNING, words, place))
    return found


def check_columns(questions: Iterable[Question], columns: Columns) -> list[Result]:
    """A result for every column of an answer that has no name, where columns have names at all.

    Args:
        questions: those of views too.
        columns: the names of columns.
    """
    if not columns:
        return []
    langs = {lang for names in columns.values() for lang in names}
    found = []
    for question in questions:
        variables = set(_shown(question.query))
        named = {base for name in variables for lang in langs if (base := _base(name, lang))}
        plain = {name for name in variables if not any(_base(name, lang) for lang in langs)}
        for name in sorted(plain | named):
            missing = sorted(langs - columns.get(name, {}).keys())
            if missing:
                languages = ", ".join(missing)
                words = Words(
                    f"คอลัมน์ {name} ไม่มีชื่อ ({languages}) โปรดเพิ่มใน {PATH}",
                    f"the column {name} has no name ({languages}): add it to {PATH}",
                )
                found.append(Result(NAMELESS, Severity.INFO, words, Place(question.path, 1)))
    return found


_SELECTED = re.compile(r"(?is)\bSELECT\b(.*?)(?:\bWHERE\b|\{)")
_VARIABLE = re.compile(r"[?$](\w+)")
_AS = re.compile(r"(?is)\bAS\s+[?$](\w+)\s*\)")


def _shown(query: str) -> list[str]:
    """The variables that the outer SELECT of a query names, those of evidence left out."""
    without_header = "\n".join(line for line in query.splitlines() if not line.startswith("#"))
    match = _SELECTED.search(without_header)
    head = match[1] if match else ""
    plain = re.sub(r"\((?:[^()]|\([^()]*\))*\)", " ", head)
    names = [*_VARIABLE.findall(plain), *_AS.findall(head)]
    return [name for name in names if not name.startswith("_")]


def _base(name: str, lang: str) -> str:
    """What a column in a language is a version of."""
    return name.removesuffix(f"_{lang}") if name.endswith(f"_{lang}") else ""


def _wrong(question: Question, variables: tuple[str, ...]) -> Words | None:
    if f"?{THIS}" not in question.query and f"${THIS}" not in question.query:
        return Words(
            "คำค้นของมุมมองนี้ไม่ใช้ ?this หน้าของทุกสิ่งจะเหมือนกัน",
            "the view's query does not use ?this: every page would show the same",
        )
    shown = [name for name in variables if not name.startswith("_")]
    needed = [name for name in _NEEDED.get(question.layout, ()) if name not in shown]
    if needed:
        names = " ".join(f"?{name}" for name in needed)
        return Words(
            f"การแสดงแบบ {question.layout} ต้องมีคอลัมน์ {names}",
            f"the layout {question.layout} needs the columns {names}",
        )
    if len(shown) < _FEWEST.get(question.layout, 1):
        return Words(
            f"การแสดงแบบ {question.layout} ต้องมีอย่างน้อย {_FEWEST[question.layout]} คอลัมน์",
            f"the layout {question.layout} needs {_FEWEST[question.layout]} columns or more",
        )
    return None
