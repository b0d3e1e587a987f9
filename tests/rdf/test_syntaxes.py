"""Statements in every syntax: the same graph comes back, and the same bytes in any order."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    Triple,
    parse,
)

from reviewgraph.errors import NotSerializable
from reviewgraph.rdf.formats import (
    GRAPH_SYNTAXES,
    JSON_LD,
    N_QUADS,
    RDF_SYNTAXES,
    RDF_XML,
    TRIG,
)
from reviewgraph.rdf.jsonld import read_context
from reviewgraph.rdf.syntax import serialize

E = "https://e.example/"
XSD = "http://www.w3.org/2001/XMLSchema#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
PREFIXES = {"e": E, "id": f"{E}id/", "p": f"{E}p#", "xsd": XSD, "bad prefix": f"{E}q/"}
CONTEXT = read_context(
    json.dumps(
        {
            "@context": {
                "@version": 1.1,
                "@base": E,
                "@language": "de",
                "@vocab": E,
                "e": E,
                "idx": f"{E}id/",
                "urn": f"{E}urn#",
                "xsd": XSD,
                "id": "@id",
                "type": "@type",
                "p": {"@id": "e:p", "@container": "@language"},
                "pd": {"@id": "e:p", "@type": "xsd:date"},
                "pi": {"@id": "e:p", "@type": "@id"},
                "q": {"@id": "e:p#q", "@container": "@set"},
                "many": {"@id": "e:s", "@container": ["@language", "@set"]},
                "r": {"@id": "e:r", "@type": "xsd:integer"},
                "s": "e:s",
                "scoped": {"@id": "e:s", "@context": {"e": "https://wrong.example/"}},
                "backwards": {"@reverse": "e:s"},
                "lang": {"@id": "e:s", "@language": "th"},
                "Cls": "e:Cls",
            }
        }
    )
)


def iri(text: str) -> NamedNode:
    return NamedNode(text)


SUBJECTS = st.sampled_from(
    [iri(f"{E}id/x"), iri("urn:x:y"), BlankNode("1a"), BlankNode("z"), iri(f"{E}id/ก#a=1,2")]
)
PREDICATES = st.sampled_from(
    [iri(f"{E}{name}") for name in ("p", "p#q", "r", "s", "t.", "1a", "p#-")]
    + [iri(TYPE), iri("urn:x:p")]
)
NAMES = ["id/a.b.", "id/a~b!c$d&e'f(g)h*i+j;k=l", "id/-a", "id/a%20b", "id/ก็", "id/a:b/c@d", "Cls"]
OBJECTS = st.one_of(
    SUBJECTS,
    st.sampled_from([iri(E + name) for name in NAMES]),
    st.builds(Literal, st.text(st.characters(exclude_categories=("Cs",)), max_size=8)),
    st.builds(Literal, st.sampled_from(["", "@id", "_:b", "x"])),
    st.builds(
        Literal, st.sampled_from(["x", "y"]), language=st.sampled_from(["th", "en", "de", "en-gb"])
    ),
    st.sampled_from(
        [
            Literal(value, datatype=iri(datatype))
            for value, datatype in (
                ("12", f"{XSD}integer"),
                ("01", f"{XSD}integer"),
                ("-0", f"{XSD}integer"),
                ("9" * 40, f"{XSD}integer"),
                ("x", f"{XSD}integer"),
                ("1.50", f"{XSD}decimal"),
                ("1e0", f"{XSD}double"),
                ("true", f"{XSD}boolean"),
                ("True", f"{XSD}boolean"),
                ("2019-01-01", f"{XSD}date"),
                ("{}", "http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON"),
                ("<a/>", "http://www.w3.org/1999/02/22-rdf-syntax-ns#XMLLiteral"),
                ("u", "urn:dt"),
            )
        ]
    ),
)
TRIPLES = st.lists(st.builds(Triple, SUBJECTS, PREDICATES, OBJECTS), max_size=7)


def canonical(items) -> Dataset:
    dataset = Dataset(
        item if isinstance(item, Quad) else Quad(item.subject, item.predicate, item.object)
        for item in items
    )
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


@given(TRIPLES, st.sampled_from(RDF_SYNTAXES), st.sampled_from([None, CONTEXT]), st.randoms())
def test_what_is_written_reads_back_as_the_same_graph(items, syntax, context, chance):
    try:
        written = serialize(items, syntax, PREFIXES, context)
    except NotSerializable:
        assert syntax is RDF_XML
        return
    assert canonical(parse(written, format=syntax.engine)) == canonical(items)
    shuffled = list(items)
    chance.shuffle(shuffled)
    assert serialize([*shuffled, *items], syntax, PREFIXES, context) == written


@given(TRIPLES, st.sampled_from([N_QUADS, TRIG, JSON_LD]))
def test_graph_names_are_kept_where_there_are_any(items, syntax):
    names = [iri(f"{E}g/1"), iri("urn:g")]
    quads = [Quad(*item, names[number % 2]) for number, item in enumerate(items)]
    written = serialize(quads, syntax, PREFIXES)
    assert canonical(parse(written, format=syntax.engine)) == canonical(quads)


@pytest.mark.parametrize("syntax", GRAPH_SYNTAXES, ids=lambda syntax: syntax.name)
def test_nothing_is_a_document_too(syntax):
    assert list(parse(serialize([], syntax), format=syntax.engine)) == []


@pytest.mark.parametrize(
    "item",
    [
        Triple(iri(f"{E}x"), iri(f"{E}p"), Literal("\x01")),
        Triple(iri(f"{E}x"), iri(f"{E}p"), Literal("\ufffe")),
        Triple(iri(f"{E}x"), iri(f"{E}123"), Literal("x")),
        Triple(iri(f"{E}x"), iri(f"{TYPE[:-4]}li"), Literal("x")),
    ],
)
def test_what_rdf_xml_cannot_say_is_refused(item):
    with pytest.raises(NotSerializable):
        serialize([item], RDF_XML)


@pytest.mark.parametrize(
    "document",
    [
        "nonsense",
        "[]",
        '{"@context": "https://evil.example/context"}',
        '{"@context": ["https://evil.example/context", {}]}',
        '{"@context": {"@import": "https://evil.example/context"}}',
        '{"@context": {"a": {"@id": "x:a", "@context": "https://evil.example/context"}}}',
        '{"@context": {"a": {"@id": "x:a", "@container": "@nonsense"}}}',
    ],
)
def test_a_context_that_is_not_all_at_hand_is_refused(document):
    with pytest.raises(ValueError, match=r"."):
        read_context(document)


def test_numbers_and_truth_values_are_json_where_json_is_exact():
    values = {"12": 12, "01": None, "-0": None, "9" * 40: None}
    for text, number in values.items():
        item = Triple(iri(f"{E}x"), iri(f"{E}n"), Literal(text, datatype=iri(f"{XSD}integer")))
        written = json.loads(serialize([item], JSON_LD, {}, {"e": E}))
        found = written["@graph"][0]["e:n"]
        assert found == (
            number if number is not None else {"@type": f"{XSD}integer", "@value": text}
        )
