"""Evidence: spans inside the text, digests that hold, printed values that are printed."""

import hashlib

import pytest

from reviewgraph.errors import GateError
from reviewgraph.gate.judge import judge
from reviewgraph.gate.report import RULES
from reviewgraph.publication.folder import load

TEXT = "หน้าเว็บ: ชามสังคโลก 😀 ห้องหนึ่ง"


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def write(folder, **changes):
    """A source and one span of it, in terms of an own subproperty and of standard ones."""
    word = "ชามสังคโลก"
    start = TEXT.index(word)
    facts = {
        "start": start,
        "end": start + len(word),
        "digest": digest(word),
        "exact": word,
        "length": len(TEXT),
        "source": digest(TEXT),
        "claimed": "สังคโลก",
    } | changes
    (folder / "data" / "evidence.ttl").write_text(
        f"""@prefix oa: <http://www.w3.org/ns/oa#> .
<https://museum.example/id/page> oa:end {facts["length"]} ;
    <https://museum.example/terms#sha> "{facts["source"]}" .
<https://museum.example/id/page#1> oa:hasSource <https://museum.example/id/page> ;
    oa:start {facts["start"]} ; oa:end {facts["end"]} ; oa:exact "{facts["exact"]}" ;
    <https://museum.example/terms#sha> "{facts["digest"]}" .
<https://museum.example/id/claim> <https://museum.example/terms#printed> "{facts["claimed"]}" ;
    <http://www.w3.org/ns/prov#wasDerivedFrom> <https://museum.example/id/page#1> .
"""
    )
    ontology = folder / "ontology" / "museum.ttl"
    ontology.write_text(
        ontology.read_text() + "\n<https://museum.example/terms#sha> rdfs:subPropertyOf"
        " <http://spdx.org/rdf/terms#checksumValue> .\n"
        "<https://museum.example/terms#printed> rdfs:subPropertyOf"
        " <http://www.w3.org/ns/oa#exact> .\n"
    )
    texts = folder.parent / "texts"
    texts.mkdir()
    (texts / "page.txt").write_text(TEXT)
    (texts / "picture.bin").write_bytes(b"\xff\xfe")
    return texts


def rules(report):
    return [result.rule.removeprefix(RULES) for result in report.results]


def test_evidence_that_holds_passes(museum_copy):
    texts = write(museum_copy)
    report = judge(load(museum_copy), sources=texts)
    assert rules(report) == []
    assert (report.checked["spans"], report.checked["texts"]) == (1, 1)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"digest": digest("ชาม")}, "span-digest"),
        ({"exact": "ชามแตก"}, "span-verbatim"),
        ({"claimed": "ชามแตก"}, "span-verbatim"),
        ({"source": digest("another")}, "source-text"),
        ({"end": 5000, "length": 9000}, "span-bounds"),
        ({"end": 5000}, "span-bounds"),
        ({"end": 3}, "span-bounds"),
        ({"end": '"x"'}, "span-bounds"),
    ],
)
def test_evidence_that_does_not_hold_is_told(museum_copy, changes, rule):
    texts = write(museum_copy, **changes)
    report = judge(load(museum_copy), sources=texts)
    assert rule in rules(report)
    assert report.results[0].place.file == "data/evidence.ttl"
    assert report.exit_code() == 1


def test_without_the_texts_it_is_said_that_the_check_was_left_out(museum_copy):
    write(museum_copy, digest=digest("ชาม"))
    report = judge(load(museum_copy))
    assert rules(report) == []
    assert "not compared" in report.notes[0].en


def test_bounds_are_checked_without_the_texts_too(museum_copy):
    write(museum_copy, end=5000)
    assert rules(judge(load(museum_copy))) == ["span-bounds"]


def test_a_folder_of_texts_that_is_not_there_is_no_fault_of_the_data(museum_copy, tmp_path):
    with pytest.raises(GateError, match="check --sources"):
        judge(load(museum_copy), sources=tmp_path / "nowhere")
