"""Values that would be served in another form, or that nobody could read or hold at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rdflib.namespace import RDF, XSD

from reviewgraph.errors import Words
from reviewgraph.gate.report import RULES, Result, Severity
from reviewgraph.publication.lines import Located
from reviewgraph.publication.source import SourceFile
from reviewgraph.rdf.magnitude import is_too_large
from reviewgraph.rdf.rdfxml import has_element_name, illegal_character
from reviewgraph.rdf.terms import IRI, Literal
from reviewgraph.store.literals import kept

RULE = RULES + "value-form"
NOT_XML = RULES + "not-in-xml"
TOO_LARGE = RULES + "value-too-large"

_TEXT = frozenset([str(XSD.string), str(RDF.langString)])


def check(files: Iterable[SourceFile]) -> list[Result]:
    """A warning for each value whose form the store does not keep; violations for the rest."""
    return [result for file in files for result in _check(file)]


def check_sizes(files: Iterable[SourceFile]) -> list[Result]:
    """Violations for values that are too large alone: what may be asked of a file of rules."""
    return [
        _too_large(file, located)
        for file in files
        for located in file.statements
        if isinstance(value := located.object, Literal)
        and is_too_large(value.value, value.datatype.value)
    ]


def _check(file: SourceFile) -> Iterator[Result]:
    # A million statements use a few hundred predicates, and most literals are plain text.
    nameable: dict[IRI, bool] = {}
    for located in file.statements:
        _subject, predicate, value, *_rest = located
        named = nameable.get(predicate)
        if named is None:
            named = nameable[predicate] = has_element_name(predicate.value)
        character = None
        if isinstance(value, Literal):
            form = value.value
            # Nothing printable is forbidden in XML; asking that is the quicker of the two.
            if not form.isprintable():
                character = illegal_character(form)
            if (datatype := value.datatype.value) not in _TEXT:
                if is_too_large(form, datatype):
                    yield _too_large(file, located)
                elif (published := kept(value)) != value:
                    yield _otherwise(file, located, published)
        if character:
            yield _not_xml_text(file, located, character)
        elif not named:
            yield _not_xml_name(file, located)


def _otherwise(file: SourceFile, located: Located, published: Literal) -> Result:
    words = Words(
        f"ค่านี้จะถูกเผยแพร่เป็น {published} โปรดเขียนในรูปนั้น",
        f"this value will be published as {published}: please write it so",
    )
    return Result(
        RULE,
        Severity.WARNING,
        words,
        place=file.place(located.object_at),
        focus=str(located.subject),
        path=str(located.predicate),
        value=str(located.object),
    )


def _too_large(file: SourceFile, located: Located) -> Result:
    """Without the value, which no reader of a report wants to see in full."""
    words = Words(
        "ค่านี้ใหญ่หรือยาวเกินกว่าจะตรวจได้ โปรดตรวจว่าพิมพ์เกินหรือไม่ แล้วเขียนให้สั้นลง",
        "this value is too large to be judged: check for a slip of typing and make it shorter",
    )
    return Result(
        TOO_LARGE,
        Severity.VIOLATION,
        words,
        place=file.place(located.object_at),
        focus=str(located.subject),
        path=str(located.predicate),
    )


def _not_xml_text(file: SourceFile, located: Located, character: str) -> Result:
    """Every release has an RDF/XML dump, so everything in it must have a place there."""
    words = Words(
        f"ข้อความนี้มีอักขระ {character} ซึ่งเขียนเป็น XML ไม่ได้ โปรดลบออก",
        f"this text has the character {character}, which XML cannot hold: remove it",
    )
    place = file.place(located.object_at)
    return Result(NOT_XML, Severity.VIOLATION, words, place, focus=str(located.subject))


def _not_xml_name(file: SourceFile, located: Located) -> Result:
    predicate = located.predicate
    words = Words(
        f"{predicate} ลงท้ายด้วยชื่อที่ XML ไม่มี โปรดใช้ชื่อที่ขึ้นต้นด้วยตัวอักษร",
        f"{predicate} does not end in a name that XML has: begin it with a letter",
    )
    place = file.place(located.predicate_at)
    return Result(NOT_XML, Severity.VIOLATION, words, place, focus=str(located.subject))
