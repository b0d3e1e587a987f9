"""Forms, bodies and numbers as clients send them: counted while they come in, read with care."""

from __future__ import annotations

import re
from binascii import a2b_qp
from urllib.parse import unquote_to_bytes

from fastapi import Request

from reviewgraph.web.problems import Problem

FORM = "application/x-www-form-urlencoded"
_NUMBER = re.compile("[0-9]{1,4}")
# What quoted-printable would take in another way.
_ODD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})|[\r\n]")


async def body_of(request: Request, most: int) -> bytes:
    """The body, counted while it comes in: a length that is declared need not be true.

    Raises:
        Problem: it is longer than ``most`` bytes.
    """
    size = 0
    chunks = []
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            raise Problem(
                413,
                f"คำขอใหญ่เกินกำหนด {most:,} ไบต์",
                f"the request passes {most:,} bytes",
                headers={"Connection": "close"},
            )
        chunks.append(chunk)
    return b"".join(chunks)


def fields(octets: bytes, where: str) -> list[tuple[str, str]]:
    """The names and values of a form (URL Standard 5.1).

    Raises:
        Problem: they are not text.
    """
    found = []
    for field in octets.split(b"&"):
        if field:
            name, _, value = field.partition(b"=")
            found.append((text_of(_plain(name), where), text_of(_plain(value), where)))
    return found


def _plain(octets: bytes) -> bytes:
    """The octets that are percent-encoded, and spaces for plus signs.

    Quoted-printable (RFC 2045 6.7) is the same but for its sign, and has a decoder in C: a query
    has an escape every few characters, and the standard library takes them one by one.
    """
    octets = octets.replace(b"+", b" ")
    if b"%" not in octets:
        return octets
    if _ODD_ESCAPE.search(octets):
        return unquote_to_bytes(octets)
    return a2b_qp(octets.replace(b"=", b"%3D").replace(b"%", b"="))


def text_of(octets: bytes, where: str) -> str:
    """Octets as text; ``where`` says of what part of the request.

    Raises:
        Problem: they are not UTF-8.
    """
    try:
        return octets.decode()
    except UnicodeDecodeError as error:
        raise _not_text(where) from error


def whole_number(request: Request, name: str, otherwise: int) -> int:
    """A parameter of the address that is a number; ``otherwise`` if it is not given.

    Raises:
        Problem: it is no whole number of four digits at most, or given twice.
    """
    given = request.query_params.getlist(name)
    if not given:
        return otherwise
    if len(given) > 1 or not _NUMBER.fullmatch(given[0]):
        raise Problem(
            400,
            f"{name} ต้องเป็นจำนวนเต็มหนึ่งจำนวน ไม่เกินสี่หลัก",
            f"{name} must be one whole number, of four digits at most",
        )
    return int(given[0])


def _not_text(where: str) -> Problem:
    return Problem(400, "คำขอไม่ใช่ข้อความ UTF-8", f"{where} is not UTF-8 text")
