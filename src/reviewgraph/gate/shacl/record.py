"""pySHACL, the judge of record; the only module that imports it.

It judges what this program's own evaluator leaves to it, and the tests hold the two against each
other.
"""

from __future__ import annotations

import logging
import re
from contextlib import redirect_stderr
from io import StringIO

from rdflib import Graph

from reviewgraph.errors import GateError


def validate(data: Graph, shapes: Graph) -> Graph:
    """The W3C validation report of the data.

    Raises:
        GateError: pySHACL could not judge: a shape is malformed or a constraint's query failed.
    """
    # Half a second to import, and most publications never need it.
    import pyshacl  # noqa: PLC0415
    import rdflib.plugins.sparql  # noqa: PLC0415
    from pyparsing import ParseException  # noqa: PLC0415
    from pyshacl.errors import (  # noqa: PLC0415
        ReportableRuntimeError,
        ShapeLoadError,
        ValidationFailure,
    )

    # A constraint's query must never fetch what it names in FROM.
    rdflib.plugins.sparql.SPARQL_LOAD_GRAPHS = False
    # One would print a traceback for every literal whose value it cannot make out, the other what
    # it also raises, on the standard error of the moment it was imported.
    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)
    logging.getLogger("pyshacl-validate").disabled = True
    failures = (
        ReportableRuntimeError,
        ShapeLoadError,
        ValidationFailure,
        ParseException,
        # What pySHACL and rdflib raise where a shape or a value is stranger than they thought.
        ArithmeticError,
        AttributeError,
        NotImplementedError,
        RecursionError,
        TypeError,
        ValueError,
        re.error,
    )
    try:
        # pySHACL prints what it also raises; the report says it once, with a place.
        with redirect_stderr(StringIO()):
            _conforms, report, text = pyshacl.validate(
                data,
                shacl_graph=shapes,
                inference=None,
                advanced=False,
                js=False,
                do_owl_imports=False,
                meta_shacl=False,
                inplace=True,
            )
    except failures as error:
        raise could_not_judge(str(error)) from error
    if not isinstance(report, Graph):
        raise could_not_judge(text)
    return report


def could_not_judge(reason: str) -> GateError:
    """What a reader is told when there is no verdict."""
    return GateError(f"ตรวจด้วย SHACL ไม่สำเร็จ: {reason}", f"SHACL could not judge: {reason}")
