"""What pages show by the publication's views, and the evidence of it."""

import re

import pytest
from lxml import etree

from reviewgraph.errors import QueryTimeout
from reviewgraph.release.texts import texts_of
from reviewgraph.web.app import create_app
from reviewgraph.web.sections import sections, views_of

REVIEW = "https://w3id.org/reviewgraph/id/review/opdc-oecd-2019"
SVG = "{http://www.w3.org/2000/svg}"


def text_of(ask, path):
    answer = ask(path, accept="text/html")
    assert answer.status == 200
    return answer.text


def section_of(text, name):
    begin = text.index(f'<h2 id="view-{name}"')
    return text[begin : text.index("</section>", begin)]


def test_a_review_reads_as_a_summary_a_programme_and_who_took_part(ask_own):
    text = text_of(ask_own, "/doc/review/opdc-oecd-2019.th.html")
    order = ["summary", "programme", "timeline", "people", "network", "parties", "purposes"]
    places = [text.index(f'id="view-review-{name}"') for name in order]
    assert places == sorted(places)
    assert "1 เมษายน 2562" in section_of(text, "review-summary")
    people = section_of(text, "review-people")
    assert people.count("<h3>") == 9
    card = people[people.index("บาร์บารา") :]
    card = card[: card.index("<h3>")]
    assert "รักษาการหัวหน้าฝ่าย" in card
    assert "ตำแหน่ง</dt>" in card
    programme = section_of(text, "review-programme")
    assert programme.count("<h3>") == 5
    assert "ประเด็นย่อย" in programme[programme.index("วันที่ 4") :]


def test_every_statement_is_still_on_the_page_folded(ask_own):
    text = text_of(ask_own, "/doc/person/nancy-routzouni.en.html")
    whole = text[text.index('<details class="whole">') :]
    assert "Ms." in whole


def test_a_fact_unfolds_its_evidence_and_how_certain_it_is(ask_own):
    text = text_of(ask_own, "/doc/review/opdc-oecd-2019.en.html")
    summary = section_of(text, "review-summary")
    assert "Evidence: Stated" in summary
    assert "Characters 283–300 of" in summary
    assert "1 - 5 เมษายน 2562" in summary


def test_passages_are_shown_where_the_operator_has_the_text(own, asking, shared):
    notes = []
    texts = texts_of(own, shared / "source", notes)
    assert len(texts) == 1
    ask = asking(create_app(own, texts=texts))
    plain = asking(create_app(own))
    path = "/doc/person/nancy-routzouni.en.html"
    text = text_of(ask, path)
    assert re.search(r"<mark>Ms\.\s+Nancy Routzouni</mark>", text)
    assert "<mark>" not in text_of(plain, path)
    assert ask(path).headers["etag"] != plain(path).headers["etag"]
    source = text_of(ask, "/doc/source/opdc-oecd-peer-review-2019.en.html")
    assert source.count("<blockquote>") > 50


def test_a_wrong_folder_of_texts_brings_none(own, tmp_path):
    (tmp_path / "page.txt").write_text("another text", encoding="utf-8")
    assert texts_of(own, tmp_path, []) == {}


@pytest.mark.parametrize("lang", ["th", "en"])
def test_pictures_are_files_too_and_say_what_they_show(ask_own, lang):
    text = text_of(ask_own, f"/doc/review/opdc-oecd-2019.{lang}.html")
    addresses = set(re.findall(r'"(/pictures/[^"]+)"', text))
    assert len(addresses) == 2
    for address in sorted(addresses):
        answer = ask_own(address)
        assert answer.headers["content-type"] == "image/svg+xml"
        assert answer.headers["content-language"] == lang
        root = etree.fromstring(answer.body)
        assert root.tag == f"{SVG}svg"
        assert root.get("role") == "img"
        assert root.get("aria-label")
        assert len(root.findall(f"{SVG}rect")) > 5
        assert answer.body.decode() in text  # the very picture of the page


@pytest.mark.parametrize(
    "address",
    [
        "/pictures/review-network/id/person/nancy-routzouni.th.svg",
        "/pictures/review-people/id/review/opdc-oecd-2019.th.svg",
        "/pictures/none/id/review/opdc-oecd-2019.th.svg",
        "/pictures/review-network/id/review/nobody.svg",
    ],
)
def test_there_is_no_picture_of_what_no_view_draws(ask_own, address):
    assert ask_own(address).status == 404


def test_the_home_page_is_that_of_the_dataset(ask_own):
    text = text_of(ask_own, "/index.en.html")
    assert "Digital government" in section_of(text, "dataset-themes")
    assert "<svg" in section_of(text, "dataset-organisations")


def test_another_publication_has_views_of_its_own(ask_museum):
    text = text_of(ask_museum, "/doc/room/2.th.html")
    shown = section_of(text, "room-artefacts")
    assert "กลองมโหระทึก" in shown
    assert shown.count("<h3>") == 2
    # Dictionaries have ก before ต; of a room without anything the view says so.
    assert "วัตถุในห้องนี้" in shown


def test_a_view_that_cannot_be_answered_is_told_and_the_page_is_not_kept(
    ask_museum, museum, asking
):
    app = create_app(museum)

    def late(_query):
        raise QueryTimeout("นานเกินไป", "it took too long")

    app.state.site.ask = late
    answer = asking(app)("/doc/room/2.en.html")
    assert answer.status == 200
    assert "cannot be shown at the moment" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers
    assert "Bronze drum" in answer.text  # the statements are there all the same


def test_views_of_a_class_are_those_of_what_is_below_it_too(own):
    site = create_app(own).state.site
    names = [view.question.name for view in views_of(site).of(REVIEW)]
    assert names[0] == "review-summary"
    titles = [section.title for section in sections(site, REVIEW, "en")]
    assert titles[:2] == ["Summary", "Programme by day"]
