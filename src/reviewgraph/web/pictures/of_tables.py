"""Answers as pictures: which columns mean what in each layout."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from contextlib import suppress
from datetime import date

from reviewgraph.rdf.terms import Literal, Term
from reviewgraph.store.interface import Table
from reviewgraph.web.dates import day_in_words
from reviewgraph.web.pictures import bars, network, timeline
from reviewgraph.web.site import Site
from reviewgraph.web.values import Valuer
from reviewgraph.web.words import SITE

_DAY = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?", re.ASCII)


def picture(
    site: Site,
    layout: str,
    title: str,
    description: str,
    table: Table,
    headers: list[str],
    lang: str,
) -> str:
    """The picture of an answer as SVG, empty if there is nothing to draw.

    Args:
        site: gives things their names.
        layout: one of ``PICTURES``.
        title: what it is called.
        description: what else is said of it; what it shows comes first.
        table: the answer, with the columns that are shown.
        headers: what these are called.
        lang: of all words.
    """
    words = SITE[f"picture_{layout}"].get(lang)
    about = " ".join(filter(None, (words.format(rows=len(table.rows)), description)))
    return PICTURES[layout](Valuer(site, lang), title, about, table, headers, lang)


def _bars(
    valuer: Valuer, title: str, about: str, table: Table, _headers: list[str], lang: str
) -> str:
    found = []
    for row in table.rows:
        name = next((term for term in row if term is not None and _number(term) is None), None)
        number = next((term for term in row if _number(term) is not None), None)
        length = _number(number)
        if name is not None and number is not None and length is not None and length >= 0:
            shown = valuer.value(number).text
            found.append(bars.Bar(valuer.value(name).text, length, shown))
    return bars.draw(title, about, lang, found) if found else ""


def _timeline(
    valuer: Valuer, title: str, about: str, table: Table, _headers: list[str], lang: str
) -> str:
    start, end = table.variables.index("start"), table.variables.index("end")
    spans = []
    for row in table.rows:
        first = _day(row[start], last=False)
        last = _day(row[end], last=True) or _day(row[start], last=True)
        name = next((t for n, t in enumerate(row) if n not in {start, end} and t is not None), None)
        if first is None or last is None or name is None or last < first:
            continue
        shown = [valuer.value(t).text for n in (start, end) if (t := row[n]) is not None]
        spans.append(
            timeline.Span(valuer.value(name).text, first, last, " – ".join(dict.fromkeys(shown)))
        )
    if not spans:
        return ""
    ticks = [timeline.Tick(day, day_in_words(day, lang)) for day in timeline.days_between(spans)]
    return timeline.draw(title, about, lang, spans, ticks)


def _network(
    valuer: Valuer, title: str, about: str, table: Table, headers: list[str], lang: str
) -> str:
    rows = [
        [None if t is None else network.Node(str(t), valuer.value(t).text) for t in row]
        for row in table.rows
    ]
    return network.draw(title, about, lang, headers, rows) if rows else ""


_Drawing = Callable[[Valuer, str, str, Table, list[str], str], str]
PICTURES: dict[str, _Drawing] = {"bars": _bars, "timeline": _timeline, "network": _network}
"""The layouts that are pictures."""


def _number(term: Term | None) -> float | None:
    if isinstance(term, Literal):
        with suppress(ValueError, OverflowError):
            return float(term.value)
    return None


def _day(term: Term | None, *, last: bool) -> date | None:
    """The first or the last day of a date, a month or a year of four digits."""
    match = _DAY.match(term.value) if isinstance(term, Literal) else None
    if match is None:
        return None
    year = int(match["year"])
    month = int(match["month"] or (12 if last else 1))
    with suppress(ValueError):
        return date(year, month, int(match["day"] or (monthrange(year, month)[1] if last else 1)))
    return None
