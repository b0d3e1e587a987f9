"""What changed: exact, grouped by entity, without noise of blank nodes."""

import json
import re
from pathlib import Path

import jsonschema
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from reviewgraph.rdf.canonical import canonicalize, lines_of
from reviewgraph.release.diff import data, markdown, text
from reviewgraph.release.diff.changes import Side, compare

BASE = "https://x.example/"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
PREFIXES = {"x": f"{BASE}def#", "rdfs": "http://www.w3.org/2000/01/rdf-schema#"}


def iri(name):
    return NamedNode(BASE + name)


def said(subject, predicate, value, graph="data/a"):
    subject = iri(subject) if isinstance(subject, str) else subject
    value = iri(value[1:]) if isinstance(value, str) and value.startswith("/") else value
    value = Literal(value) if isinstance(value, str) else value
    return Quad(subject, iri(f"def#{predicate}"), value, iri(f"graph/{graph}"))


def named(subject, name, lang="en", graph="data/a"):
    return Quad(iri(subject), NamedNode(LABEL), Literal(name, language=lang), iri(f"graph/{graph}"))


def side(quads, name="side"):
    lines = list(lines_of(canonicalize(quads)))
    return Side(name, lambda: lines, BASE, (LABEL,), PREFIXES)


def changed(old, new):
    return compare(side(old, "old"), side(new, "new"))


BOWL = [
    named("id/bowl", "Bowl"),
    named("id/bowl", "ชาม", "th"),
    said("id/bowl", "near", "/id/drum"),
]


def test_the_same_is_no_change():
    found = changed(BOWL, BOWL)
    assert not found
    assert text.write(found, ["en"]) == "Nothing changed.\n"
    assert "ไม่มีอะไรเปลี่ยน" in text.write(found, ["th"])


def test_statements_are_told_below_their_entity():
    found = changed(BOWL, [*BOWL[1:], named("id/bowl", "Deep bowl")])
    (entity,) = found.entities
    assert (entity.iri, entity.state) == (f"{BASE}id/bowl", "changed")
    assert [told.statement[2].value for told in entity.added] == ["Deep bowl"]
    assert [told.statement[2].value for told in entity.removed] == ["Bowl"]
    assert entity.added[0].graphs == (f"{BASE}graph/data/a",)
    lines = text.write(found, ["en"]).splitlines()
    assert lines[0] == "1 changed · statements +1 −1"
    assert lines[2] == f"~ Deep bowl <{BASE}id/bowl> (changed)"
    assert lines[3] == '  - rdfs:label "Bowl"@en  [data/a]'
    assert lines[4] == '  + rdfs:label "Deep bowl"@en  [data/a]'


def test_an_entity_that_came_or_went_is_told_so():
    drum = [named("id/drum", "Drum"), said("id/drum#part", "of", "/id/drum")]
    came, went = changed(BOWL, [*BOWL, *drum]), changed([*BOWL, *drum], BOWL)
    assert [(e.iri, e.state) for e in came.entities] == [(f"{BASE}id/drum", "added")]
    assert [(e.iri, e.state) for e in went.entities] == [(f"{BASE}id/drum", "removed")]
    assert len(came.entities[0].added) == 2, "what is named after it belongs to it"
    assert "- Drum" in text.write(went, ["en"]), "its name is that of the old side"


def test_what_goes_to_another_file_is_moved():
    moved = [*BOWL[:2], said("id/bowl", "near", "/id/drum", "data/b")]
    found = changed(BOWL, moved)
    (entity,) = found.entities
    assert (entity.added, entity.removed, len(entity.moved)) == ((), (), 1)
    assert "[data/a → data/b]" in text.write(found, ["en"])


def test_names_follow_the_language_and_fall_back():
    found = changed(BOWL, BOWL[:2])
    assert "~ ชาม <" in text.write(found, ["th"])
    assert "~ Bowl <" in text.write(found, ["en"])
    found = changed([named("id/x", "ก", "th")], [])
    assert "- ก <" in text.write(found, ["en"])


def hanging(root, name, words, inner="x"):
    node, deeper = BlankNode(name), BlankNode(name + inner)
    return [
        said(root, "has", node),
        said(node, "says", words),
        said(node, "holds", deeper),
        said(deeper, "says", words * 2),
    ]


def test_blank_nodes_by_other_names_are_no_change():
    old = [*BOWL, *hanging("id/bowl", "a", "one"), *hanging("id/bowl", "b", "two")]
    new = [*reversed(BOWL), *hanging("id/bowl", "z", "two"), *hanging("id/bowl", "y", "one")]
    assert not changed(old, new)


def test_a_change_below_one_blank_node_tells_of_that_alone():
    old = [*BOWL, *hanging("id/bowl", "a", "one"), *hanging("id/drum", "b", "two")]
    new = [*BOWL, *hanging("id/bowl", "a", "one"), *hanging("id/drum", "b", "three")]
    found = changed(old, new)
    assert [entity.iri for entity in found.entities] == [f"{BASE}id/drum"]
    assert "one" not in text.write(found, ["en"])
    assert (found.added, found.removed) == (4, 4)


def test_equal_blank_nodes_are_counted():
    one, two = hanging("id/bowl", "a", "one"), hanging("id/bowl", "b", "one")
    assert not changed([*one, *two], [*two, *one])
    found = changed([*one, *two], one)
    assert (found.added, found.removed) == (0, 4)


def test_a_blank_node_that_nothing_leads_to_is_told_with_its_graph():
    found = changed([], [said(BlankNode("a"), "says", "x")])
    assert [entity.iri for entity in found.entities] == [f"{BASE}graph/data/a"]


NODES = st.sampled_from([iri("id/1"), iri("id/2"), BlankNode("a"), BlankNode("b"), BlankNode("c")])
QUADS = st.lists(
    st.builds(
        Quad,
        NODES,
        st.sampled_from([iri("def#p"), iri("def#q")]),
        st.one_of(NODES, st.sampled_from([Literal("x"), Literal("y", language="th")])),
        st.sampled_from([iri("graph/data/a"), iri("graph/data/b")]),
    ),
    max_size=7,
)


def relabelled(quads, names):
    def term(node):
        return BlankNode(names[node.value]) if isinstance(node, BlankNode) else node

    return [Quad(term(q.subject), q.predicate, term(q.object), q.graph_name) for q in quads]


@given(QUADS, QUADS, st.permutations(["k", "l", "m"]))
def test_there_is_a_change_exactly_if_the_datasets_are_not_isomorphic(old, new, names):
    assert not changed(old, list(reversed(relabelled(old, dict(zip("abc", names, strict=True))))))
    isomorphic = [*lines_of(canonicalize(old))] == [*lines_of(canonicalize(new))]
    assert bool(changed(old, new)) == (not isomorphic)


@given(QUADS, QUADS)
def test_what_is_told_leads_from_the_old_to_the_new(old, new):
    """For statements without blank nodes, whose names alone say nothing."""

    def ground(quads):
        return {q for q in quads if "_:" not in f"{q.subject} {q.object}"}

    found = changed(ground(old), ground(new))
    state = ground(old)
    for entity in found.entities:
        for told in entity.removed:
            state -= {Quad(*told.statement, NamedNode(graph)) for graph in told.graphs}
        for told in entity.added:
            state |= {Quad(*told.statement, NamedNode(graph)) for graph in told.graphs}
        for moved in entity.moved:
            state -= {Quad(*moved.statement, NamedNode(graph)) for graph in moved.before}
            state |= {Quad(*moved.statement, NamedNode(graph)) for graph in moved.after}
    assert state == ground(new)


def test_other_files_are_told_apart():
    def listed(path, digest):
        file = NamedNode(f"{BASE}graph/folder#{path}")
        graph = NamedNode(f"{BASE}graph/folder")
        return [
            Quad(file, NamedNode("http://spdx.org/rdf/terms#fileName"), Literal(path), graph),
            Quad(file, NamedNode("http://purl.org/dc/terms/identifier"), Literal(digest), graph),
        ]

    old = [*BOWL, *listed("shapes/a.ttl", "1"), *listed("shapes/b.ttl", "1")]
    new = [*BOWL, *listed("shapes/b.ttl", "2"), *listed("shapes/c.ttl", "1")]
    found = changed(old, new)
    assert not found.entities
    assert [(file.path, file.state) for file in found.files] == [
        ("shapes/a.ttl", "removed"),
        ("shapes/b.ttl", "changed"),
        ("shapes/c.ttl", "added"),
    ]


def test_of_a_long_text_the_part_that_differs_is_shown():
    before = "word " * 100 + "old end"
    after = "word " * 100 + "new end"
    found = changed([said("id/x", "note", before)], [said("id/x", "note", after)])
    lines = text.write(found, ["en"]).splitlines()
    assert "old end" in lines[3]
    assert "new end" in lines[4]
    assert all(len(line) < 250 for line in lines)


NASTY = (
    "<img src=x onerror=a> @someone #12 [x](http://evil.example) `code` **b** "
    "\x1b[31m\u202e\r\n</details>"
)


def test_what_strangers_wrote_is_text_in_markdown():
    found = changed([], [said("id/x", "note", NASTY), named("id/x", NASTY)])
    written = markdown.write(found, ["th", "en"])
    assert "<img" not in written
    assert "@someone" not in written
    assert "\x1b" not in written
    rendered = MarkdownIt("commonmark").render(written)
    assert "<a " not in rendered
    assert "<strong>b" not in rendered
    assert rendered.count("<details>") == rendered.count("</details>") == 1


def test_what_strangers_wrote_does_nothing_to_a_terminal():
    found = changed([], [said("id/x", "note", NASTY)])
    written = text.write(found, ["en"])
    assert "\x1b" not in written
    assert "\r" not in written
    assert "\u202e" not in written
    assert "\x1b[32m" in text.write(found, ["en"], colour=True)


def test_a_comment_never_passes_what_a_forge_takes():
    many = [said(f"id/{number}", "note", "ก" * 90) for number in range(3000)]
    many += [said("id/big", "value", Literal(str(number))) for number in range(3000)]
    written = markdown.write(changed([], many), ["th", "en"])
    assert 20_000 < len(written) < 65_536
    assert re.search(r"left out: \d+", written.replace("&#58;", ":"))


def test_the_data_is_as_its_schema_says():
    schema = json.loads(Path(data.__file__).with_name("diff.schema.json").read_text())
    found = changed(
        [*BOWL, *hanging("id/drum", "a", "x")],
        [*BOWL[:2], said("id/bowl", "near", "/id/drum", "data/b"), named("id/jar", "Jar")],
    )
    document = json.loads(data.write(found))
    jsonschema.validate(document, schema, cls=jsonschema.Draft202012Validator)
    assert document["counts"]["entities"] == {"added": 1, "removed": 1, "changed": 1}
    assert document["counts"]["statements"] == {"added": 1, "removed": 4, "moved": 1}
    assert document["entities"][0]["labels"] == {"en": "Bowl", "th": "ชาม"}
