"""Heavy but honest queries: hundreds of them, fired from many threads, are all answered, and right.

The data is made up, with the shape of museums, their works and what visitors say of them. What a
query should find is computed from it without SPARQL.
"""

import datetime as dt
import hashlib
import itertools
import math
import re
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import quote

import pytest

from reviewgraph.rdf.terms import IRI, Literal, Quad
from reviewgraph.store.limits import Limits

THREADS = 32
LIMITS = Limits(seconds=60.0, memory_bytes=1_000_000_000, workers=2)
JSON = "application/sparql-results+json"
N_TRIPLES = "application/n-triples"

BASE = "https://data.example.org/"
DEF = f"{BASE}def#"
ID = f"{BASE}id/"
GRAPH = f"{BASE}graph/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
FOAF = "http://xmlns.com/foaf/0.1/"
XSD = "http://www.w3.org/2001/XMLSchema#"
PROLOGUE = f"""PREFIX d: <{DEF}>
PREFIX m: <{ID}museum/>
PREFIX w: <{ID}work/>
PREFIX p: <{ID}person/>
PREFIX r: <{ID}review/>
PREFIX k: <{ID}kind/>
PREFIX place: <{ID}place/>
PREFIX g: <{GRAPH}>
PREFIX rdf: <{RDF}>
PREFIX rdfs: <{RDFS}>
PREFIX skos: <{SKOS}>
PREFIX foaf: <{FOAF}>
PREFIX xsd: <{XSD}>
"""

YEARS = range(2019, 2025)
REGIONS = 4
CITIES = 12
MUSEUMS = 30
NOUNS = [
    ("พระพุทธรูป", "Buddha image"),
    ("เครื่องถ้วย", "Ware"),
    ("ภาพเขียนสีน้ำ", "Watercolour"),
    ("ชุดบริการ service", "Dinner service"),
    ("ผ้าทอ", "Woven cloth"),
    ("น้ำเงิน", "Blue ๆ"),
]
TEXTS = [
    ("ห้องมืด แต่ของจัดแสดงดี", "th"),
    ("บริการ (service) ช้า", "th"),
    ("The service was quick", "en"),
    ("Worth a visit, and another", "en"),
    ("SERVICE <http://example.org/sparql> { }", "en"),
    ("เด็ก ๆ ชอบมาก", "th"),
    ('ราคา "แพง" ไปหน่อย', "th"),
    ("no language here", ""),
    ("สองบรรทัด\nน้ำเย็น", "th"),
    ("Café fermé, dommage", "fr-FR"),
]


@dataclass(frozen=True)
class Museum:
    n: int

    @property
    def iri(self):
        return f"{ID}museum/{self.n}"

    @property
    def city(self):
        return self.n * 5 % CITIES

    @property
    def founded(self):
        return 1874 + self.n * 7 % 140


@dataclass(frozen=True)
class Work:
    n: int

    @property
    def iri(self):
        return f"{ID}work/{self.n}"

    @property
    def th(self):
        return f"{NOUNS[self.n % len(NOUNS)][0]} {self.n}"

    @property
    def en(self):
        return f"{NOUNS[self.n % len(NOUNS)][1]} {self.n}" if self.n % 3 else None

    @property
    def kind(self):
        """One of the leaves."""
        return 17 + self.n * 11 % 24

    @property
    def museum(self):
        return MUSEUM[self.n * 7 % MUSEUMS]

    @property
    def made(self):
        return 1400 + self.n * 37 % 600

    @property
    def price(self):
        """In hundredths."""
        return None if self.n % 7 == 0 else 10_000 + self.n * 977 % 90_000

    @property
    def acquired(self):
        return dt.date(1990, 1, 1) + dt.timedelta(days=self.n * 31 % 12_000)


@dataclass(frozen=True)
class Person:
    n: int

    @property
    def iri(self):
        return f"{ID}person/{self.n}"

    @property
    def name(self):
        return f"ผู้ชมคนที่ {self.n}"

    @property
    def nick(self):
        return f"น้อง{self.n}" if self.n % 4 == 1 else None

    @property
    def city(self):
        return self.n % CITIES

    @property
    def knows(self):
        """Nobody knows the last ones, and they know nobody outside."""
        if self.n >= 110:
            return {110 + (self.n - 109) % 10}
        return {(self.n * 7 + 1) % 110, (self.n * 13 + 5) % 110}


@dataclass(frozen=True)
class Review:
    n: int

    @property
    def iri(self):
        return f"{ID}review/{self.n}"

    @property
    def work(self):
        return WORKS[self.n * 17 % len(WORKS)]

    @property
    def author(self):
        return PEOPLE[self.n * 29 % len(PEOPLE)]

    @property
    def rating(self):
        return 1 + self.n * 7919 // 37 % 5

    @property
    def posted(self):
        begin = dt.datetime(YEARS[0], 1, 1, 8, tzinfo=dt.UTC)
        return begin + dt.timedelta(minutes=self.n * 79_999 % (6 * 365 * 24 * 60))

    @property
    def year(self):
        return self.posted.year

    @property
    def text(self):
        return TEXTS[self.n % len(TEXTS)]

    @property
    def helpful(self):
        return self.n * 13 % 50

    @property
    def verified(self):
        return self.n % 3 == 0

    @property
    def replies_to(self):
        return self.n // 3 if self.n % 4 > 1 else None


MUSEUM = [Museum(n) for n in range(MUSEUMS)]
WORKS = [Work(n) for n in range(400)]
PEOPLE = [Person(n) for n in range(120)]
REVIEWS = [Review(n) for n in range(2000)]
# Kind 0 is above 1 to 4, each of them above three, each of those above two.
BROADER = {n: (n - 1) // 4 if n < 5 else 1 + (n - 5) // 3 for n in range(1, 17)}
BROADER |= {n: 5 + (n - 17) // 2 for n in range(17, 41)}


def above(kind):
    """The kind itself and what is broader."""
    found = [kind]
    while found[-1] in BROADER:
        found.append(BROADER[found[-1]])
    return found


def region(city):
    return city % REGIONS


def stamp(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def literal(value, kind):
    return Literal(value, datatype=IRI(XSD + kind))


def statements():
    """Subject, predicate, object and graph, all of them."""
    kind = IRI(f"{RDF}type")
    label = IRI(f"{RDFS}label")
    for city in range(CITIES):
        place = IRI(f"{ID}place/city-{city}")
        yield place, kind, IRI(f"{DEF}City"), "places"
        yield place, label, Literal(f"เมือง {city}", language="th"), "places"
        yield place, IRI(f"{DEF}within"), IRI(f"{ID}place/region-{region(city)}"), "places"
    for number in range(REGIONS):
        place = IRI(f"{ID}place/region-{number}")
        yield place, label, Literal(f"ภาค {number}", language="th"), "places"
        yield place, IRI(f"{DEF}within"), IRI(f"{ID}place/country"), "places"
    for narrow, broad in BROADER.items():
        concept = IRI(f"{ID}kind/{narrow}")
        yield concept, IRI(f"{SKOS}broader"), IRI(f"{ID}kind/{broad}"), "kinds"
        yield concept, IRI(f"{SKOS}prefLabel"), Literal(f"ชนิด {narrow}", language="th"), "kinds"
    for museum in MUSEUM:
        subject = IRI(museum.iri)
        yield subject, kind, IRI(f"{DEF}Museum"), "places"
        yield subject, label, Literal(f"พิพิธภัณฑ์ {museum.n}", language="th"), "places"
        yield subject, IRI(f"{DEF}city"), IRI(f"{ID}place/city-{museum.city}"), "places"
        yield subject, IRI(f"{DEF}founded"), literal(str(museum.founded), "integer"), "places"
    for work in WORKS:
        yield from statements_of_work(work, kind, label)
    for person in PEOPLE:
        subject = IRI(person.iri)
        yield subject, kind, IRI(f"{FOAF}Person"), "people"
        yield subject, IRI(f"{FOAF}name"), Literal(person.name, language="th"), "people"
        yield subject, IRI(f"{DEF}city"), IRI(f"{ID}place/city-{person.city}"), "people"
        if person.nick:
            yield subject, IRI(f"{FOAF}nick"), Literal(person.nick), "people"
        for other in person.knows:
            yield subject, IRI(f"{FOAF}knows"), IRI(f"{ID}person/{other}"), "people"
    for review in REVIEWS:
        yield from statements_of_review(review, kind)


def statements_of_work(work, kind, label):
    subject = IRI(work.iri)
    yield subject, kind, IRI(f"{DEF}Work"), "works"
    yield subject, label, Literal(work.th, language="th"), "works"
    yield subject, label, Literal(work.th, language="th"), "labels"  # in two graphs
    if work.en:
        yield subject, label, Literal(work.en, language="en"), "works"
    yield subject, IRI(f"{DEF}kind"), IRI(f"{ID}kind/{work.kind}"), "works"
    yield subject, IRI(f"{DEF}museum"), IRI(work.museum.iri), "works"
    yield subject, IRI(f"{DEF}made"), literal(str(work.made), "integer"), "works"
    if work.price:
        price = str(Decimal(work.price) / 100)  # without zeros at its end
        yield subject, IRI(f"{DEF}price"), literal(price, "decimal"), "works"
    yield subject, IRI(f"{DEF}acquired"), literal(work.acquired.isoformat(), "date"), "works"


def statements_of_review(review, kind):
    subject, graph = IRI(review.iri), f"reviews/{review.year}"
    text, language = review.text
    yield subject, kind, IRI(f"{DEF}Review"), graph
    yield subject, IRI(f"{DEF}about"), IRI(review.work.iri), graph
    yield subject, IRI(f"{DEF}author"), IRI(review.author.iri), graph
    yield subject, IRI(f"{DEF}rating"), literal(str(review.rating), "integer"), graph
    yield subject, IRI(f"{DEF}posted"), literal(stamp(review.posted), "dateTime"), graph
    said = Literal(text, language=language) if language else Literal(text)
    yield subject, IRI(f"{DEF}text"), said, graph
    yield subject, IRI(f"{DEF}helpful"), literal(str(review.helpful), "integer"), graph
    yield subject, IRI(f"{DEF}verified"), literal(str(review.verified).lower(), "boolean"), graph
    if review.replies_to is not None:
        yield subject, IRI(f"{DEF}repliesTo"), IRI(f"{ID}review/{review.replies_to}"), graph


QUADS = [Quad(s, p, o, IRI(GRAPH + g)) for s, p, o, g in statements()]
TRIPLES = {quad.triple for quad in QUADS}


# What answers are compared as: Python's own values.


def exact(value):
    """A number of which the last digits depend on who computed it."""
    return round(float(value), 6)


def mean(values):
    values = list(values)
    return exact(sum(values) / len(values))


def text(value, language="th"):
    return value, language


def value_of(term):
    if term is None:
        return None
    value = term["value"]
    if term["type"] != "literal":
        return value
    if "xml:lang" in term:
        return text(value, term["xml:lang"].lower())
    convert = {"integer": int, "decimal": exact, "double": exact, "float": exact}
    convert["boolean"] = "true".__eq__
    return convert.get(term.get("datatype", "").removeprefix(XSD), str)(value)


class Ordered(list):
    """Rows that come in this order."""


FAMILIES = {}


def family(cases):
    """Take its pairs of a query and what it finds.

    That is true or false, a list of rows in any order or ``Ordered``, a set of lines of N-Triples,
    or a function that is given the rows and tells whether they are right.
    """
    FAMILIES[cases.__name__] = list(cases())
    return cases


@family
def counts_and_means_of_a_year():
    for year in YEARS:
        found = defaultdict(list)
        for review in REVIEWS:
            if review.year == year:
                found[review.work.kind].append(review.rating)
        query = f"""SELECT ?kind (COUNT(?r) AS ?n) (AVG(?rating) AS ?mean) {{
            GRAPH <{GRAPH}reviews/{year}> {{ ?r d:about ?w ; d:rating ?rating }}
            ?w d:kind ?kind }} GROUP BY ?kind"""
        yield query, [(f"{ID}kind/{kind}", len(all_), mean(all_)) for kind, all_ in found.items()]


@family
def groups_having_enough():
    ratings = defaultdict(list)
    for review in REVIEWS:
        ratings[review.work.museum].append(review.rating)
    for least, better in ((10, 1), (60, 2.9), (65, 3), (67, 3.1), (1000, 1)):
        query = f"""SELECT ?m (COUNT(*) AS ?n) {{ ?r d:about/d:museum ?m ; d:rating ?rating }}
            GROUP BY ?m HAVING (COUNT(*) >= {least} && AVG(?rating) > {better})"""
        yield (
            query,
            [
                (museum.iri, len(all_))
                for museum, all_ in ratings.items()
                if len(all_) >= least and mean(all_) > better
            ],
        )


@family
def best_of_a_subquery():
    ratings = defaultdict(list)
    for review in REVIEWS:
        ratings[review.work].append(review.rating)
    best = sorted(ratings, key=lambda work: (-mean(ratings[work]), work.iri))
    for count in (3, 10, 25, 50, 100):
        query = f"""SELECT ?w ?name ?mean {{ ?w rdfs:label ?name FILTER(LANG(?name) = "th")
            {{ SELECT ?w (AVG(?rating) AS ?mean) {{ ?r d:about ?w ; d:rating ?rating }}
               GROUP BY ?w ORDER BY DESC(?mean) STR(?w) LIMIT {count} }} }}"""
        yield query, [(work.iri, text(work.th), mean(ratings[work])) for work in best[:count]]


@family
def places_within_places():
    for number in range(REGIONS):
        cities = [city for city in range(CITIES) if region(city) == number]
        yield (
            f"SELECT ?x {{ ?x d:within+ place:region-{number} }}",
            [(f"{ID}place/city-{city}",) for city in cities],
        )
        query = f"""SELECT (COUNT(?r) AS ?n) (SUM(?helpful) AS ?all) {{
            ?r d:about/d:museum/d:city/d:within* place:region-{number} ; d:helpful ?helpful }}"""
        helpful = [each.helpful for each in REVIEWS if each.work.museum.city in cities]
        yield query, [(len(helpful), sum(helpful))]
    yield (
        "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x d:within* place:country }",
        [(CITIES + REGIONS + 1,)],
    )


@family
def kinds_below_kinds():
    for kind in (0, 1, 2, 5, 16, 40):
        works = [work for work in WORKS if kind in above(work.kind)]
        query = f"SELECT (COUNT(?w) AS ?n) {{ ?w d:kind/skos:broader* k:{kind} }}"
        yield query, [(len(works),)]
        query = f"SELECT ?x {{ k:{kind} ^skos:broader+ ?x }}"
        yield (
            query,
            [(f"{ID}kind/{n}",) for n in range(41) if kind in above(n) and n != kind],
        )


def reach(first):
    found, frontier = set(), {first}
    while frontier:
        frontier = {other for each in frontier for other in PEOPLE[each].knows} - found
        found |= frontier
    return found


@family
def friends_of_friends():
    def row(numbers):
        return [(f"{ID}person/{n}",) for n in numbers]

    for first in (0, 57, 115):
        knows = PEOPLE[first].knows
        second = {other for each in knows for other in PEOPLE[each].knows}
        known_by = {each.n for each in PEOPLE if first in each.knows}
        yield f"SELECT DISTINCT ?x {{ p:{first} foaf:knows/foaf:knows ?x }}", row(second)
        yield f"SELECT DISTINCT ?x {{ p:{first} foaf:knows|^foaf:knows ?x }}", row(knows | known_by)
        yield f"SELECT ?x {{ p:{first} foaf:knows+ ?x }}", row(reach(first))
        yield f"SELECT ?x {{ p:{first} foaf:knows? ?x }}", row(knows | {first})
    pairs = sum(len(reach(each.n)) for each in PEOPLE)
    yield "SELECT (COUNT(*) AS ?n) { ?a foaf:knows+ ?b }", [(pairs,)]


@family
def threads_of_replies():
    depths = []
    for review in REVIEWS:
        depth, each = 0, review
        while each.replies_to is not None:
            depth, each = depth + 1, REVIEWS[each.replies_to]
        depths.append(depth)
    yield "SELECT (COUNT(*) AS ?n) { ?a d:repliesTo+ ?b }", [(sum(depths),)]
    deep = (
        "SELECT ?r (COUNT(?b) AS ?n) {{ ?r d:repliesTo{} ?b }} GROUP BY ?r HAVING (COUNT(?b) >= {})"
    )
    for least in (1, 2):
        rows = [(REVIEWS[n].iri, depth) for n, depth in enumerate(depths) if depth >= least]
        yield deep.format("+", least), rows
        roots = [(REVIEWS[n].iri, depth + 1) for n, depth in enumerate(depths) if depth >= least]
        yield deep.format("*", least + 1), roots


@family
def dozens_of_optionals():
    values = {
        "made": lambda work: work.made,
        "price": lambda work: work.price and exact(work.price / 100),
        "acquired": lambda work: work.acquired.isoformat(),
        "kind": lambda work: f"{ID}kind/{work.kind}",
        "museum": lambda work: work.museum.iri,
        "nothing": lambda work: None,
    }
    for count in (6, 12, 24, 48, 80):
        names = list(itertools.islice(itertools.cycle(values), count))
        optional = " ".join(f"OPTIONAL {{ ?w d:{name} ?v{n} }}" for n, name in enumerate(names))
        variables = " ".join(f"?v{n}" for n in range(count))
        query = f"SELECT ?w {variables} {{ ?w a d:Work {optional} }}"
        yield (
            query,
            [(work.iri, *(values[name](work) for name in names)) for work in WORKS],
        )


@family
def dozens_of_unions():
    for count in (5, 20, 60, 120, 400):
        arms = " UNION ".join(f"{{ w:{n} d:museum ?m BIND({n} AS ?n) }}" for n in range(count))
        rows = [(work.museum.iri, work.n) for work in WORKS[:count]]
        yield f"SELECT ?m ?n {{ {arms} }}", rows


@family
def what_is_not_there():
    ways = [
        "MINUS {{ ?r d:about ?w ; d:rating {} }}",
        "FILTER NOT EXISTS {{ ?r d:about ?w ; d:rating {} }}",
        "OPTIONAL {{ ?r d:about ?w ; d:rating {} }} FILTER(!BOUND(?r))",
    ]
    for rating in (1, 3, 5):
        rated = {review.work for review in REVIEWS if review.rating == rating}
        for way in ways:
            query = f"SELECT ?w {{ ?w a d:Work {way.format(rating)} }}"
            yield query, [(work.iri,) for work in WORKS if work not in rated]
        query = f"SELECT ?w {{ ?w a d:Work FILTER EXISTS {{ ?r d:about ?w ; d:rating {rating} }} }}"
        yield query, [(work.iri,) for work in rated]


@family
def thousands_of_values():
    for count in (100, 400, 1000, 2000):
        names = " ".join(f"r:{n}" for n in range(count))
        query = f"SELECT (SUM(?h) AS ?n) {{ VALUES ?r {{ {names} }} ?r d:helpful ?h }}"
        yield query, [(sum(review.helpful for review in REVIEWS[:count]),)]
        pairs = " ".join(f"(r:{n} {n % 9})" for n in range(count))
        query = f"SELECT (SUM(?h * ?x) AS ?n) {{ ?r d:helpful ?h VALUES (?r ?x) {{ {pairs} }} }}"
        yield query, [(sum(review.helpful * (review.n % 9) for review in REVIEWS[:count]),)]
    numbers = " ".join(map(str, range(40_000)))
    yield f"SELECT (SUM(?x) AS ?n) {{ VALUES ?x {{ {numbers} }} }}", [(sum(range(40_000)),)]


@family
def long_lists_to_look_in():
    for count in (10, 100, 400, 1000, 2000):
        names = ", ".join(f"r:{n}" for n in range(0, 2 * count, 2))
        found = sum(1 for n in range(0, 2 * count, 2) if n < len(REVIEWS))
        query = "SELECT (COUNT(?r) AS ?n) {{ ?r a d:Review FILTER(?r {}IN ({})) }}"
        yield query.format("", names), [(found,)]
        if count < 2000:
            yield query.format("NOT ", names), [(len(REVIEWS) - found,)]


@family
def long_templates():
    for count in (5, 20, 60, 150, 400):
        template = " . ".join(f"?w d:t{n} ?name" for n in range(count))
        query = f"""CONSTRUCT {{ {template} }} WHERE {{ VALUES ?w {{ w:1 w:4 w:7 }}
            ?w rdfs:label ?name FILTER(LANG(?name) = "en") }}"""
        yield (
            query,
            {
                f'<{WORKS[w].iri}> <{DEF}t{n}> "{WORKS[w].en}"@en .'
                for w in (1, 4, 7)
                for n in range(count)
            },
        )


@family
def what_only_looks_like_federation():
    def works(part):
        return [(sum(part in f"{work.th} {work.en}" for work in WORKS),)]

    def reviews(matches):
        return [(sum(map(matches, REVIEWS)),)]

    query = """SELECT (COUNT(DISTINCT ?w) AS ?n) {{ ?w a d:Work ; rdfs:label ?name
        {} }}"""
    served = works("บริการ service")
    yield query.format('FILTER(CONTAINS(?name, "บริการ service"))'), served
    yield query.format("FILTER(REGEX(?name, 'ชุดบริการ SERVICE', 'i'))"), served
    yield query.format("FILTER(CONTAINS(?name, 'บริการ')) # SERVICE <http://e/>\n"), served
    yield query.format('FILTER(CONTAINS(STR(?name), """service"""))'), works("service")
    yield query.format("FILTER(CONTAINS(STR(?name), '''SERVICE <http://e/>'''))"), [(0,)]
    query = """SELECT (COUNT(?r) AS ?n) {{ ?r d:text ?service .
        {} }}"""
    said = reviews(lambda each: "service" in each.text[0].lower())
    called = reviews(lambda each: each.text[0].startswith("SERVICE"))
    everything = [(len(REVIEWS),)]
    yield query.format("FILTER(CONTAINS(LCASE(?service), 'service'))"), said
    yield query.format("FILTER(STRSTARTS(?service, 'SERVICE <http'))"), called
    yield query.format("FILTER(?service='SERVICE <http://example.org/sparql> { }'@en)"), called
    yield query.format("?r <http://example.org/service> ?x"), [(0,)]
    yield query.format("?r <http://example.org/SERVICE#service> ?x"), [(0,)]
    yield query.format("GRAPH <http://example.org/service> { ?r ?p ?o }"), [(0,)]
    yield query.format("?r d:SERVICE ?x"), [(0,)]
    yield query.format("?r d:service/d:SERVICE* ?x"), [(0,)]
    yield query.format("?r rdf:type d:service ."), [(0,)]
    yield query.format("MINUS { ?r d:service 'SERVICE <http://e/> {}' }"), everything
    yield query.format("BIND('SERVICE <http://e/> {}' AS ?SERVICE)"), everything
    yield query.format("VALUES ?SILENT { 'service' 'SERVICE'@en-GB }"), [(2 * len(REVIEWS),)]
    yield query.format("FILTER(?service != 'x') # it's a SERVICE\n"), everything
    yield query.format("FILTER(?service != '#') # \"SERVICE\n"), everything
    query = "SELECT (COUNT(?r) AS ?n) {{ {} }}"
    five = reviews(lambda each: each.rating == 5)
    named = f"PREFIX service: <{DEF}> PREFIX SERVICE: <{GRAPH}>\n{query}"
    yield named.format("?r a service:Review ; service:rating 5"), five
    yield named.format("?r a service:Review ; service:service ?x"), [(0,)]
    yield named.format("GRAPH SERVICE:people { ?r a foaf:Person }"), [(len(PEOPLE),)]
    yield "ASK { ?s ?p ?service FILTER(STR(?service) = 'no language here') }", True
    lines = {f'<{work.iri}> <{DEF}s> "SERVICE" .' for work in WORKS if work.made == 1400}
    yield "CONSTRUCT { ?w d:s 'SERVICE' } WHERE { ?w a d:Work ; d:made 1400 }", lines


@family
def regular_expressions():
    for pattern, flags in (
        ("^พระ.*[0-9]$", ""),
        ("^พระ.*1[0-9]{2}$", ""),
        ("(WARE|cloth) [0-9]*7$", "i"),
        ("[ก-ฮ]+ [0-9]+$", ""),
        ("^(.)(.).* (1|2)", "s"),
        ("service|บริการ", ""),
        (r"^\\S+ \\d+$", ""),
    ):
        expression = re.compile(pattern.replace("\\\\", "\\"), re.IGNORECASE if flags == "i" else 0)
        names = [name for work in WORKS for name in (work.th, work.en) if name]
        query = f"""SELECT (COUNT(?name) AS ?n) {{ ?w a d:Work ; rdfs:label ?name
            FILTER(REGEX(?name, "{pattern}", "{flags}")) }}"""
        yield query, [(sum(bool(expression.search(name)) for name in names),)]


@family
def texts_joined():
    for museum, separator in ((0, ";"), (7, ", "), (11, " | "), (23, "ๆ"), (29, "\\n")):
        query = f"""SELECT (GROUP_CONCAT(?name ; SEPARATOR = "{separator}") AS ?all)
            (COUNT(*) AS ?n) {{ ?w d:museum m:{museum} ; rdfs:label ?name
            FILTER(LANG(?name) = "th") }}"""
        names = sorted(work.th for work in WORKS if work.museum.n == museum)
        between = separator.replace("\\n", "\n")

        def right(rows, names=names, between=between):
            ((joined, count),) = rows
            joined = joined[0] if isinstance(joined, tuple) else joined
            return sorted(joined.split(between)) == names and count == len(names)

        yield query, right


@family
def deep_but_reasonable():
    made = [(sum(work.made for work in WORKS),)]
    for depth in (5, 20, 60, 150):
        group = "{ " * depth + "?w d:made ?y" + " }" * depth
        yield f"SELECT (SUM(?y) AS ?n) {{ {group} }}", made
        call = "STR(" * depth + "?y" + ")" * depth
        yield f"SELECT (SUM(xsd:integer({call})) AS ?n) {{ ?w d:made ?y }}", made
        sums = "(" * depth + "?y" + " + 1)" * depth
        yield f"SELECT (SUM({sums}) AS ?n) {{ ?w d:made ?y }}", [(made[0][0] + depth * len(WORKS),)]
    for depth in (5, 20, 40):
        inner = "{ SELECT ?w ?y { " * depth + "?w d:made ?y" + " } }" * depth
        yield f"SELECT (SUM(?y) AS ?n) {{ {inner} }}", made
        cases = "".join(f"IF(?y < {1400 + 600 * n // depth}, {n}, " for n in range(depth))
        query = f"SELECT (SUM({cases}{depth}{')' * depth}) AS ?n) {{ ?w d:made ?y }}"
        steps = [1400 + 600 * n // depth for n in range(depth)]
        yield query, [(sum(sum(work.made >= step for step in steps) for work in WORKS),)]


def lines_of(subjects):
    return {
        f"{triple.subject} {triple.predicate} {triple.object} ."
        for triple in TRIPLES
        if triple.subject.value in subjects
    }


@family
def descriptions_of_many():
    yield "DESCRIBE w:1 w:2 w:3", lines_of({WORKS[n].iri for n in (1, 2, 3)})
    yield "DESCRIBE ?p { ?p a foaf:Person }", lines_of({person.iri for person in PEOPLE})
    yield (
        "DESCRIBE ?w { ?w d:museum m:3 }",
        lines_of({work.iri for work in WORKS if work.museum.n == 3}),
    )
    yield (
        "DESCRIBE ?w ?m { ?w d:museum ?m ; d:kind k:30 }",
        lines_of(
            {name for work in WORKS if work.kind == 30 for name in (work.iri, work.museum.iri)}
        ),
    )
    yield (
        "DESCRIBE * { ?r d:about w:17 ; d:author ?a }",
        lines_of(
            {name for each in REVIEWS if each.work.n == 17 for name in (each.iri, each.author.iri)}
        ),
    )
    many = " ".join(f"r:{n}" for n in range(600))
    yield f"DESCRIBE {many}", lines_of({review.iri for review in REVIEWS[:600]})


@family
def pages_in_order():
    posted = sorted(REVIEWS, key=lambda each: (each.posted, each.iri))
    rated = sorted(REVIEWS, key=lambda each: (-each.rating, each.helpful, each.iri))
    for limit, offset in ((10, 0), (10, 10), (100, 1500), (1000, 999), (50, 1990), (5, 5000)):
        page = f"LIMIT {limit} OFFSET {offset}"
        window = slice(offset, offset + limit)
        yield (
            f"SELECT ?r {{ ?r d:posted ?t }} ORDER BY ?t STR(?r) {page}",
            Ordered((each.iri,) for each in posted[window]),
        )
        yield (
            f"""SELECT ?r ?n {{ ?r d:rating ?n ; d:helpful ?h }}
            ORDER BY DESC(?n) ASC(?h) STR(?r) {page}""",
            Ordered((each.iri, each.rating) for each in rated[window]),
        )


@family
def distinct_and_reduced():
    pairs = {(review.author.iri, review.work.museum.iri) for review in REVIEWS}
    yield "SELECT DISTINCT ?a ?m { ?r d:author ?a ; d:about/d:museum ?m }", list(pairs)
    yield (
        "SELECT REDUCED ?a ?m { ?r d:author ?a ; d:about/d:museum ?m }",
        lambda rows: set(rows) == pairs,
    )
    yield (
        "SELECT (COUNT(DISTINCT ?m) AS ?n) { ?w d:museum ?m }",
        [(len({work.museum for work in WORKS}),)],
    )
    yield (
        "SELECT DISTINCT ?t { ?s a ?t }",
        [(f"{DEF}{name}",) for name in ("City", "Museum", "Work", "Review")] + [(f"{FOAF}Person",)],
    )
    yield (
        "SELECT DISTINCT ?l { ?r d:text ?t BIND(LCASE(LANG(?t)) AS ?l) }",
        [
            ("th",),
            ("en",),
            ("",),
            ("fr-fr",),
        ],
    )


@family
def chains_of_binds():
    for count in (5, 20, 50, 100, 200):
        binds = " ".join(f"BIND(?v{n} + {n % 7} AS ?v{n + 1})" for n in range(count))
        query = f"SELECT (SUM(?v{count}) AS ?n) {{ ?r d:helpful ?v0 {binds} }}"
        added = sum(n % 7 for n in range(count))
        yield query, [(sum(each.helpful for each in REVIEWS) + added * len(REVIEWS),)]


@family
def conditions():
    yield (
        """SELECT ?band (COUNT(*) AS ?n) { ?r d:rating ?x
        BIND(IF(?x > 4, "ดีมาก", IF(?x > 2, "พอใช้", "แย่")) AS ?band) } GROUP BY ?band""",
        list(
            Counter(
                "ดีมาก" if each.rating > 4 else "พอใช้" if each.rating > 2 else "แย่"
                for each in REVIEWS
            ).items()
        ),
    )
    yield (
        """SELECT ?p ?called { ?p foaf:name ?name OPTIONAL { ?p foaf:nick ?nick }
        BIND(COALESCE(?nick, STR(?name), "nobody") AS ?called) }""",
        [(person.iri, person.nick or person.name) for person in PEOPLE],
    )
    yield (
        """SELECT (SUM(COALESCE(?price, 0)) AS ?n) { ?w a d:Work
        OPTIONAL { ?w d:price ?price } }""",
        [(exact(sum(work.price or 0 for work in WORKS) / 100),)],
    )
    yield (
        """SELECT (COUNT(?safe) AS ?n) { ?r d:helpful ?h
        BIND(COALESCE(100 / ?h, 1 / 0) AS ?safe) }""",
        [(sum(each.helpful != 0 for each in REVIEWS),)],
    )
    yield (
        """SELECT (COUNT(*) AS ?n) { ?w d:made ?y OPTIONAL { ?w d:price ?price }
        FILTER(IF(BOUND(?price), ?price > 500, ?y < 1500)) }""",
        [
            (
                sum(
                    work.price > 50_000 if work.price is not None else work.made < 1500
                    for work in WORKS
                ),
            )
        ],
    )


@family
def dates_and_times():
    for month in (1, 7, 12):
        query = f"""SELECT (COUNT(*) AS ?n) {{ ?r d:posted ?t FILTER(MONTH(?t) = {month}
            && HOURS(?t) >= 12) }}"""
        found = [each for each in REVIEWS if each.posted.month == month and each.posted.hour >= 12]
        yield query, [(len(found),)]
    yield (
        """SELECT ?y ?m (COUNT(*) AS ?n) { ?r d:posted ?t
        BIND(YEAR(?t) AS ?y) BIND(MONTH(?t) AS ?m) } GROUP BY ?y ?m""",
        [
            (*when, count)
            for when, count in Counter((each.year, each.posted.month) for each in REVIEWS).items()
        ],
    )
    for begin, end in ((2019, 2020), (2021, 2024)):
        query = f"""SELECT (COUNT(*) AS ?n) {{ ?r d:posted ?t
            FILTER(?t >= "{begin}-06-01T00:00:00Z"^^xsd:dateTime
            && ?t < "{end}-06-01T00:00:00+00:00"^^xsd:dateTime) }}"""
        first = dt.datetime(begin, 6, 1, tzinfo=dt.UTC)
        last = dt.datetime(end, 6, 1, tzinfo=dt.UTC)
        yield query, [(sum(first <= each.posted < last for each in REVIEWS),)]
    yield (
        """SELECT (COUNT(*) AS ?n) { ?w d:acquired ?d
        FILTER(?d > "2005-06-15"^^xsd:date && DAY(?d) <= 10) }""",
        [(sum(w.acquired > dt.date(2005, 6, 15) and w.acquired.day <= 10 for w in WORKS),)],
    )
    yield (
        """SELECT (MIN(?t) AS ?first) (MAX(?t) AS ?last) { ?r d:posted ?t }""",
        [
            (
                stamp(min(each.posted for each in REVIEWS)),
                stamp(max(each.posted for each in REVIEWS)),
            )
        ],
    )
    yield (
        """SELECT (COUNT(*) AS ?n) { ?a d:posted ?t ; d:repliesTo ?b . ?b d:posted ?u
        FILTER(?t > ?u) }""",
        [
            (
                sum(
                    each.replies_to is not None and each.posted > REVIEWS[each.replies_to].posted
                    for each in REVIEWS
                ),
            )
        ],
    )
    yield (
        """SELECT (COUNT(*) AS ?n) { ?a d:posted ?t ; d:repliesTo ?b . ?b d:posted ?u
        FILTER(?t - ?u > "P100D"^^xsd:dayTimeDuration) }""",
        [
            (
                sum(
                    each.replies_to is not None
                    and each.posted - REVIEWS[each.replies_to].posted > dt.timedelta(days=100)
                    for each in REVIEWS
                ),
            )
        ],
    )


@family
def graphs_by_name():
    sizes = Counter(quad.graph_name.value for quad in QUADS)
    yield "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g", list(sizes.items())
    yield (
        "SELECT DISTINCT ?g { GRAPH ?g { ?r d:rating 5 } }",
        [(f"{GRAPH}reviews/{year}",) for year in YEARS],
    )
    for name in ("people", "works", "labels", "reviews/2021"):
        query = f"SELECT (COUNT(*) AS ?n) FROM <{GRAPH}{name}> {{ ?s ?p ?o }}"
        yield query, [(sizes[GRAPH + name],)]
        query = f"SELECT (COUNT(*) AS ?n) FROM NAMED <{GRAPH}{name}> {{ GRAPH ?g {{ ?s ?p ?o }} }}"
        yield query, [(sizes[GRAPH + name],)]
    yield (
        f"""SELECT (COUNT(*) AS ?n) FROM <{GRAPH}people> FROM <{GRAPH}reviews/2020>
        {{ ?r d:author ?a . ?a foaf:nick ?nick }}""",
        [(sum(each.year == 2020 and each.author.nick is not None for each in REVIEWS),)],
    )
    yield (
        """SELECT (COUNT(*) AS ?n) { GRAPH g:labels { ?w rdfs:label ?name }
        GRAPH g:works { ?w rdfs:label ?name ; d:made ?y } FILTER(?y > 1900) }""",
        [(sum(work.made > 1900 for work in WORKS),)],
    )


@family
def texts_taken_apart():
    yield (
        "SELECT ?w (STRLEN(?name) AS ?n) { ?w a d:Work ; rdfs:label ?name }",
        [(work.iri, len(name)) for work in WORKS for name in (work.th, work.en) if name],
    )
    yield (
        "SELECT ?w (SUBSTR(?name, 2, 3) AS ?x) { ?w d:kind k:20 ; rdfs:label ?name }",
        [
            (work.iri, text(name[1:4], language))
            for work in WORKS
            if work.kind == 20
            for name, language in ((work.th, "th"), (work.en, "en"))
            if name
        ],
    )
    yield (
        """SELECT ?x (COUNT(*) AS ?n) { ?w a d:Work ; rdfs:label ?t
        BIND(STRBEFORE(STR(?t), " ") AS ?x) } GROUP BY ?x""",
        list(
            Counter(
                name.partition(" ")[0] for work in WORKS for name in (work.th, work.en) if name
            ).items()
        ),
    )
    yield (
        "SELECT ?w (STRAFTER(STR(?w), 'work/') AS ?x) { ?w a d:Work }",
        [(work.iri, str(work.n)) for work in WORKS],
    )
    yield (
        "SELECT (UCASE(?t) AS ?x) (COUNT(*) AS ?n) { ?r d:text ?t } GROUP BY ?t",
        [
            (text(said.upper(), lang.lower()) if lang else said.upper(), count)
            for (said, lang), count in Counter(each.text for each in REVIEWS).items()
        ],
    )
    yield (
        "SELECT ?p (CONCAT(?nick, ' จาก ', STR(?c)) AS ?x) { ?p foaf:nick ?nick ; d:city ?c }",
        [(each.iri, f"{each.nick} จาก {ID}place/city-{each.city}") for each in PEOPLE if each.nick],
    )
    yield (
        """SELECT ?w (REPLACE(STR(?t), "[0-9]+", "เลข") AS ?x) {
        ?w d:kind k:25 ; rdfs:label ?t FILTER(LANG(?t) = "th") }""",
        [(work.iri, re.sub("[0-9]+", "เลข", work.th)) for work in WORKS if work.kind == 25],
    )
    yield (
        """SELECT (COUNT(*) AS ?n) { ?r d:text ?t
        FILTER(STRENDS(?t, "มาก") || STRSTARTS(?t, "ราคา")) }""",
        [(sum(e.text[0].endswith("มาก") or e.text[0].startswith("ราคา") for e in REVIEWS),)],
    )


@family
def thai_in_labels():
    for part in ("ำ", "ๆ", "ถ้วย", "น้ำ", "ภาพ เขียน", "บริการ"):
        query = f"""SELECT (COUNT(?s) AS ?n) {{ ?s rdfs:label|foaf:name|d:text ?t
            FILTER(CONTAINS(?t, "{part}")) }}"""
        names = [name for work in WORKS for name in (work.th, work.en) if name]
        names += [person.name for person in PEOPLE] + [review.text[0] for review in REVIEWS]
        names += [f"เมือง {n}" for n in range(CITIES)] + [f"ภาค {n}" for n in range(REGIONS)]
        names += [f"พิพิธภัณฑ์ {n}" for n in range(MUSEUMS)]
        yield query, [(sum(part in name for name in names),)]


@family
def aggregates():
    prices = [work.price for work in WORKS if work.price]
    yield (
        """SELECT (MIN(?p) AS ?a) (MAX(?p) AS ?b) (SUM(?p) AS ?c) (AVG(?p) AS ?d)
        (COUNT(?p) AS ?e) { ?w d:price ?p }""",
        [
            (
                exact(min(prices) / 100),
                exact(max(prices) / 100),
                exact(sum(prices) / 100),
                exact(sum(prices) / 100 / len(prices)),
                len(prices),
            )
        ],
    )
    by_author = defaultdict(list)
    for review in REVIEWS:
        by_author[review.author.iri].append(review)
    yield (
        "SELECT ?a (MAX(?h) AS ?n) { ?r d:author ?a ; d:helpful ?h } GROUP BY ?a",
        [(author, max(each.helpful for each in all_)) for author, all_ in by_author.items()],
    )
    yield (
        "SELECT ?a (COUNT(DISTINCT ?w) AS ?n) { ?r d:author ?a ; d:about ?w } GROUP BY ?a",
        [(author, len({each.work for each in all_})) for author, all_ in by_author.items()],
    )
    yield (
        "SELECT ?a (SUM(DISTINCT ?x) AS ?n) { ?r d:author ?a ; d:rating ?x } GROUP BY ?a",
        [(author, sum({each.rating for each in all_})) for author, all_ in by_author.items()],
    )
    yield (
        "SELECT ?a (SAMPLE(?x) AS ?n) { ?r d:author ?a ; d:rating ?x } GROUP BY ?a",
        (
            lambda rows: (
                len(rows) == len(by_author)
                and all(n in {each.rating for each in by_author[author]} for author, n in rows)
            )
        ),
    )
    yield "SELECT (COUNT(*) AS ?n) (SUM(?x) AS ?m) { ?s d:nothing ?x }", [(0, 0)]
    yield (
        "SELECT (AVG(?n) AS ?m) { { SELECT ?a (COUNT(*) AS ?n) { ?r d:author ?a } GROUP BY ?a } }",
        [(mean(len(all_) for all_ in by_author.values()),)],
    )


@family
def several_hops():
    for city in range(0, CITIES, 2):
        query = f"""SELECT ?name (COUNT(?r) AS ?n) {{
            ?a d:city place:city-{city} ; foaf:name ?name .
            ?r d:author ?a ; d:about ?w . ?w d:museum ?m . ?m d:city ?c . ?c d:within ?region .
            ?region d:within place:country . ?m d:founded ?f FILTER(?f < 1950) }} GROUP BY ?name"""
        found = Counter(
            text(each.author.name)
            for each in REVIEWS
            if each.author.city == city and each.work.museum.founded < 1950
        )
        yield query, [(name, count) for name, count in found.items()]


@family
def yes_or_no():
    yield (
        "ASK { ?r d:rating 5 ; d:verified true ; d:helpful ?h FILTER(?h > 40) }",
        any(each.rating == 5 and each.verified and each.helpful > 40 for each in REVIEWS),
    )
    yield "ASK { ?r d:rating 6 }", False
    yield "ASK { ?a foaf:knows+ ?a }", any(each.n in reach(each.n) for each in PEOPLE)
    yield "ASK { p:0 foaf:knows+ p:115 }", 115 in reach(0)
    yield "ASK { { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } FILTER(?n > 15000) }", True
    yield "ASK { ?w a d:Work FILTER NOT EXISTS { ?w d:museum ?m } }", False


@family
def blank_nodes_in_queries():
    for rating in (1, 2, 4, 5):
        query = f"""SELECT (COUNT(*) AS ?n) {{ [] d:rating {rating} ; d:author [ d:city ?c ] ;
            d:about [ d:museum [ d:city ?c ] ; d:made ?y ] . FILTER(?y > 1700) }}"""
        found = [
            each
            for each in REVIEWS
            if each.rating == rating
            and each.author.city == each.work.museum.city
            and each.work.made > 1700
        ]
        yield query, [(len(found),)]
    yield (
        "SELECT (COUNT(*) AS ?n) { _:a foaf:knows _:b . _:b foaf:knows _:a }",
        [(sum(a.n in PEOPLE[b].knows for a in PEOPLE for b in a.knows),)],
    )


@family
def reviews_side_by_side():
    for apart in (1, 2, 3, 4):
        found = 0
        by_work = defaultdict(list)
        for review in REVIEWS:
            by_work[review.work].append(review)
        for all_ in by_work.values():
            found += sum(a.rating - b.rating == apart for a in all_ for b in all_)
        query = f"""SELECT (COUNT(*) AS ?n) {{ ?a d:about ?w ; d:rating ?x .
            ?b d:about ?w ; d:rating ?y FILTER(?x - ?y = {apart}) }}"""
        yield query, [(found,)]


@family
def histograms():
    for width in (5, 10, 25, 100):
        query = f"""SELECT ?from (COUNT(*) AS ?n) {{ ?w d:made ?y
            BIND(xsd:integer(FLOOR(?y / {width})) * {width} AS ?from) }}
            GROUP BY ?from ORDER BY ?from"""
        found = Counter(work.made // width * width for work in WORKS)
        yield query, Ordered(sorted(found.items()))


@family
def values_that_are_undefined():
    for pairs in ([(1, None)], [(1, 5), (None, 2)], [(3, 3), (None, None)], [(None, 4), (5, None)]):
        rows = " ".join(
            f"({'UNDEF' if a is None else f'w:{a}'} {'UNDEF' if b is None else b})"
            for a, b in pairs
        )
        query = f"""SELECT (COUNT(*) AS ?n) {{ VALUES (?w ?x) {{ {rows} }}
            ?r d:about ?w ; d:rating ?x }}"""
        found = sum(
            a in (None, each.work.n) and b in (None, each.rating)
            for each in REVIEWS
            for a, b in pairs
        )
        yield query, [(found,)]


@family
def the_latest_of_each():
    latest = {}
    for review in REVIEWS:
        latest.setdefault(review.work, review)
        latest[review.work] = max(latest[review.work], review, key=lambda each: each.posted)
    yield (
        """SELECT ?w ?r { ?r d:about ?w ; d:posted ?t FILTER NOT EXISTS {
        ?later d:about ?w ; d:posted ?u FILTER(?u > ?t) } }""",
        [(work.iri, each.iri) for work, each in latest.items()],
    )
    yield (
        """SELECT ?w ?r { { SELECT ?w (MAX(?t) AS ?last) { ?r d:about ?w ; d:posted ?t }
        GROUP BY ?w } ?r d:about ?w ; d:posted ?last }""",
        [(work.iri, each.iri) for work, each in latest.items()],
    )
    for museum in (2, 20):
        query = f"""SELECT ?w ?x {{ ?w d:museum m:{museum} .
            ?r d:about ?w ; d:posted ?t ; d:rating ?x
            OPTIONAL {{ ?later d:about ?w ; d:posted ?u FILTER(?u > ?t) }}
            FILTER(!BOUND(?later)) }}"""
        yield (
            query,
            [(work.iri, each.rating) for work, each in latest.items() if work.museum.n == museum],
        )


@family
def labels_in_one_language():
    label = """SELECT ?w ?x {{ ?w d:kind k:{}
        OPTIONAL {{ ?w rdfs:label ?a FILTER(LANGMATCHES(LANG(?a), "{}")) }}
        OPTIONAL {{ ?w rdfs:label ?b FILTER(LANG(?b) = "{}") }}
        BIND(STR(COALESCE(?a, ?b)) AS ?x) }}"""
    for kind in (18, 27):
        works = [work for work in WORKS if work.kind == kind]
        yield label.format(kind, "en", "th"), [(work.iri, work.en or work.th) for work in works]
        yield label.format(kind, "TH", "en"), [(work.iri, work.th) for work in works]
    yield (
        "SELECT (COUNT(*) AS ?n) { ?r d:text ?t FILTER(LANGMATCHES(LANG(?t), 'fr')) }",
        [(sum(each.text[1].startswith("fr") for each in REVIEWS),)],
    )
    yield (
        "SELECT (COUNT(*) AS ?n) { ?r d:text ?t FILTER(LANGMATCHES(LANG(?t), '*')) }",
        [(sum(each.text[1] != "" for each in REVIEWS),)],
    )


@family
def profiles_of_the_whole():
    yield "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", [(len(TRIPLES),)]
    yield (
        "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p",
        [
            (name, count)
            for name, count in Counter(triple.predicate.value for triple in TRIPLES).items()
        ],
    )
    yield (
        "SELECT ?t (COUNT(?s) AS ?n) { ?s a ?t } GROUP BY ?t ORDER BY DESC(?n)",
        [
            (f"{DEF}Review", len(REVIEWS)),
            (f"{DEF}Work", len(WORKS)),
            (f"{FOAF}Person", len(PEOPLE)),
            (f"{DEF}Museum", MUSEUMS),
            (f"{DEF}City", CITIES),
        ],
    )
    yield (
        "SELECT (COUNT(DISTINCT ?s) AS ?a) (COUNT(DISTINCT ?o) AS ?b) { ?s ?p ?o }",
        [(len({t.subject for t in TRIPLES}), len({t.object for t in TRIPLES}))],
    )
    yield (
        "SELECT ?t ?p (COUNT(*) AS ?n) { ?s a ?t ; ?p ?o } GROUP BY ?t ?p",
        (lambda rows: sum(n for _, _, n in rows) == len(TRIPLES) - 2 * len(BROADER) - 2 * REGIONS),
    )
    yield (
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(isIRI(?o)) }",
        [(sum(isinstance(triple.object, IRI) for triple in TRIPLES),)],
    )
    yield (
        """SELECT ?d (COUNT(*) AS ?n) { ?s ?p ?o
        BIND(DATATYPE(?o) AS ?d) FILTER(isLITERAL(?o)) } GROUP BY ?d""",
        list(
            Counter(
                t.object.datatype.value for t in TRIPLES if isinstance(t.object, Literal)
            ).items()
        ),
    )


@family
def the_whole():
    for count in (5_000, 15_000):
        yield (
            f"SELECT * {{ ?s ?p ?o }} LIMIT {count}",
            (lambda rows, count=count: len(set(rows)) == len(rows) == count),
        )
    lines = {f"{triple.subject} {triple.predicate} {triple.object} ." for triple in TRIPLES}
    no_breaks = {line.replace("\n", "\\n") for line in lines}
    yield "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", no_breaks
    yield (
        "CONSTRUCT WHERE { ?r d:about ?w ; d:rating ?x . ?w d:museum ?m }",
        {
            line
            for each in REVIEWS
            for line in (
                f"<{each.iri}> <{DEF}about> <{each.work.iri}> .",
                f'<{each.iri}> <{DEF}rating> "{each.rating}"^^<{XSD}integer> .',
                f"<{each.work.iri}> <{DEF}museum> <{each.work.museum.iri}> .",
            )
        },
    )


@family
def long_texts_of_queries():
    count = [(len(WORKS),)]
    core = "SELECT (COUNT(*) AS ?n) { ?w a d:Work }"
    prefixes = "".join(f"PREFIX x{n}: <http://example.org/{n}#>\n" for n in range(2000))
    yield prefixes + core, count
    yield f"{core}\n" + "# ข้อสังเกต: it's SERVICE \"\n" * 4000, count
    yield f"SELECT (COUNT(*) AS ?n) {{{' ' * 100_000}?w a d:Work{chr(10) * 100_000}}}", count
    yield f"SELECT (COUNT(*) AS ?n) {{ ?w a d:Work FILTER(STR(?w) != '{'ก' * 60_000}') }}", count
    filters = " ".join(f"FILTER(?w != w:{n})" for n in range(150))
    yield f"SELECT (COUNT(*) AS ?n) {{ ?w a d:Work {filters} }}", [(len(WORKS) - 150,)]
    either = " || ".join(f"?y = {1400 + n}" for n in range(300))
    yield (
        f"SELECT (COUNT(*) AS ?n) {{ ?w d:made ?y FILTER({either}) }}",
        [(sum(work.made < 1700 for work in WORKS),)],
    )


@family
def numbers():
    prices = [work for work in WORKS if work.price]
    yield (
        "SELECT ?w (ROUND(?p / 3) AS ?x) { ?w d:price ?p }",
        [(work.iri, math.floor(work.price / 300 + 0.5)) for work in prices],
    )
    yield (
        "SELECT ?w (CEIL(?p) - FLOOR(?p) AS ?x) { ?w d:price ?p }",
        [(work.iri, 0 if work.price % 100 == 0 else 1) for work in prices],
    )
    yield (
        "SELECT (SUM(ABS(?x - 3) * 2 - 1) AS ?n) { ?r d:rating ?x }",
        [(sum(abs(each.rating - 3) * 2 - 1 for each in REVIEWS),)],
    )
    yield (
        "SELECT (AVG(xsd:double(?h) * 1.5e0) AS ?n) { ?r d:helpful ?h }",
        [(mean(each.helpful * 1.5 for each in REVIEWS),)],
    )
    yield (
        "SELECT (COUNT(*) AS ?n) { ?r d:helpful ?h ; d:rating ?x FILTER(?h / ?x > 7.5) }",
        [(sum(each.helpful / each.rating > 7.5 for each in REVIEWS),)],
    )


@family
def digests():
    for name in ("MD5", "SHA1", "SHA256", "SHA384", "SHA512"):
        digest = getattr(hashlib, name.lower())
        query = f"SELECT ?p ({name}(STR(?name)) AS ?x) {{ ?p foaf:name ?name }}"
        yield query, [(each.iri, digest(each.name.encode()).hexdigest()) for each in PEOPLE]
    yield (
        "SELECT ?p (ENCODE_FOR_URI(?name) AS ?x) { ?p foaf:name ?name }",
        [(each.iri, quote(each.name, safe="~")) for each in PEOPLE],
    )


QUERIES = [(name, query) for name, cases in FAMILIES.items() for query, _ in cases]


def test_the_queries_are_many_and_distinct():
    assert len({query for _, query in QUERIES}) == len(QUERIES) >= 200
    assert 18_000 < len(TRIPLES) < len(QUADS) < 25_000


def ask(client, number, query):
    """By any of the ways that a query may be sent."""
    whole = PROLOGUE + query
    headers = {"Accept": f"{JSON}, {N_TRIPLES}"}
    if number % 3 == 0 and len(quote(whole)) < 8_000:
        return client.get("/sparql", params={"query": whole}, headers=headers)
    if number % 3 == 1:
        return client.post("/sparql", data={"query": whole}, headers=headers)
    headers["Content-Type"] = "application/sparql-query"
    return client.post("/sparql", content=whole, headers=headers)


@pytest.fixture(scope="module")
def answers(release_over, endpoint, serve):
    """What came back for each query, all of them asked by many at once, and all once more."""
    with (
        serve(endpoint(release_over(QUADS), LIMITS)) as client,
        ThreadPoolExecutor(THREADS) as threads,
    ):
        asking = defaultdict(list)
        for number, (_, query) in enumerate([*QUERIES, *reversed(QUERIES)]):
            # The comment keeps it from being the same query twice.
            once = f"{query}\n# {number}"
            asking[query].append(threads.submit(ask, client, number, once))
        return {query: [each.result() for each in both] for query, both in asking.items()}


def test_all_of_them_are_answered(answers):
    told = {
        query: each.text for query, both in answers.items() for each in both if not each.is_success
    }
    assert told == {}


def rows_of(result):
    names = result["head"]["vars"]
    bindings = result["results"]["bindings"]
    return [tuple(value_of(row.get(name)) for name in names) for row in bindings]


def is_right(answer, expected):
    if isinstance(expected, bool):
        return answer.json()["boolean"] is expected
    if isinstance(expected, set):
        # Tags of languages are the same in any case.
        lines = answer.text.lower().splitlines()
        return Counter(lines) == Counter(line.lower() for line in expected)
    rows = rows_of(answer.json())
    if isinstance(expected, Ordered):
        return rows == expected
    return expected(rows) if callable(expected) else Counter(rows) == Counter(expected)


@pytest.mark.parametrize("name", FAMILIES)
def test_each_of_a_family_finds_what_is_there(answers, name):
    for query, expected in FAMILIES[name]:
        for answer in answers[query]:
            assert answer.status_code == 200, (query, answer.text)
            assert is_right(answer, expected), (query, answer.text[:2000], str(expected)[:2000])


@pytest.mark.parametrize(
    ("expression", "value"),
    [("COALESCE (1 / 0, 2)", "2"), ("CONCAT ('a', 'b')", "ab"), ("isBLANK(BNODE ())", "true")],
)
def test_there_may_be_space_before_the_bracket_of_a_function(client, expression, value):
    response = ask(client, 0, f"SELECT ({expression} AS ?x) {{ }}")
    assert response.status_code == 200
    assert response.json()["results"]["bindings"][0]["x"]["value"] == value
