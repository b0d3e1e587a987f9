"""The one tree of errors.

    ReviewgraphError
    ├── PublicationError      the folder cannot be read as a publication
    │   └── SourceSyntaxError one file of it is not well-formed
    ├── GateError             the gate could not judge (not the same as a result)
    ├── ReleaseError          a release cannot be written, found or trusted
    ├── EngineError           another SPARQL engine did not do or answer as it should
    ├── NotSerializable       a syntax has no way to write what it was given
    └── QueryError            a query was not answered
        ├── QueryRefused      it asks for what this endpoint never does
        ├── QuerySyntaxError  it is not SPARQL
        ├── QueryTimeout      its deadline passed
        ├── QueryTooLarge     the query or its result passes a limit
        ├── QueryFailed       its worker died or the engine gave up
        ├── EngineDown        the engine elsewhere cannot be reached, or answers nonsense
        ├── EngineLate        it did not answer in time
        ├── QueueFull         too many queries are waiting
        └── TooOften          the client has used the time that it had

HTTP status and exit code are given at the edges only (``web.problems``, ``cli``).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file: 1-based line and column, both counted in Unicode code points."""

    file: str
    line: int
    column: int = 1

    def __str__(self) -> str:
        return f"{printable(self.file)}:{self.line}:{self.column}"


def printable(text: str) -> str:
    """The text with control characters escaped: a terminal or a log must not obey them."""
    return "".join(c if c.isprintable() or c == "\t" else ascii(c)[1:-1] for c in text)


@dataclass(frozen=True, slots=True)
class Words:
    """One message in Thai and in English."""

    th: str
    en: str

    def get(self, lang: str) -> str:
        """The message in ``lang``: ``th``, ``en`` or ``both``."""
        if lang == "th":
            return self.th
        if lang == "en":
            return self.en
        return f"{self.th}\n{self.en}" if self.th != self.en else self.en


class ReviewgraphError(Exception):
    """Anything this program says no to; ``words`` is fit to be shown to a user."""

    def __init__(self, th: str, en: str) -> None:
        super().__init__(en)
        self.words = Words(th, en)


class PublicationError(ReviewgraphError):
    """The folder cannot be read as a publication."""


class SourceSyntaxError(PublicationError):
    """A file is not well-formed; ``place`` is where reading stopped."""

    def __init__(self, th: str, en: str, place: Place) -> None:
        super().__init__(th, en)
        self.place = place


class GateError(ReviewgraphError):
    """The gate could not judge."""


class ReleaseError(ReviewgraphError):
    """A release cannot be written, found or trusted."""


class EngineError(ReviewgraphError):
    """Another SPARQL engine did not do what it was asked, or answered otherwise than it should."""


class NotSerializable(ReviewgraphError):
    """The syntax has no way to write something of the statements or solutions."""


class QueryError(ReviewgraphError):
    """A query was not answered."""


class QueryRefused(QueryError):
    """The query asks for something that this endpoint never does."""


class QuerySyntaxError(QueryError):
    """The query is not SPARQL 1.1."""


class QueryTimeout(QueryError):
    """The query's deadline passed and its worker was ended."""


class QueryTooLarge(QueryError):
    """The query, or its result, passes a limit."""


class QueryFailed(QueryError):
    """The query's worker died, or the engine gave up."""


class EngineDown(QueryError):
    """There is no whole answer of the engine elsewhere; ``retry_after`` is in seconds, or 0."""

    def __init__(self, th: str, en: str, retry_after: int = 0) -> None:
        super().__init__(th, en)
        self.retry_after = retry_after


class EngineLate(QueryError):
    """The engine elsewhere did not answer in time."""


class QueueFull(QueryError):
    """Too many queries are waiting; ``retry_after`` is in seconds."""

    def __init__(self, th: str, en: str, retry_after: int) -> None:
        super().__init__(th, en)
        self.retry_after = retry_after


class TooOften(QueryError):
    """The client has used the time that it had; ``retry_after`` is in seconds."""

    def __init__(self, th: str, en: str, retry_after: int) -> None:
        super().__init__(th, en)
        self.retry_after = retry_after
