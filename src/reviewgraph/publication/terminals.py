"""Turtle's terminals (https://www.w3.org/TR/turtle/#sec-grammar-grammar)."""

from __future__ import annotations

_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_CHARS = _BASE + r"_\-0-9\u00b7\u0300-\u036f\u203f-\u2040"
_PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_PREFIX = rf"(?:[{_BASE}](?:[{_CHARS}.]*[{_CHARS}])?)?"
_LOCAL = rf"(?:[{_BASE}_:0-9]|{_PLX})(?:(?:[{_CHARS}.:]|{_PLX})*(?:[{_CHARS}:]|{_PLX}))?"
# What comes most often stands first; a full stop before a digit belongs to a number. Strings never
# go back (++, *+, and (?>…) for groups, which Python takes possessively only from 3.11.5 on): to be
# able to, the engine would keep two hundred bytes for each character.
TERMINALS = rf"""
      (?P<name>{_PREFIX}:(?:{_LOCAL})?)
    | (?P<mark>\.(?![0-9])|[;,\[\](){{}}]|\^\^)
    | (?P<iri><[^\x00-\x20<>"{{}}|^`]*>)
    | (?P<string>\"\"\"(?>(?:[^"\\]++|\\.|\"(?!\"\"))*)\"\"\"|'''(?>(?:[^'\\]++|\\.|'(?!''))*)'''
        |"(?>(?:[^"\\\n\r]++|\\.)*)"|'(?>(?:[^'\\\n\r]++|\\.)*)')
    | (?P<blank>_:[{_BASE}_0-9](?:[{_CHARS}.]*[{_CHARS}])?)
    | (?P<at>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<double>[+-]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)[eE][+-]?[0-9]+)
    | (?P<decimal>[+-]?[0-9]*\.[0-9]+)
    | (?P<integer>[+-]?[0-9]+)
    | (?P<word>[A-Za-z]+)
"""
"""Turtle's terminals, as a verbose regular expression with a group for each kind."""
