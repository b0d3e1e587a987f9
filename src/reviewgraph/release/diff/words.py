"""How terms, entities and counts are written for people."""

from __future__ import annotations

from collections.abc import Sequence

from reviewgraph.errors import Words, printable
from reviewgraph.rdf.terms import IRI, BlankNode, Literal, Statement, Term
from reviewgraph.release.diff.changes import Changes

LONGEST_VALUE = 160
_AROUND = 40
_STRING = "http://www.w3.org/2001/XMLSchema#string"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

MARKS = {"added": "+", "removed": "-", "changed": "~"}
STATES = {
    "added": Words("เพิ่ม", "added"),
    "removed": Words("ลบ", "removed"),
    "changed": Words("แก้ไข", "changed"),
}
FILES = Words("ไฟล์อื่น", "Other files")
NOTHING = Words("ไม่มีอะไรเปลี่ยน", "Nothing changed.")


def summary(changes: Changes) -> Words:
    """What changed, in numbers."""
    if not changes:
        return NOTHING
    counts = {state: changes.count(state) for state in ("added", "removed", "changed")}
    th = [f"{STATES[state].th} {count} รายการ" for state, count in counts.items() if count]
    en = [f"{count} {STATES[state].en}" for state, count in counts.items() if count]
    statements = f"+{changes.added} −{changes.removed}" + (
        f" →{changes.moved}" if changes.moved else ""
    )
    if changes.entities:
        th.append(f"ข้อความ {statements}")
        en.append(f"statements {statements}")
    if changes.files:
        th.append(f"ไฟล์อื่น {len(changes.files)}")
        en.append(f"other files {len(changes.files)}")
    return Words(" · ".join(th), " · ".join(en))


class Writer:
    """Writes terms with the prefixes and names of the new side, else of the old one."""

    def __init__(self, changes: Changes, langs: Sequence[str]) -> None:
        self._labels = changes.labels
        self._langs = langs
        prefixes = {**changes.old.prefixes, **changes.new.prefixes}
        self._prefixes = sorted(prefixes.items(), key=lambda entry: (-len(entry[1]), entry[0]))

    def name(self, iri: str) -> str:
        """What a thing is called, in the first of the languages that it has a name in."""
        names = self._labels.get(iri, {})
        found = next((names[lang] for lang in (*self._langs, "") if lang in names), "")
        return printable(found or next(iter(names.values()), ""))

    def short(self, iri: str) -> str:
        """A prefixed name, or the IRI in brackets."""
        for prefix, namespace in self._prefixes:
            local = iri[len(namespace) :]
            if iri.startswith(namespace) and local and not set(local) & set("/#?:"):
                return printable(f"{prefix}:{local}")
        return printable(f"<{iri}>")

    def statement(self, told: Statement, besides: str, other: Term | None = None) -> str:
        """Predicate and object; the subject too, unless it is ``besides``.

        ``other`` is a value that the object takes the place of: of long texts the part that
        differs is shown.
        """
        subject, predicate, value = told
        parts = [] if subject == IRI(besides) else [self._term(subject)]
        parts.append("a" if predicate.value == _TYPE else self.short(predicate.value))
        parts.append(self._value(value, other))
        return " ".join(parts)

    def _term(self, term: Term) -> str:
        return self.short(term.value) if isinstance(term, IRI) else printable(str(term))

    def _value(self, term: Term, other: Term | None) -> str:
        if isinstance(term, BlankNode):
            return printable(str(term))
        if isinstance(term, IRI):
            name = self.name(term.value)
            return self.short(term.value) + (f" ({name})" if name else "")
        text = _shortened(term.value, other.value if isinstance(other, Literal) else "")
        written = f'"{printable(text)}"'
        if term.language:
            return f"{written}@{term.language}"
        if term.datatype.value == _STRING:
            return written
        return f"{written}^^{self.short(term.datatype.value)}"


def _shortened(text: str, other: str) -> str:
    if len(text) <= LONGEST_VALUE:
        return text
    same = 0
    for mine, theirs in zip(text, other, strict=False):
        if mine != theirs:
            break
        same += 1
    begin = max(0, min(same - _AROUND, len(text) - LONGEST_VALUE))
    part = text[begin : begin + LONGEST_VALUE]
    return ("…" if begin else "") + part + ("…" if begin + LONGEST_VALUE < len(text) else "")
