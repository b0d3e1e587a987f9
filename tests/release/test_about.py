"""What a publication says of its dataset, read once for every description."""

import json

import yaml

from reviewgraph.gate.judge import judge
from reviewgraph.publication.folder import load
from reviewgraph.release.build import build
from reviewgraph.release.citation import citation
from reviewgraph.release.manifest import CITATION_FILE, THAI_CATALOG_FILE
from reviewgraph.release.thai_catalog import thai_catalog


def test_what_the_own_publication_says_is_read(own_about):
    assert own_about.publisher.names == {"th": "โครงการ reviewgraph", "en": "reviewgraph project"}
    assert own_about.languages == ("en", "th")
    assert (own_about.starts, own_about.ends) == ("2019-04-01", "2019-04-05")
    assert [place.names["en"] for place in own_about.places] == ["Thailand"]
    assert own_about.contact.email == ""
    assert own_about.contact.page == "https://w3id.org/reviewgraph/issues"
    assert len(own_about.keywords) == 9


def test_what_a_publication_does_not_say_is_empty(museum_about):
    assert museum_about.contact is None
    assert museum_about.creators == museum_about.places == museum_about.keywords == ()
    assert museum_about.issued == museum_about.starts == museum_about.frequency == ""
    assert museum_about.publisher.names["en"] == "Sample museum"


def test_things_without_an_iri_are_read_too(museum_copy, described):
    with (museum_copy / "data" / "catalog.ttl").open("a") as stream:
        stream.write(
            "@prefix v: <http://www.w3.org/2006/vcard/ns#> .\n"
            "<https://museum.example/dataset> dcat:contactPoint [ a v:Organization ;"
            ' v:fn "โต๊ะประชาสัมพันธ์"@th ; v:hasEmail <mailto:desk@museum.example> ] ;'
            ' dcterms:creator [ a foaf:Person ; foaf:name "A. Curator" ] ;'
            ' dcterms:temporal [ a dcterms:PeriodOfTime ; dcat:startDate "not a date" ] .\n'
        )
    found = described(museum_copy)
    assert found.contact.email == "desk@museum.example"
    assert found.contact.names == {"th": "โต๊ะประชาสัมพันธ์"}
    assert found.creators[0].iri == ""
    assert found.creators[0].names == {"": "A. Curator"}
    assert (found.starts, found.ends) == ("", "")
    record = json.loads(thai_catalog(found, {}, "x"))
    assert record["maintainer"] == "โต๊ะประชาสัมพันธ์"
    assert record["maintainer_email"] == "desk@museum.example"
    assert yaml.safe_load(citation(found, "x"))["authors"] == [{"alias": "A. Curator"}]


def test_texts_may_stand_where_things_are_expected(museum_copy, described, tmp_path):
    catalog = museum_copy / "data" / "catalog.ttl"
    text = catalog.read_text()
    catalog.write_text(
        text.replace("<https://museum.example/id/museum> ;", '"The museum" ;').replace(
            "void:uriSpace",
            'dcterms:creator "A. Curator" , [ ] ; dcterms:spatial "Siam" ;'
            ' void:exampleResource "bowl" ; dcterms:temporal "1400" ; dcat:theme "art" ;'
            ' dcat:contactPoint "ask at the desk" ; dcterms:accrualPeriodicity "often" ;\n'
            "    void:uriSpace",
        )
    )
    found = described(museum_copy)
    assert found.publisher.names == {"": "The museum"}
    assert found.publisher.iri == ""
    assert [place.names for place in found.places] == [{"": "Siam"}]
    assert found.examples == ()
    assert found.contact.names == {"": "ask at the desk"}
    publication = load(museum_copy)
    release = build(publication, judge(publication), tmp_path / "out")
    authors = yaml.safe_load(release.file(CITATION_FILE).read_text())["authors"]
    assert {"name": "A. Curator"} in authors
    assert {"name": "Sample museum"} in authors
    record = json.loads(release.file(THAI_CATALOG_FILE).read_text())
    assert record["update_frequency_unit_other"] == "often"
    assert record["geo_coverage_other"] == "Siam"
