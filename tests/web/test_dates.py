"""Dates in words."""

import pytest
from rdflib.namespace import XSD

from reviewgraph.web.dates import in_words


@pytest.mark.parametrize(
    ("value", "datatype", "th", "en"),
    [
        ("2019-04-01", XSD.date, "1 เมษายน 2562", "1 April 2019"),
        ("2020-02-29", XSD.date, "29 กุมภาพันธ์ 2563", "29 February 2020"),
        ("2019-04-01+07:00", XSD.date, "1 เมษายน 2562 UTC+07:00", "1 April 2019 UTC+07:00"),
        ("2019-12", XSD.gYearMonth, "ธันวาคม 2562", "December 2019"),
        ("2019", XSD.gYear, "พ.ศ. 2562", "2019"),
        (
            "2019-04-01T09:05:00.5Z",
            XSD.dateTime,
            "1 เมษายน 2562 09:05:00 น. UTC",
            "1 April 2019 09:05:00 UTC",
        ),
    ],
)
def test_a_date_is_told_in_the_era_of_the_language(value, datatype, th, en):
    assert in_words(value, str(datatype), "th") == th
    assert in_words(value, str(datatype), "en") == en


@pytest.mark.parametrize(
    ("value", "datatype"),
    [
        ("2019-02-29", XSD.date),
        ("2019-13-01", XSD.date),
        ("2019-04-00", XSD.date),
        ("0000-01-01", XSD.date),
        ("-0300", XSD.gYear),
        ("12019-01-01", XSD.date),
        ("๒๐๑๙-๐๔-๐๑", XSD.date),
        ("2019-04-01", XSD.string),
        ("2019-04-01\n", XSD.date),
    ],
)
def test_what_is_no_date_stays_as_it_is_written(value, datatype):
    assert in_words(value, str(datatype), "th") is None
