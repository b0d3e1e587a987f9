"""Reconciliation: names in a table matched with things, as OpenRefine asks for it (API 0.2)."""

import json
import re
from urllib.parse import quote

import pytest
from jsonschema import Draft202012Validator

from reviewgraph.web.app import create_app
from reviewgraph.web.reconcile.honorifics import stripped
from reviewgraph.web.site import Site

TYPE = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
}
PLACE = {
    "type": "object",
    "properties": {
        "service_url": {"type": "string", "pattern": "^https?://"},
        "service_path": {"type": "string", "pattern": "^/"},
        "flyout_service_url": {"type": "string", "pattern": "^https?://"},
        "flyout_service_path": {"type": "string", "pattern": r"^/.*\$\{id\}"},
    },
}
# The rules of the specification, in schemas of our own.
MANIFEST = {
    "type": "object",
    "required": ["versions", "name", "identifierSpace", "schemaSpace", "view"],
    "properties": {
        "versions": {"type": "array", "contains": {"const": "0.2"}},
        "name": {"type": "string", "minLength": 1},
        "identifierSpace": {"type": "string", "pattern": "^https?://"},
        "schemaSpace": {"type": "string", "pattern": "^https?://"},
        "view": {
            "type": "object",
            "required": ["url"],
            "properties": {"url": {"type": "string", "pattern": r"\{\{id\}\}"}},
        },
        "preview": {
            "type": "object",
            "required": ["url", "width", "height"],
            "properties": {
                "url": {"type": "string", "pattern": r"\{\{id\}\}"},
                "width": {"type": "integer", "minimum": 1},
                "height": {"type": "integer", "minimum": 1},
            },
        },
        "defaultTypes": {"type": "array", "items": TYPE, "minItems": 1, "uniqueItems": True},
        "suggest": {
            "type": "object",
            "required": ["entity", "type", "property"],
            "additionalProperties": PLACE,
        },
        "batchSize": {"type": "integer", "minimum": 1},
    },
}
RESULTS = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "required": ["result"],
        "additionalProperties": False,
        "properties": {
            "result": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["id", "name", "score", "match", "type"],
                    "properties": {
                        "id": {"type": "string", "minLength": 1},
                        "name": {"type": "string"},
                        "description": {"type": "string"},
                        "score": {"type": "number", "minimum": 0, "maximum": 100},
                        "match": {"type": "boolean"},
                        "type": {"type": "array", "items": TYPE},
                        "features": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "required": ["id", "value"],
                                "properties": {"value": {"type": ["number", "boolean"]}},
                            },
                        },
                    },
                },
            }
        },
    },
}
SUGGESTED = {
    "type": "object",
    "required": ["result"],
    "properties": {"result": {"type": "array", "items": TYPE}},
}
EXTENDED = {
    "type": "object",
    "required": ["meta", "rows"],
    "properties": {
        "meta": {"type": "array", "items": TYPE},
        "rows": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": {
                    "type": "array",
                    "items": {
                        "oneOf": [
                            {"required": ["id", "name"], "maxProperties": 2},
                            {"required": ["str"], "maxProperties": 1},
                            {"required": ["int"], "maxProperties": 1},
                            {"required": ["float"], "maxProperties": 1},
                            {"required": ["date"], "maxProperties": 1},
                        ]
                    },
                },
            },
        },
    },
}
PERSON = "http://xmlns.com/foaf/0.1/Person"


def read(answer, schema):
    assert answer.status == 200, answer.text
    content = json.loads(answer.body)
    Draft202012Validator(schema).validate(content)
    return content


def match(ask, *queries, **more):
    batch = {f"q{n}": {"query": query, **more} for n, query in enumerate(queries)}
    answer = ask(f"/reconcile?queries={quote(json.dumps(batch))}")
    return [each["result"] for each in read(answer, RESULTS).values()]


@pytest.mark.parametrize("lang", ["th", "en"])
def test_the_service_says_what_it_is(ask_own, lang):
    answer = ask_own("/reconcile", accept_language=lang)
    told = read(answer, MANIFEST)
    assert told["view"]["url"] == told["identifierSpace"] + "{{id}}"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert bool(re.search("[ก-๙]", told["name"])) == (lang == "th")


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("Barbara Ubaldi", "person/barbara-ubaldi"),
        ("Ms. Barbara UBALDI", "person/barbara-ubaldi"),
        ("Dr. Barbara Ubaldi, Ph.D.", "person/barbara-ubaldi"),
        ("OECD", "organisation/oecd"),
    ],
)
def test_a_name_that_is_the_same_is_a_match(ask_own, name, id_):
    (found,) = match(ask_own, name)
    assert (found[0]["id"], found[0]["match"]) == (id_, True)
    assert found[0]["score"] >= 98
    assert [each["match"] for each in found[1:]] == [False] * (len(found) - 1)


def test_thai_names_abbreviations_and_honorifics(ask_own):
    english, thai, dotted, plain = match(
        ask_own,
        "Office of the Public Sector Development Commission",
        "สำนักงานคณะกรรมการพัฒนาระบบราชการ",
        "ก.พ.ร.",
        "กพร",
    )
    first = english[0]["id"]
    assert thai[0]["id"] == first
    assert dotted[0]["id"] == plain[0]["id"] == first
    assert dotted[0]["score"] == plain[0]["score"]


def test_a_slip_and_a_transliteration_are_candidates_and_no_match(ask_own):
    slip, sound = match(ask_own, "Barbra Ubaldi", "อูบัลดี")
    assert slip[0]["id"] == "person/barbara-ubaldi"
    assert not slip[0]["match"]
    assert 60 < slip[0]["score"] < 98
    assert sound[0]["id"] == "person/barbara-ubaldi"


def test_scores_fall(ask_own):
    for found in match(ask_own, "OECD", "Barbara", "review", "สำนักงาน"):
        scores = [each["score"] for each in found]
        assert scores == sorted(scores, reverse=True)


def test_a_type_keeps_others_away_or_back(ask_own):
    kinds = {kind["id"] for each in match(ask_own, "OECD")[0] for kind in each["type"]}
    wanted = next(kind for kind in kinds if "Organization" in kind)
    (strict,) = match(ask_own, "OECD", type=wanted)
    assert strict
    assert all(wanted in {kind["id"] for kind in each["type"]} for each in strict)
    (none,) = match(ask_own, "Barbara Ubaldi", type=[wanted])
    assert "person/barbara-ubaldi" not in {each["id"] for each in none}
    (lenient,) = match(ask_own, "Barbara Ubaldi", type=[wanted], type_strict="should")
    assert lenient[0]["id"] == "person/barbara-ubaldi"
    assert not lenient[0]["match"]


def test_a_property_that_does_not_hold_is_no_match(ask_museum):
    (found,) = match(ask_museum, "Sangkhalok bowl")
    assert found[0]["match"]
    condition = [{"pid": "http://purl.org/dc/terms/title", "v": "something else"}]
    (without,) = match(ask_museum, "Sangkhalok bowl", properties=condition)
    assert without[0]["score"] < found[0]["score"]
    assert not without[0]["match"]


def test_two_things_of_one_name_are_no_match(ask):
    for found in match(ask, "plain", "script", "Plain"):
        best = [each for each in found if each["score"] >= 98]
        assert len([each for each in found if each["match"]]) == (1 if len(best) == 1 else 0)


def test_as_many_as_are_asked_for(ask_own):
    assert len(match(ask_own, "a", limit=2)[0]) <= 2


@pytest.mark.parametrize(
    ("queries", "status"),
    [
        ("", 400),
        ("[]", 400),
        ("{", 400),
        ("[" * 100_000, 400),
        ('{"q0": 3}', 400),
        ('{"q0": {}}', 400),
        ('{"q0": {"query": ["a"]}}', 400),
        ('{"q0": {"query": "a", "limit": 0}}', 400),
        ('{"q0": {"query": "a", "limit": true}}', 400),
        ('{"q0": {"query": "a", "limit": NaN}}', 400),
        ('{"q0": {"query": "a", "type_strict": "some"}}', 400),
        ('{"q0": {"query": "a", "type": [1]}}', 400),
        ('{"q0": {"query": "a", "properties": {}}}', 400),
        ('{"q0": {"query": "a", "properties": [{"pid": "x"}]}}', 400),
        (json.dumps({f"q{n}": {"query": "a"} for n in range(51)}), 413),
    ],
)
def test_what_is_no_batch_is_told_in_both_languages(ask_museum, queries, status):
    answer = ask_museum(f"/reconcile?queries={quote(queries)}", accept_language="th")
    assert answer.status == status
    assert re.search("[ก-๙]", answer.text)
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "query",
    [
        {"query": "\0\ud7ff" + "ก" * 5_000},
        {"query": "a", "type": "not an iri <>"},
        {"query": "a", "properties": [{"pid": "<>", "v": [None, {"id": "\n"}, 1e400, True]}]},
        {"properties": [{"pid": "http://purl.org/dc/terms/title", "v": "bowl"}]},
        {"query": "... ---"},
        {"query": "a", "limit": 1e9},
    ],
)
def test_odd_queries_have_an_answer(ask_museum, query):
    text = json.dumps({"q0": query})
    read(ask_museum(f"/reconcile?queries={quote(text)}"), RESULTS)


def test_a_form_is_asked_as_an_address_is(museum, serve):
    batch = json.dumps({"q0": {"query": "ตะเกียง"}, "q1": "Sangkhalok bowl"})
    with serve(create_app(museum)) as client:
        posted = client.post("/reconcile", data={"queries": batch})
        asked = client.get("/reconcile", params={"queries": batch})
        assert posted.json() == asked.json()
        assert posted.json()["q1"]["result"][0]["id"] == "bowl"
        assert client.post("/reconcile", content=b"{}").status_code == 415
        assert client.post("/reconcile", data={"queries": "x" * 600_000}).status_code == 413
        twice = "queries=%7B%7D&queries=%7B%7D"
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        assert client.post("/reconcile", content=twice, headers=form).status_code == 400
        wanted = {
            "ids": ["bowl", "nothing"],
            "properties": [{"id": "http://purl.org/dc/terms/title"}],
        }
        content = client.post("/reconcile", data={"extend": json.dumps(wanted)}).json()
        Draft202012Validator(EXTENDED).validate(content)
        assert content["rows"]["nothing"] == {"http://purl.org/dc/terms/title": []}
        assert client.post("/reconcile", data={"extend": '{"ids": 1}'}).status_code == 400


def test_values_can_be_asked_for(ask_own):
    proposed = json.loads(ask_own(f"/reconcile/properties?type={quote(PERSON)}").body)
    paths = [{"id": each["id"]} for each in proposed["properties"]]
    assert paths
    wanted = {"ids": ["person/barbara-ubaldi", "review/opdc-oecd-2019"], "properties": paths}
    told = read(ask_own(f"/reconcile?extend={quote(json.dumps(wanted))}"), EXTENDED)
    cells = [cell for row in told["rows"].values() for values in row.values() for cell in values]
    assert any("id" in cell for cell in cells)
    assert any("str" in cell for cell in cells)
    assert len(json.loads(ask_own("/reconcile/properties?limit=3").body)["properties"]) == 3


@pytest.mark.parametrize(
    ("kind", "prefix", "part"),
    [("entity", "ubal", "barbara"), ("type", "Pers", "Person"), ("property", "label", "label")],
)
def test_suggestions_while_typing(ask_own, kind, prefix, part):
    answer = ask_own(f"/reconcile/suggest/{kind}?prefix={prefix}", accept_language="en")
    found = read(answer, SUGGESTED)["result"]
    assert part in found[0]["id"]
    again = read(ask_own(f"/reconcile/suggest/{kind}?prefix={prefix}&cursor=1"), SUGGESTED)
    assert len(again["result"]) in {len(found) - 1, 10}
    told = json.loads(ask_own(f"/reconcile/flyout/{kind}?id={quote(found[0]['id'])}").body)
    assert told["id"] == found[0]["id"]
    assert "<h1>" in told["html"]


def test_a_preview_may_be_framed_and_nothing_else(ask_own):
    answer = ask_own("/reconcile/preview?id=person/barbara-ubaldi")
    assert answer.status == 200
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors *" in policy
    assert "script-src 'self'" in policy
    assert "<script" not in answer.text
    assert "frame-ancestors 'none'" in ask_own("/").headers["content-security-policy"]


def test_a_preview_shows_markup_in_the_data_as_text(ask):
    for id_ in ("plain", "script", "nothing", "..%2F..", "%00"):
        answer = ask(f"/reconcile/preview?id={id_}")
        assert answer.status in {200, 400, 404}
        assert "<script>alert" not in answer.text


def test_there_is_no_jsonp(ask_museum):
    answer = ask_museum("/reconcile?callback=hit")
    assert answer.media_type == "application/json"
    assert not answer.text.startswith("hit")


@pytest.mark.parametrize("address", ["/reconcile/suggest/x?prefix=a", "/reconcile/flyout/x?id=a"])
def test_other_kinds_are_not_there(ask_museum, address):
    assert ask_museum(address).status == 404


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("นางสาวสมหญิง ใจดี", "สมหญิง ใจดี"),
        ("ศ.ดร.สมชาย เจริญสุข", "สมชาย เจริญสุข"),
        ("พล.อ. ประเสริฐ", "ประเสริฐ"),
        ("Prof. Dr. Mali", "Mali"),
        ("Drake", "Drake"),
        ("นาย", "นาย"),
        ("Mr", "Mr"),
    ],
)
def test_a_name_is_stripped_of_what_is_none(museum, name, left):
    assert stripped(Site(museum), name) == left
