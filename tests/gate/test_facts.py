"""The merge as SHACL walks it: statements, paths along them, and what a verdict rests on."""

import os
from collections import Counter
from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewgraph.gate.shacl.facts import Facts
from reviewgraph.gate.shacl.paths import (
    Alternative,
    Inverse,
    Repeat,
    Sequence,
    inverse,
    predicates,
    walker,
)
from reviewgraph.rdf.terms import IRI, BlankNode, Literal

EXAMPLES = int(os.environ.get("SHACL_EXAMPLES", "0"))
EX = "https://example.org/"
NODES = [*(IRI(EX + name) for name in "abc"), BlankNode("n")]
LINKS = [IRI(EX + name) for name in "pqr"]
MANY = [
    *NODES,
    *(Literal(number) for number in range(12)),
    Literal("1"),
    Literal("1", language="en"),
]

FACTS = st.tuples(st.sampled_from(NODES), st.sampled_from(LINKS), st.sampled_from(MANY))
CROWDED = st.tuples(st.just(NODES[0]), st.just(LINKS[0]), st.sampled_from(MANY))
PATHS = st.recursive(
    st.sampled_from(LINKS),
    lambda inner: st.one_of(
        inner.map(Inverse),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Sequence(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Alternative(tuple(parts))),
        st.builds(
            lambda path, kind: Repeat(path, *kind),
            inner,
            st.sampled_from([(True, True), (False, True), (True, False)]),
        ),
    ),
    max_leaves=6,
)


def soaking(few):
    return settings(
        max_examples=EXAMPLES or few,
        derandomize=not EXAMPLES,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def same(facts, model):
    """Whether facts and a multiset of statements are the same, whichever way one asks."""
    said = {fact for fact, number in model.items() if number}
    assert Counter(facts) == Counter(said)
    assert facts.repeats == any(number > 1 for number in model.values())
    for predicate in LINKS:
        forward, backward = facts.forward(predicate), facts.backward(predicate)
        pairs = {(s, o) for s, p, o in said if p == predicate}
        # Nothing stays that is empty: the keys are what a target finds.
        assert set(forward) == {s for s, _ in pairs}
        assert set(backward) == {o for _, o in pairs}
        for node in MANY:
            assert Counter(list(forward.get(node, ()))) == Counter(o for s, o in pairs if s == node)
            assert Counter(list(backward.get(node, ()))) == Counter(
                s for s, o in pairs if o == node
            )
    for node in MANY:
        assert Counter(facts.about(node)) == Counter((p, o) for s, p, o in said if s == node)
    for fact in product(NODES[:2], LINKS, MANY):
        assert facts.count(fact) == model[fact]
        assert (fact in facts) == bool(model[fact])


@soaking(60)
@given(
    first=st.lists(st.one_of(FACTS, CROWDED), max_size=30),
    edits=st.lists(st.tuples(st.booleans(), st.one_of(FACTS, CROWDED)), max_size=40),
    asked_early=st.booleans(),
)
def test_facts_are_what_was_added_and_not_taken_back(first, edits, asked_early):
    facts, model = Facts(first), Counter(first)
    tables = [facts.forward(LINKS[0]), facts.backward(LINKS[0])] if asked_early else []
    for added, fact in edits:
        if added:
            assert facts.add(*fact) == (not model[fact])
            model[fact] += 1
        elif model[fact]:
            assert facts.remove(*fact) == (model[fact] == 1)
            model[fact] -= 1
    same(facts, model)
    if asked_early:  # the tables handed out have followed
        assert tables == [facts.forward(LINKS[0]), facts.backward(LINKS[0])]


def test_a_node_with_many_values_keeps_them_all_and_loses_them_one_by_one():
    facts, model = Facts(), Counter()
    facts.backward(LINKS[0])
    for value in MANY:
        facts.add(NODES[0], LINKS[0], value)
        model[NODES[0], LINKS[0], value] += 1
        same(facts, model)
    for value in reversed(MANY):
        facts.remove(NODES[0], LINKS[0], value)
        model[NODES[0], LINKS[0], value] -= 1
        same(facts, model)
    assert list(facts) == []


def test_what_is_stated_twice_is_gone_when_it_is_stated_no_more():
    fact = (NODES[0], LINKS[0], NODES[1])
    facts = Facts([fact, fact])
    assert facts.repeats
    assert not facts.remove(*fact)
    assert not facts.repeats
    assert facts.count(fact) == 1
    assert facts.remove(*fact)
    assert facts.count(fact) == 0


def relation(path, said, nodes):
    """The pairs that a path relates: section 2.3.1 by way of SPARQL 1.1, section 18.2.2."""
    match path:
        case Inverse(inner):
            return {(end, start) for start, end in relation(inner, said, nodes)}
        case Sequence(parts):
            found = relation(parts[0], said, nodes)
            for part in parts[1:]:
                then = relation(part, said, nodes)
                found = {(a, d) for a, b in found for c, d in then if b == c}
            return found
        case Alternative(parts):
            return set().union(*(relation(part, said, nodes) for part in parts))
        case Repeat(inner, none, more):
            step = relation(inner, said, nodes)
            found, before = set(step), None
            while more and found != before:
                before = set(found)
                found |= {(a, d) for a, b in found for c, d in step if b == c}
            return found | {(node, node) for node in nodes if none}
        case _:
            return {(s, o) for s, p, o in said if p == path}


@soaking(150)
@given(said=st.lists(FACTS, max_size=20), path=PATHS)
def test_a_path_leads_where_its_definition_says_and_back(said, path):
    facts = Facts(said)
    pairs = relation(path, set(said), MANY)
    walk, back = walker(path, facts), walker(inverse(path), facts)
    for node in MANY:
        assert Counter(list(walk(node))) == Counter(end for start, end in pairs if start == node)
        assert Counter(list(back(node))) == Counter(start for start, end in pairs if end == node)
    assert set(walker(inverse(inverse(path)), facts)(NODES[0])) == set(walk(NODES[0]))
    assert predicates(inverse(path)) == predicates(path)


@soaking(60)
@given(said=st.lists(FACTS, max_size=12), more=st.lists(FACTS, max_size=8), path=PATHS, one=FACTS)
def test_a_walker_follows_the_facts_it_was_made_for(said, more, path, one):
    facts = Facts([*said, one])
    walk = walker(path, facts)
    for fact in more:
        facts.add(*fact)
    facts.remove(*one)
    now = Counter([*said, one, *more])
    now[one] -= 1
    pairs = relation(path, set(+now), MANY)
    for node in MANY:
        assert set(walk(node)) == {end for start, end in pairs if start == node}
