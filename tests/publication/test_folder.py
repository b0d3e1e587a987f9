"""The folder: what is read, what it is called, and what is said when it is not right."""

import pytest

from reviewgraph.errors import PublicationError
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
        "shapes/three.ttl",
        "ontology/questions/four.rq",
    ]


@pytest.mark.parametrize("room", ["ontology", "data", "shapes"])
def test_a_folder_without_its_rooms_is_no_publication(museum_copy, room):
    (museum_copy / room).rename(museum_copy / "elsewhere")
    with pytest.raises(PublicationError, match=room):
        load(museum_copy)


def test_a_missing_folder_is_said(tmp_path):
    with pytest.raises(PublicationError, match="no folder"):
        load(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('void:uriSpace "https://museum.example/"', 'void:uriSpace "museum"', "void:uriSpace"),
        ("a dcat:Dataset", "a dcat:Catalog", "one dcat:Dataset, not 0"),
        ("dcterms:license <", "dcterms:rights <", "one dcterms:license, not 0"),
    ],
)
def test_the_catalogue_must_say_what_the_publisher_needs(museum_copy, old, new, said):
    catalog = museum_copy / "data" / "catalog.ttl"
    text = catalog.read_text()
    assert old in text
    catalog.write_text(text.replace(old, new))
    with pytest.raises(PublicationError, match=said):
        load(museum_copy)


def test_a_folder_without_catalogue_is_refused(museum_copy):
    (museum_copy / "data" / "catalog.ttl").unlink()
    with pytest.raises(PublicationError, match=r"data/catalog\.ttl"):
        load(museum_copy)


def test_a_link_out_of_the_folder_is_not_followed(museum_copy, tmp_path):
    outside = tmp_path / "secret.ttl"
    outside.write_text("<x:s> <x:p> 'secret' .")
    (museum_copy / "data" / "link.ttl").symlink_to(outside)
    (error,) = load(museum_copy).errors
    assert error.place.file == "data/link.ttl"
    assert "secret" not in str(error)


def test_two_files_blank_nodes_stay_apart(museum_copy):
    for name in ("a", "b"):
        (museum_copy / "data" / f"{name}.ttl").write_text("_:x <x:p> 1 .")
    subjects = {quad.subject for quad in load(museum_copy).quads() if quad.predicate.value == "x:p"}
    assert len(subjects) == 2


def test_the_context_is_not_data(museum_copy):
    (museum_copy / "ontology" / "context.jsonld").write_text('{"@context": {"x": "x:"}}')
    publication = load(museum_copy)
    assert publication.context is not None
    assert "ontology/context.jsonld" in publication.other_files
    assert "ontology/context.jsonld" not in {file.path for file in publication.files}
