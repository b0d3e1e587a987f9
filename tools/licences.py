"""Writes ``docs/licences.md``: the licences of what is installed with the program.

    python tools/licences.py

Taken from the packages' own metadata, for the packages of ``requirements.lock``. Those that only
another system needs are named without a licence if they are not installed here.
"""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
LOCK = REPO / "requirements.lock"
LIST = REPO / "docs" / "licences.md"
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)
_LONGEST = 60

HEAD = """\
# Licences of what comes along

Made by `tools/licences.py` from `requirements.lock` and the packages' own metadata. Front-end
packages that are vendored have their licences beside them, in `src/reviewgraph/web/static/vendor/`.

| package | version | licence |
| --- | --- | --- |
"""


def licence_of(name: str) -> str:
    """What a package says of its licence: its expression, its classifiers, or its short text."""
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return "(not needed on this system)"
    if expression := told.get("License-Expression"):
        return expression
    found = [
        each.rpartition(" :: ")[2]
        for each in told.get_all("Classifier") or []
        if each.startswith("License ::") and not each.endswith(":: OSI Approved")
    ]
    text = (told.get("License") or "").strip()
    if not found and text and len(text) <= _LONGEST and "\n" not in text:
        found = [text]
    return ", ".join(dict.fromkeys(found)) or "?"


def listed() -> str:
    """The whole list."""
    rows = [
        f"| {name} | {version} | {licence_of(name)} |"
        for name, version in sorted(_PINNED.findall(LOCK.read_text(encoding="utf-8")))
    ]
    return HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    LIST.write_text(listed(), encoding="utf-8")
