"""This repository's own publication: the page's facts, the questions, a second review."""

import csv
import json

import pytest

from reviewgraph.gate import evidence, questions
from reviewgraph.gate.judge import judge
from reviewgraph.gate.report import Severity
from reviewgraph.publication.folder import load
from reviewgraph.store.embedded import EmbeddedStore


@pytest.fixture(scope="module")
def publication(repo):
    return load(repo)


@pytest.fixture(scope="module")
def store(publication):
    return EmbeddedStore.in_memory(publication.quads())


def ask(publication, store, identifier):
    question = next(q for q in publication.questions if q.id == identifier)
    return list(questions.answer(question, store).dicts())


def values(rows, column):
    return [row[column].value for row in rows]


def test_it_passes_with_its_evidence_compared_and_without_a_warning(publication, shared):
    report = judge(publication, sources=shared / "source")
    graver = [(str(r.place), r.message.en) for r in report.results if r.rule != evidence.BARE]
    assert graver == []
    assert report.exit_code(Severity.WARNING) == 0
    assert report.checked["spans"] > 100
    assert report.checked["texts"] == 1


def test_the_claims_without_a_passage_are_the_links_that_were_checked_elsewhere(publication):
    report = judge(publication)
    bare = {(r.place.file, r.focus) for r in report.results if r.rule == evidence.BARE}
    assert {file for file, _ in bare} == {"data/claims/identifiers.ttl"}
    verified = {
        str(located.subject)
        for file in publication.files
        for located in file.statements
        if located.predicate.value.endswith("def#verification")
    }
    assert {focus for _, focus in bare} == verified
    assert report.checked["claims"] - report.checked["claims_with_evidence"] == len(bare) > 0


def test_every_competency_question_of_the_team_has_a_file_with_an_answer(publication, shared):
    asked = json.loads((shared / "questions.json").read_text())
    assert len(asked) == 17
    ours = {question.id: question for question in publication.questions}
    for entry in asked:
        question = ours[entry["id"]]
        assert question.titles == {"th": entry["question_th"], "en": entry["question_en"]}
        assert question.expected is not None
        assert question.expected.rows or entry["id"] == "Q23"


def test_every_question_says_what_an_empty_answer_means(publication):
    assert publication.questions
    for question in publication.questions:
        assert set(question.empty) == {"th", "en"}, question.path


def test_more_than_27_is_never_read_as_27(publication, store):
    (row,) = ask(publication, store, "Q13")
    assert row["bound_en"].value == "More than"
    assert (row["stated"].value, row["at_least"].value) == ("27", "28")
    assert row["exact_en"].value == "unknown"
    assert (row["named"].value, row["unnamed_at_least"].value) == ("3", "25")


def test_the_private_sector_is_unknown_not_none(publication, store):
    rows = ask(publication, store, "Q14")
    private = [row for row in rows if row["sector_en"].value == "Private sector"]
    assert values(private, "named_en") == ["unknown"]
    assert values(private, "named_th") == ["ไม่ทราบ"]


NAMES = """
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX rg: <https://w3id.org/reviewgraph/def#>
PREFIX schema: <https://schema.org/>
SELECT ?thing ?name ?printed ?certainty {
  VALUES ?kind {
    foaf:Person org:FormalOrganization org:OrganizationalUnit org:Post schema:MeetingRoom
    rg:Project rg:Cooperation rg:Purpose rg:PolicyAim
  }
  ?thing a ?kind ; rdfs:label ?name .
  OPTIONAL {
    ?thing rg:supportedBy/rg:verbatim ?printed .
    FILTER(CONTAINS(STR(?printed), STR(?name)))
  }
  OPTIONAL {
    ?claim rdf:subject ?thing ; rdf:predicate rdfs:label ; rdf:object ?name .
    ?claim rg:certainty ?certainty
  }
}
"""


def test_every_name_is_printed_or_says_where_it_comes_from(store):
    table = store.select(NAMES)
    unexplained = [str(name) for _, name, printed, claim in table.rows if not (printed or claim)]
    assert unexplained == []
    curated = {str(thing) for thing, _, _, c in table.rows if c and "curated" in str(c)}
    for slug in ("post/oecd-consultant", "post/opdc-deputy-secretary-general", "aim/", "purpose/"):
        assert any(slug in thing for thing in curated), slug


def test_no_sentence_of_the_page_is_in_the_project(repo, shared):
    """A run of 60 characters of the page, names and titles aside, would be a copied sentence."""
    (page,) = (shared / "source").glob("*.txt")
    text = page.read_text()
    printed_names = [
        (
            "Supporting Open and Connected Governance and Stakeholder Engagement"
            " (Government at a Glance: Thailand)"
        ),
        "Cabinet Office - Government Digital Service, Government of the United Kingdom",
        "Hellenic Ministry of Administrative Reform, Government of Greece",
        (
            "Deputy Head of Division & Head of the OECD Open Government Unit,"
            " Directorate for Public Governance, OECD"
        ),
        (
            "Acting Head of Division & Head of Digital Government and Open Data,"
            " Directorate for Public Governance, OECD"
        ),
        (
            "องค์การเพื่อความร่วมมือและพัฒนาทางเศรษฐกิจ"
            " (Organisation for Economic Co-operation and Development, OECD)"
        ),
        "โครงการรายงานการวิเคราะห์สภาวการณ์การบริหารงานภาครัฐแบบองค์รวม",
    ]
    runs = {text[at : at + 60] for at in range(len(text) - 60)}
    named = {name[at : at + 60] for name in printed_names for at in range(max(1, len(name) - 59))}
    checked = 0
    for room in ("ontology", "data", "shapes"):
        for path in (repo / room).rglob("*"):
            if path.is_file():
                checked += 1
                content = path.read_text()
                found = {content[at : at + 60] for at in range(len(content) - 60)} & runs
                assert not found - named, path
    assert checked > 50


SECOND = """
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix m8g: <http://data.europa.eu/m8g/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix rg: <https://w3id.org/reviewgraph/def#> .
@prefix schema: <https://schema.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix id: <https://w3id.org/reviewgraph/id/> .

<https://w3id.org/reviewgraph/id/review/second> a rg:Review ;
    rdfs:label "การทบทวนครั้งที่สอง"@th , "Second review"@en ;
    schema:startDate "2021-06-07"^^xsd:date ; schema:endDate "2021-06-07"^^xsd:date ;
    schema:organizer <https://w3id.org/reviewgraph/id/organisation/opdc> ;
    schema:subEvent <https://w3id.org/reviewgraph/id/session/second-day-1> ;
    m8g:hasParticipation <https://w3id.org/reviewgraph/id/participation/second-ubaldi> ,
        <https://w3id.org/reviewgraph/id/participation/second-klein> ,
        <https://w3id.org/reviewgraph/id/participation/second-low> .
<https://w3id.org/reviewgraph/id/session/second-day-1> a rg:Session ;
    rdfs:label "วันที่ 1"@th , "Day 1"@en ; schema:position 1 ;
    schema:startDate "2021-06-07"^^xsd:date ; schema:endDate "2021-06-07"^^xsd:date ;
    rg:theme <https://w3id.org/reviewgraph/id/theme/open-government> .
<https://w3id.org/reviewgraph/id/participation/second-ubaldi> a rg:Participation ;
    m8g:hasParticipant <https://w3id.org/reviewgraph/id/person/barbara-ubaldi> ;
    m8g:role <https://w3id.org/reviewgraph/id/role/expert> ;
    rg:actingAs <https://w3id.org/reviewgraph/id/post/second-head> .
<https://w3id.org/reviewgraph/id/participation/second-low> a rg:Participation ;
    m8g:hasParticipant <https://w3id.org/reviewgraph/id/person/liz-wei-low> ;
    m8g:role <https://w3id.org/reviewgraph/id/role/expert> ;
    rg:actingAs ?same .
<https://w3id.org/reviewgraph/id/participation/second-klein> a rg:Participation ;
    m8g:hasParticipant <https://w3id.org/reviewgraph/id/person/johannes-klein> ;
    m8g:role <https://w3id.org/reviewgraph/id/role/expert> .
<https://w3id.org/reviewgraph/id/post/second-head> a org:Post ;
    rdfs:label "หัวหน้าฝ่าย"@th , "Head of Division"@en ;
    org:postIn
        <https://w3id.org/reviewgraph/id/organisation/oecd-directorate-for-public-governance> .
"""


@pytest.fixture
def with_a_second_review(own_copy, publication, store):
    """The folder with one more review: experts come back in another post, the same, none."""
    table = store.select(
        "PREFIX m8g: <http://data.europa.eu/m8g/> PREFIX rg: <https://w3id.org/reviewgraph/def#>"
        " SELECT ?post { ?p m8g:hasParticipant"
        " <https://w3id.org/reviewgraph/id/person/liz-wei-low> ; rg:actingAs ?post }"
    )
    ((same,),) = table.rows
    (own_copy / "data" / "reviews" / "second.ttl").write_text(SECOND.replace("?same", str(same)))
    return load(own_copy)


def test_with_a_second_review_the_returning_experts_are_found(with_a_second_review):
    publication = with_a_second_review
    store = EmbeddedStore.in_memory(publication.quads())
    rows = ask(publication, store, "Q23")
    columns = (
        "post_changed_en",
        "organisation_changed_en",
        "post_changed_th",
        "organisation_changed_th",
    )
    changed = {
        row["person"].value.rsplit("/", 1)[-1]: tuple(row[column].value for column in columns)
        for row in rows
    }
    assert changed == {
        "barbara-ubaldi": ("yes", "no", "ใช่", "ไม่"),
        "liz-wei-low": ("no", "no", "ไม่", "ไม่"),
        "johannes-klein": ("unknown", "unknown", "ไม่ทราบ", "ไม่ทราบ"),
    }
    assert {row["reviews"].value for row in rows} == {"2"}


def test_with_a_second_review_themes_are_counted_over_both(with_a_second_review):
    publication = with_a_second_review
    store = EmbeddedStore.in_memory(publication.quads())
    rows = {row["theme"].value.rsplit("/", 1)[-1]: row for row in ask(publication, store, "Q24")}
    assert rows["open-government"]["reviews"].value == "2"
    assert rows["open-government"]["dates"].value == "2019-04-02, 2021-06-07"
    assert rows["open-government"]["countries_en"].value == "Greece 1, United Kingdom 1"
    assert rows["public-participation"]["reviews"].value == "1"


def test_with_a_second_review_the_questions_on_the_first_stay_as_they_were(
    with_a_second_review, publication, store
):
    second = EmbeddedStore.in_memory(with_a_second_review.quads())
    for question in publication.questions:
        if question.id not in {"Q23", "Q24"}:
            before = questions.answer(question, store)
            assert questions.answer(question, second) == before, question.path


def test_the_expected_answers_are_tables_that_a_spreadsheet_reads(repo):
    files = sorted((repo / "ontology" / "questions").glob("*.expected.tsv"))
    assert len(files) >= 17
    for file in files:
        with file.open(newline="") as stream:
            rows = list(csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
        assert {len(row) for row in rows} == {len(rows[0])}, file


def test_a_copy_elsewhere_is_judged_alike(own_copy):
    assert judge(load(own_copy)).exit_code(Severity.WARNING) == 0
