"""The index is written: one file, the things in it by how much they matter.

``part`` finds what holds three characters in a row or more (SQLite's FTS5 with trigrams: Thai is
written without spaces, so a word may stand anywhere). ``short`` lists what holds one or two, the
first things of each only. ``sound`` lists what sounds alike, ``trigram`` all three characters in a
row that there are. A thing's number is its place: what more statements point to comes first, then
the shorter name.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from reviewgraph.errors import ReleaseError
from reviewgraph.release.search.forms import Form, form_of
from reviewgraph.release.search.names import Named
from reviewgraph.release.search.sounds import sounds

BEGIN: Final = "\x02"
"""Stands before each name in what is indexed, so that a name's beginning is a part like others."""
END: Final = "\x03"
"""Stands after each."""
MOST_OF_A_PART: Final = 300
"""As many things are listed for one or two characters, which thousands hold."""
_LONGEST: Final = 2_000
"""As many characters of a name are looked through; what is longer is no name."""

_BEFORE = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -32000;
CREATE TEMP TABLE named (weight INTEGER, length INTEGER, iri TEXT, kinds TEXT, names TEXT);
CREATE TABLE thing (
  id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, kinds TEXT NOT NULL, names TEXT NOT NULL,
  forms TEXT NOT NULL
);
CREATE VIRTUAL TABLE part USING fts5(
  forms, content = '', tokenize = 'trigram case_sensitive 1'
);
CREATE TABLE short (part TEXT, thing INTEGER, PRIMARY KEY (part, thing)) WITHOUT ROWID;
CREATE TABLE sound (key TEXT, thing INTEGER, PRIMARY KEY (key, thing)) WITHOUT ROWID;
CREATE TABLE trigram (text TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_AFTER = """
INSERT INTO part(part) VALUES ('optimize');
CREATE VIRTUAL TABLE temp.word USING fts5vocab(main, part, row);
INSERT INTO trigram SELECT term FROM temp.word
  WHERE instr(term, char(2)) = 0 AND instr(term, char(3)) = 0 ORDER BY term;
DROP TABLE temp.word;
DROP TABLE temp.named;
"""


def write(path: Path, things: Iterable[Named], weight: Callable[[str], int]) -> None:
    """Write the index.

    Args:
        path: the file, which is not there yet.
        things: in any order; none is held.
        weight: how much a thing matters among those of like names, by its IRI.

    Raises:
        ReleaseError: SQLite can't write it.
    """
    try:
        with closing(sqlite3.connect(path)) as database:
            database.executescript(_BEFORE)
            database.executemany(
                "INSERT INTO temp.named VALUES (?, ?, ?, ?, ?)", _rows(things, weight)
            )
            _fill(database)
            database.commit()
            database.executescript(_AFTER)
            database.commit()
    except sqlite3.Error as error:
        raise ReleaseError(
            f"เขียนดัชนีค้นหาไม่สำเร็จ: {error}", f"the search index could not be written: {error}"
        ) from error


def _rows(
    things: Iterable[Named], weight: Callable[[str], int]
) -> Iterator[tuple[int, int, str, str, str]]:
    for thing in things:
        names = [[name.text[:_LONGEST], name.lang, name.other] for name in thing.names]
        yield (
            weight(thing.iri),
            len(thing.names[0].text),
            thing.iri,
            json.dumps(thing.kinds),
            json.dumps(names, ensure_ascii=False),
        )


def _fill(database: sqlite3.Connection) -> None:
    listed: Counter[str] = Counter()
    rows = database.execute(
        "SELECT iri, kinds, names FROM temp.named ORDER BY weight DESC, length, iri"
    )
    for number, (iri, kinds, names) in enumerate(rows, 1):
        read = json.loads(names)
        forms = [form_of(text) for text, _, _ in read]
        joined = "".join(f"{BEGIN}{form.form}{END}" for form in forms)
        kept = [
            [form.text, lang, other, _word_starts(form)]
            for form, (_, lang, other) in zip(forms, read, strict=True)
        ]
        told = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
        database.execute(
            "INSERT INTO thing VALUES (?, ?, ?, ?, ?)", (number, iri, kinds, told, joined)
        )
        database.execute("INSERT INTO part(rowid, forms) VALUES (?, ?)", (number, joined))
        parts = [part for part in _short_parts(joined) if listed[part] < MOST_OF_A_PART]
        listed.update(parts)
        database.executemany("INSERT INTO short VALUES (?, ?)", ((p, number) for p in parts))
        heard = {key for form in forms for key in sounds(form.text)}
        database.executemany("INSERT INTO sound VALUES (?, ?)", ((k, number) for k in heard))


def _word_starts(form: Form) -> list[int]:
    """Where in the form words begin, the first one aside."""
    places = form.places
    return [
        at
        for at in range(1, len(places))
        if any(not letter.isalnum() for letter in form.text[places[at - 1] + 1 : places[at]])
    ]


def _short_parts(joined: str) -> set[str]:
    ones = set(joined) - {BEGIN, END}
    twos = {joined[at : at + 2] for at in range(len(joined) - 1)}
    return ones | {two for two in twos if END not in two}
