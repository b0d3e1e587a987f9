"""Views: what a page tells of everything of a class, one ``.rq`` file a part, beside the shapes.

A view is a question about ``?this``, the thing that the page is about, with the header of a
question and two kinds of lines more::

    #+ class: <https://example.org/def#Review>
    #+ order: 20
    #+ title@th: กำหนดการ
    #+ title@en: Programme
    #+ as: cards
    #+ param this: <https://example.org/id/review/x>

``class`` may be repeated; classes below one of them (``rdfs:subClassOf``) have the view too.
``order`` is as ``sh:order``: parts with lower numbers come first (SHACL 2.3.2.2). The value of
``this`` is an example, which the gate and the query editor use.

Solutions with the same first column are one entry. What a variable holds whose name begins with
``_`` is not shown: it is the node that the row's evidence hangs on.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reviewgraph.errors import Place, SourceSyntaxError
from reviewgraph.publication.question import Header, Question, not_understood, read_term
from reviewgraph.rdf.terms import IRI

THIS = "this"


@dataclass(frozen=True, slots=True)
class View:
    """A part of the pages of all instances of some classes."""

    question: Question
    classes: tuple[str, ...]
    order: float


def read_view(root: Path, path: Path) -> View:
    """Read a view.

    Raises:
        SourceSyntaxError: as a question's header, or it has no class or no example of ``this``.
    """
    header = Header.read(root, path)
    classes: list[str] = []
    order = 0.0
    for key, value, place in header.others:
        if key == "class":
            term = read_term(value, place)
            if not isinstance(term, IRI):
                raise SourceSyntaxError(
                    f"class ต้องเป็น IRI: {value}", f"class must be an IRI: {value}", place
                )
            classes.append(term.value)
        elif key == "order":
            order = _number(value, place)
        else:
            raise not_understood(key, value, place)
    place = Place(header.question.path, 1)
    if not classes:
        raise SourceSyntaxError(
            "มุมมองนี้ไม่ได้บอกว่าใช้กับประเภทใด โปรดเพิ่มบรรทัด #+ class: <…>",
            "the view names no class: add a line '#+ class: <…>'",
            place,
        )
    examples = [each.default for each in header.question.parameters if each.name == THIS]
    if not any(isinstance(example, IRI) for example in examples):
        raise SourceSyntaxError(
            "มุมมองนี้ไม่มีตัวอย่าง โปรดเพิ่มบรรทัด #+ param this: <…>",
            "the view has no example: add a line '#+ param this: <…>'",
            place,
        )
    return View(header.question, tuple(classes), order)


def _number(text: str, place: Place) -> float:
    try:
        return float(text)
    except ValueError:
        raise SourceSyntaxError(
            f"order ต้องเป็นตัวเลข: {text}", f"order must be a number: {text}", place
        ) from None
