"""The explorer: things and what joins them, from the release."""

import json
import re

import pytest


def graph(ask, query=""):
    answer = ask(f"/explore.json{query}")
    assert answer.status == 200, answer.text
    return json.loads(answer.body)


def joined(told):
    names = [node["iri"].partition("/id/")[2] for node in told["nodes"]]
    return {frozenset((names[edge["from"]], names[edge["to"]])) for edge in told["edges"]}


def test_things_are_joined_and_what_has_no_name_is_passed_through(ask_own):
    told = graph(ask_own)
    assert not told["cut"]
    assert frozenset({"review/opdc-oecd-2019", "person/barbara-ubaldi"}) in joined(told)
    assert all(node["label"]["th"] and node["label"]["en"] for node in told["nodes"])
    assert all(set(edge["path"]) <= set(told["properties"]) for edge in told["edges"])
    degrees = [0] * len(told["nodes"])
    for edge in told["edges"]:
        degrees[edge["from"]] += 1
        degrees[edge["to"]] += 1
    assert [node["degree"] for node in told["nodes"]] == degrees


def test_what_is_around_one_thing(ask_own):
    whole, around = graph(ask_own), graph(ask_own, "?of=person/barbara-ubaldi")
    assert 1 < len(around["nodes"]) < len(whole["nodes"])
    near = {pair for pair in joined(whole) if "person/barbara-ubaldi" in pair}
    assert near
    assert near <= joined(around)


@pytest.mark.parametrize("of", ["nothing", "%3Cscript%3E", "%00", "a%20b"])
def test_what_is_not_there_is_told(ask_own, of):
    answer = ask_own(f"/explore?of={of}", accept="text/html")
    assert answer.status in {400, 404}
    assert "<script>" not in answer.text


def test_the_page_needs_no_script(ask_own):
    page = ask_own("/explore.th.html").text
    assert re.search(r'href="/doc/review/opdc-oecd-2019\.th\.html"', page)
    assert "ประเภทของสิ่ง" in page
    assert graph(ask_own) == graph(ask_own)


def test_a_page_of_a_thing_leads_to_what_is_around_it(ask_own):
    page = ask_own("/doc/person/barbara-ubaldi.en.html").text
    address = re.search(r'href="(/explore\.en\.html\?of=[^"]+)"', page)[1]
    assert ask_own(address).status == 200
