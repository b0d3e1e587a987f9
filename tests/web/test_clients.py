"""The site as its clients use it: rdflib, pandas and curl, with nothing but an address."""

import shutil
import subprocess
from urllib.parse import quote

import pandas as pd
import pytest
import rdflib

from reviewgraph.web.app import create_app

# What rdflib does inside: it leaves connections to be collected, and uses its own older names.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:.*is deprecated:DeprecationWarning"),
]

REVIEW = rdflib.URIRef("https://w3id.org/reviewgraph/id/review/opdc-oecd-2019")
QUERY = """PREFIX rg: <https://w3id.org/reviewgraph/def#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?session ?label { ?session a rg:Session ; rdfs:label ?label FILTER(LANG(?label) = "th") }
ORDER BY ?session"""


@pytest.fixture(scope="module")
def site(own, serve):
    with serve(create_app(own)) as client:
        yield str(client.base_url)


@pytest.mark.parametrize("path", ["/id/review/opdc-oecd-2019", "/doc/review/opdc-oecd-2019"])
def test_rdflib_reads_an_entity_by_its_address(site, path):
    graph = rdflib.Graph().parse(f"{site}{path}")
    assert (REVIEW, rdflib.RDF.type, None) in graph


@pytest.mark.parametrize("extension", ["ttl", "nt", "rdf", "jsonld"])
def test_rdflib_reads_every_syntax_alike(site, extension):
    graph = rdflib.Graph().parse(f"{site}/doc/review/opdc-oecd-2019.{extension}")
    reference = rdflib.Graph().parse(f"{site}/doc/review/opdc-oecd-2019.nt")
    assert len(graph) == len(reference) > 100


def test_rdflib_reads_the_dataset_with_its_graphs(site, own):
    dataset = rdflib.Dataset().parse(f"{site}/dump.trig", format="trig")
    named = {str(graph.identifier) for graph in dataset.graphs() if len(graph)}
    assert named == set(own.graphs)


def test_pandas_reads_the_answer_to_a_query(site):
    frame = pd.read_csv(f"{site}/sparql?query={quote(QUERY)}&format=csv")
    assert list(frame.columns) == ["session", "label"]
    assert len(frame) == 5
    assert frame["label"].str.contains("วัน").any()


def test_pandas_reads_the_answer_to_a_question(site):
    frame = pd.read_csv(f"{site}/questions/q05-experts-and-posts.csv")
    assert len(frame) >= 7


# Accept, Accept-Language, the type and language that curl is sent
ASKED = [
    ("text/turtle", None, "text/turtle; charset=utf-8", None),
    ("application/ld+json, text/turtle;q=0.9", None, "application/ld+json", None),
    ("application/rdf+xml;q=0.2, application/n-triples;q=0.3", None, "application/n-triples", None),
    ("text/*;q=0.5, application/json", None, "application/json", None),
    ("text/html", "en", "text/html; charset=utf-8", "en"),
    ("text/html", "en;q=0.1, th;q=0.9", "text/html; charset=utf-8", "th"),
    ("text/html", "de-AT, fr;q=0.4", "text/html; charset=utf-8", "th"),
    ("*/*", None, "text/html; charset=utf-8", "th"),
    ("text/turtle;charset=utf-8;q=1.0", None, "text/turtle; charset=utf-8", None),
    (";;;,q=", None, "text/html; charset=utf-8", "th"),
]


@pytest.mark.parametrize(("accept", "language", "media_type", "told"), ASKED)
def test_curl_is_sent_what_it_accepts(site, accept, language, media_type, told):
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("curl is not on this machine")
    command = [curl, "-sSL", "-D", "-", "-o", "/dev/null", "-H", f"Accept: {accept}"]
    command += ["-H", f"Accept-Language: {language}"] if language else []
    done = subprocess.run(
        [*command, f"{site}/id/review/opdc-oecd-2019"], capture_output=True, text=True, check=True
    )
    last = done.stdout.strip().split("\n\n")[-1].replace("\r", "")
    headers = dict(line.split(": ", 1) for line in last.split("\n")[1:] if ": " in line)
    assert last.startswith("HTTP/1.1 200")
    assert headers["content-type"] == media_type
    assert headers.get("content-language") == told
    assert headers["vary"] == "Accept, Accept-Language, Accept-Encoding"
