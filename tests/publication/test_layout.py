"""One layout: the same statements, the same comments, the same bytes the second time."""

import re
import tarfile
from textwrap import dedent

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewgraph.errors import SourceSyntaxError
from reviewgraph.publication.layout import document, tree
from reviewgraph.publication.layout.document import lay_out
from reviewgraph.publication.turtle import MAX_DEPTH
from reviewgraph.rdf.canonical import canonical_document, canonicalize

BASE = "https://example.org/base/file.ttl"
# Written apart from the program's own: strings and IRIs first, since a # means nothing in them.
COMMENT = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""'
    r"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r'|"(?:[^"\\\n\r]|\\.)*"'
    r"|'(?:[^'\\\n\r]|\\.)*'"
    r"|<[^<>\s]*>"
    r"|\\."
    r"|(#[^\n\r]*)",
    re.DOTALL,
)


def graph(text):
    parsed = ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=BASE)
    return canonical_document(canonicalize(parsed))


def comments(text):
    return sorted(found[1].rstrip(" \t") for found in COMMENT.finditer(text) if found[1])


def assert_laid_out(text, name="x.ttl"):
    written = lay_out(text, name)
    assert graph(written) == graph(text), name
    assert comments(written) == comments(text), name
    assert lay_out(written, name) == written, name
    assert "\n\n\n" not in COMMENT.sub("x", written), name
    return written


def test_w3c_files_keep_their_graph_and_comments_and_have_one_layout(shared):
    done = {"ttl": 0, "nt": 0}
    with tarfile.open(shared / "suites" / "rdf11-syntax.tar.gz") as archive:
        for member in archive.getmembers():
            extension = member.name.rsplit(".", 1)[-1]
            if extension not in done:  # N-Triples is Turtle too
                continue
            data = archive.extractfile(member).read()
            try:
                list(ox.parse(data, format=ox.RdfFormat.TURTLE, base_iri=BASE))
            except (SyntaxError, ValueError):
                with pytest.raises(SourceSyntaxError):
                    lay_out(data.decode(errors="replace"), member.name)
                continue
            assert_laid_out(data.decode("utf-8-sig"), member.name)
            done[extension] += 1
    assert done["ttl"] > 220
    assert done["nt"] > 40


# --- random documents

IRIS = [
    "<https://e.org/ก>",
    "<rel/x>",
    "<#y>",
    "<>",
    "e:a.b",
    "e:",
    "e:%20",
    "e:a\\/b",
    ":z",
    "_:b1",
]
FULL = ["<https://n.org/x>", "<https://n.org/x/y>", "<https://n.org/>", "<https://n.org/a.>"]
VERBS = ["rdf:type", "<https://n.org/p>", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"]
PLAIN = ["1", "-2.5", "1e3", "true", '"x"@th', '"a\\nb"', '"""p\n\nq"""', '"# no comment"']
TYPED = [  # ¦ is where two tokens meet
    "'''a\n\"b'''",
    "'''a\r\n\n\n # b'''@th",
    "'it\\'s \"x\"'@en-GB",
    '"\\u0E01\\n"',
    '""',
    '"1"¦^^¦xsd:integer',
    "'-1.50'¦^^¦xsd:decimal",
    '"1"¦^^¦xsd:decimal',
    '"๑"¦^^¦xsd:integer',
    '"1e0"¦^^¦<http://www.w3.org/2001/XMLSchema#double>',
    '"true"¦^^¦xsd:boolean',
    '"x"¦^^¦xsd:string',
    '"""2"""^^<http://www.w3.org/2001/XMLSchema#integer>',
    '"x"^^<dt>',
]
COMMENTS = ["# note ; [", '# "', "#", "##  a  ", "#'''", "# <x> .", "# ก็ \\"]
SPACES = [" ", "\n", "\t", "\r\n  ", "\n\n", "\n \n\n", " \r"]
NAMESPACES = {
    "": "https://e.org/x#",
    "e": "https://e.example/",
    "n": "https://n.org/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
DIRECTIVES = [
    ("prefix", "e:", "<https://n.org/>"),
    ("prefix", "e:", "<other/>"),
    ("prefix", ":", "<https://n.org/x/>"),
    ("prefix", ":", "<#>"),
    ("prefix", "q:", "<https://n.org/x>"),
    ("prefix", "b:", "<x:>"),
    ("base", "<https://n.org/b/>"),
    ("base", "<c/>"),
]


class Writer:
    """Writes a document token by token, with white space and comments anywhere between.

    Unless ``anything``, every term is in its one spelling and directives hold no comments.
    """

    def __init__(self, draw, *, anything):
        self.draw = draw
        self.anything = anything
        self.text = ""

    def choose(self, *choices):
        return self.draw(st.sampled_from(choices))

    def either(self):
        return self.draw(st.booleans())

    def several(self, least, most):
        return range(self.draw(st.integers(least, most)))

    def put(self, *tokens):
        for token in tokens:
            self.text += " "
            for _ in self.several(0, 2):
                self.text += self.choose(*SPACES)
                if self.either():
                    self.text += self.choose(*COMMENTS) + self.choose("\n", "\r\n")
            self.text += token

    def term(self, depth):
        kind = self.choose(*["iri", "literal", "collection", "properties"][: 4 if depth else 2])
        if kind == "iri":
            self.put(self.choose(*IRIS, *(FULL if self.anything else [])))
        elif kind == "literal":
            self.put(*self.choose(*PLAIN, *(TYPED if self.anything else [])).split("¦"))
        else:
            getattr(self, kind)(depth - 1)

    def properties(self, depth):
        self.put("[")
        filled = not self.anything or self.either()
        if filled:
            self.pairs(depth)
        self.put("]")
        return filled

    def collection(self, depth):
        self.put("(")
        for _ in self.several(0 if self.anything else 1, 3):
            self.term(depth)
        self.put(")")

    def pairs(self, depth):
        for more in self.several(1, 3):
            if more:
                self.put(";")
            self.put(self.choose("a", "e:p", "<x:p>", *(VERBS if self.anything else [])))
            for again in self.several(1, 3):
                if again:
                    self.put(",")
                self.term(depth)
        for _ in self.several(0, 2):
            self.put(";")

    def directives(self):
        for _ in self.several(0, 3):
            word, *tokens = self.choose(*DIRECTIVES)
            if self.either():
                self.put("@" + word, *tokens, ".")
            else:
                self.put(word.upper(), *tokens)

    def statement(self):
        kind = self.choose("iri", "iri", "collection", "properties")
        complete = False
        if kind == "iri":
            self.put(self.choose(*IRIS))
        elif kind == "collection":
            self.collection(1)
        else:
            complete = self.properties(1)
        if not complete or self.either():
            self.pairs(2)
        self.put(".")


@st.composite
def documents(draw, *, anything):
    """A document with comments in random places."""
    writer = Writer(draw, anything=anything)
    writer.text = writer.choose("", "\n\n", "# first\n", "# first\n\n")
    for name, namespace in NAMESPACES.items():
        writer.text += f"@prefix {name}: <{namespace}> .\n"
    for _ in writer.several(1, 3):
        if anything:
            writer.directives()
        writer.statement()
    return writer.text + writer.choose("", "\n", " # last", "\n# last\r\n", "\n\n \n")


@settings(deadline=None)
@given(documents(anything=True))
def test_any_document_keeps_its_graph_and_comments_and_has_one_layout(text):
    assert_laid_out(text)


def between_the_terms(text):
    found = []
    for token in tree.tokens(text[text.rindex("@prefix") :]):
        found += [comment.text for comment in token.before]
        if token.text not in {";", ",", "."}:
            found.append(token.text)
    return found


@settings(deadline=None)
@given(documents(anything=False))
def test_every_comment_stays_between_the_same_two_terms(text):
    assert between_the_terms(lay_out(text, "x")) == between_the_terms(text)


# --- what the layout is

LAYOUTS = {
    "one predicate a line, objects beside each other": (
        "<a:s>\n  a  <a:C>,<a:D>;<a:p> ( 1 2 ),[<a:q> 1;<a:r> (),[]],'x'@th.",
        """\
        <a:s> a <a:C> , <a:D> ;
            <a:p> ( 1 2 ) , [ <a:q> 1 ; <a:r> () , [] ] , "x"@th .
        """,
    ),
    "neighbouring prefixes sorted, their comments with them": (
        """\
        # Licence


        PREFIX b: <b:> # second
        @prefix a: <a:> .

        @prefix : <c:> .
        # of its own group
        @prefix A: <d:> .
        BASE <https://e.org/>
        a:s a b:C .""",
        """\
        # Licence

        @prefix : <c:> .
        @prefix a: <a:> .
        @prefix b: <b:> . # second

        # of its own group
        @prefix A: <d:> .
        @base <https://e.org/> .

        a:s a b:C .
        """,
    ),
    "comments where lines can end": (
        """\
        # about s
        <a:s> # subject
          <a:p> # predicate
            1 # one
          , # comma
            2 # two
          ; # semicolon
          # about q
          <a:q> 3 # three
        . # stop
        # end""",
        """\
        # about s
        <a:s> # subject
            <a:p> # predicate
                1 , # one
                # comma
                2 ; # two
            # semicolon
            # about q
            <a:q> 3 ; # three
            . # stop

        # end
        """,
    ),
    "a predicate that is commented out stays inside": (
        "<a:s> a <a:C> ;\n  # <a:p> 1 ;\n  .\n<a:t> a <a:C> # short\n .",
        """\
        <a:s> a <a:C> ;
            # <a:p> 1 ;
            .

        <a:t> a <a:C> . # short
        """,
    ),
    "brackets open up for a comment": (
        "<a:s> <a:p> [ <a:q> ( 1 # one\n [ <a:r> 2 ] ) ; # list\n <a:r> 3\n # shut\n ] , 4 .",
        """\
        <a:s> <a:p> [
                <a:q> (
                    1 # one
                    [ <a:r> 2 ]
                ) ; # list
                <a:r> 3 ;
                # shut
            ] , 4 .
        """,
    ),
    "blank lines only between blocks, one each": (
        "\n\n# a\n\n\n\n# b\n# c\n<a:s> a\n\n<a:C> .\n<a:t> a <a:C> .\n# d\n\n\n",
        """\
        # a

        # b
        # c
        <a:s> a <a:C> .

        <a:t> a <a:C> .

        # d
        """,
    ),
    "terms in their shortest exact form": (
        """\
        @prefix e: <https://e.org/> .
        @prefix n: <https://e.org/n#> .
        @prefix x: <http://www.w3.org/2001/XMLSchema#> .
        <https://e.org/s> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://e.org/n#C> ;
          <https://e.org/> <https://e.org/a/b> , <https://e.org/a.> , <s> , e:a\\/b ;
          e:p "01"^^x:integer , "1"^^x:decimal , "1.0"^^x:decimal , "true"^^x:boolean ,
            "1"^^x:boolean , "2019-01-01"^^x:date , 'say "x"' , "\\u0E01" , "y"^^x:string .""",
        """\
        @prefix e: <https://e.org/> .
        @prefix n: <https://e.org/n#> .
        @prefix x: <http://www.w3.org/2001/XMLSchema#> .

        e:s a n:C ;
            <https://e.org/> <https://e.org/a/b> , <https://e.org/a.> , <s> , e:a\\/b ;
            e:p 01 , "1"^^x:decimal , 1.0 , true , "1"^^x:boolean , "2019-01-01"^^x:date , \
"say \\"x\\"" , "\\u0E01" , "y" .
        """,
    ),
}


@pytest.mark.parametrize("title", LAYOUTS)
def test_a_layout(title):
    text, expected = (dedent(side) for side in LAYOUTS[title])
    assert assert_laid_out(text) == expected


def test_a_prefix_that_is_declared_again_keeps_its_last_meaning():
    text = "@prefix a: <x:> .\n@prefix b: <y:> .\n@prefix a: <z:> .\na:s a b:C .\n"
    assert "@prefix a: <x:> .\n@prefix a: <z:> .\n" in assert_laid_out(text)


def test_line_ends_inside_a_string_are_its_own():
    assert '"""x\r\n\n\n  y"""' in assert_laid_out('<a:s> <a:p>\r\n"""x\r\n\n\n  y""" .\r\n')


@pytest.mark.parametrize("text", ["", "\n", " \r\n\t"])
def test_nothing_is_laid_out_as_nothing(text):
    assert lay_out(text, "x") == ""


def nested(depth):
    return "<a:s> <a:p> " + "[ <a:p> ( " * (depth // 2) + "# c\n1" + " ) ]" * (depth // 2) + " ."


def test_brackets_nest_as_deep_as_anywhere():
    assert_laid_out(nested(MAX_DEPTH))


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("<a:s> <a:p> .", 1, "not well-formed"),
        ("\n<a:s> <a:p> e:x .", 2, "not well-formed"),
        ("<a:g> { <a:s> <a:p> 1 }", 1, "not well-formed"),
        ("\n" + nested(MAX_DEPTH + 2), 2, "deeper"),
        ('<a:s> <a:p> "x"@ar--rtl .', 1, "RDF 1.2"),
        ("<a:s> <a:p> <<( <a:s> <a:p> 1 )>> .", 1, "RDF 1.2"),
        ('VERSION "1.2"\n<a:s> <a:p> 1 .', 1, "expected"),
        ('@version "1.2" .\n<a:s> <a:p> 1 .', 1, "expected"),
    ],
)
def test_what_cannot_be_laid_out_is_said_with_its_place(text, line, word):
    with pytest.raises(SourceSyntaxError) as caught:
        lay_out(text, "some.ttl")
    assert caught.value.place.file == "some.ttl"
    assert caught.value.place.line == line
    assert word in caught.value.words.en
    assert caught.value.words.th


@pytest.mark.parametrize(
    "wrong",
    [
        "# c\n<a:s> <a:p> [] , [ <a:q> 1 ] .",
        "# c\n<a:s> <a:p> _:x , _:x .",
        "# c\n<a:s> <a:p> [] .",
        "# c\n<a:s> <a:p> [] , <a:o> .",
        "# d\n<a:s> <a:p> [] , [] .",
        "<a:s> <a:p> [] , [] .",
    ],
)
def test_a_layout_that_would_say_something_else_is_refused(monkeypatch, wrong):
    monkeypatch.setattr(document, "write", lambda _blocks: wrong)
    with pytest.raises(SourceSyntaxError, match="left as it is"):
        lay_out("# c\n<a:s>  <a:p> [] , [] .", "some.ttl")
