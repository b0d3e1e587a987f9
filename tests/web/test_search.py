"""Things by their names: Thai without spaces, both languages, and alike on a host of files."""

import json
import shutil
import subprocess
from dataclasses import replace
from urllib.parse import quote

import pytest

from reviewgraph.release.search.looking import HOWS
from reviewgraph.web.app import create_app
from reviewgraph.web.search import parts
from reviewgraph.web.static import FOLDER


def found(ask, question):
    answer = ask(f"/search.json?q={question}")
    assert answer.status == 200, answer.text
    return [each["iri"].rpartition("/id/")[2] for each in json.loads(answer.body)["found"]]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("ubaldi", "person/barbara-ubaldi"),
        ("BARBARA%20ubaldi", "person/barbara-ubaldi"),
        ("%E0%B8%AD%E0%B8%B9%E0%B8%9A%E0%B8%B1%E0%B8%A5%E0%B8%94%E0%B8%B5", None),
        ("OECD", "organisation/oecd"),
        ("%E0%B8%81.%E0%B8%9E.%E0%B8%A3.", None),
    ],
)
def test_real_things_are_found_by_a_part_of_a_name(ask_own, question, first):
    names = found(ask_own, question)
    assert names
    assert first is None or names[0] == first


def test_thai_is_found_in_the_middle_of_a_word(ask_museum):
    assert found(ask_museum, "%E0%B8%AA%E0%B8%B1%E0%B8%87%E0%B8%84%E0%B9%82%E0%B8%A5%E0%B8%81") == [
        "bowl"
    ]


def test_every_word_must_be_in_the_names(ask_museum):
    assert found(ask_museum, "sangkhalok%20bowl") == ["bowl"]
    assert found(ask_museum, "bronze%20bowl") == []
    assert found(ask_museum, "") == []
    assert found(ask_museum, "%20%20") == []


def test_a_whole_name_goes_before_a_part_of_one(ask):
    names = found(ask, "plain")
    assert names[0] == "plain"


def test_a_text_is_cut_where_it_was_found():
    assert parts("Deep bowl", ((5, 9),)) == ("Deep ", "bowl", "")
    assert parts("bowl", ()) == ("bowl",)


def test_the_answer_says_what_was_found_and_how(ask_museum):
    (found,) = json.loads(ask_museum("/search.json?q=sangkalok").body)["found"]
    assert found["matched"]["how"] == "slip"
    assert "".join(found["matched"]["parts"]) == found["matched"]["text"]
    assert found["matched"]["parts"][1].casefold() == "sangkhalok"
    assert found["pages"]["en"] == "/doc/bowl.en.html"
    assert set(found["label"]) == {"th", "en"}
    assert ask_museum(found["pages"]["th"]).status == 200


def test_as_many_as_are_asked_for(ask_own):
    assert len(json.loads(ask_own("/search.json?q=a&limit=3").body)["found"]) == 3
    for limit in ("", "x", "-1", "1.5", "1&limit=2", "99999999999"):
        assert ask_own(f"/search.json?q=a&limit={limit}").status == 400
    assert len(json.loads(ask_own("/search.json?q=a&limit=0").body)["found"]) == 1


def test_a_slip_and_a_sound_are_told_on_the_page(ask_museum):
    page = ask_museum("/search.en.html?q=sangkalok").text
    assert "Nothing is called just so" in page
    assert "<mark>Sangkhalok</mark>" in page


def test_the_page_groups_by_kind_and_marks_what_was_found(ask_museum):
    page = ask_museum("/search.en.html?q=sangkhalok").text
    assert 'value="sangkhalok"' in page
    assert 'href="/doc/bowl.en.html"' in page
    assert "1 found" in page
    thai = ask_museum("/search.th.html?q=sangkhalok").text
    assert "<mark>Sangkhalok</mark> bowl" in thai
    assert "Nothing here is called so." in ask_museum("/search.en.html?q=zzz").text


def test_what_is_asked_is_text(ask):
    page = ask("/search.en.html?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").text
    assert "<script>alert" not in page
    found_it = ask("/search.en.html?q=script").text
    assert "<script>alert" not in found_it
    assert "&lt;<mark>script</mark>" in found_it or "&lt;script" in found_it


@pytest.mark.parametrize("query", ["q=a&q=b", f"q={'a' * 201}"])
def test_a_question_that_is_none_is_told(ask, query):
    assert ask(f"/search?{query}").status == 400


def test_a_release_without_names_has_no_search(museum, asking, tmp_path):
    files = {name: entry for name, entry in museum.files.items() if name != "search.sqlite"}
    site = asking(create_app(replace(museum, files=files)))
    assert site("/search").status == 404
    assert "/search" not in site("/index.en.html").text


QUESTIONS = [
    *("bowl", "Sangkhalok", "ก", "ตะเกียง", "drum bronze", "room", "o", "", "zzz", "2"),
    *("sangkalok", "bolw", "ตะเกยง", "brnze drum", "\u0e52"),
]


def test_the_script_finds_what_the_server_finds(ask_museum):
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node.js is not on this machine")
    index = ask_museum("/search-index.json").text
    script = (
        f"const {{ find, partsOf }} = require({json.dumps(str(FOLDER / 'search.js'))});"
        f"const {{ things }} = {index};"
        f"const found = {json.dumps(QUESTIONS)}.map((q) => find(things, q)"
        ".map((t) => [t.thing.at, t.how, partsOf(t)]));"
        "console.log(JSON.stringify(found));"
    )
    done = subprocess.run([node, "-e", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    indexed = {thing["at"] for thing in json.loads(index)["things"]}
    for question, by_script in zip(QUESTIONS, json.loads(done.stdout), strict=True):
        answer = json.loads(ask_museum(f"/search.json?q={quote(question)}").body)
        by_server = [
            [at, HOWS.index(each["matched"]["how"])]
            for each in answer["found"]
            if each["matched"]["how"] != "sound"
            and (at := each["pages"]["en"].removesuffix(".en.html")) in indexed
        ]
        assert [[at, how] for at, how, _ in by_script] == by_server, question
        if question:
            assert all("".join(parts) for _, _, parts in by_script)
