"""The HTTP contract as a table, and what holds for every line of it."""

import asyncio
import json
import re

import pytest

from reviewgraph.web.app import create_app

HTML, TURTLE, JSON_LD = "text/html", "text/turtle", "application/ld+json"
N_TRIPLES, RDF_XML = "application/n-triples", "application/rdf+xml"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
PROBLEM = "application/problem+json"
BOTH = "Accept, Accept-Language"

# path, Accept, status, media type, Vary
CONTRACT = [
    ("/", None, 200, HTML, BOTH),
    ("/index.html", None, 200, HTML, "Accept-Language"),
    ("/index.en.html", None, 200, HTML, None),
    ("/", "application/json", 406, PROBLEM, BOTH),
    ("/id/plain", TURTLE, 303, "", None),
    ("/id/nobody", TURTLE, 404, PROBLEM, BOTH),
    ("/id/", None, 404, PROBLEM, BOTH),
    ("/doc/plain", None, 200, HTML, BOTH),
    ("/doc/plain", "*/*", 200, HTML, BOTH),
    ("/doc/plain", BROWSER, 200, HTML, BOTH),
    ("/doc/plain", TURTLE, 200, TURTLE, BOTH),
    ("/doc/plain", N_TRIPLES, 200, N_TRIPLES, BOTH),
    ("/doc/plain", RDF_XML, 200, RDF_XML, BOTH),
    ("/doc/plain", JSON_LD, 200, JSON_LD, BOTH),
    ("/doc/plain", "application/json", 200, "application/json", BOTH),
    ("/doc/plain", "text/html;q=0, text/turtle;q=0.1", 200, TURTLE, BOTH),
    ("/doc/plain", "text/turtle;q=0.5, application/rdf+xml", 200, RDF_XML, BOTH),
    ("/doc/plain", "garbage", 200, HTML, BOTH),
    ("/doc/plain", "image/png", 406, PROBLEM, BOTH),
    ("/doc/plain.html", TURTLE, 200, HTML, "Accept-Language"),
    ("/doc/plain.th.html", None, 200, HTML, None),
    ("/doc/plain.xx.html", None, 404, PROBLEM, BOTH),
    ("/doc/plain.page-2", None, 404, PROBLEM, BOTH),
    ("/doc/plain.page-1.ttl", None, 404, PROBLEM, BOTH),
    ("/doc/plain.ttl", HTML, 200, TURTLE, None),
    ("/doc/plain.nt", None, 200, N_TRIPLES, None),
    ("/doc/plain.rdf", None, 200, RDF_XML, None),
    ("/doc/plain.jsonld", None, 200, JSON_LD, None),
    ("/doc/plain.json", None, 200, "application/json", None),
    ("/catalog.json", None, 200, "application/json", None),
    ("/.well-known/void", None, 200, TURTLE, "Accept"),
    ("/.well-known/void", BROWSER, 200, TURTLE, "Accept"),
    ("/.well-known/void.nt", None, 200, N_TRIPLES, None),
    ("/catalog", None, 200, HTML, BOTH),
    ("/catalog", RDF_XML, 200, RDF_XML, BOTH),
    ("/report", None, 200, HTML, BOTH),
    ("/report", "application/json", 200, "application/json", BOTH),
    ("/report.json", None, 200, "application/json", None),
    ("/doc/plain.pdf", None, 404, PROBLEM, BOTH),
    ("/doc/nobody", None, 404, PROBLEM, BOTH),
    ("/doc/nobody.ttl", None, 404, PROBLEM, BOTH),
    ("/doc/gone", TURTLE, 410, TURTLE, BOTH),
    ("/def", None, 200, HTML, BOTH),
    ("/def", TURTLE, 200, TURTLE, BOTH),
    ("/def.rdf", None, 200, RDF_XML, None),
    ("/def/2", TURTLE, 200, TURTLE, BOTH),
    ("/dataset", TURTLE, 200, TURTLE, BOTH),
    ("/graph/data/things", None, 200, HTML, BOTH),
    ("/graph/data/things", N_TRIPLES, 200, N_TRIPLES, BOTH),
    ("/graph/data/things.jsonld", None, 200, JSON_LD, None),
    ("/graph/data/none", None, 404, PROBLEM, BOTH),
    ("/graphs", None, 200, HTML, BOTH),
    ("/graphs.th.html", None, 200, HTML, None),
    ("/questions", None, 200, HTML, BOTH),
    ("/questions.en.html", TURTLE, 200, HTML, None),
    ("/questions/near", None, 200, HTML, BOTH),
    ("/questions/near", "application/json", 200, "application/json", BOTH),
    ("/questions/near", "text/csv", 200, "text/csv", BOTH),
    ("/questions/near.json", None, 200, "application/sparql-results+json", None),
    ("/questions/near.csv", None, 200, "text/csv", None),
    ("/questions/near.tsv", None, 200, "text/tab-separated-values", None),
    ("/questions/near.xml", None, 200, "application/sparql-results+xml", None),
    ("/questions/near?nothing=1", None, 400, PROBLEM, BOTH),
    ("/questions/near?what=x", None, 400, PROBLEM, BOTH),
    ("/questions/near?what=%22x%22", None, 400, PROBLEM, BOTH),
    ("/questions/far", None, 404, PROBLEM, BOTH),
    ("/browse/d-Thing", None, 200, HTML, BOTH),
    ("/browse/d-Thing.th.html", None, 200, HTML, None),
    ("/browse/d-Thing.page-2", None, 404, PROBLEM, BOTH),
    ("/browse/x", None, 404, PROBLEM, BOTH),
    ("/browse", None, 404, PROBLEM, BOTH),
    ("/dump", None, 200, TURTLE, BOTH),
    ("/dump", "application/trig", 200, "application/trig", BOTH),
    ("/dump.en.html", None, 200, HTML, None),
    ("/dump", BROWSER, 200, HTML, BOTH),
    ("/dump", "image/png", 406, PROBLEM, BOTH),
    ("/dump.nq", None, 200, "application/n-quads", None),
    ("/dump.trig", None, 200, "application/trig", None),
    ("/dump.jsonld", None, 200, JSON_LD, None),
    ("/dump.rdf", None, 200, RDF_XML, None),
    ("/dump.ttl.gz", None, 200, "application/gzip", None),
    ("/dump/SHA256SUMS", None, 200, "text/plain", None),
    ("/context.jsonld", None, 200, JSON_LD, None),
    ("/manifest.json", None, 200, "application/json", None),
    ("/shapes", None, 200, HTML, BOTH),
    ("/shapes", TURTLE, 200, TURTLE, BOTH),
    ("/shape/named", None, 303, "", None),
    ("/healthz", None, 200, "application/json", None),
    ("/robots.txt", None, 200, "text/plain", None),
    ("/openapi.json", None, 200, "application/json", None),
    ("/static/style.css", None, 200, "text/css", None),
    ("/static/../app.py", None, 404, PROBLEM, BOTH),
    ("/docs", None, 404, PROBLEM, BOTH),
    ("/nowhere", None, 404, PROBLEM, BOTH),
]


@pytest.mark.parametrize(("path", "accept", "status", "media_type", "vary"), CONTRACT)
def test_contract(ask, path, accept, status, media_type, vary):
    answer = ask(path, **({} if accept is None else {"accept": accept}))
    assert (answer.status, answer.media_type) == (status, media_type), answer.text[:500]
    assert answer.headers.get("vary") == vary


@pytest.mark.parametrize("path", [line[0] for line in CONTRACT if line[1] is None])
def test_head_has_the_headers_of_get_and_no_body(ask, path):
    got, headed = ask(path), ask(path, "HEAD")
    assert headed.status == got.status
    assert headed.body == b""
    assert dict(headed.headers) == dict(got.headers)


@pytest.mark.parametrize("path", sorted({line[0] for line in CONTRACT}))
def test_every_answer_carries_the_security_headers(ask, path):
    headers = ask(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"]
    assert headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in headers


@pytest.mark.parametrize("path", sorted({line[0] for line in CONTRACT}))
def test_the_host_header_is_never_believed(ask, path):
    answer = ask(path, x_forwarded_host="attacker.example")
    assert "attacker" not in str(answer.headers)
    assert b"http://attacker" not in answer.body


@pytest.mark.parametrize("path", sorted({line[0] for line in CONTRACT if line[2] == 200}))
def test_the_entity_tag_is_honoured(ask, path):
    if path in {"/healthz", "/openapi.json"}:
        return
    first = ask(path)
    tag = first.headers["etag"]
    for header in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = ask(path, if_none_match=header)
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == tag
        assert again.headers.get("vary") == first.headers.get("vary")
    assert ask(path, if_none_match='"other"').status == 200


@pytest.mark.parametrize("path", ["/", "/doc/plain", "/doc/plain.ttl", "/dump.nq", "/catalog.ttl"])
def test_if_modified_since_is_heard_unless_an_entity_tag_is_given(ask, path):
    first = ask(path)
    modified = first.headers["last-modified"]
    assert ask(path, if_modified_since=modified).status == 304
    assert ask(path, if_modified_since="Fri, 01 Jan 2100 00:00:00 GMT").status == 304
    assert ask(path, if_modified_since="Sat, 01 Jan 2000 00:00:00 GMT").status == 200
    assert ask(path, if_modified_since="yesterday").status == 200
    assert ask(path, if_modified_since=modified, if_none_match='"other"').status == 200


def test_each_representation_has_its_own_entity_tag(ask):
    tags = {ask(f"/doc/plain.{each}").headers["etag"] for each in ("ttl", "nt", "rdf", "jsonld")}
    tags |= {ask(f"/doc/plain.{lang}.html").headers["etag"] for lang in ("th", "en")}
    assert len(tags) == 6


def test_a_document_links_to_all_that_belongs_to_it(ask):
    answer = ask("/doc/plain", accept="text/turtle")
    assert answer.headers["content-location"] == "/doc/plain.ttl"
    link = answer.headers["link"]
    for target, rest in (
        ("/doc/plain.ttl", 'rel="alternate"; type="text/turtle"'),
        ("/doc/plain.jsonld", 'rel="describedby"; type="application/ld+json"'),
        ("/doc/plain.en.html", 'rel="alternate"; type="text/html"; hreflang="en"'),
        ("https://odd.example/data/id/plain", 'rel="canonical"'),
        ("https://odd.example/data/id/plain", 'rel="cite-as"'),
        ("https://creativecommons.org/publicdomain/zero/1.0/", 'rel="license"'),
    ):
        assert f"<{target}>; {rest}" in link
    for target in re.findall(r"<(/[^>]*)>", link):
        assert ask(target).status == (302 if target.startswith("/timegate/") else 200)


def test_an_accept_that_cannot_be_met_is_told_what_there_is(ask):
    answer = ask("/doc/plain", accept="image/png")
    for address in ("/doc/plain.ttl", "/doc/plain.html", "/doc/plain.rdf"):
        assert address in answer.text
    assert "</doc/plain.ttl>" in answer.headers["link"]


@pytest.mark.parametrize(
    "path", ["/", "/graphs", "/doc/plain", "/def", "/dump", "/sparql", "/questions/near", "/shapes"]
)
def test_what_there_is_has_one_shape_everywhere(ask, path):
    available = json.loads(ask(path, accept="image/png").body)["available"]
    assert available
    for each in available:
        assert set(each) <= {"media_type", "address"}
        found = ask(each.get("address", path), accept=each["media_type"])
        assert (found.status, found.media_type) == (200, each["media_type"])


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["/", "/doc/plain", "/id/plain", "/dump.ttl", "/questions/near"])
def test_nothing_here_can_be_changed(ask, path, method):
    answer = ask(path, method)
    assert (answer.status, answer.media_type) == (405, PROBLEM)
    assert answer.headers["allow"] == "GET, HEAD"


def test_a_preflight_is_answered(ask):
    answer = ask("/doc/plain", "OPTIONS", access_control_request_method="GET", origin="https://x.y")
    assert answer.status == 204
    assert answer.headers["access-control-allow-origin"] == "*"


def test_a_range_of_a_dump(ask):
    whole = ask("/dump.nq")
    part = ask("/dump.nq", range="bytes=5-14")
    assert (part.status, part.body) == (206, whole.body[5:15])
    assert part.headers["content-range"] == f"bytes 5-14/{len(whole.body)}"
    assert ask("/dump.nq", range="bytes=5-14", if_range='"old"').status == 200
    assert ask("/dump.nq", range="bytes=5-14", if_range=whole.headers["etag"]).status == 206
    assert ask("/dump.nq", range="bytes=99999999-").status == 416


def test_a_dump_is_saved_under_the_name_of_its_release(ask, odd):
    disposition = ask("/dump.ttl.gz").headers["content-disposition"]
    assert disposition == f'attachment; filename="dataset-{odd.name[:12]}.ttl.gz"'


def test_a_redirect_leads_to_the_document_whatever_the_query_says(ask):
    for query in ("", "?lang=en", "?lang=//evil.example"):
        assert ask(f"/id/plain{query}").headers["location"] == "/doc/plain"


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("/doc/%C3%A9vil.nt", "script"),
        ("/doc/%c3%a9vil.nt", "script"),
        ("/doc/caf%C3%A9.nt", '"composed"'),
        ("/doc/cafe%CC%81.nt", '"decomposed"'),
        ("/doc/%E0%B8%81.nt", '"written with escapes"'),
        ("/doc/%e0%b8%81.nt", '"written with escapes"'),
        ("/doc/a%2Fb.nt", '"escaped slash"'),
        ("/doc/a%2fb.nt", '"escaped slash"'),
        ("/doc/a/b.nt", '"real slash"'),
        ("/doc/%70lain.nt", '"Plain"'),
        ("/doc/v1.2.nt", '"with a dot"'),
        ("/doc/page.html.nt", '"called like a page"'),
        ("/doc/kind.nt", '"a scheme-like IRI"'),
    ],
)
def test_an_address_finds_the_entity_that_is_written_so(ask, path, label):
    answer = ask(path)
    assert answer.status == 200
    assert label in answer.text.splitlines()[0] or any(
        label in line for line in answer.text.splitlines()
    )


@pytest.mark.parametrize(
    "path",
    ["/doc/a%252Fb", "/doc/plain%2F", "/doc//plain", "/id/../id/plain", "/id%2Fplain", "/doc/|"],
)
def test_an_address_that_is_written_otherwise_finds_nothing(ask, path):
    assert ask(path).status == 404


@pytest.mark.parametrize("path", ["/id/%FF", "/doc/%00", "/doc/%C3", "/%0d%0aX:y", "/x%7F"])
def test_an_address_that_is_not_text_is_a_bad_request(ask, path):
    assert ask(path).status == 400
    assert ask(path, "HEAD").body == b""


def test_a_redirect_never_leaves_the_host(ask):
    for path in (
        "//attacker.example/x",
        "/id//evil.example",
        "//evil.example",
        "/id/%2F%2Fevil.example",
    ):
        assert ask(path).status == 404


def test_openapi_knows_every_question_and_its_parameters(ask):
    document = json.loads(ask("/openapi.json").body)
    for path in ("/questions/near", "/questions/near.csv", "/questions/number.json"):
        assert document["paths"][path]["get"]["parameters"][0]["in"] == "query"
    assert "/doc/{path}" in document["paths"]
    names = [
        operation["operationId"]
        for item in document["paths"].values()
        for operation in item.values()
    ]
    assert len(names) == len(set(names))


def test_a_fault_of_ours_is_told_without_a_trace_and_in_the_same_envelope(museum, monkeypatch):
    app = create_app(museum)

    def broken(*_args, **_named):
        raise RuntimeError("/secret/path")

    monkeypatch.setattr(app.state.site.store, "quads", broken)
    sent = []

    async def receive():
        return {"type": "http.request"}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "path": "/id/bowl",
        "raw_path": b"/id/bowl",
        "query_string": b"",
        "headers": [],
        "scheme": "http",
        "server": ("127.0.0.1", 80),
        "app": app,
    }
    with pytest.raises(RuntimeError):
        asyncio.run(app(scope, receive, send))
    start, *bodies = sent
    assert start["status"] == 500
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["access-control-allow-origin"] == "*"
    assert headers["content-type"] == "application/problem+json"
    assert "secret" not in b"".join(part["body"] for part in bodies).decode()
