"""Link headers by which programs find their way: https://signposting.org/profile/.

To the dataset's landing page (``/`` and the document of the dataset) belong the dumps as its
items; documents of entities and the dumps point back to it as their collection.
"""

from __future__ import annotations

from collections.abc import Iterator

from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, RDF

from reviewgraph.rdf.formats import GRAPH_SYNTAXES, RDF_SYNTAXES
from reviewgraph.rdf.terms import IRI
from reviewgraph.release import manifest
from reviewgraph.web import addresses
from reviewgraph.web.addresses import uri
from reviewgraph.web.site import Site

ABOUT_PAGE = "https://schema.org/AboutPage"
DATASET = "https://schema.org/Dataset"
MOST_TYPES = 8
"""How many types of an entity are told: a header is no place for a list without end."""
_TYPE = IRI(str(RDF.type))


def of_document(site: Site, iri: str) -> list[str]:
    """What the document of something says of itself; what it is written in is told elsewhere."""
    if iri == site.release.dataset:
        return [link(iri, "canonical"), *_of_dataset(site)]
    return [
        link(iri, "canonical"),
        link(iri, "cite-as"),
        link(ABOUT_PAGE, "type"),
        *(link(kind, "type") for kind in types(site, iri)),
        *_by_whom(site),
        link(_landing(site), "collection"),
    ]


def of_landing_page(site: Site) -> list[str]:
    """What the home page says."""
    found = list(_of_dataset(site))
    if site.in_force:
        found.append(link(addresses.OPENAPI, "service-desc", "application/json"))
    return found


def of_content(site: Site) -> list[str]:
    """What a file of the dataset says: whose it is, and where it is described."""
    return [*_by_whom(site), link(_landing(site), "collection")]


def link(target: str, relation: str, media_type: str = "") -> str:
    """One entry of a Link header (RFC 8288)."""
    kind = f'; type="{media_type}"' if media_type else ""
    return f'<{uri(target)}>; rel="{relation}"{kind}'


def types(site: Site, iri: str) -> list[str]:
    """The classes of a thing that have an address, in order, up to a bound."""
    found = {
        quad.object.value
        for quad in site.store.quads(subject=IRI(iri), predicate=_TYPE)
        if isinstance(quad.object, IRI) and _has_address(quad.object.value)
    }
    return sorted(found)[:MOST_TYPES]


def _of_dataset(site: Site) -> Iterator[str]:
    yield link(site.release.dataset, "cite-as")
    yield link(DATASET, "type")
    yield link(ABOUT_PAGE, "type")
    yield from _by_whom(site)
    for address in (addresses.VOID, addresses.CATALOG):
        for syntax in GRAPH_SYNTAXES:
            described = site.addresses.at(f"{address}.{syntax.extension}")
            yield link(described, "describedby", syntax.media_type)
    for syntax in RDF_SYNTAXES:
        for suffix in ("", ".gz"):
            name = f"dump.{syntax.extension}{suffix}"
            if name in site.release.files:
                media_type = "application/gzip" if suffix else syntax.media_type
                yield link(site.addresses.at(addresses.dump(name)), "item", media_type)
    if manifest.CITATION_FILE in site.release.files:
        yield link(site.addresses.at(addresses.CITATION), "describedby", "application/yaml")


def _by_whom(site: Site) -> Iterator[str]:
    for author in _authors(site):
        yield link(author, "author")
    yield link(site.release.license, "license")


def _authors(site: Site) -> list[str]:
    """The dataset's creators, else its publisher."""
    files = site.release.files
    graph = site.graph(manifest.DCAT_FILE) if manifest.DCAT_FILE in files else Graph()
    creators = graph.objects(URIRef(site.release.dataset), DCTERMS.creator)
    found = sorted(str(creator) for creator in creators if isinstance(creator, URIRef))
    # A publisher may be a mere text, which is no target of a link.
    return [each for each in found or [site.release.publisher] if _has_address(each)]


def _landing(site: Site) -> str:
    local = site.addresses.local(site.release.dataset)
    return site.addresses.at(local) if local else site.release.dataset


def _has_address(iri: str) -> bool:
    return iri.startswith(("http://", "https://"))
