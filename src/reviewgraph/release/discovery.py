"""The files by which others find, register and cite a release; each has its own module.

All are made of the store and the dumps of the release itself, so they tell what is in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from rdflib import Graph
from rdflib.namespace import RDFS

from reviewgraph.publication.catalog import ontology_iris
from reviewgraph.publication.folder import Publication
from reviewgraph.publication.words import LABELS, label_properties
from reviewgraph.rdf import syntax as writing
from reviewgraph.rdf.formats import TURTLE
from reviewgraph.rdf.terms import quads_of
from reviewgraph.release import describe, manifest, sitemap
from reviewgraph.release.about import About, about
from reviewgraph.release.citation import citation
from reviewgraph.release.counts import Counts
from reviewgraph.release.dcat import dcat
from reviewgraph.release.dumps import Dumps, read_triples
from reviewgraph.release.guide import Sample, guide
from reviewgraph.release.linksets import link_counts
from reviewgraph.release.schema_org import schema_org
from reviewgraph.release.thai_catalog import thai_catalog
from reviewgraph.store.interface import Store

EXAMPLES = 3
"""How many things are shown of a publication that names none itself."""


def write_discovery(
    publication: Publication,
    store: Store,
    work: Path,
    dumps: Dumps,
    name: str,
) -> None:
    """Write the files.

    Args:
        publication: what is released.
        store: of the release.
        work: the release's directory.
        dumps: those that are in it.
        name: the release's name.
    """
    counts = dumps.counts
    base = publication.catalog.base
    described = about(publication.catalog, store)
    examples = list(islice(sitemap.entities(read_triples(work), base), EXAMPLES))
    links = link_counts(read_triples(work), base)

    def turtle(graph: Graph) -> bytes:
        return writing.serialize(quads_of(graph), TURTLE, publication.prefixes)

    def files() -> Iterator[tuple[str, bytes]]:
        void = describe.void(described, counts, links, examples, name)
        yield manifest.VOID_FILE, turtle(void)
        yield manifest.DCAT_FILE, turtle(dcat(described, dumps.files, name))
        yield manifest.CITATION_FILE, citation(described, name)
        yield manifest.THAI_CATALOG_FILE, thai_catalog(described, dumps.files, name)
        for lang, file in manifest.SCHEMA_ORG_FILES.items():
            yield file, schema_org(described, dumps.files, name, counts.triples, lang)
        yield manifest.GUIDE_FILE, _guide(publication, described, name, counts, examples)
        yield manifest.ROBOTS_FILE, sitemap.robots(base, preview=publication.preview)
        yield from sitemap.sitemaps(base, _pages(publication, work))

    for file, content in files():
        (work / file).write_bytes(content)


def _guide(
    publication: Publication,
    described: About,
    name: str,
    counts: Counts,
    examples: list[str],
) -> bytes:
    questions = [Sample(question.name, question.titles) for question in publication.questions]
    ontologies = ontology_iris(list(publication.ontology))
    own_names = [iri for iri in label_properties(publication.ontology) if iri not in LABELS]
    return guide(
        described,
        name,
        counts.triples,
        questions,
        ontologies,
        examples,
        [str(RDFS.label), *own_names],
        has_context=publication.context is not None,
    )


def _pages(publication: Publication, work: Path) -> Iterator[str]:
    """The canonical addresses of all pages: those of the site, then those of entities."""
    base = sitemap.address(publication.catalog.base)
    yield base
    if publication.catalog.dataset.startswith(publication.catalog.base):
        yield sitemap.address(publication.catalog.dataset)
    for path in ("questions", "dump", "catalog", "graphs", "shapes", "rules", "report", "releases"):
        yield base + path
    for question in publication.questions:
        yield f"{base}questions/{question.name}"
    for ontology in ontology_iris(list(publication.ontology)):
        if ontology.startswith(publication.catalog.base):
            yield sitemap.address(ontology.partition("#")[0])
    for iri in sitemap.entities(read_triples(work), publication.catalog.base):
        yield sitemap.page(publication.catalog.base, iri)
