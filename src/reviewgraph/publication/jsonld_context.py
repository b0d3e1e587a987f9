"""What the words of a JSON-LD file stand for, by its own inline contexts.

Enough of https://www.w3.org/TR/json-ld11-api/#context-processing-algorithms to find places: errors
are the engine's to tell, and contexts elsewhere are never fetched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from reviewgraph.publication.json_text import Array, Atom, Json, Object, Text
from reviewgraph.publication.written import resolve

_LIKE_KEYWORD = re.compile("@[A-Za-z]+")
_GEN_DELIMS = tuple(":/?#[]@")

MAX_TERMS_COPIED = 2_000_000
"""Contexts inside contexts are copies: past this many terms, further ones are passed over."""

MAX_STEPS = 100
"""So many terms may be written each with the next; what lies behind stands for nothing."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A term; ``iri`` is empty for one that stands for nothing, a keyword for an alias."""

    iri: str = ""
    type: str = ""
    language: str | None = None
    container: frozenset[str] = frozenset()
    reverse: bool = False
    prefix: bool = False
    context: Json | None = None
    index: str = ""


@dataclass(slots=True)
class Copied:
    """How much of ``MAX_TERMS_COPIED`` is used up."""

    terms: int = 0


@dataclass(frozen=True)
class Context:
    """An active context. ``previous`` is what a type-scoped one gives way to, further down."""

    base: str
    original_base: str
    terms: dict[str, Definition] = field(default_factory=dict)
    vocab: str | None = None
    language: str = ""
    previous: Context | None = None
    copied: Copied = field(default_factory=Copied, compare=False)
    _iris: dict[tuple[str, bool], str] = field(default_factory=dict, compare=False, repr=False)

    def definition(self, name: str) -> Definition:
        """The term's definition; of a name that is no term, its expansion alone."""
        return self.terms.get(name) or Definition(self.expand(name, vocab=True))

    def expand(self, name: str, *, vocab: bool) -> str:
        """IRI expansion (JSON-LD 1.1 API, 5.2); empty where it gives no IRI or keyword."""
        found = self._iris.get((name, vocab))
        if found is None:
            found = self._iris[name, vocab] = self._expand(name, vocab=vocab)
        return found

    def _expand(self, name: str, *, vocab: bool) -> str:
        if name in _KEYWORDS:
            return name
        known = self.terms.get(name)
        if known is not None and (vocab or known.iri.startswith("@")):
            return known.iri
        prefix, colon, rest = name.partition(":")
        if colon and prefix:
            if prefix == "_" or rest.startswith("//"):
                return name
            term = self.terms.get(prefix)
            return term.iri + rest if term and term.prefix and term.iri else name
        if vocab:
            return self.vocab + name if self.vocab is not None else ""
        return resolve(name, self.base) if self.base else ""

    def extended(self, local: Json, *, propagate: bool = True) -> Context:
        """The context that holds after ``@context``, a value of it or a list of values."""
        context = self
        for item in local.items if isinstance(local, Array) else [local]:
            if isinstance(item, Atom):
                context = Context(self.original_base, self.original_base, copied=self.copied)
            elif isinstance(item, Object):
                members = {key: value for key, _, value in item.members}
                flag = members.get("@propagate")
                if isinstance(flag, Atom):
                    propagate = flag.value == "true"
                context = context.with_terms(members)
        if propagate:
            return context
        return replace(context, previous=self.previous or self, _iris={})

    def with_terms(self, members: dict[str, Json]) -> Context:
        """The context with the members of one context object."""
        self.copied.terms += len(self.terms)
        if self.copied.terms > MAX_TERMS_COPIED:
            return self
        base, vocab, language = self.base, self.vocab, self.language
        if "@base" in members:
            base = resolve(_text(members["@base"]), base) if _text(members["@base"]) else ""
            if isinstance(members["@base"], Text) and not members["@base"].value:
                base = self.base
        terms = {name: term for name, term in self.terms.items() if name not in members}
        context = replace(self, base=base, terms=terms, _iris={})
        if "@vocab" in members:
            value = members["@vocab"]
            vocab = context.with_vocabulary(value.value) if isinstance(value, Text) else None
        if "@language" in members:
            language = _text(members["@language"]).lower()
        context = replace(context, vocab=vocab, language=language, _iris={})
        _Definitions(context, members).define_all()
        return replace(context, _iris={})

    def with_vocabulary(self, value: str) -> str:
        """What ``@vocab`` stands for: an IRI, a compact one, or relative to the one before."""
        if ":" in value or value in self.terms:
            return self.expand(value, vocab=True)
        if self.vocab is not None:
            return self.vocab + value
        return resolve(value, self.base) if self.base else value


class _Definitions:
    """The terms of one context object, each defined after those that it is written with."""

    def __init__(self, context: Context, members: dict[str, Json]) -> None:
        self.context = context
        self.members = members
        self.begun: set[str] = set()
        self.steps = 0

    def define_all(self) -> None:
        for name in self.members:
            self.define(name)

    def define(self, name: str) -> None:
        if name in self.begun or name not in self.members or name in _KEYWORDS:
            return
        if self.steps < MAX_STEPS:
            self.begun.add(name)
            self.steps += 1
            self.context.terms[name] = self.definition(name, self.members[name])
            self.steps -= 1

    def definition(self, name: str, value: Json) -> Definition:
        if isinstance(value, Text):
            like_keyword = _LIKE_KEYWORD.fullmatch(value.value) and value.value not in _KEYWORDS
            iri = self.expand(name if like_keyword else value.value, name)
            return Definition(iri, prefix=iri.endswith(_GEN_DELIMS) or iri.startswith("_:"))
        if not isinstance(value, Object):
            return Definition()
        about = {key: item for key, _, item in value.members}
        reverse = "@reverse" in about
        written = about.get("@reverse", about.get("@id"))
        if written is None or (
            _LIKE_KEYWORD.fullmatch(_text(written)) and _text(written) not in _KEYWORDS
        ):
            iri = self.expand(name, name)
        else:
            iri = self.expand(_text(written), name)
        container = about.get("@container")
        items = container.items if isinstance(container, Array) else [container]
        flag = about.get("@prefix")
        return Definition(
            iri=iri,
            type=self.expand(_text(about.get("@type")), name),
            language=_text(about["@language"]).lower() if "@language" in about else None,
            container=frozenset(_text(item) for item in items) - {""},
            reverse=reverse,
            prefix=isinstance(flag, Atom) and flag.value == "true",
            context=about.get("@context"),
            index=self.expand(_text(about.get("@index")), name),
        )

    def expand(self, written: str, name: str) -> str:
        """The IRI for something written in the definition of ``name``."""
        if not written:
            return ""
        if written != name:
            self.define(written)
        prefix = written.partition(":")[0]
        if prefix != written:
            self.define(prefix)
        self.context._iris.clear()  # noqa: SLF001 - terms are still coming
        return self.context.expand(written, vocab=True)


def _text(value: Json | None) -> str:
    return value.value if isinstance(value, Text) else ""


_KEYWORDS = frozenset(
    {"@base", "@container", "@context", "@default", "@direction", "@graph", "@id", "@import"}
    | {"@included", "@index", "@json", "@language", "@list", "@nest", "@none", "@prefix"}
    | {"@propagate", "@protected", "@reverse", "@set", "@type", "@value", "@version", "@vocab"}
)
