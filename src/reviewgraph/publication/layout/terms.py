"""How one term is spelt: the shortest form that reads as the same term, where there is one."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rdflib.namespace import RDF, XSD

from reviewgraph.publication.terminals import TERMINALS

_TERMINAL = re.compile(TERMINALS, re.VERBOSE | re.DOTALL)
_TYPE = str(RDF.type)
_STRING = str(XSD.string)
# https://www.w3.org/TR/turtle/#abbrev: a bare token is a literal with just these characters.
_BARE = {str(XSD[kind]): kind for kind in ("integer", "decimal", "double")}
_BOOLEAN = str(XSD.boolean)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ESCAPED_OR_QUOTE = re.compile(r"\\(.)|\"", re.DOTALL)


def absolute(reference: str) -> str | None:
    """The IRI that ``<…>`` means wherever it stands; none if its base or an escape has a say."""
    iri = reference[1:-1]
    return None if "\\" in iri or "/." in iri or not _SCHEME.match(iri) else iri


def expanded(token: str, prefixes: Mapping[str, str | None]) -> str | None:
    """The IRI of ``<…>`` or of a prefixed name, as far as it is certain."""
    if token.startswith("<"):
        return absolute(token)
    prefix, local = token.split(":", 1)
    namespace = prefixes.get(prefix)
    return None if namespace is None or "\\" in local else namespace + local


def name(token: str, prefixes: Mapping[str, str | None]) -> str:
    """An IRI, as a prefixed name where a prefix is declared and the rest needs no escapes."""
    iri = expanded(token, prefixes) if token.startswith("<") else None
    if iri is None:
        return token
    fitting = sorted(
        (-len(namespace), prefix)
        for prefix, namespace in prefixes.items()
        if namespace and iri.startswith(namespace) and len(iri) > len(namespace)
    )
    for negative, prefix in fitting:
        short = f"{prefix}:{iri[-negative:]}"
        match = _TERMINAL.fullmatch(short)
        if match and match.lastgroup == "name":
            return short
    return token


def verb(token: str, prefixes: Mapping[str, str | None]) -> str:
    """A predicate; ``rdf:type`` is ``a``."""
    if token == "a" or expanded(token, prefixes) == _TYPE:  # noqa: S105 - Turtle's keyword
        return "a"
    return name(token, prefixes)


def quoted(token: str) -> str:
    """A string in double quotes; what stands inside, escapes too, is as its author wrote it.

    A long string in single quotes stays so if it holds double quotes: it was chosen for them.
    """
    if token.startswith("'''"):
        return token if '"' in token else f'"""{token[3:-3]}"""'
    if not token.startswith("'"):
        return token

    def respelt(match: re.Match[str]) -> str:
        if match[0] == '"':
            return '\\"'
        return "'" if match[1] == "'" else match[0]

    return f'"{_ESCAPED_OR_QUOTE.sub(respelt, token[1:-1])}"'


def typed(string: str, datatype: str, prefixes: Mapping[str, str | None]) -> str:
    """A literal with a datatype; bare where the bare token is the same literal."""
    iri = expanded(datatype, prefixes)
    spelt = quoted(string)
    if iri == _STRING:
        return spelt
    if not spelt.startswith('"""'):
        value = spelt[1:-1]
        match = _TERMINAL.fullmatch(value)
        if match and iri in _BARE and match.lastgroup == _BARE[iri]:
            return value
        if iri == _BOOLEAN and value in {"true", "false"}:
            return value
    return f"{spelt}^^{name(datatype, prefixes)}"
