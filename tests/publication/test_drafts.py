"""Drafts: what marks one, what goes with it, and which marks are refused."""

import pytest

from reviewgraph.gate.judge import Gate, judge
from reviewgraph.publication.drafts import DRAFT
from reviewgraph.publication.folder import load
from reviewgraph.rdf.terms import BlankNode

BASE = "https://museum.example/"
STATUS = "http://www.w3.org/ns/adms#status"
OURS = "http://purl.org/adms/status/UnderDevelopment"
EU = "http://publications.europa.eu/resource/authority/dataset-status/DEVELOP"
RDF_XML = (
    '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:a="http://www.w3.org/ns/adms#"><r:Description r:about="">STATUS</r:Description></r:RDF>'
)
MARK = f"<{STATUS}> <{OURS}>"


def write(folder, name, text):
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)


def published(publication):
    return {file.path for file in publication.files}


def said_of(publication):
    return {str(term) for quad in publication.quads() for term in (quad.subject, quad.object)}


def test_the_drafts_are_those_of_the_two_tables_of_states():
    assert {status.value for status in DRAFT} == {OURS, EU}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("new.ttl", f"<> <{STATUS}> <{OURS}> . <x:a> <x:b> 1 ."),
        ("new.ttl", f"<> <{STATUS}> <{EU}> ."),
        ("new.ttl", f"<{BASE}graph/data/new> {MARK} ."),
        ("new.ttl", f"<> <{STATUS}> <http://purl.org/adms/status/Completed> , <{OURS}> ."),
        ("ใหม่/a b.ttl", f"<> {MARK} ."),
        ("new.nt", f"<{BASE}data/new.nt> {MARK} ."),
        ("new.trig", f"<> {MARK} . <{BASE}floor/9> {{ <x:a> <x:b> 1 }}"),
        ("new.trig", f"<{BASE}floor/9> {{ <> {MARK} }}"),
        ("new.trig", f"<{BASE}floor/9> {{ <x:a> <x:b> 1 }} <{BASE}floor/9> {MARK} ."),
        ("new.nq", f"<{BASE}graph/data/new> {MARK} <{BASE}floor/9> ."),
        ("new.jsonld", f'{{"@id": "", "{STATUS}": {{"@id": "{OURS}"}}}}'),
        (
            "new.rdf",
            RDF_XML.replace("STATUS", f'<a:status r:resource="{OURS}"/>'),
        ),
    ],
)
def test_a_file_says_itself_that_it_is_a_draft(museum_copy, name, text):
    before = load(museum_copy)
    write(museum_copy, f"data/{name}", text)
    publication = load(museum_copy)
    assert publication.errors == ()
    assert publication.drafts == (f"data/{name}",)
    assert [file.path for file in publication.files] == [file.path for file in before.files]
    assert set(publication.quads()) == set(before.quads())
    shown = load(museum_copy, drafts=True)
    assert shown.preview
    assert shown.drafts == publication.drafts
    assert f"data/{name}" in published(shown)


@pytest.mark.parametrize(
    "text",
    [
        f"<> <{STATUS}> <http://purl.org/adms/status/Completed> .",
        f"<> <{STATUS}> <{EU.replace('DEVELOP', 'COMPLETED')}> .",
        f"<{BASE}id/bowl> {MARK} .",
        f"<> <http://purl.org/dc/terms/subject> <{OURS}> .",
    ],
)
def test_other_states_and_what_is_no_file_make_no_draft(museum_copy, text):
    write(museum_copy, "data/new.ttl", text)
    publication = load(museum_copy)
    assert publication.drafts == ()
    assert "data/new.ttl" in published(publication)
    assert judge(publication).results == ()


@pytest.mark.parametrize("name", ["data/artefacts.ttl", "graph/data/artefacts"])
def test_a_mark_in_another_file_counts_and_is_not_published(museum_copy, name):
    write(museum_copy, "data/list.ttl", f"<{BASE}{name}> {MARK} . <x:kept> <x:b> 1 .")
    publication = load(museum_copy)
    assert publication.drafts == ("data/artefacts.ttl",)
    (file,) = (file for file in publication.data if file.path == "data/list.ttl")
    assert [str(located.subject) for located in file.statements] == ["<x:kept>"]


def test_a_file_is_a_draft_as_a_whole(museum_copy):
    write(museum_copy, "data/list.ttl", f"<{BASE}floor/1> {MARK} . <{BASE}floor/2> <x:b> 1 .")
    publication = load(museum_copy)
    assert publication.drafts == ("data/rooms/rooms.trig",)
    assert not any("/floor/" in term for term in said_of(publication))


def test_a_file_that_writes_into_the_graph_of_a_draft_is_one_too(museum_copy):
    write(museum_copy, "data/new.ttl", f"<> {MARK} .")
    write(museum_copy, "data/new.nt", "<x:a> <x:b> <x:c> .")
    write(museum_copy, "data/more.trig", f"<{BASE}graph/data/new> {{ <x:a> <x:b> <x:c> }}")
    assert load(museum_copy).drafts == ("data/more.trig", "data/new.nt", "data/new.ttl")


def test_a_graph_that_something_published_writes_into_too_keeps_its_name(museum_copy):
    write(museum_copy, "data/new.trig", f"<> {MARK} . <{BASE}floor/1> {{ <x:a> <x:b> 1 }}")
    write(museum_copy, "data/list.ttl", f"<{BASE}floor/1> <x:b> 1 .")
    publication = load(museum_copy)
    assert publication.drafts == ("data/new.trig",)
    assert f"<{BASE}floor/1>" in said_of(publication)


def test_the_blank_nodes_that_only_speak_of_a_draft_go_with_it(museum_copy):
    write(museum_copy, "data/new.ttl", f"<> {MARK} .")
    write(
        museum_copy,
        "data/list.ttl",
        f"@base <{BASE}graph/data/new> .\n@prefix s: <{BASE}graph/data/new/more#> .\n"
        "@prefix p: <x:> .\n"
        "<> p:by [ p:n 'gone' ; p:to _:ring ] , _:shared , <x:iri> . _:ring p:of _:other ."
        "_:other p:of _:ring . <x:iri> p:n 'kept' . <x:a> p:by _:shared . _:shared p:n 'kept' .",
    )
    (file,) = (file for file in load(museum_copy).data if file.path == "data/list.ttl")
    subjects = [located.subject for located in file.statements]
    assert [str(s) for s in subjects if not isinstance(s, BlankNode)] == ["<x:iri>", "<x:a>"]
    assert len(subjects) == 3
    assert file.prefixes == {"p": "x:"}


@pytest.mark.parametrize(
    ("where", "text", "said", "place"),
    [
        ("data/catalog.ttl", f"\n<> {MARK} .", "data/catalog.ttl cannot be a draft", None),
        ("data/x.ttl", f"<{BASE}graph/data/catalog> {MARK} .", "catalog.ttl cannot be", "1:1"),
        ("data/x.ttl", f"\n<{BASE}data/catalog.ttl> {MARK} .", "catalog.ttl cannot be", "2:1"),
        ("data/catalog.nt", f"<{BASE}data/catalog.nt> {MARK} .", "catalog.ttl cannot be", "1:1"),
        ("ontology/x.ttl", f"<> {MARK} .", "ontology/x.ttl cannot be a draft", "1:1"),
        ("data/x.ttl", f"<{BASE}graph/data/artefact> {MARK} .", "check its spelling", "1:1"),
        ("data/x.ttl", f"<{BASE}data/artefact.ttl> {MARK} .", "check its spelling", "1:1"),
        ("data/x.ttl", f'<> <{STATUS}> "draft" .', "must be an IRI", "1:39"),
        ("data/x.ttl", f"<> <{STATUS}> [ ] .", "must be an IRI", "1:39"),
    ],
)
@pytest.mark.parametrize("drafts", [False, True])
def test_a_mark_that_cannot_be_obeyed_stops_everything(
    museum_copy, where, text, said, place, drafts
):
    path = museum_copy / where
    lines = len(path.read_text().splitlines()) if path.exists() else 0
    with path.open("a") as file:
        file.write(text)
    (error,) = load(museum_copy, drafts=drafts).errors
    assert said in error.words.en
    assert error.words.th != error.words.en
    assert str(error.place) == f"{where}:{place or f'{lines + 2}:1'}"


def test_a_mark_on_a_file_that_cannot_be_read_is_not_called_misspelt(museum_copy):
    write(museum_copy, "data/new.ttl", f"<> {MARK} . <x:a>")
    write(museum_copy, "data/list.ttl", f"<{BASE}graph/data/new> {MARK} .")
    (error,) = load(museum_copy).errors
    assert error.place.file == "data/new.ttl"


# --- the gate


def test_the_gate_judges_what_would_be_published(museum_copy):
    write(museum_copy, "data/new.ttl", f"<> {MARK} . <x:a> a <{BASE}terms#Artifact> .")
    assert judge(load(museum_copy)).exit_code() == 0
    report = judge(load(museum_copy, drafts=True))
    assert [str(result.place) for result in report.results] == ["data/new.ttl:1:96"]


@pytest.mark.parametrize("name", ["id/new", "elsewhere/new", "graph/data/new", "data/new.ttl"])
def test_a_reference_into_a_draft_is_dangling_and_told_in_its_own_words_alone(museum_copy, name):
    write(
        museum_copy,
        "data/new.ttl",
        f"<> {MARK} . <{BASE}id/new> <x:b> 'secret' . <{BASE}elsewhere/new> <x:b> 'secret' .",
    )
    write(museum_copy, "data/list.ttl", f"<x:a> <x:b> <{BASE}{name}> .")
    (result,) = judge(load(museum_copy)).results
    assert (result.rule_name, str(result.place)) == ("dangling-reference", "data/list.ttl:1:13")
    assert result.message.en == (
        f"nothing describes <{BASE}{name}>: check its spelling, or add the record"
    )
    assert result.related == ()
    shown = judge(load(museum_copy, drafts=True))
    assert shown.exit_code() == 0


def test_what_a_draft_and_something_published_describe_may_be_referred_to(museum_copy):
    write(museum_copy, "data/new.ttl", f"<> {MARK} . <{BASE}id/bowl> <x:b> 'secret' .")
    write(museum_copy, "data/list.ttl", f"<x:a> <x:b> <{BASE}id/bowl> .")
    assert judge(load(museum_copy)).results == ()


@pytest.mark.parametrize("wrong", ["Underdevelopment", "underDevelopment", "Draft"])
def test_a_misspelt_state_is_told_and_not_published(museum_copy, wrong):
    status = OURS.replace("UnderDevelopment", wrong)
    write(museum_copy, "data/new.ttl", f"<> <{STATUS}> <{status}> .")
    (result,) = judge(load(museum_copy)).results
    assert result.rule_name == "unknown-term"


# --- reading again


def test_what_is_read_again_is_the_same_object_draft_or_not(museum_copy):
    write(museum_copy, "data/new.ttl", f"<> {MARK} .")
    write(museum_copy, "data/list.ttl", f"<{BASE}graph/data/new> <x:b> 1 . <x:a> <x:b> 1 .")
    read = []
    first = load(museum_copy)
    again = load(museum_copy, previous=first, progress=read.append)
    assert again.read == first.read
    assert again.originals == first.originals
    assert read == ["data/catalog.ttl"]


def test_a_file_becomes_a_draft_and_stops_being_one(museum_copy):
    plain = "<x:a> <x:b> <x:c> ."
    write(museum_copy, "data/new.ttl", plain)
    write(museum_copy, "data/list.ttl", f"<{BASE}graph/data/new> <x:b> 1 . <x:a> <x:b> 1 .")
    states = [
        ("new.ttl", f"<> {MARK} . {plain}", True),
        ("list.ttl", f"<x:a> <x:b> 2 . <{BASE}data/new.ttl> <x:b> 1 .", True),
        ("new.ttl", plain, False),
        ("list.ttl", f"<{BASE}graph/data/new> {MARK} .", True),
        ("list.ttl", "<x:a> <x:b> 3 .", False),
    ]
    publication, gate = load(museum_copy), Gate()
    gate.judge(publication)
    for name, text, is_draft in states:
        write(museum_copy, f"data/{name}", text)
        publication = load(museum_copy, previous=publication)
        anew = load(museum_copy)
        assert bool(publication.drafts) is is_draft
        assert set(publication.quads()) == set(anew.quads())
        again, once = gate.judge(publication), judge(anew)
        assert (again.results, again.checked, again.remarks) == (
            once.results,
            once.checked,
            once.remarks,
        )
    for drafts in (True, False):
        publication = load(museum_copy, previous=publication, drafts=drafts)
        assert set(publication.quads()) == set(load(museum_copy, drafts=drafts).quads())
