"""What supports a fact: the passages it comes from, and the claims that are made of it.

In the terms of the Web Annotation vocabulary, PROV and RDF reification, as the gate checks them
(``gate.evidence``); a publication's own properties are found by ``rdfs:subPropertyOf``. How certain
a claim is, is what a property below ``dcterms:type`` says of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import islice

from rdflib.namespace import DCTERMS, RDF, SKOS

from reviewgraph.publication.words import SUBPROPERTY, subproperties
from reviewgraph.rdf.namespaces import OA, PROV
from reviewgraph.rdf.terms import IRI, BlankNode, Literal, Term, statement
from reviewgraph.web.labels import Label
from reviewgraph.web.site import Site
from reviewgraph.web.values import Value, Valuer

MOST_PASSAGES = 12
MOST_CLAIMS = 24
AROUND = 70
"""How many characters of a source are shown on either side of a passage."""
_LONGEST = 600


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of a source: its place, what is printed in it, and the text if it is at hand."""

    link: Value
    source: Value
    start: int | None
    end: int | None
    printed: tuple[Label, ...] = ()
    before: str = ""
    text: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """What is said about a statement: which one, how certain, why, from where."""

    link: Value
    property: Value | None
    value: Value | None
    certainty: tuple[Value, ...]
    notes: tuple[Label, ...]
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """The evidence of a fact, or of several that are told together."""

    passages: tuple[Passage, ...] = ()
    claims: tuple[Claim, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.passages or self.claims)


NO_PROOF = Proof()


class Evidence:
    """Finds the evidence of one release."""

    def __init__(self, site: Site) -> None:
        self._site = site
        told = map(statement, site.store.quads(predicate=SUBPROPERTY))
        pairs = ((below, over) for below, _, over in told)
        self._names = {
            name: tuple(IRI(iri) for iri in sorted(iris))
            for name, iris in subproperties(
                pairs,
                {
                    "from": str(PROV.wasDerivedFrom),
                    "exact": str(OA.exact),
                    "subject": str(RDF.subject),
                    "predicate": str(RDF.predicate),
                    "object": str(RDF.object),
                    "certainty": str(DCTERMS.type),
                    "note": str(SKOS.note),
                    "description": str(DCTERMS.description),
                    "source": str(OA.hasSource),
                    "start": str(OA.start),
                    "end": str(OA.end),
                },
            ).items()
        }

    def of(
        self, nodes: Collection[str], subjects: Iterable[str], values: Collection[Term], lang: str
    ) -> Proof:
        """The evidence of facts.

        Args:
            nodes: IRIs whose own passages and claims are meant.
            subjects: IRIs of which it is told what the ``values`` are.
            values: those; only claims with one of them are meant.
            lang: of the page.
        """
        valuer = Valuer(self._site, lang)
        claims: dict[str, None] = {}
        for node in nodes:
            claims.update(dict.fromkeys(self._claims(node)))
        for node in subjects:
            for claim in self._claims(node):
                if any(value in values for value in self._all(claim, "object")):
                    claims.setdefault(claim)
        passages = dict.fromkeys(span for node in nodes for span in self._spans(node))
        return Proof(
            passages=tuple(self._passage(span, valuer) for span in islice(passages, MOST_PASSAGES)),
            claims=tuple(self._claim(claim, valuer) for claim in islice(claims, MOST_CLAIMS)),
        )

    def of_claims(self, claims: Iterable[str], lang: str) -> Proof:
        """The evidence that these claims are."""
        valuer = Valuer(self._site, lang)
        return Proof(
            claims=tuple(self._claim(claim, valuer) for claim in islice(claims, MOST_CLAIMS))
        )

    def passage(self, span: str, lang: str) -> Passage | None:
        """The passage that a thing is, if it is one."""
        if not self._all(span, "source") or not self._all(span, "start"):
            return None
        return self._passage(span, Valuer(self._site, lang))

    def _claims(self, node: str) -> list[str]:
        found = {
            quad.subject.value
            for name in self._names["subject"]
            for quad in islice(self._site.store.quads(predicate=name, object=IRI(node)), 500)
            if isinstance(quad.subject, IRI)
        }
        return sorted(found)

    def _spans(self, node: str) -> list[str]:
        spans = [term.value for term in self._all(node, "from") if isinstance(term, IRI)]
        known = [span for span in spans if self._all(span, "source")]
        return sorted(known, key=lambda span: (self._number(span, "start") or 0, span))

    def _all(self, node: str, name: str) -> list[Term]:
        return [
            statement(quad)[2]
            for iri in self._names[name]
            for quad in self._site.store.quads(subject=IRI(node), predicate=iri)
        ]

    def _number(self, node: str, name: str) -> int | None:
        for term in self._all(node, name):
            if isinstance(term, Literal) and term.value.isdecimal():
                return int(term.value[:18])
        return None

    def _passage(self, span: str, valuer: Valuer) -> Passage:
        sources = [term for term in self._all(span, "source") if isinstance(term, IRI)]
        source = sources[0].value if sources else span
        start, end = self._number(span, "start"), self._number(span, "end")
        before, text, after = self._text(source, start, end)
        return Passage(
            link=valuer.link(span),
            source=valuer.link(source),
            start=start,
            end=end,
            printed=tuple(_labels(self._all(span, "exact"))),
            before=before,
            text=text,
            after=after,
        )

    def _text(self, source: str, start: int | None, end: int | None) -> tuple[str, str, str]:
        text = self._site.texts.get(source)
        if text is None or start is None or end is None or not start < end <= len(text):
            return "", "", ""
        before = text[max(0, start - AROUND) : start]
        inside = text[start : min(end, start + _LONGEST)]
        after = text[end : end + AROUND]
        return _opened(before, start > AROUND), inside, _closed(after, end + AROUND < len(text))

    def _claim(self, claim: str, valuer: Valuer) -> Claim:
        predicates = [each for each in self._all(claim, "predicate") if isinstance(each, IRI)]
        objects = self._all(claim, "object")
        said = [*self._all(claim, "note"), *self._all(claim, "description")]
        return Claim(
            link=valuer.link(claim),
            property=valuer.link(predicates[0].value) if predicates else None,
            value=valuer.value(objects[0]) if objects else None,
            certainty=tuple(
                valuer.link(each.value)
                for each in self._all(claim, "certainty")
                if isinstance(each, IRI)
            ),
            notes=valuer.readable(_labels(said)),
            passages=tuple(
                self._passage(span, valuer) for span in self._spans(claim)[:MOST_PASSAGES]
            ),
        )


def evidence_of(site: Site) -> Evidence:
    """What finds the evidence of a site, made once."""
    found: Evidence = site.kept("evidence", Evidence)
    return found


def _labels(terms: Iterable[Term | BlankNode]) -> list[Label]:
    return [Label(t.value, t.language or "") for t in terms if isinstance(t, Literal)]


def _opened(text: str, cut: bool) -> str:  # noqa: FBT001 - the two are a pair
    return ("…" if cut else "") + text.lstrip()


def _closed(text: str, cut: bool) -> str:  # noqa: FBT001
    return text.rstrip() + ("…" if cut else "")
