"""Results that are known and accepted: what is known stays known, and nothing else does."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewgraph.errors import GateError, Place, Words
from reviewgraph.gate.baseline import as_baseline, compare, read_baseline
from reviewgraph.gate.report import Report, Result, Severity


def result(value='"x"', line=3, **changes):
    first = {
        "rule": "https://e.org/shape/Name",
        "severity": Severity.VIOLATION,
        "message": Words("ผิด", "wrong"),
        "place": Place("data/a.ttl", line, 5),
        "focus": "<https://e.org/a>",
        "path": "<https://e.org/p>",
        "value": value,
    }
    return Result(**(first | changes))


def report(*results):
    return Report(results=results)


@pytest.fixture
def known(tmp_path):
    """Write the baseline of a report and read it again."""

    def remember(accepted):
        file = tmp_path / "baseline.json"
        file.write_text(as_baseline(accepted))
        return read_baseline(file)

    return remember


def test_what_is_known_passes_and_what_is_new_does_not(known):
    accepted = known(report(result()))
    assert report(result()).exit_code() == 1
    assert compare(report(result()), accepted, "b").exit_code(Severity.INFO) == 0
    both = compare(report(result(), result('"new"')), accepted, "b")
    assert [each.known for each in both.results] == [True, False]
    assert (both.exit_code(), both.known, both.count(Severity.VIOLATION)) == (1, 1, 1)


def test_moving_lines_does_not_make_a_result_new(known):
    assert compare(report(result(line=90)), known(report(result())), "b").exit_code() == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"value": '"y"'},
        {"focus": "<https://e.org/b>"},
        {"path": "<https://e.org/q>"},
        {"rule": "https://e.org/shape/Other"},
        {"place": Place("data/b.ttl", 3, 5)},
        {"component": "http://www.w3.org/ns/shacl#PatternConstraintComponent"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_result_that_differs_is_new(changes):
    assert result(**changes).fingerprint != result().fingerprint


def test_the_words_do_not_matter_where_terms_tell_a_result():
    assert result(message=Words("อื่น", "other")).fingerprint == result().fingerprint
    bare = {"focus": None, "path": None, "value": None}
    assert (
        result(**bare).fingerprint
        != result(**bare, message=Words("ผิด", "wrong elsewhere")).fingerprint
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [("_:f3l12c5", "_:f3l90c1"), ("_:f3b0", "_:f4b7"), ("_:b0", "_:b1")],
)
def test_a_blank_node_is_the_same_wherever_it_stands(one, other):
    assert result(focus=one).fingerprint == result(focus=other).fingerprint
    assert result(focus=one).fingerprint != result().fingerprint


def test_of_equal_results_as_many_are_known_as_were_accepted(known):
    accepted = known(report(result(line=1), result(line=2)))
    assert [entry.count for entry in accepted.values()] == [2]
    three = compare(report(result(line=1), result(line=2), result(line=3)), accepted, "b")
    assert [each.known for each in three.results] == [True, True, False]
    one = compare(report(result()), accepted, "b")
    assert one.exit_code() == 0
    assert one.baseline.stale[0].count == 1


def test_what_is_found_no_longer_is_told_with_rule_and_file(known):
    compared = compare(report(), known(report(result())), "base.json")
    (note,) = compared.notes
    for words in (note.th, note.en):
        assert "base.json" in words
        assert "[Name]" in words
        assert "data/a.ttl" in words
    assert compared.exit_code() == 0


def test_a_failure_is_never_accepted(known):
    accepted = known(report(result()))
    failed = compare(report(result(severity=Severity.FAILURE)), accepted, "b")
    assert failed.exit_code() == 2
    assert not failed.results[0].known
    assert failed.notes == ()  # nothing is called stale where something is out of sight
    with pytest.raises(GateError, match="could not be judged"):
        as_baseline(report(result(severity=Severity.FAILURE)))


def test_the_file_is_sorted_and_does_not_depend_on_order_or_lines():
    results = [result(str(n), line=n) for n in range(1, 9)] + [result(place=None)]
    text = as_baseline(report(*results))
    assert as_baseline(report(*reversed(results))) == text
    assert as_baseline(report(*(result(str(n), line=n + 7) for n in range(1, 9)), results[-1])) == (
        text
    )
    assert text.endswith("\n")
    keys = [(e["file"], e["rule"], e["fingerprint"]) for e in json.loads(text)["results"]]
    assert keys == sorted(keys)


ENTRY = {"rule": "r", "file": "f", "severity": "info", "count": 1, "fingerprint": "0" * 64}


@pytest.mark.parametrize(
    "content",
    [
        "",
        "nonsense",
        "[]",
        "{}",
        '{"version": 1}',
        '{"version": 2, "results": []}',
        '{"version": 1, "results": {}}',
        '{"version": 1, "results": [1]}',
        "[" * 100_000,
        *(
            json.dumps({"version": 1, "results": [ENTRY | change]})
            for change in (
                {"count": 0},
                {"count": True},
                {"count": "1"},
                {"rule": None},
                {"fingerprint": 5},
                {"severity": "failure"},
                {"severity": "grave"},
            )
        ),
        json.dumps({"version": 1, "results": [ENTRY, ENTRY]}),
    ],
    ids=lambda content: content[:60],
)
def test_a_malformed_baseline_is_refused_in_words(tmp_path, content):
    file = tmp_path / "baseline.json"
    file.write_text(content)
    with pytest.raises(GateError, match="is not a baseline") as refused:
        read_baseline(file)
    assert str(file) in refused.value.words.th


def test_a_baseline_that_cannot_be_read_is_refused_in_words(tmp_path):
    with pytest.raises(GateError, match="there is no baseline"):
        read_baseline(tmp_path / "none.json")
    with pytest.raises(GateError, match="cannot be read"):
        read_baseline(tmp_path)
    (tmp_path / "latin").write_bytes(b'{"\xff": 1}')
    with pytest.raises(GateError, match="is not a baseline"):
        read_baseline(tmp_path / "latin")


RESULTS = st.lists(
    st.builds(
        result,
        st.sampled_from(['"a"', '"b"', "_:f1l2c3", "_:f1l9c9"]),
        line=st.integers(1, 9),
        severity=st.sampled_from([Severity.INFO, Severity.VIOLATION]),
    ),
    max_size=8,
)


@given(accepted=RESULTS, found=RESULTS)
def test_known_and_new_are_all_there_is(tmp_path_factory, accepted, found):
    file = tmp_path_factory.mktemp("baselines") / "baseline.json"
    file.write_text(as_baseline(report(*accepted)))
    known = read_baseline(file)
    compared = compare(report(*found), known, "b")
    stale = sum(entry.count for entry in compared.baseline.stale)
    assert compared.known + stale == len(accepted)
    assert compared.known + sum(map(compared.count, Severity)) == len(found)
    again = compare(report(*accepted), known, "b")
    assert (again.exit_code(Severity.INFO), again.notes) == (0, ())
