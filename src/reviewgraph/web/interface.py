"""``/api``: what programs can ask for, read from the OpenAPI document that the site has of itself.

A page of the site's own and not Swagger UI: it needs no script, is in both languages, and is a
hundredth of its size.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from fastapi import APIRouter

from reviewgraph.web import addresses
from reviewgraph.web.interface_words import SUMMARIES, TAGS
from reviewgraph.web.pages import fill, told
from reviewgraph.web.representations import Resource, html, page_endings
from reviewgraph.web.routes import add_resource
from reviewgraph.web.site import Site

router = APIRouter(tags=["site"])
_METHODS: Final = ("get", "post")


@dataclass(frozen=True, slots=True)
class Parameter:
    """What an address takes; ``about`` is in English, as OpenAPI has it."""

    name: str
    place: str
    about: str
    example: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing to ask for, at one address or at several for its formats."""

    method: str
    paths: tuple[str, ...]
    summary: str
    about: str
    about_lang: str
    parameters: tuple[Parameter, ...]

    def links(self, path: str) -> bool:
        """Whether one of the addresses can be followed as it is, on a host of files too."""
        asks = any(not each.example for each in self.parameters)
        return self.method == "GET" and not asks and "." in path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Part:
    """Operations that belong together."""

    name: str
    title: str
    operations: tuple[Operation, ...]


def resource(site: Site) -> Resource:
    """The page."""

    def page(lang: str) -> bytes:
        return fill(site, lang, "interface.html", found, parts=list(_parts(site, lang)))

    found = Resource(site.addresses.at(addresses.API), [html(page)])
    return found


add_resource(
    router, addresses.API, resource, page_endings(), summary="What programs can ask for, as a page"
)


def _parts(site: Site, lang: str) -> Iterator[Part]:
    told_of = [
        (tag, path, method, operation)
        for path, methods in site.interface()["paths"].items()
        for method, operation in methods.items()
        if method in _METHODS
        for tag in operation.get("tags", ["site"])[:1]
    ]
    order = {tag: number for number, tag in enumerate(TAGS)}
    told_of.sort(key=lambda each: order.get(each[0], len(order)))
    for tag, members in groupby(told_of, key=lambda each: each[0]):
        title = TAGS[tag].get(lang) if tag in TAGS else tag
        same: dict[tuple[str, str], list[tuple[str, dict[str, Any]]]] = {}
        for _, path, method, operation in members:
            same.setdefault((method, _stem(path)), []).append((path, operation))
        operations = (_operation(site, method, each, lang) for (method, _), each in same.items())
        yield Part(tag, title, tuple(operations))


def _stem(path: str) -> str:
    """An address without the ending of a format: what differs in nothing else is told once."""
    before, slash, last = path.rpartition("/")
    return f"{before}{slash}{last.partition('.')[0] or last}"


def _operation(
    site: Site, method: str, same: list[tuple[str, dict[str, Any]]], lang: str
) -> Operation:
    path, operation = same[0]
    summary, about = operation["summary"], operation.get("description", "")
    about_lang = "en"
    name = path.rpartition("/")[2]
    question = next((q for q in site.release.questions if q.name == name), None)
    if question is not None:
        summary, about = told(question.titles, lang), told(question.descriptions, lang)
        about_lang = lang
    elif summary in SUMMARIES:
        summary = SUMMARIES[summary].get(lang)
    return Operation(
        method.upper(),
        tuple(path for path, _ in same),
        summary,
        about.partition("\n\n")[0],
        about_lang,
        tuple(map(_parameter, operation.get("parameters", ()))),
    )


def _parameter(parameter: dict[str, Any]) -> Parameter:
    schema = parameter.get("schema", {})
    example = parameter.get("example", schema.get("default", ""))
    return Parameter(
        parameter["name"], parameter["in"], parameter.get("description", ""), str(example)
    )
