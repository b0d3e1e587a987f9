"""What a stranger's query may use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may use, and how many run at once.

    The figures in the comments are single measurements on two cores with pyoxigraph 0.5.13.
    """

    # From the moment a worker takes the query until it has handed over the last byte.
    seconds: float = 10.0
    # What a worker may reserve beyond what it was born with (RLIMIT_AS).
    memory_bytes: int = 1_200_000_000
    # As it is sent, compressed or not. A million rows of three short columns in JSON are 130 to
    # 230 MB, and are streamed.
    result_bytes: int = 1_000_000_000
    # Holds 40,000 numbers in VALUES (0.04 s to plan and answer).
    query_bytes: int = 262_144
    # Brackets of all kinds, one in another. The worker's 256 MB stack holds 10,000 and breaks at
    # 40,000 of ``STR(``; this is far below both, and above what people or programs write.
    depth: int = 250
    # Triple patterns that are joined together. The planner is about O(n^4): a star of 100 takes
    # 1.6 s before any evaluation, 130 take 5 s; 100 OPTIONALs take 1.1 s, 200 over 12 s.
    patterns: int = 100
    # Operators, path steps, FILTER, BIND, UNION and their like. Planning a chain is quadratic:
    # 2,000 FILTERs take 4 s, 10,000 sums 1.9 s, 2,000 alternatives of ``||`` 0.15 s.
    operators: int = 2_000
    workers: int = 2
    # Queries that may wait for a worker, and how long: less than a proxy's usual minute.
    waiting: int = 256
    waiting_seconds: float = 50.0
    # An answer up to this size is held back until it is whole, so that it is all or nothing.
    # 0: it is sent as soon as the worker lets it go (see ``store.body``).
    strict_bytes: int = 0
    # What the reader of an answer has not taken yet waits on disk, so that a slow one keeps no
    # worker; this much for all readers together.
    spool_bytes: int = 2_000_000_000
    # Answers kept for when they are asked for again: all together, and the largest.
    kept_bytes: int = 64_000_000
    kept_answer_bytes: int = 4_000_000
