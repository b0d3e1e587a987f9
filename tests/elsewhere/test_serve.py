"""A site whose statements lie in another engine: the same as from its own store, or an error."""

import os
import re
import shutil
import subprocess
import sys
import time

import httpx
import pytest
from rdflib import Graph
from rdflib.compare import isomorphic

from reviewgraph.errors import EngineDown, QueryRefused
from reviewgraph.publish.load.loading import load
from reviewgraph.store.guard import examine
from reviewgraph.store.limits import Limits
from reviewgraph.store.remote import breaker as breaker_module
from reviewgraph.store.remote.breaker import FAILURES, OPEN_SECONDS, Breaker
from reviewgraph.store.remote.engine import Access, Engine
from reviewgraph.store.remote.rewriting import rewritten
from reviewgraph.store.remote.versions import Versions
from reviewgraph.web import contents, entities
from reviewgraph.web.app import create_app
from reviewgraph.web.backend import Elsewhere
from reviewgraph.web.representations import Incomplete
from reviewgraph.web.site import Site

JSON = "application/sparql-results+json"


def at(address, **more):
    return Engine(Access(f"{address}/query", f"{address}/update", **more))


@pytest.fixture(scope="module")
def filled(lasting_oxigraph, museum, own):
    """Oxigraph's server with two releases, and what is none of theirs."""
    with at(lasting_oxigraph) as engine:
        for release in (museum, own):
            load(release, engine)
        engine.update(
            "INSERT DATA { <http://other/a> <http://other/b> <http://other/c> ."
            " GRAPH <http://other/g> { <http://other/a> <http://other/b> <http://other/d> } }"
        )
        yield engine


@pytest.fixture(scope="module")
def virtuoso_filled(virtuoso, museum, own):
    """The same in Virtuoso."""
    with Engine(virtuoso) as engine:
        for release in (museum, own):
            load(release, engine)
        engine.update(
            "INSERT DATA { GRAPH <http://other/g> { <http://other/a> <http://other/b> 1 } }"
        )
        yield engine


def compared(release, engine):
    """The documents that are alike, and the pages that lack a part for the moment."""
    here, there = Site(release), Site(release, store=Elsewhere(engine).store(release))
    alike = incomplete = 0
    for iri in contents.documents(here):
        page = 1
        while True:
            resources = [entities.resource(site, iri, page) for site in (here, there)]
            for one, other in zip(*(each.representations for each in resources), strict=True):
                for lang in ("th", "en") if one.by_language else ("",):
                    try:
                        found = other.write(lang)
                    except Incomplete:
                        assert one.extension == "html"
                        incomplete += 1
                        continue
                    assert found == one.write(lang), (iri, one.extension, lang)
                    alike += 1
            assert resources[0].more == resources[1].more
            if not resources[0].more:
                break
            page += 1
    return alike, incomplete


def test_every_document_is_the_same(filled, own, museum):
    for release in (own, museum):
        alike, incomplete = compared(release, filled)
        assert alike > 40
        assert incomplete == 0


def test_virtuoso_gives_the_same_data_and_no_wrong_page(virtuoso_filled, own, museum):
    alike, incomplete = compared(own, virtuoso_filled)
    assert alike > 1_500
    # Views with paths that it would answer wrongly are not shown.
    assert 0 < incomplete < 200


def test_virtuoso_is_known_by_what_it_does_whatever_stands_before_it(
    virtuoso, oxigraph, proxy_before
):
    before = proxy_before(virtuoso.query)
    try:
        address = f"http://127.0.0.1:{before.port}/sparql"
        with Engine(Access(address, address)) as engine:
            assert engine.is_virtuoso
            before.harm = lambda _number, _body: "busy"  # it stays known
            assert engine.is_virtuoso
    finally:
        before.close()
    with at(oxigraph) as engine:
        assert not engine.is_virtuoso


def test_an_engine_that_refuses_a_function_is_another_one(proxy):
    proxy.harm = lambda _number, _body: "fault"
    with at(f"http://127.0.0.1:{proxy.port}") as engine:
        assert not engine.is_virtuoso
        proxy.harm = lambda _number, _body: "redirect"
    with at(f"http://127.0.0.1:{proxy.port}") as engine, pytest.raises(EngineDown):
        assert engine.is_virtuoso


# --- queries --------------------------------------------------------------------------------------

QUERIES = {
    "count": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "graphs": "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g",
    "by graph": "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g",
    "star with graphs": "SELECT * { GRAPH ?g { ?s a ?class } } ORDER BY ?g ?s ?class",
    "graph and default": (
        "SELECT ?s ?g { ?s a ?class . GRAPH ?g { ?s ?p ?o } FILTER(isIRI(?s)) } ORDER BY ?s ?g"
    ),
    "graph by name": "SELECT ?s ?p { GRAPH <graph/data/artefacts> { ?s ?p ?o } } ORDER BY ?s ?p",
    "graph bound outside": (
        "SELECT ?g ?s { VALUES ?g { <graph/data/artefacts> <http://other/g> }"
        " GRAPH ?g { ?s a ?c } } ORDER BY ?g ?s"
    ),
    "exists in a graph": (
        "SELECT ?s { ?s a ?c FILTER EXISTS { GRAPH ?g { ?s ?p ?o } } FILTER(isIRI(?s)) }"
        " ORDER BY ?s ?c"
    ),
    "optional graph": (
        "SELECT ?s ?g { ?s a ?c OPTIONAL { GRAPH ?g { ?s a ?c } } FILTER(isIRI(?s)) }"
        " ORDER BY ?s ?c ?g"
    ),
    "subquery": (
        "SELECT ?s ?n { { SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o FILTER(isIRI(?s)) } GROUP BY ?s } }"
        " ORDER BY DESC(?n) ?s LIMIT 5"
    ),
    "from": "SELECT (COUNT(*) AS ?n) FROM <graph/data/artefacts> { ?s ?p ?o }",
    "from named": (
        "SELECT ?g (COUNT(*) AS ?n) FROM NAMED <graph/data/artefacts> { GRAPH ?g { ?s ?p ?o } }"
        " GROUP BY ?g"
    ),
    "from both": (
        "SELECT ?s FROM <floor/1> FROM NAMED <graph/data/artefacts>"
        " { ?r ?p ?o . GRAPH <graph/data/artefacts> { ?s ?q ?r } } ORDER BY ?s"
    ),
    "values behind": "SELECT ?s ?c { ?s a ?c } ORDER BY ?s VALUES ?s { <id/bowl> <id/drum> }",
    "values behind, unbound": (
        "SELECT ?s ?x { ?s a <terms#Artefact> OPTIONAL { ?s <terms#none> ?x } } ORDER BY ?s"
        " VALUES ?x { 1 }"
    ),
    "values behind groups": (
        "SELECT ?c (COUNT(?s) AS ?n) { ?s a ?c } GROUP BY ?c ORDER BY ?c"
        " VALUES ?c { <terms#Artefact> }"
    ),
    "union": (
        "SELECT ?s { { ?s a <terms#Room> } UNION { GRAPH ?g { ?s a <terms#Artefact> } } }"
        " ORDER BY ?s"
    ),
    "texts": (
        "SELECT ?s ?l { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?l FILTER(isIRI(?s)) }"
        " ORDER BY ?s STR(?l) LANG(?l)"
    ),
    "blank nodes": (
        "SELECT ?s ?o { ?s <http://www.w3.org/2000/01/rdf-schema#seeAlso> ?b ."
        " ?b <http://www.w3.org/2000/01/rdf-schema#comment> ?o } ORDER BY ?s ?o"
    ),
    "a blank node": "SELECT ?b { <id/bowl> <http://www.w3.org/2000/01/rdf-schema#seeAlso> ?b }",
    "yes": "ASK { GRAPH ?g { ?s ?p ?o } }",
    "a comment": "SELECT ?s # GRAPH ?g {\n { ?s a ?c FILTER(isIRI(?s)) } ORDER BY ?s ?c LIMIT 3",
}
EMPTY = {
    "from named, no default": "SELECT * FROM NAMED <graph/data/artefacts> { ?s ?p ?o }",
    "from nowhere": "SELECT * FROM <http://other/g> { ?s ?p ?o }",
    "another's graph": "SELECT * { GRAPH <http://other/g> { ?s ?p ?o } }",
    "another's statement": "ASK { <http://other/a> ?p ?o }",
    "said of a graph": "SELECT ?g { GRAPH ?g { ?s a <terms#Artefact> } ?g ?p ?o }",
    "another release": "ASK { ?s a <https://w3id.org/reviewgraph/def#Review> }",
    "nothing": "SELECT ?x { ?x <http://example.org/nothing> ?y }",
}
GRAPHS = {
    "construct": "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c }",
    "short": "CONSTRUCT WHERE { ?s a ?c }",
    "new nodes": "CONSTRUCT { [] <e:of> ?s ; <e:in> ?g } WHERE { GRAPH ?g { ?s a ?c } }",
    "no variable": "CONSTRUCT { <http://e/a> <http://e/b> 1 } WHERE { ?s ?p ?o } LIMIT 1",
    "no solution": "CONSTRUCT { <http://e/a> <http://e/b> 1 } WHERE { ?s <http://e/none> ?o }",
    "literal subjects": "CONSTRUCT { ?o <http://e/of> ?s } WHERE { ?s ?p ?o }",
    "from": "CONSTRUCT { ?s ?p ?o } FROM <floor/1> WHERE { ?s ?p ?o }",
    "blank nodes": "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(!isLiteral(?o)) }",
    "describe": "DESCRIBE <id/bowl> <id/nothing>",
    "describe found": "DESCRIBE ?s WHERE { ?s a <terms#Room> }",
    "describe all": "DESCRIBE * WHERE { ?s a <terms#Room> . GRAPH ?g { ?s a <terms#Room> } }",
}


@pytest.fixture(scope="module")
def noted(museum_folder, tmp_path_factory, built):
    """The small publication with blank nodes in it."""
    folder = tmp_path_factory.mktemp("noted") / "museum"
    shutil.copytree(museum_folder, folder)
    (folder / "data" / "more.ttl").write_text(
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
        '<https://museum.example/id/bowl> rdfs:seeAlso [ rdfs:comment "หนึ่ง"@th ] ,\n'
        '    [ rdfs:comment "two" ; rdfs:seeAlso [ rdfs:comment "three" ] ] .\n'
    )
    return built(folder, tmp_path_factory.mktemp("noted-out"))


@pytest.fixture(scope="module")
def embedded(noted, serve):
    with serve(create_app(noted)) as client:
        yield client


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def elsewhere(request, noted, serve):
    name = "filled" if request.param == "oxigraph" else "virtuoso_filled"
    engine = request.getfixturevalue(name)
    load(noted, engine)
    with serve(create_app(noted, backend=Elsewhere(engine))) as client:
        client.engine = request.param
        yield client


def asked(client, release, query, accept=JSON):
    text = f"BASE <{release.base}>\n{query}"
    return client.get("/sparql", params={"query": text}, headers={"Accept": accept})


def found(answer):
    assert answer.status_code == 200, answer.text
    content = answer.json()
    if "boolean" in content:
        return content["boolean"]
    rows = content["results"]["bindings"]
    for row in rows:
        for term in row.values():
            if term["type"] == "bnode":
                term["value"] = "b"  # its label is nobody's business
    return sorted(content["head"]["vars"]), rows


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_has_the_same_answer(embedded, elsewhere, noted, name):
    answer = found(asked(embedded, noted, QUERIES[name]))
    assert answer is True or answer[1]
    assert found(asked(elsewhere, noted, QUERIES[name])) == answer


@pytest.mark.parametrize("name", EMPTY)
def test_what_is_not_of_the_release_is_not_there(embedded, elsewhere, noted, name):
    answer = found(asked(embedded, noted, EMPTY[name]))
    assert answer is False or not answer[1]
    assert found(asked(elsewhere, noted, EMPTY[name])) == answer


@pytest.mark.parametrize("name", GRAPHS)
def test_a_graph_is_the_same(embedded, elsewhere, noted, name):
    one, other = (
        Graph().parse(data=asked(client, noted, GRAPHS[name], "text/turtle").text, format="turtle")
        for client in (embedded, elsewhere)
    )
    assert isomorphic(one, other)
    assert bool(len(one)) == (name != "no solution")


@pytest.mark.parametrize(
    "accept",
    ["text/csv", "text/tab-separated-values", "application/sparql-results+xml", JSON],
)
@pytest.mark.parametrize("name", ["texts", "by graph", "yes"])
def test_every_format_is_the_same(embedded, elsewhere, noted, name, accept):
    if name == "yes" and accept.startswith("text/"):
        accept = JSON
    one, other = (asked(each, noted, QUERIES[name], accept) for each in (embedded, elsewhere))
    assert other.status_code == one.status_code == 200
    assert other.content == one.content
    assert other.headers["content-type"] == one.headers["content-type"]
    assert other.headers["etag"] == one.headers["etag"]


def test_pages_of_queries_and_questions_are_the_same(embedded, elsewhere, noted):
    question = noted.questions[0].id
    for path in (f"/questions/{question}.en.html", "/explore.th.html", "/def.en.html", "/"):
        one, other = (
            each.get(path, headers={"Accept": "text/html"}) for each in (embedded, elsewhere)
        )
        assert one.status_code == other.status_code, path
        assert one.text == other.text, path


def test_a_graph_of_the_store_is_the_same(embedded, elsewhere):
    for query in ("default", "graph=https://museum.example/graph/data/more"):
        one, other = (
            Graph().parse(data=each.get(f"/graphs?{query}", headers={"Accept": "text/turtle"}).text)
            for each in (embedded, elsewhere)
        )
        assert len(one) == len(other) > 3
        # Virtuoso spells years in its own way.
        assert elsewhere.engine == "virtuoso" or isomorphic(one, other)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o } }",
        "SELECT ?x { ?s a ?c } GROUP BY ?c",
        "SELECT * { ?s unknown:p ?o }",
        "DEFINE input:storage <x> SELECT * { ?s ?p ?o }",
        "INSERT DATA { <http://a/> <http://b/> <http://c/> }",
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    ],
)
def test_what_is_no_query_is_refused_in_the_same_words(embedded, elsewhere, query):
    one, other = (each.get("/sparql", params={"query": query}) for each in (embedded, elsewhere))
    assert other.status_code == one.status_code == 400
    assert other.json() == one.json()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (<bif:sleep>(9) AS ?x) {}",
        "PREFIX b: <bif:> SELECT * { ?s b:contains 'x' }",
        "PREFIX b: <sq> BASE <sql:x> SELECT * { ?s <#x> ?o }",
        "PREFIX bif: <bif:> SELECT * { ?s ?p ?o FILTER(bif:rand(9)) }",
        "SELECT * { ?s <http://www.openlinksw.com/schemas/virtrdf#x> ?o }",
        "PREFIX f: <http://e/> SELECT * { ?s ?p ?o FILTER(f:f(?o)) }",
        "PREFIX f: <http://e/> SELECT * { ?s ?p ?o } ORDER BY f:f(?o)",
        "PREFIX graph: <http://e/> SELECT * { GRAPH:a { ?s ?p ?o } }",
    ],
)
def test_what_an_engine_has_of_its_own_is_refused(museum, query):
    versions = Versions(museum.base, museum.dataset, museum.name)
    with pytest.raises(QueryRefused):
        rewritten(examine(query, Limits()), versions, "https://museum.example/sparql")


def test_relative_names_are_made_absolute_here(museum):
    versions = Versions(museum.base, museum.dataset, museum.name)
    query = "BASE <x/> PREFIX b: <bi#> SELECT * { ?s b:f:contains <y> ; <\\u0061> 1 }"
    text = rewritten(examine(query, Limits()), versions, "https://museum.example/sparql").text
    assert "BASE" not in text
    assert "<https://museum.example/x/bi#>" in text
    assert "<https://museum.example/x/y>" in text
    assert "<https://museum.example/x/a>" in text


def test_names_of_datatypes_and_before_collections_are_none_of_these(museum):
    versions = Versions(museum.base, museum.dataset, museum.name)
    for query in (
        "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> SELECT (xsd:integer('1') AS ?x) {}",
        "PREFIX e: <http://e/> SELECT * { ?s e:list (1 2) }",
    ):
        assert rewritten(examine(query, Limits()), versions, None).text


# --- an engine that fails -------------------------------------------------------------------------

FOREVER = {
    "cut": 502,
    "busy": 502,
    "fault": 502,
    "redirect": 502,
    "half_json": 502,
    "short_body": 502,
    "a_page": 502,
    "csv": 502,
    "a_part": 502,
    "other_json": 502,
    "hang": 504,
    "drip": 504,
}


@pytest.fixture
def behind(proxy, museum, serve):
    """A site in front of an engine behind the proxy; its client."""
    address = f"http://127.0.0.1:{proxy.port}"
    with at(address) as engine:
        load(museum, engine)
        app = create_app(museum, Limits(seconds=1.5), Elsewhere(engine))
        with serve(app) as client:
            client.engine = engine
            yield client


@pytest.mark.parametrize("harm", FOREVER)
def test_an_engine_that_fails_is_told_of_and_nothing_is_given(behind, proxy, museum, harm):
    proxy.harm = lambda _number, _body: harm
    for accept in (JSON, "text/csv"):
        answer = asked(behind, museum, QUERIES["by graph"], accept)
        assert answer.status_code == FOREVER[harm], answer.text
        problem = answer.json()
        assert problem["status"] == FOREVER[harm]
        assert problem["detail"]
        assert re.search("[ก-๙]", problem["detail_th"])
        assert "line 7" not in answer.text
        assert str(proxy.port) not in answer.text
    assert asked(behind, museum, GRAPHS["construct"], "text/turtle").status_code >= 502
    proxy.harm = lambda _number, _body: None


def test_a_page_without_its_engine_says_so_in_thai(behind, proxy):
    proxy.harm = lambda _number, _body: "a_page"
    page = behind.get("/doc/bowl", headers={"Accept": "text/html", "Accept-Language": "th"})
    assert page.status_code == 502
    assert "เครื่องที่เก็บข้อมูล" in page.text
    assert "Traceback" not in page.text
    assert behind.get("/doc/bowl.ttl").status_code == 502


@pytest.mark.parametrize("harm", ["cut", "busy", "short_body"])
def test_what_passes_is_waited_for(behind, proxy, museum, harm):
    begun = len(proxy.seen)
    proxy.harm = lambda number, _body: harm if number == begun + 1 else None
    answer = asked(behind, museum, QUERIES["by graph"])
    assert len(found(answer)[1]) == len(museum.graphs)
    assert len(proxy.seen) == begun + 2


def test_a_result_is_as_large_as_may_be_held_and_no_larger(behind, proxy, museum):
    proxy.harm = lambda _number, _body: "too_much"
    assert asked(behind, museum, QUERIES["by graph"]).status_code == 413


def test_an_engine_that_is_down_is_left_in_peace(behind, proxy, museum, monkeypatch):
    proxy.harm = lambda _number, _body: "redirect"
    answers = [asked(behind, museum, f"SELECT * {{ ?s ?p {n} }}") for n in range(FAILURES)]
    assert {each.status_code for each in answers} == {502}
    asked_so_far = len(proxy.seen)
    later = asked(behind, museum, "SELECT * { ?s ?p 99 }")
    assert later.status_code == 502
    assert 1 <= int(later.headers["retry-after"]) <= OPEN_SECONDS
    assert len(proxy.seen) == asked_so_far
    proxy.harm = lambda _number, _body: None
    monkeypatch.setattr(breaker_module, "OPEN_SECONDS", 0.0)
    assert asked(behind, museum, "SELECT * { ?s ?p 98 }").status_code == 200


def test_a_query_that_an_engine_cannot_do_is_no_reason_to_leave_it(behind, proxy, museum):
    proxy.harm = lambda _number, _body: "fault"
    for number in range(2 * FAILURES):
        assert asked(behind, museum, f"SELECT * {{ ?s ?p {number} }}").status_code == 502
    proxy.harm = lambda _number, _body: None
    assert asked(behind, museum, QUERIES["count"]).status_code == 200


def test_the_circuit_lets_one_through_when_it_is_time():
    now = [0.0]
    breaker = Breaker(lambda: now[0])
    for _ in range(FAILURES):
        assert breaker.wait() == 0
        breaker.failed()
    assert breaker.is_open
    assert breaker.wait() == OPEN_SECONDS
    now[0] = OPEN_SECONDS
    assert [breaker.wait(), breaker.wait()] == [0, OPEN_SECONDS]
    breaker.succeeded()
    assert breaker.wait() == 0


# --- the command ----------------------------------------------------------------------------------


def served(release, store, port, **more):
    command = [sys.executable, "-m", "reviewgraph", "serve", str(release.path), "--lang", "both"]
    return subprocess.Popen(
        [*command, "--port", str(port), "--store", f"{store}/query"],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **more},
    )


def test_the_command_serves_what_lies_elsewhere(mortal_oxigraph, museum, free_port):
    store, process = mortal_oxigraph
    with at(store) as engine:
        load(museum, engine)
    with served(museum, store, free_port) as site:
        try:
            base = f"http://127.0.0.1:{free_port}"
            wait_for(base, site)
            assert "bowl" in httpx.get(f"{base}/doc/bowl.ttl").text
            query = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}
            rows = httpx.get(f"{base}/sparql", params=query, headers={"Accept": JSON}).json()
            assert rows["results"]["bindings"][0]["n"]["value"] == str(museum.triples)
            process.kill()
            process.wait()
            gone = httpx.get(f"{base}/sparql", params={"query": "ASK { ?s ?p ?o }"})
            assert gone.status_code == 502
            assert httpx.get(f"{base}/dump.nt").status_code == 200
            assert httpx.get(f"{base}/healthz").status_code == 200
        finally:
            site.terminate()
            site.wait(20)


def test_what_was_not_loaded_is_not_served(oxigraph, museum, free_port):
    with served(museum, oxigraph, free_port) as site:
        told = site.communicate(timeout=60)[1]
    assert site.returncode == 2
    assert "reviewgraph load puts it there" in told
    assert "สั่ง reviewgraph load ก่อน" in told
    assert "Traceback" not in told


def wait_for(base, process):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, process.stderr.read()
        try:
            httpx.get(f"{base}/healthz").raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the site does not start")
