"""``reviewgraph rule``: what a rule demands, read from the program or from a folder's shapes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from reviewgraph.command.reading import read
from reviewgraph.errors import Words
from reviewgraph.gate import bounded, rule_pages
from reviewgraph.gate.steps import Progress, Step


def rule(name: str, folder: Path, lang: str, limits: bounded.Limits) -> str:
    """The pages of the rules of that name, or the list of all.

    A folder may stand in the place of the name: its rules are listed.

    Raises:
        ReviewgraphError: no rule has that name, or the folder is none.
    """
    if "/" in name and Path(name).is_dir():
        name, folder = "", Path(name)

    def work(told: Progress, skip: Mapping[Step, Words]) -> bytes:
        pages = rule_pages.own_pages()
        found = rule_pages.find(name, pages)
        if not found:
            publication = read(folder, told, skip)
            told(Step("shapes"))
            pages |= rule_pages.shape_pages(publication)
            found = rule_pages.find(name, pages)
        if name and not found:
            raise rule_pages.unknown(name, pages)
        if not name:
            return rule_pages.as_list(pages.values(), lang).encode()
        return "\n".join(rule_pages.as_text(page, lang) for page in found).encode()

    return bounded.run(work, limits).decode()
