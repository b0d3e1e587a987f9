"""A rule as a page shows it, whether a shape or one of the gate's own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

from rdflib import Literal as RdflibLiteral
from rdflib import URIRef
from rdflib.namespace import RDFS, SH
from rdflib.term import Node

from reviewgraph.gate.examples import Example, RuleExamples
from reviewgraph.gate.report import Rule
from reviewgraph.web.pages import told
from reviewgraph.web.rulebook import TARGETS, Rulebook, anchor
from reviewgraph.web.values import Value
from reviewgraph.web.view import Viewer

_SEVERITIES = frozenset({"violation", "warning", "info"})


@dataclass(frozen=True, slots=True)
class RuleLink:
    """Another rule: its title and the address of its page, empty for one without a name."""

    title: str
    address: str
    severity: str = ""
    messages: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """Examples of one kind: what is shown at once, and what on demand."""

    first: tuple[Example, ...] = ()
    more: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleView:
    """A page: what a rule is called, what it looks at, what it says and why, right and wrong.

    ``messages`` are pairs of language and text: all languages are shown, since a steward meets
    either. ``parts`` are the rules it consists of, ``uses`` what it refers to, ``used_by`` what
    refers to it. ``queries`` are those of SPARQL-based constraints, each with its anchor.
    """

    iri: str
    name: str
    title: str
    description: str
    severity: str = ""
    messages: tuple[tuple[str, str], ...] = ()
    place: str = ""
    targets: tuple[Value, ...] = ()
    path: Value | None = None
    parts: tuple[RuleLink, ...] = ()
    uses: tuple[RuleLink, ...] = ()
    used_by: tuple[RuleLink, ...] = ()
    queries: tuple[tuple[str, str], ...] = ()
    invalid: Shown = Shown()
    valid: Shown = Shown()


@dataclass(frozen=True, slots=True)
class Group:
    """Rules under one heading, by the shape whose targets they look at."""

    anchor: str
    title: str
    shapes: tuple[tuple[RuleLink, tuple[RuleLink, ...]], ...]


def own_view(rule: Rule, examples: RuleExamples, lang: str) -> RuleView:
    """One of the gate's own rules; the files of its example belong together."""
    return RuleView(
        iri=rule.iri,
        name=rule.name,
        title=rule.title.get(lang),
        description=rule.description.get(lang),
        severity=rule.severity.name.lower(),
        invalid=Shown(examples.invalid),
        valid=Shown(examples.valid),
    )


def shape_view(book: Rulebook, iri: str, viewer: Viewer, lang: str) -> RuleView:
    """A shape."""
    graph, node = book.graph, URIRef(iri)
    entry = book.entry(iri)
    examples = entry.examples if entry else RuleExamples()
    parts = set(graph.objects(node, SH.property))
    used = {
        str(value.value)
        for _, _, value in book.statements(iri)
        if hasattr(value, "value") and str(value.value) in book
    }
    used -= {iri, *map(str, parts), *map(str, graph.objects(None, SH.prefixes))}
    holders = book.above(node)
    seen_from = [node, *(URIRef(each) for each in sorted(holders))]
    path = graph.value(node, SH.path)
    messages = _texts(graph.objects(node, SH.message))
    return RuleView(
        iri=iri,
        name=book.name(iri),
        title=_title(book, node, lang),
        description=told(dict(_reasons(book, node)), lang),
        severity=_severity(book, node) if messages else "",
        messages=messages,
        place=f"{entry.place.file}:{entry.place.line}" if entry and entry.place else "",
        targets=tuple(_targets(book, seen_from, viewer)),
        path=viewer.link(str(path)) if isinstance(path, URIRef) else None,
        parts=tuple(_link(book, part, lang) for part in _ordered(book, parts, lang)),
        uses=tuple(_link(book, URIRef(each), lang) for each in sorted(used)),
        used_by=tuple(_link(book, URIRef(each), lang) for each in sorted(holders)),
        queries=tuple(_queries(book, node)),
        invalid=Shown(examples.invalid[:1], examples.invalid[1:]),
        valid=Shown(examples.valid[:1], examples.valid[1:]),
    )


def contents(book: Rulebook, lang: str) -> list[Group]:
    """All rules: by group in the order of the groups, there by the shape with the targets."""
    roots = book.roots()
    listed: dict[Node | None, dict[str, set[Node]]] = {}
    for rule in book.rules():
        holders = [str(holder) for holder in book.graph.subjects(SH.property, rule)]
        if rule in roots or not holders:
            holders = [str(rule)]
        group = book.graph.value(rule, SH.group)
        for holder in holders:
            listed.setdefault(group, {}).setdefault(holder, set()).add(rule)
    mentioned = {holder for by_holder in listed.values() for holder in by_holder}
    for root in roots:
        if str(root) in book and str(root) not in mentioned:
            listed.setdefault(None, {}).setdefault(str(root), set())
    groups = sorted(
        listed, key=lambda group: (_order(book, group), _title(book, group, lang) if group else "")
    )
    return [
        Group(
            anchor=anchor(str(group)) if group else "",
            title=_title(book, group, lang) if group else "",
            shapes=tuple(_by_title(book, listed[group], lang)),
        )
        for group in groups
    ]


def _by_title(
    book: Rulebook, by_holder: dict[str, set[Node]], lang: str
) -> list[tuple[RuleLink, tuple[RuleLink, ...]]]:
    found = []
    for holder, rules in by_holder.items():
        node = URIRef(holder)
        links = tuple(_link(book, rule, lang) for rule in _ordered(book, rules - {node}, lang))
        found.append((_link(book, node, lang), links))
    return sorted(found, key=lambda entry: (entry[0].title, entry[0].address))


def _link(book: Rulebook, node: Node, lang: str) -> RuleLink:
    messages = _texts(book.graph.objects(node, SH.message))
    named = str(node) in book
    return RuleLink(
        title=_title(book, node, lang),
        address=book.page(str(node)) if named else "",
        severity=_severity(book, node) if messages else "",
        messages=() if named else messages,
    )


def _ordered(book: Rulebook, nodes: Iterable[Node], lang: str) -> list[Node]:
    return sorted(nodes, key=lambda node: (_order(book, node), _title(book, node, lang), str(node)))


def _order(book: Rulebook, node: Node | None) -> float:
    value = book.graph.value(node, SH.order) if node else None
    try:
        return float(str(value))
    except ValueError:
        return inf


def _title(book: Rulebook, node: Node, lang: str) -> str:
    for name in (SH.name, RDFS.label):
        if texts := _texts(book.graph.objects(node, name)):
            return told(dict(texts), lang)
    if isinstance(node, URIRef):
        return book.name(str(node))
    path = book.graph.value(node, SH.path)
    return path.n3(book.graph.namespace_manager) if isinstance(path, URIRef) else "–"


def _reasons(book: Rulebook, node: Node) -> tuple[tuple[str, str], ...]:
    return _texts(book.graph.objects(node, SH.description)) or _texts(
        book.graph.objects(node, RDFS.comment)
    )


def _severity(book: Rulebook, node: Node) -> str:
    holder = book.graph.value(predicate=SH.sparql, object=node) or node
    severity = str(book.graph.value(holder, SH.severity) or SH.Violation)
    name = severity.rpartition("#")[2].lower()
    return name if name in _SEVERITIES else "violation"


def _targets(book: Rulebook, shapes: Iterable[Node], viewer: Viewer) -> Iterable[Value]:
    targets = {
        str(target)
        for shape in shapes
        for predicate in TARGETS
        for target in book.graph.objects(shape, predicate)
        if isinstance(target, URIRef)
    }
    return (viewer.link(target) for target in sorted(targets))


def _queries(book: Rulebook, node: URIRef) -> Iterable[tuple[str, str]]:
    constraints = [node, *sorted(book.graph.objects(node, SH.sparql), key=str)]
    for constraint in constraints:
        for query in book.graph.objects(constraint, SH.select):
            own = isinstance(constraint, URIRef) and constraint != node
            yield anchor(str(constraint)) if own else "", _outdented(str(query))


def _outdented(query: str) -> str:
    lines = query.strip("\n").rstrip().splitlines()
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join(line[margin:] for line in lines)


def _texts(values: Iterable[Node]) -> tuple[tuple[str, str], ...]:
    """Language and text, Thai before English."""
    found = {
        value.language or "": str(value) for value in values if isinstance(value, RdflibLiteral)
    }
    order = {"th": 0, "en": 1}
    return tuple(sorted(found.items(), key=lambda entry: (order.get(entry[0], 2), entry)))
