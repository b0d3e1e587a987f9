"""How a query ends that is not answered, in words."""

from __future__ import annotations

import math
import signal

from reviewgraph.errors import QueryError, QueryFailed, QueryTimeout, QueryTooLarge, QueueFull
from reviewgraph.store.limits import Limits


def late(limits: Limits) -> QueryTimeout:
    """Its time has passed."""
    seconds = limits.seconds
    return QueryTimeout(
        f"คำค้นใช้เวลาเกิน {seconds:g} วินาทีจึงถูกยุติ โปรดจำกัดขอบเขตหรือใช้ LIMIT",
        f"the query took longer than {seconds:g} seconds and was ended; "
        "narrow it down or use LIMIT",
    )


def too_large(limits: Limits) -> QueryTooLarge:
    """Its result is larger than any may be."""
    most = limits.result_bytes
    return QueryTooLarge(
        f"ผลลัพธ์ใหญ่เกินกำหนด {most:,} ไบต์ โปรดใช้ LIMIT",
        f"the result passes {most:,} bytes; use LIMIT",
    )


def too_long() -> QueryTooLarge:
    """It has more graphs and text than can be handed to a worker at once."""
    return QueryTooLarge("คำขอยาวเกินไป", "the request is too long for this system")


def full(limits: Limits, live: int) -> QueueFull:
    """So many are at work and waiting that it has to come back later."""
    waiting = max(0, live - limits.workers)
    expected = math.ceil(limits.seconds * waiting / limits.workers / 2)
    retry_after = min(max(1, expected), math.ceil(limits.waiting_seconds))
    return QueueFull(
        f"มีคำค้นรออยู่มาก โปรดลองใหม่ใน {retry_after} วินาที",
        f"many queries are waiting; try again in {retry_after} seconds",
        retry_after,
    )


def no_room(error: OSError) -> QueryFailed:
    """What its reader has not taken yet cannot be put anywhere."""
    reason = error.strerror
    return QueryFailed(f"ไม่มีที่พักผลลัพธ์: {reason}", f"there is no room for the result: {reason}")


def crowded() -> QueryFailed:
    """Its reader takes it slowly, and others need the room."""
    return QueryFailed(
        "ผู้รับอ่านผลลัพธ์ช้า และที่พักผลลัพธ์เต็ม",
        "the result was read slowly, and there is no room left for those of others",
    )


def closing() -> QueryFailed:
    """The service ends."""
    return QueryFailed("ระบบกำลังปิด", "the service is closing")


def not_understood() -> QueryFailed:
    """Its worker wrote what is no answer."""
    return QueryFailed("ตัวประมวลผลคำค้นผิดปกติ", "the worker is not understood")


def death(code: int | None, limits: Limits) -> QueryError:
    """Its worker ended with this exit code."""
    megabytes = limits.memory_bytes // 1_000_000
    if code in (-signal.SIGABRT, -signal.SIGKILL):
        return QueryFailed(
            f"คำค้นใช้หน่วยความจำเกิน {megabytes:,} MB จึงถูกยุติ",
            f"the query needed more than {megabytes:,} MB of memory and was ended",
        )
    if code == -signal.SIGXCPU:
        return late(limits)
    return QueryFailed(
        "คำค้นทำให้ตัวประมวลผลหยุดทำงาน อาจซับซ้อนเกินไป",
        "the query brought its worker down; it may be too complex",
    )
