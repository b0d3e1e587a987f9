"""The record for Thai government data catalogues keeps the schema of ckanext-thai_gdc."""

import json
import re
from dataclasses import replace

import pytest

from reviewgraph.release import manifest, thai_catalog
from reviewgraph.release.about import Named

CHOICES = {
    "data_type": {
        "ข้อมูลระเบียน",
        "ข้อมูลสถิติ",
        "ข้อมูลภูมิสารสนเทศเชิงพื้นที่",
        "ข้อมูลหลากหลายประเภท",
        "ข้อมูลประเภทอื่นๆ",
    },
    "objective": {*thai_catalog.OBJECTIVES, "ไม่ทราบ", "อื่นๆ"},
    "update_frequency_unit": {
        "ไม่ทราบ", "ปี", "ครึ่งปี", "ไตรมาส", "เดือน", "สัปดาห์", "วัน", "วันทำการ", "ชั่วโมง", "นาที",
        "ตามเวลาจริง", "ไม่มีการปรับปรุงหลังจากการจัดเก็บข้อมูล", "อื่นๆ",
    },
    "geo_coverage": {
        "ไม่มี", "โลก", "ทวีป/กลุ่มประเทศในทวีป", "กลุ่มประเทศทางเศรษฐกิจ", "ประเทศ", "ภาค", "จังหวัด",
        "อำเภอ", "ตำบล", "หมู่บ้าน", "เทศบาล/อบต.", "พิกัด", "ไม่ทราบ", "อื่นๆ",
    },
    "data_format": {
        "Database", "CSV", "XML", "Image", "Video", "Audio", "Text", "JSON", "HTML", "XLS", "PDF",
        "RDF", "NoSQL", "Arc/Info Coverage", "Shapefile", "GeoTiff", "GML", "ไม่ทราบ", "อื่นๆ",
    },
    "data_category": {
        "ข้อมูลสาธารณะ",
        "ข้อมูลส่วนบุคคล",
        "ข้อมูลความมั่นคง",
        "ข้อมูลความลับทางราชการ",
    },
    "license_id": {
        "License not specified",
        "Creative Commons Attributions",
        "Creative Commons Attribution Share-Alike",
        "Creative Commons Non-Commercial (Any)",
        "Open Data Common",
        "GNU Free Documentation License",
        "อื่นๆ",
    },
}  # fmt: skip
"""The closed lists of ckanext-thai_gdc's schema."""


def record_of(release) -> dict:
    return json.loads(release.file(manifest.THAI_CATALOG_FILE).read_text())


def test_the_record_keeps_the_lists_of_the_schema(release):
    record = record_of(release)
    for field, choices in CHOICES.items():
        values = record[field] if isinstance(record[field], list) else [record[field]]
        assert set(values) <= choices, field
        if set(values) & {"อื่นๆ", "ข้อมูลประเภทอื่นๆ"}:
            assert record[f"{field}_other"]
    assert re.fullmatch(r"[a-z0-9_-]{2,100}", record["name"])
    for resource in record["resources"]:
        name = resource["name"]
        assert resource["url"] == release.base + name
        assert resource["size"] == release.files[name].bytes
        assert resource["hash"] == release.files[name].sha256
    assert len(record["resources"]) == 12


def test_the_own_record_has_all_thirteen_fields(own):
    record = record_of(own)
    assert len(thai_catalog.REQUIRED) == 13
    assert thai_catalog.missing(record) == []
    assert record["title"] == own.titles["th"]
    assert record["maintainer"] == "โครงการ reviewgraph"
    assert record["maintainer_email"] == "https://w3id.org/reviewgraph/issues"
    assert record["data_type"] == "ข้อมูลระเบียน"
    assert record["geo_coverage"] == "ประเทศ"
    assert record["license_id"] == "Creative Commons Attributions"
    assert "ก.พ.ร." in record["data_source"]


def test_what_is_missing_is_left_out_and_can_be_told(museum):
    record = record_of(museum)
    assert thai_catalog.missing(record) == ["maintainer_email", "tag_string", "data_source"]
    assert "" not in record.values()
    assert record["objective"] == ["ไม่ทราบ"]


EU = "http://publications.europa.eu/resource/authority/"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"frequency": EU + "frequency/ANNUAL"}, {"update_frequency_unit": "ปี"}),
        (
            {"frequency": EU + "frequency/BIWEEKLY"},
            {
                "update_frequency_unit": "อื่นๆ",
                "update_frequency_unit_other": EU + "frequency/BIWEEKLY",
            },
        ),
        ({"kinds": (EU + "dataset-type/STATISTICAL",)}, {"data_type": "ข้อมูลสถิติ"}),
        ({"purpose": {"th": "พันธกิจหน่วยงาน"}}, {"objective": ["พันธกิจหน่วยงาน"]}),
        ({"places": (Named(EU + "country/THA", {}),)}, {"geo_coverage": "ประเทศ"}),
        (
            {"places": (Named("urn:a", {"th": "ก"}), Named("urn:b", {"en": "b"}))},
            {"geo_coverage": "อื่นๆ", "geo_coverage_other": "ก, b"},
        ),
        ({"access": EU + "access-right/NON_PUBLIC"}, {"data_category": None}),
    ],
)
def test_terms_are_mapped_to_the_lists(museum_about, change, expected):
    record = json.loads(thai_catalog.thai_catalog(replace(museum_about, **change), {}, "x"))
    assert {field: record.get(field) for field in expected} == expected


@pytest.mark.parametrize(
    ("iri", "name"),
    [
        ("creativecommons.org/licenses/by-sa/4.0/", "Creative Commons Attribution Share-Alike"),
        ("creativecommons.org/licenses/by-nc-nd/4.0/", "Creative Commons Non-Commercial (Any)"),
        ("opendatacommons.org/licenses/odbl/1-0/", "Open Data Common"),
        ("www.gnu.org/licenses/fdl-1.3.html", "GNU Free Documentation License"),
        ("creativecommons.org/publicdomain/zero/1.0/", "อื่นๆ"),
    ],
)
def test_licences_are_mapped(museum_about, iri, name):
    license_iri = f"https://{iri}"
    told = replace(museum_about, catalog=replace(museum_about.catalog, license=license_iri))
    record = json.loads(thai_catalog.thai_catalog(told, {}, "x"))
    assert record["license_id"] == name
    assert name in CHOICES["license_id"]
    assert record.get("license_id_other", license_iri) == license_iri
