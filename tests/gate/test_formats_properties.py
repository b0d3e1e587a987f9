"""Whatever a value or a message holds, every format stays well-formed."""

import json
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator, Draft202012Validator
from lxml import etree
from markdown_it import MarkdownIt

from reviewgraph.errors import Place, Words
from reviewgraph.gate.formats import FORMATS, View, document
from reviewgraph.gate.formats.markdown import LONGEST
from reviewgraph.gate.report import Report, Result, Rule, Severity

SCHEMAS = Path(__file__).parent / "schemas"
NASTY = st.one_of(
    st.text(max_size=60),
    st.text(alphabet=" \n\r\t@#`*_[]()<>|!&;:/\\%{}-+.~$'\"\x00\x1b\u2028ก่ำa1", max_size=40),
    st.sampled_from(
        [
            "@team ![x](https://e.org/x.png) <img src=x onerror=a()> `code` | a | b",
            "</details></pre></script><script>alert(1)</script>",
            "]]> &amp; <!-- -- > \x00 \x0b \ufffe \U0001f600",
            "::error file=x::y\n##[error]z",
            "[a]: https://e.org\n\n[a] www.e.org a@b.co #12 GH-3 owner/repo#4 !5",
            "{0} {{1}} [x](y)",
        ]
    ),
)
RULE = st.builds("https://e.org/rule/{}".format, NASTY)


@st.composite
def reports(draw):
    rules = [
        Rule(iri, Words(draw(NASTY), draw(NASTY)), Words(draw(NASTY), draw(NASTY)), draw(NASTY))
        for iri in draw(st.lists(RULE, max_size=2, unique=True))
    ]
    names = [rule.iri for rule in rules]
    results = draw(
        st.lists(
            st.builds(
                Result,
                rule=st.sampled_from(names) if names else RULE,
                severity=st.sampled_from(Severity),
                message=st.builds(Words, NASTY, NASTY),
                place=st.none() | st.builds(Place, NASTY, st.integers(1, 9), st.integers(1, 9)),
                focus=st.none() | NASTY,
                path=st.none() | NASTY,
                value=st.none() | NASTY,
                related=st.lists(st.builds(Place, NASTY, st.just(1)), max_size=2).map(tuple),
            ),
            max_size=3,
        )
    )
    notes = tuple(draw(st.lists(st.builds(Words, NASTY, NASTY), max_size=1)))
    return Report(tuple(results), notes, {"files": 1}, rules={rule.iri: rule for rule in rules})


@cache
def checker(name):
    if name == "sarif":
        return Draft4Validator(json.loads((SCHEMAS / "sarif-2.1.0-rtm.5.json").read_text()))
    if name == "json":
        return Draft202012Validator(json.loads(document.schema()))
    return etree.XMLSchema(etree.parse(SCHEMAS / "junit-10.xsd"))


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.open, self.seen = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        assert all(not name.startswith("on") for name, _ in attrs)
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def well_formed(format_, text, report):
    if format_ in {"json", "sarif"}:
        checker(format_).validate(json.loads(text))
    elif format_ == "gitlab":
        assert len(json.loads(text)) == len(report.results)
    elif format_ == "junit":
        tree = etree.fromstring(text.encode())
        checker("junit").assertValid(tree)
        assert int(tree.get("tests")) == len(tree.findall("testsuite/testcase"))
    elif format_ == "github":
        lines = text.split("\n")[:-1]
        assert len(lines) == len(report.results) + 1
        assert all(line.startswith("::") for line in lines)
    elif format_ == "text":
        assert all(c.isprintable() or c in "\n\t" for c in text)
        assert "##[" not in text
    elif format_ == "html":
        tags = Tags(text)
        assert tags.open == []
        assert not {"script", "img", "iframe"} & tags.seen
    elif format_ == "markdown":
        commented(text)


def commented(text):
    """No link, picture, table, code block or heading but the one that is meant to be there."""
    assert len(text) <= LONGEST
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    kinds = [token.type for token in tokens]
    assert not {"table_open", "fence", "code_block", "blockquote_open"} & set(kinds)
    assert "heading_open" not in kinds
    for token in tokens:
        inner = {child.type for child in token.children or ()}
        assert not {"link_open", "image", "code_inline"} & inner
        assert not any(
            child.type == "text" and ("@" in child.content.replace("@\u2060", ""))
            for child in token.children or ()
        )
    allowed = {"details", "summary", "code", "a"}
    assert Tags(MarkdownIt("commonmark").render(text)).seen - allowed <= {
        "ul", "li", "p", "strong", "em",
    }  # fmt: skip


@pytest.mark.parametrize("format_", sorted(set(FORMATS) - {"turtle"}))
@example(Report((Result("r", Severity.INFO, Words("", "")),)))
@given(report=reports())
@settings(max_examples=30, deadline=None)
def test_any_report_is_well_formed(format_, report):
    well_formed(format_, FORMATS[format_](report, View()), report)
