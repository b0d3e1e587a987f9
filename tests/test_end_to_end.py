"""The whole flow with real processes: a folder goes in, a site answers, nothing is left over."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
from rdflib import Graph, URIRef

from reviewgraph.gate.judge import judge
from reviewgraph.publication.folder import load

PROC = Path("/proc")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def children(pid):
    """The processes below a process."""
    found = []
    for path in PROC.glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            child = int(path.parent.name)
            found += [child, *children(child)]
    return found


@contextmanager
def serving(target, out, *options):
    """``reviewgraph serve`` on a free port of loopback, ended by SIGTERM."""
    port = free_port()
    command = [sys.executable, "-m", "reviewgraph", "serve", str(target), "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--out", str(out), *options], stderr=subprocess.PIPE, text=True
    )
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(1200):
            if process.poll() is not None:
                pytest.fail(process.stderr.read())
            try:
                httpx.get(base + "/healthz")
                break
            except httpx.TransportError:
                time.sleep(0.1)
        with httpx.Client(base_url=base, timeout=60) as client:
            yield client, process
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def test_another_subject_is_published_with_no_change_to_the_program(museum_folder, tmp_path):
    with serving(museum_folder, tmp_path) as (client, process):
        home = client.get("/", headers={"Accept-Language": "th"})
        assert "พิพิธภัณฑ์ตัวอย่าง" in home.text
        found = client.get("/id/bowl")
        assert (found.status_code, found.headers["location"]) == (303, "/doc/bowl")
        graph = Graph().parse(data=client.get("/doc/bowl.ttl").text, format="turtle")
        bowl = URIRef("https://museum.example/id/bowl")
        assert len(list(graph.predicate_objects(bowl))) >= 5
        assert client.get("/id/ตะเกียง").status_code == 303
        page = client.get("/doc/ตะเกียง", headers={"Accept": "text/html", "Accept-Language": "en"})
        assert "Lamp" in page.text
        assert client.get("/def").status_code == 404
        assert client.get("/terms", headers={"Accept": "text/turtle"}).status_code == 200
        answer = client.get("/questions/where.json").json()
        assert len(answer["results"]["bindings"]) == 2
        dump = ox.parse(client.get("/dump.trig").content, format=ox.RdfFormat.TRIG)
        names = {quad.graph_name.value for quad in dump}
        assert {"https://museum.example/floor/1", "https://museum.example/notes"} <= names
        workers = children(process.pid)
        assert len(workers) >= 2
    time.sleep(0.5)
    assert [pid for pid in workers if (PROC / str(pid)).exists()] == []


def count(client, path="/sparql", **parameters):
    response = client.get(path, params=parameters, headers={"Accept": "text/csv"})
    assert response.status_code == 200, response.text
    return response.text.split()[1]


def test_graphs_of_a_trig_file_can_be_asked_for_one_by_one(museum_folder, tmp_path):
    rooms = "SELECT (COUNT(*) AS ?n) { ?s a <https://museum.example/terms#Room> }"
    floor = "https://museum.example/floor/1"
    with serving(museum_folder, tmp_path) as (client, _):
        assert count(client, query=rooms) == "2"
        assert count(client, query=rooms, **{"default-graph-uri": floor}) == "1"
        named = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s a <https://museum.example/terms#Room> } }"
        assert count(client, query=named) == "2"
        assert count(client, query=named, **{"named-graph-uri": floor}) == "1"
        assert count(client, query=rooms, **{"named-graph-uri": floor}) == "0"
        assert count(client, query=rooms.replace("{", f"FROM <{floor}> {{")) == "1"


def test_the_real_page_is_served_and_a_hostile_query_harms_nobody(repo, tmp_path):
    with serving(repo, tmp_path, "--timeout", "2", "--workers", "1") as (client, process):
        rdf = ("text/turtle", "application/rdf+xml", "application/ld+json")
        for identifier in ("review/opdc-oecd-2019", "person/hille-hinsberg", "theme"):
            for accept in ("text/html", *rdf):
                followed = client.get(
                    f"/id/{identifier}", headers={"Accept": accept}, follow_redirects=True
                )
                assert followed.status_code == 200
                assert followed.headers["content-type"].startswith(accept)
        before = set(children(process.pid))
        bomb = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
        ended = client.get("/sparql", params={"query": bomb})
        assert ended.status_code == 503
        assert ended.headers["content-type"].startswith("application/problem+json")
        assert client.get("/").status_code == 200
        assert int(count(client, query="SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")) > 2000
        assert set(children(process.pid)) != before
        with socket.socket() as trap:
            trap.bind(("127.0.0.1", 0))
            trap.listen()
            trap.settimeout(1)
            address = f"http://127.0.0.1:{trap.getsockname()[1]}/"
            query = f"SELECT * {{ \\u0053ERVICE <{address}> {{ ?s ?p ?o }} }}"
            assert client.get("/sparql", params={"query": query}).status_code in {400, 403}
            client.get("/sparql", params={"query": f"SELECT * FROM <{address}> {{ ?s ?p ?o }}"})
            with pytest.raises(TimeoutError):
                trap.accept()


def test_a_question_that_takes_too_long_is_ended_and_harms_nobody(museum_copy, tmp_path):
    questions = museum_copy / "ontology" / "questions"
    # Twenty million solutions to count: seconds, and well within what the gate allows.
    (questions / "slow.rq").write_text(
        "#+ title@th: ช้า\n#+ title@en: Slow\n"
        "SELECT (COUNT(*) AS ?n)"
        " { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j a <https://museum.example/terms#Artefact>"
        f" VALUES ?k {{ {' '.join(map(str, range(40)))} }} }}"
    )
    (questions / "slow.expected.tsv").write_text("?n\n0\n")
    told = " ".join(result.message.en for result in judge(load(museum_copy)).results)
    number = re.search(r'row is not expected: "?(\d+)', told)[1]
    (questions / "slow.expected.tsv").write_text(f"?n\n{number}\n")
    with serving(museum_copy, tmp_path, "--timeout", "0.1") as (client, _):
        for accept in ("application/json", "text/html"):
            ended = client.get("/questions/slow", headers={"Accept": accept})
            assert ended.status_code == 503
        assert client.get("/questions/where").status_code == 200
        assert client.get("/").status_code == 200


@pytest.mark.parametrize("spelling", ["SERVICE <{}>", "SERVICESILENTs:"])
def test_what_a_contribution_says_calls_nobody(museum_copy, tmp_path, spelling):
    with socket.socket() as trap:
        trap.bind(("127.0.0.1", 0))
        trap.listen()
        trap.settimeout(0.5)
        address = f"http://127.0.0.1:{trap.getsockname()[1]}/"
        call = f"PREFIX s: <{address}> SELECT ?s {{ {spelling.format(address)} {{ ?s ?p ?o }} }}"
        questions = museum_copy / "ontology" / "questions"
        (questions / "out.rq").write_text(f"#+ title@th: ก\n#+ title@en: a\n{call}")
        (questions / "out.expected.tsv").write_text("?s\n")
        done = subprocess.run(
            [sys.executable, "-m", "reviewgraph", "validate", str(museum_copy)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 2
        assert "SERVICE" in done.stdout
        with pytest.raises(TimeoutError):
            trap.accept()


def test_a_port_that_is_taken_is_said_in_words(museum, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "reviewgraph", "serve", str(museum.path), "--port", port],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 2
    assert f"port {port}" in done.stderr
    assert "--port" in done.stderr


def test_a_release_is_served_without_its_folder(museum, tmp_path):
    with serving(museum.path, tmp_path) as (client, _):
        assert client.get("/doc/bowl.nt").status_code == 200
        assert re.search(r"[0-9a-f]{8}", client.get("/").text)


def test_a_folder_that_does_not_pass_is_not_served(museum_copy, tmp_path):
    (museum_copy / "data" / "bad.ttl").write_text("<s> <p> .")
    done = subprocess.run(
        [sys.executable, "-m", "reviewgraph", "serve", str(museum_copy), "--out", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "REVIEWGRAPH_LANG": "en"},
    )
    assert done.returncode == 2
    assert "data/bad.ttl:1:9: failure [syntax]" in done.stderr
