"""The report's formats, one table or sentence at a time, on results made by hand."""

import json
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jsonschema import Draft4Validator, Draft202012Validator
from lxml import etree
from rdflib import Graph

from reviewgraph.errors import Place, Words
from reviewgraph.gate.formats import FORMATS, View, as_json, as_text, document, sarif
from reviewgraph.gate.formats.markdown import LONGEST
from reviewgraph.gate.report import Comparison, Known, Report, Result, Rule, Severity
from reviewgraph.publication.folder import load

SCHEMAS = Path(__file__).parent / "schemas"
SARIF = json.loads((SCHEMAS / "sarif-2.1.0-rtm.5.json").read_text())
SHAPE = "https://e.org/shape/Name"
QUIET = "https://e.org/shape/Quiet"
FILE = "data/artefacts.ttl"


def result(**changes):
    first = {
        "rule": SHAPE,
        "severity": Severity.VIOLATION,
        "message": Words("ชื่อผิด โปรดแก้", "the name is wrong: correct it"),
        "place": Place(FILE, 6, 5),
        "focus": "<https://e.org/a>",
        "value": '"x"@th',
    }
    return Result(**(first | changes))


RULES = {
    SHAPE: Rule(
        SHAPE,
        Words("ชื่อ", "Names"),
        Words("คนอ่านชื่อ", "People read names"),
        address="https://e.org/rules/Name?a=1&b=2",
        place=Place("shapes/artefact.ttl", 3),
        engine="pyshacl",
    ),
    QUIET: Rule(QUIET, Words("เงียบ", "Quiet"), Words("", "")),
}
MIXED = Report(
    results=(
        result(related=(Place(FILE, 7, 5), Place("data/none.ttl", 1))),
        result(severity=Severity.WARNING, place=Place(FILE, 6, 5), value='"y"'),
        result(rule="https://e.org/shape/Other", severity=Severity.INFO, place=None),
        result(severity=Severity.FAILURE, rule="https://e.org/#broken"),
    ),
    notes=(Words("หมายเหตุ", "a note"),),
    checked={"files": 8},
    rules=RULES,
)
ONE = Report(results=(result(),), rules=RULES, checked={"files": 1})


@pytest.fixture(scope="module")
def publication(museum_folder):
    return load(museum_folder)


def written(format_, report, lang="both", **options):
    return FORMATS[format_](report, View(lang, **options))


def runs(report, **options):
    log = json.loads(written("sarif", report, **options))
    assert list(Draft4Validator(SARIF).iter_errors(log)) == []
    (run,) = log["runs"]
    return run


def suites(report, **options):
    tree = etree.fromstring(written("junit", report, **options).encode())
    etree.XMLSchema(etree.parse(SCHEMAS / "junit-10.xsd")).assertValid(tree)
    return tree


def test_the_schemas_are_the_ones_that_were_copied():
    told = (SCHEMAS / "README.md").read_text()
    copies = [path for path in SCHEMAS.iterdir() if path.name != "README.md"]
    assert len(copies) == 2
    for path in copies:
        assert sha256(path.read_bytes()).hexdigest() in told


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("lang", ["th", "en", "both"])
def test_every_format_writes_every_kind_of_result_in_every_language(format_, lang, publication):
    for report in (MIXED, ONE, Report()):
        text = written(format_, report, lang, publication=publication)
        assert text.endswith("\n")
        assert text == written(format_, report, lang, publication=publication)


@pytest.mark.parametrize("format_", ["text", "github", "gitlab", "html", "junit", "markdown"])
def test_a_language_that_was_not_asked_for_is_not_there(format_):
    assert "the name is wrong" not in written(format_, ONE, "th")
    assert "โปรดแก้" in written(format_, ONE, "th")
    assert "โปรดแก้" not in written(format_, ONE, "en")


# text


def test_the_text_underlines_shows_both_ends_and_names_the_rule(publication):
    lines = as_text(MIXED, "en", publication).splitlines()
    assert lines[0] == f"{FILE}:6:5: violation [Name]"
    assert lines[1].startswith("  6 |     m:madeIn ")
    assert lines[2] == "    |     ^^^^^^^^"
    assert lines[3] == "  the name is wrong: correct it"
    assert lines[4] == f"  compared with {FILE}:7:5"
    assert lines[5].startswith("  7 |     m:shownIn ")
    assert lines[6] == "    |     ^^^^^^^^^"
    assert lines[7] == "  compared with data/none.ttl:1:1"
    assert lines[8] == "  rule: Names"
    assert lines[9] == "  = shapes/artefact.ttl:3"
    assert lines[10] == "  = https://e.org/rules/Name?a=1&b=2"


@pytest.mark.parametrize(
    ("line", "column", "quoted", "carets"),
    [
        ("<https://e.org/a> a x:B .", 1, None, "^" * 17),
        ("  x:name.y; .", 3, None, "  " + "^" * 8),
        ("x:a x:b x:c.", 9, None, " " * 8 + "^^^"),
        ('x:a x:b "ไม้"@th , "b"@en .', 9, None, " " * 8 + "^" * (7)),
        ('x:a x:b "1"^^xsd:gYear .', 9, None, " " * 8 + "^" * 14),
        ('x:a x:b "1"^^<https://e.org/t> .', 9, None, " " * 8 + "^" * 22),
        ('x:a x:b """one', 9, None, " " * 8 + "^" * 6),
        ("x:a x:b 'it\\'s' .", 9, None, " " * 8 + "^" * 7),
        ("x:a x:b -1.50 .", 9, None, " " * 8 + "^" * 5),
        ("x:a x:b [ ] .", 9, None, " " * 8 + "^"),
        ("\tx:b\t1 ;", 6, None, "\t   \t^"),
        ('"กำลังใจ" , x:b', 12, None, " " * 9 + " ^"),
        ('"本" x:b', 5, None, " " * 5 + "^^^"),
        ("x:a\x1b[2J x:b", 1, "x:a\\x1b[2J x:b", "^^^^^^^"),
        ("x:a", 90, None, "   ^"),
        ("", 1, None, "^"),
    ],
)
def test_carets_stand_under_the_whole_word(tmp_path, museum_copy, line, column, quoted, carets):
    (museum_copy / "data" / "note.txt").write_text(line + "\n")
    report = Report(results=(result(place=Place("data/note.txt", 1, column)),))
    said = as_text(report, "en", load(museum_copy)).split("\n")
    assert said[1] == f"  1 | {quoted or line}"
    assert said[2] == f"    | {carets}"


def test_of_a_long_line_the_part_around_the_place_is_quoted(museum_copy):
    (museum_copy / "data" / "note.txt").write_text("a " * 500 + "x:here " + "b " * 500)
    report = Report(results=(result(place=Place("data/note.txt", 1, 1001)),))
    said = as_text(report, "en", load(museum_copy)).split("\n")
    assert len(said[1]) < 320
    at = said[2].index("^^^^^^")
    assert said[1][at : at + 6] == "x:here"


def test_a_place_that_is_not_there_is_not_quoted(publication):
    for place in (Place(FILE, 9999), Place("data/none.ttl", 1), Place("../../etc/passwd", 1)):
        assert " | " not in as_text(Report(results=(result(place=place),)), "en", publication)


def test_all_results_are_printed_and_the_summary_counts_by_rule():
    many = tuple(result(place=Place(FILE, line)) for line in range(1, 121))
    text = as_text(Report(results=(*many, *MIXED.results[1:3]), rules=RULES), "en")
    assert text.count(": violation [Name]\n") == 120
    assert "\n  120 × violation [Name] – Names\n    1 × warning [Name] – Names\n" in text


def test_colour_is_only_used_when_asked_for():
    assert "\x1b" not in written("text", MIXED)
    assert "\x1b[31m" in written("text", MIXED, colour=True)


@pytest.mark.parametrize("evil", ["a\n::stop-commands::x", "##[error]x", "a ##vso[task.x]b"])
def test_a_build_service_finds_no_command_in_a_message(evil):
    lines = as_text(Report(results=(result(message=Words(evil, evil)),)), "th").splitlines()
    assert not any(line.lstrip().startswith("::") for line in lines)
    assert not any("##[" in line or "##vso[" in line for line in lines)


@pytest.mark.parametrize("fail_on", [Severity.WARNING, Severity.VIOLATION])
def test_the_verdict_in_words_is_that_of_the_exit_code(fail_on):
    report = Report(results=(result(severity=Severity.WARNING),))
    passes = written("text", report, "en", fail_on=fail_on).splitlines()[-1].startswith("passes")
    assert passes == (report.exit_code(fail_on) == 0)


# json


@pytest.mark.parametrize("report", [MIXED, ONE, Report()], ids=["mixed", "one", "none"])
def test_the_json_fits_its_schema(report):
    schema = json.loads(document.schema())
    Draft202012Validator.check_schema(schema)
    compared = replace(
        report, baseline=Comparison("b.json", (Known("0" * 64, SHAPE, FILE, "info", 2),))
    )
    for each in (report, compared):
        assert list(Draft202012Validator(schema).iter_errors(json.loads(as_json(each)))) == []


def test_every_part_of_the_schema_is_described():
    def walk(schema, path):
        if isinstance(schema, dict):
            for name, part in schema.get("properties", {}).items():
                described = part.get("description") or part.get("title") or part.get("$ref")
                assert described or path == "counts", (path, name)
                walk(part, name)
            for part in schema.get("$defs", {}).values():
                assert part["title"]
                assert part["description"]
                walk(part, "")

    walk(json.loads(document.schema()), "")


def test_the_json_says_rules_related_places_and_no_times():
    content = json.loads(as_json(replace(MIXED, seconds={"shacl": 1.5})))
    assert content["version"] == 2
    assert [rule["iri"] for rule in content["rules"]] == sorted(
        {SHAPE, QUIET, "https://e.org/shape/Other", "https://e.org/#broken"}
    )
    assert content["results"][0]["related"][0] == {"file": FILE, "line": 7, "column": 5}
    assert content["results"][0]["fingerprint"] == MIXED.results[0].fingerprint
    assert "seconds" not in content


# sarif


def test_the_sarif_has_rules_places_and_levels():
    run = runs(MIXED)
    driver = run["tool"]["driver"]
    rules = driver["rules"]
    for entry in run["results"]:
        assert rules[entry["ruleIndex"]]["id"] == entry["ruleId"]
        (location,) = entry["locations"]
        assert location["physicalLocation"]["artifactLocation"]["uriBaseId"] == "SRCROOT"
        assert entry["partialFingerprints"]["primaryLocationLineHash"]
    assert [entry["level"] for entry in run["results"]] == ["error", "warning", "note", "error"]
    assert run["columnKind"] == "unicodeCodePoints"
    first = run["results"][0]
    assert first["locations"][0]["physicalLocation"]["region"] == {"startLine": 6, "startColumn": 5}
    assert len(first["relatedLocations"]) == 2
    assert first["message"]["text"].startswith("the name is wrong")
    assert "ชื่อผิด" in first["message"]["text"]
    named = next(rule for rule in rules if rule["id"] == SHAPE)
    assert named["helpUri"] == "https://e.org/rules/Name?a=1&b=2"
    assert named["properties"]["description"]["th"] == "คนอ่านชื่อ"


def test_a_result_without_place_stands_at_its_rule_or_at_the_catalog():
    report = Report(results=(result(place=None), result(place=None, rule=QUIET)), rules=RULES)
    places = [
        entry["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for entry in runs(report)["results"]
    ]
    assert places == ["shapes/artefact.ttl", "data/catalog.ttl"]


def test_a_failure_is_a_notification_and_the_run_did_not_succeed():
    (invocation,) = runs(MIXED)["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["exitCode"] == 2
    levels = [notification["level"] for notification in invocation["toolExecutionNotifications"]]
    assert levels == ["error", "note"]
    assert runs(ONE)["invocations"][0]["executionSuccessful"] is True


def test_too_many_results_for_github_keep_the_gravest_and_say_so(monkeypatch):
    monkeypatch.setattr(sarif, "MOST_RESULTS", 3)
    mild = tuple(result(severity=Severity.INFO, place=Place(FILE, n)) for n in range(1, 5))
    run = runs(Report(results=(*mild, result(place=Place(FILE, 9)))))
    assert [entry["level"] for entry in run["results"]] == ["note", "note", "error"]
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert "2 more are left out" in note["message"]["text"]


def test_paths_in_sarif_are_percent_encoded_from_the_root_of_the_checkout(museum_copy):
    (museum_copy.parent / ".git").mkdir()
    report = Report(results=(result(place=Place("data/ชื่อ a#1.ttl", 1)),))
    (entry,) = runs(report, publication=load(museum_copy))["results"]
    uri = entry["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "museum/data/%E0%B8%8A%E0%B8%B7%E0%B9%88%E0%B8%AD%20a%231.ttl"


def test_a_value_is_neither_a_link_nor_a_placeholder_in_sarif():
    report = Report(results=(result(message=Words("x", "[see](https://evil.example) {0}")),))
    text = runs(report)["results"][0]["message"]["text"]
    assert "](" not in text
    assert "{{0}}" in text


# junit


def test_a_rule_is_a_suite_and_one_without_results_passes():
    tree = suites(MIXED)
    assert dict(tree.attrib) == {
        "name": "reviewgraph",
        "tests": "5",
        "failures": "1",
        "errors": "1",
    }
    by_name = {suite.get("name"): suite for suite in tree}
    assert list(by_name["เงียบ · Quiet"][0]) == []
    kinds = [case[0].tag for case in by_name["ชื่อ · Names"]]
    assert kinds == ["failure", "skipped"]
    assert [case.get("name") for case in by_name["ชื่อ · Names"]] == [
        f"{FILE}:6:5",
        f"{FILE}:6:5 #2",
    ]
    assert by_name["broken"][0][0].tag == "error"


def test_what_does_not_fail_the_gate_is_skipped_in_junit():
    report = Report(results=(result(severity=Severity.WARNING),))
    assert suites(report).get("failures") == "0"
    assert suites(report, fail_on=Severity.WARNING).get("failures") == "1"


# forges


def test_annotations_escape_what_the_runner_reads():
    report = Report(
        results=(
            result(
                place=Place("data/a,b:c%.ttl", 2, 3), message=Words("ก", "50%\r\n::error::x\x1b")
            ),
            result(severity=Severity.INFO),
            result(severity=Severity.WARNING),
        )
    )
    lines = written("github", report, "en").splitlines()
    assert lines[0] == (
        "::error file=data/a%2Cb%3Ac%25.ttl,line=2,col=3,title=violation Name"
        "::50%25%0A::error::x\\x1b"
    )
    assert [line.split(" ")[0] for line in lines] == [
        "::error",
        "::warning",
        "::notice",
        "::notice",
    ]


def test_gitlab_gets_what_it_asks_for_with_fingerprints_that_differ():
    report = Report(results=(*MIXED.results, *MIXED.results))
    issues = json.loads(written("gitlab", report, "en"))
    assert len({issue["fingerprint"] for issue in issues}) == len(issues) == 8
    assert [issue["severity"] for issue in issues[:4]] == ["major", "minor", "info", "blocker"]
    assert issues[0] == {
        "description": "the name is wrong: correct it",
        "check_name": "Name",
        "fingerprint": issues[0]["fingerprint"],
        "severity": "major",
        "location": {"path": FILE, "lines": {"begin": 6}},
    }


def test_known_results_are_told_apart(publication):
    known = replace(
        ONE, results=(replace(result(), known=True),), baseline=Comparison("baseline.json")
    )
    options = {"publication": publication}
    assert "1 known from the baseline" in written("text", known, "en", **options)
    assert json.loads(as_json(known))["results"][0]["known"] is True
    (entry,) = runs(known)["results"]
    assert entry["baselineState"] == "unchanged"
    assert entry["suppressions"][0]["status"] == "accepted"
    assert suites(known).get("failures") == "0"
    assert "::error" not in written("github", known)
    assert "known" in written("html", known, "en")
    assert "known" in written("markdown", known, "en")
    (fresh,) = runs(replace(ONE, baseline=Comparison("baseline.json")))["results"]
    assert (fresh["baselineState"], fresh["suppressions"]) == ("new", [])


# pages


class Page(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.links = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in {"href", "src"}]


def test_the_page_stands_alone_and_shows_the_word(publication):
    text = written("html", MIXED, publication=publication)
    page = Page(text)
    assert not {"script", "img", "link", "iframe", "object"} & set(page.tags)
    assert set(page.links) == {"https://e.org/rules/Name?a=1&b=2"}
    assert "<mark>m:madeIn</mark>" in text
    assert "url(" not in text
    assert "Rules judged by pySHACL" in text
    assert "not judged by SHACL" in text


def test_an_address_that_is_no_web_address_is_not_linked():
    rules = {SHAPE: replace(RULES[SHAPE], address="javascript:alert(1)")}
    for format_ in ("html", "markdown"):
        assert "href" not in written(format_, replace(ONE, rules=rules))
    assert "helpUri" not in runs(replace(ONE, rules=rules))["tool"]["driver"]["rules"][0]


def test_a_comment_that_grows_too_long_is_cut_and_says_by_how_much():
    mild = {"severity": Severity.WARNING}
    many = tuple(result(place=Place(f"data/{n % 7}.ttl", n), **mild) for n in range(1, 2000))
    many = (*many, result(place=Place("data/z.ttl", 1)))
    text = written("markdown", Report(results=many, rules=RULES), "en")
    assert len(text) <= LONGEST
    shown = text.count("- <code>")
    assert 100 < shown < 2000
    assert "**violation**" in text
    assert f"{2000 - shown} more results are left out" in text
    assert text.count("<details>") == text.count("</details>")
    assert "left out" not in written("markdown", MIXED, "en")


def test_one_endless_message_does_not_break_the_comment():
    endless = Words("ก" * 300_000, "x" * 300_000)
    rules = {SHAPE: replace(RULES[SHAPE], title=endless)}
    report = Report(results=(result(message=endless),), notes=(endless,), rules=rules)
    assert len(written("markdown", report)) <= LONGEST


# turtle


def test_the_turtle_is_the_shacl_report_or_says_that_there_is_none():
    said = "<https://e.org/r> a <http://www.w3.org/ns/shacl#ValidationReport> .\n"
    assert written("turtle", Report(shacl=said)) == said
    empty = written("turtle", Report())
    assert len(Graph().parse(data=empty, format="turtle")) == 0
    assert "not judged by SHACL" in empty
