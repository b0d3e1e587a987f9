"""Competency questions: pages with a form, and an API, each with its own parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response
from rdflib.namespace import RDF, SKOS, XSD

from reviewgraph.errors import Place, SourceSyntaxError
from reviewgraph.publication.question import read_term, with_values
from reviewgraph.rdf.formats import RESULT_CSV, RESULT_JSON, RESULT_TSV, RESULT_XML, ResultSyntax
from reviewgraph.rdf.terms import IRI, Literal, Term, statement
from reviewgraph.release.manifest import QuestionEntry, Release
from reviewgraph.store.interface import Table
from reviewgraph.store.results import write_table
from reviewgraph.web import addresses
from reviewgraph.web.addresses import PICTURE_EXTENSION
from reviewgraph.web.pages import fill, told
from reviewgraph.web.pictures.of_tables import PICTURES
from reviewgraph.web.problems import Problem
from reviewgraph.web.representations import (
    Representation,
    Resource,
    ending_of,
    html,
    page_endings,
    picture_endings,
    respond,
    svg,
)
from reviewgraph.web.routes import add_resource
from reviewgraph.web.sections import answer_drawn, answered
from reviewgraph.web.site import Site, site_of
from reviewgraph.web.snippets import uses

LONGEST_VALUE = 2000
MOST_CHOICES = 200
EXTENSIONS: dict[str, ResultSyntax] = {
    "json": RESULT_JSON,
    "csv": RESULT_CSV,
    "tsv": RESULT_TSV,
    "xml": RESULT_XML,
}
_EXAMPLE = "<https://example.org/id/x>"
_TYPE = IRI(str(RDF.type))
_IN_SCHEME = IRI(str(SKOS.inScheme))


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter in the form: its title, what was asked, what may be chosen."""

    name: str
    title: str
    value: str
    choices: tuple[tuple[str, str], ...]


def questions_router(release: Release) -> APIRouter:
    """The routes of the release's questions; each parameter is in the OpenAPI document."""
    router = APIRouter(tags=["questions"])
    add_resource(router, addresses.QUESTIONS, listing, page_endings(), summary="The questions")
    for question in release.questions:
        pictures = picture_endings() if question.layout in PICTURES else ()
        for ending in ("", *EXTENSIONS, *page_endings(), *pictures):
            suffix = f".{ending}" if ending else ""
            router.add_api_route(
                f"{addresses.question(question.name)}{suffix}",
                _handler(question, ending or None),
                methods=["GET"],
                response_class=Response,
                name=f"{question.name}{suffix}",
                operation_id=f"question_{question.name}_{ending.replace('.', '_') or 'any'}",
                summary=told(question.titles, "en"),
                description=told(question.descriptions, "en"),
                openapi_extra={"parameters": [*map(_openapi, question.parameters.items())]},
                include_in_schema=ending in {"", *EXTENSIONS},
            )
    return router


def listing(site: Site) -> Resource:
    """The questions."""

    def page(lang: str) -> bytes:
        listed = [
            (
                question.id,
                addresses.question(question.name),
                told(question.titles, lang),
                told(question.descriptions, lang),
            )
            for question in site.release.questions
        ]
        return fill(site, lang, "questions.html", found, questions=listed)

    found = Resource(site.addresses.at(addresses.QUESTIONS), [html(page)])
    return found


def _handler(question: QuestionEntry, ending: str | None) -> Callable[[Request], Response]:
    wanted = ending_of(ending)

    def answer(request: Request) -> Response:
        site = site_of(request)
        given = request.query_params.multi_items()
        return respond(request, site, resource(site, question, given), wanted)

    return answer


def _openapi(parameter: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    name, content = parameter
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": told(content["titles"], "en"),
        "schema": {"type": "string", "default": content["default"]},
    }


def resource(
    site: Site, question: QuestionEntry, given: Sequence[tuple[str, str]] = ()
) -> Resource:
    """A question with its answer, sought only if a representation is wanted.

    Raises:
        Problem: 400 for a value that cannot be one of the question's parameters.
    """
    asked = _asked(question, given)
    wanted = [(name, text) for name, text in given if text.strip()]

    @cache
    def table() -> Table:
        return site.ask(with_values(question.query, asked))

    def writer(name: str, syntax: ResultSyntax) -> Representation:
        own = ("application/json",) if syntax is RESULT_JSON else ()
        media_types = tuple(dict.fromkeys((*syntax.media_types[:1], *own, *syntax.media_types)))
        # A spreadsheet opens what it is given: as an attachment it is the reader who decides.
        download = f"{question.name}.{name}" if syntax in {RESULT_CSV, RESULT_TSV} else ""
        return Representation(
            name.upper(),
            name,
            media_types,
            lambda _: write_table(table(), syntax),
            download_name=download,
        )

    pictures = []
    if question.layout in PICTURES:
        pictures.append(svg(lambda lang: answer_drawn(site, question, table(), lang).encode()))
    found = Resource(
        path=site.addresses.at(addresses.question(question.name)),
        representations=[
            html(lambda lang: _page(site, question, table(), asked, found, lang)),
            *(writer(*each) for each in EXTENSIONS.items()),
            *pictures,
        ],
        links=[f'<{addresses.uri(site.release.license)}>; rel="license"'],
        query=urlencode(wanted),
    )
    return found


def _asked(question: QuestionEntry, given: Sequence[tuple[str, str]]) -> dict[str, IRI | Literal]:
    """The value of every parameter: what the client gave, else the default.

    Raises:
        Problem: 400 for a parameter that the question does not have, one given twice, and
            a value that is no term or of another kind than the default.
    """
    names = [name for name, _ in given]
    known = ", ".join(question.parameters) or "-"
    for name in names:
        if name not in question.parameters:
            raise Problem(
                400,
                f"คำถามนี้ไม่มีพารามิเตอร์ {name} มีแต่: {known}",
                f"this question has no parameter {name}; it has: {known}",
            )
        if names.count(name) > 1:
            raise Problem(400, f"ให้ค่า {name} มากกว่าหนึ่งครั้ง", f"{name} is given more than once")
    asked = {}
    for name, content in question.parameters.items():
        default = _default(str(content["default"]), name)
        text = dict(given).get(name, "").strip()
        asked[name] = _value(text, name, default) if text else default
    return asked


def _default(text: str, name: str) -> IRI | Literal:
    term = read_term(text, Place(name, 1))
    if not isinstance(term, IRI | Literal):
        raise _invalid(name, text, _EXAMPLE)
    return term


def _value(text: str, name: str, default: IRI | Literal) -> IRI | Literal:
    """A term in Turtle syntax, an http(s) IRI as it is, or bare text where text is expected."""
    if len(text) > LONGEST_VALUE:
        raise _invalid(name, text[:LONGEST_VALUE], str(default))
    is_iri = text.startswith(("http://", "https://"))
    try:
        value: object = read_term(f"<{text}>" if is_iri else text, Place(name, 1))
    except SourceSyntaxError:
        value = _bare(text, default)
    if isinstance(value, IRI) and isinstance(default, IRI):
        return value
    if isinstance(value, Literal) and isinstance(default, Literal):
        return value
    raise _invalid(name, text, str(default))


def _bare(text: str, default: IRI | Literal) -> Literal | None:
    """Text that nobody put into quotes, if the default is text as well."""
    if isinstance(default, IRI):
        return None
    if default.language:
        return Literal(text, language=default.language)
    return Literal(text) if default.datatype.value == str(XSD.string) else None


def _shown(value: Term) -> str:
    """A value as a form shows it, so that it is read as the same one again."""
    if isinstance(value, IRI) and value.value.startswith(("http://", "https://")):
        return value.value
    if isinstance(value, Literal) and value.datatype.value == str(XSD.integer):
        return value.value
    return str(value)


def _invalid(name: str, text: str, example: str) -> Problem:
    return Problem(
        400,
        f"ค่าของ {name} ใช้ไม่ได้: {text} ต้องเป็น IRI หรือค่าแบบ Turtle เช่น {example}",
        f"the value of {name} cannot be used: {text}; it must be an IRI or a term in Turtle"
        f" syntax, such as {example}",
        extra={"parameter": name},
    )


def _page(
    site: Site,
    question: QuestionEntry,
    table: Table,
    asked: Mapping[str, IRI | Literal],
    shown: Resource,
    lang: str,
) -> bytes:
    has_picture = question.layout in PICTURES and bool(table.rows)
    address = shown.address(PICTURE_EXTENSION, lang) if has_picture else ""
    return fill(
        site,
        lang,
        "question.html",
        shown,
        question=question,
        title=told(question.titles, lang),
        description=told(question.descriptions, lang),
        answer=answered(site, question, table, lang, address),
        action=site.addresses.page(addresses.question(question.name), lang),
        fields=[_field(site, question, name, value, lang) for name, value in asked.items()],
        asked=with_values(question.query, asked),
        uses=uses(site.release.base, shown),
    )


def _field(site: Site, question: QuestionEntry, name: str, value: Term, lang: str) -> Field:
    choices: tuple[tuple[str, str], ...] = ()
    if isinstance(value, IRI):
        default = _default(str(question.parameters[name]["default"]), name)
        alike = _alike(site, default) if isinstance(default, IRI) else set()
        labelled = [(site.labels.of(iri, lang).text, iri) for iri in {*alike, value.value}]
        choices = tuple((iri, label) for label, iri in sorted(labelled))
    title = told(question.parameters[name]["titles"], lang) or name
    return Field(name, title, _shown(value), choices if len(choices) <= MOST_CHOICES else ())


def _alike(site: Site, default: IRI) -> set[str]:
    """What else may be asked for: things of the default's class and, for concepts, scheme."""
    found: set[str] = set()
    for predicate in (_IN_SCHEME, _TYPE):
        for quad in site.store.quads(subject=default, predicate=predicate):
            kind = statement(quad)[2]
            for other in site.store.quads(predicate=predicate, object=kind):
                if isinstance(other.subject, IRI):
                    found.add(other.subject.value)
                if len(found) > MOST_CHOICES:
                    return found
        if found:
            return found
    return found
