"""Results that are known and accepted for now, so that only new ones stop a change.

A baseline is a JSON file beside the publication, made by ``--write-baseline``::

    {
      "version": 1,
      "results": [
        {"rule": "https://…/Label-en", "file": "data/people.ttl", "severity": "violation",
         "focus": "<https://…/id/x>", "count": 1, "fingerprint": "3f…"}
      ]
    }

``fingerprint`` alone decides (see ``Result.fingerprint``) and ``count`` says how many results
alike are accepted; the rest is for whoever reads the file. Entries are sorted by file, rule and
fingerprint, one a block, so that a change of the baseline reads well in a diff. A failure is never
in it: what could not be judged cannot be accepted.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from reviewgraph.errors import GateError, Words
from reviewgraph.gate.report import Comparison, Known, Report, Severity

VERSION = 1
_TEXTS = ("rule", "file", "severity", "fingerprint")
_SEVERITIES = frozenset(s.name.lower() for s in Severity if s is not Severity.FAILURE)


def as_baseline(report: Report) -> str:
    """The baseline that accepts every result of the report.

    Raises:
        GateError: something could not be judged; such a baseline would lose what it hid.
    """
    if any(result.severity is Severity.FAILURE for result in report.results):
        raise GateError(
            "ไม่ได้เขียน baseline เพราะมีบางอย่างตรวจไม่ได้ โปรดแก้ก่อน",
            "no baseline was written, since something could not be judged: mend that first",
        )
    counts = Counter(result.fingerprint for result in report.results)
    first = {result.fingerprint: result for result in reversed(report.results)}
    entries = [
        {
            "file": result.place.file if result.place else "",
            "rule": result.rule,
            "severity": result.severity.name.lower(),
            "focus": result.focus if result.focus and not result.focus.startswith("_:") else None,
            "count": counts[result.fingerprint],
            "fingerprint": result.fingerprint,
        }
        for result in first.values()
    ]
    entries.sort(key=lambda entry: (entry["file"], entry["rule"], entry["fingerprint"]))
    content = {"version": VERSION, "results": entries}
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def read_baseline(path: Path) -> dict[str, Known]:
    """The entries of a baseline by fingerprint.

    Raises:
        GateError: there is no such file, it may not be read, or it is not a baseline.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise GateError(
            f"ไม่พบ baseline {path} (--write-baseline สร้างได้)",
            f"there is no baseline {path} (--write-baseline makes one)",
        ) from error
    except OSError as error:
        raise GateError(
            f"อ่าน baseline {path} ไม่ได้: {error.strerror}",
            f"the baseline {path} cannot be read: {error.strerror}",
        ) from error
    except (ValueError, RecursionError) as error:
        raise _malformed(path, str(error)) from error
    if not isinstance(content, dict) or not isinstance(content.get("results"), list):
        raise _malformed(path, 'it has no list "results"')
    if content.get("version") != VERSION:
        raise _malformed(path, f"its version is not {VERSION}")
    entries = [_entry(entry, path) for entry in content["results"]]
    found = {entry.fingerprint: entry for entry in entries}
    if len(found) != len(entries):
        raise _malformed(path, "a fingerprint stands in it twice")
    return found


def accepted(report: Report) -> dict[str, Known]:
    """The results of an earlier report, as a baseline would accept them."""
    counts = Counter(result.fingerprint for result in report.results)
    return {
        result.fingerprint: Known(
            fingerprint=result.fingerprint,
            rule=result.rule,
            file=result.place.file if result.place else "",
            severity=result.severity.name.lower(),
            count=counts[result.fingerprint],
        )
        for result in report.results
        if result.severity is not Severity.FAILURE
    }


def compare(
    report: Report, known: dict[str, Known], name: str, *, tell_stale: bool = True
) -> Report:
    """The report with known results marked, and a note for each entry that is found no longer.

    Of results that are alike the first ``count`` are known and the others new. When something
    could not be judged nothing is called stale: it may only be out of sight.

    Args:
        report: what was found.
        known: what is accepted, by fingerprint.
        name: of the baseline, for the reader.
        tell_stale: whether an entry that is found no longer is worth a note.
    """
    left = Counter({fingerprint: entry.count for fingerprint, entry in known.items()})
    results = []
    for result in report.results:
        accepted = result.severity is not Severity.FAILURE and left[result.fingerprint] > 0
        if accepted:
            left[result.fingerprint] -= 1
        results.append(replace(result, known=accepted))
    whole = all(result.severity is not Severity.FAILURE for result in report.results)
    stale = tuple(
        replace(entry, count=left[fingerprint])
        for fingerprint, entry in known.items()
        if tell_stale and whole and left[fingerprint] > 0
    )
    return replace(
        report,
        results=tuple(results),
        notes=(*report.notes, *(_gone(entry, report, name) for entry in stale)),
        baseline=Comparison(name, stale),
    )


def _gone(entry: Known, report: Report, name: str) -> Words:
    rule = report.rule(entry.rule).name
    return Words(
        f"{name}: ไม่พบ [{rule}] ใน {entry.file or '-'} แล้ว ({entry.count} รายการ)"
        " โปรดเขียน baseline ใหม่",
        f"{name}: [{rule}] in {entry.file or '-'} is found no longer ({entry.count}):"
        " write the baseline anew",
    )


def _entry(entry: Any, path: Path) -> Known:  # noqa: ANN401 - any JSON value
    if not isinstance(entry, dict):
        raise _malformed(path, "an entry is no object")
    texts = {name: value for name in _TEXTS if isinstance(value := entry.get(name), str)}
    for name in _TEXTS:
        if name not in texts:
            raise _malformed(path, f'an entry has no text "{name}"')
    if texts["severity"] not in _SEVERITIES:
        raise _malformed(path, f'"{texts["severity"]}" is no severity that can be accepted')
    count = entry.get("count")
    if not isinstance(count, int) or isinstance(count, bool) or count < 1:
        raise _malformed(path, 'an entry\'s "count" is no number from 1 on')
    return Known(count=count, **texts)


def _malformed(path: Path, reason: str) -> GateError:
    return GateError(
        f"baseline {path} ใช้ไม่ได้: {reason} (--write-baseline เขียนใหม่ได้)",
        f"{path} is not a baseline: {reason} (--write-baseline makes a new one)",
    )
