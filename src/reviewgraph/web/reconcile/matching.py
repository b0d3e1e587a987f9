"""Candidates for a name, and how well each fits.

A score is from 0 to 100. A name that is the same, written in any way (``release.search.forms``), is
worth 100, another name of the thing a little less; of the rest counts the share that is alike, and
names that only sound alike come last. Properties that are asked for and not there take away up to a
third. A candidate is called a match if it is the only one whose name is the same and nothing that
was asked for is missing: what a person would not look at twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice
from typing import Final

from reviewgraph.rdf.terms import IRI, Literal
from reviewgraph.release.search.forms import form
from reviewgraph.release.search.looking import Index
from reviewgraph.release.search.names import Named
from reviewgraph.release.search.sounds import sound
from reviewgraph.web.reconcile.honorifics import stripped
from reviewgraph.web.reconcile.queries import Condition, Query
from reviewgraph.web.search import index_of
from reviewgraph.web.site import Site

_SAME: Final = 100.0
_SAME_BESIDES: Final = 98.0
_ALIKE: Final = 90.0
_SOUNDING: Final = 60.0
_OF_ANOTHER_TYPE: Final = 0.6
_CONDITIONS: Final = 1 / 3
_LEAST: Final = 20.0
_LOOKED_AT: Final = 60
"""Of a name as many things are scored, of a property as many values are looked at."""
_COMPARED: Final = 120
"""Characters: what comparing takes grows with the product of two lengths."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing that may be meant.

    ``name_score`` is how well its name fits, ``conditions`` the share of the properties it has.
    """

    thing: Named
    score: float
    match: bool
    name_score: float
    conditions: float


def candidates(site: Site, query: Query) -> list[Candidate]:
    """What a query may mean, the best first."""
    index = index_of(site)
    scored = []
    for thing in _found(site, index, query):
        fits = _fits(thing, query)
        if not thing.iri.startswith(site.addresses.entity_base) or (
            not fits and query.strict != "should"
        ):
            continue
        name_score = _name_score(site, thing, query.name) if query.name else _SAME
        share = _share(site, thing.iri, query.conditions)
        score = name_score * (1 - _CONDITIONS * (1 - share)) * (1 if fits else _OF_ANOTHER_TYPE)
        if score >= _LEAST:
            scored.append((score, name_score, share, fits, thing))
    scored.sort(key=lambda each: (-each[0], each[4].iri))
    sure = [
        each[4].iri
        for each in scored
        if each[1] >= _SAME_BESIDES and each[2] == 1 and each[3] and query.name
    ]
    alone = sure[0] if len(sure) == 1 else None
    return [
        Candidate(thing, round(score, 1), thing.iri == alone, round(name_score, 1), share)
        for score, name_score, share, _, thing in scored[: query.limit]
    ]


def _found(site: Site, index: Index, query: Query) -> Iterable[Named]:
    """Everything to be scored, each once."""
    if not query.name:
        return _with(site, index, query.conditions)
    found: dict[str, Named] = {}
    for name in dict.fromkeys((query.name, stripped(site, query.name))):
        for each in index.find(name, _LOOKED_AT):
            found.setdefault(each.thing.iri, each.thing)
        for thing in index.alike(name, _LOOKED_AT):
            found.setdefault(thing.iri, thing)
    return found.values()


def _with(site: Site, index: Index, conditions: tuple[Condition, ...]) -> Iterable[Named]:
    """What has the value of the first property, where no name is given."""
    meant = [each.thing.iri for each in index.find(conditions[0].values[0], _LOOKED_AT)]
    pointing = (
        quad.subject.value
        for iri in meant
        for quad in islice(site.store.quads(object=IRI(iri)), _LOOKED_AT)
        if isinstance(quad.subject, IRI)
    )
    for iri in dict.fromkeys(pointing):
        if thing := index.of(iri):
            yield thing


def _fits(thing: Named, query: Query) -> bool:
    if not query.types:
        return True
    held = [each in thing.kinds for each in query.types]
    return all(held) if query.strict == "all" else any(held)


def _name_score(site: Site, thing: Named, name: str) -> float:
    asked = {form(name), form(stripped(site, name))}
    heard = sound(stripped(site, name))
    best = 0.0
    for each in thing.names:
        known = {form(each.text), form(stripped(site, each.text))}
        if asked & known:
            return _SAME_BESIDES if each.other else _SAME
        best = max(best, _ALIKE * max(_alike(one, other) for one in asked for other in known))
        if heard and heard == sound(stripped(site, each.text)):
            best = max(best, _SOUNDING)
    return best


def _alike(one: str, other: str) -> float:
    """The share of two names that is alike, of their beginnings if they are long."""
    return SequenceMatcher(None, one[:_COMPARED], other[:_COMPARED], autojunk=False).ratio()


def _share(site: Site, iri: str, conditions: tuple[Condition, ...]) -> float:
    """How many of the properties a thing has with a value that was asked for."""
    if not conditions:
        return 1.0
    return sum(_has(site, iri, each) for each in conditions) / len(conditions)


def _has(site: Site, iri: str, condition: Condition) -> bool:
    try:
        path = IRI(condition.path)
    except ValueError:
        return False
    asked = {form(value) for value in condition.values} - {""}
    ids = set(condition.values) | {site.addresses.entity_base + each for each in condition.values}
    for quad in islice(site.store.quads(subject=IRI(iri), predicate=path), _LOOKED_AT):
        if isinstance(quad.object, Literal):
            if form(quad.object.value) in asked:
                return True
        elif isinstance(quad.object, IRI):
            if quad.object.value in ids:
                return True
            thing = index_of(site).of(quad.object.value)
            if thing and any(form(name.text) in asked for name in thing.names):
                return True
    return False
