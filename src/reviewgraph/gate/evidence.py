"""Evidence: spans of a source's text, in the terms of the Web Annotation vocabulary.

A span is anything with ``oa:start``, ``oa:end`` and ``oa:hasSource``
(https://www.w3.org/TR/annotation-model/#text-position-selector: offsets are code points, the end
is exclusive). A digest is an ``spdx:checksumValue``, what is printed an ``oa:exact``: of a span,
or of anything that is ``prov:wasDerivedFrom`` spans and then stands in one of them. A
publication's own properties are found by ``rdfs:subPropertyOf``. The text itself is not in the
publication: whoever has it passes the folder that holds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from reviewgraph.errors import GateError, Words
from reviewgraph.gate.places import Places
from reviewgraph.gate.report import RULES, Result, Severity
from reviewgraph.publication.source import SourceFile
from reviewgraph.publication.words import subproperties
from reviewgraph.rdf.canonical import sha256
from reviewgraph.rdf.namespaces import OA, PROV, SPDX
from reviewgraph.rdf.terms import Literal, Term, statement

BOUNDS = RULES + "span-bounds"
DIGEST = RULES + "span-digest"
VERBATIM = RULES + "span-verbatim"
SOURCE = RULES + "source-text"

Facts = dict[Term, dict[str, list[Term]]]


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome: results, what was left out, and how many spans and texts were looked at."""

    results: list[Result]
    notes: list[Words]
    spans: int
    texts: int


def check(files: tuple[SourceFile, ...], sources: Path | None) -> Checked:
    """Check the spans, against the texts in the folder ``sources`` where it is given.

    Raises:
        GateError: ``sources`` is no folder.
    """
    if sources is not None and not sources.is_dir():
        raise GateError(
            f"ไม่พบโฟลเดอร์ต้นฉบับ {sources} โปรดตรวจค่าของ --sources",
            f"there is no folder {sources} of sources: check --sources",
        )
    own = subproperties(
        files,
        {
            "digest": str(SPDX.checksumValue),
            "exact": str(OA.exact),
            "from": str(PROV.wasDerivedFrom),
        },
    )
    facts = _facts(files, own)
    spans = {node for node, about in facts.items() if "source" in about and "start" in about}
    used = {about["source"][0] for node, about in facts.items() if node in spans}
    quoting = {node for node, about in facts.items() if "exact" in about}
    places = Places(files, spans | used | quoting)
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
        by_digest = _texts(sources)
        for source in sorted(used, key=str):
            digests = [str(term.value) for term in facts.get(source, {}).get("digest", [])]
            text = next((by_digest[d.lower()] for d in digests if d.lower() in by_digest), None)
            if text is None:
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
                texts[source] = text
    for span in sorted(spans, key=str):
        found += _check_span(span, facts, texts, places)
    for node in sorted(quoting, key=str):
        found += _check_printed(node, facts, texts, places)
    return Checked(found, notes, len(spans), len(texts))


def _check_span(
    span: Term, facts: Facts, texts: Mapping[Term, str], places: Places
) -> list[Result]:
    about = facts[span]
    source = about["source"][0]
    numbers = [_integer(about.get(name, [])) for name in ("start", "end")]
    length = _integer(facts.get(source, {}).get("end", []))
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
        for digest in about.get("digest", [])
        if digest.value.lower() != sha256(passage.encode())
    ]


def _check_printed(
    node: Term, facts: Facts, texts: Mapping[Term, str], places: Places
) -> list[Result]:
    """What a node says is printed, in the span that it is or in one that it comes from."""
    about = facts[node]
    spans = [node] if "start" in about else about.get("from", [])
    passages = [text for span in spans if (text := _passage(span, facts, texts)) is not None]
    if not texts or (spans and not passages):
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
        for printed in about["exact"]
        if isinstance(printed, Literal)
        and not any(printed.value in passage for passage in passages)
    ]


def _passage(span: Term, facts: Facts, texts: Mapping[Term, str]) -> str | None:
    """The text of a span, if there is one and the text is at hand."""
    about = facts.get(span, {})
    source = next(iter(about.get("source", [])), None)
    start, end = (_integer(about.get(name, [])) for name in ("start", "end"))
    if source is None or source not in texts or start is None or end is None:
        return None
    return texts[source][start:end]


def _facts(files: Iterable[SourceFile], own: Mapping[str, set[str]]) -> Facts:
    """What is said of spans and sources, by short names."""
    names = {str(OA.start): "start", str(OA.end): "end", str(OA.hasSource): "source"}
    names |= {iri: name for name, iris in own.items() for iri in iris}
    facts: Facts = {}
    for file in files:
        for located in file.statements:
            subject, predicate, value = statement(located.quad)
            if name := names.get(predicate.value):
                facts.setdefault(subject, {}).setdefault(name, []).append(value)
    return facts


def _texts(folder: Path) -> dict[str, str]:
    """The texts in the folder, by the SHA-256 of their bytes."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            try:
                found[sha256(data)] = data.decode("utf-8")
            except UnicodeDecodeError:
                continue  # not a text: no source can point into it
    return found


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
