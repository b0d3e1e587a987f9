"""The index is asked: what is called so, the best first.

Names that hold the words as they are asked for come first: a whole name, the beginning of one, the
beginning of a word in it, any part. Where these are few, names follow that hold them with one slip
of the hand, then names that sound alike in the other script. All of it is bounded: so many things
are ranked for a question, however many hold its words.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import weakref
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final, Literal

from reviewgraph.errors import ReleaseError
from reviewgraph.release.search.forms import form_of, words
from reviewgraph.release.search.names import Name, Named
from reviewgraph.release.search.slips import following, slips
from reviewgraph.release.search.sounds import sound
from reviewgraph.release.search.writing import BEGIN, END

How = Literal["whole", "beginning", "word", "part", "slip", "sound"]
HOWS: Final[tuple[How, ...]] = ("whole", "beginning", "word", "part", "slip", "sound")
"""How a name can answer, the best first."""
MOST: Final = 100
"""More things than this are not found: a longer question is asked."""
FEW: Final = 5
"""Where fewer hold the words as they are, those that nearly do are looked for too."""
_MOST_WORDS: Final = 12
_MOST_SLIPPED: Final = 4
_TRIGRAM: Final = 3


@dataclass(frozen=True, slots=True)
class Found:
    """A thing that was found.

    Attributes:
        thing: it, with all its names.
        name: the one that answers best.
        how: in which way.
        spans: which characters of the name, as from and up to; empty where it sounds alike.
    """

    thing: Named
    name: Name
    how: How
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    thing: Named
    forms: tuple[str, ...]
    starts: tuple[frozenset[int], ...]


class Index:
    """The index of a release, which any number of threads may ask.

    Raises:
        ReleaseError: the file cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._has = lru_cache(maxsize=50_000)(self._is_there)
        try:
            self._database = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
            self._database.execute("SELECT 1 FROM thing LIMIT 1")
        except sqlite3.Error as error:
            raise ReleaseError(
                f"อ่านดัชนีค้นหา {path.name} ไม่ได้: {error}",
                f"the search index {path.name} cannot be read: {error}",
            ) from error
        weakref.finalize(self, self._database.close)

    def find(self, question: str, most: int = MOST) -> list[Found]:
        """What is called so, the best first."""
        asked = words(question)[:_MOST_WORDS]
        if not asked:
            return []
        with self._lock:
            found = _best(self._holding(asked), [[word] for word in asked])
            if len(found) < min(FEW, most):
                found += self._near(question, asked, {each.thing.iri for each in found})
        return found[:most]

    def of(self, iri: str) -> Named | None:
        """A thing by its IRI."""
        with self._lock:
            row = self._database.execute(
                "SELECT id, iri, kinds, names, forms FROM thing WHERE iri = ?", (iri,)
            ).fetchone()
            return _row(row).thing if row else None

    def has(self, iri: str) -> bool:
        """Whether a thing has a name."""
        return self._has(iri)

    def first(self, most: int = MOST, below: str = "") -> list[Named]:
        """The things that matter most, of those whose IRI begins so."""
        with self._lock:
            rows = self._database.execute(
                "SELECT id, iri, kinds, names, forms FROM thing WHERE substr(iri, 1, ?) = ?"
                " ORDER BY id LIMIT ?",
                (len(below), below, most),
            )
            return [_row(row).thing for row in rows]

    def alike(self, name: str, most: int = MOST) -> list[Named]:
        """What sounds like a name, in either script."""
        key = sound(name)
        with self._lock:
            return [row.thing for row in self._sounding(key)[:most]] if key else []

    def _is_there(self, iri: str) -> bool:
        with self._lock:
            found = self._database.execute("SELECT 1 FROM thing WHERE iri = ?", (iri,)).fetchone()
        return found is not None

    def _near(self, question: str, asked: list[str], known: set[str]) -> list[Found]:
        chosen = [[word, *slips(word, self._following)] for word in asked[:_MOST_SLIPPED]]
        chosen += [[word] for word in asked[_MOST_SLIPPED:]]
        found = []
        if any(len(words) > 1 for words in chosen):
            rows = self._part(_all_of(chosen), [w for w in asked if len(w) < _TRIGRAM])
            found = [each for each in _best(rows, chosen) if each.thing.iri not in known]
            known |= {each.thing.iri for each in found}
        key = sound(question)
        if key:
            found += [
                Found(row.thing, _sounding_name(row.thing, key), "sound", ())
                for row in self._sounding(key)
                if row.thing.iri not in known
            ]
        return found

    @cached_property
    def _following(self) -> dict[str, frozenset[str]]:
        return following(row[0] for row in self._database.execute("SELECT text FROM trigram"))

    def _holding(self, asked: list[str]) -> list[_Row]:
        """Things whose names hold all words; those that begin with them are sure to be there."""
        whole = "".join(asked)
        rows = [
            *self._part(_phrase(BEGIN + whole + END), ()),
            *(
                self._part(_phrase(BEGIN + whole), ())
                if len(whole) > 1
                else self._short(BEGIN + whole, ())
            ),
        ]
        long = [[word] for word in asked if len(word) >= _TRIGRAM]
        short = [word for word in asked if len(word) < _TRIGRAM]
        if long:
            rows += self._part(_all_of(long), short)
        else:
            longest = max(short, key=len)
            rows += self._short(longest, short)
        return rows

    def _part(self, expression: str, held: Sequence[str]) -> list[_Row]:
        # The last join is what keeps SQLite from sorting: FTS5 goes by number as it is.
        return self._rows(
            "SELECT id, iri, kinds, names, thing.forms FROM part JOIN thing ON id = part.rowid"
            " WHERE part MATCH ?",
            expression,
            held,
        )

    def _short(self, part: str, held: Sequence[str]) -> list[_Row]:
        return self._rows(
            "SELECT id, iri, kinds, names, forms FROM short JOIN thing ON id = thing"
            " WHERE part = ?",
            part,
            held,
        )

    def _sounding(self, key: str) -> list[_Row]:
        return self._rows(
            "SELECT id, iri, kinds, names, forms FROM sound JOIN thing ON id = thing WHERE key = ?",
            key,
            (),
        )

    def _rows(self, query: str, first: str, held: Sequence[str]) -> list[_Row]:
        holding = " AND instr(thing.forms, ?)" * len(held)
        rows = self._database.execute(f"{query}{holding} LIMIT {MOST}", (first, *held))
        return [_row(row) for row in rows]


def _row(row: tuple[int, str, str, str, str]) -> _Row:
    number, iri, kinds, names, forms = row
    read = json.loads(names)
    thing = Named(
        iri,
        tuple(json.loads(kinds)),
        tuple(Name(text, lang, other) for text, lang, other, _ in read),
    )
    parts = tuple(form.removeprefix(BEGIN) for form in forms.split(END)[:-1])
    return _Row(number, thing, parts, tuple(frozenset(starts) for _, _, _, starts in read))


def _phrase(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _all_of(chosen: Iterable[Sequence[str]]) -> str:
    """An expression for: of each list a word; those too short for the index are left out."""
    groups = [[_phrase(word) for word in words if len(word) >= _TRIGRAM] for words in chosen]
    return " AND ".join(f"({' OR '.join(group)})" for group in groups if group)


def _best(rows: Iterable[_Row], chosen: Sequence[Sequence[str]]) -> list[Found]:
    """The things whose names hold of each list a word, ranked, with the name that shows it."""
    ranked = []
    for row in {row.number: row for row in rows}.values():
        answers = [
            answer
            for number in range(len(row.forms))
            if (answer := _answer(row, number, chosen)) is not None
        ]
        if len({word for answer in answers for word in answer.words}) < len(chosen):
            continue
        best = min(answers, key=lambda answer: answer.rank)
        other = row.thing.names[best.name].other
        ranked.append(((best.how, other, row.number), row.thing, best))
    ranked.sort(key=lambda each: each[0])
    return [_found(thing, answer) for _, thing, answer in ranked]


@dataclass(frozen=True, slots=True)
class _Answer:
    """How one name answers: which of the words it holds, where, and how well."""

    name: int
    how: int
    words: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]
    rank: tuple[int, int, bool, int]


def _answer(row: _Row, number: int, chosen: Sequence[Sequence[str]]) -> _Answer | None:
    form = row.forms[number]
    held: list[int] = []
    spans: list[tuple[int, int]] = []
    slipped = False
    for place, words_ in enumerate(chosen):
        for word in words_:
            at = form.find(word)
            if at < 0:
                continue
            start = next((s for s in sorted(row.starts[number]) if form.startswith(word, s)), at)
            at = at if at == 0 else start
            held.append(place)
            spans.append((at, at + len(word)))
            slipped |= word != words_[0]
            break
    if not held:
        return None
    whole = "".join(words_[0] for words_ in chosen)
    if slipped:
        how: How = "slip"
    elif form == whole:
        how = "whole"
    elif form.startswith(whole):
        how = "beginning"
    elif any(at == 0 or at in row.starts[number] for at, _ in spans):
        how = "word"
    else:
        how = "part"
    rank = HOWS.index(how)
    other = row.thing.names[number].other
    return _Answer(number, rank, tuple(held), tuple(spans), (-len(held), rank, other, len(form)))


def _found(thing: Named, answer: _Answer) -> Found:
    name = thing.names[answer.name]
    form = form_of(name.text)
    if HOWS[answer.how] in {"whole", "beginning"}:
        spans = [form.span(0, max(end for _, end in answer.spans))]
        if HOWS[answer.how] == "whole":
            spans = [(0, len(name.text))]
    else:
        spans = [form.span(*span) for span in sorted(answer.spans)]
    return Found(thing, name, HOWS[answer.how], tuple(_joined(spans)))


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _sounding_name(thing: Named, key: str) -> Name:
    def distance(name: Name) -> tuple[bool, bool]:
        return (key not in {sound(name.text), *map(sound, name.text.split())}, name.other)

    return min(thing.names, key=distance)
