"""A publication of made-up reviews, of any size, clean or with planted errors.

    python benchmarks/generate.py OUT --triples 100000 --errors 0.001 --seed 1

Ontology, shapes and their cases are this repository's own; the competency questions and the views
stay away, since their answers and examples would not hold. The same arguments give the same bytes.
Records go to disk as they are made, so memory does not grow with size. ``OUT/planted.json`` says
what was planted.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections import Counter
from pathlib import Path
from typing import IO

from faults import Faults
from records import HEADER, Record, expanded
from reviews import FIRST, LAST, Reviews

REPO = Path(__file__).resolve().parents[1]
MANIFEST = "planted.json"
_CATALOG = """\
<https://w3id.org/reviewgraph/dataset> a dcat:Dataset , void:Dataset ;
    dcterms:title "การทบทวนสมมติ"@th , "Made-up reviews"@en ;
    dcterms:description "ข้อมูลสมมติสำหรับวัดความเร็ว"@th , "Made-up data to measure with."@en ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;
    dcterms:creator organisation:reviewgraph-project ;
    dcterms:publisher organisation:reviewgraph-project ;
    dcterms:issued "2026-11-23"^^xsd:date ;
    dcterms:temporal period:coverage ;
    dcterms:spatial {country} ;
    dcterms:source source:review-000000 ;
    void:uriSpace "https://w3id.org/reviewgraph/" ;
    void:exampleResource review:review-000000 .

period:coverage a dcterms:PeriodOfTime ;
    rdfs:label "ช่วงเวลาที่ข้อมูลครอบคลุม"@th , "Period the data cover"@en ;
    dcat:startDate "{first}"^^xsd:date ;
    dcat:endDate "{last}"^^xsd:date .

organisation:reviewgraph-project a foaf:Agent , org:Organization ;
    rdfs:label "โครงการ reviewgraph"@th , "reviewgraph project"@en ;
    foaf:name "โครงการ reviewgraph"@th , "reviewgraph project"@en .
"""
_CATALOG_SIZE = 26
_ONTOLOGY_SIZE = 639


class Folder:
    """The data files, written record by record.

    Records of a review go to that review's files; authority files begin anew after ``chunk``
    records. Files of a review are closed with it.
    """

    def __init__(self, root: Path, chunk: int, faults: Faults) -> None:
        self.root = root
        self.chunk = chunk
        self.faults = faults
        self.size = _CATALOG_SIZE + _ONTOLOGY_SIZE
        self.planted: list[dict[str, str | int]] = []
        self._records: Counter[str] = Counter()
        self._open: dict[str, IO[str]] = {}
        self._lines: dict[str, int] = {}

    def emit(self, record: Record) -> None:
        """Write a record, perhaps with an error planted in it."""
        name = record.file
        if "/" not in name:
            number = self._records[name] // self.chunk + 1
            self._records[name] += 1
            name = f"{name}-{number:04d}"
        if name not in self._open:
            self._begin(name)
        planted = self.faults.plant(record)
        if planted is not None:
            self.planted.append(
                {
                    "rule": planted.rule,
                    "focus": expanded(planted.focus),
                    "file": f"data/{name}.ttl",
                    "line": self._lines[name],
                }
            )
        written = record.text()
        self._open[name].write(written)
        self._lines[name] += written.count("\n")
        self.size += record.size

    def _begin(self, name: str) -> None:
        family = name.rpartition("-")[0] + "-"
        if "/" not in name:  # the chunk before this one is full
            for other in [held for held in self._open if held.startswith(family)]:
                self._close(other)
        path = self.root / f"{name}.ttl"
        path.parent.mkdir(parents=True, exist_ok=True)
        self._open[name] = path.open("w", encoding="utf-8")
        self._open[name].write(HEADER)
        self._lines[name] = HEADER.count("\n") + 1

    def _close(self, name: str) -> None:
        self._open.pop(name).close()
        del self._lines[name]

    def close(self, *, reviews_only: bool = False) -> None:
        """Close the files of the last review, or all."""
        for name in list(self._open):
            if "/" in name or not reviews_only:
                self._close(name)


def generate(out: Path, *, triples: int, errors: float, seed: int, chunk: int) -> Folder:
    """Write the publication to ``out``, which must not exist.

    Args:
        out: the folder.
        triples: how many statements ontology and data have together, to within one review.
        errors: the share of statements that an error is planted in.
        seed: other seeds give other data.
        chunk: how many records an authority file holds.
    """
    out.mkdir(parents=True)
    shutil.copytree(REPO / "shapes", out / "shapes", ignore=shutil.ignore_patterns("views"))
    shutil.copytree(REPO / "ontology", out / "ontology", ignore=shutil.ignore_patterns("questions"))
    data = out / "data"
    data.mkdir()
    folder = Folder(data, chunk, Faults(errors, seed))
    reviews = Reviews(folder.emit, seed)
    number = 0
    mean = 0.0
    while number == 0 or folder.size + mean / 2 < triples:
        before = folder.size
        reviews.write(number)
        folder.close(reviews_only=True)
        number += 1
        mean += (folder.size - before - mean) / number
    folder.close()
    catalog = _CATALOG.replace("{first}", f"{FIRST}").replace("{last}", f"{LAST}")
    country = reviews.world.some_country
    (data / "catalog.ttl").write_text(
        HEADER + catalog.replace("{country}", country), encoding="utf-8"
    )
    (out / MANIFEST).write_text(
        json.dumps(
            {"triples": folder.size, "reviews": number, "seed": seed, "planted": folder.planted},
            ensure_ascii=False,
            indent=1,
        )
        + "\n",
        encoding="utf-8",
    )
    return folder


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Write a publication of made-up reviews.")
    parser.add_argument("out", type=Path, help="folder to write; must not exist")
    parser.add_argument("--triples", type=int, default=10_000)
    parser.add_argument("--errors", type=float, default=0.0, help="share of statements")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--chunk", type=int, default=500, help="records of an authority file")
    given = parser.parse_args()
    folder = generate(
        given.out,
        triples=given.triples,
        errors=given.errors,
        seed=given.seed,
        chunk=given.chunk,
    )
    print(f"{given.out}: {folder.size} statements, {len(folder.planted)} errors planted")


if __name__ == "__main__":
    main()
