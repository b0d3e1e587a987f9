"""What the gate is about to do: told to whoever shows progress, takes the time or ends it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from reviewgraph.errors import Words, printable


@dataclass(frozen=True, slots=True)
class Step:
    """One piece of work that may take long or never end.

    ``phase`` is one of a few words (``read``, ``vocabulary``, ``shapes``, ``shacl``,
    ``references``, ``questions``, ``evidence``, ``report``, ``load``), ``subject`` the file or the
    rule's IRI that it is about, or how far it is; empty for a phase as a whole.
    """

    phase: str
    subject: str = ""

    @property
    def words(self) -> Words:
        """The step for a reader: "the file data/x.ttl", "the rule person-name", a phase's name."""
        if not self.subject:
            fallback = Words(f"ขั้นตอน {self.phase}", f"the step {self.phase}")
            return _PHASES.get(self.phase, fallback)
        subject = printable(self.subject)
        if self.phase == "load":
            return Words(f"ส่งแล้ว {subject} ข้อความ", f"{subject} statements are there")
        if self.phase == "questions":
            name = subject.rsplit("/", 1)[-1].removesuffix(".rq")
            return Words(f"คำถาม {name}", f"the question {name}")
        if subject.startswith("_:"):
            return Words("กฎที่ไม่มีชื่อ", "a rule without a name")
        if "://" in subject or subject.startswith("urn:"):
            name = subject.replace("#", "/").rstrip("/").rsplit("/", 1)[-1]
            return Words(f"กฎ {name}", f"the rule {name}")
        return Words(f"ไฟล์ {subject}", f"the file {subject}")


_PHASES = {
    "begin": Words("การเริ่มตรวจ", "the start"),
    "read": Words("การอ่านไฟล์", "reading the files"),
    "vocabulary": Words("การตรวจคำศัพท์", "the check of the vocabulary"),
    "shapes": Words("การตรวจตัวกฎ", "the check of the rules themselves"),
    "shacl": Words("การตรวจข้อมูลด้วยกฎ", "the check of the data by the rules"),
    "references": Words("การตรวจการอ้างถึง", "the check of references"),
    "questions": Words("การถามคำถามทดสอบ", "the asking of the questions"),
    "evidence": Words("การตรวจหลักฐาน", "the check of the evidence"),
    "canonicalize": Words("การทำข้อมูลให้เป็นรูปมาตรฐาน", "bringing the data into canonical form"),
    "store": Words("การสร้างคลังข้อมูล", "building the store"),
    "dumps": Words("การเขียนไฟล์ข้อมูลทั้งชุด", "writing the dumps"),
    "descriptions": Words("การเขียนคำอธิบายชุดข้อมูล", "writing the descriptions"),
    "load": Words("การส่งข้อมูลไปยังเครื่องปลายทาง", "loading the statements"),
    "wait": Words("รอการแก้ไข", "waiting for an edit"),
    "report": Words("การเขียนรายงาน", "the writing of the report"),
}


Progress: TypeAlias = Callable[[Step], None]
"""Told each step as it begins; the next step ends the one before."""


def silent(_step: Step) -> None:
    """Tell nobody."""


class Clock:
    """Passes steps on, and notes what each took, by its subject or else its phase."""

    def __init__(self, progress: Progress) -> None:
        self.seconds: dict[str, float] = {}
        self._progress = progress
        self._name = ""
        self._begun = 0.0

    def __call__(self, step: Step) -> None:
        """A step begins; the one before it ends."""
        self.stop()
        self._name, self._begun = step.subject or step.phase, time.perf_counter()
        self._progress(step)

    def stop(self) -> None:
        """The step that was under way ends."""
        if self._name:
            spent = time.perf_counter() - self._begun
            self.seconds[self._name] = self.seconds.get(self._name, 0.0) + spent
        self._name = ""
