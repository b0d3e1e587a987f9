"""``thai-gdc.json``: the dataset as Thai government data catalogues register it.

They run CKAN with the schema of ckanext-thai_gdc. Of its fields thirteen are required, many of
them closed lists in Thai. The file is what CKAN's ``package_create`` takes, except for
``owner_org``, which only the registering office can know. A required field for which the
publication says nothing, and the list has no word for that, is left out, so that CKAN asks for it.

======================  ==========================================================================
data_type               ``dcterms:type``
title, notes            ``dcterms:title``, ``dcterms:description``
maintainer              name of ``dcat:contactPoint``, else of the publisher
maintainer_email        ``vcard:hasEmail`` of the contact point, else its ``vcard:hasURL``
tag_string              ``dcat:keyword``
objective               ``skos:scopeNote``: what the dataset is for
update_frequency_unit   ``dcterms:accrualPeriodicity``
geo_coverage            ``dcterms:spatial``
data_source             ``dcterms:source``
data_format             the dumps
data_category           ``dcterms:accessRights``
license_id              ``dcterms:license``
======================  ==========================================================================
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from reviewgraph.rdf.formats import BY_EXTENSION
from reviewgraph.rdf.namespaces import SCHEMA
from reviewgraph.release.about import About, told
from reviewgraph.release.manifest import FileEntry

REQUIRED = (
    "data_type",
    "title",
    "maintainer",
    "maintainer_email",
    "tag_string",
    "notes",
    "objective",
    "update_frequency_unit",
    "geo_coverage",
    "data_source",
    "data_format",
    "data_category",
    "license_id",
)
OTHER = "อื่นๆ"
UNKNOWN = "ไม่ทราบ"
OBJECTIVES = (
    "ยุทธศาสตร์ชาติ",
    "แผนพัฒนาเศรษฐกิจและสังคมแห่งชาติ",
    "แผนความมั่นคงแห่งชาติ",
    "แผนแม่บทภายใต้ยุทธศาสตร์ชาติ",
    "แผนปฏิรูปประเทศ",
    "แผนระดับที่ 3 (มติครม. 4 ธ.ค. 2560)",
    "นโยบายรัฐบาล/ข้อสั่งการนายกรัฐมนตรี",
    "มติคณะรัฐมนตรี",
    "เพื่อการให้บริการประชาชน",
    "กฎหมายที่เกี่ยวข้อง",
    "พันธกิจหน่วยงาน",
    "ดัชนี/ตัวชี้วัดระดับนานาชาติ",
)
_EU = "http://publications.europa.eu/resource/authority/"
_COUNTRY = _EU + "country/"
_OTHER_TYPE = "ข้อมูลประเภทอื่นๆ"
_TYPES = {
    "http://purl.org/dc/dcmitype/Dataset": "ข้อมูลระเบียน",
    "http://purl.org/dc/dcmitype/Collection": "ข้อมูลหลากหลายประเภท",
    _EU + "dataset-type/STATISTICAL": "ข้อมูลสถิติ",
    _EU + "dataset-type/GEOSPATIAL": "ข้อมูลภูมิสารสนเทศเชิงพื้นที่",
}
_FREQUENCIES = {
    "ANNUAL": "ปี",
    "ANNUAL_2": "ครึ่งปี",
    "QUARTERLY": "ไตรมาส",
    "MONTHLY": "เดือน",
    "WEEKLY": "สัปดาห์",
    "DAILY": "วัน",
    "HOURLY": "ชั่วโมง",
    "CONT": "ตามเวลาจริง",
    "UPDATE_CONT": "ตามเวลาจริง",
    "NEVER": "ไม่มีการปรับปรุงหลังจากการจัดเก็บข้อมูล",
    "UNKNOWN": UNKNOWN,
}
_IRREGULAR = "ไม่สม่ำเสมอ ปรับปรุงเมื่อมีข้อมูลใหม่"
_PUBLIC = "ข้อมูลสาธารณะ"
_LICENSES = (
    (r"creativecommons\.org/licenses/by/", "Creative Commons Attributions"),
    (r"creativecommons\.org/licenses/by-sa/", "Creative Commons Attribution Share-Alike"),
    (r"creativecommons\.org/licenses/by-nc", "Creative Commons Non-Commercial (Any)"),
    (r"opendatacommons\.org/", "Open Data Common"),
    (r"gnu\.org/licenses/fdl", "GNU Free Documentation License"),
)
_FORMATS = {"jsonld": ("RDF", "JSON"), "rdf": ("RDF", "XML")}


def thai_catalog(about: About, files: Mapping[str, FileEntry], name: str) -> bytes:
    """The record in JSON.

    Args:
        about: what the publication says of its dataset.
        files: the dumps, by file name.
        name: the release's name.
    """
    catalog = about.catalog
    formats = dict.fromkeys(label for file in files for label in _formats(file))
    record: dict[str, Any] = {
        "name": _slug(catalog.base),
        "title": told(catalog.titles, "th"),
        "notes": told(catalog.descriptions, "th"),
        **_type(about),
        **_maintainer(about),
        "tag_string": ",".join(dict.fromkeys(_tag(str(word)) for word in about.keywords)),
        **_objective(about),
        **_frequency(about),
        **_coverage(about),
        "data_source": ", ".join(
            told(source.names, "th") or source.iri for source in about.sources
        ),
        "data_format": list(formats),
        "data_category": _category(about),
        **_license(about),
        "url": catalog.base,
        "version": name,
        "resources": [
            {
                "name": file,
                "url": catalog.base + file,
                "format": _formats(file)[-1],
                "mimetype": _media_type(file),
                "size": entry.bytes,
                "hash": entry.sha256,
            }
            for file, entry in files.items()
        ],
    }
    if about.issued:
        record["created_date"] = about.issued
    given = {key: value for key, value in record.items() if value not in ("", [])}
    return (json.dumps(given, ensure_ascii=False, indent=1) + "\n").encode()


def missing(record: Mapping[str, object]) -> list[str]:
    """The required fields that a record lacks: what an officer has still to fill in."""
    return [field for field in REQUIRED if not record.get(field)]


def _type(about: About) -> dict[str, str]:
    for kind in about.kinds:
        if kind in _TYPES:
            return {"data_type": _TYPES[kind]}
    return {"data_type": _OTHER_TYPE, "data_type_other": "ข้อมูลเชื่อมโยง (RDF)"}


def _maintainer(about: About) -> dict[str, str]:
    contact = about.contact
    names = contact.names if contact and contact.names else about.publisher.names
    return {
        "maintainer": told(names, "th") or about.publisher.iri,
        "maintainer_email": (contact.email or contact.page) if contact else "",
    }


def _objective(about: About) -> dict[str, object]:
    purpose = told(about.purpose, "th")
    if not purpose:
        return {"objective": [UNKNOWN]}
    if purpose in OBJECTIVES:
        return {"objective": [purpose]}
    return {"objective": [OTHER], "objective_other": purpose}


def _frequency(about: About) -> dict[str, str]:
    if not about.frequency:
        return {"update_frequency_unit": UNKNOWN}
    code = about.frequency.rpartition("/")[2]
    if code in _FREQUENCIES:
        return {"update_frequency_unit": _FREQUENCIES[code]}
    other = _IRREGULAR if code == "IRREG" else about.frequency
    return {"update_frequency_unit": OTHER, "update_frequency_unit_other": other}


def _coverage(about: About) -> dict[str, str]:
    places = about.places
    if not places:
        return {"geo_coverage": UNKNOWN}
    if len(places) == 1 and (
        str(SCHEMA.Country) in places[0].kinds or places[0].iri.startswith(_COUNTRY)
    ):
        return {"geo_coverage": "ประเทศ"}
    names = ", ".join(told(place.names, "th") or place.iri for place in places)
    return {"geo_coverage": OTHER, "geo_coverage_other": names}


def _category(about: About) -> str:
    """Public unless the publication says otherwise: a release is open to everybody."""
    return _PUBLIC if about.access in ("", _EU + "access-right/PUBLIC") else ""


def _license(about: About) -> dict[str, str]:
    for pattern, name in _LICENSES:
        if re.search(pattern, about.catalog.license):
            return {"license_id": name}
    return {"license_id": OTHER, "license_id_other": about.catalog.license}


def _formats(file: str) -> tuple[str, ...]:
    return _FORMATS.get(file.removesuffix(".gz").rpartition(".")[2], ("RDF",))


def _media_type(file: str) -> str:
    if file.endswith(".gz"):
        return "application/gzip"
    return BY_EXTENSION[file.rpartition(".")[2]].media_type


def _tag(word: str) -> str:
    return " ".join(word.replace(",", " ").split())


def _slug(base: str) -> str:
    """A name by CKAN's rule: 2 to 100 characters of a–z, 0–9, ``-`` and ``_``."""
    words = re.sub(r"[^a-z0-9_]+", "-", base.partition("://")[2].lower())
    return words.strip("-")[:100]
