"""Terms as a page in one language shows them: words, links, dates, and their order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rdflib.namespace import XSD

from reviewgraph.rdf.terms import IRI, BlankNode, Term
from reviewgraph.web import collation
from reviewgraph.web.dates import in_words
from reviewgraph.web.labels import Label
from reviewgraph.web.site import Site
from reviewgraph.web.words import SITE

_STRING = str(XSD.string)
_BOOLEANS = {"true": "yes", "1": "yes", "false": "no", "0": "no"}


@dataclass(frozen=True, slots=True)
class Value:
    """One value: its text and language, and where it links to.

    ``machine`` is a date as XSD writes it.
    """

    text: str
    lang: str = ""
    href: str = ""
    external: bool = False
    machine: str = ""
    title: str = ""


class Valuer:
    """Turns terms into values, for the page in ``lang`` that is at the address ``here``."""

    def __init__(self, site: Site, lang: str, here: str = "") -> None:
        self._site = site
        self._lang = lang
        self._here = here

    def link(self, iri: str, label: Label | None = None, besides: str = "") -> Value:
        """A thing as a link, named or as ``label`` says."""
        label = label or self._site.labels.of(iri, self._lang, besides)
        found = self._site.href(iri, self._lang)
        if found is None:
            return Value(label.text, label.lang, title=iri)
        address, external = found
        if self._here and address.startswith(f"{self._here}#"):
            address = address[len(self._here) :]
        return Value(label.text, label.lang, address, external)

    def value(self, term: Term, besides: str = "") -> Value:
        """A term as a value of a row."""
        if isinstance(term, IRI):
            return self.link(term.value, besides=besides)
        if isinstance(term, BlankNode):
            return Value(str(term))
        datatype = term.datatype.value
        words = in_words(term.value, datatype, self._lang)
        if words:
            return Value(words, self._lang, machine=term.value)
        if datatype == str(XSD.boolean) and term.value in _BOOLEANS:
            return Value(SITE[_BOOLEANS[term.value]].get(self._lang), self._lang)
        if datatype == str(XSD.anyURI) and (found := self._site.href(term.value, self._lang)):
            return Value(term.value, href=found[0], external=found[1])
        title = "" if term.language or datatype == _STRING else self._site.labels.short(datatype)
        return Value(term.value, term.language or "", title=title)

    def readable(self, texts: Sequence[Label]) -> tuple[Label, ...]:
        """Those in the page's language; if there are none, all."""
        return tuple(text for text in texts if text.lang in {self._lang, ""}) or tuple(texts)


def by_text(values: Iterable[Value]) -> list[Value]:
    """Values in the order that a reader looks for them."""
    return sorted(values, key=lambda value: collation.key(value.text))
