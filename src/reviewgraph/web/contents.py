"""Everything that a site has at an address of its own, for whoever wants all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from reviewgraph.gate.rules import own_rules
from reviewgraph.rdf.formats import RDF_SYNTAXES
from reviewgraph.rdf.terms import IRI
from reviewgraph.release import manifest
from reviewgraph.web import (
    addresses,
    definitions,
    discovery,
    downloads,
    entities,
    explorer,
    figures,
    home,
    interface,
    questions,
    rules,
)
from reviewgraph.web.archive import Archive
from reviewgraph.web.releases import listing as releases
from reviewgraph.web.report import report
from reviewgraph.web.representations import Resource, page_endings
from reviewgraph.web.site import Site
from reviewgraph.web.static import NAMES


def every_address(site: Site, archive: Archive) -> Iterator[str]:
    """The address of each representation of the site and of all releases that are kept."""
    yield from _addresses_of(site)
    yield from (f"{addresses.SPARQL}.{ending}" for ending in page_endings())
    yield from (addresses.OPENAPI, addresses.CHANGES, addresses.VOCABULARY)
    yield from (f"{addresses.STATIC}/{name}" for name in NAMES)
    for resource in (
        questions.listing(site),
        releases(site, archive),
        interface.resource(site),
    ):
        yield from resource.addresses()
    if manifest.SEARCH_FILE in site.release.files:
        yield from (f"{addresses.SEARCH}.{ending}" for ending in page_endings())
        yield addresses.SEARCH_INDEX
        yield from explorer.resource(site).addresses()
    for question in site.release.questions:
        yield from questions.resource(site, question).addresses()
    for kept in archive.kept:
        yield from _addresses_of(archive.site(kept))


def documents(site: Site) -> list[str]:
    """The IRIs below the base that have a document, without those of ontologies and graphs."""
    found: set[str] = set()
    for quad in site.store.quads():
        for term in (quad.subject, quad.predicate, quad.object):
            if isinstance(term, IRI) and term.value.startswith(site.release.base):
                found.add(term.value.partition("#")[0])
    found -= {*site.ontologies, *site.release.graphs, site.release.base}
    return sorted(iri for iri in found if site.addresses.local(iri))


def _addresses_of(site: Site) -> Iterator[str]:
    for resource in _resources(site):
        yield from resource.addresses()
    yield from map(site.addresses.at, _files(site.release))


def _resources(site: Site) -> Iterator[Resource]:
    yield home.home(site)
    for iri in documents(site):
        yield from _pages(partial(entities.resource, site, iri))
        yield from figures.of_entity(site, iri)
    if site.release.dataset not in documents(site):
        yield from figures.of_entity(site, site.release.dataset)
    for iri in site.ontologies:
        yield definitions.ontology_resource(site, iri)
    yield definitions.graphs(site)
    for iri in site.release.graphs:
        if site.addresses.local(iri):
            yield definitions.graph_resource(site, iri)
    for iri in site.lists:
        yield from _pages(partial(home.listing, site, iri))
    yield from _rules(site)
    files = site.release.files
    for file, make in (
        (manifest.REPORT_FILE, report),
        (manifest.VOID_FILE, downloads.void),
        (manifest.DCAT_FILE, downloads.catalog),
    ):
        if file in files:
            yield make(site)
    yield downloads.listing(site)


def _rules(site: Site) -> Iterator[Resource]:
    yield rules.own_rules_list(site)
    for iri in own_rules():
        yield rules.own_rule(site, iri)
    if manifest.SHAPES_FILE in site.release.files:
        yield rules.shapes(site)
        for iri in site.rulebook:
            yield rules.shape(site, iri)


def _pages(make: Callable[[int], Resource]) -> Iterator[Resource]:
    resource = make(1)
    yield resource
    while resource.more:
        resource = make(resource.page + 1)
        yield resource


def _files(release: manifest.Release) -> Iterator[str]:
    for syntax in RDF_SYNTAXES:
        for name in (f"dump.{syntax.extension}", f"dump.{syntax.extension}.gz"):
            if name in release.files:
                yield addresses.dump(name)
    if manifest.CHECKSUMS in release.files:
        yield addresses.CHECKSUMS
    yield addresses.CONTEXT
    yield addresses.MANIFEST
    yield from discovery.addresses_of(release)
    if manifest.VOID_FILE in release.files:
        yield addresses.VOID
