"""The dataset for search engines and for language models; the same files from the same folder."""

import json
import re
from dataclasses import replace

import pytest
from pyoxigraph import RdfFormat, parse
from rdflib.namespace import DCTERMS

from reviewgraph.gate.judge import judge
from reviewgraph.publication.folder import load
from reviewgraph.release import manifest, schema_org
from reviewgraph.release.about import Named
from reviewgraph.release.build import build
from reviewgraph.release.guide import Sample, guide
from reviewgraph.store.embedded import EmbeddedStore

NAME = "https://schema.org/name"
FILES = (
    manifest.SITEMAP_FILE,
    manifest.ROBOTS_FILE,
    manifest.GUIDE_FILE,
    manifest.CITATION_FILE,
    manifest.THAI_CATALOG_FILE,
    *manifest.SCHEMA_ORG_FILES.values(),
)


def test_the_files_are_in_the_release_with_their_digest(release):
    assert set(FILES) <= set(release.files)
    manifest.verify(release)


def test_the_same_folder_gives_the_same_files(own, own_copy, tmp_path):
    publication = load(own_copy)
    again = build(publication, judge(publication), tmp_path / "out")
    assert again.name == own.name
    for file in (*FILES, manifest.VOID_FILE, manifest.DCAT_FILE):
        assert (again.path / file).read_bytes() == (own.path / file).read_bytes(), file


@pytest.mark.parametrize("lang", ["th", "en"])
def test_the_dataset_in_the_words_of_schema_org(release, lang):
    content = json.loads(release.file(manifest.SCHEMA_ORG_FILES[lang]).read_text())
    other = "en" if lang == "th" else "th"
    assert content["@context"] == "https://schema.org/"
    assert content["@type"] == "Dataset"
    assert content["name"] == release.titles[lang]
    assert content["alternateName"] == [release.titles[other]]
    assert 50 <= len(content["description"]) <= 5000
    assert content["license"] == release.license
    assert content["version"] == release.name
    assert content["identifier"][0] == content["@id"] == release.dataset
    assert content["isAccessibleForFree"] is True
    for agent in (content["publisher"], *content["creator"]):
        assert agent["name"]
        assert agent["@type"] in {"Person", "Organization"}
    assert len(content["distribution"]) == 12
    for each in content["distribution"]:
        entry = release.files[each["contentUrl"].removeprefix(release.base)]
        assert (each["sha256"], each["contentSize"]) == (entry.sha256, f"{entry.bytes} B")
    assert "" not in content.values()


def test_its_statements_are_statements(release):
    """As any reader of JSON-LD would have it who knows schema.org's context."""
    content = json.loads(release.file(manifest.SCHEMA_ORG_FILES["en"]).read_text())
    content["@context"] = {"@vocab": "https://schema.org/"}
    triples = list(parse(json.dumps(content), format=RdfFormat.JSON_LD))
    named = {triple.subject.value for triple in triples if triple.predicate.value == NAME}
    assert release.dataset in named
    assert len(triples) > 60


def test_the_own_dataset_tells_time_place_and_language(own):
    content = json.loads(own.file(manifest.SCHEMA_ORG_FILES["th"]).read_text())
    assert content["temporalCoverage"] == "2019-04-01/2019-04-05"
    assert content["spatialCoverage"][0]["name"] == "ประเทศไทย"
    assert content["inLanguage"] == ["en", "th"]
    assert "รัฐบาลดิจิทัล" in content["keywords"]


@pytest.mark.parametrize("texts", [{}, {"en": "x"}, {"th": "ก" * 49}, {"en": "y " * 4000}])
@pytest.mark.parametrize("lang", ["th", "en"])
def test_a_description_is_as_long_as_search_engines_want_it(texts, lang):
    found = schema_org.description(texts, 12, lang)
    assert 50 <= len(found) <= 5000
    assert found.startswith(next(iter(texts.values()), "")[:1])


def test_an_open_period_and_a_person_as_creator(museum_about):
    person = Named("urn:p", {"en": "A. Curator"}, ("http://xmlns.com/foaf/0.1/Person",))
    told = replace(museum_about, starts="1400-01-01", creators=(person,))
    content = json.loads(schema_org.schema_org(told, {}, "x", 1, "en"))
    assert content["temporalCoverage"] == "1400-01-01/.."
    assert content["creator"][0]["@type"] == "Person"


def test_the_guide_has_the_form_of_llmstxt(release):
    text = release.file(manifest.GUIDE_FILE).read_text()
    lines = text.splitlines()
    assert lines[0] == f"# {release.titles['en']}"
    assert lines[2].startswith("> ")
    assert release.titles["th"] in text
    assert len([line for line in lines if line.startswith("# ")]) == 1
    links = re.findall(r"\[[^\]]+\]\(([^)\s]+)\)", text)
    assert len(links) > 20
    assert all(address.startswith(release.base) for address in links)
    for question in release.questions:
        assert f"{release.base}questions/{question.name}.csv" in links


def test_its_queries_find_something(release):
    text = release.file(manifest.GUIDE_FILE).read_text()
    queries = re.findall(r"```sparql\n(.+?)```", text, re.DOTALL)
    assert len(queries) == 2
    store = EmbeddedStore.open(release.store_path)
    for query in queries:
        assert store.select(query).rows
    assert any(row.get("name") for row in store.select(queries[1]).dicts())


def test_texts_of_the_publication_stay_on_their_line(museum_about):
    titles = {"en": "a](b)\n# c"}
    told = replace(museum_about, catalog=replace(museum_about.catalog, titles=titles))
    question = Sample("q", {"en": "Who [x]\nis?"})
    text = guide(told, "x", 1, [question], [], [], [str(DCTERMS.title)], has_context=False).decode()
    assert len([line for line in text.splitlines() if line.startswith("# ")]) == 1
    assert "- [Who (x) is?](" in text
