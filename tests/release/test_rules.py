"""``rules.json``: where each shape is written, and its cases, for the pages of rules."""

import hashlib
import json

from reviewgraph.gate.judge import judge
from reviewgraph.publication.folder import load
from reviewgraph.release import rules
from reviewgraph.release.build import build
from reviewgraph.release.manifest import RULES_FILE

SHAPE = "https://w3id.org/reviewgraph/shape/"
CASE = "shapes/cases/artefact/Artefact-room.invalid.none.ttl"


def test_the_cases_are_in_the_release_as_they_are_written(own, repo):
    content = own.file(RULES_FILE).read_bytes()
    assert own.files[RULES_FILE].sha256 == hashlib.sha256(content).hexdigest()
    entries = rules.read(content)
    examples = [
        example
        for entry in entries.values()
        for example in (*entry.examples.valid, *entry.examples.invalid)
    ]
    assert len(examples) > 400
    for example in examples:
        assert example.text == (repo / example.path).read_text()
    assert entries[f"{SHAPE}Person-honorific"].place.file == "shapes/person.ttl"


def test_the_same_folder_gives_the_same_file(repo, museum):
    assert rules.document(load(repo)) == rules.document(load(repo))
    content = json.loads(museum.file(RULES_FILE).read_text())
    assert [entry["valid"] for entry in content["rules"].values()] == [[], []]


def test_cases_are_part_of_the_name_since_the_site_shows_them(museum_copy, museum, tmp_path):
    case = museum_copy / CASE
    case.parent.mkdir(parents=True)
    names = {museum.name}
    for text in ("first", "second"):
        case.write_text(f'<https://museum.example/id/x> <urn:x:y> "{text}" .\n')
        publication = load(museum_copy)
        release = build(publication, judge(publication), tmp_path / "out")
        names.add(release.name)
        assert text in release.file(RULES_FILE).read_text()
    assert len(names) == 3
