"""Where the statements of a JSON-LD file stand, by the engine's own reading of it."""

import json
import tarfile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from reviewgraph.publication import jsonld_context, source
from reviewgraph.publication.jsonld_places import locate
from reviewgraph.publication.lines import Lines
from reviewgraph.rdf.terms import IRI

BASE = "https://e.org/data/file.jsonld"
V = "https://e.org/terms#"


def places(text, base=BASE):
    """Each quad with what stands at its three places."""
    quads = list(parse(text, format=RdfFormat.JSON_LD, base_iri=base))
    found = locate(text, base, quads)
    assert len(found) == len(quads)
    return list(zip(quads, found, strict=True))


def beginnings(text, subject=None):
    """What the text has at the three places of each quad, shortened."""
    return [
        tuple(text[offset:].split(":")[0].split(",")[0].split("}")[0].strip() for offset in at)
        for quad, at in places(text)
        if subject is None or str(quad.subject) == subject
    ]


def test_a_statement_is_at_its_node_its_key_and_its_value():
    text = """{"@context": {"v": "https://e.org/terms#", "name": "v:name"},
      "@id": "bowl", "@type": "v:Bowl",
      "name": [{"@value": "ชาม", "@language": "th"}, "Bowl"], "v:next": {"@id": "drum"}}"""
    found = {str(quad.object): at for quad, at in places(text)}
    at = found[f"<{V}Bowl>"]
    assert at == (0, text.index('"@type"'), text.index('"v:Bowl"'))
    assert found['"ชาม"@th'] == (0, text.index('"name": ['), text.index('"ชาม"'))
    assert found['"Bowl"'].object == text.index('"Bowl"')
    assert found["<https://e.org/data/drum>"] == (0, text.index('"v:next"'), text.index('"drum"'))


def test_unnamed_nodes_are_told_from_each_other_by_what_holds_them():
    text = """[{"@id": "a", "x:p": [{"x:q": 1}, {"x:q": 2}], "x:r": {"x:q": 3}},
      {"x:q": 4}, {"@id": "_:b", "x:q": 5}, {"@id": "c", "x:p": {"@id": "_:b"}}]"""
    for quad, at in places(text):
        if quad.predicate.value == "x:q":
            value = quad.object.value
            assert text[at.object] == value
            assert text[at.subject : at.object] in {'{"x:q": ', '{"@id": "_:b", "x:q": '}
            assert text[at.predicate :].startswith(f'"x:q": {value}')


def test_numbers_are_found_in_whatever_way_they_are_written():
    numbers = ["7.205759403792191e+16", "1.5e3", "2.50", "0.1", "1E30", "1e20", "-0.0", "-900"]
    numbers += ["12345678901234567890", "123456789012345678901234567890", "5e-324", "1e-400"]
    numbers += ["100.0e-2", "-12e-1", "10.0E-5"]
    text = '{"@id":"a","x:p":["first", ' + ", ".join(numbers) + "]}"
    found = [text[at.object :].split(",")[0].rstrip("]}") for _, at in places(text)]
    assert found == ['"first"', *numbers]


def test_two_values_that_differ_in_language_only_are_two_places():
    text = """{"@context": {"n": {"@id": "x:n", "@container": "@language"}, "@language": "de"},
      "@id": "a", "n": {"th": "OPDC", "en": "OPDC"}, "x:m": ["OPDC", {"@value": "OPDC"}]}"""
    found = {(str(quad.predicate), str(quad.object)): at.object for quad, at in places(text)}
    assert found["<x:n>", '"OPDC"@th'] == text.index('"OPDC", "en"')
    assert found["<x:n>", '"OPDC"@en'] == text.index('"OPDC"},')
    assert found["<x:m>", '"OPDC"@de'] == text.index('"OPDC", {')
    assert found["<x:m>", '"OPDC"'] == text.index('"OPDC"}]')


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Terms, aliases, prefixes; what is relative; a value typed as an IRI.
        (
            '{"@context":{"@vocab":"x:v/","id":"@id","p":{"@type":"@id"}},"id":"a","p":"b"}',
            [('{"@context"', '"p"', '"b"')],
        ),
        ('{"@context":{"@base":"http://b.org/"},"@id":"a","x:p":{"@id":"b"}}', None),
        # A keyword, a term or a node that turns the statement round.
        (
            '{"@context":{"of":{"@reverse":"x:has"}},"@id":"a","of":{"@id":"b"}}',
            [('"b"', '"of"', '{"@context"')],
        ),
        ('{"@id":"a","@reverse":{"x:has":{"@id":"b","x:p":1}}}', None),
        # Containers.
        ('{"@context":{"l":{"@id":"x:l","@container":"@list"}},"@id":"a","l":[7,"8"]}', None),
        ('{"@id":"a","x:l":{"@list":[]},"x:s":{"@set":["1","2"]}}', None),
        (
            '{"@context":{"m":{"@id":"x:m","@container":"@id"}},"@id":"a","m":{"b":{"x:p":1}}}',
            None,
        ),
        (
            '{"@context":{"m":{"@id":"x:m","@container":"@index"}},"@id":"a","m":{"k":["1"]}}',
            [('{"@context"', '"m"', '"1"]')],
        ),
        # Contexts inside: of a node, of a property, of a type.
        ('{"@id":"a","x:p":{"@context":{"q":"x:q"},"@id":"b","q":1}}', None),
        (
            '{"@context":{"p":{"@id":"x:p","@context":{"q":"x:q"}}},"@id":"a","p":{"q":1}}',
            None,
        ),
        (
            (
                '{"@context":{"@vocab":"x:","T":{"@context":{"q":"x:z"}}},"@id":"a","@type":"T",'
                '"q":{"@id":"b","q":1}}'
            ),
            None,
        ),
        # Nothing but @graph, @included, @nest around it; repeated keys; escapes in a key.
        ('{"@graph":[{"@id":"a","x:p":1}],"@included":{"@id":"b","x:p":2}}', None),
        ('{"@context":{"n":"@nest"},"n":{"@id":"a","x:p":1},"x:p":2}', None),
        ('{"@id":"a","x:p":1,"x:p":2.5,"x:q":[true,1e30,-0.5]}', None),
        ('{"@id":"a\\u0062","x:\\u0070":"\\"\\\\"}', [('{"@id"', '"x', '"\\"\\\\"')]),
    ],
)
def test_what_json_ld_can_say_in_many_ways_has_exact_places(text, expected):
    found = places(text)
    assert found
    for quad, at in found:
        assert (
            at.predicate > at.subject
            or quad.predicate.value.endswith(("#first", "#rest"))
            or ("everse" in text)
        ), (quad, at)
        assert text[at.subject] in '{["0123456789'
        if isinstance(quad.object, Literal) and quad.object.value.isalnum():
            written = text[at.object :].strip('"')
            assert written.startswith(quad.object.value) or "E" in quad.object.value
    if expected is not None:
        assert beginnings(text) == expected


@pytest.mark.parametrize(
    ("text", "place"),
    [
        # The coerced value is another one than what is written: its only place is taken.
        ('{"@id":"a",\n"x:p":{"@value":1,"@type":"http://www.w3.org/2001/XMLSchema#double"}}', 2),
        # One of several values that cannot be told apart: the place of the predicate.
        ('{"@id":"a",\n"x:p":[{"@value":{"b":1},"@type":"@json"},\n"c"]}', 2),
        # A key whose meaning is not found: the place of the subject.
        ('[1,\n{"@context":{"t":{"@id":"u"},"u":"x:"},"@id":"a",\n"t":"c"}]', 3),
    ],
)
def test_what_cannot_be_told_exactly_gets_the_place_next_to_it(text, place):
    quad, at = places(text)[0]
    assert quad.subject == NamedNode("https://e.org/data/a")
    assert Lines(text).at(at.object)[0] == place


def test_contexts_past_the_limit_cost_precision_only(monkeypatch):
    monkeypatch.setattr(jsonld_context, "MAX_TERMS_COPIED", 2)
    inner = '{"@context":{"q":"x:q"},"@id":"b","q":1}'
    text = f'{{"@context":{{"a":"x:a","b":"x:b","c":"x:c"}},"@id":"a","a":{inner}}}'
    found = {quad.predicate.value: at for quad, at in places(text)}
    assert found["x:a"].predicate == text.index('"a":{"@context"')
    assert found["x:q"] == (text.index(inner),) * 3


def test_what_the_engine_drops_does_not_mix_up_the_rest():
    text = '[{"x:p": {"@id": "no IRI"}}, {"@id": "no IRI", "x:q": 1}, {"x:p": "a"}]'
    ((_, at),) = places(text)
    assert at == (text.index('{"x:p": "a"'), text.index('"x:p": "a"'), text.index('"a"'))


def test_text_that_is_no_json_gives_the_beginning():
    quads = list(parse('{"@id":"a","x:p":1}', format=RdfFormat.JSON_LD, base_iri=BASE))
    for text in ("", "}", "[] []", '{"@id":"a"'):
        assert locate(text, BASE, quads) == [(0, 0, 0)]


def test_terms_that_are_written_each_with_the_next_do_not_exhaust_the_reader():
    terms = {f"t{n}": f"t{n + 1}:x" for n in range(5000)}
    text = json.dumps({"@context": terms, "@id": "a", "x:p": 1})
    quads = list(parse('{"@id":"a","x:p":1}', format=RdfFormat.JSON_LD, base_iri=BASE))
    assert locate(text, BASE, quads)[0].predicate == text.index('"x:p"')


NAMES = ["a", "id/ก", "x:b", "_:n1", "https://e.org/c#d"]
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=6)
CONTEXT = {
    "@vocab": V,
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "e": "https://e.org/terms#",
    "year": {"@id": "e:year", "@type": "xsd:gYear"},
    "in": {"@id": "e:in", "@type": "@id"},
    "names": {"@id": "e:names", "@container": "@language"},
}
VALUES = st.one_of(
    TEXTS,
    st.integers(-5, 5000),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.builds(lambda text: {"@value": text, "@language": "th"}, TEXTS),
    st.builds(lambda name: {"@id": name}, st.sampled_from(NAMES)),
)
MEMBERS = {
    "name": VALUES | st.lists(VALUES, max_size=3),
    "e:note": VALUES | st.lists(VALUES, max_size=3),
    "year": st.sampled_from(["1400", "-0300"]),
    "in": st.sampled_from(NAMES),
    "names": st.dictionaries(st.sampled_from(["th", "en"]), TEXTS, max_size=2),
    "@type": st.sampled_from(["Thing", "e:Room", ["Thing", "x:Other"]]),
}


@st.composite
def nodes(draw, depth=2):
    """A node object with some members in any order, the same name at most once in a document."""
    members = draw(st.lists(st.sampled_from(sorted(MEMBERS)), unique=True, max_size=4))
    node = {key: draw(MEMBERS[key]) for key in members}
    if draw(st.booleans()):
        node["@id"] = "to be named"
    if depth and draw(st.booleans()):
        node["part"] = draw(st.lists(nodes(depth=depth - 1), max_size=2))
    order = draw(st.permutations(list(node)))
    return {key: node[key] for key in order}


def named(value, numbers):
    """The same with every node's name made its own; each carries its name in a member too."""
    if isinstance(value, list):
        return [named(item, numbers) for item in value]
    if isinstance(value, dict) and "@value" not in value:
        value = {key: named(item, numbers) for key, item in value.items()}
        if value.get("@id") == "to be named":
            number = next(numbers)
            value = {"mark": f"m{number}", **value, "@id": f"https://e.org/ก/{number}"}
    return value


DOCUMENTS = st.builds(
    lambda items: [
        named(item, iter(range(n * 100, n * 100 + 100))) for n, item in enumerate(items)
    ],
    st.lists(nodes(), min_size=1, max_size=4),
)
LAYOUTS = [{}, {"indent": 2}, {"indent": "\t", "ensure_ascii": False}, {"separators": (",", ":")}]


@given(DOCUMENTS, st.sampled_from(LAYOUTS), st.booleans())
@example([{"@id": "https://e.org/ก/0", "mark": "m0", "name": "ก\n\\"}], {"indent": 1}, False)  # noqa: FBT003
def test_every_subject_is_at_the_line_and_column_of_its_node_object(items, layout, alone):
    """The node objects are found again by their marks, in whatever layout they were written."""
    document = (
        {"@context": CONTEXT, "@graph": items}
        if not alone
        else [{"@context": CONTEXT, **item} for item in items]
    )
    text = json.dumps(document, **layout)
    lines = Lines(text)
    quads = list(parse(text, format=RdfFormat.JSON_LD, base_iri=BASE))
    expected = dict(_braces(text))
    for quad, at in zip(quads, locate(text, BASE, quads), strict=True):
        assert all(0 <= offset < len(text) for offset in at)
        if isinstance(quad.subject, NamedNode):
            brace = expected[quad.subject.value]
            assert lines.at(at.subject) == lines.at(brace)
        assert text[at.subject] == "{"
        assert text[at.predicate] == '"'
        assert at.subject < at.predicate < at.object
        if isinstance(quad.object, Literal) and text[at.object] == '"':
            value, _ = json.JSONDecoder(strict=False).raw_decode(text, at.object)
            assert value == quad.object.value
        elif isinstance(quad.object, BlankNode) and text[at.object] != '"':
            assert text[at.object] == "{"


def _braces(text):
    """Each named node's IRI with the place of its brace, by counting brackets outside strings."""
    waiting, at = [], 0
    decoder = json.JSONDecoder(strict=False)
    while at < len(text):
        if text[at] == '"':
            value, end = decoder.raw_decode(text, at)
            if value == "@id" and text[end:].lstrip()[0] == ":":
                start = text.index('"', end)
                name, end = decoder.raw_decode(text, start)
                if text[waiting[-1] :].startswith("{") and name.startswith("https://e.org/ก/"):
                    yield name, waiting[-1]
            at = end
            continue
        if text[at] == "{":
            waiting.append(at)
        elif text[at] == "}":
            waiting.pop()
        at += 1


def test_every_file_of_the_w3c_suite_has_places_inside_its_text(shared):
    seen = exact = 0
    with tarfile.open(shared / "suites" / "jsonld11.tar.gz") as archive:
        for member in archive.getmembers():
            if "/toRdf/" not in member.name or not member.name.endswith("-in.jsonld"):
                continue
            text = archive.extractfile(member).read().decode()
            base = f"https://w3c.example/{member.name}"
            try:
                found = places(text, base)
            except (SyntaxError, ValueError):
                continue  # a negative test, or a context elsewhere
            for _, at in found:
                assert all(0 <= offset < len(text) for offset in at), member.name
                seen += 1
                exact += at.subject < at.predicate < at.object
    assert seen > 1400
    assert exact > 0.8 * seen


def test_a_file_is_read_with_these_places(tmp_path):
    path = tmp_path / "a.jsonld"
    path.write_text('[{"@id": "x:t", "x:q": 2},\n {"@id": "x:s",\n  "x:p": {"x:q": "ก"}}]')
    file = source.read_file(tmp_path, path, graph=IRI("x:g"), base=BASE, scope="f1")
    (found,) = [located for located in file.statements if located.object == Literal("ก")]
    assert found.subject == BlankNode("f1b0")
    assert [
        str(file.place(at)) for at in (found.subject_at, found.predicate_at, found.object_at)
    ] == ["a.jsonld:3:10", "a.jsonld:3:11", "a.jsonld:3:18"]
