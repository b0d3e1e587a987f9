"""Changes as a comment on a pull request: the numbers, then each entity folded away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reviewgraph.errors import Words
from reviewgraph.gate.formats.markup import LONGEST, code, prose
from reviewgraph.release.diff.changes import Changes, EntityChange
from reviewgraph.release.diff.text import paired
from reviewgraph.release.diff.words import FILES, MARKS, STATES, Writer, summary

MOST_LINES = 200
_SIGNS = {"+": "➕", "-": "➖"}
_MORE_LINES = Words("ข้อความอีก", "more statements:")
_MORE = Words("ไม่ได้แสดงอีก", "left out:")


def write(changes: Changes, langs: Sequence[str]) -> str:
    """The Markdown, in ``LONGEST`` characters; what is left out is counted.

    Args:
        changes: what to tell.
        langs: the languages of the words, the first one also of names.
    """
    head = "".join(f"**{prose(summary(changes).get(lang))}**\n\n" for lang in langs)
    writer = Writer(changes, langs)
    parts, room = [], LONGEST - len(head) - 200
    left = len(changes.entities) + bool(changes.files)
    for part in _parts(changes, writer, langs):
        room -= len(part)
        if room < 0:
            break
        parts.append(part)
        left -= 1
    rest = f"\n{_said(_MORE, langs)} {left}\n" if left else ""
    return head + "".join(parts) + rest


def _parts(changes: Changes, writer: Writer, langs: Sequence[str]) -> Iterator[str]:
    for entity in changes.entities:
        name = writer.name(entity.iri)
        title = f"{MARKS[entity.state]} {prose(name) + ' ' if name else ''}{code(entity.iri)}"
        state = _said(STATES[entity.state], langs)
        yield _folded(f"{title} ({state})", list(_statements(entity, writer)), langs)
    if changes.files:
        lines = [f"- {MARKS[file.state]} {code(file.path)}\n" for file in changes.files]
        yield _folded(_said(FILES, langs), lines, langs)


def _folded(title: str, lines: list[str], langs: Sequence[str]) -> str:
    shown = "".join(lines[:MOST_LINES])
    if len(lines) > MOST_LINES:
        shown += f"- {_said(_MORE_LINES, langs)} {len(lines) - MOST_LINES}\n"
    return f"<details><summary>{title}</summary>\n\n{shown}\n</details>\n"


def _statements(entity: EntityChange, writer: Writer) -> Iterator[str]:
    for mark, told, other in paired(entity):
        line = code(writer.statement(told.statement, entity.iri, other))
        yield f"- {_SIGNS[mark]} {line}\n"
    for moved in entity.moved:
        graphs = [
            ", ".join(graph.rpartition("/graph/")[2] for graph in side)
            for side in (moved.before, moved.after)
        ]
        where = f"{code(graphs[0])} → {code(graphs[1])}"
        yield f"- ➡️ {code(writer.statement(moved.statement, entity.iri))} ({where})\n"


def _said(words: Words, langs: Sequence[str]) -> str:
    return " / ".join(prose(words.get(lang)) for lang in langs)
