"""Front-end packages of others, taken from the npm registry into ``static/vendor``.

``vendor.lock.json`` says which: name, version, the registry's integrity, licence, and for each file
where it lies in the package and its SHA-256 here. ``python tools/vendor.py`` writes them anew and
renews the SHA-256; ``--check`` compares what is there, and needs no network.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "src" / "reviewgraph" / "web" / "static" / "vendor"
LOCK = FOLDER / "vendor.lock.json"
# A browser's tools would ask for a file that is not there.
_MAP = re.compile(rb"\n?(?://# sourceMappingURL=\S+|/\*# sourceMappingURL=\S+ \*/)\s*$")


def main() -> int:
    """Write or compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    check = parser.parse_args().check
    lock = json.loads(LOCK.read_text(encoding="utf-8"))
    wrong = compare(lock) if check else write(lock)
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


def compare(lock: dict[str, dict]) -> list[str]:
    """What is there and should not be, is not there and should, or is other than it should be."""
    wanted = {
        f"{folder}/{name}": entry["sha256"]
        for folder, package in lock.items()
        for name, entry in package["files"].items()
    }
    there = {
        path.relative_to(FOLDER).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in FOLDER.rglob("*")
        if path.is_file() and path != LOCK
    }
    wrong = [f"{name}: not in the lock" for name in sorted(there.keys() - wanted.keys())]
    wrong += [f"{name}: missing" for name in sorted(wanted.keys() - there.keys())]
    both = sorted(wanted.keys() & there.keys())
    wrong += [f"{name}: another SHA-256" for name in both if wanted[name] != there[name]]
    unlicensed = [f for f, package in lock.items() if "LICENSE.txt" not in package["files"]]
    return wrong + [f"{folder}: no LICENSE.txt" for folder in unlicensed]


def write(lock: dict[str, dict]) -> list[str]:
    """Fetch the packages, and write the files and the lock."""
    for folder, package in lock.items():
        with tempfile.TemporaryDirectory() as work:
            archive = _pack(f"{package['name']}@{package['version']}", Path(work))
            digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
            if package.setdefault("integrity", f"sha512-{digest}") != f"sha512-{digest}":
                return [f"{folder}: the registry's package is another one than the lock's"]
            with tarfile.open(archive) as tar:
                for name, entry in package["files"].items():
                    target = FOLDER / folder / name
                    if entry["from"]:
                        member = tar.extractfile(f"package/{entry['from']}")
                        content = _MAP.sub(b"\n", member.read())
                        target.parent.mkdir(parents=True, exist_ok=True)
                        target.write_bytes(content)
                    entry["sha256"] = hashlib.sha256(target.read_bytes()).hexdigest()
    LOCK.write_text(json.dumps(lock, indent=2) + "\n", encoding="utf-8")
    return []


def _pack(name: str, work: Path) -> Path:
    command = ["npm", "pack", "--silent", "--pack-destination", str(work), name]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    (archive,) = work.glob("*.tgz")
    return archive


if __name__ == "__main__":
    sys.exit(main())
