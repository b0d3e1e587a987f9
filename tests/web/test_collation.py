"""The order of names."""

from reviewgraph.web.collation import key


def test_thai_words_stand_as_in_a_dictionary():
    words = ["เขา", "ไก่", "ขา", "แก้ว", "กา", "เกาะ", "ก่า", "กว้าง"]
    assert sorted(words, key=key) == ["กว้าง", "กา", "ก่า", "เกาะ", "แก้ว", "ไก่", "ขา", "เขา"]


def test_numbers_go_by_what_they_count():
    assert sorted(["Day 10", "Day 2", "day 1"], key=key) == ["day 1", "Day 2", "Day 10"]
    assert sorted(["วันที่ 10", "วันที่ 9"], key=key) == ["วันที่ 9", "วันที่ 10"]
