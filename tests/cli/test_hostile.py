"""Contributions that mean harm, end to end: each is named, and all else is judged all the same."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

PREFIXES = """
@prefix id: <https://museum.example/id/> .
@prefix m: <https://museum.example/terms#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix s: <https://museum.example/shape/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
WORDS = 'sh:message "ผิด"@th , "Wrong."@en'
HANGS = 120  # seconds after which a test gives up; nothing is judged by this clock


class Outcome:
    """How a run of the gate ended, with nothing of it left behind."""

    def __init__(self, command, folder, *options):
        process = subprocess.Popen(
            [sys.executable, "-m", "reviewgraph", command, str(folder), *map(str, options)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "LC_ALL": "C.UTF-8", "CI": "", "REVIEWGRAPH_DEBUG": ""},
            start_new_session=True,
        )
        try:
            out, err = process.communicate(timeout=HANGS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            pytest.fail("the command hangs")
        self.code = process.returncode
        self.out, self.err = out.decode(), err.decode()
        assert "Traceback" not in self.out + self.err
        assert "internal error" not in self.err
        assert not left_behind(str(folder)), "a process was left behind"


def left_behind(word):
    """Processes of this program that speak of a folder: a child has its parent's arguments."""
    if not Path("/proc/self/cmdline").exists():
        return []
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and int(entry.name) != os.getpid():
            try:
                arguments = (entry / "cmdline").read_bytes().decode(errors="replace")
            except OSError:  # it has ended
                continue
            if word in arguments.split("\0"):
                found.append(entry.name)
    return found


def validate(folder):
    """The report, as JSON, under tight limits."""
    outcome = Outcome(
        "validate", folder, "--limit-seconds", 2, "--limit-memory", 1024, "--format", "json"
    )
    assert outcome.err == ""
    return outcome.code, json.loads(outcome.out)["results"]


def plant(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def plant_rule(folder, name, body):
    head = f"{PREFIXES}s:{name} a sh:NodeShape ; sh:targetClass m:Artefact"
    plant(folder, f"shapes/{name}.ttl", f"{head} ;\n    {body} .\n")


def plant_question(folder, name, query):
    head = f"#+ id: {name}\n#+ title@th: ถาม\n#+ title@en: Question\n"
    plant(folder, f"ontology/questions/{name}.rq", head + query)
    plant(folder, f"ontology/questions/{name}.expected.tsv", "?n\n1\n")


def sparql(query):
    return f'sh:sparql [ sh:select """{query}""" ; {WORDS} ]'


JOIN = " ".join(f"?s{i} ?p{i} ?o{i} ." for i in range(5))
"""Five times everything: more solutions than there are atoms in a drop of water."""


def plant_many(folder):
    lines = (f'id:bowl rdfs:comment "{i}"@en .\n' for i in range(2000))
    plant(folder, "data/many.ttl", PREFIXES + "".join(lines))


def pattern(folder):
    plant_rule(folder, "evil", f'sh:property [ sh:path m:name ; sh:pattern "^(a+)+$" ; {WORDS} ]')
    plant(folder, "data/a.ttl", f'{PREFIXES}id:bowl m:name "{"a" * 60}b"@en .')


def cartesian_rule(folder):
    plant_many(folder)
    query = f"SELECT $this (COUNT(*) AS ?n) {{ $this a ?c . {JOIN} }} GROUP BY $this"
    plant_rule(folder, "evil", sparql(query))


def concatenating_rule(folder):
    steps = " ".join(f"BIND(CONCAT(?t{i}, ?t{i}) AS ?t{i + 1})" for i in range(40))
    query = f"SELECT $this ?value {{ $this a ?c BIND('x' AS ?t0) {steps} BIND(?t40 AS ?value) }}"
    plant_rule(folder, "evil", sparql(query))


def replacing_rule(folder):
    steps = " ".join(f"BIND(REPLACE(?t{i}, '.', '$0$0$0$0') AS ?t{i + 1})" for i in range(20))
    query = f"SELECT $this ?n {{ $this a ?c BIND('x' AS ?t0) {steps} BIND(STRLEN(?t20) AS ?n) }}"
    plant_rule(folder, "evil", sparql(query))


def cartesian_question(folder):
    plant_many(folder)
    plant_question(folder, "evil", f"SELECT (COUNT(*) AS ?n) WHERE {{ {JOIN} }}\n")


def deep_question(folder):
    deep = "{" * 20_000 + "?n ?p ?o" + "}" * 20_000
    plant_question(folder, "evil", f"SELECT ?n WHERE {{ {deep} }}\n")


def long_line(folder):
    name = "x" * 5_000_000
    plant(folder, "data/evil.ttl", f'{PREFIXES}id:drum m:name "{name}"@en .\n')
    plant_rule(folder, "short", f"sh:property [ sh:path m:name ; sh:maxLength 100 ; {WORDS} ]")


def giant_values(folder):
    nines = "9" * 100_000
    values = f"""{nines} , 1e{nines} , "1E999999999"^^xsd:decimal , "{nines}-01-01"^^xsd:date ,
        "P{nines}Y"^^xsd:duration , "PT{nines}S"^^xsd:dayTimeDuration"""
    plant(folder, "data/evil.ttl", f"{PREFIXES}id:bowl m:madeIn {values} .\n")
    bounds = 'sh:minInclusive 0 ; sh:maxInclusive "P1Y"^^xsd:duration ; sh:lessThan m:madeIn'
    plant_rule(
        folder,
        "value",
        f"sh:property [ sh:path m:madeIn ; sh:datatype xsd:integer ; {bounds} ; {WORDS} ]",
    )


def markup(folder):
    html = "".join(f"<i a={i}>" for i in range(1000)) + "<p>" * 100_000
    values = f'"{html}"^^rdf:HTML , "{"<b>" * 100_000}"^^rdf:XMLLiteral'
    plant(folder, "data/evil.ttl", f"{PREFIXES}id:bowl m:name {values} .\n")
    bounds = 'sh:datatype rdf:HTML ; sh:in ( "<b>"^^rdf:HTML ) ; sh:maxExclusive "<b>"^^rdf:HTML'
    plant_rule(folder, "value", f"sh:property [ sh:path m:name ; {bounds} ; {WORDS} ]")


@pytest.fixture
def spoiled(museum_copy):
    """The museum with two ordinary violations: whatever else it holds, they must be found."""
    data = museum_copy / "data" / "artefacts.ttl"
    data.write_text(data.read_text().replace("m:madeIn", "m:madeAt", 1))
    plant(museum_copy, "data/stool.ttl", f'{PREFIXES}id:stool a m:Artefact ; m:name "Stool"@en .\n')
    return museum_copy


@pytest.mark.parametrize(
    ("harm", "code", "rule", "file"),
    [
        (pattern, 2, "evil", "shapes/evil.ttl"),
        (cartesian_rule, 2, "evil", "shapes/evil.ttl"),
        (concatenating_rule, 2, "evil", "shapes/evil.ttl"),
        (replacing_rule, 2, "evil", "shapes/evil.ttl"),
        (cartesian_question, 2, "question-query", "ontology/questions/evil.rq"),
        (deep_question, 2, "question-query", "ontology/questions/evil.rq"),
        (long_line, 1, "short", "data/evil.ttl"),
        (giant_values, 1, "value-too-large", "data/evil.ttl"),
        (markup, 1, "value-too-large", "data/evil.ttl"),
    ],
)
def test_what_does_harm_is_named_and_all_else_is_judged(spoiled, harm, code, rule, file):
    harm(spoiled)
    ended, results = validate(spoiled)
    assert ended == code
    found = {(result["rule_name"], result["place"]["file"]) for result in results}
    assert (rule, file) in found
    assert ("unknown-term", "data/artefacts.ttl") in found
    assert ("Artefact-room", "data/stool.ttl") in found
    failures = [result for result in results if result["severity"] == "failure"]
    assert len(failures) == (1 if code == 2 else 0)


def test_of_two_queries_of_one_shape_the_one_that_never_ends_is_left_out(spoiled):
    plant_many(spoiled)
    endless = f"SELECT $this (COUNT(*) AS ?n) {{ $this a ?c . {JOIN} }} GROUP BY $this"
    plain = "SELECT $this WHERE { $this a ?class }"
    plant_rule(
        spoiled,
        "evil",
        f"{sparql(endless)} ; {sparql(plain)} ;\n"
        f"    sh:property [ sh:path rdfs:label ; sh:minCount 1 ; {WORDS} ]",
    )
    code, results = validate(spoiled)
    assert code == 2
    found = [(r["severity"], r["component"]) for r in results if r["rule_name"] == "evil"]
    assert found.count(("failure", None)) == 1
    sh = "http://www.w3.org/ns/shacl#"
    for component in ("SPARQLConstraintComponent", "MinCountConstraintComponent"):
        assert found.count(("violation", sh + component)) == 4  # three artefacts and the stool


def test_a_rule_without_a_name_is_told_by_its_line(spoiled):
    plant(
        spoiled,
        "shapes/nameless.ttl",
        f'{PREFIXES}[] sh:targetClass m:Artefact ;\n  sh:pattern "(x+x+)+y" ; {WORDS} .\n',
    )
    plant(spoiled, "data/x.ttl", f"{PREFIXES}id:{'x' * 60} a m:Artefact ; m:shownIn id:bowl .\n")
    _, results = validate(spoiled)
    (failure,) = [result for result in results if result["severity"] == "failure"]
    assert failure["place"]["file"] == "shapes/nameless.ttl"
    assert failure["message"]["en"].startswith("a rule without a name did not finish")


def brackets(opening, closing, inside="id:bowl", depth=20_000):
    return f"{PREFIXES}id:x rdfs:seeAlso {opening * depth} {inside} {closing * depth} .\n"


RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
UNREADABLE = {
    "data/unclosed.ttl": f"{PREFIXES}id:x rdfs:seeAlso {'[ rdfs:seeAlso ' * 100_000}",
    "data/brackets.ttl": brackets("[ rdfs:seeAlso ", "]"),
    "data/lists.ttl": brackets("(", ")"),
    "data/deep.jsonld": '{"https://museum.example/terms#name": ' + "[" * 90_000,
    "data/quads.nq": "\x00<<>> _: \"' ] . ;\n" * 100_000,
    "data/garbage.trig": "{ } <> GRAPH [ ( @prefix ; , . \\u{ ^^ \n" * 100_000,
    "data/laughs.rdf": (
        f'<!DOCTYPE r [<!ENTITY l0 "ha">{LAUGHS}]><rdf:RDF xmlns:rdf="{RDF}">&l9;</rdf:RDF>'
    ),
    "data/remote.jsonld": '{"@context": "https://elsewhere.example/context.jsonld", "@id": "x"}',
    "data/two\nlines\x1b[31m.ttl": "<s> <p> .",
    "data/::error::x\u202egpj.ttl": "<s> <p> .",
    "shapes/deep.ttl": f"{PREFIXES}s:deep {'sh:not [ ' * 3000} sh:nodeKind sh:IRI {']' * 3000} .",
}


def test_every_file_that_cannot_be_read_is_named(museum_copy):
    for name, text in UNREADABLE.items():
        plant(museum_copy, name, text)
    os.mkfifo(museum_copy / "data" / "pipe.ttl")
    (museum_copy / "data" / "zero.ttl").symlink_to("/dev/zero")
    (museum_copy / "data" / "secret.ttl").symlink_to("/etc/passwd")
    (museum_copy / "data" / "loop.ttl").symlink_to("loop.ttl")
    code, results = validate(museum_copy)
    assert code == 2
    found = {result["place"]["file"]: result["message"]["en"] for result in results}
    others = {f"data/{name}.ttl" for name in ("pipe", "zero", "secret", "loop")}
    assert set(found) == set(UNREADABLE) | others
    assert {result["rule_name"] for result in results} == {"syntax"}
    assert found["data/pipe.ttl"] == "this is not a regular file"
    for name in ("zero", "secret"):
        assert found[f"data/{name}.ttl"] == "this link leads out of the folder"


def test_file_names_and_texts_cannot_speak_to_the_terminal(museum_copy):
    for name in ("data/two\nlines\x1b[31m.ttl", "data/::error::x\u202egpj.ttl"):
        plant(museum_copy, name, "<s> \x1b]0;title\x07 <p> .")
    for form in ("text", "github", "markdown"):
        outcome = Outcome("validate", museum_copy, "--format", form)
        assert outcome.code == 2
        assert not set(outcome.out + outcome.err) & set("\x1b\x07\u202e"), form
        assert "lines" in outcome.out
        assert not any(
            line.startswith(("lines", "::error::x")) for line in outcome.out.splitlines()
        )


def test_blank_nodes_that_cannot_be_told_apart_stop_a_build_in_words(museum_copy, tmp_path):
    nodes = [f"_:n{i}" for i in range(9)]
    lines = (f"{one} rdfs:seeAlso {other} .\n" for one in nodes for other in nodes if one != other)
    plant(museum_copy, "data/linked.ttl", PREFIXES + "".join(lines))
    assert validate(museum_copy) == (0, [])
    out = tmp_path / "out"
    outcome = Outcome("build", museum_copy, "--out", out, "--limit-seconds", 2, "--lang", "en")
    assert (outcome.code, outcome.out) == (2, "")
    assert "bringing the data into canonical form did not finish within 2 s" in outcome.err
    assert not (out / "current").exists()
