"""``CITATION.cff``: how to cite the release (https://citation-file-format.github.io/, 1.2.0).

YAML takes every JSON string for a quoted scalar, so nothing here needs a library to be quoted.
"""

from __future__ import annotations

import json
import re

from rdflib.namespace import FOAF

from reviewgraph.rdf.namespaces import SCHEMA
from reviewgraph.release.about import About, Named, told
from reviewgraph.release.sitemap import address

_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_PERSONS = {str(FOAF.Person), str(SCHEMA.Person)}
# SPDX's names of licences that data come under, by their addresses without scheme and slash.
_SPDX = {
    "creativecommons.org/licenses/by/4.0": "CC-BY-4.0",
    "creativecommons.org/licenses/by-sa/4.0": "CC-BY-SA-4.0",
    "creativecommons.org/licenses/by-nc/4.0": "CC-BY-NC-4.0",
    "creativecommons.org/licenses/by/3.0": "CC-BY-3.0",
    "creativecommons.org/licenses/by-sa/3.0": "CC-BY-SA-3.0",
    "creativecommons.org/publicdomain/zero/1.0": "CC0-1.0",
    "opendatacommons.org/licenses/by/1-0": "ODC-By-1.0",
    "opendatacommons.org/licenses/odbl/1-0": "ODbL-1.0",
    "opendatacommons.org/licenses/pddl/1-0": "PDDL-1.0",
}


def citation(about: About, name: str) -> bytes:
    """The file; its texts are English where there is English.

    Args:
        about: what the publication says of its dataset.
        name: the release's name: the version that is cited.
    """
    catalog = about.catalog
    lines = [
        "cff-version: 1.2.0",
        f"message: {_text('If you use this dataset, please cite it by these metadata.')}",
        "type: dataset",
        f"title: {_text(told(catalog.titles, 'en'))}",
    ]
    if abstract := told(catalog.descriptions, "en"):
        lines.append(f"abstract: {_text(abstract)}")
    lines.append("authors:")
    for author in about.creators or (about.publisher,):
        lines += _author(author, told(catalog.titles, "en"))
    lines.append(f"version: {_text(name)}")
    if about.issued:
        lines.append(f"date-released: {_text(about.issued)}")
    spdx = spdx_of(catalog.license)
    lines.append(f"license: {spdx}" if spdx else f"license-url: {_text(address(catalog.license))}")
    lines.append(f"url: {_text(address(catalog.dataset))}")
    lines += [
        "identifiers:",
        "  - type: url",
        f"    value: {_text(address(catalog.dataset))}",
        f"    description: {_text('The dataset, in whatever release is the newest.')}",
        "  - type: other",
        f"    value: {_text('sha256:' + name)}",
        f"    description: {_text('SHA-256 of the canonical N-Quads (RDFC-1.0) of this release.')}",
    ]
    if about.keywords:
        lines.append("keywords:")
        words = dict.fromkeys(str(word) for word in about.keywords)
        lines += [f"  - {_text(word)}" for word in words]
    return ("\n".join(lines) + "\n").encode()


def spdx_of(license_iri: str) -> str:
    """SPDX's name of a licence, empty if it is none that we know."""
    return _SPDX.get(re.sub(r"^https?://(?:www\.)?|/(?:legalcode|deed)?$", "", license_iri), "")


def _author(author: Named, otherwise: str) -> list[str]:
    """An author, who must be called something."""
    key = "alias" if _PERSONS & set(author.kinds) else "name"
    # A person's name is not split by guess: CFF takes it whole as an alias.
    lines = [f"  - {key}: {_text(told(author.names, 'en') or author.iri or otherwise)}"]
    if author.iri.startswith(("http://", "https://")):
        lines.append(f"    website: {_text(address(author.iri))}")
    return lines


def _text(text: str) -> str:
    quoted = json.dumps(" ".join(text.split()), ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)
