"""What goes through the pipe between the gate's work and whoever waits for it.

Frames: a letter, the length in eight bytes, the content. Content counts only when its frame is
whole. Nothing is unpickled: a child that strangers' files have led astray must not lead its
parent astray.

    S a step begins (JSON)
    R the result (the work's own bytes) · E an error of ours (JSON) · X any other exception (JSON)
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Iterator

from reviewgraph.errors import Place, ReviewgraphError, Words

STEP, RESULT, ERROR, UNFORESEEN = b"S", b"R", b"E", b"X"

_HEADER = struct.Struct(">cQ")


def send(sink: int, letter: bytes, content: bytes) -> None:
    """Write a frame to the descriptor ``sink``."""
    for part in (_HEADER.pack(letter, len(content)), content):
        rest = memoryview(part)
        while rest:
            rest = rest[os.write(sink, rest) :]


def frames(buffer: bytearray) -> Iterator[tuple[bytes, bytes]]:
    """The frames that are whole, taken out of the buffer."""
    while len(buffer) >= _HEADER.size:
        letter, length = _HEADER.unpack_from(buffer)
        end = _HEADER.size + length
        if len(buffer) < end:
            return
        with memoryview(buffer) as view:
            content = bytes(view[_HEADER.size : end])
        del buffer[:end]
        yield letter, content


def written(error: ReviewgraphError) -> bytes:
    """The error as JSON: the names of its classes, nearest first, and what it knows."""
    known: dict[str, object] = {}
    for name, value in vars(error).items():
        match value:
            case Words():
                known[name] = {"words": [value.th, value.en]}
            case Place():
                known[name] = {"place": [value.file, value.line, value.column]}
            case _:
                known[name] = value
    classes = [each.__name__ for each in type(error).__mro__]
    return json.dumps({"classes": classes, "known": known}, default=str).encode()


def read_error(content: bytes) -> ReviewgraphError:
    """The error that ``written`` wrote; where its class is not known here, the nearest that is."""
    told = json.loads(content)
    classes = {each.__name__: each for each in _with_subclasses(ReviewgraphError)}
    nearest = next(classes[name] for name in told["classes"] if name in classes)
    error = nearest.__new__(nearest)  # each class is constructed in a way of its own
    for name, value in told["known"].items():
        match value:
            case {"words": [str(th), str(en)]}:
                setattr(error, name, Words(th, en))
            case {"place": [str(file), int(line), int(column)]}:
                setattr(error, name, Place(file, line, column))
            case list():
                setattr(error, name, tuple(value))
            case _:
                setattr(error, name, value)
    error.args = (error.words.en,)
    return error


def _with_subclasses(root: type[ReviewgraphError]) -> Iterator[type[ReviewgraphError]]:
    yield root
    for each in root.__subclasses__():
        yield from _with_subclasses(each)
