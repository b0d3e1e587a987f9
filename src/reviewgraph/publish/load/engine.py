"""Another SPARQL 1.1 engine over HTTP: asked with patience, believed with care.

What fails in passing (no connection, 429, 502, 503, 504) is tried again after a while that grows;
all that is sent may arrive twice, since adding a statement again changes nothing. Redirects are not
followed: credentials go to no host that was not named. Neither they nor a URL with a secret in it
are ever part of a message.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn, Self
from urllib.parse import urlsplit

import httpx

from reviewgraph.errors import EngineError

ATTEMPTS: Final = 5
_PASSING: Final = frozenset({429, 502, 503, 504})
_LONGEST_WAIT: Final = 60.0
_MOST_BYTES: Final = 64_000_000
"""An answer that is read as a whole is not longer."""
_JSON: Final = "application/sparql-results+json"
_N_TRIPLES: Final = "application/n-triples"


@dataclass(frozen=True, slots=True)
class Access:
    """Where an engine is, and how to be let in.

    Attributes:
        query: the URL that takes queries.
        update: the URL that takes updates.
        auth: httpx's way to authenticate, if the engine wants to know who asks.
        headers: sent with every request, such as a bearer token.
        seconds: how long one request may take.
    """

    query: str
    update: str
    auth: httpx.Auth | None = None
    headers: Mapping[str, str] | None = None
    seconds: float = 300.0


class _Passing(Exception):
    """The engine is busy."""


class Engine:
    """A connection to one.

    Args:
        access: where it is.
        wait: sleeps for so many seconds; tests need not.
    """

    def __init__(self, access: Access, wait: Callable[[float], None] = time.sleep) -> None:
        for url in (access.query, access.update):
            parts = urlsplit(url)
            if parts.scheme not in {"http", "https"} or not parts.hostname:
                raise EngineError(
                    "ที่อยู่ของเครื่องปลายทางต้องขึ้นต้นด้วย http:// หรือ https://",
                    "the engine's address must begin with http:// or https://",
                )
            if parts.username or parts.password:
                raise EngineError(
                    "ไม่ใส่รหัสผ่านในที่อยู่ ให้ตั้ง REVIEWGRAPH_STORE_USER และ _PASSWORD",
                    "no password in the address: set REVIEWGRAPH_STORE_USER and _PASSWORD",
                )
        self._access = access
        self._wait = wait
        self._client = httpx.Client(
            auth=access.auth,
            headers=dict(access.headers or {}),
            timeout=httpx.Timeout(access.seconds, connect=10.0),
            follow_redirects=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._client.close()

    def select(self, query: str) -> list[dict[str, str]]:
        """The rows of a SELECT query: the lexical forms of what is bound.

        Raises:
            EngineError: there is no whole answer.
        """
        response = self._send(self._access.query, data={"query": query}, accept=_JSON)
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in {_JSON, "application/json"}:
            _refuse(f"ตอบเป็น {kind}", f"it answered with {kind or 'no media type'}")
        try:
            rows = response.json()["results"]["bindings"]
            return [{name: term["value"] for name, term in row.items()} for row in rows]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise EngineError(
                "เครื่องปลายทางตอบผลลัพธ์ที่ไม่ครบหรืออ่านไม่ได้",
                "the engine's result is cut off or cannot be read",
            ) from error

    def update(self, text: str) -> None:
        """Do a SPARQL 1.1 update.

        Raises:
            EngineError: it was not done.
        """
        self._send(
            self._access.update,
            content=text.encode(),
            headers={"Content-Type": "application/sparql-update"},
        )

    def lines(self, graph: str) -> Iterator[bytes]:
        """The statements of a graph as lines of N-Triples, one at a time.

        Raises:
            EngineError: it does not give them, or not to the end.
        """
        query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
        for attempt in range(1, ATTEMPTS + 1):
            begun = False
            try:
                for line in self._streamed(query):
                    begun = True
                    yield line
            except (httpx.HTTPError, _Passing) as error:
                # What has been given already can't be taken back: the answer is not to be trusted.
                if begun or attempt == ATTEMPTS:
                    raise _unreachable(error) from error
                self._pause(attempt, None)
            else:
                return

    def _streamed(self, query: str) -> Iterator[bytes]:
        with self._client.stream(
            "POST", self._access.query, data={"query": query}, headers={"Accept": _N_TRIPLES}
        ) as response:
            if response.status_code in _PASSING:
                raise _Passing(str(response.status_code))
            if response.status_code != httpx.codes.OK:
                _refuse_status(response.status_code)
            kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind not in {_N_TRIPLES, "text/plain"}:
                _refuse(f"ตอบเป็น {kind}", f"it answered with {kind or 'no media type'}")
            for line in response.iter_lines():
                if line and not line.startswith("#"):
                    yield line.encode()

    def _send(self, url: str, accept: str = "*/*", **body: Any) -> httpx.Response:  # noqa: ANN401 - httpx's
        headers = {"Accept": accept, **body.pop("headers", {})}
        for attempt in range(1, ATTEMPTS + 1):
            try:
                response = self._client.post(url, headers=headers, **body)
            except httpx.HTTPError as error:
                if attempt == ATTEMPTS:
                    raise _unreachable(error) from error
                self._pause(attempt, None)
                continue
            if response.status_code in _PASSING and attempt < ATTEMPTS:
                self._pause(attempt, response.headers.get("retry-after"))
                continue
            if not response.is_success:
                _refuse_status(response.status_code, response.text[:300])
            if len(response.content) > _MOST_BYTES:
                _refuse("ตอบยาวเกินไป", "its answer is too long")
            return response
        raise AssertionError  # the loop returns or raises

    def _pause(self, attempt: int, asked: str | None) -> None:
        """Wait before the next attempt: as long as was asked, or longer each time, never alike."""
        if asked and asked.isascii() and asked.isdigit():
            self._wait(min(float(asked), _LONGEST_WAIT))
            return
        longest = min(2.0**attempt, _LONGEST_WAIT)
        self._wait(longest * (0.5 + random.random() / 2))  # noqa: S311 - not a secret


def _refuse(thai: str, english: str) -> NoReturn:
    raise EngineError(f"เครื่องปลายทาง{thai}", f"the engine did not do it: {english}")


def _refuse_status(status: int, said: str = "") -> NoReturn:
    told = " ".join(said.split())
    hint = {
        401: ("ต้องมีรหัสผ่าน", "it wants credentials: set REVIEWGRAPH_STORE_USER and _PASSWORD"),
        403: ("ไม่อนุญาต", "it does not allow that"),
        404: ("ไม่มีที่อยู่นี้", "there is no such address"),
        405: ("ไม่รับคำขอแบบนี้ที่ที่อยู่นี้", "it takes no such request at this address"),
    }.get(status, ("ตอบว่า", "it said"))
    raise EngineError(
        f"เครื่องปลายทาง{hint[0]} ({status}) {told}".strip(), f"{hint[1]} ({status}) {told}".strip()
    )


def _unreachable(error: Exception) -> EngineError:
    kind = str(error) if isinstance(error, _Passing) else type(error).__name__
    return EngineError(
        f"ติดต่อเครื่องปลายทางไม่สำเร็จ ({kind})", f"the engine cannot be reached ({kind})"
    )
