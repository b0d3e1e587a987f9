"""One release as the site sees it: its store, its names, its addresses. Made once, read by all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from itertools import chain
from math import inf, isnan
from typing import Any

from fastapi import Request
from rdflib import Graph, URIRef
from rdflib import Literal as RDFLiteral
from rdflib.namespace import OWL, RDFS, SH
from werkzeug.http import http_date

import reviewgraph
from reviewgraph.publication.folder import graph_name
from reviewgraph.rdf.canonical import canonicalize, sha256
from reviewgraph.rdf.formats import JSON_LD, Syntax
from reviewgraph.rdf.jsonld import Context, context_of, read_context
from reviewgraph.rdf.jsonld import tree as json_tree
from reviewgraph.rdf.namespaces import SCHEMA
from reviewgraph.rdf.syntax import serialize
from reviewgraph.rdf.terms import IRI, Quad, Statement, Triple, quads_of, statement
from reviewgraph.release import rules
from reviewgraph.release.about import told
from reviewgraph.release.document import PAGE_SIZE, Document, describe, fragments_of
from reviewgraph.release.manifest import (
    CONTEXT_FILE,
    RULES_FILE,
    SHAPES_FILE,
    Release,
)
from reviewgraph.store.embedded import EmbeddedStore
from reviewgraph.store.interface import Store, Table
from reviewgraph.web.addresses import CONTEXT, PAGES, Addresses, browse, uri
from reviewgraph.web.labels import Labels
from reviewgraph.web.negotiation import LANGUAGES
from reviewgraph.web.rulebook import Rulebook, free, last_part
from reviewgraph.web.term_words import TERMS

SHORT_NAME = 12
# What vocabularies of lists have in common: a thing says which one it is among its like.
_POSITION = IRI(str(SCHEMA.position))
_VERSION_IRI = IRI(str(OWL.versionIRI))


class Site:
    """Everything that answers a request without asking a stranger's query.

    Args:
        release: what is served.
        since: when it was put in force; when it was written, if nobody knows.
        prefix: what all its addresses begin with, of a release that is no longer in force.
        texts: those of sources that are at hand, by the source's IRI.
        store: of the release; without one that in its folder is opened.
    """

    def __init__(
        self,
        release: Release,
        since: datetime | None = None,
        prefix: str = "",
        texts: Mapping[str, str] | None = None,
        store: Store | None = None,
    ) -> None:
        self.release = release
        self.texts = texts or {}
        self._texts_tag = _tag_of(self.texts)
        self.store = store or EmbeddedStore.open(release.store_path)
        self.addresses = Addresses(release.base, prefix)
        self.modified = (since or _written(release)).replace(microsecond=0)
        self.dated = {"Last-Modified": http_date(self.modified)}
        if prefix:  # RFC 7089 section 2.1.1
            self.dated["Memento-Datetime"] = self.dated["Last-Modified"]
        self.labels = Labels(self.store, release.label_properties, release.prefixes, TERMS)
        self.document = lru_cache(maxsize=256)(self._document)
        self.graph = lru_cache(maxsize=8)(self._graph)
        self.statements = lru_cache(maxsize=8)(self._statements)
        self.position = lru_cache(maxsize=50_000)(self._find_position)
        self.knows = lru_cache(maxsize=50_000)(self._knows)
        # Questions are answered here while no worker stands by (see web.asker).
        self.ask: Callable[[str], Table] = self.store.select
        # The OpenAPI document of the application that serves the site, which an archive has not.
        self.interface: Callable[[], dict[str, Any]] = lambda: {"paths": {}}
        self._lock = threading.RLock()  # what is made once may need what is made once
        self._made: dict[str, Any] = {}

    def kept(self, name: str, make: Callable[[Site], Any]) -> Any:  # noqa: ANN401 - its maker knows
        """What a part of the web has made of this site, made once."""
        with self._lock:
            if name not in self._made:
                self._made[name] = make(self)
            return self._made[name]

    @property
    def in_force(self) -> bool:
        """Whether this is what the site is today."""
        return not self.addresses.prefix

    def pages(self, iri: str) -> dict[str, str]:
        """Where the pages of a thing are, by language; empty if it has none."""
        return {lang: at[0] for lang in LANGUAGES if (at := self.href(iri, lang))}

    @property
    def short_name(self) -> str:
        """The release's name as people see it."""
        return self.release.name[:SHORT_NAME]

    def etag(self, representation: str) -> str:
        """The entity tag of a representation, the same for the same release and program."""
        kind = "preview-" if self.release.preview else ""
        version = f"{reviewgraph.__version__}{self._texts_tag}"
        return f'"{self.release.name[:32]}-{version}-{kind}{representation}"'

    def is_draft(self, graphs: Iterable[str]) -> bool:
        """Whether one of the graphs is a draft; in a release that is no preview none is."""
        return not set(self.release.drafts).isdisjoint(graphs)

    def digest(self, file: str) -> str:
        """What sets one version of a file of the release apart from another."""
        entry = self.release.files.get(file)
        return (entry.sha256 if entry else sha256((self.release.path / file).read_bytes()))[:16]

    def fragments(self, iri: str) -> tuple[str, ...]:
        """Everything described as ``<iri>#…``."""
        with self._lock:
            return self._fragments.get(iri, ())

    @cached_property
    def _fragments(self) -> dict[str, tuple[str, ...]]:
        return fragments_of(self.store)

    @cached_property
    def ontologies(self) -> dict[str, str]:
        """The ontologies below the base by the IRIs they answer to, version IRIs included."""
        found = {}
        for ontology in self.release.ontologies:
            if not ontology.startswith(self.release.base):
                continue
            iri = ontology.partition("#")[0]
            found[iri] = iri
            for quad in self.store.quads(subject=IRI(ontology), predicate=_VERSION_IRI):
                if isinstance(quad.object, IRI):
                    found[quad.object.value.partition("#")[0]] = iri
        return found

    @cached_property
    def context(self) -> Context | None:
        """The publication's JSON-LD context."""
        if CONTEXT_FILE not in self.release.files:
            return None
        return read_context(self.release.file(CONTEXT_FILE).read_text(encoding="utf-8"))

    @cached_property
    def tree_context(self) -> Context:
        """The context of JSON: the publication's, or one of its prefixes and names of things."""
        return self.context or context_of(self.release.prefixes, self.release.label_properties)

    @property
    def context_address(self) -> str:
        """Where that context is."""
        return self.addresses.at(CONTEXT)

    def href(self, iri: str, lang: str) -> tuple[str, bool] | None:
        """Where a page in ``lang`` leads to from an IRI, and whether that is outside.

        To the page that tells of it, if there is one here; ``None`` if it is no link.
        """
        local = self.addresses.local(iri)
        if local is None:
            return self.addresses.href(iri)
        whole, hash_sign, fragment = iri.partition("#")
        if self.is_graph(whole) or whole in self.ontologies or self.knows(whole):
            address = uri(f"{hash_sign}{fragment}")
            return self.addresses.page(self.addresses.document(iri) + address, lang), False
        rule = self.rulebook.address(iri)
        if rule is not None or local in PAGES:
            return self.addresses.page(rule or local, lang), False
        return self.addresses.at(local), False

    def _knows(self, iri: str) -> bool:
        """Whether the release says anything of the IRI, or of something named ``<iri>#…``."""
        try:
            node = IRI(iri)
        except ValueError:  # not an IRI at all: nothing can be said of it
            return False
        mentions = chain(
            self.store.quads(subject=node),
            self.store.quads(object=node),
            self.store.quads(predicate=node),
        )
        return next(mentions, None) is not None or bool(self.fragments(iri))

    def is_graph(self, iri: str) -> bool:
        """Whether a named graph of the release is called so."""
        return iri in self.release.graphs

    def _document(self, iri: str, page: int = 1) -> Document | None:
        # An ontology is all of its own terms; that the data uses them is said by the data.
        whole = iri in self.ontologies
        properties = self.release.label_properties
        size = None if whole else PAGE_SIZE
        fragments = self.fragments(iri)
        return describe(self.store, iri, properties, fragments, size, page, inbound=not whole)

    @property
    def typed(self) -> str:
        """The pattern of what is of a class, without the release's own list of files."""
        files = graph_name(self.release.base, "folder")
        return f"GRAPH ?g {{ ?s a ?class }} FILTER(?g != {files})"

    @cached_property
    def class_counts(self) -> dict[str, int]:
        """The classes with the number of their instances, largest first."""
        table = self.store.select(
            f"SELECT ?class (COUNT(DISTINCT ?s) AS ?n) {{ {self.typed} FILTER(isIRI(?class)) }}"
            " GROUP BY ?class ORDER BY DESC(?n) ?class"
        )
        return {row["class"].value: int(row["n"].value) for row in table.dicts()}

    @cached_property
    def class_names(self) -> dict[str, str]:
        """The classes by what the lists of their instances are called in addresses."""
        found: dict[str, str] = {}
        for iri in sorted(self.class_counts):
            short = self.labels.short(iri)
            name = last_part(iri) if short == iri else short.replace(":", "-")
            found[free(name or "class", found)] = iri
        return found

    @cached_property
    def lists(self) -> dict[str, str]:
        """The address of the list of each class's instances."""
        return {iri: browse(name) for name, iri in self.class_names.items()}

    @cached_property
    def rulebook(self) -> Rulebook:
        """The shapes that the release was judged by."""
        files = self.release.files
        graph = self.graph(SHAPES_FILE) if SHAPES_FILE in files else Graph()
        has_entries = RULES_FILE in files
        entries = rules.read(self.release.file(RULES_FILE).read_bytes()) if has_entries else {}
        return Rulebook(graph, entries)

    @cached_property
    def property_order(self) -> dict[str, tuple[float, float]]:
        """The places of properties on a page: the first that a property shape gives each.

        It is the ``sh:order`` of the shape's group, then its own (SHACL 2.3.2.2 and 2.3.2.3).
        """
        if SHAPES_FILE not in self.release.files:
            return {}
        graph = self.graph(SHAPES_FILE)
        found: dict[str, tuple[float, float]] = {}
        for shape, path in graph.subject_objects(SH.path):
            order = _number(graph.value(shape, SH.order))
            if isinstance(path, URIRef) and order is not None:
                group = _number(graph.value(graph.value(shape, SH.group), SH.order))
                place = (inf if group is None else group, order)
                found[str(path)] = min(place, found.get(str(path), place))
        return found

    def property_group(self, name: str, lang: str) -> str:
        """The heading of a property on a page: the name of the first group that a shape gives it.

        Empty if there is none (SHACL 2.3.2.3).
        """
        return told(self._property_groups.get(name, {}), lang, "th", "en")

    @cached_property
    def _property_groups(self) -> dict[str, dict[str, str]]:
        if SHAPES_FILE not in self.release.files:
            return {}
        graph = self.graph(SHAPES_FILE)
        found: dict[str, tuple[float, dict[str, str]]] = {}
        for shape, path in graph.subject_objects(SH.path):
            group = graph.value(shape, SH.group)
            order = _number(graph.value(group, SH.order)) if group is not None else None
            if group is None or not isinstance(path, URIRef):
                continue
            names = {
                label.language or "": str(label)
                for label in graph.objects(group, RDFS.label)
                if isinstance(label, RDFLiteral)
            }
            place = inf if order is None else order
            if place < found.get(str(path), (inf, {}))[0] or str(path) not in found:
                found[str(path)] = (place, names)
        return {path: names for path, (_, names) in found.items()}

    def _find_position(self, iri: str) -> float | None:
        values = self.store.quads(subject=IRI(iri), predicate=_POSITION)
        found = [_number(quad.object) for quad in values]
        return min((number for number in found if number is not None), default=None)

    def _graph(self, file: str) -> Graph:
        """The graph in a Turtle file of the release; nobody may change it."""
        graph = Graph(bind_namespaces="none")
        graph.parse(data=self.release.file(file).read_bytes(), format="turtle")
        return graph

    def _statements(self, file: str) -> tuple[Quad, ...]:
        """The same, with blank nodes called alike each time: equal tags have equal bytes."""
        return tuple(canonicalize(quads_of(self.graph(file))))

    def write(self, statements: Iterable[Statement | Quad], syntax: Syntax) -> bytes:
        """Statements in a syntax, graph names left out."""
        triples = [
            Triple(*(statement(item) if isinstance(item, Quad) else item)) for item in statements
        ]
        context = self.context if syntax is JSON_LD else None
        return serialize(triples, syntax, self.release.prefixes, context)

    def write_tree(self, statements: Iterable[Statement | Quad], root: str) -> bytes:
        """Statements as JSON: what is said of ``root``, with what that leads to inside."""
        triples = [
            Triple(*(statement(item) if isinstance(item, Quad) else item)) for item in statements
        ]
        names = self.release.label_properties
        return json_tree(triples, root, self.tree_context, names)


def _tag_of(texts: Mapping[str, str]) -> str:
    """What sets entity tags apart by the texts that pages quote."""
    whole = "\0".join(f"{source}\0{text}" for source, text in sorted(texts.items()))
    return f"+{sha256(whole.encode())[:8]}" if texts else ""


def _written(release: Release) -> datetime:
    """When the release was written to this disk."""
    return datetime.fromtimestamp(release.path.stat().st_mtime, UTC)


def _number(value: object) -> float | None:
    try:
        number = float(str(getattr(value, "value", value)))
    except ValueError:
        return None
    return None if isnan(number) else number


def site_of(request: Request) -> Site:
    """The site that a request came to."""
    site: Site = request.app.state.site
    return site
