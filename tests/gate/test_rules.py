"""Rules have pages: the gate's own are all told of, their examples are right and wrong indeed."""

import re

import pytest

from reviewgraph.errors import Words
from reviewgraph.gate.examples import Example, own_examples, shape_examples
from reviewgraph.gate.judge import judge
from reviewgraph.gate.report import RULES, Severity
from reviewgraph.gate.rules import own_rules, shape_details, shape_rules
from reviewgraph.publication.folder import load

SHAPE = "https://w3id.org/reviewgraph/shape/"
MUSEUM = "https://museum.example/shape/"
# What these tell of takes minutes to happen, or a fault that is not known yet.
NOT_PLAYED = {"rule-not-finished", "shacl"}
NAMES = [iri.removeprefix(RULES) for iri in own_rules()]


@pytest.fixture(scope="module")
def publication(repo):
    return load(repo)


def test_every_rule_of_the_program_has_a_page_and_every_page_a_rule(repo):
    source = repo / "src" / "reviewgraph"
    used = {
        name
        for path in source.rglob("*.py")
        for name in re.findall(r'RULES\s*\+\s*"([\w-]+)"', path.read_text())
    }
    assert len(used) > 20
    assert used == set(NAMES)


def test_the_gates_own_rules_are_told_in_both_languages():
    titles = [rule.title for rule in own_rules().values()]
    assert len(set(titles)) == len(titles) > 20
    for rule in own_rules().values():
        assert rule.address == rule.iri
        for words in (rule.title, rule.description):
            assert re.search("[ก-ฮ]", words.th), rule.name
            assert not re.search("[ก-ฮ]", words.en), rule.name
            assert "กรุณา" not in words.th
        assert len(rule.description.en) > 60, rule.name


def written(folder, examples):
    """The folder with an example's files, judged; those in ``texts/`` are the sources."""
    for example in examples:
        path = folder / example.path
        path.parent.mkdir(exist_ok=True)
        path.write_text(example.text)
    texts = folder / "texts"
    return judge(load(folder), sources=texts if texts.is_dir() else None)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in NOT_PLAYED])
def test_the_invalid_example_of_a_rule_breaks_it(museum_copy, name):
    rule = own_rules()[RULES + name]
    report = written(museum_copy, own_examples()[rule.iri].invalid)
    found = {result.rule: result.severity for result in report.results}
    assert found.get(rule.iri) == rule.severity, report.results


@pytest.mark.parametrize("name", NAMES)
def test_the_valid_example_of_a_rule_breaks_none(museum_copy, name):
    report = written(museum_copy, own_examples()[RULES + name].valid)
    assert report.results == ()


def test_a_shape_is_told_by_its_own_words_with_its_line(publication):
    rule = shape_rules(publication)[f"{SHAPE}Person-honorific"]
    assert rule.title == Words("คำนำหน้าไม่อยู่ในชื่อ", "No honorific in the name")
    assert rule.description.en.startswith("One person may carry")
    assert rule.severity is Severity.WARNING
    assert rule.address == rule.iri
    lines = (publication.root / rule.place.file).read_text().splitlines()
    assert lines[rule.place.line - 1].startswith("shape:Person-honorific a ")


def test_every_shape_that_can_give_results_is_a_rule(publication):
    rules = shape_rules(publication)
    texts = [path.read_text() for path in (publication.root / "shapes").glob("*.ttl")]
    speaking = {
        SHAPE + name
        for text in texts
        for name, body in re.findall(r"^shape:(\S+) a (.*?)^$", text, re.MULTILINE | re.DOTALL)
        if "sh:severity" in body
    }
    assert len(speaking) > 150
    assert speaking <= set(rules)
    assert all(rule.place and rule.title.th for rule in rules.values())
    # What others use by sh:node gives no result itself.
    assert f"{SHAPE}NameWithHonorific" not in rules


def test_every_rule_of_this_repository_has_an_example_that_breaks_it_and_one_that_keeps_it(
    publication,
):
    examples = shape_examples(publication)
    details = shape_details(publication)
    for iri, rule in shape_rules(publication).items():
        if details[iri].message:
            assert examples[iri].valid, rule.name
            assert examples[iri].invalid, rule.name
    plainest = examples[f"{SHAPE}Claim-era"]
    assert [each.reason for each in plainest.valid][:2] == ["arabic digits", "no year"]
    assert plainest.invalid[0].path == "shapes/cases/claim/Claim-era.invalid.arabic-digits.ttl"
    paths = [each.path for both in examples.values() for each in (*both.valid, *both.invalid)]
    assert not [path for path in paths if path.endswith(".expected.ttl")]


def test_a_publication_without_cases_has_rules_without_examples(museum_folder):
    museum = load(museum_folder)
    assert shape_examples(museum) == {}
    rules = shape_rules(museum)
    assert list(rules) == [f"{MUSEUM}Artefact", f"{MUSEUM}Artefact-room"]
    assert rules[f"{MUSEUM}Artefact"].title == Words("Artefact", "Artefact")
    detail = shape_details(museum)[f"{MUSEUM}Artefact"]
    assert [part.name for part in detail.parts] == ["Artefact-room"]


def test_a_constraint_with_words_of_its_own_is_a_rule_and_one_without_is_not(museum_copy):
    shapes = museum_copy / "shapes" / "artefact.ttl"
    shapes.write_text(
        shapes.read_text()
        + """
<https://museum.example/shape/Artefact> sh:sparql <https://museum.example/shape/own> ,
        <https://museum.example/shape/none> ;
    sh:severity sh:Info ; sh:name "Artefacts"@en .
<https://museum.example/shape/own> sh:select "SELECT $this { FILTER(false) }" ;
    sh:message "no"@en .
<https://museum.example/shape/none> sh:select "SELECT $this { FILTER(false) }" .
"""
    )
    rules = shape_rules(load(museum_copy))
    assert f"{MUSEUM}none" not in rules
    assert rules[f"{MUSEUM}own"].severity is Severity.INFO
    assert rules[f"{MUSEUM}own"].title == Words("Artefacts", "Artefacts")
    assert rules[f"{MUSEUM}own"].place.line > rules[f"{MUSEUM}Artefact"].place.line


def test_an_example_is_split_where_its_statements_begin():
    example = Example("a.ttl", '@prefix m: <x:> .\nPREFIX n: <y:>\n\nm:a n:b """c\n\n"""@en .\n')
    assert example.prologue == "@prefix m: <x:> .\nPREFIX n: <y:>"
    assert example.statements == 'm:a n:b """c\n\n"""@en .'
    assert Example("b.ttl", "@prefix m: <x:> .\n").statements == "@prefix m: <x:> ."
