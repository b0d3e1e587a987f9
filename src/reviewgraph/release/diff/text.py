"""Changes for a terminal: removed and added statements below each entity."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reviewgraph.rdf.terms import Term
from reviewgraph.release.diff.changes import Changes, EntityChange, Told
from reviewgraph.release.diff.words import FILES, MARKS, STATES, Writer, summary

_RED, _GREEN, _CYAN, _BOLD, _PLAIN = "\x1b[31m", "\x1b[32m", "\x1b[36m", "\x1b[1m", "\x1b[0m"
_COLOURS = {"added": _GREEN, "removed": _RED, "changed": _CYAN}


def write(changes: Changes, langs: Sequence[str], *, colour: bool = False) -> str:
    """The text.

    Args:
        changes: what to tell.
        langs: the languages of the words, the first one also of names.
        colour: whether for a terminal that shows colours.
    """
    lines = list(_lines(changes, langs, colour=colour))
    return "\n".join(lines) + "\n"


def _lines(changes: Changes, langs: Sequence[str], *, colour: bool) -> Iterator[str]:
    def painted(text: str, code: str) -> str:
        return f"{code}{text}{_PLAIN}" if colour else text

    writer = Writer(changes, langs)
    for lang in langs:
        yield painted(summary(changes).get(lang), _BOLD)
    for entity in changes.entities:
        yield ""
        name = writer.name(entity.iri)
        state = " / ".join(STATES[entity.state].get(lang) for lang in langs)
        head = f"{MARKS[entity.state]} {name + ' ' if name else ''}<{entity.iri}> ({state})"
        yield painted(head, _COLOURS[entity.state])
        for mark, told, other in paired(entity):
            line = writer.statement(told.statement, entity.iri, other)
            graphs = " ".join(_graph(graph, changes) for graph in told.graphs)
            yield painted(f"  {mark} {line}  [{graphs}]", _GREEN if mark == "+" else _RED)
        for moved in entity.moved:
            line = writer.statement(moved.statement, entity.iri)
            before, after = (
                " ".join(_graph(graph, changes) for graph in graphs)
                for graphs in (moved.before, moved.after)
            )
            yield painted(f"  > {line}  [{before} → {after}]", _CYAN)
    if changes.files:
        yield ""
        yield painted(" / ".join(FILES.get(lang) for lang in langs), _BOLD)
        for file in changes.files:
            yield painted(f"  {MARKS[file.state]} {file.path}", _COLOURS[file.state])


def paired(entity: EntityChange) -> Iterator[tuple[str, Told, Term | None]]:
    """The statements, each with the value that it took the place of, or that took its place.

    Those of one subject and property stand together, what is gone before what came.
    """
    keys = sorted({_key(told) for told in (*entity.removed, *entity.added)})
    for key in keys:
        gone = [told for told in entity.removed if _key(told) == key]
        came = [told for told in entity.added if _key(told) == key]
        alone = len(gone) == len(came) == 1
        for told in gone:
            yield "-", told, came[0].statement[2] if alone else None
        for told in came:
            yield "+", told, gone[0].statement[2] if alone else None


def _key(told: Told) -> tuple[str, str]:
    subject, predicate, _ = told.statement
    return str(subject), str(predicate)


def _graph(iri: str, changes: Changes) -> str:
    for base in (changes.new.base, changes.old.base):
        if iri.startswith(f"{base}graph/"):
            return iri.removeprefix(f"{base}graph/")
    return f"<{iri}>"
