"""What the tests of the web share: applications over releases, and a client with no network."""

from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from reviewgraph.gate.formats import as_json
from reviewgraph.gate.report import Report
from reviewgraph.rdf.canonical import canonicalize, sha256
from reviewgraph.rdf.formats import TURTLE
from reviewgraph.rdf.syntax import serialize
from reviewgraph.release.dumps import read_triples, write_canonical, write_dumps
from reviewgraph.release.manifest import (
    CHECKSUMS,
    CONTEXT_FILE,
    DCAT_FILE,
    REPORT_FILE,
    REPORT_GRAPH_FILE,
    ROBOTS_FILE,
    SEARCH_FILE,
    SHAPES_FILE,
    VOID_FILE,
    FileEntry,
    QuestionEntry,
    Release,
    open_release,
    write_manifest,
)
from reviewgraph.release.search.names import named
from reviewgraph.release.search.writing import write as write_names
from reviewgraph.release.sitemap import robots
from reviewgraph.store.embedded import EmbeddedStore
from reviewgraph.web.app import create_app

BASE = "https://odd.example/data/"


ODD = """
@prefix : <https://odd.example/data/def#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@base <https://odd.example/data/> .

<id/plain> a :Thing ; rdfs:label "ธรรมดา"@th , "Plain"@en ; :on "2019-04-01"^^xsd:date ;
    :near <id/évil> , <javascript:alert(1)> , <https://elsewhere.example/x?a=1&b=2> ;
    :flag true ; :number 7 , "007"^^xsd:integer , 1.50 , 1e0 ; :note "line\\r\\nbreak\\ttab" ;
    :detail [ rdfs:label "inner" ; :deeper [ :note "deepest"@en ] ] ;
    :list ( "one" "two" ) .
<id/évil> a :Thing ; rdfs:label "<script>alert('x')</script>"@en ;
    rdfs:comment "\\"><img src=x>"@en .
<id/caf\\u00e9> a :Thing ; rdfs:label "composed"@en .
<id/cafe\\u0301> a :Thing ; rdfs:label "decomposed"@en .
<id/%E0%B8%81> a :Thing ; rdfs:label "written with escapes"@en .
<id/a%2Fb> a :Thing ; rdfs:label "escaped slash"@en .
<id/a/b> a :Thing ; rdfs:label "real slash"@en .
<id/v1.2> a :Thing ; rdfs:label "with a dot"@en .
<id/page.html> a :Thing ; rdfs:label "called like a page"@en .
<id/kind> a :Thing ; rdfs:label "a scheme-like IRI"@en .
<id/kind/one> a :Thing ; rdfs:label "One"@en .
<id/joint> a :Joint ; :who <id/plain> ; :role <id/kind/one> ; :value 27 .
<id/holder> rdfs:label "Holder"@en ; :has <id/joint> .
<id/claim> a rdf:Statement ; rdf:subject <id/plain> ; rdf:predicate :number ; rdf:object 7 ;
    :note "counted twice"@en .
<id/ordered> a :Thing ; rdfs:label "Ordered"@en ; :note "unruled" ; rdfs:seeAlso <id/plain> ;
    :from "2019-04-05"^^xsd:date ; :until "2019-04-01"^^xsd:date ;
    :step <id/step/b> , <id/step/a> , <id/step/c> , <id/step/d> , <id/step/e> .
<id/step/a> rdfs:label "Alpha"@en ; schema:position 10 .
<id/step/b> rdfs:label "Beta"@en ; schema:position 9.5 .
<id/step/c> rdfs:label "Gamma"@en ; schema:position "first" .
<id/step/d> rdfs:label "Delta"@en .
<id/step/e> rdfs:label "Epsilon"@en ; schema:position "2"^^xsd:integer , 11 .
rdfs:seeAlso rdfs:label "look there"@en .
<id/text> a :Text ; rdfs:label "Text"@en .
<id/text#char=1,2> a :Part ; :of <id/text> ; :quote "ab" .
<id/gone> dcterms:isReplacedBy <id/plain> .
<dataset> a :Dataset ; rdfs:label "Data"@en .
<id/slash> :near <https://odd.example/data//attacker.example/x> .

<def> a owl:Ontology ; dcterms:title "คำ"@th , "Words"@en ; owl:versionIRI <def/2> .
:Thing a owl:Class ; rdfs:label "สิ่ง"@th , "Thing"@en ; rdfs:isDefinedBy <def> .
:near a owl:ObjectProperty ; rdfs:label "ใกล้"@th , "near"@en .
"""

SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
<https://odd.example/data/shape/Thing> a sh:NodeShape ;
    sh:targetClass <https://odd.example/data/def#Thing> ; sh:name "A thing"@en ;
    sh:property <https://odd.example/data/shape/named> .
<https://odd.example/data/shape/named> sh:path <http://www.w3.org/2000/01/rdf-schema#label> ;
    sh:minCount 1 ; sh:severity sh:Warning ; sh:name "named"@en ;
    sh:message "ไม่มีชื่อ"@th , "It has no <name>."@en .
@prefix : <https://odd.example/data/def#> .
@prefix shape: <https://odd.example/data/shape/> .
shape:early sh:order 1 .
shape:late sh:order 2.5 .
shape:step sh:path :step ; sh:group shape:early ; sh:order 7 .
shape:from sh:path :from ; sh:group shape:late ; sh:order 3 .
shape:until sh:path :until ; sh:group shape:late ; sh:order 8 .
shape:from-again sh:path :from ; sh:order 1 .
shape:unordered sh:path :note ; sh:group shape:early .
shape:back sh:path [ sh:inversePath :flag ] ; sh:order 0 .
"""

CONTEXT = """{"@context": {"@version": 1.1, "id": "@id", "type": "@type",
 "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
 "label": {"@id": "rdfs:label", "@container": "@language"},
 "near": {"@id": "https://odd.example/data/def#near", "@type": "@id"}}}"""

QUESTIONS = (
    QuestionEntry(
        name="near",
        id="N1",
        query="SELECT ?to ?what ?missing { ?what <https://odd.example/data/def#near> ?to "
        "OPTIONAL { ?to <x:no> ?missing } } ORDER BY STR(?to)",
        titles={"th": "ใกล้อะไร", "en": "Near what?"},
        descriptions={},
        empty={"th": "ไม่ทราบ", "en": "It is not known."},
        parameters={
            "what": {"default": f"<{BASE}id/plain>", "titles": {"th": "สิ่ง", "en": "Thing"}}
        },
    ),
    QuestionEntry(
        name="number",
        id="N2",
        query="SELECT ?who ?number { ?who <https://odd.example/data/def#number> ?number }",
        titles={"en": "Whose number is it?"},
        descriptions={"en": "A description."},
        empty={},
        parameters={"number": {"default": "7", "titles": {}}},
    ),
    QuestionEntry(
        name="named",
        id="N3",
        query="SELECT ?who ?name { ?who <http://www.w3.org/2000/01/rdf-schema#label> ?name }",
        titles={"en": "Who is called so?"},
        descriptions={},
        empty={},
        parameters={"name": {"default": '"Plain"@en', "titles": {"en": "Name"}}},
    ),
)


LABELS = ("http://www.w3.org/2000/01/rdf-schema#label", "http://purl.org/dc/terms/title")


def write_odd(folder: Path) -> Release:
    """A release with everything that is awkward in addresses, labels and statements."""
    quads = canonicalize(
        Quad(quad.subject, quad.predicate, quad.object, _graph(quad))
        for quad in parse(ODD, format=RdfFormat.TURTLE)
    )
    EmbeddedStore.create(folder / "store", quads)
    prefixes = {
        "d": f"{BASE}def#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
    digest = write_canonical(folder, quads)
    files = list(write_dumps(folder, prefixes, BASE).files)
    write_names(folder / SEARCH_FILE, named(read_triples(folder), BASE, LABELS), lambda _: 0)
    files.append(SEARCH_FILE)
    described = f"<{BASE}dataset> a <http://www.w3.org/ns/dcat#Dataset> .".encode()
    for name, content in (
        (SHAPES_FILE, serialize(list(parse(SHAPES, format=RdfFormat.TURTLE)), TURTLE)),
        (CONTEXT_FILE, CONTEXT.encode()),
        (REPORT_FILE, as_json(Report()).encode()),
        (REPORT_GRAPH_FILE, b""),
        (ROBOTS_FILE, robots(BASE)),
        (VOID_FILE, described),
        (DCAT_FILE, described),
    ):
        (folder / name).write_bytes(content)
        files.append(name)
    sums = "".join(f"{sha256((folder / name).read_bytes())}  {name}\n" for name in files)
    (folder / CHECKSUMS).write_text(sums)
    entries = {
        name: FileEntry((folder / name).stat().st_size, sha256((folder / name).read_bytes()))
        for name in [*files, CHECKSUMS]
    }
    store = EmbeddedStore.open(folder / "store")
    write_manifest(
        Release(
            path=folder,
            name=digest,
            generator="hand",
            base=BASE,
            dataset=f"{BASE}dataset",
            titles={"th": "ของแปลก", "en": "Odd things"},
            descriptions={"en": "What <b>breaks</b> publishers."},
            license="https://creativecommons.org/publicdomain/zero/1.0/",
            publisher="https://elsewhere.example/me",
            ontologies=(f"{BASE}def",),
            prefixes=prefixes,
            label_properties=LABELS,
            questions=QUESTIONS,
            graphs=store.graph_sizes(),
            triples=len({quad.triple for quad in quads}),
            files=entries,
        )
    )
    return open_release(folder)


def _graph(quad: Quad) -> NamedNode:
    is_word = quad.subject.value.startswith(f"{BASE}def")
    return NamedNode(f"{BASE}graph/{'ontology/words' if is_word else 'data/things'}")


@pytest.fixture(scope="session")
def odd(tmp_path_factory) -> Release:
    return write_odd(tmp_path_factory.mktemp("odd"))


@pytest.fixture(scope="session")
def ask(asking, odd):
    """Asks the site of the odd release."""
    return asking(create_app(odd))


@pytest.fixture(scope="session")
def client_of(asking):
    """Gives a client of the site of a release that a test has made."""
    return lambda release: asking(create_app(release))


@pytest.fixture(scope="session")
def ask_museum(asking, museum):
    """Asks the site of the small publication."""
    return asking(create_app(museum))


@pytest.fixture(scope="session")
def ask_own(asking, own):
    """Asks the site of this repository's own publication."""
    return asking(create_app(own))
