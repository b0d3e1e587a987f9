"""Another SPARQL 1.1 engine over HTTP: asked with patience, believed with care.

What fails in passing (no connection, 429, 502, 503, 504) is tried again after a while that grows;
all that is sent may arrive twice, since adding a statement again changes nothing. Redirects are not
followed: credentials go to no host that was not named. Neither they nor a URL with a secret in it
are ever part of a message.
"""

from __future__ import annotations

import logging
import math
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NoReturn, Self
from urllib.parse import urlsplit

import httpx

from reviewgraph.errors import EngineDown, EngineError, QueryError
from reviewgraph.store.remote.believing import (
    JSON,
    PASSING,
    Asking,
    GarbledError,
    LateError,
    PassingError,
    examine,
    read,
)
from reviewgraph.store.remote.breaker import Breaker

ATTEMPTS: Final = 5
_LONGEST_WAIT: Final = 60.0
_MOST_BYTES: Final = 64_000_000
"""An answer that is read as a whole is not longer."""
_N_TRIPLES: Final = "application/n-triples"
_CONNECTIONS: Final = 64
_TRIES: Final = 3
_OWN_FUNCTION: Final = 'SELECT (<bif:lcase>("A") AS ?v) {}'
_PROBE_SECONDS: Final = 10.0
_FIRST_PAUSE: Final = 0.1

_logger = logging.getLogger(__name__)


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
        self._breaker = Breaker()
        self._virtuoso: bool | None = None
        self._client = httpx.Client(
            auth=access.auth,
            headers=dict(access.headers or {}),
            timeout=httpx.Timeout(access.seconds, connect=10.0),
            limits=httpx.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=None),
            follow_redirects=False,
            trust_env=False,
        )

    @property
    def host(self) -> str:
        """The host that is asked, as a log may name it."""
        return urlsplit(self._access.query).netloc

    @property
    def is_virtuoso(self) -> bool:
        """Whether it is Virtuoso, which answers some queries wrongly.

        It is asked for one of its own functions: what it says in its head, a proxy may leave out.

        Raises:
            EngineDown: it cannot be reached.
            EngineLate: it does not answer in time.
        """
        if self._virtuoso is None:
            try:
                rows = self.results(_OWN_FUNCTION, seconds=_PROBE_SECONDS)["results"]["bindings"]
            except EngineDown:
                if not self._breaker.is_well:
                    raise
                rows = []  # it is there, and has no such function
            told = [row["v"]["value"] for row in rows if "v" in row]
            self._virtuoso = told == ["a"]
        return self._virtuoso

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._client.close()

    def select(self, query: str) -> list[dict[str, str]]:
        """The rows of a SELECT query: the lexical forms of what is bound.

        Raises:
            EngineError: there is no whole answer.
        """
        response = self._send(self._access.query, data={"query": query}, accept=JSON)
        try:
            examine(response)
            rows = read(response.content)["results"]["bindings"]
        except (GarbledError, KeyError) as error:
            raise EngineError(
                f"เครื่องปลายทางตอบผลลัพธ์ที่ไม่ครบหรืออ่านไม่ได้ ({error})",
                f"the engine's result is cut off or cannot be read ({error})",
            ) from error
        return [{name: term["value"] for name, term in row.items()} for row in rows]

    def results(
        self,
        query: str,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        *,
        seconds: float,
        most_bytes: int = _MOST_BYTES,
    ) -> dict[str, Any]:
        """The whole result of a SELECT or ASK query in the terms of SPARQL 1.1 JSON, by a deadline.

        JSON is asked for whatever the reader wants: what is cut off is no JSON, while CSV or
        N-Triples may be cut at the end of a line and look whole.

        Raises:
            EngineDown: there is no engine, or what it answers is not a whole result.
            EngineLate: the deadline passed.
            QueryTooLarge: the result has more bytes.
        """
        if waiting := self._breaker.wait():
            raise EngineDown(
                "เครื่องที่เก็บข้อมูลไม่ตอบ โปรดลองใหม่ภายหลัง",
                "the engine that holds the data does not answer; try again later",
                math.ceil(waiting),
            )
        fields = {
            "query": query,
            "default-graph-uri": list(default_graphs),
            "named-graph-uri": list(named_graphs),
        }
        asking = Asking(time.monotonic() + seconds, seconds, most_bytes)
        for attempt in range(1, _TRIES + 1):
            try:
                found = self._whole(fields, asking)
            except (httpx.TimeoutException, LateError) as error:
                if isinstance(error, httpx.ConnectTimeout):
                    self._breaker.failed()
                raise asking.late() from error
            except (httpx.HTTPError, httpx.InvalidURL, PassingError, GarbledError) as error:
                self._breaker.failed()
                _logger.warning("the engine: %s", _kind_of(error))
                pause = _FIRST_PAUSE * 2 ** (attempt - 1) * (0.5 + random.random())  # noqa: S311
                if isinstance(error, GarbledError) or attempt == _TRIES or asking.left() < pause:
                    raise _down(error) from error
                self._wait(pause)
            except QueryError:
                self._breaker.succeeded()  # it is there
                raise
            else:
                self._breaker.succeeded()
                return found
        raise AssertionError  # the loop returns or raises

    def _whole(self, fields: dict[str, Any], asking: Asking) -> dict[str, Any]:
        with self._client.stream(
            "POST",
            self._access.query,
            data=fields,
            headers={"Accept": JSON},
            timeout=asking.timeout(),
        ) as response:
            examine(response)
            pieces: list[bytes] = []
            size = 0
            for piece in response.iter_bytes():
                size += len(piece)
                asking.check(size)
                pieces.append(piece)
        return read(b"".join(pieces))

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
            except (httpx.HTTPError, PassingError) as error:
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
            if response.status_code in PASSING:
                raise PassingError(str(response.status_code))
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
            if response.status_code in PASSING and attempt < ATTEMPTS:
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
    kind = _kind_of(error)
    return EngineError(
        f"ติดต่อเครื่องปลายทางไม่สำเร็จ ({kind})", f"the engine cannot be reached ({kind})"
    )


def _kind_of(error: Exception) -> str:
    return str(error) if isinstance(error, PassingError | GarbledError) else type(error).__name__


def _down(error: Exception) -> EngineDown:
    kind = _kind_of(error)
    if isinstance(error, GarbledError):
        return EngineDown(
            f"เครื่องที่เก็บข้อมูลตอบไม่ครบหรือผิดรูปแบบ ({kind})",
            f"the engine that holds the data gave no whole answer ({kind})",
        )
    return EngineDown(
        f"ติดต่อเครื่องที่เก็บข้อมูลไม่ได้ ({kind})",
        f"the engine that holds the data cannot be reached ({kind})",
    )
