"""The site's style sheet, scripts and fonts: a closed list, read when the site starts.

``static/vendor`` holds packages of others, each in a folder that names its version: what is there
under an address never changes (see ``tools/vendor.py``).
"""

from __future__ import annotations

import mimetypes
import re
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response

from reviewgraph.rdf.canonical import sha256
from reviewgraph.web.conditions import is_current
from reviewgraph.web.problems import Problem
from reviewgraph.web.representations import with_charset

FOLDER = Path(__file__).parent / "static"
_VENDORED = re.compile(r"vendor/[^/]+/")
_UNKNOWN = "application/octet-stream"
_FONT = "font/woff2"  # which not every system's table of media types has
router = APIRouter()
_FILES = {
    path.relative_to(FOLDER).as_posix(): path.read_bytes()
    for path in sorted(FOLDER.rglob("*"))
    if path.is_file()
}
NAMES = tuple(_FILES)
_TAGS = {name: f'"{sha256(content)[:32]}"' for name, content in _FILES.items()}


@router.get("/static/{name:path}", include_in_schema=False)
def static(request: Request, name: str) -> Response:
    """One of the files."""
    if name not in _FILES:
        raise Problem(404, f"ไม่มีไฟล์ {name}", f"there is no file {name}")
    kept = "public, max-age=31536000, immutable" if _VENDORED.match(name) else "no-cache"
    headers = {"ETag": _TAGS[name], "Cache-Control": kept}
    if is_current(request, _TAGS[name]):
        return Response(status_code=304, headers=headers)
    media_type = _FONT if name.endswith(".woff2") else mimetypes.guess_type(name)[0] or _UNKNOWN
    return Response(_FILES[name], headers=headers, media_type=with_charset(media_type))
