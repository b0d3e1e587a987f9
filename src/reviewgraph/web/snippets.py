"""Lines to copy that get exactly what a page shows into somebody's own program."""

from __future__ import annotations

from dataclasses import dataclass

from reviewgraph.web.representations import Resource


@dataclass(frozen=True, slots=True)
class Use:
    """A program, and what to write there.

    Addresses are below the base IRI: ``static/use.js`` puts in the host that the page came from.
    """

    name: str
    lines: str


def uses(base: str, resource: Resource) -> list[Use]:
    """How to get the answer that a resource has as CSV and JSON."""
    csv, json = (base + resource.address(name).removeprefix("/") for name in ("csv", "json"))
    return [
        Use("curl", f"curl -L '{csv}'"),
        Use("pandas", f'import pandas as pd\n\ntable = pd.read_csv("{csv}")\n'),
        Use(
            "rdflib",
            "from urllib.request import urlopen\n\nfrom rdflib.query import Result\n\n"
            f'answer = Result.parse(urlopen("{json}"), format="json")\n'
            "for row in answer:\n    print(row.asdict())\n",
        ),
        Use(
            "JavaScript",
            f'const answer = await (await fetch("{json}")).json();\n'
            "for (const row of answer.results.bindings) console.log(row);\n",
        ),
    ]


def uses_of_document(base: str, resource: Resource) -> list[Use]:
    """How to get the statements of a document."""
    turtle, json = (base + resource.address(name).removeprefix("/") for name in ("ttl", "json"))
    return [
        Use("curl", f"curl -L '{turtle}'"),
        Use("rdflib", f'from rdflib import Graph\n\ngraph = Graph().parse("{turtle}")\n'),
        Use("JavaScript", f'const thing = await (await fetch("{json}")).json();\n'),
    ]
