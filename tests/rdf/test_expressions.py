"""Regular expressions are written so that every Python from 3.11.0 on reads them alike."""

import ast
import re

# Possessive quantifiers of groups go wrong before 3.11.5: an atomic group does the same.
POSSESSIVE_GROUP = re.compile(r"\)(?:[*+?]|\{\{?[0-9]*,?[0-9]*\}?\})\+")


def test_no_group_is_repeated_possessively(repo):
    looked_at = 0
    for path in (repo / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)):
                continue
            text = node.value if isinstance(node.value, str) else node.value.decode("latin-1")
            if "(?" not in text and "++" not in text:
                continue
            looked_at += 1
            outside = re.sub(r"\[(?:\\.|[^\]\\])*\]", "[]", text)
            assert not POSSESSIVE_GROUP.search(outside), (path, text)
    assert looked_at > 20
