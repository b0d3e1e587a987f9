"""Hostile queries over HTTP: each is refused or ended with a word, and the next is answered."""

import contextlib
import itertools
import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import httpx
import pytest

from reviewgraph.rdf.terms import IRI, Literal, Quad
from reviewgraph.store.limits import Limits
from reviewgraph.web.app import create_app

LIMITS = Limits(seconds=2.0, memory_bytes=1_000_000_000, result_bytes=5_000_000, workers=2)
# What may pass beyond the deadline before somebody is to worry: this is no benchmark.
SLACK = 5.0
# What is longer is sent by POST, except where it is to be seen what becomes of it.
LONGEST_ADDRESS = 60_000
JSON = "application/sparql-results+json"
PROBLEM = "application/problem+json"
BENIGN = "SELECT (COUNT(*) AS ?n) ({} AS ?x) {{ ?s ?p ?o }}"
FRESH = itertools.count()

# A body that began and never ended: all that can be told once the first byte is out.
BROKEN_OFF = "broken off"
ANSWERED = {200}
REFUSED = {400, 413, 414}
ENDED = {503}
# What is within the limits, but heavy: a fast machine answers it in time.
HEAVY = {200, 503}
# Rows without end, or a result that grows beyond its limit.
FLOOD = {503, 413, BROKEN_OFF}


class Honeypot:
    """Counts the connections made to it: they queue up, and nobody has to wait for them."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=1000)
        self.socket.settimeout(0)
        self.port = self.socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"

    @property
    def visits(self):
        count = 0
        with contextlib.suppress(BlockingIOError):
            while True:
                self.socket.accept()[0].close()
                count += 1
        return count


@pytest.fixture(scope="module")
def honeypot():
    honeypot = Honeypot()
    with honeypot.socket:
        yield honeypot


@pytest.fixture(scope="module")
def site(museum, serve):
    """The whole site of a small release, with a deadline that comes soon."""
    with serve(create_app(museum, LIMITS)) as client:
        client.headers["Accept-Encoding"] = "identity"
        yield client


@pytest.fixture(scope="module")
def crowd(release_over, serve):
    """The same of as many triples as a cartesian product needs to have no end."""
    quads = [
        Quad(
            IRI(f"http://e/s{n // 3}"),
            IRI(f"http://e/p{n % 3}"),
            IRI(f"http://e/s{n * 7 % 500}") if n % 3 else Literal(f"value {n}"),
            IRI(f"http://e/g{n % 2}"),
        )
        for n in range(1500)
    ]
    with serve(create_app(release_over(quads), LIMITS)) as client:
        # What is compressed takes longer to reach its limit.
        client.headers["Accept-Encoding"] = "identity"
        yield client


def test_the_honeypot_notices_whoever_calls(honeypot):
    """Without this, the tests below would prove nothing."""
    assert honeypot.visits == 0
    for _ in range(3):
        socket.create_connection(("127.0.0.1", honeypot.port)).close()
    assert honeypot.visits == 3


# A query is written with one space between any two tokens, and none inside of one. So it can be
# spelt in other ways that mean the same.

SPELLINGS = {
    "plain": str,
    "lower case": str.lower,
    "upper case": str.upper,
    "comments": lambda text: text.replace(" ", " #'\"{(<\n"),
    "lines": lambda text: text.replace(" ", "\r\n\t "),
    "tight": lambda text: re.sub(r"(?<=\W) | (?=[^\w<])", "", text),
}
FORMS = {
    "SELECT": "SELECT * {{ {} }}",
    "ASK": "ASK {{ {} }}",
    "CONSTRUCT": "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {} }}",
    "DESCRIBE": "DESCRIBE ?s WHERE {{ {} }}",
}


def by_get(site, query):
    address = f"/sparql?query={quote(query)}"
    if len(address) > LONGEST_ADDRESS:
        return by_form(site, query)
    return site.build_request("GET", address)


def by_form(site, query):
    return site.build_request("POST", "/sparql", data={"query": query})


def by_body(site, query):
    headers = {"Content-Type": "application/sparql-query"}
    return site.build_request("POST", "/sparql", content=query, headers=headers)


TRANSPORTS = {"GET": by_get, "form": by_form, "body": by_body}
# Every spelling of every form; each of them comes by each transport.
VARIANTS = [
    (form, spelling, list(TRANSPORTS)[(i + j) % 3])
    for (i, spelling), (j, form) in itertools.product(enumerate(SPELLINGS), enumerate(FORMS))
]


def sent(site, request):
    """The status, and the response unless it broke off; in time in any case."""
    begun = time.monotonic()
    response = None
    try:
        response = site.send(request)
    except httpx.RemoteProtocolError as error:
        assert "incomplete" in str(error), error  # noqa: PT017 - the other way to break off
    assert time.monotonic() - begun < LIMITS.seconds + SLACK
    return (response.status_code if response is not None else BROKEN_OFF), response


def assert_told(response):
    """The client knows what is wrong, in both languages, and nothing of our files."""
    assert response.headers["content-type"] == PROBLEM
    problem = response.json()
    assert problem["status"] == response.status_code
    assert problem["detail"]
    assert problem["detail_th"]
    assert "Traceback" not in response.text
    assert ".py" not in response.text


def size_of(site):
    """The number of triples, by a query that was never asked before."""
    number = next(FRESH)
    response = site.get("/sparql", params={"query": BENIGN.format(number)})
    assert response.status_code == 200
    (row,) = response.json()["results"]["bindings"]
    assert row["x"]["value"] == str(number)
    return int(row["n"]["value"])


def assert_well(site):
    """The next query and the front page are answered at once."""
    begun = time.monotonic()
    assert size_of(site) > 0
    page = site.get("/", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "<h1" in page.text
    assert time.monotonic() - begun < SLACK


def assert_survived(site, request, right):
    """The answer is one of the right ones, and the site is well. The response, if it is whole."""
    status, response = sent(site, request)
    assert status in right
    if isinstance(status, int) and status != 200:
        assert_told(response)
    assert_well(site)
    return response


def written(pattern, variant):
    form, spelling, _ = variant
    return SPELLINGS[spelling](FORMS[form].format(pattern))


def assault(site, pattern, variants, right):
    """Send the pattern in its variants, two at a time."""

    def one(variant):
        request = TRANSPORTS[variant[2]](site, written(pattern, variant))
        try:
            return assert_survived(site, request, right)
        except AssertionError as error:
            raise AssertionError(f"{variant}: {error}") from error

    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(one, variants))


# What is too much by its text alone: nested, chained, long.


def nested(opening, core="", closing="}"):
    return lambda n: f"{opening} " * n + core + f" {closing}" * n


def filtered(opening, core, closing=""):
    return lambda n: f"FILTER ( {nested(opening, core, closing)(n)} )"


def chained(first, following):
    return lambda n: " ".join([first, *[following] * n])


# The number of brackets that each pattern has besides those that are repeated, one for the form.
NESTED = {
    "calls": (filtered("STR (", "1", ")"), 2),
    "brackets": (filtered("(", "1", ")"), 2),
    "IF": (filtered("IF ( 1 , 1 ,", "1", ")"), 2),
    "IN": (filtered("1 IN (", "1", ")"), 2),
    "negated brackets": (filtered("! (", "1", ")"), 2),
    "groups": (nested("{"), 1),
    "EXISTS": (nested("FILTER EXISTS {"), 1),
    "NOT EXISTS": (nested("FILTER NOT EXISTS {"), 1),
    "OPTIONAL": (nested("OPTIONAL {"), 1),
    "MINUS": (nested("MINUS {"), 1),
    "GRAPH": (nested("GRAPH ?g {"), 1),
    "path": (lambda n: f"?s {nested('(', '<http://e/p>', ')')(n)} ?o", 1),
    "path of paths": (lambda n: f"?s {nested('( ^', '<http://e/p>', ') *')(n)} ?o", 1),
}
CHAINED = {
    "not": (lambda n: f"FILTER ( {'! ' * n}1 )", 1),
    "or": (lambda n: f"FILTER ( {chained('?s', '|| ?s')(n)} )", 1),
    "and": (lambda n: f"FILTER ( {chained('?s', '&& ?s')(n)} )", 1),
    "sum": (lambda n: f"FILTER ( {chained('1', '+ 1')(n)} )", 1),
    "product": (lambda n: f"FILTER ( {chained('1', '* 1')(n)} )", 1),
    "union": (chained("{ ?s ?p ?o }", "UNION { ?s ?p ?o }"), 0),
    "path alternatives": (lambda n: f"?s {chained('<http://e/p>', '| <http://e/p>')(n)} ?o", 0),
    "filters": (chained("?s ?p ?o", "FILTER ( ?s )"), 0),
}
JOINED = {
    "patterns": lambda n: "?s ?p ?o . " * n,
    "patterns in a chain": lambda n: " ".join(f"?v{i} ?p ?v{i + 1} ." for i in range(n)),
    "patterns that share nothing": lambda n: " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(n)),
    "predicates": lambda n: "?s " + " ; ".join(["?p ?o"] * n),
    "objects": lambda n: "?s ?p " + " , ".join(["?o"] * n),
    "steps": lambda n: "?s " + " / ".join(["<http://e/p>"] * n) + " ?o",
    "optional ones": lambda n: "OPTIONAL { ?s ?p ?o } " * n,
    "nested optional ones": lambda n: "OPTIONAL { ?s ?p ?o " * n + " }" * n,
    "blank nodes": lambda n: "?s ?p " + "[ ?p " * (n - 1) + "?o" + " ]" * (n - 1),
    "triple terms": lambda n: "?s ?p " + "<< " * n + "?a ?b ?c" + " >> ?b ?c" * (n - 1) + " >>",
    "list": lambda n: "?s ?p ( " + "1 " * n + ")",
    "nested lists": lambda n: "?s ?p " + "( " * n + "1" + " )" * n,
}


def sizes_above(limit):
    """Just above, and far above: up to what is too long in bytes as well."""
    return [(limit, VARIANTS[::3]), (4 * limit, VARIANTS[::7]), (40 * limit, VARIANTS[::9])]


@pytest.mark.parametrize("name", NESTED)
def test_what_is_nested_too_deep_is_refused(site, name):
    make, extra = NESTED[name]
    limit = LIMITS.depth - extra
    assault(site, make(limit), VARIANTS[::4], ANSWERED)
    for size, variants in sizes_above(limit + 1):
        assault(site, make(size), variants, REFUSED)


@pytest.mark.parametrize("name", CHAINED)
def test_a_chain_that_is_too_long_is_refused(site, name):
    make, extra = CHAINED[name]
    limit = LIMITS.operators - extra
    flood = FLOOD if name == "union" else set()
    # The star of SELECT is taken for an operator, too.
    assault(site, make(limit - 1), VARIANTS[::7], HEAVY | flood)
    for size, variants in sizes_above(limit + 1):
        assault(site, make(size), variants, REFUSED)


@pytest.mark.parametrize("name", JOINED)
def test_too_many_patterns_joined_are_refused(site, name):
    make = JOINED[name]
    flood = FLOOD if "nothing" in name else set()
    assault(site, make(30), VARIANTS[::7], ANSWERED | flood)
    number = list(JOINED).index(name)
    assault(site, make(LIMITS.patterns), [VARIANTS[2 * number]], HEAVY | REFUSED | flood)
    if name != "nested lists":  # it is refused for its depth
        assault(site, make(LIMITS.patterns + 1), VARIANTS[::5], REFUSED)
    for size, variants in sizes_above(3 * LIMITS.patterns):
        assault(site, make(size), variants, REFUSED)


OPENINGS = ["{", "STR (", "FILTER EXISTS {", "( ( [", "<<", "'''", "<", "\\"]


@pytest.mark.parametrize("opening", OPENINGS)
@pytest.mark.parametrize("size", [1, 200, 60_000])
def test_what_is_never_closed_is_refused(site, opening, size):
    for form in ("SELECT * {", "ASK { FILTER (", ""):
        for transport in TRANSPORTS.values():
            query = f"{form} {f'{opening} ' * size}"
            assert_survived(site, transport(site, query), REFUSED)


def numbers(count, separator=" "):
    return separator.join(map(str, range(count)))


LONG = {
    "40,000 values": (f"ASK {{ VALUES ?x {{ {numbers(40_000)} }} }}", ANSWERED),
    "one value 40,000 times": (f"ASK {{ VALUES ?x {{ {'1 ' * 40_000}}} }}", ANSWERED),
    "100,000 values": (f"ASK {{ VALUES ?x {{ {numbers(100_000)} }} }}", REFUSED),
    "200,000 values": (f"ASK {{ VALUES ?x {{ {numbers(200_000)} }} }}", REFUSED),
    "a list to look in": (f"ASK {{ FILTER ( 1 IN ( {numbers(100_000, ',')} ) ) }}", REFUSED),
    "a literal": (f"ASK {{ ?s ?p '{'x' * 260_000}' }}", ANSWERED),
    "a longer literal": (f"ASK {{ ?s ?p '{'x' * 300_000}' }}", REFUSED),
    "an IRI": (f"ASK {{ ?s <http://e/{'x' * 300_000}> ?o }}", REFUSED),
    "a variable": (f"ASK {{ ?{'x' * 300_000} ?p ?o }}", REFUSED),
    "a comment": (f"ASK {{ }} #{'x' * 300_000}", REFUSED),
    "space": (" " * 300_000 + "ASK { }", REFUSED),
    "prefixes": ("".join(f"PREFIX e{n}: <http://e/{n}> " for n in range(5000)) + "ASK {}", HEAVY),
    "more prefixes": ("".join(f"PREFIX e{n}: <e:> " for n in range(20_000)) + "ASK {}", REFUSED),
    "a projection": ("SELECT " + "?s " * 50_000 + "{ ?s ?p ?o }", HEAVY | REFUSED),
    "an order": ("SELECT * { ?s ?p ?o } ORDER BY " + "?s " * 50_000, HEAVY | REFUSED),
    "a description": ("DESCRIBE " + "<http://e/> " * 20_000, HEAVY | REFUSED),
    "a template": (f"CONSTRUCT {{ {'?s ?p ?o . ' * 20_000}}} {{ ?s ?p ?o }}", HEAVY | FLOOD),
}


@pytest.mark.parametrize("name", LONG)
def test_what_is_too_long_is_refused(site, name):
    query, right = LONG[name]
    requests = (by_form(site, query), by_body(site, query))
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda request: assert_survived(site, request, right), requests))


@pytest.mark.parametrize("size", [66_000, 200_000, 300_000, 1_000_000])
def test_an_address_that_is_too_long_is_refused(site, size):
    # The client itself takes no such address, but sends any target.
    target = b"/sparql?query=ASK%20%7B%7D%23" + b"x" * size
    request = site.build_request("GET", "/sparql", extensions={"target": target})
    within = ANSWERED if size < LIMITS.query_bytes else set()
    assert_survived(site, request, REFUSED | within)


# What costs too much only when it is evaluated.


def doubled(times):
    binds = " ".join(f"BIND ( CONCAT( ?v{n} , ?v{n} ) AS ?v{n + 1} )" for n in range(times))
    return f"BIND ( 'a' AS ?v0 ) {binds}"


def selected(expression, pattern, rest=""):
    return f"{{ SELECT {expression} {{ {pattern} }} {rest} }}"


def counted(pattern):
    return selected("( COUNT ( * ) AS ?n )", pattern)


THREE = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
FOUR = f"{THREE} . ?j ?k ?l"
ENDLESS = {
    "three": counted(THREE),
    "four": selected("( COUNT ( DISTINCT ?b ) AS ?n )", FOUR),
    "groups": selected("?a ( COUNT ( * ) AS ?n )", THREE, "GROUP BY ?a ?e"),
    "values": counted(" ".join(f"VALUES ?v{n} {{ {'1 ' * 40}}}" for n in range(9))),
    "paths of paths": "?s ( ( ( ! <e:n> ) * / ( ! <e:m> ) * ) * ) ?o . FILTER ( ?s = 1 )",
    "all paths": counted("?s ( ! <e:n> ) * ?o . ?o ( ! <e:n> ) * ?x"),
    "nothing matches": counted(
        f"{THREE} FILTER NOT EXISTS {{ ?a ?e ?i FILTER ( REGEX ( ?c , 'x' ) ) }}"
    ),
    "as many as are taken": counted(JOINED["patterns that share nothing"](LIMITS.patterns)),
}
GREEDY = {
    "sorted": selected("*", THREE, "ORDER BY ?i ?a"),
    "joined text": selected("( GROUP_CONCAT ( ?c ) AS ?x )", THREE),
    "optional ones": "?a ?b ?c OPTIONAL { ?d ?e ?f OPTIONAL { ?g ?h ?i OPTIONAL { ?j ?k ?l } } }",
    "doubled 40 times": doubled(40),
    "replaced": "BIND ( REPLACE ( 'aaaaaaaaaa' , 'a' , 'aaaaaaaaaa' ) AS ?x ) "
    "BIND ( REPLACE ( ?x , 'a' , ?x ) AS ?b ) BIND ( REPLACE ( ?b , 'a' , ?b ) AS ?c ) "
    "BIND ( REPLACE ( ?c , 'a' , ?c ) AS ?d )",
}
FLOODING = {
    "rows": FOUR,
    "distinct": selected("DISTINCT *", THREE),
    "union": f"{{ {THREE} }} UNION {{ {FOUR} }}",
    "doubled 26 times": doubled(26),
    "doubled 16 times for each": f"?s ?p ?o . {doubled(16)}",
}


def two_variants(name, names):
    """One that has to count all, as a SELECT; and another form, spelt in another way."""
    number = list(names).index(name)
    select = [variant for variant in VARIANTS if variant[0] == "SELECT"]
    others = [variant for variant in VARIANTS if variant[0] != "SELECT"]
    return select[number % len(select)], others[5 * number % len(others)]


def assault_twice(site, pattern, one, other):
    """Two variants at once, each with what is right for it."""
    with ThreadPoolExecutor(1) as thread:
        beside = thread.submit(assault, site, pattern, [other[0]], other[1])
        assault(site, pattern, [one[0]], one[1])
        beside.result()


@pytest.mark.parametrize("name", ENDLESS)
def test_what_has_no_end_is_ended(crowd, name):
    select, other = two_variants(name, ENDLESS)
    assault_twice(crowd, ENDLESS[name], (select, ENDED), (other, HEAVY))


@pytest.mark.parametrize("name", GREEDY)
def test_what_wants_all_memory_is_ended(crowd, name):
    # In another form than SELECT it may be answered without all of it.
    select, other = two_variants(name, GREEDY)
    assault_twice(crowd, GREEDY[name], (select, ENDED | {413}), (other, HEAVY | {413}))


@pytest.mark.parametrize("name", FLOODING)
def test_a_flood_of_rows_is_stopped(crowd, name):
    query = FORMS["SELECT"].format(FLOODING[name])

    def one(format_):
        request = crowd.build_request("POST", "/sparql", data={"query": query, "format": format_})
        assert_survived(crowd, request, FLOOD)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(one, ["json", "xml", "csv", "tsv"]))


def test_a_flood_that_is_compressed_is_stopped_or_answered(crowd):
    """What is the same over and over may be small enough to be sent."""

    def one(encoding, name):
        query = FORMS["SELECT"].format(FLOODING[name])
        headers = {"Accept-Encoding": encoding}
        request = crowd.build_request("POST", "/sparql", data={"query": query}, headers=headers)
        assert_survived(crowd, request, FLOOD | ANSWERED)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(one, ["gzip", "zstd", "zstd"], ["rows", "union", "doubled 26 times"]))


@pytest.mark.parametrize("name", FLOODING)
def test_a_flood_in_another_form_is_stopped_or_answered(crowd, name):
    assault(crowd, FLOODING[name], [two_variants(name, FLOODING)[1]], FLOOD | ANSWERED)


EXPRESSIONS = [
    "^(a+)+$",
    "^(a|a)*$",
    "^(a|aa)+$",
    "(.*a){25}",
    "((a{1,100}){1,100}){1,100}",
    "a{1,60000}",
]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_takes_no_more_than_its_time(site, expression):
    text = "a" * 40 + "!"
    pattern = f"FILTER ( REGEX ( '{text}' , '{expression}' ) )"
    assault(site, pattern, VARIANTS[::7], HEAVY)
    pattern = f"BIND ( REPLACE ( '{text}' , '{expression}' , 'b' ) AS ?x )"
    assault(site, pattern, VARIANTS[::11], HEAVY)


@pytest.mark.parametrize("times", [1, 10, 18])
def test_what_is_doubled_a_few_times_is_answered(site, times):
    (response,) = assault(site, doubled(times), [VARIANTS[0]], ANSWERED)
    (row,) = response.json()["results"]["bindings"]
    assert len(row[f"v{times}"]["value"]) == 2**times


# Nobody is called, nothing is fetched, no file is read.

CALLS = [
    "ASK { SERVICE <URL> { } }",
    "ASK { SERVICE SILENT <URL> { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o . SERVICE <URL> { ?s ?q ?r } }",
    "SELECT * { ?s ?p 'x' SERVICE <URL> { ?s ?q ?r } }",
    "PREFIX e: <URL> ASK { SERVICE e:x { } }",
    "PREFIX : <URL> ASK { SERVICE :x { } }",
    "PREFIX : <URL> ASK { SERVICE:x { } }",
    "PREFIX service: <URL> ASK { SERVICE service:x { } }",
    "PREFIX service: <URL> ASK { SERVICE SILENT service:service { } }",
    "BASE <URL> ASK { SERVICE <x> { } }",
    "ASK { FILTER EXISTS { SERVICE <URL> { } } }",
    "ASK { FILTER NOT EXISTS { SERVICE <URL> { } } }",
    "ASK { FILTER ( 1 = 1 && EXISTS { SERVICE SILENT <URL> { } } ) }",
    "SELECT ( EXISTS { SERVICE <URL> { } } AS ?x ) { }",
    "SELECT * { BIND ( IF ( EXISTS { SERVICE SILENT <URL> { } } , 1 , 2 ) AS ?x ) }",
    "SELECT ?s { ?s ?p ?o } GROUP BY ?s HAVING ( EXISTS { SERVICE <URL> { } } )",
    "SELECT * { ?s ?p ?o } ORDER BY ( EXISTS { SERVICE <URL> { } } )",
    "SELECT * { { SELECT ?s { SERVICE <URL> { ?s ?p ?o } } } }",
    "SELECT * { ?s ?p ?o { SELECT ( COUNT ( * ) AS ?n ) { SERVICE SILENT <URL> { } } } }",
    "SELECT * { ?s ?p ?o MINUS { SERVICE <URL> { ?s ?p ?o } } }",
    "SELECT * { ?s ?p ?o OPTIONAL { SERVICE <URL> { ?s ?p ?o } } }",
    "SELECT * { { ?s ?p ?o } UNION { SERVICE <URL> { ?s ?p ?o } } }",
    "SELECT * { GRAPH ?g { SERVICE <URL> { ?s ?p ?o } } }",
    "SELECT * { ?s ?p ?o LATERAL { SERVICE <URL> { ?s ?q ?r } } }",
    "SELECT * { VALUES ?x { <URL> } SERVICE ?x { } }",
    "SELECT * { SERVICE ?x { } } VALUES ?x { <URL> }",
    "SELECT * { BIND ( <URL> AS ?x ) SERVICE ?x { } }",
    "SELECT * { BIND ( IRI ( 'URL' ) AS ?x ) SERVICE SILENT $x { } }",
    "SELECT * { ?s ?p ?x . SERVICE ?x { } }",
    "SELECT * { SERVICE <http://e/> { SERVICE <URL> { } } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <URL> { ?s ?p ?o } }",
    "CONSTRUCT { ?s ?p ?o } FROM <URL> WHERE { SERVICE <URL> { ?s ?p ?o } }",
    "DESCRIBE ?s { SERVICE <URL> { ?s ?p ?o } }",
    "DESCRIBE * FROM NAMED <URL> { SERVICE <URL> { ?s ?p ?o } }",
    "ASK { FILTER ( 1 < 2 ) SERVICE <URL> { } }",
    "ASK { ?s ?p '''it's''' . SERVICE <URL> { } }",
    'ASK { ?s ?p """a"b""" . SERVICE <URL> { } }',
    'ASK { ?s ?p "\\"" . SERVICE <URL> { } }',
    "ASK { ?s ?p '\\\\' . SERVICE <URL> { } }",
    "ASK { ?s <http://e/#> 'x' . SERVICE <URL> { } }",
    "ASK { ?s <http://e/'> ?o . SERVICE <URL> { ?s <http://e/'> ?o } }",
]
# As they stand: what is spelt with escapes, or hides behind the end of something.
HIDDEN = [
    r"ASK { \u0053ERVICE <URL> { } }",
    r"ASK { \U00000053ERVICE <URL> { } }",
    r"ASK { s\u0065r\u0056ice silent <URL> { } }",
    r"ASK { \u0053\u0045\u0052\u0056\u0049\u0043\u0045 <URL> { } }",
    r"ASK \u007B SERVICE <URL> \u007B \u007D \u007D",
    r"ASK { SERVICE\u0020<URL> { } }",
    r"ASK { SERVICE \u003CURL\u003E { } }",
    r"ASK { FILTER NOT EXISTS { \u0053ERVICE <URL> { } } }",
    "ASK{SERVICE<URL>{}}",
    "ASK{FILTER(1<2)SERVICE#>\n<URL>{}}",
    "ASK{FILTER(1<2)SERVICE <URL>{}#>\n}",
    "ASK{FILTER(?a<?b)SERVICE<URL>{}}",
    "ASK{# it's\nSERVICE<URL>{}}",
    "ASK{#'''\rSERVICE<URL>{}#'''\r}",
    "ASK{SERVICE#\r\n<URL>{}}",
    "ASK{SERVICE#'\nSILENT#\"\n<URL>{}}",
    "ASK{?s ?p ?o.SERVICE<URL>{}}",
    "ASK{?s ?p 1.SERVICE<URL>{}}",
    "ASK{?s ?p 'a'@en.SERVICE<URL>{}}",
    "ASK{?s ?p _:b.SERVICE<URL>{}}",
    "ASK{?s ?p true.SERVICE<URL>{}}",
    "PREFIX e:<URL>ASK{?s ?p e:x.SERVICE e:y{}}",
    "PREFIX e:<URL>ASK{?s ?p e:x.SERVICE<URL>{}}",
]
# The engine takes these for comments, strings and names; by the letter of SPARQL some are calls.
AMBIGUOUS = [
    "ASK { # \\u000A SERVICE <URL> { } \n }",
    "ASK { ?s ?p '\\u0027 . SERVICE <URL> { } #' }",
    "ASK { ?s ?p 'x\\u005C' . # ' . SERVICE <URL> { }\n }",
    "PREFIX e: <URL> ASK { GRAPH e:SERVICE { ?s ?p ?o } }",
]


def urls_of(honeypot):
    """One place under many names, without end."""
    port = honeypot.port
    return itertools.cycle(
        f"{authority}:{port}/x"
        for authority in (
            "http://127.0.0.1",
            "http://localhost",
            "http://2130706433",
            "http://0x7f000001",
            "http://127.1",
            "http://[::ffff:127.0.0.1]",
            "HTTP://127.0.0.1",
            "http://user:word@127.0.0.1",
            "https://127.0.0.1",
        )
    )


def placed(text, spelling, url):
    """The query in a spelling, with the URL as it is."""
    return url.join(re.split("(?i)url", SPELLINGS[spelling](text)))


MEANT = ["plain", "lower case", "comments", "lines", "tight"]


@pytest.mark.parametrize("number", range(len(CALLS)))
def test_no_other_endpoint_is_called(site, honeypot, number):
    urls = itertools.islice(urls_of(honeypot), number, None)
    transports = itertools.islice(itertools.cycle(TRANSPORTS.values()), number, None)
    for spelling in MEANT:
        query = placed(CALLS[number], spelling, next(urls))
        response = assert_survived(site, next(transports)(site, query), {400})
        assert "SERVICE" in response.json()["detail"], query
    assert honeypot.visits == 0


@pytest.mark.parametrize("number", range(len(HIDDEN)))
def test_no_other_endpoint_is_called_however_that_is_hidden(site, honeypot, number):
    for transport, url in zip(TRANSPORTS.values(), urls_of(honeypot), strict=False):
        assert_survived(site, transport(site, HIDDEN[number].replace("URL", url)), {400})
    assert honeypot.visits == 0


@pytest.mark.parametrize("query", AMBIGUOUS)
def test_whatever_it_is_taken_for_nobody_is_called(site, honeypot, query):
    for transport, url in zip(TRANSPORTS.values(), urls_of(honeypot), strict=False):
        assert_survived(site, transport(site, query.replace("URL", url)), {200, 400})
    assert honeypot.visits == 0


DATASETS = [
    "FROM <URL>",
    "FROM NAMED <URL>",
    "FROM <URL> FROM NAMED <URL>",
    "FROM <URL> FROM <file:///etc/passwd>",
    "FROM <file:///etc/passwd>",
    "FROM <file:/etc/passwd>",
    "FROM NAMED <file:///etc/passwd>",
    "FROM </etc/passwd>",
    "FROM <../../../../../../etc/passwd>",
    "FROM e:passwd",
    "FROM NAMED e:passwd",
]
ASKING = [
    ("SELECT * {} {{ ?s ?p ?o }}", "json"),
    ("SELECT * {} {{ GRAPH ?g {{ ?s ?p ?o }} }}", "json"),
    ("CONSTRUCT {{ ?s ?p ?o }} {} WHERE {{ ?s ?p ?o }}", "nt"),
    ("DESCRIBE ?s {} WHERE {{ ?s ?p ?o }}", "nt"),
    ("ASK {} {{ ?s ?p ?o }}", "json"),
]


def holds_nothing(response):
    if response.headers["content-type"] != JSON:
        return not response.text.strip()
    result = response.json()
    return not result["boolean"] if "boolean" in result else not result["results"]["bindings"]


@pytest.mark.parametrize("dataset", DATASETS)
def test_a_dataset_is_of_the_release_and_never_fetched(site, honeypot, dataset):
    urls = urls_of(honeypot)
    for query, format_ in ASKING:
        text = "PREFIX e: <file:///etc/> " + query.format(dataset)
        for spelling in ("comments", "tight"):
            asked = {"query": placed(text, spelling, next(urls)), "format": format_}
            request = site.build_request("GET", "/sparql", params=asked)
            assert holds_nothing(assert_survived(site, request, ANSWERED))
    assert honeypot.visits == 0


@pytest.mark.parametrize("parameter", ["default-graph-uri", "named-graph-uri"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_dataset_of_the_request_is_never_fetched(site, honeypot, parameter, method):
    for graph in (honeypot.url, f"http://2130706433:{honeypot.port}/", "file:///etc/passwd"):
        for query, format_ in ASKING:
            asked = {"query": query.format(""), "format": format_, parameter: graph}
            sending = {"params" if method == "GET" else "data": asked}
            request = site.build_request(method, "/sparql", **sending)
            assert holds_nothing(assert_survived(site, request, ANSWERED))
    assert honeypot.visits == 0


NAMES = [
    "SELECT * { GRAPH <URL> { ?s ?p ?o } }",
    "SELECT * { GRAPH <file:///etc/passwd> { ?s ?p ?o } }",
    "SELECT * { <URL> ?p ?o }",
    "SELECT * { ?s <URL> ?o }",
    "SELECT * { <file:///etc/passwd> ?p ?o }",
    "DESCRIBE <URL>",
    "DESCRIBE <file:///etc/passwd>",
    "CONSTRUCT WHERE { <URL> ?p <URL> }",
    "ASK { <URL> a <URL> }",
]


@pytest.mark.parametrize("query", NAMES)
def test_a_name_is_no_address(site, honeypot, query):
    for transport, url in zip(TRANSPORTS.values(), urls_of(honeypot), strict=False):
        response = assert_survived(site, transport(site, query.replace("URL", url)), ANSWERED)
        assert "root:" not in response.text
        assert response.headers["content-type"] != JSON or holds_nothing(response)
    assert honeypot.visits == 0


UPDATES = [
    "LOAD <URL>",
    "LOAD SILENT <URL>",
    "LOAD <URL> INTO GRAPH <http://e/g>",
    "LOAD <file:///etc/passwd> INTO GRAPH <http://e/g>",
    "PREFIX e: <URL> LOAD e:x",
    "BASE <URL> LOAD <x>",
    "LOAD <URL> ; LOAD <URL>",
    "INSERT DATA { <http://e/s> <http://e/p> 1 }",
    "INSERT DATA { GRAPH <http://e/g> { <http://e/s> <http://e/p> 1 } }",
    "INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }",
    "INSERT { ?s ?p 1 } USING <URL> WHERE { SERVICE <URL> { ?s ?p ?o } }",
    "DELETE DATA { <http://e/s> <http://e/p> 1 }",
    "DELETE WHERE { ?s ?p ?o }",
    "DELETE { ?s ?p ?o } INSERT { ?o ?p ?s } WHERE { ?s ?p ?o }",
    "WITH <http://e/g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "CLEAR ALL",
    "CLEAR SILENT DEFAULT",
    "DROP NAMED",
    "DROP GRAPH <http://e/g>",
    "CREATE GRAPH <http://e/g>",
    "ADD DEFAULT TO <http://e/g>",
    "MOVE <http://e/g> TO DEFAULT",
    "COPY <http://e/g> TO <http://e/h>",
]
NO_QUERIES = [
    *UPDATES,
    "ASK { } ; LOAD <URL>",
    "LOAD <URL> ; ASK { }",
    "SELECT * { ?s ?p ?o } ; CLEAR ALL",
    "ASK { INSERT DATA { <http://e/s> <http://e/p> 1 } }",
]


@pytest.mark.parametrize("update", NO_QUERIES)
def test_an_update_is_no_query(site, honeypot, update):
    before = size_of(site)
    urls = urls_of(honeypot)
    transports = itertools.cycle(TRANSPORTS.values())
    for spelling in MEANT:
        request = next(transports)(site, placed(update, spelling, next(urls)))
        assert_survived(site, request, {400, 403})
    escaped = f"\\u{ord(update[0]):04x}{update[1:]}".replace("URL", next(urls))
    assert_survived(site, next(transports)(site, escaped), {400, 403})
    assert size_of(site) == before
    assert honeypot.visits == 0


@pytest.mark.parametrize("update", UPDATES)
def test_an_update_is_not_allowed(site, honeypot, update):
    before = size_of(site)
    text = update.replace("URL", honeypot.url)
    graphs = {"using-graph-uri": honeypot.url, "using-named-graph-uri": honeypot.url}
    direct = {"Content-Type": "application/sparql-update"}
    for request in (
        site.build_request("GET", "/sparql", params={"update": text}),
        site.build_request("POST", "/sparql", data={"update": text}),
        site.build_request("POST", "/sparql", data={"update": text, **graphs}),
        site.build_request("POST", "/sparql", data={"update": text, "query": "ASK { }"}),
        site.build_request("POST", "/sparql", content=text, headers=direct),
        site.build_request("POST", "/sparql", content=text, headers=direct, params=graphs),
    ):
        assert_survived(site, request, {400, 403})
    assert size_of(site) == before
    assert honeypot.visits == 0


def test_after_all_of_it_nobody_was_called(honeypot):
    assert honeypot.visits == 0
