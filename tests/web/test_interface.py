"""The page of the interface and the vocabulary: what programs and their writers need to know."""

import json
import re

from reviewgraph.web.interface_words import SUMMARIES, TAGS


def test_every_address_of_the_openapi_document_is_on_the_page_in_both_languages(ask_own):
    told = json.loads(ask_own("/openapi.json").body)["paths"]
    for lang in ("th", "en"):
        page = ask_own(f"/api.{lang}.html").text
        for path in told:
            assert path in page, path


def test_every_summary_has_thai_words(ask_own):
    told = json.loads(ask_own("/openapi.json").body)["paths"]
    for path, methods in told.items():
        for operation in methods.values():
            assert operation["tags"][0] in TAGS, path
            # The formats of the dump are told with the dump.
            if not path.startswith(("/questions/", "/dump.")):
                assert operation["summary"] in SUMMARIES, path
    assert all(re.search("[ก-๙]", words.th) or words.th == "SPARQL" for words in TAGS.values())
    assert all(re.search("[ก-๙]", words.th) for words in SUMMARIES.values())


def test_the_vocabulary_has_labels_in_both_languages_and_counts(ask_own):
    told = json.loads(ask_own("/vocab.json").body)
    words = {word["name"]: word for word in told["classes"] + told["properties"]}
    assert words["rg:Review"]["labels"].keys() == {"th", "en"}
    assert words["rg:Review"]["count"] == 1
    assert words["rdf:type"]["count"] > 100
    assert told["prefixes"]["rg"] == "https://w3id.org/reviewgraph/def#"
    for kind in ("classes", "properties"):
        counts = [word["count"] for word in told[kind]]
        assert counts == sorted(counts, reverse=True)


def test_a_short_name_is_one_that_sparql_reads(ask):
    told = json.loads(ask("/vocab.json").body)
    for word in told["classes"] + told["properties"]:
        assert re.fullmatch(r"(?:[a-z]+:[A-Za-z0-9_-]+)?", word["name"]), word


def test_words_say_how_they_are_used(ask_own):
    page = ask_own("/def.en.html").text
    review = page[page.index('id="Review"') : page.index('id="Review"') + 6_000]
    assert re.search(r"<a href=[^>]*>1 [a-z]", review)
    assert "What the rules ask for" in review
    assert "/doc/review/opdc-oecd-2019.en.html" in review
    assert '<img src="/def.en.svg"' in page
    drawn = ask_own("/def.en.svg")
    assert drawn.media_type == "image/svg+xml"
    assert "Review" in drawn.text
    assert "Stated count" in drawn.text
