"""Words before and after a name that are no part of it: titles, ranks, forms of address."""

from __future__ import annotations

import re
from typing import Final

from rdflib.namespace import FOAF

from reviewgraph.rdf.namespaces import SCHEMA
from reviewgraph.rdf.terms import IRI, Literal
from reviewgraph.web.site import Site

_PROPERTIES: Final = (str(FOAF.title), str(SCHEMA.honorificPrefix), str(SCHEMA.honorificSuffix))
_MOST_OF_THE_DATA: Final = 500
# Longer ones first: a name is stripped of all that stand before it.
_COMMON: Final = (
    *("นางสาว", "น.ส.", "นส.", "นาง", "นาย", "คุณ", "ด.ช.", "ด.ญ.", "เด็กชาย", "เด็กหญิง"),
    *("ศาสตราจารย์", "รองศาสตราจารย์", "ผู้ช่วยศาสตราจารย์", "ดร.", "ศ.", "รศ.", "ผศ.", "ศ.ดร."),
    *("พล.อ.", "พล.ท.", "พล.ต.", "พ.อ.", "พ.ท.", "พ.ต.", "ร.อ.", "ร.ท.", "ร.ต.", "พล.ต.อ."),
    *("พล.ต.ท.", "พล.ต.ต.", "พ.ต.อ.", "พ.ต.ท.", "พ.ต.ต.", "ว่าที่", "ม.ร.ว.", "ม.ล.", "ม.จ."),
    *("ท่านผู้หญิง", "คุณหญิง", "หม่อมหลวง", "หม่อมราชวงศ์", "นพ.", "พญ.", "ฯพณฯ", "ท่าน"),
    *("Mr.", "Mr", "Mrs.", "Mrs", "Ms.", "Ms", "Miss", "Dr.", "Dr", "Prof.", "Prof"),
    *("Professor", "Assoc. Prof.", "Asst. Prof.", "Sir", "Dame", "Lord", "Lady", "H.E.", "Hon."),
    *("General", "Gen.", "Colonel", "Col.", "Ambassador", "Khun"),
)
_AFTER: Final = re.compile(r"(?i)[\s,]+(?:ph\.?\s?d\.?|m\.?d\.?|esq\.?|jr\.?|sr\.?|obe|cbe|mbe)$")
# Thai is written without a space after some of these. A Latin title ends where a word does.
_LATIN: Final = re.compile(r"[A-Za-z]$")


def stripped(site: Site, name: str) -> str:
    """A name without what stands before and after it; as it is, if nothing would be left."""
    pattern: re.Pattern[str] = site.kept("honorifics", _pattern)
    left = _AFTER.sub("", name.strip())
    while (shorter := pattern.sub("", left, count=1).strip()) != left and shorter:
        left = shorter
    return left or name


def _pattern(site: Site) -> re.Pattern[str]:
    """Those that are common and those that the data themselves use."""
    known = set(_COMMON)
    for name in _PROPERTIES:
        for quad in site.store.quads(predicate=IRI(name)):
            if isinstance(quad.object, Literal):
                known.add(quad.object.value)
            if len(known) > _MOST_OF_THE_DATA:
                break
    ordered = sorted(known, key=lambda each: (-len(each), each))
    words = (re.escape(each) + (r"(?=\s|$)" if _LATIN.search(each) else r"\s*") for each in ordered)
    return re.compile(rf"^(?:{'|'.join(words)})\s*", re.IGNORECASE)
