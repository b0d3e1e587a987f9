"""A release in another engine: all of it or what was there before, whatever happens."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from reviewgraph.command.access import access
from reviewgraph.errors import EngineError
from reviewgraph.publish.load.digest import Digest
from reviewgraph.publish.load.loading import current, load
from reviewgraph.rdf.canonical import read_lines
from reviewgraph.rdf.terms import IRI, BlankNode, Literal, statement
from reviewgraph.release.dumps import read_dump
from reviewgraph.release.manifest import open_release
from reviewgraph.store.remote.engine import ATTEMPTS, Access, Engine
from reviewgraph.store.remote.versions import Versions, line_of

BATCH = 10


@pytest.fixture(scope="module")
def releases(museum_out):
    """Two releases of one publication, the older one first."""
    folders = (museum_out / "releases").iterdir()
    found = [open_release(each) for each in folders if not each.name.startswith(".")]
    newest = open_release(museum_out)
    (old,) = [each for each in found if each.name != newest.name]
    return old, newest


@pytest.fixture(scope="module")
def release(releases):
    return releases[1]


def versions_of(release):
    return Versions(release.base, release.dataset, release.name)


def lines_there(engine, release):
    """What an engine holds of a release, by graph."""
    versions = versions_of(release)
    return {
        graph: sorted(
            line_of(statement(quad), "")
            for quad in read_lines(line + b"\n" for line in engine.lines(versions.graph(graph)))
        )
        for graph in release.graphs
    }


def lines_of(release):
    found = {graph: [] for graph in release.graphs}
    for quad in read_dump(release.path):
        found[quad.graph_name.value].append(line_of(statement(quad), release.base))
    return {graph: sorted(lines) for graph, lines in found.items()}


def test_a_release_is_there_as_it_is_and_in_force(engine, release):
    told = []
    done = load(release, engine, BATCH, lambda number, total: told.append((number, total)))
    total = sum(release.graphs.values())
    assert (done.statements, done.sent, done.otherwise) == (total, total, 0)
    assert current(engine, versions_of(release)) == versions_of(release).release
    assert lines_there(engine, release) == lines_of(release)
    assert told[-1] == (total, total)
    assert [number for number, _ in told] == sorted(number for number, _ in told)


def test_what_is_there_is_not_sent_again(engine, release):
    load(release, engine, BATCH)
    assert load(release, engine, BATCH).sent == 0


def test_a_newer_release_takes_over_and_the_older_one_stays(engine, releases):
    old, new = releases
    load(old, engine, BATCH)
    load(new, engine, BATCH)
    assert current(engine, versions_of(new)) == versions_of(new).release
    assert lines_there(engine, old) == lines_of(old)
    load(old, engine, BATCH)
    assert current(engine, versions_of(old)) == versions_of(old).release


def test_the_control_graph_tells_of_the_release(engine, release):
    load(release, engine, BATCH)
    versions = versions_of(release)
    rows = engine.select(
        f"SELECT ?own ?graph ?n {{ GRAPH <{versions.control}> {{"
        f" <{versions.release}> <http://purl.org/dc/terms/hasPart> ?own ."
        " ?own <http://purl.org/dc/terms/isVersionOf> ?graph ;"
        " <http://rdfs.org/ns/void#triples> ?n } }"
    )
    assert {row["graph"]: int(row["n"]) for row in rows} == release.graphs
    assert {row["own"] for row in rows} == {versions.graph(graph) for graph in release.graphs}


@pytest.mark.parametrize("stop", [1, 3, 5])
def test_ended_anywhere_the_old_release_stays_and_the_next_time_goes_on(
    releases, engine, proxy, through, stop
):
    old, new = releases
    load(old, engine, BATCH)
    sent = 0

    def harm(_number, body):
        nonlocal sent
        sent += body.startswith(b"INSERT DATA")
        return "cut" if sent > stop else None

    proxy.harm = harm
    with pytest.raises(EngineError):
        load(new, through, BATCH)
    assert current(engine, versions_of(new)) == versions_of(old).release
    assert lines_there(engine, old) == lines_of(old)
    proxy.harm = lambda _number, _body: None
    done = load(new, through, BATCH)
    assert done.sent == sum(new.graphs.values()) - stop * BATCH
    assert current(engine, versions_of(new)) == versions_of(new).release
    assert lines_there(engine, new) == lines_of(new)


def test_every_request_may_fail_once_and_arrive_twice(releases, engine, proxy, through):
    old, new = releases
    load(old, engine, BATCH)
    harms = ("busy", "done_and_cut", "cut")
    proxy.harm = lambda number, _body: harms[number // 2 % 3] if number % 2 else None
    load(new, through, BATCH)
    assert lines_there(engine, new) == lines_of(new)
    assert current(engine, versions_of(new)) == versions_of(new).release


@pytest.mark.parametrize(
    "harm",
    [
        "busy",
        "fault",
        "redirect",
        "cut",
        "half_json",
        "short_body",
        "fewer_lines",
        "a_page",
        "hang",
    ],
)
@pytest.mark.parametrize("when", ["SELECT", "CONSTRUCT"])
def test_an_answer_that_is_none_is_never_believed(releases, engine, proxy, through, harm, when):
    if (harm, when) in {("half_json", "CONSTRUCT"), ("fewer_lines", "SELECT")}:
        pytest.skip("the one is for JSON, the other for lines")
    old, new = releases
    load(old, engine, BATCH)
    proxy.harm = lambda _number, body: harm if when.encode() in body else None
    with pytest.raises(EngineError) as caught:
        load(new, through, BATCH)
    assert current(engine, versions_of(new)) == versions_of(old).release
    assert lines_there(engine, old) == lines_of(old)
    assert any("ก" <= letter <= "๙" for letter in caught.value.words.th)


def test_the_switch_is_looked_at_again(releases, engine, proxy, through):
    old, new = releases
    load(old, engine, BATCH)
    proxy.harm = lambda _number, body: "a_page" if b"hasCurrentVersion> ?before" in body else None
    with pytest.raises(EngineError, match="load it again"):
        load(new, through, BATCH)
    assert current(engine, versions_of(new)) == versions_of(old).release
    proxy.harm = lambda _number, _body: None
    assert load(new, through, BATCH).sent == 0


def test_what_somebody_else_wrote_there_is_found_and_taken_away(releases, engine):
    old, new = releases
    load(old, engine, BATCH)
    graph = versions_of(new).graph(next(iter(new.graphs)))
    engine.update(f"INSERT DATA {{ GRAPH <{graph}> {{ <urn:x> <urn:y> 'foreign' }} }}")
    with pytest.raises(EngineError, match="statements"):
        load(new, engine, BATCH)
    assert current(engine, versions_of(new)) == versions_of(old).release
    load(new, engine, BATCH)
    assert lines_there(engine, new) == lines_of(new)


def test_damage_of_the_release_in_force_is_told_and_not_made_worse(engine, release):
    load(release, engine, BATCH)
    graph = versions_of(release).graph(next(iter(release.graphs)))
    (first, *_) = engine.lines(graph)
    engine.update(f"DELETE DATA {{ GRAPH <{graph}> {{ {first.decode()} }} }}")
    engine.update(f"INSERT DATA {{ GRAPH <{graph}> {{ <urn:x> <urn:y> 'foreign' }} }}")
    with pytest.raises(EngineError, match="not as it was sent"):
        load(release, engine, BATCH)
    assert current(engine, versions_of(release)) == versions_of(release).release
    assert len(list(engine.lines(graph))) == next(iter(release.graphs.values()))


def test_a_process_that_is_killed_leaves_the_old_release(releases, engine, proxy):
    old, new = releases
    load(old, engine, BATCH)
    arrived = []

    def harm(_number, body):
        arrived.append(body)
        if body.startswith(b"INSERT DATA"):
            time.sleep(0.1)

    proxy.harm = harm
    command = [sys.executable, "-m", "reviewgraph", "load", str(new.path), "--batch", "5"]
    address = f"http://127.0.0.1:{proxy.port}/query"
    with subprocess.Popen([*command, "--to", address], stderr=subprocess.PIPE) as process:
        while sum(body.startswith(b"INSERT DATA") for body in arrived) < 4:
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert current(engine, versions_of(new)) == versions_of(old).release
    proxy.harm = lambda _number, _body: None
    done = subprocess.run(
        [*command, "--to", address, "--lang", "en"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert current(engine, versions_of(new)) == versions_of(new).release
    assert lines_there(engine, new) == lines_of(new)


def test_the_one_who_waits_is_told_what_is_under_way(oxigraph, release):
    command = [sys.executable, "-m", "reviewgraph", "load", str(release.path), "--lang", "en"]
    done = subprocess.run(
        [*command, "--to", f"{oxigraph}/query"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "CI": "1"},
    )
    assert done.returncode == 0, done.stderr
    assert "… loading the statements" in done.stderr
    assert "is in force there" in done.stderr


def test_a_passing_fault_is_waited_for_as_long_as_is_asked(proxy):
    waited = []
    address = f"http://127.0.0.1:{proxy.port}"
    proxy.harm = lambda _number, _body: "busy"
    made = Access(f"{address}/query", f"{address}/update")
    with Engine(made, wait=waited.append) as engine, pytest.raises(EngineError, match="503"):
        engine.select("ASK {}")
    assert waited == [1.0] * (ATTEMPTS - 1)
    waited.clear()
    proxy.harm = lambda _number, _body: "cut"
    with Engine(made, wait=waited.append) as engine, pytest.raises(EngineError, match="reached"):
        engine.select("ASK {}")
    assert len(waited) == ATTEMPTS - 1
    assert all(1.0 <= seconds <= 2.0**number for number, seconds in enumerate(waited, 1))


# --- being let in


def test_credentials_come_from_the_environment_and_are_in_no_message(oxigraph, release):
    word = "s3cret-กข"
    environment = {
        **os.environ,
        "REVIEWGRAPH_STORE_USER": "steward",
        "REVIEWGRAPH_STORE_PASSWORD": word,
    }
    command = [sys.executable, "-m", "reviewgraph", "load", str(release.path), "--lang", "both"]
    done = subprocess.run(
        [*command, "--to", f"{oxigraph}/nowhere"],
        capture_output=True,
        text=True,
        check=False,
        env={**environment, "REVIEWGRAPH_DEBUG": ""},
        timeout=120,
    )
    assert done.returncode == 2
    assert word not in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "environment",
    [
        {"REVIEWGRAPH_STORE_USER": "a"},
        {"REVIEWGRAPH_STORE_PASSWORD": "a"},
        {
            "REVIEWGRAPH_STORE_USER": "a",
            "REVIEWGRAPH_STORE_PASSWORD": "b",
            "REVIEWGRAPH_STORE_TOKEN": "c",
        },
        {"REVIEWGRAPH_STORE_AUTH": "ntlm"},
    ],
)
def test_credentials_that_do_not_go_together_are_refused(environment):
    with pytest.raises(EngineError, match="REVIEWGRAPH_STORE"):
        access("http://127.0.0.1/query", None, environment)


def test_where_updates_go():
    assert access("http://h/ds/query", None, {}).update == "http://h/ds/update"
    assert access("http://h/sparql", None, {}).update == "http://h/sparql"
    assert access("http://h/sparql", "http://h/u", {}).update == "http://h/u"
    token = access("http://h/sparql", None, {"REVIEWGRAPH_STORE_TOKEN": "t"})
    assert token.headers == {"Authorization": "Bearer t"}


@pytest.mark.parametrize("url", ["ftp://h/x", "file:///etc/passwd", "http:///x", "http://a:b@h/x"])
def test_addresses_that_are_none_are_refused(url):
    with pytest.raises(EngineError):
        Engine(Access(url, url))


# --- names, blank nodes, digests


def test_blank_nodes_become_names_of_their_own():
    told = (BlankNode("b0"), IRI("urn:p"), BlankNode("b1"))
    base = "https://x.example/"
    assert line_of(told, base) == (
        b"<https://x.example/.well-known/genid/b0> <urn:p>"
        b" <https://x.example/.well-known/genid/b1> ."
    )


def test_graphs_are_called_after_their_release():
    versions = Versions("https://x.example/", "https://x.example/dataset", "abc")
    assert versions.graph("https://x.example/graph/a") == ("https://x.example/releases/abc/graph/a")
    other = versions.graph("urn:other graph>")
    assert other.startswith("https://x.example/releases/abc/")
    assert IRI(other)


def digest_of(*literals):
    digest = Digest()
    for literal in literals:
        digest.add((IRI("urn:s"), IRI("urn:p"), literal))
    return digest


XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("1.50", "1.5", "decimal"),
        ("007", "7", "integer"),
        ("true", "1", "boolean"),
        ("1e3", "1.0E3", "double"),
        ("-0300", "-300", "gYear"),
    ],
)
def test_values_may_be_spelt_otherwise(one, other, kind):
    first = digest_of(Literal(one, datatype=IRI(XSD + kind)))
    second = digest_of(Literal(other, datatype=IRI(XSD + kind)))
    assert first != second
    assert first.says_the_same(second)


def test_digests_tell_texts_order_and_number_apart():
    a, b = Literal("a"), Literal("b", language="th")
    assert digest_of(a, b) == digest_of(b, a)
    assert not digest_of(a).says_the_same(digest_of(b))
    assert not digest_of(a, a).says_the_same(digest_of(a))
    odd = Literal("x", datatype=IRI(XSD + "integer"))
    assert digest_of(odd) == digest_of(odd)
    assert not digest_of(odd).says_the_same(digest_of(Literal("y", datatype=IRI(XSD + "integer"))))


# --- Virtuoso


def test_virtuoso_takes_it_too_and_spells_years_in_its_own_way(virtuoso, releases):
    old, new = releases
    with Engine(virtuoso) as engine:
        load(old, engine, BATCH)
        done = load(new, engine, BATCH)
        assert done.otherwise == 1
        assert current(engine, versions_of(new)) == versions_of(new).release
        assert load(new, engine).sent == 0
        graph = versions_of(new).graph(next(iter(new.graphs)))
        engine.update(f"INSERT DATA {{ GRAPH <{graph}> {{ <urn:x> <urn:y> 'foreign' }} }}")
        with pytest.raises(EngineError):
            load(new, engine, BATCH)
        load(old, engine, BATCH)
        assert load(new, engine, BATCH).sent == sum(new.graphs.values())


def test_virtuoso_says_who_may_not(virtuoso, release):
    with Engine(replace(virtuoso, auth=None)) as engine, pytest.raises(EngineError, match="401"):
        load(release, engine, BATCH)
