"""What the gate is about to do: told to whoever shows progress, takes the time or ends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Step:
    """One piece of work that may take long or never end.

    ``phase`` is one of a few words (``read``, ``vocabulary``, ``shapes``, ``shacl``,
    ``references``, ``questions``, ``evidence``), ``subject`` the file or the rule's IRI that it is
    about, empty for a phase as a whole.
    """

    phase: str
    subject: str = ""


Progress: TypeAlias = Callable[[Step], None]
"""Told each step as it begins; the next step ends the one before."""


def silent(_step: Step) -> None:
    """Tell nobody."""
