"""Evidence: spans of a source's text, in the terms of the Web Annotation vocabulary.

A span is anything with ``oa:start``, ``oa:end`` and ``oa:hasSource``
(https://www.w3.org/TR/annotation-model/#text-position-selector: offsets are code points, the end
is exclusive). A digest is an ``spdx:checksumValue``, what is printed an ``oa:exact``: of a span,
or of anything that is ``prov:wasDerivedFrom`` spans and then stands in one of them. A
publication's own properties are found by ``rdfs:subPropertyOf``. The text itself is not in the
publication: whoever has it passes the folder that holds it.

A claim is a reified statement, which is anything with ``rdf:subject``, ``rdf:predicate`` or
``rdf:object`` (their domain is ``rdf:Statement``,
https://www.w3.org/TR/rdf-schema/#ch_reificationvocab). It has evidence if it comes from a span.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from reviewgraph.errors import GateError, Words
from reviewgraph.gate.places import Places
from reviewgraph.gate.report import RULES, Result, Severity
from reviewgraph.gate.shacl.facts import Facts as Merge
from reviewgraph.publication.source import SourceFile
from reviewgraph.publication.texts import read_texts
from reviewgraph.publication.words import SUBPROPERTY, subproperties
from reviewgraph.rdf.canonical import sha256
from reviewgraph.rdf.namespaces import OA, PROV, RDF, SPDX
from reviewgraph.rdf.terms import IRI, Literal, Term

BOUNDS = RULES + "span-bounds"
DIGEST = RULES + "span-digest"
VERBATIM = RULES + "span-verbatim"
SOURCE = RULES + "source-text"
BARE = RULES + "claim-without-evidence"


class Facts:
    """What is said of spans, sources and claims, by short names for the properties."""

    def __init__(self, merge: Merge, own: Mapping[str, set[str]]) -> None:
        names = {"start": {str(OA.start)}, "end": {str(OA.end)}, "source": {str(OA.hasSource)}}
        self._tables = {
            name: [merge.forward(IRI(iri)) for iri in sorted(iris)]
            for name, iris in (names | dict(own)).items()
        }

    def of(self, node: Term, name: str) -> list[Term]:
        """The values of a property."""
        return [value for table in self._tables[name] for value in table.get(node, ())]

    def has(self, node: Term, name: str) -> bool:
        """Whether there is such a value."""
        return any(node in table for table in self._tables[name])

    def having(self, *names: str) -> set[Term]:
        """Every node that has one of these properties."""
        return {node for name in names for table in self._tables[name] for node in table}


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome: results, what was left out, and how much was looked at.

    ``spans`` and ``texts`` are how many there are, ``claims`` how many statements are claimed,
    ``claims_with_evidence`` how many of those come from a span.
    """

    results: list[Result]
    notes: list[Words]
    spans: int
    texts: int
    claims: int
    claims_with_evidence: int

    @property
    def counts(self) -> dict[str, int]:
        """What was looked at, as a report counts it."""
        return {
            "spans": self.spans,
            "texts": self.texts,
            "claims": self.claims,
            "claims_with_evidence": self.claims_with_evidence,
        }


def check(files: Iterable[SourceFile], merge: Merge, sources: Path | None) -> Checked:
    """Check the spans, against the texts in the folder ``sources`` where it is given.

    Args:
        files: of the dataset, for places.
        merge: what they say together.
        sources: the folder, if there is one.

    Raises:
        GateError: ``sources`` is no folder.
    """
    if sources is not None and not sources.is_dir():
        raise GateError(
            f"ไม่พบโฟลเดอร์ต้นฉบับ {sources} โปรดตรวจค่าของ --sources",
            f"there is no folder {sources} of sources: check --sources",
        )
    own = subproperties(
        ((below, over) for below, all_ in merge.forward(SUBPROPERTY).items() for over in all_),
        {
            "digest": str(SPDX.checksumValue),
            "exact": str(OA.exact),
            "from": str(PROV.wasDerivedFrom),
            "claim": str(RDF.subject),
            "claim predicate": str(RDF.predicate),
            "claim object": str(RDF.object),
        },
    )
    facts = Facts(merge, own)
    spans = facts.having("source") & facts.having("start")
    used = {facts.of(node, "source")[0] for node in spans}
    quoting = facts.having("exact")
    claims = facts.having("claim", "claim predicate", "claim object")
    bare = {claim for claim in claims if not _has_evidence(claim, facts)}
    places = Places(files)
    notes: list[Words] = []
    texts: dict[Term, str] = {}
    found: list[Result] = []
    if spans and sources is None:
        notes.append(
            Words(
                "ไม่ได้เทียบช่วงข้อความกับต้นฉบับ (ใช้ --sources FOLDER เพื่อเทียบ)",
                "spans were not compared with the sources' text (--sources FOLDER does)",
            )
        )
    elif spans and sources is not None:
        digests = {source: _digests(source, facts) for source in sorted(used, key=str)}
        by_digest = read_texts(sources, {each for some in digests.values() for each in some}, notes)
        for source, some in digests.items():
            text = next((by_digest[each] for each in some if each in by_digest), None)
            if text is not None:
                texts[source] = text
            elif some:
                found.append(
                    _result(
                        SOURCE,
                        source,
                        places,
                        f"ไม่พบไฟล์ใน {sources.name}/ ที่มีค่าแฮชตรงกับแหล่งข้อมูลนี้",
                        f"no file in {sources.name}/ has this source's digest",
                    )
                )
            else:
                found.append(
                    _result(
                        SOURCE,
                        source,
                        places,
                        "แหล่งข้อมูลนี้ไม่มีค่าแฮช โปรดเพิ่ม SHA-256 ของไฟล์ต้นฉบับ",
                        "this source has no digest: add the SHA-256 of its file",
                    )
                )
    for span in sorted(spans, key=str):
        found += _check_span(span, facts, texts, places)
    for node in sorted(quoting, key=str):
        found += _check_printed(node, facts, texts, places)
    found += [_bare(claim, places) for claim in sorted(bare, key=str)]
    return Checked(found, notes, len(spans), len(texts), len(claims), len(claims) - len(bare))


def _has_evidence(claim: Term, facts: Facts) -> bool:
    """Whether a claim comes from something that points into a source."""
    return any(facts.has(span, "source") for span in facts.of(claim, "from"))


def _bare(claim: Term, places: Places) -> Result:
    return Result(
        rule=BARE,
        severity=Severity.INFO,
        message=Words(
            "คำกล่าวอ้างนี้ไม่ได้บอกว่ามาจากข้อความช่วงใดของต้นฉบับ ถ้าต้นฉบับกล่าวไว้ โปรดเพิ่มช่วงข้อความนั้นเป็นหลักฐาน",
            "this claim names no passage of a source: if a source says it, add that passage as"
            " its evidence (prov:wasDerivedFrom, or the publication's own property for it)",
        ),
        place=places.find(claim),
        focus=str(claim),
    )


def _digests(source: Term, facts: Facts) -> list[str]:
    return [str(term.value).lower() for term in facts.of(source, "digest")]


def _check_span(
    span: Term, facts: Facts, texts: Mapping[Term, str], places: Places
) -> list[Result]:
    source = facts.of(span, "source")[0]
    numbers = [_integer(facts.of(span, name)) for name in ("start", "end")]
    length = _integer(facts.of(source, "end"))
    start, end = numbers
    if (
        start is None
        or end is None
        or not 0 <= start < end
        or (length is not None and end > length)
    ):
        return [
            _result(
                BOUNDS,
                span,
                places,
                f"ช่วง {start}–{end} อยู่นอกข้อความ (ความยาว {length})",
                f"the span {start}–{end} is outside the text (length {length})",
            )
        ]
    if source not in texts:
        return []
    text = texts[source]
    if end > len(text):
        return [
            _result(
                BOUNDS,
                span,
                places,
                f"ช่วง {start}–{end} อยู่นอกข้อความ (ความยาว {len(text)})",
                f"the span {start}–{end} is outside the text (length {len(text)})",
            )
        ]
    passage = text[start:end]
    return [
        _result(
            DIGEST,
            span,
            places,
            "ค่าแฮชของช่วงข้อความไม่ตรงกับต้นฉบับ โปรดตรวจตำแหน่งเริ่มและสิ้นสุด",
            "the span's digest differs from the text's: check its start and end",
        )
        for digest in facts.of(span, "digest")
        if digest.value.lower() != sha256(passage.encode())
    ]


def _check_printed(
    node: Term, facts: Facts, texts: Mapping[Term, str], places: Places
) -> list[Result]:
    """What a node says is printed, in the span that it is or in one that it comes from."""
    if not texts:
        return []
    spans = [node] if facts.has(node, "start") else facts.of(node, "from")
    passages = [text for span in spans if (text := _passage(span, facts, texts)) is not None]
    if spans and not passages:
        return []  # nothing to compare with, which has been told already
    return [
        Result(
            rule=VERBATIM,
            severity=Severity.VIOLATION,
            message=Words(
                f"“{printed.value}” ไม่ได้พิมพ์อยู่ในช่วงข้อความที่อ้าง",
                f"“{printed.value}” is not printed inside the span that is given for it",
            ),
            place=places.find(node, None, printed),
            focus=str(node),
            value=str(printed),
        )
        for printed in facts.of(node, "exact")
        if isinstance(printed, Literal)
        and not any(printed.value in passage for passage in passages)
    ]


def _passage(span: Term, facts: Facts, texts: Mapping[Term, str]) -> str | None:
    """The text of a span, if there is one and the text is at hand."""
    source = next(iter(facts.of(span, "source")), None)
    start, end = (_integer(facts.of(span, name)) for name in ("start", "end"))
    if source is None or source not in texts or start is None or end is None:
        return None
    return texts[source][start:end]


def _integer(values: list[Term]) -> int | None:
    if len(values) == 1 and isinstance(values[0], Literal) and values[0].value.isdecimal():
        return int(values[0].value[:18])
    return None


def _result(rule: str, node: Term, places: Places, th: str, en: str) -> Result:
    return Result(
        rule=rule,
        severity=Severity.VIOLATION,
        message=Words(th, en),
        place=places.find(node),
        focus=str(node),
    )
