"""A runner of the W3C's protocol and service description tests that is not ours: rdf-test-suite.

It comes from npm as ``rdf_test_suite/package-lock.json`` says, once for each lock, into pytest's
cache; ``npm install`` in that folder renews the lock.
"""

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

import pyoxigraph
import pytest

from reviewgraph.rdf.terms import IRI, Quad
from reviewgraph.store.limits import Limits

PACKAGE = Path(__file__).with_name("rdf_test_suite")
ARCHIVED = "sparql11-protocol/sparql/sparql11"
PUBLISHED = "https://w3c.github.io/rdf-tests/sparql/sparql11/"
MANIFESTS = ("protocol/manifest.ttl", "service-description/manifest.ttl")
GRAPHS = {
    f"http://kasei.us/2009/09/sparql/data/data{n}.rdf": f"protocol/data{n}.nt" for n in (1, 2, 3)
}
BASE = "http://kasei.us/"

QUERIES = (
    "query_post_form",
    "query_dataset_default_graphs_get",
    "query_dataset_default_graphs_post",
    "query_dataset_named_graphs_post",
    "query_dataset_named_graphs_get",
    "query_dataset_full",
    "query_multiple_dataset",
    "query_get",
    "query_content_type_select",
    "query_content_type_ask",
    "query_content_type_describe",
    "query_content_type_construct",
    "query_post_direct",
    "bad_query_method",
    "bad_multiple_queries",
    "bad_query_wrong_media_type",
    "bad_query_missing_form_type",
    "bad_query_missing_direct_type",
    "bad_query_non_utf8",
    "bad_query_syntax",
)
# What is wrong with these is refused, be it for that or because nothing is changed here.
WRONG_UPDATES = (
    "bad_update_get",
    "bad_multiple_updates",
    "bad_update_wrong_media_type",
    "bad_update_missing_form_type",
    "bad_update_non_utf8",
    "bad_update_syntax",
    "bad_update_dataset_conflict",
)
DESCRIPTION = ("returns-rdf", "has-endpoint-triple", "conforms-to-schema")
# The endpoint is read-only. Each of these wants success of an update, which is answered with 403.
REFUSED = {
    "update_dataset_default_graph": "DELETE and INSERT with using-graph-uri",
    "update_dataset_default_graphs": "DELETE and INSERT with using-graph-uri, twice",
    "update_dataset_named_graphs": "DELETE and INSERT with using-named-graph-uri",
    "update_dataset_full": "DELETE and INSERT with both parameters",
    "update_post_form": "CLEAR ALL in a form",
    "update_post_direct": "CLEAR ALL as a body",
    "update_base_uri": "INSERT of a relative IRI",
}


def lacking(what, why=""):
    """Skip, except in CI, where everything is to be had."""
    if os.environ.get("CI"):
        pytest.fail(f"CI needs {what}\n{why}")
    pytest.skip(f"needs {what}")


@pytest.fixture(scope="module")
def installed(pytestconfig):
    """The folder of modules that the lock names."""
    if not shutil.which("node") or not shutil.which("npm"):
        lacking("node and npm, on the path")
    digest = hashlib.sha256((PACKAGE / "package-lock.json").read_bytes()).hexdigest()
    folder = pytestconfig.cache.mkdir("rdf-test-suite") / digest[:16]
    if not folder.exists():
        with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
            install(Path(temporary) / "new")
            with contextlib.suppress(OSError):  # another run was quicker
                (Path(temporary) / "new").rename(folder)
        assert folder.exists()
    return folder / "node_modules"


def install(folder):
    folder.mkdir()
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(PACKAGE / name, folder)
    command = ["npm", "ci", "--no-audit", "--no-fund", "--no-update-notifier"]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=300, check=False
        )
    except subprocess.TimeoutExpired:
        lacking("a registry for npm that answers")
    if done.returncode:
        lacking("what npm could not install", done.stderr)


@pytest.fixture(scope="module")
def manifests(shared, tmp_path_factory):
    """The folder that stands for where the W3C publishes the tests."""
    folder = tmp_path_factory.mktemp("manifests")
    with tarfile.open(shared / "suites" / "sparql11-protocol.tar.gz") as archive:
        for name in (*MANIFESTS, *GRAPHS.values()):
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(archive.extractfile(f"{ARCHIVED}/{name}").read())
    return folder


@pytest.fixture(scope="module")
def results(installed, manifests, release_over, endpoint, serve):
    """What each test came to at an endpoint that holds the graphs of all tests."""
    quads = [
        Quad(*quad.triple, IRI(graph))
        for graph, name in GRAPHS.items()
        for quad in pyoxigraph.parse(path=manifests / name)
    ]
    release = release_over(quads, BASE)
    with serve(endpoint(release, Limits(seconds=60, workers=1))) as client:
        order = {
            "manifests": [PUBLISHED + name for name in MANIFESTS],
            "mapping": f"{PUBLISHED}~{manifests}/",
            "endpoint": f"{BASE}sparql",
            "socket": f"http://127.0.0.1:{client.port}/sparql",
            "milliseconds": 30_000,
        }
        run = subprocess.run(
            ["node", PACKAGE / "run.js", json.dumps(order)],
            env={**os.environ, "NODE_PATH": str(installed)},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    assert (run.returncode, run.stderr) == (0, "")
    found = json.loads(run.stdout)
    results = {result["id"].partition("manifest#")[2]: result for result in found}
    assert len(results) == len(found)
    return results


def test_the_run_has_all_tests_that_are_known_and_no_others(results):
    assert set(results) == {*QUERIES, *WRONG_UPDATES, *DESCRIPTION, *REFUSED}


@pytest.mark.parametrize("test", QUERIES)
def test_a_query_goes_by_the_protocol(results, test):
    assert results[test]["passed"], results[test]["message"]


@pytest.mark.parametrize("test", WRONG_UPDATES)
def test_an_update_that_is_wrong_is_refused(results, test):
    assert results[test]["passed"], results[test]["message"]


@pytest.mark.parametrize("test", DESCRIPTION)
def test_the_endpoint_describes_itself(results, test):
    assert results[test]["passed"], results[test]["message"]


@pytest.mark.parametrize("test", REFUSED)
def test_an_update_is_refused_because_nothing_is_changed_here(results, test):
    assert not results[test]["passed"], f"it was taken: {REFUSED[test]}"
    assert "Got: 403" in results[test]["message"]
