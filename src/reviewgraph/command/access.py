"""How to reach another engine: its address, and credentials that only the environment has."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx

from reviewgraph.errors import EngineError
from reviewgraph.store.remote.engine import Access


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
