"""Releases: named by what they hold, whole or not there, the same on any machine."""

import gzip
import hashlib
import json
import os
import signal
import subprocess
import sys
import time

import pyoxigraph as ox
import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF

from reviewgraph.errors import ReleaseError
from reviewgraph.gate.judge import judge
from reviewgraph.publication.folder import load
from reviewgraph.rdf.namespaces import DCAT, SPDX, VOID
from reviewgraph.release import build as building
from reviewgraph.release import manifest
from reviewgraph.store.embedded import EmbeddedStore


def build(folder, out):
    publication = load(folder)
    return building.build(publication, judge(publication), out)


def published(release):
    """Every file but the engine's own, by name."""
    return {
        name: (release.path / name).read_bytes()
        for name in release.files
        if not name.startswith(manifest.STORE)
    }


def dataset(data, syntax):
    return ox.Dataset(
        ox.Quad(q.subject, q.predicate, q.object, getattr(q, "graph_name", ox.DefaultGraph()))
        for q in ox.parse(data, format=syntax)
    )


def test_the_name_is_the_digest_of_the_canonical_dump(museum, own):
    for release in (museum, own):
        dump = (release.path / "dump.nq").read_bytes()
        assert release.name == release.path.name == hashlib.sha256(dump).hexdigest()
        canonical = dataset(dump, ox.RdfFormat.N_QUADS)
        canonical.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        assert "".join(sorted(f"{quad} .\n" for quad in canonical)).encode() == dump


def test_the_same_folder_gives_the_same_bytes_elsewhere(museum_copy, museum, tmp_path):
    other = build(museum_copy, tmp_path / "out")
    assert other.name == museum.name
    assert published(other) == published(museum)


def test_a_comment_or_a_reordering_changes_nothing_but_a_fact_does(museum_copy, museum, tmp_path):
    data = museum_copy / "data" / "artefacts.ttl"
    text = data.read_text()
    data.write_text("# a comment\n" + text)
    assert build(museum_copy, tmp_path / "out").name == museum.name
    data.write_text(text.replace('"Lamp"@en', '"Oil lamp"@en'))
    expected = museum_copy / "ontology" / "questions" / "where.expected.tsv"
    expected.write_text(expected.read_text().replace('"Lamp"', '"Oil lamp"'))
    assert build(museum_copy, tmp_path / "out").name != museum.name


@pytest.mark.parametrize("file", ["shapes/artefact.ttl", "ontology/questions/where.rq"])
def test_rules_and_questions_are_part_of_the_name(museum_copy, museum, tmp_path, file):
    with (museum_copy / file).open("a") as stream:
        stream.write("\n# changed\n")
    assert build(museum_copy, tmp_path / "out").name != museum.name


def test_every_dump_holds_the_same_statements(museum, own):
    for release in (museum, own):
        quads = dataset((release.path / "dump.nq").read_bytes(), ox.RdfFormat.N_QUADS)
        triples = ox.Dataset(ox.Quad(q.subject, q.predicate, q.object) for q in quads)
        assert len(triples) > 50
        for extension, syntax in (
            ("trig", ox.RdfFormat.TRIG),
            ("jsonld", ox.RdfFormat.JSON_LD),
        ):
            found = dataset((release.path / f"dump.{extension}").read_bytes(), syntax)
            assert found == quads, extension
        for extension, syntax in (
            ("ttl", ox.RdfFormat.TURTLE),
            ("nt", ox.RdfFormat.N_TRIPLES),
            ("rdf", ox.RdfFormat.RDF_XML),
        ):
            found = dataset((release.path / f"dump.{extension}").read_bytes(), syntax)
            assert found == triples, extension


def test_rdflib_reads_the_turtle_and_the_xml_dump_too(own):
    turtle = Graph().parse(own.path / "dump.ttl", format="turtle")
    xml = Graph().parse(own.path / "dump.rdf", format="xml")
    assert len(turtle) == len(xml) > 2000


def test_compressed_dumps_hold_the_same_and_no_time(museum):
    names = [name for name in museum.files if name.startswith("dump.") and name.endswith(".gz")]
    assert len(names) == 6
    for name in names:
        data = (museum.path / name).read_bytes()
        assert gzip.decompress(data) == (museum.path / name.removesuffix(".gz")).read_bytes()
        assert data[4:8] == b"\0\0\0\0"


def test_turtle_has_prefixes_and_each_subject_once(own):
    text = (own.path / "dump.ttl").read_text()
    assert "@prefix skos:" in text
    subjects = [
        line.split()[0]
        for line in text.splitlines()
        if line and not line[0].isspace() and not line.startswith(("@", "#", "_:"))
    ]
    assert len(subjects) > 200
    assert len(subjects) == len(set(subjects))


def test_the_checksums_are_those_of_the_files(museum):
    lines = (museum.path / manifest.CHECKSUMS).read_text().splitlines()
    assert len(lines) == 12
    for line in lines:
        digest, name = line.split("  ")
        assert hashlib.sha256((museum.path / name).read_bytes()).hexdigest() == digest
        assert museum.files[name].sha256 == digest


def test_void_counts_are_those_of_the_dump(own):
    void = Graph().parse(own.path / manifest.VOID_FILE, format="turtle")
    dump = Graph().parse(own.path / "dump.ttl", format="turtle")
    node = URIRef(own.dataset)

    def told(predicate, subject=node):
        return int(void.value(subject, predicate))

    assert told(VOID.triples) == len(dump)
    assert told(VOID.properties) == len(set(dump.predicates()))
    assert told(VOID.classes) == len(set(dump.objects(predicate=RDF.type)))
    assert told(VOID.distinctSubjects) == len(set(dump.subjects()))
    assert told(VOID.distinctObjects) == len(set(dump.objects()))
    assert told(VOID.entities) == len(
        {
            s
            for s in dump.subjects()
            if str(s).startswith(own.base) and not str(s).startswith(own.base + "graph/")
        }
    )
    partitions = {
        void.value(part, VOID["class"]): told(VOID.entities, part)
        for part in void.objects(node, VOID.classPartition)
    }
    assert partitions == {
        kind: len(set(dump.subjects(RDF.type, kind)))
        for kind in set(dump.objects(predicate=RDF.type))
    }
    by_property = {
        void.value(part, VOID.property): told(VOID.triples, part)
        for part in void.objects(node, VOID.propertyPartition)
    }
    assert by_property == {
        predicate: len(list(dump.subject_objects(predicate)))
        for predicate in set(dump.predicates())
    }
    assert str(void.value(node, DCAT.version)) == own.name


def test_dcat_describes_every_dump_with_its_true_size_and_checksum(own):
    dcat = Graph().parse(own.path / manifest.DCAT_FILE, format="turtle")
    dataset_node = URIRef(own.dataset)
    distributions = set(dcat.objects(dataset_node, DCAT.distribution))
    assert len(distributions) == 12
    for distribution in distributions:
        name = str(distribution).removeprefix(own.base)
        data = (own.path / name).read_bytes()
        assert int(dcat.value(distribution, DCAT.byteSize)) == len(data)
        checksum = dcat.value(distribution, SPDX.checksum)
        value = str(dcat.value(checksum, SPDX.checksumValue)).lower()
        assert value == hashlib.sha256(data).hexdigest()
        assert (dcat.value(distribution, DCAT.compressFormat) is None) != name.endswith(".gz")
    # DCAT-AP 3: what is mandatory.
    (catalog,) = dcat.subjects(RDF.type, DCAT.Catalog)
    (service,) = dcat.subjects(RDF.type, DCAT.DataService)
    for node in (catalog, dataset_node):
        languages = {title.language for title in dcat.objects(node, DCTERMS.title)}
        assert languages == {"th", "en"}
        assert dcat.value(node, DCTERMS.description)
        assert dcat.value(node, DCTERMS.publisher)
    assert dcat.value(service, DCAT.endpointURL) == URIRef(own.base + "sparql")
    publisher = dcat.value(dataset_node, DCTERMS.publisher)
    assert len(list(dcat.predicate_objects(publisher))) > 1


def test_other_files_of_the_folder_are_named_with_their_digest(museum, museum_folder):
    store = EmbeddedStore.open(museum.store_path)
    rows = store.select(
        "PREFIX spdx: <http://spdx.org/rdf/terms#> SELECT ?name ?sum"
        " { ?f spdx:fileName ?name ; <http://purl.org/dc/terms/identifier> ?sum }"
    ).dicts()
    told = {row["name"].value: row["sum"].value for row in rows}
    assert told == {
        name: "sha256:" + hashlib.sha256((museum_folder / name).read_bytes()).hexdigest()
        for name in (
            "ontology/columns.tsv",
            "ontology/questions/where.expected.tsv",
            "ontology/questions/where.rq",
            "shapes/artefact.ttl",
            "shapes/views/artefact-room.rq",
            "shapes/views/room-artefacts.rq",
        )
    }


def test_a_folder_that_does_not_pass_leaves_the_last_release_in_force(museum_copy, tmp_path):
    out = tmp_path / "out"
    first = build(museum_copy, out)
    (museum_copy / "data" / "bad.ttl").write_text(
        "<https://museum.example/id/x> a <https://museum.example/terms#Artefact> ."
    )
    with pytest.raises(ReleaseError, match="did not pass"):
        build(museum_copy, out)
    assert manifest.open_release(out).name == first.name
    assert [path.name for path in (out / "releases").iterdir()] == [first.name]


def test_a_new_release_takes_over_and_the_old_one_stays_readable(museum_copy, tmp_path):
    out = tmp_path / "out"
    first = build(museum_copy, out)
    (museum_copy / "data" / "more.ttl").write_text(
        '<https://museum.example/id/bowl> <http://www.w3.org/2000/01/rdf-schema#comment> "x"@en .'
    )
    second = build(museum_copy, out)
    assert manifest.open_release(out).name == second.name != first.name
    manifest.verify(manifest.open_release(first.path))


@pytest.mark.parametrize("spoilt", ["dump.ttl", "void.ttl", "manifest.json"])
def test_a_damaged_release_is_not_served_and_is_built_anew(museum_copy, tmp_path, spoilt):
    out = tmp_path / "out"
    first = build(museum_copy, out)
    path = first.path / spoilt
    path.write_bytes(path.read_bytes()[:-2])
    with pytest.raises(ReleaseError):
        manifest.open_release(out)
    again = build(museum_copy, out)
    manifest.verify(again)
    assert again.name == first.name


def test_a_changed_byte_is_found_by_verification(museum_copy, tmp_path):
    release = build(museum_copy, tmp_path / "out")
    path = release.path / "dump.ttl"
    data = bytearray(path.read_bytes())
    data[10] ^= 1
    path.write_bytes(bytes(data))
    manifest.open_release(release.path)
    with pytest.raises(ReleaseError, match=r"dump\.ttl was altered"):
        manifest.verify(release)


def test_two_builds_at_once_do_not_meet(museum_copy, tmp_path, monkeypatch):
    monkeypatch.setattr(building, "LOCK_SECONDS", 0.1)
    out = tmp_path / "out"
    out.mkdir()
    with (
        building._only_build(out),
        pytest.raises(ReleaseError, match="another build"),
    ):
        build(museum_copy, out)


def test_what_an_ended_build_left_behind_is_swept(museum_copy, tmp_path):
    left = tmp_path / "out" / "releases" / ".building-xyz"
    left.mkdir(parents=True)
    build(museum_copy, tmp_path / "out")
    assert not left.exists()


def test_opening_what_is_no_release_says_so(tmp_path):
    with pytest.raises(ReleaseError, match="holds no release"):
        manifest.open_release(tmp_path)
    (tmp_path / "manifest.json").write_text(json.dumps({"name": 1}))
    with pytest.raises(ReleaseError, match="cannot be understood"):
        manifest.open_release(tmp_path)


def test_a_disk_that_is_full_leaves_the_old_release(museum_copy, tmp_path, monkeypatch):
    out = tmp_path / "out"
    first = build(museum_copy, out)
    (museum_copy / "data" / "more.ttl").write_text("<x:a> <x:b> <x:c> .")

    def full(*_args, **_named):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(building, "write_dumps", full)
    with pytest.raises(ReleaseError, match="No space left"):
        build(museum_copy, out)
    assert manifest.open_release(out).name == first.name
    assert [path.name for path in (out / "releases").iterdir()] == [first.name]


@pytest.mark.parametrize("after", [0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6])
def test_a_build_that_is_killed_leaves_the_old_release_whole(museum_copy, tmp_path, after):
    """The process is killed at several moments after it has begun to write."""
    out = tmp_path / "out"
    build(museum_copy, out)
    (museum_copy / "data" / "more.ttl").write_text("<x:a> <x:b> <x:c> .")
    command = [sys.executable, "-m", "reviewgraph", "build", str(museum_copy), "--out", str(out)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while process.poll() is None and not list((out / "releases").glob(".building-*")):
            time.sleep(0.001)
        time.sleep(after)
    finally:
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
        process.wait()
    current = manifest.open_release(out)
    manifest.verify(current)
    assert len(EmbeddedStore.open(current.store_path)) > 50
    manifest.verify(build(museum_copy, out))


def test_literals_stay_as_they_were_typed(museum):
    dump = Graph().parse(museum.path / "dump.nt", format="nt")
    years = {
        str(year) for year in dump.objects(predicate=URIRef("https://museum.example/terms#madeIn"))
    }
    assert years == {"1400", "-0300"}
    assert Literal("ปิดวันจันทร์", lang="th") in set(dump.objects())
