"""``/changes.atom``: what changed from release to release (Atom, RFC 4287).

Entries are those of the history whose release and the one before it are kept. The difference of two
releases never changes: it is sought once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from reviewgraph.errors import Words
from reviewgraph.release.diff.changes import Changes, EntityChange, compare, side_of
from reviewgraph.release.diff.words import STATES, Writer, summary
from reviewgraph.release.history import Entry
from reviewgraph.release.manifest import Release
from reviewgraph.web import addresses
from reviewgraph.web.archive import Archive, Kept
from reviewgraph.web.conditions import is_current
from reviewgraph.web.negotiation import LANGUAGES
from reviewgraph.web.pages import told, xml
from reviewgraph.web.problems import Problem
from reviewgraph.web.site import site_of

ATOM: Final = "application/atom+xml"
MOST_ENTRIES: Final = 20
MOST_ENTITIES: Final = 100
MOST_BYTES: Final = 200_000_000
"""Of two dumps together: larger ones are not compared while somebody waits for a page."""

_TOO_LARGE: Final = Words(
    "เปลี่ยนรุ่น ใช้คำสั่ง reviewgraph diff เพื่อดูรายละเอียด",
    "A new release; the command reviewgraph diff tells what changed.",
)
_FIRST: Final = Words("เผยแพร่ครั้งแรก", "Published for the first time.")


@dataclass(frozen=True, slots=True)
class _Line:
    """An entity that changed: where it is, what it is called, what became of it."""

    address: str
    names: tuple[str, ...]
    state: str


@dataclass(frozen=True, slots=True)
class _Told:
    """An entry of the feed."""

    name: str
    address: str
    updated: str
    title: str
    lines: tuple[_Line, ...]
    more: int


def feed_router(archive: Archive) -> APIRouter:
    """The route of the feed."""
    router = APIRouter(tags=["releases"])
    router.add_api_route(
        addresses.CHANGES,
        _Feed(archive).answer,
        methods=["GET"],
        response_class=Response,
        summary="What changed from release to release (Atom)",
    )
    return router


class _Feed:
    """The feed of the releases that are kept."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._changes = lru_cache(maxsize=MOST_ENTRIES)(self._compare)
        self._lock = (
            Lock()
        )  # whoever asks meanwhile waits for what is found, and seeks it not again

    def answer(self, request: Request) -> Response:
        """What changed from release to release."""
        site, archive = site_of(request), self._archive
        tag = site.etag(f"feed-{len(archive.history)}-{len(archive.kept)}")
        headers = {"ETag": tag, "Cache-Control": "no-cache", **site.dated}
        if is_current(request, tag, site.modified):
            return Response(status_code=304, headers=headers)
        content = xml(
            "changes.atom",
            base=addresses.uri(site.release.base),
            title=" · ".join(dict.fromkeys(told(site.release.titles, lang) for lang in LANGUAGES)),
            updated=archive.history[-1].since.isoformat(),
            publisher=site.release.publisher,
            author=site.labels.of(site.release.publisher, LANGUAGES[0]).text,
            rights=site.release.license,
            entries=self._found(site.release),
        )
        return Response(content, headers=headers, media_type=ATOM)

    def _found(self, release: Release) -> list[_Told]:
        with self._lock:
            return list(self._entries(release))

    def _entries(self, release: Release) -> Iterator[_Told]:
        kept = {each.name: each for each in self._archive.kept}
        history = self._archive.history[-MOST_ENTRIES - 1 :]
        before = (None, *history)
        for previous, entry in reversed([*zip(before, history, strict=False)]):
            if entry.release not in kept:
                continue
            if entry is self._archive.history[0]:
                yield _told(release, entry, _FIRST, ())
            elif previous is not None and previous.release in kept:
                found = self._changes(kept[previous.release], kept[entry.release])
                words = _TOO_LARGE if found is None else summary(found)
                lines = _lines(found, release, entry) if found else ()
                yield _told(release, entry, words, tuple(lines))

    def _compare(self, old: Kept, new: Kept) -> Changes | None:
        """What changed; ``None`` if that cannot be told while somebody waits."""
        try:
            releases = [self._archive.site(each).release for each in (old, new)]
        except Problem:  # written by another version of the program
            return None
        if sum(each.files["dump.nq"].bytes for each in releases) > MOST_BYTES:
            return None
        return compare(*map(side_of, releases))


def _told(release: Release, entry: Entry, words: Words, lines: tuple[_Line, ...]) -> _Told:
    return _Told(
        name=entry.release,
        address=f"{addresses.uri(release.base)}releases/{entry.release}/",
        updated=entry.since.isoformat(),
        title=f"{words.th} / {words.en}",
        lines=lines[:MOST_ENTITIES],
        more=max(0, len(lines) - MOST_ENTITIES),
    )


def _lines(changes: Changes, release: Release, entry: Entry) -> Iterator[_Line]:
    writers = [Writer(changes, [lang]) for lang in LANGUAGES]
    for entity in changes.entities:
        names = dict.fromkeys(filter(None, (writer.name(entity.iri) for writer in writers)))
        yield _Line(
            address=_address(entity, release, entry),
            names=tuple(names) or (entity.iri,),
            state=" / ".join(STATES[entity.state].get(lang) for lang in LANGUAGES),
        )


def _address(entity: EntityChange, release: Release, entry: Entry) -> str:
    """Where the entity is as it was then; empty for one that is not below the base."""
    local = addresses.Addresses(release.base).local(entity.iri)
    if local is None or entity.state == "removed":
        return ""
    return f"{addresses.uri(release.base)}releases/{entry.release}{local}"
