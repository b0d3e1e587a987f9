"""Solutions written down: SPARQL 1.1 Query Results in JSON, XML, CSV and TSV.

Oxigraph writes only what it has answered itself; a table that came from our own code, or from
another engine, is written here.
"""

from __future__ import annotations

import csv
import io
import json
from xml.sax.saxutils import escape, quoteattr

from pyoxigraph import QueryResultsFormat, QuerySolutions, parse_query_results
from rdflib.namespace import XSD

from reviewgraph.errors import NotSerializable
from reviewgraph.rdf.formats import RESULT_CSV, RESULT_JSON, RESULT_TSV, ResultSyntax
from reviewgraph.rdf.rdfxml import illegal_character
from reviewgraph.rdf.terms import IRI, BlankNode, Term
from reviewgraph.store.interface import Table

_STRING = str(XSD.string)
_NAMESPACE = "http://www.w3.org/2005/sparql-results#"


def read_table(data: bytes) -> Table:
    """The solutions in SPARQL 1.1 JSON, as a worker writes them."""
    results = parse_query_results(data, format=QueryResultsFormat.JSON)
    if not isinstance(results, QuerySolutions):
        raise TypeError("a truth value is no table")
    variables = tuple(variable.value for variable in results.variables)
    return Table(variables, tuple(tuple(solution) for solution in results))


def write_table(table: Table, syntax: ResultSyntax) -> bytes:
    """The solutions in ``syntax``.

    Raises:
        NotSerializable: XML does not have one of the characters.
    """
    if syntax is RESULT_JSON:
        return _json(table)
    if syntax is RESULT_CSV:
        return _csv(table)
    if syntax is RESULT_TSV:
        return _tsv(table)
    return _xml(table)


def _json(table: Table) -> bytes:
    content = {
        "head": {"vars": list(table.variables)},
        "results": {
            "bindings": [
                {name: _json_term(term) for name, term in row.items()} for row in table.dicts()
            ]
        },
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _json_term(term: Term) -> dict[str, str]:
    if isinstance(term, IRI):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    content = {"type": "literal", "value": term.value}
    if term.language:
        content["xml:lang"] = term.language
    elif term.datatype.value != _STRING:
        content["datatype"] = term.datatype.value
    return content


def _csv(table: Table) -> bytes:
    """Section 3 of the CSV and TSV formats: bare values, lines end as RFC 4180 wants them."""
    stream = io.StringIO()
    # Only quotes, commas and line ends are quoted; a lone empty cell also, or its row would be
    # an empty line that readers skip.
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(table.variables)
    for row in table.rows:
        writer.writerow([_csv_term(term) for term in row])
    return stream.getvalue().encode()


def _csv_term(term: Term | None) -> str:
    if term is None:
        return ""
    return str(term) if isinstance(term, BlankNode) else term.value


def _tsv(table: Table) -> bytes:
    """Section 4: terms in Turtle syntax. Tabs and line ends are escaped inside of literals."""
    lines = ["\t".join(f"?{name}" for name in table.variables)]
    lines += [
        "\t".join("" if term is None else _tsv_term(term) for term in row) for row in table.rows
    ]
    return "".join(f"{line}\n" for line in lines).encode()


def _tsv_term(term: Term) -> str:
    return str(term).replace("\t", "\\t")


def _xml(table: Table) -> bytes:
    variables = "".join(f"\n    <variable name={quoteattr(name)}/>" for name in table.variables)
    results = "".join(
        "\n    <result>"
        + "".join(
            f"\n      <binding name={quoteattr(name)}>{_xml_term(term)}</binding>"
            for name, term in row.items()
        )
        + "\n    </result>"
        for row in table.dicts()
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<sparql xmlns="{_NAMESPACE}">\n'
        f"  <head>{variables}\n  </head>\n  <results>{results}\n  </results>\n</sparql>\n"
    ).encode()


def _xml_term(term: Term) -> str:
    if code := illegal_character(term.value):
        raise NotSerializable(f"XML ไม่มีอักขระ {code}", f"XML does not have the character {code}")
    # A carriage return that is not escaped reaches the reader as a line feed.
    text = escape(term.value, {"\r": "&#13;"})
    if isinstance(term, IRI):
        return f"<uri>{text}</uri>"
    if isinstance(term, BlankNode):
        return f"<bnode>{text}</bnode>"
    if term.language:
        return f"<literal xml:lang={quoteattr(term.language)}>{text}</literal>"
    if term.datatype.value == _STRING:
        return f"<literal>{text}</literal>"
    return f"<literal datatype={quoteattr(term.datatype.value)}>{text}</literal>"
