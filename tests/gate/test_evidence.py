"""Evidence: spans inside the text, digests that hold, printed values that are printed."""

import hashlib
import os
from pathlib import Path

import pytest

from reviewgraph.errors import GateError
from reviewgraph.gate import evidence
from reviewgraph.gate.judge import judge
from reviewgraph.gate.report import RULES, Severity
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
        ({"start": -1}, "span-bounds"),
        ({"end": len(TEXT) + 1, "length": len(TEXT) + 1}, "span-bounds"),
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


def test_a_source_without_a_digest_is_told_so(museum_copy):
    texts = write(museum_copy)
    path = museum_copy / "data" / "evidence.ttl"
    lines = path.read_text().splitlines()
    lines[1:3] = [lines[1].replace(" ;", " .")]
    path.write_text("\n".join(lines))
    (result,) = judge(load(museum_copy), sources=texts).results
    assert result.rule == RULES + "source-text"
    assert "add the SHA-256" in result.message.en


CLAIMS = """@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix m: <https://museum.example/terms#> .
@prefix id: <https://museum.example/id/> .
id:page1 oa:hasSource id:page ; oa:start 0 ; oa:end 3 .
id:one rdf:subject id:bowl ; rdf:predicate m:name ; rdf:object "Bowl" ;
    prov:wasDerivedFrom id:page1 .
id:two m:about id:bowl ; rdf:predicate m:name ; rdf:object "Dish" ; m:seenIn id:page1 .

id:three rdf:subject id:bowl ; rdf:predicate m:name ; rdf:object "Pot" .
id:four rdf:subject id:bowl ; rdf:predicate m:name ; prov:wasDerivedFrom id:bowl .
id:five m:about id:bowl .
"""


def test_each_claim_that_points_into_no_source_is_listed_where_it_stands(museum_copy):
    (museum_copy / "data" / "claims.ttl").write_text(CLAIMS)
    ontology = museum_copy / "ontology" / "museum.ttl"
    ontology.write_text(
        f"{ontology.read_text()}\n"
        "m:about rdfs:subPropertyOf <http://www.w3.org/1999/02/22-rdf-syntax-ns#subject> .\n"
        "m:seenIn rdfs:subPropertyOf <http://www.w3.org/ns/prov#wasDerivedFrom> .\n"
    )
    report = judge(load(museum_copy))
    listed = [r for r in report.results if r.rule == evidence.BARE]
    assert [(r.place.file, r.place.line) for r in listed] == [
        ("data/claims.ttl", line) for line in (11, 12, 13)
    ]
    assert {r.severity for r in listed} == {Severity.INFO}
    assert "prov:wasDerivedFrom" in listed[0].message.en
    assert "โปรดเพิ่ม" in listed[0].message.th
    assert report.checked["claims"] == 5
    assert report.checked["claims_with_evidence"] == 2


def test_a_folder_of_texts_may_hold_anything(museum_copy, tmp_path, monkeypatch):
    """The text itself is found among files that are too large, elsewhere, or no files at all."""
    texts = write(museum_copy)
    monkeypatch.setattr("reviewgraph.publication.texts.MAX_SOURCE_BYTES", 1000)
    (tmp_path / "secret.txt").write_text("not of this folder")
    (texts / "a link").symlink_to(tmp_path / "secret.txt")
    (texts / "a loop").symlink_to(texts / "a loop")
    (texts / "a dead link").symlink_to(texts / "nowhere")
    (texts / "a folder elsewhere").symlink_to(tmp_path, target_is_directory=True)
    (texts / "a large one").write_bytes(b"x" * 1001)
    os.mkfifo(texts / "a pipe")
    Path(os.fsdecode(os.fsencode(texts) + b"/a\xff\x1b[2J")).write_text("an odd name")
    report = judge(load(museum_copy), sources=texts)
    assert rules(report) == []
    assert report.checked["texts"] == 1
    said = {note.en.partition(" was left out: ")[::2] for note in report.notes}
    assert {(name, reason.partition(":")[0]) for name, reason in said} == {
        ("texts/a link", "this link leads out of the folder"),
        ("texts/a loop", "it cannot be read"),
        ("texts/a dead link", "it cannot be read"),
        ("texts/a large one", "the file is too large (1001 bytes, at most 1000)"),
        ("texts/a pipe", "this is not a regular file"),
    }
    assert all(note.th.startswith("ไม่ได้ใช้ ") for note in report.notes)


def test_a_text_that_is_too_large_is_not_compared_and_both_are_said(museum_copy, monkeypatch):
    texts = write(museum_copy)
    monkeypatch.setattr("reviewgraph.publication.texts.MAX_SOURCE_BYTES", 10)
    report = judge(load(museum_copy), sources=texts)
    assert rules(report) == ["source-text"]
    assert "texts/page.txt was left out: the file is too large" in report.notes[0].en


def test_a_source_that_is_no_text_is_said_to_be_none(museum_copy):
    texts = write(museum_copy, source=hashlib.sha256(b"\xff\xfe").hexdigest())
    report = judge(load(museum_copy), sources=texts)
    assert rules(report) == ["source-text"]
    assert [note.en for note in report.notes] == [
        "texts/picture.bin was left out: it is no UTF-8 text"
    ]


def test_what_may_not_be_read_is_said_without_a_trace(museum_copy, monkeypatch):
    texts = write(museum_copy)
    (texts / "a locked file").write_text("x")
    (texts / "a locked folder").mkdir()
    (texts / "below").mkdir()
    (texts / "page.txt").rename(texts / "below" / "page.txt")
    read, scan = Path.read_bytes, os.scandir

    def locked(function):
        def guarded(path):
            if "locked" in Path(path).name:
                raise PermissionError(13, "Permission denied", str(path))
            return function(path)

        return guarded

    publication = load(museum_copy)
    monkeypatch.setattr(Path, "read_bytes", locked(read))
    monkeypatch.setattr(os, "scandir", locked(scan))
    report = judge(publication, sources=texts)
    assert rules(report) == []
    assert {note.en for note in report.notes} == {
        "texts/a locked file was left out: it cannot be read: Permission denied",
        "texts/a locked folder was left out: it cannot be listed: Permission denied",
    }
