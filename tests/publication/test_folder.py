"""The folder: what is read, what it is called, and what is said when it is not right."""

import os

import pytest

from reviewgraph.errors import PublicationError
from reviewgraph.gate import formats
from reviewgraph.gate.judge import judge
from reviewgraph.publication.folder import load


def test_every_file_is_a_named_graph_called_after_its_path(museum_folder):
    publication = load(museum_folder)
    names = {quad.graph_name.value for quad in publication.quads()}
    assert "https://museum.example/graph/data/artefacts" in names
    assert "https://museum.example/graph/ontology/museum" in names
    assert {"https://museum.example/floor/1", "https://museum.example/notes"} <= names
    assert publication.errors == ()
    assert [question.name for question in publication.questions] == ["where"]


def test_all_files_in_error_are_kept_not_only_the_first(museum_copy):
    (museum_copy / "data" / "one.ttl").write_text("<s> <p> .")
    (museum_copy / "data" / "two.nt").write_text("nonsense")
    (museum_copy / "shapes" / "three.ttl").write_text("@prefix")
    (museum_copy / "ontology" / "questions" / "four.rq").write_text("#+ nonsense\nASK {}")
    errors = load(museum_copy).errors
    assert [error.place.file for error in errors] == [
        "data/one.ttl",
        "data/two.nt",
        "ontology/questions/four.rq",
        "shapes/three.ttl",
    ]


@pytest.mark.parametrize("room", ["ontology", "data", "shapes"])
def test_a_folder_without_its_rooms_is_no_publication(museum_copy, room):
    (museum_copy / room).rename(museum_copy / "elsewhere")
    with pytest.raises(PublicationError, match=room):
        load(museum_copy)


def test_a_missing_folder_is_said(tmp_path):
    with pytest.raises(PublicationError, match="no folder"):
        load(tmp_path / "nowhere")


BASE = 'void:uriSpace "https://museum.example/"'


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        *(
            (BASE, f'void:uriSpace "{base}"', "void:uriSpace must be")
            for base in (
                "museum",
                "https://museum.example/x#",
                "https://museum.example/?a=/",
                "https://user@museum.example/",
                "https:///",
                "https://museum.example:999999/",
                "https://museum.example/a/../",
                "https://museum example/",
                "http://[/",
                "ftp://museum.example/",
            )
        ),
        ("a dcat:Dataset", "a dcat:Catalog", "one dcat:Dataset, not 0"),
        ("dcterms:license <", "dcterms:rights <", "one dcterms:license, not 0"),
    ],
)
def test_the_catalogue_must_say_what_the_publisher_needs(museum_copy, old, new, said):
    catalog = museum_copy / "data" / "catalog.ttl"
    text = catalog.read_text()
    assert old in text
    catalog.write_text(text.replace(old, new))
    (error,) = load(museum_copy).errors
    assert said in error.words.en
    assert error.place.file == "data/catalog.ttl"


def test_an_error_in_the_catalogue_does_not_hide_the_others(museum_copy):
    for name in ("catalog", "artefacts"):
        (museum_copy / "data" / f"{name}.ttl").write_text("<s> <p> .")
    files = [error.place.file for error in load(museum_copy).errors]
    assert files == ["data/artefacts.ttl", "data/catalog.ttl"]


def test_a_folder_without_catalogue_is_refused(museum_copy):
    (museum_copy / "data" / "catalog.ttl").unlink()
    with pytest.raises(PublicationError, match=r"data/catalog\.ttl"):
        load(museum_copy)


@pytest.mark.parametrize(
    "name",
    [
        "data/link.ttl",
        "shapes/link.ttl",
        "ontology/context.jsonld",
        "ontology/questions/link.rq",
        "ontology/questions/where.expected.tsv",
    ],
)
def test_a_link_out_of_the_folder_is_not_followed(museum_copy, tmp_path, name):
    outside = tmp_path / "secret.ttl"
    outside.write_text("<x:s> <x:p> 'secret' .")
    path = museum_copy / name
    path.unlink(missing_ok=True)
    path.symlink_to(outside)
    publication = load(museum_copy)
    (error,) = publication.errors
    assert error.place.file == name
    assert "leads out of the folder" in error.words.en
    assert "secret" not in formats.as_text(judge(publication), "both", publication)


def test_what_is_no_regular_file_is_not_opened(museum_copy):
    os.mkfifo(museum_copy / "data" / "pipe.ttl")
    os.mkfifo(museum_copy / "ontology" / "questions" / "pipe.rq")
    errors = load(museum_copy).errors
    assert [error.place.file for error in errors] == [
        "data/pipe.ttl",
        "ontology/questions/pipe.rq",
    ]


def test_files_that_nothing_reads_are_told(museum_copy):
    (museum_copy / "data" / "people.n3").write_text("x")
    (museum_copy / "data" / "rooms" / "MORE.TTL").write_text("<x:a> <x:b> <x:c> .")
    (museum_copy / "shapes" / "more").mkdir()
    (museum_copy / "shapes" / "more" / "a.ttl").write_text("x")
    (museum_copy / "ontology" / "questions" / "gone.expected.tsv").write_text("?a\n")
    (museum_copy / "data" / "README.md").write_text("x")
    publication = load(museum_copy)
    assert publication.unread == (
        "data/people.n3",
        "ontology/questions/gone.expected.tsv",
        "shapes/more/a.ttl",
    )
    assert "data/rooms/MORE.TTL" in {file.path for file in publication.files}
    warned = [str(result.place) for result in judge(publication).results]
    assert warned == [f"{name}:1:1" for name in publication.unread]


@pytest.mark.parametrize(
    "graph",
    [
        "<https://museum.example/graph/folder>",
        "<https://museum.example/graph/data/artefacts>",
        "<https://other.example/g>",
        "<javascript:alert(1)>",
        "_:g",
    ],
)
def test_a_file_may_not_write_into_graphs_that_are_not_its_own(museum_copy, graph):
    (museum_copy / "data" / "x.trig").write_text(f"{graph} {{\n <x:a> <x:b> <x:c> }}")
    (result,) = judge(load(museum_copy)).results
    assert result.rule_name == "graph-name"
    assert str(result.place) == "data/x.trig:2:2"


def test_two_files_of_one_name_would_be_one_graph(museum_copy):
    (museum_copy / "data" / "notes.ttl").write_text("<x:a> <x:b> <x:c> .")
    (result,) = judge(load(museum_copy)).results
    assert result.rule_name == "graph-shared"


def test_two_files_blank_nodes_stay_apart(museum_copy):
    for name in ("a", "b"):
        (museum_copy / "data" / f"{name}.ttl").write_text("_:x <x:p> 1 .")
    subjects = {quad.subject for quad in load(museum_copy).quads() if quad.predicate.value == "x:p"}
    assert len(subjects) == 2


def test_the_context_is_not_data(museum_copy):
    (museum_copy / "ontology" / "context.jsonld").write_text(
        '{"@context": {"x": "https://x.example/"}}'
    )
    publication = load(museum_copy)
    assert publication.context is not None
    assert "ontology/context.jsonld" in publication.other_files
    assert "ontology/context.jsonld" not in {file.path for file in publication.files}
