"""What is refused by its text alone, and what must not be."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewgraph.errors import QueryError, QueryRefused, QuerySyntaxError, QueryTooLarge
from reviewgraph.store.alike import Alike
from reviewgraph.store.guard import examine
from reviewgraph.store.limits import Limits
from reviewgraph.store.terminals import decode

U = "http://example.org/"

CALLS = {
    "plain": f"ASK {{ SERVICE <{U}> {{}} }}",
    "silent": f"ASK {{ SERVICE SILENT <{U}> {{}} }}",
    "mixed case": f"ASK {{ SeRvIcE <{U}> {{}} }}",
    "variable": f"ASK {{ VALUES ?x {{ <{U}> }} SERVICE ?x {{}} }}",
    "spelled with escapes": rf"ASK {{ \u0053ERVICE <{U}> {{}} }}",
    "spelled with long escapes": rf"ASK {{ SERVI\U00000043E <{U}> {{}} }}",
    "all escapes": "".join(f"\\u{ord(c):04x}" for c in f"ASK{{SERVICE <{U}> {{}}}}"),
    "comment in between": f"ASK {{ SERVICE # a comment\n <{U}> {{}} }}",
    "comment ended by a carriage return": f"ASK {{ #\rSERVICE <{U}> {{}}\n}}",
    "in EXISTS": f"ASK {{ FILTER EXISTS {{ SERVICE <{U}> {{}} }} }}",
    "in NOT EXISTS in SELECT": f"SELECT (NOT EXISTS {{SERVICE <{U}> {{}}}} AS ?x) {{}}",
    "in a sub-select": f"ASK {{ {{ SELECT * {{ SERVICE <{U}> {{}} }} }} }}",
    "in OPTIONAL": f"ASK {{ OPTIONAL {{ SERVICE <{U}> {{}} }} }}",
    "in GRAPH": f"ASK {{ GRAPH ?g {{ SERVICE <{U}> {{}} }} }}",
    "in CONSTRUCT WHERE": f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ SERVICE <{U}> {{ ?s ?p ?o }} }}",
    "after DESCRIBE": f"DESCRIBE ?x {{ SERVICE <{U}> {{ ?x ?p ?o }} }}",
    # The engine wants no space between terminals.
    "no space at all": f"ASK{{SERVICE<{U}>{{}}}}",
    "joined to SILENT": f"ASK{{SERVICESILENT<{U}>{{}}}}",
    "joined to a number": f"ASK{{?s ?p 1SERVICE<{U}>{{}}}}",
    "joined to an exponent": f"ASK{{?s ?p 1e1SERVICE<{U}>{{}}}}",
    "after a boolean": f"ASK{{?s ?p true.SERVICE<{U}>{{}}}}",
    "after an empty local name": f"PREFIX a: <{U}> ASK{{?s ?p a:.SERVICE<{U}>{{}}}}",
    # … and reads a keyword and a name where terminals make one name.
    "joined to a name": f"PREFIX : <{U}> ASK {{ SERVICE:x {{}} }}",
    "SILENT joined to a name": f"PREFIX : <{U}> ASK {{ SERVICESILENT:x{{}} }}",
    "a boolean, a dot, joined to a name": f"PREFIX : <{U}> ASK{{?s ?p true.SERVICE:x {{}} }}",
    "joined to a prefix": f"PREFIX s: <{U}> ASK {{ SERVICEs: {{}} }}",
    "SILENT joined to a prefix": f"PREFIX s: <{U}> ASK {{ SERVICESILENTs: {{}} }}",
    "joined to a prefix and a name": f"PREFIX x: <{U}> ASK {{ servicex:y {{}} }}",
    "joined to a name with an escape": f"PREFIX : <{U}> ASK{{GRAPH<{U}>{{}}SERVICE:x\\#b {{}} }}",
    # A comparison to the engine, an IRI by the terminals.
    "hidden by a comment": f"ASK{{FILTER(1<2)SERVICE#>\n<{U}>{{}} }}",
    "hidden in a string": f"ASK{{FILTER(1<2)#>'''\nSERVICE<{U}>{{}}#'''\n}}",
    "hidden in a string behind a quote": f"ASK{{FILTER(1<'>')SERVICE<{U}>{{}}#'\n}}",
    "hidden between strings": f"ASK{{FILTER(1<'>')SERVICE<{U}>{{}} FILTER(''='')}}",
    "hidden behind two signs": f"ASK{{FILTER(1<<{U}x'>)SERVICE<{U}>{{}}#'\n}}",
    "hidden in a triple term": f"ASK{{<<?s?p'a>b'>>?q ?r. SERVICE<{U}>{{}}#'\n}}",
    "after an escaped backslash": f"ASK{{FILTER(?x='a\\\\'||'SERVICE'='')SERVICE <{U}>{{}}}}",
}

NO_CALLS = {
    "a prefix called service before a group": (
        f"PREFIX service: <{U}> ASK {{ GRAPH service:x {{ ?s ?p ?o }} }}"
    ),
    "a prefix called service": f"PREFIX service: <{U}> ASK {{ service:x ?p service:y }}",
    "an IRI": f"ASK {{ ?s ?p <{U}SERVICE> }}",
    "an IRI with a fragment": f"ASK {{ ?s <{U}service#x> <{U}service> }}",
    "IRIs with fragments in a row": (
        f"ASK {{ VALUES (?a ?b) {{ (<{U}service#a> <{U}service#b>) }} }}"
    ),
    "IRIs with fragments in a list": f"ASK {{ ?s ?p (<{U}service#a> <{U}service#b>) }}",
    "a comparison with such an IRI": f"ASK {{ FILTER(?x < <{U}service#a>) }}",
    "a string": 'ASK { ?s ?p "SERVICE <http://example.org/> {}" }',
    "a string in single quotes": "ASK { ?s ?p 'it\\'s a SERVICE' }",
    "a long string": 'ASK { ?s ?p """a "SERVICE"\n <x> {}""" }',
    "a long string in single quotes": "ASK { ?s ?p '''SERVICE '' {''' }",
    "a comment": "ASK { # SERVICE <x> {}\n }",
    "a variable": "SELECT ?SERVICE $service { ?SERVICE ?p $service }",
    "a local name": "PREFIX ex: <http://example.org/> ASK { ?s ex:SERVICE ex:SERVICE }",
    "a prefix": "PREFIX service: <http://example.org/service/> ASK { ?s service:type service: }",
    "a prefix before a group": "PREFIX service: <http://e/> ASK { GRAPH service:g { ?s ?p ?o } }",
    "a blank node": "ASK { _:SERVICE ?p ?o }",
    "a language tag": 'ASK { ?s ?p "x"@th-SERVICE }',
    "Thai around it": 'ASK { FILTER(CONTAINS(?l, "บริการ SERVICE")) }',
}


@pytest.mark.parametrize("query", CALLS.values(), ids=CALLS)
def test_a_call_of_a_service_is_refused(query):
    with pytest.raises(QueryRefused):
        examine(query, Limits())


@pytest.mark.parametrize("query", NO_CALLS.values(), ids=NO_CALLS)
def test_the_word_service_elsewhere_is_allowed(query):
    assert examine(query, Limits()).text == query


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { <a> <b> <c> }",
        "DELETE WHERE { ?s ?p ?o }",
        "LOAD <http://example.org/>",
        "PREFIX select: <http://e/> CLEAR ALL",
        "# SELECT\ndrop all",
        "CREATE GRAPH <http://e/>",
        "ADD <a> TO <b>",
        "MOVE <a> TO <b>",
        "COPY <a> TO <b>",
        "WITH <a> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        r"\u0049NSERT DATA {}",
    ],
)
def test_an_update_is_refused_with_a_word_that_this_is_read_only(update):
    with pytest.raises(QueryRefused, match="read-only"):
        examine(update, Limits())


@pytest.mark.parametrize(
    ("query", "form", "kind"),
    [
        ("SELECT * {}", "SELECT", "solutions"),
        ("ask{}", "ASK", "boolean"),
        ("ASKWHERE{}", "ASK", "boolean"),
        ("SELECTDISTINCT*{}", "SELECT", "solutions"),
        ("PREFIX ask: <http://e/> BASE <http://ask/> CONSTRUCT {} WHERE {}", "CONSTRUCT", "graph"),
        ("PREFIX select:<http://e/> DESCRIBE select:x", "DESCRIBE", "graph"),
        ("prefix:<http://e/>base<http://e/>describe:x", "DESCRIBE", "graph"),
        ("# ASK\nSELECT ?x {}", "SELECT", "solutions"),
        (r"AS\u004B {}", "ASK", "boolean"),
    ],
)
def test_the_form_is_the_first_word_after_the_prologue(query, form, kind):
    examined = examine(query, Limits())
    assert (examined.form, examined.kind) == (form, kind)


@pytest.mark.parametrize("query", ["", "  # nothing", "SELEC ?x {}", "PREFIX a: <http://e/>", "{}"])
def test_no_form_is_a_syntax_error_with_a_place(query):
    with pytest.raises(QuerySyntaxError) as raised:
        examine(query, Limits())
    assert raised.value.place_in_query.line == 1
    assert "SELECT" in raised.value.expected


def test_an_open_string_is_a_syntax_error_with_its_place():
    with pytest.raises(QuerySyntaxError) as raised:
        examine("SELECT ?x {\n  ?ไทย ?p 'open }", Limits())
    assert (raised.value.place_in_query.line, raised.value.place_in_query.column) == (2, 11)


@pytest.mark.parametrize(
    ("query", "dataset"),
    [
        ("SELECT * {}", False),
        ("SELECT * FROM <http://e/> {}", True),
        ("SELECT*FROMNAMED<http://e/>{}", True),
        ("ASKFROM<http://e/>{}", True),
        ("CONSTRUCT { ?s ?p ?o } FROM NAMED <http://e/> WHERE { ?s ?p ?o }", True),
        ("DESCRIBE <http://e/> from <http://e/>", True),
        ("PREFIX from: <http://e/> DESCRIBE from:x", False),
        ("SELECT ?from { ?from ?p 'FROM' } # FROM", False),
        ("PREFIX from: <http://e/> SELECT * { ?s from:x ?o }", False),
    ],
)
def test_from_clauses_are_noticed(query, dataset):
    assert examine(query, Limits()).dataset is dataset


@pytest.mark.parametrize("call", ["NOW()", "rand()", "UUID()", "STRUUID()", "BNODE()"])
def test_what_changes_with_every_call_is_noticed(call):
    assert examine(f"SELECT ({call} AS ?x) {{}}", Limits()).volatile
    assert not examine(f"SELECT ('{call}' AS ?x) {{}}", Limits()).volatile


HIDDEN = [
    'SELECT ?r { BIND(IF(0.5<RAND()&&2>1,"a","b") AS ?r) }',
    "SELECT ?x { VALUES ?x {1} FILTER(?x<NOW()&&2>1) }",
    "SELECT (SUM(DISTINCTRAND()) AS ?r) {}",
    "SELECT ?s {?s ?p ?o} ORDER BYRAND() LIMIT 1",
    "SELECT ?r { BIND(IF(?a<ex:f(STRUUID())&&?b>1,1,2) AS ?r) }",
]


@pytest.mark.parametrize("query", HIDDEN)
def test_what_looks_like_an_iri_or_a_word_hides_no_function(query):
    """The engine reads a comparison where the terminals of SPARQL make an IRI of it."""
    assert examine(query, Limits()).volatile
    alike = Alike(Limits())
    alike.examine(query.replace("RAND()&&2", "urn:x").replace("NOW()&&2", "urn:x"))
    assert alike.examine(query).volatile


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT ((1<2)AS?x)(3>1 AS ?y)(COUNT(*)AS?n)FROM <{U}g> {{?s ?p ?o}}",
        f"SELECT ((1<2)AS?x)(COUNT(?s)>1 AS ?y)FROM <{U}g> {{?s ?p ?o}}",
    ],
)
def test_a_bracket_that_could_hide_a_from_clause_is_to_be_written_otherwise(query):
    with pytest.raises(QueryRefused, match="put a space after the sign"):
        examine(query, Limits())
    with pytest.raises(QueryRefused, match="put a space after the sign"):
        Alike(Limits()).examine(query)
    assert examine(query.replace("<2", "< 2"), Limits()).dataset


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT * FROM <{U}g> {{ ?s <urn:a(b)> ?o VALUES (?a ?b) {{ (<urn:a#1> <urn:a#2>) }} }}",
        "SELECT ?validFrom { ?s (<urn:a#b>|<mailto:o'neill>) ?validFrom }",
        f"SELECT * {{ ?s ?p ?o FILTER(?o=<{U}x(1)?a=1&b=2>) }}",
    ],
)
def test_iris_with_odd_characters_are_taken(query):
    assert not examine(query, Limits()).volatile


def test_escapes_in_strings_and_iris_are_left_to_the_engine():
    query = r"SELECT ('\u0027' AS ?x) (<http://e/\u00e9> AS ?y) {}"
    assert examine(query, Limits()).text == query


@pytest.mark.parametrize("escape", [r"?\ud800", r"?\Uffffffff"])
def test_an_escape_of_no_character_is_a_syntax_error(escape):
    with pytest.raises(QuerySyntaxError):
        examine(f"SELECT {escape} {{}}", Limits())


def test_an_escaped_backslash_begins_no_escape():
    assert decode(r"\\u0041 \u0041") == r"\\u0041 A"


DEEP = {
    "groups": lambda n: "ASK" + "{" * n + "}" * n,
    "calls": lambda n: "ASK{FILTER(" + "STR(" * n + "1" + ")" * n + ")}",
    "parentheses": lambda n: "ASK{FILTER(" + "(" * n + "1" + ")" * n + ")}",
    "EXISTS": lambda n: "ASK{" + "FILTER EXISTS{" * n + "}" * n + "}",
    "sub-selects": lambda n: "ASK{" + "{SELECT*{" * n + "}}" * n + "}",
    "paths": lambda n: "ASK{?s " + "(" * n + ":x" + ")*" * n + " ?o}",
    "blank nodes": lambda n: "ASK{?s ?p " + "[?p " * n + "]" * n + "}",
    "collections": lambda n: "ASK{?s ?p " + "(" * n + ")" * n + "}",
    "triple terms": lambda n: "ASK{?s ?p " + "<<" * n + ">>" * n + "}",
    "annotations": lambda n: "ASK{?s ?p ?o " + "{|?a ?b " * n + "|}" * n + "}",
    "CONSTRUCT template": lambda n: "CONSTRUCT{?s ?p " + "[" * n + "]" * n + "}WHERE{}",
    "not": lambda n: "ASK{FILTER(" + "!" * n + "1)}",
    "minus": lambda n: "ASK{FILTER(" + "- " * n + "1)}",
    "or": lambda n: "ASK{FILTER(" + "||".join(["?a"] * n) + ")}",
    "sum": lambda n: "ASK{FILTER(" + "+".join(["?a"] * n) + ")}",
    "UNION": lambda n: "ASK{" + "UNION".join(["{}"] * n) + "}",
    "path alternatives": lambda n: "ASK{?s " + "|".join([":p"] * n) + " ?o}",
    "path sequence": lambda n: "ASK{?s " + "/".join([":p"] * n) + " ?o}",
    "OPTIONAL": lambda n: "ASK{" + "OPTIONAL{?s ?p ?o}" * n + "}",
    "FILTER": lambda n: "ASK{" + "FILTER(?o)" * n + "}",
    "BIND": lambda n: "ASK{" + "BIND(1 AS ?x)" * n + "}",
    "patterns": lambda n: "ASK{" + "?s ?p ?o." * n + "}",
    "objects": lambda n: "ASK{?s ?p " + ",".join(["?o"] * n) + "}",
    "elements": lambda n: "ASK{?s ?p (" + "1 " * n + ")}",
}


@pytest.mark.parametrize("query", DEEP.values(), ids=DEEP)
def test_what_would_bring_the_engine_down_is_refused_before(query):
    with pytest.raises((QueryRefused, QueryTooLarge)):
        examine(query(10_000), Limits())
    assert examine(query(30), Limits())


def test_a_longer_query_than_the_limit_is_too_large():
    values = " ".join(map(str, range(100_000)))
    with pytest.raises(QueryTooLarge):
        examine(f"ASK {{ VALUES ?x {{ {values} }} }}", Limits())
    assert examine("ASK {} # ไทย", Limits(query_bytes=18))
    with pytest.raises(QueryTooLarge):
        examine("ASK {} # ไทย", Limits(query_bytes=17))


@pytest.mark.parametrize(
    ("query", "patterns"),
    [
        ("ASK { ?s ?p ?o }", 1),
        ("ASK { ?s ?p ?o . }", 1),
        ("ASK { ?s ?p ?o . ?s a ex:b. ?s ?p true. ?x ?y _:b. _:b ?p 1. }", 5),
        ("ASK { ?s ?p ?o; ?q ?r, ?t . OPTIONAL { ?a ?b ?c . } FILTER(?a > ?b) ?x ?y ?z }", 5),
        ("ASK { {?s ?p ?o} UNION {?s ?p ?o. ?s ?x ?y} UNION {?a ?b ?c} }", 2),
        ("ASK { GRAPH ?g {?s ?p ?o} VALUES (?x ?y) {(1 2)(3 4)} ?s ?p ?o }", 2),
        ("ASK { ?s ex:a/ex:b/^ex:c ?o }", 3),
        ("ASK { ?s ?p (1 2 3) }", 4),
        ("CONSTRUCT { ?s ?p ?o. ?s ?p ?o } { ?s ?p ?o }", 1),
    ],
)
def test_triple_patterns_that_are_joined_are_counted(query, patterns):
    assert examine(query, Limits(patterns=patterns))
    with pytest.raises(QueryRefused, match="triple patterns"):
        examine(query, Limits(patterns=patterns - 1))


@pytest.mark.parametrize(
    "text",
    [
        "'''\\" * 60_000,
        "a." * 100_000,
        "<a" * 100_000,
        "{}" * 100_000,
        "_:" * 100_000,
        "\\u" * 100_000,
    ],
    ids=lambda text: text[:4],
)
def test_long_nonsense_is_read_once(text):
    """A quadratic reader would not end."""
    with pytest.raises(QueryError):
        examine(f"ASK {{ {text} '", Limits())


WORDS = """SELECT ASK FROM SERVICE UNION VALUES ?x : a:b { } ( ) < > << >> |} . ; / # ' " '''
\\u0053 \\"""
SCRAPS = st.lists(
    st.sampled_from(
        [*WORDS.split(), "PREFIX", "ไทย", "@th", "^^", "1e", "_:b", "\ud800", "\0", "\n", " "]
    )
).map("".join)


@given(st.text() | SCRAPS)
def test_any_text_is_taken_or_refused(text):
    with contextlib.suppress(QueryError):
        assert examine(text, Limits()).form


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("ASK { FILTER(COALESCE (1, 2)) }", "ASK { FILTER(COALESCE( 1, 2)) }"),
        ("ASK { FILTER(coalesce\n#c\n(1)) }", "ASK { FILTER(coalesce(\n#c\n1)) }"),
        (
            "ASK { BIND(CONCAT  (BNODE (), '') AS ?x) }",
            "ASK { BIND(CONCAT(  BNODE( ), '') AS ?x) }",
        ),
        ("ASK { ?s ?p 'CONCAT (' }", "ASK { ?s ?p 'CONCAT (' }"),
        ("ASK { FILTER(STR (1)) }", "ASK { FILTER(STR (1)) }"),
    ],
)
def test_a_bracket_goes_where_the_engine_wants_it(text, given):
    assert examine(text, Limits()).text == given
    assert Alike(Limits()).examine(text).text == given
