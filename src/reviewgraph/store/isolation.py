"""How a worker gives up what a stranger's query must never have: the network, other programs.

Three ways, because no one of them is to be had everywhere: a network namespace of its own (an
ordinary container may not make one), a seccomp filter (Linux on the processors listed), and as
the last resort a limit on open files, set once the store is open, that leaves no room for a
socket. Whichever took effect, ``network_reachable`` tries it.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import resource
import socket
import struct
import sys
import time
from pathlib import Path

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2
_SECCOMP_ALLOW = 0x7FFF0000
_SECCOMP_EPERM = 0x00050001
_SIGKILL = 9

# Classic BPF instructions (linux/bpf_common.h): load a word, compare, return.
_LOAD = 0x20
_JUMP_IF_EQUAL = 0x15
_JUMP_IF_AT_LEAST = 0x35
_RETURN = 0x06

# AUDIT_ARCH of the processor, and its numbers of socket, connect, execve, execveat, io_uring_setup.
_PROCESSORS: dict[str, tuple[int, tuple[int, ...]]] = {
    "x86_64": (0xC000003E, (41, 42, 59, 322, 425)),
    "aarch64": (0xC00000B7, (198, 203, 221, 281, 425)),
}
_X32_BIT = 0x40000000

# A datagram socket that is connected sends nothing: the kernel only looks for a route.
_PROBES = (
    (socket.AF_INET, "127.0.0.1"),
    (socket.AF_INET, "192.0.2.1"),
    (socket.AF_INET6, "::1"),
    (socket.AF_INET6, "2001:db8::1"),
)


def die_with_parent(parent: int) -> None:
    """End this process when the process ``parent`` ends, or at once if it has."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("its parent is gone")


def leave_network() -> bool:
    """Give up the network before any thread is started; whether it is out of reach now."""
    if sys.platform == "linux":
        unshare_network()
        deny_sockets()
    return not network_reachable()


def unshare_network() -> bool:
    """Move into a network namespace without interfaces.

    It must come before the store is opened: the threads that opening starts would stay outside.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    done: bool = libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0
    return done


def deny_sockets() -> bool:
    """Have the kernel refuse sockets and other programs to this process from here on."""
    known = _PROCESSORS.get(platform.machine()) if sys.platform == "linux" else None
    if known is None:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    audit_arch, denied = known
    deny = len(denied) + 1  # instructions from the first comparison of a number to the refusal
    program = [
        (_LOAD, 0, 0, 4),
        (_JUMP_IF_EQUAL, 0, deny + 2, audit_arch),
        (_LOAD, 0, 0, 0),
        (_JUMP_IF_AT_LEAST, deny, 0, _X32_BIT),
        *((_JUMP_IF_EQUAL, deny - 1 - n, 0, number) for n, number in enumerate(denied)),
        (_RETURN, 0, 0, _SECCOMP_ALLOW),
        (_RETURN, 0, 0, _SECCOMP_EPERM),
    ]
    code = b"".join(struct.pack("=HBBI", *instruction) for instruction in program)
    instructions = ctypes.create_string_buffer(code, len(code))
    header = struct.pack("@HP", len(program), ctypes.addressof(instructions))
    filter_program = ctypes.create_string_buffer(header, len(header))
    done: bool = libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, filter_program, 0, 0) == 0
    return done


def deny_files() -> None:
    """Let this process open no file or socket beyond those it has."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def network_reachable() -> bool:
    """Whether a socket can be made and has somewhere to go."""
    for family, address in _PROBES:
        with (
            contextlib.suppress(OSError),
            socket.socket(family, socket.SOCK_DGRAM) as probe,
        ):
            probe.connect((address, 9))
            return True
    return False


def limit_memory(size: int) -> None:
    """Let the address space grow by so many bytes, and leave no core file when that is hit."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = pages * resource.getpagesize() + size
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    # Should the whole machine run short, a worker goes first.
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def own_memory() -> int:
    """The bytes that this process has written to and shares with no other."""
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    found = (line.split()[1] for line in lines if line.startswith("Private_Dirty:"))
    return int(next(found, "0")) * 1024


class ProcessorLimit:
    """A second deadline, in processor time, should whoever minds the first one hang.

    The kernel's limit is of the whole process and in whole seconds, so it is moved on only after
    a second or more has been used.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        self._renew_at = 0.0

    def renew(self) -> None:
        """Give the next query its time."""
        used = time.process_time()
        if used < self._renew_at:
            return
        self._renew_at = used + 1
        resource.setrlimit(resource.RLIMIT_CPU, (int(used + self._seconds) + 2, self._hard))
