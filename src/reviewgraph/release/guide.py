"""``llms.txt``: what is here, for programs that read (https://llmstxt.org/)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reviewgraph.rdf.formats import RDF_SYNTAXES
from reviewgraph.rdf.terms import IRI
from reviewgraph.release.about import About, told

CLASSES_QUERY = """SELECT ?class (COUNT(DISTINCT ?thing) AS ?number)
WHERE { ?thing a ?class }
GROUP BY ?class ORDER BY DESC(?number) LIMIT 50"""


@dataclass(frozen=True, slots=True)
class Sample:
    """Something to point at: a question by its name, an ontology or entity by its IRI."""

    name: str
    titles: dict[str, str]


def thing_query(iri: str, name_properties: Iterable[str]) -> str:
    """All that is said of one thing, and the names of what it leads to."""
    names = "|".join(str(IRI(name)) for name in name_properties)
    return f"""SELECT ?property ?value ?name
WHERE {{
  {IRI(iri)} ?property ?value .
  OPTIONAL {{ ?value {names} ?name }}
}}
LIMIT 100"""


def guide(
    about: About,
    name: str,
    triples: int,
    questions: Iterable[Sample],
    ontologies: Iterable[str],
    examples: Iterable[str],
    name_properties: Iterable[str],
    *,
    has_context: bool,
) -> bytes:
    """The file.

    Args:
        about: what the publication says of its dataset.
        name: the release's name.
        triples: how many statements the release has.
        questions: the competency questions.
        ontologies: the IRIs of the publication's ontologies.
        examples: IRIs to show if the publication names none itself.
        name_properties: the properties that name things here.
        has_context: whether there is a JSON-LD context.
    """
    catalog, base = about.catalog, about.catalog.base
    shown = about.examples or tuple(examples)
    example = shown[0] if shown else catalog.dataset
    listed = [
        _link(told(question.titles, "en"), f"{base}questions/{question.name}", "page")
        + f"; [JSON]({base}questions/{question.name}.json),"
        f" [CSV]({base}questions/{question.name}.csv)"
        for question in questions
    ]
    dumps = [
        _link(
            syntax.name,
            f"{base}dump.{syntax.extension}",
            f"{syntax.media_type}; named graphs {'kept' if syntax.quads else 'merged'};"
            f" also [gzip]({base}dump.{syntax.extension}.gz)",
        )
        for syntax in RDF_SYNTAXES
    ]
    sections = [
        f"# {_line(told(catalog.titles, 'en'))}",
        f"> {_line(told(catalog.descriptions, 'en') or told(catalog.titles, 'en'))}",
        _overview(about, name, triples),
        _thai(about),
        "## Documents\n\n" + "\n".join(_documents(base, ontologies, has_context=has_context)),
        "## Query by SPARQL 1.1\n\n"
        + _link("Endpoint", f"{base}sparql", "GET or POST `query`; `Accept` or `?format=json`")
        + "\n\nThe default graph is the merge of all named graphs. Nothing can be changed, SERVICE"
        " is refused, and queries have a deadline: use LIMIT.\n\nWhat classes there are, and how"
        f" many things of each:\n\n```sparql\n{CLASSES_QUERY}\n```\n\n"
        f"Everything about one thing:\n\n```sparql\n{thing_query(example, name_properties)}\n```",
        "## Questions with answers\n\n" + "\n".join(listed) if listed else "",
        "## The whole dataset\n\n" + "\n".join(dumps),
        "## Optional\n\n" + "\n".join(_optional(base)),
    ]
    return ("\n\n".join(section for section in sections if section) + "\n").encode()


def _overview(about: About, name: str, triples: int) -> str:
    base = about.catalog.base
    example = about.examples[0] if about.examples else ""
    facts = [
        f"- Release: `{name}` (SHA-256 of its canonical N-Quads), {triples} distinct triples",
        f"- Licence: <{about.catalog.license}>",
        f"- Publisher: {_line(told(about.publisher.names, 'en') or about.publisher.iri)}",
        f"- Identifiers begin with `{base}`; `{base}id/…` answers 303 to `{base}doc/…`",
        "- Documents by `Accept` or extension: `.html` `.ttl` `.nt` `.jsonld` `.rdf`",
        f"- On another host than that of `{base}` use the same paths there",
    ]
    if example:
        facts.append(f"- For example: <{example}>")
    facts.append("- What is not said is unknown, which is not the same as none")
    return "\n".join(facts)


def _thai(about: About) -> str:
    """The same in short for readers of Thai."""
    title = _line(told(about.catalog.titles, "th"))
    text = _line(told(about.catalog.descriptions, "th"))
    base = about.catalog.base
    return (
        f"ภาษาไทย: {title} – {text} ข้อมูลเป็น RDF มีชื่อภาษาไทยกำกับ ค้นด้วย SPARQL ที่ {base}sparql"
        f" ดาวน์โหลดทั้งชุดที่ {base}dump และอ้างอิงได้ตาม {base}CITATION.cff"
    )


def _documents(base: str, ontologies: Iterable[str], *, has_context: bool) -> list[str]:
    context = _link("JSON-LD context", f"{base}context.jsonld", "short names of the terms")
    return [
        *(_link("Ontology", iri, "the words; page or RDF by `Accept`") for iri in ontologies),
        _link("Questions", f"{base}questions", "what the dataset can answer"),
        _link("OpenAPI", f"{base}openapi.json", "every address of the site"),
        _link("VoID", f"{base}.well-known/void", "counts by class and property, links"),
        _link("DCAT-AP", f"{base}catalog.ttl", "distributions with sizes and checksums"),
        *([context] if has_context else []),
    ]


def _optional(base: str) -> list[str]:
    return [
        _link("Rules", f"{base}shapes", "SHACL shapes that the data keep"),
        _link("Report", f"{base}report", "what the validation of this release said"),
        _link("Named graphs", f"{base}graphs", "one for each file of the source"),
        _link("Citation", f"{base}CITATION.cff", "how to cite the release"),
        _link("Sitemap", f"{base}sitemap.xml", "every page"),
    ]


def _link(title: str, address: str, note: str) -> str:
    return f"- [{_line(title).replace('[', '(').replace(']', ')')}]({address}): {note}"


def _line(text: str) -> str:
    """A text on one line: in Markdown a new one would begin something else."""
    return " ".join(text.split())
