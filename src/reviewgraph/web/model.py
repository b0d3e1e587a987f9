"""How the words of an ontology go together and are used: what the shapes ask of a class, instances.

The shapes say more than the ontology does: which properties an instance has, how many values, and
what these are (SHACL 2.1.3, 4.1, 4.2). What they say of a class is shown with the class, and drawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from rdflib import Graph, URIRef
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from reviewgraph.rdf.terms import IRI, Literal, Term
from reviewgraph.release.manifest import SHAPES_FILE
from reviewgraph.web.pictures import network
from reviewgraph.web.site import Site
from reviewgraph.web.usage import usage_of
from reviewgraph.web.values import Value, Valuer
from reviewgraph.web.words import SITE

_EXAMPLES: Final = 2
_LOOKED_AT: Final = 50
"""Of a class with thousands of instances the first of these are examples."""
_TYPE: Final = IRI(str(RDF.type))


@dataclass(frozen=True, slots=True)
class Demand:
    """What the shapes ask of the values of a property: how many, and of what kind."""

    path: str
    least: int
    most: int | None
    kinds: tuple[str, ...]

    @property
    def says_something(self) -> bool:
        """Whether there are values that it would refuse; a shape may do no more than name it."""
        return bool(self.least or self.most is not None or self.kinds)


@dataclass(frozen=True, slots=True)
class Asked:
    """The same for a reader."""

    name: Value
    count: str
    kinds: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """How a word is used: how often, where one can see it, and what is asked of it."""

    count: int
    counted: str
    examples: tuple[tuple[Value, ...], ...]
    asked: tuple[Asked, ...] = ()


def use(site: Site, iri: str, lang: str, here: str = "") -> Use | None:
    """How a class or a property is used, told at ``here``; nothing for other words."""
    usage = usage_of(site)
    valuer = Valuer(site, lang, here)
    if iri in usage.classes:
        demands = _demands(site).get(iri, ())
        asked = tuple(_asked(each, site, valuer, lang) for each in demands if each.says_something)
        examples = tuple((valuer.link(thing),) for thing in _instances(site, iri))
        return Use(usage.classes[iri], SITE["instances"].get(lang), examples, asked)
    if iri in usage.properties:
        counted = SITE["uses"].get(lang)
        return Use(usage.properties[iri], counted, tuple(_statements(site, iri, valuer)))
    return None


def connections(site: Site) -> list[tuple[str, str, str]]:
    """The classes with the properties that lead from one to another."""
    classes = usage_of(site).classes
    return [
        (name, demand.path, kind)
        for name, demands in sorted(_demands(site).items())
        for demand in demands
        for kind in demand.kinds
        if kind in classes
    ]


def diagram(site: Site, lang: str) -> str:
    """The connections as SVG."""

    def node(iri: str) -> network.Node:
        return network.Node(iri, site.labels.of(iri, lang).text)

    rows = [(node(one), node(path), node(other)) for one, path, other in connections(site)]
    words = [SITE[key].get(lang) for key in ("class", "property", "class")]
    title = SITE["class_diagram"].get(lang)
    about = SITE["class_diagram_about"].get(lang)
    return network.draw(title, about, lang, words, rows)


def _demands(site: Site) -> dict[str, tuple[Demand, ...]]:
    """What the shapes ask of the instances of each class, in the order of its properties."""
    demands: dict[str, tuple[Demand, ...]] = site.kept("demands", _read)
    return demands


def _read(site: Site) -> dict[str, tuple[Demand, ...]]:
    if SHAPES_FILE not in site.release.files:
        return {}
    graph = site.graph(SHAPES_FILE)
    found: dict[str, dict[str, Demand]] = {}
    for shape, name in graph.subject_objects(SH.targetClass):
        for part in graph.objects(shape, SH.property):
            path = graph.value(part, SH.path)
            if isinstance(path, URIRef) and isinstance(name, URIRef):
                of_class = found.setdefault(str(name), {})
                of_class[str(path)] = _joined(of_class.get(str(path)), _demand(graph, part, path))
    order = site.property_order
    last = (float("inf"), float("inf"))
    return {
        name: tuple(
            sorted(demands.values(), key=lambda each: (order.get(each.path, last), each.path))
        )
        for name, demands in found.items()
    }


def _demand(graph: Graph, part: Node, path: URIRef) -> Demand:
    least: Any = graph.value(part, SH.minCount)
    most: Any = graph.value(part, SH.maxCount)
    kinds = {
        str(kind)
        for predicate in (SH["class"], SH.datatype)
        for kind in graph.objects(part, predicate)
    }
    return Demand(
        str(path),
        0 if least is None else int(least),
        None if most is None else int(most),
        tuple(sorted(kinds)),
    )


def _joined(one: Demand | None, other: Demand) -> Demand:
    """Both demands at once: several shapes may speak of one property."""
    if one is None:
        return other
    limits = [most for most in (one.most, other.most) if most is not None]
    kinds = tuple(sorted({*one.kinds, *other.kinds}))
    return Demand(one.path, max(one.least, other.least), min(limits, default=None), kinds)


def _asked(demand: Demand, site: Site, valuer: Valuer, lang: str) -> Asked:
    if demand.most is None:
        count = f"≥ {demand.least}"
    elif demand.least == demand.most:
        count = str(demand.least)
    else:
        count = f"{demand.least}–{demand.most}"
    if demand.least == 0 and demand.most is None:
        count = SITE["any_number"].get(lang)
    classes = usage_of(site).classes
    kinds = (
        valuer.link(kind) if kind in classes else Value(site.labels.short(kind))
        for kind in demand.kinds
    )
    return Asked(valuer.link(demand.path), count, tuple(kinds))


def _instances(site: Site, iri: str) -> list[str]:
    found = {
        quad.subject.value
        for quad in islice(site.store.quads(predicate=_TYPE, object=IRI(iri)), _LOOKED_AT)
        if isinstance(quad.subject, IRI)
    }
    return sorted(found)[:_EXAMPLES]


def _statements(site: Site, iri: str, valuer: Valuer) -> Iterator[tuple[Value, ...]]:
    quads = islice(site.store.quads(predicate=IRI(iri)), _LOOKED_AT)
    told: list[tuple[str, str, Term]] = [
        (quad.subject.value, str(quad.object), quad.object)
        for quad in quads
        if isinstance(quad.subject, IRI) and isinstance(quad.object, IRI | Literal)
    ]
    shown = {subject: value for subject, _, value in sorted(told, key=lambda each: each[:2])}
    for subject, value in list(shown.items())[:1]:
        yield valuer.link(subject), valuer.value(value)
