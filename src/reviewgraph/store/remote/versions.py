"""What graphs are called in another engine, and blank nodes, which may not go there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from rdflib.namespace import DCAT, DCTERMS, RDF, VOID, XSD

from reviewgraph.rdf.terms import BlankNode, Statement, Term

CURRENT: Final = "http://www.w3.org/ns/dcat#hasCurrentVersion"
"""Of the dataset: the release that is in force (DCAT 3, section 11.1)."""


@dataclass(frozen=True, slots=True)
class Versions:
    """The names of one release's graphs.

    Attributes:
        base: the base IRI of the publication.
        dataset: the IRI of its dataset.
        name: the release's.
    """

    base: str
    dataset: str
    name: str

    @property
    def control(self) -> str:
        """The graph that says which release is in force."""
        return f"{self.base}releases"

    @property
    def release(self) -> str:
        """The IRI of the release: the address at which a site keeps it."""
        return f"{self.base}releases/{self.name}"

    @property
    def merge(self) -> str:
        """The graph that holds the merge of all others: the default graph of queries.

        The union that an engine makes runs through other releases too, and through thousands of
        graphs one by one.
        """
        return self.release

    def graph(self, iri: str) -> str:
        """What a graph of the release is called in the engine."""
        local = iri.removeprefix(self.base)
        if local != iri:
            return f"{self.release}/{local}"
        return f"{self.release}/graphs?graph={quote(iri, safe='')}"

    def description(self, graphs: dict[str, int], triples: int) -> str:
        """What the control graph says of the release, in SPARQL's syntax.

        Args:
            graphs: the graphs with their numbers of triples.
            triples: how many the merge of them has.
        """
        lines = [
            f"<{self.release}> <{RDF.type}> <{DCAT.Dataset}> .",
            f'<{self.release}> <{DCTERMS.identifier}> "{self.name}" .',
            f"<{self.release}> <{DCTERMS.isVersionOf}> <{self.dataset}> .",
            f'<{self.release}> <{VOID.triples}> "{triples}"^^<{XSD.integer}> .',
        ]
        for graph, count in sorted(graphs.items()):
            own = self.graph(graph)
            lines += [
                f"<{self.release}> <{DCTERMS.hasPart}> <{own}> .",
                f"<{own}> <{DCTERMS.isVersionOf}> <{graph}> .",
                f'<{own}> <{VOID.triples}> "{count}"^^<{XSD.integer}> .',
            ]
        return "\n".join(lines)


def genid(base: str) -> str:
    """What the IRIs begin with that stand for blank nodes (RDF 1.1 Concepts, section 3.5)."""
    return f"{base}.well-known/genid/"


def line_of(statement: Statement, base: str) -> bytes:
    """A statement as a line of N-Triples, which is also how SPARQL writes it.

    A blank node becomes an IRI of its own: its label holds in one document only, and what goes to
    an engine is many.
    """
    subject, predicate, value = statement
    return f"{term_there(subject, base)} {predicate} {term_there(value, base)} .".encode()


def term_there(term: Term, base: str) -> str:
    """A term as it is in the engine, in SPARQL's syntax."""
    if isinstance(term, BlankNode):
        return f"<{genid(base)}{term.value}>"
    return str(term)
