"""The site's own style sheet, scripts and pictures: a closed list, read when the site starts."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response

from reviewgraph.rdf.canonical import sha256
from reviewgraph.web.conditions import is_current
from reviewgraph.web.problems import Problem
from reviewgraph.web.representations import with_charset

FOLDER = Path(__file__).parent / "static"
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
    headers = {"ETag": _TAGS[name], "Cache-Control": "no-cache"}
    if is_current(request, _TAGS[name]):
        return Response(status_code=304, headers=headers)
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Response(_FILES[name], headers=headers, media_type=with_charset(media_type))
