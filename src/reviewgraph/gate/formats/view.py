"""How a report is to be written, and what every format asks of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from reviewgraph.errors import Place, Words
from reviewgraph.gate.formats.quotes import Quotes
from reviewgraph.gate.report import Report, Result, Severity
from reviewgraph.publication import catalog
from reviewgraph.publication.folder import Publication


@dataclass(frozen=True)
class View:
    """The choices of whoever asked for the report.

    ``lang`` is ``th``, ``en`` or ``both``; ``fail_on`` the severity from which a result fails;
    ``publication`` where lines are quoted from (without it none are); ``colour`` is for text that
    a terminal shows.
    """

    lang: str = "both"
    fail_on: Severity = Severity.VIOLATION
    publication: Publication | None = None
    colour: bool = False

    @cached_property
    def quotes(self) -> Quotes:
        """The lines of the publication."""
        return Quotes(self.publication)

    @cached_property
    def prefix(self) -> str:
        """The publication's folder inside its checkout, with a slash; empty if that is the root.

        A forge looks for files from the root of the checkout, not from the publication.
        """
        return _inside_checkout(self.publication.root) if self.publication else ""

    def path(self, place: Place) -> str:
        """The file of a place, from the root of the checkout."""
        return self.prefix + place.file

    def line(self, words: Words) -> str:
        """The words in the languages asked for, on one line."""
        return " · ".join(" ".join(said.split()) for said in words.get(self.lang).splitlines())

    def fails(self, result: Result) -> bool:
        """Whether this result alone would keep the publication from passing."""
        if result.severity is Severity.FAILURE:
            return True
        return result.severity >= self.fail_on and not result.known


def anchor(report: Report, result: Result) -> Place:
    """A place for formats that want one: of the result, else its rule, else the catalog."""
    return (
        result.place
        or result.rule_place
        or report.rule(result.rule).place
        or Place(catalog.PATH, 1)
    )


def numbered(results: tuple[Result, ...]) -> list[tuple[Result, int]]:
    """Each result with how many alike came before it: fingerprint and number name it alone."""
    seen: dict[str, int] = {}
    found = []
    for result in results:
        number = seen.get(result.fingerprint, 0)
        seen[result.fingerprint] = number + 1
        found.append((result, number))
    return found


def web_address(address: str) -> str:
    """The address if a page may link to it, else nothing."""
    return address if address.startswith(("https://", "http://")) else ""


def _inside_checkout(root: Path) -> str:
    for folder in (root, *root.parents):
        if (folder / ".git").exists():
            inside = root.relative_to(folder).as_posix()
            return "" if inside == "." else inside + "/"
    return ""
