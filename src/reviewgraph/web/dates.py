"""Dates in words: Buddhist era in Thai, common era in English, as XSD writes them otherwise."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from rdflib.namespace import XSD

BUDDHIST_ERA = 543

_MONTHS = {
    "th": [
        "มกราคม",
        "กุมภาพันธ์",
        "มีนาคม",
        "เมษายน",
        "พฤษภาคม",
        "มิถุนายน",
        "กรกฎาคม",
        "สิงหาคม",
        "กันยายน",
        "ตุลาคม",
        "พฤศจิกายน",
        "ธันวาคม",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}
_SHORT_MONTHS = {
    "th": [
        "ม.ค.",
        "ก.พ.",
        "มี.ค.",
        "เม.ย.",
        "พ.ค.",
        "มิ.ย.",
        "ก.ค.",
        "ส.ค.",
        "ก.ย.",
        "ต.ค.",
        "พ.ย.",
        "ธ.ค.",
    ],
    "en": [month[:3] for month in _MONTHS["en"]],
}
_ZONE = r"(?P<zone>Z|[+-]\d\d:\d\d)?"
_PATTERNS = {
    str(datatype): re.compile(pattern + _ZONE, re.ASCII)
    for datatype, pattern in {
        XSD.date: r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)",
        XSD.dateTime: (
            r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
            r"T(?P<time>\d\d:\d\d:\d\d)(?:\.\d+)?"
        ),
        XSD.gYearMonth: r"(?P<year>\d{4})-(?P<month>\d\d)",
        XSD.gYear: r"(?P<year>\d{4})",
    }.items()
}


def day_in_words(day: date, lang: str) -> str:
    """A day for a picture, in two lines: the day, and its month and year, shortened."""
    months = _SHORT_MONTHS["th" if lang == "th" else "en"]
    year = day.year + BUDDHIST_ERA if lang == "th" else day.year
    return f"{day.day}\n{months[day.month - 1]} {year}"


def in_words(value: str, datatype: str, lang: str) -> str | None:
    """The date in words of ``lang`` (``th`` or ``en``); ``None`` if it is not a real date.

    An offset from UTC is kept: a day in Bangkok is not the same day everywhere.
    """
    pattern = _PATTERNS.get(datatype)
    match = pattern.fullmatch(value) if pattern else None
    if match is None:
        return None
    parts = match.groupdict()
    year = int(parts["year"])
    if year == 0:
        return None
    month, day = int(parts.get("month") or 1), int(parts.get("day") or 1)
    if not 1 <= month <= len(_MONTHS["en"]) or not 1 <= day <= monthrange(year, month)[1]:
        return None
    thai = lang == "th"
    words = [] if parts.get("day") is None else [str(day)]
    if parts.get("month"):
        words.append(_MONTHS["th" if thai else "en"][month - 1])
    elif thai:
        words.append("พ.ศ.")
    words.append(str(year + BUDDHIST_ERA if thai else year))
    if time := parts.get("time"):
        words.append(f"{time} น." if thai else time)
    if zone := parts.get("zone"):
        words.append("UTC" if zone == "Z" else f"UTC{zone}")
    return " ".join(words)
