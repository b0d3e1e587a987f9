"""An error planted anywhere, in any syntax, is told at the line and column where it was planted."""

import json
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewgraph.errors import Place
from reviewgraph.gate.judge import judge
from reviewgraph.gate.report import RULES
from reviewgraph.publication.folder import load
from reviewgraph.publication.lines import Lines

M = "https://museum.example/terms#"
ID = "https://museum.example/id/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SHAPE = "https://museum.example/shape/Artefact"

YEAR = f"""@prefix m: <{M}> .
@prefix sh: <http://www.w3.org/ns/shacl#> .

<{SHAPE}-of-a-year> a sh:NodeShape ;
    sh:targetClass m:Artefact ;
    sh:property <{SHAPE}-year> .

<{SHAPE}-year> a sh:PropertyShape ;
    sh:path m:madeIn ;
    sh:datatype <{XSD}gYear> ;
    sh:message "ปีต้องเป็น xsd:gYear"@th , "The year is an xsd:gYear."@en .
"""


class Page:
    """A text that is written piece by piece, and where each statement's terms begin."""

    def __init__(self, gaps):
        self.text = ""
        self.places = {}
        self.gaps = gaps

    def put(self, *pieces):
        at = len(self.text)
        self.text += "".join(pieces)
        return at

    def gap(self):
        self.put(next(self.gaps))


def as_term(value):
    kind, text, more = value
    if kind == "iri":
        return f"<{text}>"
    return f'"{text}"@{more}' if kind == "text" else f'"{text}"^^<{more}>'


def turtle(page, items, indent=""):
    page.put(f"@prefix m: <{M}> .\n" if not indent else "")
    for subject, statements in items:
        page.put("\n", indent)
        begin = page.put(f"<{subject}>")
        for number, (predicate, value) in enumerate(statements):
            page.put(" ;" if number else "", "\n  ", indent)
            page.gap()
            short = "a" if predicate == f"{RDF}type" else f"m:{predicate.removeprefix(M)}"
            at = page.put(short)
            page.put(" ")
            page.gap()
            page.places[subject, number] = (begin, at, page.put(as_term(value)))
        page.put(" .\n")


def trig(page, items):
    page.put(f"@prefix m: <{M}> .\n<https://museum.example/finds> {{")
    turtle(page, items, indent="  ")
    page.put("}\n")


def lines_of(page, items, graph=""):
    for subject, statements in items:
        for number, (predicate, value) in enumerate(statements):
            begin = page.put(f"<{subject}>")
            page.put(" ")
            at = page.put(f"<{predicate}>")
            page.put("\t" if number else " ")
            at_value = page.put(as_term(value))
            page.places[subject, number] = (begin, at, at_value)
            page.put(graph, " .\n")


def quads(page, items):
    lines_of(page, items, " <https://museum.example/finds>")


def json_ld(page, items):
    page.put(f'{{"@context": {{"m": "{M}", "is": "@type"}},\n "@graph": [')
    for count, (subject, statements) in enumerate(items):
        page.put("," if count else "", "\n  ")
        page.gap()
        begin = page.put(f'{{"@id": {json.dumps(subject, ensure_ascii=bool(count))}')
        for number, (predicate, value) in enumerate(statements):
            page.put(",")
            page.gap()
            short = "is" if predicate == f"{RDF}type" else f"m:{predicate.removeprefix(M)}"
            at = page.put(f'"{short}"')
            page.put(":")
            page.gap()
            kind, text, more = value
            written = json.dumps(text, ensure_ascii=False)
            if predicate == f"{RDF}type":
                at_value = page.put(written)
            elif kind == "iri":
                page.put('{"@id": ')
                at_value = page.put(written, "}")
            else:
                key = "@language" if kind == "text" else "@type"
                page.put(f'{{"{key}": "{more}", "@value": ')
                at_value = page.put(written, "}")
            page.places[subject, number] = (begin, at, at_value)
        page.put("}")
    page.put("]}\n")


def rdf_xml(page, items):
    page.put(f'<?xml version="1.0"?>\n<r:RDF xmlns:r="{RDF}" xmlns:m="{M}">')
    for subject, statements in items:
        page.put("\n ")
        begin = page.put(f'<r:Description r:about="{subject}">')
        for number, (predicate, (kind, text, more)) in enumerate(statements):
            page.gap()
            name = "r:type" if predicate == f"{RDF}type" else f"m:{predicate.removeprefix(M)}"
            at = page.put(f"<{name}")
            if kind == "iri":
                page.put(" r:resource=")
                at_value = page.put(f'"{text}"/>')
            else:
                key = "xml:lang" if kind == "text" else "r:datatype"
                page.put(f' {key}="{more}">')
                at_value = page.put(text, f"</{name}>")
            page.places[subject, number] = (begin, at, at_value)
        page.put("</r:Description>")
    page.put("\n</r:RDF>\n")


SYNTAXES = {
    "ttl": turtle,
    "trig": trig,
    "nt": lines_of,
    "nq": quads,
    "jsonld": json_ld,
    "rdf": rdf_xml,
}

TYPE = f"{RDF}type"
ARTEFACT = (TYPE, ("iri", f"{M}Artefact", ""))
ROOM = (f"{M}shownIn", ("iri", f"{ID}room/1", ""))
SUBJECT, PREDICATE, OBJECT = range(3)


def year(text, datatype="gYear"):
    return f"{M}madeIn", ("typed", text, f"{XSD}{datatype}")


def plant(error, statements):
    """The statements with an error: the rule, and which term of which statement is at fault."""
    at = {predicate: number for number, (predicate, _) in enumerate(statements)}
    changed = list(statements)
    if error == "unknown property":
        number = at[f"{M}name"]
        changed[number] = (f"{M}naem", statements[number][1])
        return changed, RULES + "unknown-term", number, PREDICATE
    if error == "unknown class":
        number = at[TYPE]
        changed[number] = (TYPE, ("iri", f"{M}Artifact", ""))
        return changed, RULES + "unknown-term", number, OBJECT
    if error == "wrong datatype":
        number = at[f"{M}madeIn"]
        changed[number] = year("1400", "integer")
        return changed, f"{SHAPE}-year", number, OBJECT
    if error == "nothing described":
        number = at[ROOM[0]]
        changed[number] = (ROOM[0], ("iri", f"{ID}room/7", ""))
        return changed, RULES + "dangling-reference", number, OBJECT
    if error == "missing":
        del changed[at[ROOM[0]]]
        return changed, f"{SHAPE}-room", 0, SUBJECT
    number = at[ROOM[0]]
    changed.insert(number + 1, (ROOM[0], ("iri", f"{ID}room/2", "")))
    return changed, f"{SHAPE}-room", number, PREDICATE


ERRORS = (
    "unknown property",
    "unknown class",
    "wrong datatype",
    "nothing described",
    "missing",
    "second value",
)
NAMES = st.text("กำ๊ไabz ", min_size=1, max_size=6).map(lambda text: f"ข{text.strip()}")


@st.composite
def finds(draw):
    """Some artefacts; names are in Thai and German, which no question of the museum asks for."""
    items = []
    for number in range(draw(st.integers(1, 4))):
        names = [(f"{M}name", ("text", draw(NAMES), lang)) for lang in ("th", "de")]
        written = [ARTEFACT, ROOM, year("1400"), *names[: draw(st.integers(1, 2))]]
        items.append((f"{ID}ของ/{number}", draw(st.permutations(written))))
    return items


@pytest.fixture(scope="module")
def rules_of_years(museum_folder, tmp_path_factory):
    """The small publication with one more rule."""
    folder = Path(shutil.copytree(museum_folder, tmp_path_factory.mktemp("places") / "museum"))
    (folder / "shapes" / "year.ttl").write_text(YEAR)
    return folder


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize("error", ERRORS)
@settings(max_examples=2, deadline=None)
@given(
    items=finds(),
    which=st.integers(0, 3),
    gaps=st.lists(st.sampled_from(["", " ", "\n", "\n\n\t"]), min_size=1, max_size=4),
)
def test_an_error_is_told_where_it_was_planted(rules_of_years, error, syntax, items, which, gaps):
    subject, statements = items[which % len(items)]
    changed, rule, number, term = plant(error, statements)
    items = [(iri, changed if iri == subject else said) for iri, said in items]
    page = Page(iter(gaps * 200))
    SYNTAXES[syntax](page, items)
    name = f"data/finds.{syntax}"
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(rules_of_years, Path(folder) / "museum"))
        (copy / name).write_text(page.text, newline="")
        report = judge(load(copy))
    where = Place(name, *Lines(page.text).at(page.places[subject, number][term]))
    assert [(r.rule, r.place) for r in report.results] == [(rule, where)], page.text
