"""``CITATION.cff`` of a release, and of the software."""

import re
from dataclasses import replace

import pytest
import yaml

from reviewgraph.publication.catalog import Catalog
from reviewgraph.release import manifest
from reviewgraph.release.about import Named
from reviewgraph.release.citation import citation, spdx_of

CFF_KEYS = {
    "abstract", "authors", "cff-version", "date-released", "identifiers", "keywords", "license",
    "license-url", "message", "repository-code", "title", "type", "url", "version",
}  # fmt: skip
CFF_AUTHOR = {"name", "alias", "website"}


def check_cff(text: str) -> dict:
    """What the schema of CFF 1.2.0 demands of the keys that are in use here."""
    content = yaml.safe_load(text)
    assert {"authors", "cff-version", "message", "title"} <= set(content) <= CFF_KEYS
    assert content["cff-version"] == "1.2.0"
    assert content["type"] in {"dataset", "software"}
    assert content["authors"]
    for author in content["authors"]:
        assert set(author) <= CFF_AUTHOR
        assert author.get("name") or author.get("alias")
        assert re.match(r"https?://", author.get("website", "http://"))
    for key in ("title", "message", "version", "abstract", "date-released"):
        assert isinstance(content.get(key, ""), str)
        assert content.get(key, "x")
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", content.get("date-released", "2000-01-01"))
    assert re.match(r"https?://\S+$", content.get("url", "http://x"))
    for identifier in content.get("identifiers", ()):
        assert set(identifier) == {"type", "value", "description"}
        assert identifier["type"] in {"doi", "url", "swh", "other"}
    keywords = content.get("keywords", [])
    assert len(keywords) == len(set(keywords))
    return content


def test_the_citation_keeps_the_schema_and_names_the_release(release):
    content = check_cff(release.file(manifest.CITATION_FILE).read_text())
    assert content["type"] == "dataset"
    assert content["version"] == release.name
    assert content["title"] == release.titles["en"]
    assert content["license"] == spdx_of(release.license)
    assert content["url"] == release.dataset


def test_the_own_citation_names_the_project(own):
    content = check_cff(own.file(manifest.CITATION_FILE).read_text())
    assert content["authors"][0]["name"] == "reviewgraph project"
    assert content["license"] == "CC-BY-4.0"
    assert content["date-released"] == "2026-11-23"


def test_the_softwares_own_citation_keeps_the_schema(repo):
    content = check_cff((repo / "CITATION.cff").read_text())
    assert content["type"] == "software"
    assert content["license"] == "Apache-2.0"
    version = re.search(r'__version__ = "(.+)"', (repo / "src/reviewgraph/__init__.py").read_text())
    assert content["version"] == version[1]
    assert f"## {version[1]} — {content['date-released']}" in (repo / "CHANGELOG.md").read_text()


def test_awkward_texts_and_unknown_licences_stay_yaml(museum_about):
    text = 'a: "b" #c\n\\ \x85 \u2028 é 🙂 {x} - & * ! | > % @ ` yes'
    catalog = Catalog(
        dataset="https://x.example/ชุด",
        base="https://x.example/",
        titles={"en": text},
        descriptions={},
        license="https://x.example/licence",
        publisher="https://x.example/me",
    )
    told = replace(museum_about, catalog=catalog, publisher=Named("https://x.example/me", {}))
    content = check_cff(citation(told, "1" * 64).decode())
    assert content["title"] == " ".join(text.split())
    assert content["version"] == "1" * 64
    assert content["license-url"] == "https://x.example/licence"
    assert content["url"].isascii()
    assert "abstract" not in content


@pytest.mark.parametrize(
    ("iri", "name"),
    [
        ("https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0"),
        ("http://creativecommons.org/licenses/by/4.0", "CC-BY-4.0"),
        ("https://creativecommons.org/licenses/by-sa/4.0/legalcode", "CC-BY-SA-4.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("https://opendatacommons.org/licenses/odbl/1-0/", "ODbL-1.0"),
        ("https://creativecommons.org/licenses/by/9.0/", ""),
    ],
)
def test_licences_have_the_names_of_spdx(iri, name):
    assert spdx_of(iri) == name
