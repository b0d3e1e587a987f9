"""Text of strangers in Markdown, so that it notifies nobody, links nowhere and shows no pictures.

Every ASCII mark is written as a character reference, which CommonMark (section 2.5) never takes for
markup, and what a forge would link by itself is put into code, where forges leave it alone.
"""

from __future__ import annotations

import re

from reviewgraph.errors import printable

LONGEST = 60_000
"""Of a comment: GitHub takes 65,536 characters; the rest is for what a workflow adds."""

LONGEST_LINE = 2_000
_SAFE = frozenset(" ,;?'%")
# Addresses, people, issues, commits, pictures by name: GitHub and GitLab link these by themselves.
_LINKED = re.compile(r"://|www\.|[@#!$~%&]|GH-|[0-9a-f]{7}|:\w+:", re.IGNORECASE)


def prose(text: str) -> str:
    """Words on one line."""
    line = printable(text)
    if len(line) > LONGEST_LINE:
        line = line[:LONGEST_LINE] + "…"
    return " ".join(
        code(word) if _LINKED.search(word) else literal(word) for word in line.split(" ")
    )


def code(text: str) -> str:
    """Something to be read as it is written."""
    return f"<code>{literal(text)}</code>"


def literal(text: str) -> str:
    """Text with no mark that means anything."""
    return "".join(
        c if c.isalnum() or c in _SAFE or not c.isascii() else f"&#{ord(c)};" for c in text
    ).replace("&#64;", "&#64;\u2060")
