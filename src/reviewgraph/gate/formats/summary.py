"""The verdict in words, and how many results each rule has."""

from __future__ import annotations

from collections import Counter

from reviewgraph.errors import Words
from reviewgraph.gate.formats.view import View
from reviewgraph.gate.report import Report, Severity

VERDICTS = {
    0: Words("ผ่าน", "passes the gate"),
    1: Words("ไม่ผ่าน", "does not pass the gate"),
    2: Words("ตรวจไม่ครบ", "could not be judged"),
}
NOT_BY_SHACL = Words(
    "ข้อมูลยังไม่ได้ตรวจด้วย SHACL ในครั้งนี้",
    "the data were not judged by SHACL in this run",
)
_COUNTED = {
    "files": "ไฟล์",
    "statements": "ข้อความสามส่วน",
    "questions": "คำถาม",
    "shapes": "กฎ",
    "spans": "ช่วงข้อความ",
    "texts": "ต้นฉบับ",
    "claims": "คำกล่าวอ้าง",
    "claims_with_evidence": "คำกล่าวอ้างที่มีหลักฐาน",
}
CHECKED_BY = {
    "gate": Words("โปรแกรมนี้", "this program"),
    "store": Words("คำถาม SPARQL ต่อที่เก็บข้อมูลภายใน", "SPARQL queries of the embedded store"),
    "pyshacl": Words("pySHACL", "pySHACL"),
}


def verdict(report: Report, view: View) -> Words:
    """One line: whether it passes, and the counts."""
    said = VERDICTS[report.exit_code(view.fail_on)]
    failures, violations, warnings, infos = (report.count(s) for s in reversed(Severity))
    th = f"{said.th}: ผิด {violations} คำเตือน {warnings} ตรวจไม่ได้ {failures}"
    en = f"{said.en}: {violations} violations, {warnings} warnings, {failures} failures"
    if infos:
        th, en = f"{th} ข้อสังเกต {infos}", f"{en}, {infos} infos"
    if report.baseline:
        th = f"{th} รู้อยู่แล้ว {report.known}"
        en = f"{en}, {report.known} known from the baseline"
    checked = report.checked.items()
    looked_th = " ".join(f"{_COUNTED.get(name, name)} {count}" for name, count in checked)
    looked_en = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in checked)
    return Words(f"{th} (ตรวจ {looked_th})", f"{en} (checked {looked_en})")


def counted(name: str) -> Words:
    """What a number of ``Report.checked`` counts."""
    return Words(_COUNTED.get(name, name), name.replace("_", " "))


def by_rule(report: Report) -> list[tuple[Severity, str, int]]:
    """Severity, rule and number of new results: the gravest first, then the most."""
    counts = Counter((r.severity, r.rule) for r in report.results if not r.known)
    rows = [(severity, rule, count) for (severity, rule), count in counts.items()]
    return sorted(rows, key=lambda row: (-row[0], -row[2], row[1]))


def engines(report: Report) -> list[tuple[Words, int]]:
    """What judged, and by how many rules."""
    counts = Counter(rule.engine for rule in report.rules.values())
    return [
        (CHECKED_BY.get(engine, Words(engine, engine)), counts[engine]) for engine in sorted(counts)
    ]
