"""``reviewgraph load``: a release into another SPARQL engine."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from reviewgraph.command.serve import release_of
from reviewgraph.errors import EngineError, Words
from reviewgraph.gate.steps import Progress, Step, silent
from reviewgraph.publish.load.engine import Access, Engine
from reviewgraph.publish.load.loading import BATCH
from reviewgraph.publish.load.loading import load as work


def load(
    folder: Path,
    query: str,
    update: str | None,
    lang: str,
    batch: int = BATCH,
    progress: Progress = silent,
) -> Words:
    """Load the release that the folder is or holds; of a publication, one built now.

    Args:
        folder: a publication, an output folder or a release.
        query: the URL that takes queries.
        update: the one that takes updates, if it is another.
        lang: of what a build has to say.
        batch: how many statements go in one update.
        progress: told how many statements are there, of how many.

    Raises:
        EngineError: the engine did not do it.
        typer.Exit: no release could be built; the build has said why.
    """
    release = release_of(folder, None, lang)
    with Engine(access(query, update, os.environ)) as engine:
        done = work(
            release,
            engine,
            batch,
            lambda done, total: progress(Step("load", f"{done:,}/{total:,}")),
        )
    spelt = Words("", "")
    if done.otherwise:
        spelt = Words(
            f" (เครื่องปลายทางเขียนตัวเลขหรือค่าจริงเท็จอีกแบบใน {done.otherwise} กราฟ)",
            f" (in {done.otherwise} graphs it spells numbers or truth values in its own way)",
        )
    return Words(
        f"รุ่น {release.name[:12]} ใช้งานที่เครื่องปลายทางแล้ว: {done.statements:,} ข้อความ"
        f" ส่งครั้งนี้ {done.sent:,}{spelt.th}",
        f"release {release.name[:12]} is in force there: {done.statements:,} statements,"
        f" {done.sent:,} sent now{spelt.en}",
    )


def access(query: str, update: str | None, environment: Mapping[str, str]) -> Access:
    """How to reach an engine, with the credentials of the environment.

    Raises:
        EngineError: these do not go together.
    """
    user = environment.get("REVIEWGRAPH_STORE_USER", "")
    password = environment.get("REVIEWGRAPH_STORE_PASSWORD", "")
    token = environment.get("REVIEWGRAPH_STORE_TOKEN", "")
    kind = environment.get("REVIEWGRAPH_STORE_AUTH", "basic").lower()
    if kind not in {"basic", "digest"}:
        raise EngineError(
            "REVIEWGRAPH_STORE_AUTH เป็นได้เพียง basic หรือ digest",
            "REVIEWGRAPH_STORE_AUTH can be basic or digest",
        )
    if bool(user) != bool(password) or (user and token):
        raise EngineError(
            "ตั้ง REVIEWGRAPH_STORE_USER คู่กับ _PASSWORD หรือตั้ง _TOKEN อย่างเดียว",
            "set REVIEWGRAPH_STORE_USER together with _PASSWORD, or _TOKEN alone",
        )
    auth: httpx.Auth | None = None
    if user:
        auth = (
            httpx.DigestAuth(user, password)
            if kind == "digest"
            else httpx.BasicAuth(user, password)
        )
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return Access(query, update or _update_of(query), auth, headers)


def _update_of(query: str) -> str:
    """Where updates go if nobody says: beside ``/query``, otherwise to the same address."""
    parts = urlsplit(query)
    if parts.path.endswith("/query"):
        return parts._replace(path=parts.path.removesuffix("query") + "update").geturl()
    return query
