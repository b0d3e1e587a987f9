"""JSON-LD compacted with a context that is at hand: nothing is fetched, no value is rounded.

Only the plain part of a context is used, and only that part is written into the document:
prefixes, aliases of keywords, and terms with an ``@id``, a ``@type`` or ``@language`` and the
containers ``@language`` and ``@set``. What is left (scoped contexts, reverse terms, remote
contexts) could change how the document is read, so it stays out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from rdflib.namespace import RDF, XSD

from reviewgraph.rdf.terms import IRI, Literal, Statement, Term

_TYPE = str(RDF.type)
_STRING = str(XSD.string)
_INTEGER = str(XSD.integer)
_BOOLEAN = str(XSD.boolean)
_ALIASABLE = frozenset({"@id", "@type", "@value", "@language", "@graph"})
_PLAIN_KEYS = frozenset({"@id", "@type", "@language", "@container", "@prefix"})
_GEN_DELIMS = (":", "/", "?", "#", "[", "]", "@")
_TERM = re.compile(r"[^@:/#?\s][^:/#?\s]*")
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,14}")
_CONTAINERS = ((), ("@language",), ("@set",), ("@language", "@set"))


@dataclass(frozen=True)
class _Definition:
    name: str
    iri: str
    type: str | None
    language: str | None
    container: tuple[str, ...]


@dataclass(frozen=True)
class Context:
    """The plain part of a JSON-LD context, ready for compacting."""

    written: Mapping[str, Any]
    prefixes: Mapping[str, str]
    aliases: Mapping[str, str]
    terms: Mapping[str, tuple[_Definition, ...]] = field(repr=False)

    @classmethod
    def read(cls, document: object) -> Context:
        """The context of a JSON-LD document such as ``{"@context": {…}}``."""
        inner = document.get("@context") if isinstance(document, dict) else document
        layers = inner if isinstance(inner, list) else [inner]
        entries: dict[str, Any] = {}
        for layer in layers:
            if isinstance(layer, dict):
                entries.update(layer)
        return _plain(entries)

    def without(self, names: frozenset[str]) -> Context:
        """The context without these terms."""
        return _plain({name: value for name, value in self.written.items() if name not in names})

    def keyword(self, keyword: str) -> str:
        """The keyword, or its alias."""
        return self.aliases.get(keyword, keyword)

    def name(self, iri: str) -> str:
        """The shortest way to write a property or class that has no fitting term."""
        for prefix, namespace in self.prefixes.items():
            local = iri[len(namespace) :]
            if iri.startswith(namespace) and local and not local.startswith("//"):
                return f"{prefix}:{local}"
        return iri


def compact(triples: Sequence[Statement], context: Context) -> bytes:
    """The document of statements that are grouped by subject and, in those, by predicate."""
    context = context.without(_schemes(triples) & context.written.keys())
    nodes = []
    for subject, about in groupby(triples, key=lambda item: item[0]):
        node: dict[str, Any] = {context.keyword("@id"): _reference(subject)}
        for predicate, same in groupby(about, key=lambda item: item[1].value):
            for _, _, value in same:
                _add(node, predicate, value, context)
        nodes.append({name: _single(held, name, context) for name, held in node.items()})
    document = {"@context": dict(context.written), context.keyword("@graph"): nodes}
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _schemes(triples: Sequence[Statement]) -> frozenset[str]:
    """What stands before the colon of an IRI: a prefix of that name would be expanded there."""
    return frozenset(
        term.value.partition(":")[0]
        for item in triples
        for term in (*item, getattr(item[2], "datatype", None))
        if isinstance(term, IRI) and not term.value.partition(":")[2].startswith("//")
    )


def _plain(entries: Mapping[str, Any]) -> Context:
    prefixes: dict[str, str] = {}
    aliases: dict[str, str] = {}
    written: dict[str, Any] = {"@version": 1.1}
    for name, value in entries.items():
        if not _TERM.fullmatch(name):
            continue
        if value in _ALIASABLE if isinstance(value, str) else False:
            aliases.setdefault(value, name)
            written[name] = value
        elif (namespace := _namespace(value)) is not None:
            prefixes[name] = namespace
            written[name] = value
    definitions: dict[str, list[_Definition]] = {}
    for name, value in entries.items():
        if not _TERM.fullmatch(name) or name in aliases.values():
            continue
        definition = _definition(name, value, prefixes)
        if definition is not None:
            definitions.setdefault(definition.iri, []).append(definition)
            written[name] = value
    longest_first = sorted(prefixes.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    terms = {iri: tuple(found) for iri, found in definitions.items()}
    return Context(written, dict(longest_first), aliases, terms)


def _namespace(value: object) -> str | None:
    """What a prefix stands for (JSON-LD 1.1, section 4.1.5), absolute only."""
    if isinstance(value, dict):
        if value.get("@prefix") is not True or not value.keys() <= {"@id", "@prefix"}:
            return None
        value = value.get("@id")
    elif not (isinstance(value, str) and value.endswith(_GEN_DELIMS)):
        return None
    return value if isinstance(value, str) and "://" in value else None


def _definition(name: str, value: object, prefixes: Mapping[str, str]) -> _Definition | None:
    if isinstance(value, str):
        value = {"@id": value}
    if not isinstance(value, dict) or not value.keys() <= _PLAIN_KEYS:
        return None
    iri = _expand(value.get("@id"), prefixes)
    coerced = value.get("@type")
    if coerced is not None and coerced not in {"@id", "@vocab"}:
        coerced = _expand(coerced, prefixes)
        if coerced is None:
            return None
    language = value.get("@language")
    given = value.get("@container", ())
    container = (given,) if isinstance(given, str) else tuple(sorted(given or ()))
    fits = (
        iri is not None
        and container in _CONTAINERS
        and ("@language" not in value or isinstance(language, str))
        and not ("@language" in container and ("@type" in value or "@language" in value))
    )
    if not fits or iri is None:
        return None
    return _Definition(name, iri, coerced, language.lower() if language else None, container)


def _expand(value: object, prefixes: Mapping[str, str]) -> str | None:
    if not isinstance(value, str) or value.startswith("@"):
        return None
    prefix, colon, local = value.partition(":")
    if not colon:
        return None
    if local.startswith("//"):
        return value
    return prefixes[prefix] + local if prefix in prefixes else None


def _add(node: dict[str, Any], predicate: str, value: Term, context: Context) -> None:
    if predicate == _TYPE and not isinstance(value, Literal):
        node.setdefault(context.keyword("@type"), []).append(_class_name(value, context))
        return
    candidates = context.terms.get(predicate, ())
    if isinstance(value, Literal) and value.language:
        for term in candidates:
            if "@language" in term.container:
                by_language = node.setdefault(term.name, {})
                by_language.setdefault(value.language, []).append(value.value)
                return
    usable = [term for term in candidates if "@language" not in term.container]
    for term in usable:
        if (short := _short(value, term)) is not None:
            node.setdefault(term.name, []).append(short)
            return
    plain = next((term for term in usable if not term.type and not term.language), None)
    chosen = plain or next(iter(usable), None)
    key = chosen.name if chosen else context.name(predicate)
    node.setdefault(key, []).append(_long(value, context))


def _short(value: Term, term: _Definition) -> object | None:
    """The value as a bare string, if the term says all the rest; else ``None``."""
    if not isinstance(value, Literal):
        return _reference(value) if term.type in {"@id", "@vocab"} else None
    if value.language:
        return value.value if term.language == value.language and not term.type else None
    datatype = value.datatype.value
    if term.type == datatype:
        return _native(value) if _native(value) is not None else value.value
    if term.type or term.language:
        return None
    return value.value if datatype == _STRING else _native(value)


def _long(value: Term, context: Context) -> object:
    if not isinstance(value, Literal):
        return {context.keyword("@id"): _reference(value)}
    key = context.keyword("@value")
    if value.language:
        return {key: value.value, context.keyword("@language"): value.language}
    native = _native(value)
    if native is not None:
        return {key: native}
    if value.datatype.value == _STRING:
        return {key: value.value}
    return {key: value.value, context.keyword("@type"): context.name(value.datatype.value)}


def _native(value: Literal) -> bool | int | None:
    """A JSON value whose canonical lexical form is the literal's own."""
    if value.datatype.value == _BOOLEAN and value.value in {"true", "false"}:
        return value.value == "true"
    if value.datatype.value == _INTEGER and _WHOLE.fullmatch(value.value):
        return int(value.value)
    return None


def _reference(node: Term) -> str:
    return node.value if isinstance(node, IRI) else str(node)


def _class_name(value: Term, context: Context) -> str:
    for term in context.terms.get(value.value, ()) if isinstance(value, IRI) else ():
        return term.name
    return context.name(value.value) if isinstance(value, IRI) else str(value)


def _single(held: Any, name: str, context: Context) -> Any:  # noqa: ANN401 - JSON
    """An array of one is its member, except where the context promises an array."""
    if isinstance(held, dict):
        return {language: _single(values, name, context) for language, values in held.items()}
    is_set = any(
        term.name == name and "@set" in term.container
        for terms in context.terms.values()
        for term in terms
    )
    return held[0] if isinstance(held, list) and len(held) == 1 and not is_set else held
