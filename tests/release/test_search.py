"""The index of names: parts, abbreviations, slips and sounds, in Thai and in English."""

import sqlite3
import unicodedata

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reviewgraph.errors import ReleaseError
from reviewgraph.release.search.forms import form, form_of, words
from reviewgraph.release.search.looking import FEW, MOST, Index
from reviewgraph.release.search.names import Name, Named
from reviewgraph.release.search.slips import following, slips
from reviewgraph.release.search.sounds import sound
from reviewgraph.release.search.writing import write

PEOPLE = {
    "somchai": (("สมชาย เจริญสุข", "th", False),),
    "barbara": (("Barbara Ubaldi", "en", False), ("บาร์บารา อูบัลดี", "th", False)),
    "office": (
        ("สำนักงานคณะกรรมการพัฒนาระบบราชการ", "th", False),
        ("Office of the Public Sector Development Commission", "en", False),
        ("ก.พ.ร.", "th", True),
        ("OPDC", "en", True),
    ),
    "officer": (("Officer", "en", False),),
    "room": (("Room 12", "en", False), ("ห้อง ๑๒", "th", False)),
}


def index_of(folder, names, weight=lambda _iri: 0):
    path = folder / "search.sqlite"
    path.unlink(missing_ok=True)
    things = [
        Named(iri, ("kind",), tuple(Name(*name) for name in given)) for iri, given in names.items()
    ]
    write(path, things, weight)
    return Index(path)


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    return index_of(tmp_path_factory.mktemp("names"), PEOPLE)


@pytest.mark.parametrize(
    ("question", "first", "how"),
    [
        ("Barbara Ubaldi", "barbara", "whole"),
        ("barbara", "barbara", "beginning"),
        ("ubaldi", "barbara", "word"),
        ("ubaldi barbara", "barbara", "word"),
        ("bald", "barbara", "part"),
        ("บัลดี", "barbara", "part"),
        ("กพร", "office", "whole"),
        ("ก.พ.ร.", "office", "whole"),
        ("ก พ ร", "office", "whole"),
        ("opdc", "office", "whole"),
        ("พัฒนาระบบ", "office", "part"),
        ("public commission", "office", "word"),
        ("office of", "office", "beginning"),
        ("ห้อง 12", "room", "whole"),
        ("room ๑๒", "room", "whole"),
        ("o", "officer", "beginning"),
        ("12", "room", "word"),
        ("babara", "barbara", "slip"),
        ("barbbara", "barbara", "slip"),
        ("batbara", "barbara", "slip"),
        ("ubladi", "barbara", "slip"),
        ("xbaldi", "barbara", "slip"),
        ("สำนกงาน", "office", "slip"),
        ("สมชาาย", "somchai", "slip"),
        ("อูบลดี", "barbara", "slip"),
        ("Somchai", "somchai", "sound"),
        ("Charoensook", "somchai", "sound"),
        ("somchai charoensuk", "somchai", "sound"),
    ],
)
def test_a_thing_is_found_by(index, question, first, how):
    found = index.find(question)
    assert (found[0].thing.iri, found[0].how) == (first, how)


@pytest.mark.parametrize("question", ["", "  ", ".", "\0", "\u200b", '"', "zzz", "xyzw", "a" * 200])
def test_nothing_is_found_by(index, question):
    assert index.find(question) == []


HOSTILE = [
    '" OR 1=1 --',
    "NEAR(a b)",
    "part : office",
    "^office",
    "office*",
    "a AND NOT b",
    "%' ; DROP TABLE thing",
    "\x02\x03",
    "\ud7ff\U0010ffff",
    "🙂" * 100,
    "e\u0301\u0301\u0301" * 50,
    " ".join("abcdefghijklmnopqrstuvwxyz" * 3),
    "กขค " * 50,
    "ก" * 200,
]


@pytest.mark.parametrize("question", HOSTILE)
def test_what_is_asked_is_never_read_as_a_query(index, question):
    assert len(index.find(question)) <= len(PEOPLE)
    assert index.find("opdc")


def test_the_words_may_be_spread_over_the_names_of_a_thing(index):
    (found,) = index.find("opdc ราชการ")
    assert found.thing.iri == "office"


def test_the_name_that_answers_is_told_with_the_part_that_does(index):
    (found,) = index.find("กพ.ร")
    assert (found.name, found.spans) == (Name("ก.พ.ร.", "th", other=True), ((0, 6),))
    (found,) = index.find("ubaldi")
    assert [found.name.text[start:end] for start, end in found.spans] == ["Ubaldi"]
    (found,) = index.find("ระบบ พัฒนา")
    assert [found.name.text[start:end] for start, end in found.spans] == ["พัฒนาระบบ"]


def test_marks_on_the_last_letter_are_in_the_part(index):
    (found,) = index.find("ฒนาระบบราชการ")
    assert found.name.text[slice(*found.spans[0])] == "ฒนาระบบราชการ"
    found = index.find("สำน")[0]
    assert found.name.text[slice(*found.spans[0])] == "สำนั"


def test_what_matters_more_comes_first_among_equals(tmp_path):
    names = {f"t{n}": ((f"Same {n}", "en", False),) for n in range(10)}
    index = index_of(tmp_path, names, lambda iri: {"t7": 5, "t3": 9}.get(iri, 0))
    assert [each.thing.iri for each in index.find("same")][:3] == ["t3", "t7", "t0"]


def test_what_a_thing_is_called_goes_before_what_it_is_called_besides(tmp_path):
    names = {"a": (("Else", "en", False), ("Bowl one", "en", True)), "b": (("Bowl two", "en", 0),)}
    assert [each.thing.iri for each in index_of(tmp_path, names).find("bowl")] == ["b", "a"]


def test_near_names_come_only_where_few_are_exact(tmp_path):
    names = {f"t{n}": ((f"Lantern {n}", "en", False),) for n in range(FEW - 1)}
    near = {"near": (("Lanterm", "en", False),)}
    found = index_of(tmp_path, {**names, **near}).find("lantern")
    assert [each.how for each in found] == ["beginning"] * (FEW - 1) + ["slip"]
    enough = {**names, "one more": (("Lantern", "en", False),), **near}
    assert "slip" not in {each.how for each in index_of(tmp_path, enough).find("lantern")}


def test_as_many_as_are_asked_for_are_found(tmp_path):
    names = {f"t{n:03}": ((f"Thing {n:03}", "en", False),) for n in range(3 * MOST)}
    index = index_of(tmp_path, names)
    assert len(index.find("thing")) == MOST
    assert len(index.find("t")) == MOST
    assert len(index.find("thing", 7)) == 7
    assert [each.thing.iri for each in index.find("thing 250")] == ["t250"]
    assert [each.thing.iri for each in index.find("g 250")] == ["t250"]


def test_no_index_is_no_traceback(tmp_path):
    with pytest.raises(ReleaseError, match=r"search\.sqlite"):
        Index(tmp_path / "search.sqlite")
    (tmp_path / "search.sqlite").write_text("not a database, and long enough to be taken for one")
    with pytest.raises(ReleaseError, match="cannot be read"):
        Index(tmp_path / "search.sqlite")


def test_the_index_cannot_be_written_where_nothing_can(tmp_path):
    with pytest.raises(ReleaseError):
        write(tmp_path / "no" / "folder", [], lambda _iri: 0)


def test_a_file_is_never_changed_by_a_question(index, tmp_path):
    index_of(tmp_path, PEOPLE)
    path = tmp_path / "search.sqlite"
    before = path.read_bytes()
    Index(path).find("babara")
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["search.sqlite"]
    opened = Index(path)
    with pytest.raises(sqlite3.OperationalError):
        opened._database.execute("DELETE FROM thing")


@pytest.mark.parametrize(
    ("thai", "latin"),
    [
        ("สมชาย", "Somchai"),
        ("เจริญสุข", "Charoensuk"),
        ("อูบัลดี", "Ubaldi"),
        ("ธรรมศาสตร์", "Thammasat"),
        ("กรุงเทพ", "Krungthep"),
        ("ศิริพงษ์", "Siriphong"),
        ("พรรณราย", "Phannarai"),
        ("จันทร์เพ็ญ", "Chanphen"),
        ("ญาณิศา", "Yanisa"),
        ("สุวรรณ", "Suwan"),
    ],
)
def test_one_name_sounds_alike_in_both_scripts(thai, latin):
    assert sound(thai) == sound(latin)


def test_other_names_sound_otherwise():
    assert len({sound(name) for name in ("สมชาย", "เจริญสุข", "กรุงเทพ", "จันทร์เพ็ญ")}) == 4
    assert sound("ab") == ""


@pytest.mark.parametrize(
    ("text", "comparable"),
    [
        ("  Deep\u00a0 BOWL ", "deepbowl"),
        ("cafe\u0301", "caf\u00e9"),
        ("\u0e19\u0e4d\u0e32", "\u0e19\u0e33"),
        ("ก.พ.ร.", "กพร"),
        ("พ.ศ. ๒๕๖๙", "พศ2569"),
        ("Straße", "strasse"),
        ("C++ & C#", "c++c"),
    ],
)
def test_names_are_compared_without_their_accidents(text, comparable):
    assert form(text) == comparable
    assert form_of(text).form == comparable
    assert len(form_of(text).places) == len(comparable)


def test_words_that_say_nothing_are_none():
    assert words(" ... ก.พ.ร. - A ") == ["กพร", "a"]


LETTERS = st.sampled_from("abcdeกขคงจัุิี้่าำ")
NAME = st.text(LETTERS, min_size=4, max_size=14).map(
    lambda text: unicodedata.normalize("NFC", text)
)
SLIP = st.tuples(st.sampled_from(["more", "less", "other", "swap"]), st.integers(0, 20), LETTERS)


def slipped(text, slip):
    kind, at, letter = slip
    at %= len(text)
    if kind == "more":
        return text[:at] + letter + text[at:]
    if kind == "less":
        return text[:at] + text[at + 1 :]
    if kind == "other":
        return text[:at] + letter + text[at + 1 :]
    at = min(at, len(text) - 2)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def trigrams(names):
    return {name[at : at + 3] for name in names for at in range(len(name) - 2)}


@given(st.lists(NAME.map(form), min_size=1, max_size=5), SLIP)
@settings(max_examples=300, deadline=None)
def test_every_slip_of_a_name_leads_back_to_it(names, slip):
    name = names[0]
    assume(len(name) >= 4)
    text = slipped(name, slip)
    assume(unicodedata.normalize("NFC", text) == text)  # marks that change places are a second slip
    word = form(text)
    assume(len(word) >= 4)
    after = following(iter(trigrams(names)))
    assert word in name or any(found in name for found in slips(word, after))


@given(st.lists(NAME, min_size=1, max_size=6, unique=True), st.data())
@settings(max_examples=60, deadline=None)
def test_every_part_of_a_name_finds_it(tmp_path_factory, names, data):
    index = index_of(
        tmp_path_factory.mktemp("drawn"),
        {f"t{n}": ((name, "", 0),) for n, name in enumerate(names)},
    )
    name = form(names[0])
    start = data.draw(st.integers(0, len(name) - 1))
    end = data.draw(st.integers(start + 1, len(name)))
    assert "t0" in {each.thing.iri for each in index.find(name[start:end])}
