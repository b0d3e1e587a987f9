"""Work that never ends, takes all memory or crashes, in a child process that ends at a limit."""

import faulthandler
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from reviewgraph.errors import (
    GateError,
    Place,
    PublicationError,
    QueueFull,
    ReviewgraphError,
    SourceSyntaxError,
)
from reviewgraph.gate import bounded, wire
from reviewgraph.gate.bounded import Limits, UnforeseenError, run
from reviewgraph.gate.steps import Step
from reviewgraph.rdf.canonical import canonicalize
from reviewgraph.rdf.terms import IRI, BlankNode, Quad
from reviewgraph.store.embedded import EmbeddedStore
from reviewgraph.store.terminals import QuerySyntaxErrorAt

pytestmark = pytest.mark.filterwarnings(
    # Other tests of the same process leave threads behind; the program has none when it forks.
    "ignore:.*multi-threaded, use of fork:DeprecationWarning"
)
SHORT = Limits(seconds=1.0)
SMALL = Limits(seconds=600.0, memory=400 * 1024**2)
AMPLE = Limits(seconds=600.0, memory=2 * 1024**3)
A, B, C = Step("read", "data/a.ttl"), Step("shacl", "https://example.org/x#B"), Step("evidence")
BOMB = " ".join(
    ['SELECT (STRLEN(?a9) AS ?n) { BIND("xxxxxxxxxxxxxxxxxxxx" AS ?a0)']
    + [f"BIND(CONCAT({', '.join([f'?a{n}'] * 10)}) AS ?a{n + 1})" for n in range(9)]
    + ["}"]
)


@pytest.fixture(autouse=True)
def no_test_hangs():
    """Ends a test that waits for ever; no figure of it says how fast anything should be."""

    def give_up(_number, _frame):
        raise AssertionError("the test hangs")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(120)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture(autouse=True)
def no_child_is_left():
    before = children()  # servers of other tests
    yield
    assert children() <= before


def children():
    """Every process that this one has started and not waited for."""
    tasks = Path("/proc/self/task").iterdir()
    return {pid for task in tasks for pid in (task / "children").read_text().split()}


def until_gone(pid):
    """Wait until a process has ended; init may take its time to bury it."""
    while True:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return
        if state in "ZX":
            return
        time.sleep(0.02)


def with_one_step(deed):
    """Work whose first step does the deed; its result is the words the step was left out with."""

    def work(progress, left_out):
        if A in left_out:
            return left_out[A].en.encode()
        progress(A)
        faulthandler.disable()  # it would print the stack of a deliberate crash
        deed()
        return b"done"

    return work


def for_ever():
    while True:
        pass


def blow_up():
    assert re.match("(a|aa)+$", "a" * 100 + "b") is None


def crash():
    faulthandler.disable()  # it would print the stack of this deliberate crash
    os.kill(os.getpid(), signal.SIGSEGV)


def dive():
    dive()


def test_the_result_is_what_the_work_returned():
    assert run(lambda progress, left_out: b"whole", AMPLE) == b"whole"


def test_an_empty_result_is_a_result():
    assert run(lambda progress, left_out: b"", AMPLE) == b""


def test_a_result_of_fifty_megabytes_arrives_whole():
    result = run(lambda progress, left_out: bytes(range(250)) * 200_000, AMPLE)
    assert result == bytes(range(250)) * 200_000


def test_the_work_is_done_in_another_process():
    assert int(run(lambda progress, left_out: str(os.getpid()).encode(), AMPLE)) != os.getpid()


def test_steps_are_told_in_order_before_the_result():
    told = []

    def work(progress, left_out):
        for step in (A, B, C, A):
            progress(step)
        return b"done"

    assert run(work, AMPLE, progress=told.append) == b"done"
    assert told == [A, B, C, A]


def test_the_clock_restarts_at_each_step(monkeypatch):
    """On a clock by which each step takes most of the time that one step may take."""
    now = [0.0]
    monkeypatch.setattr(bounded, "time", SimpleNamespace(monotonic=lambda: now[0]))

    def work(progress, left_out):
        for number in range(5):
            progress(Step("read", str(number)))
            time.sleep(0.05)
        return b"done"

    def pass_time(_step):
        now[0] += 500.0

    assert run(work, AMPLE, progress=pass_time) == b"done"


@pytest.mark.parametrize("deed", [for_ever, blow_up, lambda: time.sleep(10_000)])
def test_a_step_that_does_not_end_is_left_out(deed):
    result = run(with_one_step(deed), SHORT)
    assert result.decode().startswith("the file data/a.ttl did not finish within 1 s")


def test_a_step_that_ignores_signals_is_left_out():
    def deed():
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        for_ever()

    assert b"did not finish" in run(with_one_step(deed), SHORT)


def test_a_step_that_wants_too_much_memory_is_left_out():
    result = run(with_one_step(lambda: "x" * 10**10), SMALL)
    assert result.decode().startswith("the file data/a.ttl needed more memory than 400 MiB")


def test_memory_that_was_there_before_the_fork_does_not_count():
    ballast = bytearray(500 * 1024**2)
    result = run(with_one_step(lambda: bytearray(100 * 1024**2)), SMALL)
    assert (result, len(ballast)) == (b"done", 500 * 1024**2)


def test_a_query_that_wants_too_much_memory_of_the_engine_is_left_out():
    store = EmbeddedStore.in_memory([])
    result = run(with_one_step(lambda: store.select(BOMB)), SMALL)
    assert re.match(r"the file data/a.ttl (needed more memory|ended the program)", result.decode())


@pytest.mark.parametrize(
    ("number", "name"), [(signal.SIGSEGV, "SIGSEGV"), (signal.SIGABRT, "SIGABRT")]
)
def test_a_step_that_crashes_is_left_out(number, name):
    result = run(with_one_step(lambda: os.kill(os.getpid(), number)), AMPLE).decode()
    assert result.startswith(f"the file data/a.ttl ended the program that judged it ({name})")


def test_a_step_that_the_system_kills_is_told_as_want_of_memory():
    result = run(with_one_step(lambda: os.kill(os.getpid(), signal.SIGKILL)), AMPLE).decode()
    assert "(SIGKILL), most likely for want of memory (2 GiB are allowed)" in result


def test_a_step_that_jumps_out_of_the_process_is_left_out():
    assert b"(exit code 7)" in run(with_one_step(lambda: os._exit(7)), AMPLE)


def test_a_step_nested_too_deeply_is_left_out():
    assert b"is nested too deeply" in run(with_one_step(dive), AMPLE)


def test_a_library_that_panics_is_told_as_a_crash():
    class PanicException(BaseException):
        """As pyo3 has it."""

    def deed():
        raise PanicException

    assert b"ended the program that judged it (panic)" in run(with_one_step(deed), AMPLE)


def test_two_steps_that_fail_in_two_ways_are_left_out_and_the_rest_is_done():
    told = []

    def work(progress, left_out):
        done = []
        for step, deed in ((A, for_ever), (B, crash), (C, lambda: None)):
            if step in left_out:
                done.append(left_out[step].en)
                continue
            progress(step)
            deed()
            done.append("done")
        return "\n".join(done).encode()

    first, second, third = run(work, Limits(3.0), progress=told.append).decode().split("\n")
    assert first.startswith("the file data/a.ttl did not finish within 3 s")
    assert second.startswith("the rule B ended the program that judged it (SIGSEGV)")
    assert third == "done"
    assert told == [A, B, C]


def test_words_for_what_was_left_out_are_thai_too():
    def work(progress, left_out):
        if A in left_out:
            return left_out[A].th.encode()
        progress(A)
        for_ever()
        return b""

    result = run(work, SHORT).decode()
    assert result == "ไฟล์ data/a.ttl ใช้เวลาเกิน 1 วินาที จึงถูกหยุด โปรดทำให้ง่ายหรือเล็กลง"


def test_too_many_failing_steps_are_all_named():
    def work(progress, left_out):
        progress(Step("read", f"{len(left_out)}.ttl"))
        crash()
        return b""

    with pytest.raises(GateError) as caught:
        run(work, AMPLE, tries=3)
    assert re.findall(r"\d\.ttl", caught.value.words.en) == ["0.ttl", "1.ttl", "2.ttl"]
    assert re.findall(r"\d\.ttl", caught.value.words.th) == ["0.ttl", "1.ttl", "2.ttl"]


def test_a_step_that_is_done_although_left_out_is_not_tried_for_ever(tmp_path):
    attempts = tmp_path / "attempts"

    def work(progress, left_out):
        with attempts.open("a") as file:
            file.write("x")
        progress(A)
        crash()
        return b""

    with pytest.raises(GateError, match=r"the file data/a\.ttl ended"):
        run(work, AMPLE, tries=50)
    assert attempts.read_text() == "xx"


def test_a_crash_before_the_first_step_is_told_without_one():
    def work(progress, left_out):
        crash()
        return b""

    with pytest.raises(GateError, match="the start ended the program"):
        run(work, AMPLE)


ERRORS = [
    PublicationError("ไทย", "folder"),
    SourceSyntaxError("ไทย", "file", Place("data/ก\udcff.ttl", 3, 4)),
    GateError("ไทย", "gate"),
    QueueFull("ไทย", "queue", 7),
    QuerySyntaxErrorAt("ไทย", "query", Place("query", 1, 2), ("SELECT", "ASK")),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_of_ours_is_raised_here_as_it_was_there(error):
    def deed():
        raise error

    with pytest.raises(ReviewgraphError) as caught:
        run(with_one_step(deed), AMPLE)
    assert type(caught.value) is type(error)
    assert vars(caught.value) == vars(error)
    assert str(caught.value) == str(error)


def test_an_error_whose_class_is_not_known_here_is_raised_as_the_nearest_that_is():
    content = wire.written(GateError("ไทย", "gate")).replace(b'["GateError"', b'["X", "GateError"')
    assert type(wire.read_error(content)) is GateError


def test_an_error_that_nobody_foresaw_says_where_and_in_which_step():
    def deed():
        raise ZeroDivisionError("by nothing")

    with pytest.raises(UnforeseenError) as caught:
        run(with_one_step(deed), AMPLE)
    assert repr(caught.value) == "ZeroDivisionError('by nothing'), the file data/a.ttl"
    assert "Traceback" in str(caught.value)
    assert "in deed" in str(caught.value)


def test_a_child_that_cannot_be_confined_does_no_work(monkeypatch):
    def refuse(_size):
        raise OSError("no limit")

    monkeypatch.setattr(bounded.isolation, "limit_memory", refuse)
    with pytest.raises(UnforeseenError) as caught:
        run(lambda progress, left_out: b"done", AMPLE)
    assert repr(caught.value) == "OSError('no limit')"


@pytest.mark.parametrize("sent", [0, 1, 8, 9, 10, 999_999])
def test_a_part_of_an_answer_is_no_answer(monkeypatch, sent):
    def send(sink, letter, content):
        if letter == wire.RESULT:
            frame = wire._HEADER.pack(letter, len(content)) + content
            os.write(sink, frame[:sent])
            os._exit(0)
        whole(sink, letter, content)

    whole = wire.send
    monkeypatch.setattr(wire, "send", send)
    # Less than all of a million bytes is in the pipe when the child ends.
    with pytest.raises(GateError, match=r"exit code 0"):
        run(lambda progress, left_out: b"x" * 1_000_000, AMPLE)


def test_a_frame_counts_only_when_its_last_byte_is_there():
    source, sink = os.pipe()
    wire.send(sink, wire.STEP, b"ab")
    wire.send(sink, wire.RESULT, b"")
    buffer, found = bytearray(), []
    for _ in range(20):
        buffer += os.read(source, 1)
        found.append(list(wire.frames(buffer)))
    os.close(source)
    os.close(sink)
    assert found[10] == [(wire.STEP, b"ab")]
    assert found[19] == [(wire.RESULT, b"")]
    assert sum(map(len, found)) == 2


def test_the_child_can_open_no_socket():
    if not fences():
        pytest.skip("neither seccomp nor network namespaces are permitted on this machine")

    def work(progress, left_out):
        with socket.create_server(("127.0.0.1", 0)):
            return b"listening"

    with pytest.raises(UnforeseenError, match=r"PermissionError|OSError"):
        run(work, AMPLE)
    with socket.create_server(("127.0.0.1", 0)):
        pass  # and here it can be opened: the fence is around the child alone


def fences():
    code = "from reviewgraph.store import isolation as i; print(i.deny_sockets())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip() == "True"


def test_the_child_reaches_no_server_on_this_machine():
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()

        def work(progress, left_out):
            try:
                socket.create_connection(address).close()
            except OSError:
                return b"refused"
            return b"connected"

        assert run(work, AMPLE) == b"refused"


def test_the_child_leaves_no_core_file():
    def work(progress, left_out):
        return str(resource.getrlimit(resource.RLIMIT_CORE)).encode()

    assert run(work, AMPLE) == b"(0, 0)"


@pytest.mark.parametrize("debug", [False, True])
def test_what_the_child_prints_is_not_in_the_output(capfd, monkeypatch, debug):
    monkeypatch.delenv("REVIEWGRAPH_DEBUG", raising=False)
    if debug:
        monkeypatch.setenv("REVIEWGRAPH_DEBUG", "1")

    def work(progress, left_out):
        os.write(1, b"stray")
        os.write(2, b"trouble")
        return b"done"

    os.write(1, b"before ")
    assert run(work, AMPLE) == b"done"
    os.write(1, b"after")
    out, err = capfd.readouterr()
    assert out == "before after"
    assert ("stray" in err and "trouble" in err) if debug else err == ""


def test_text_that_waits_to_be_printed_is_printed_once():
    code = (
        "import sys; from reviewgraph.gate.bounded import Limits, run\n"
        "def work(progress, left_out):\n"
        "    print('x' * 100_000); sys.stdout.flush(); return b''\n"
        "print('once', end=''); run(work, Limits()); print('.')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "REVIEWGRAPH_DEBUG": "1", "PYTHONUNBUFFERED": ""},  # empty: buffered
    )
    assert (done.stdout, done.stderr) == ("once.\n", "x" * 100_000 + "\n")


def test_a_parent_without_standard_streams_gets_its_result(tmp_path):
    code = (
        "import os; os.close(0); os.close(1); os.close(2)\n"
        "from pathlib import Path; from reviewgraph.gate.bounded import Limits, run\n"
        "def work(progress, left_out):\n"
        "    os.write(1, b'stray'); return b'whole'\n"
        f"Path({str(tmp_path / 'result')!r}).write_bytes(run(work, Limits()))\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    assert (tmp_path / "result").read_bytes() == b"whole"


def test_an_interrupt_ends_the_child_at_once():
    pids = []

    def work(progress, left_out):
        progress(Step("read", str(os.getpid())))
        for_ever()
        return b""

    def interrupt(step):
        pids.append(int(step.subject))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(work, AMPLE, progress=interrupt)
    assert not Path(f"/proc/{pids[0]}").exists()


ORPHANS = """
import os, sys, time
from reviewgraph.gate.bounded import Limits, run
from reviewgraph.gate.steps import Step
def work(progress, left_out):
    progress(Step("read", str(os.getpid())))
    time.sleep(300)
run(work, Limits(seconds=600.0), progress=lambda step: print(step.subject, flush=True))
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT, signal.SIGHUP])
def test_a_parent_that_is_killed_leaves_no_orphan(number):
    with subprocess.Popen(
        [sys.executable, "-c", ORPHANS], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as parent:
        child = int(parent.stdout.readline())
        assert Path(f"/proc/{child}").exists()
        parent.send_signal(number)
        until_gone(child)
        parent.communicate()
        assert parent.returncode == -number


def test_what_the_child_started_goes_with_it():
    pids = []

    def work(progress, left_out):
        if not left_out:
            grandchild = os.fork()
            if grandchild == 0:
                time.sleep(300)
                os._exit(0)
            progress(Step("read", str(grandchild)))
            for_ever()
        return b"done"

    assert run(work, Limits(3.0), progress=lambda step: pids.append(int(step.subject))) == b"done"
    until_gone(pids[0])


def test_twenty_runs_leave_nothing_open():
    def work(progress, left_out):
        if A not in left_out:
            progress(A)
            crash()
        return b"done"

    run(work, AMPLE)
    before = sorted(Path("/proc/self/fd").iterdir())
    for _ in range(20):
        assert run(work, AMPLE) == b"done"
    assert sorted(Path("/proc/self/fd").iterdir()) == before


def test_the_engine_works_after_the_fork():
    """A store filled before, a store filled after and canonicalization, which hashes in Rust."""
    name, graph = IRI("https://example.org/p"), IRI("https://example.org/g")
    things = [IRI(f"https://example.org/{n}") for n in range(300)]
    quads = [Quad(BlankNode(f"b{n}"), name, thing, graph) for n, thing in enumerate(things)]
    before = EmbeddedStore.in_memory(quads)

    def work(progress, left_out):
        after = EmbeddedStore.in_memory(quads)
        return f"{len(before)} {len(after)} {len(canonicalize(quads))}".encode()

    assert run(work, AMPLE) == b"300 300 300"


def test_a_poison_graph_ends_at_the_deadline():
    """RDFC-1.0 takes more than exponential time where many blank nodes look alike."""
    name, graph = IRI("https://example.org/p"), IRI("https://example.org/g")
    nodes = [BlankNode(f"b{n}") for n in range(14)]
    clique = [Quad(a, name, b, graph) for a in nodes for b in nodes if a != b]
    result = run(with_one_step(lambda: canonicalize(clique)), SHORT)
    assert b"did not finish within 1 s" in result


def test_time_limits_may_be_endless():
    endless = Limits(seconds=float("inf"))
    assert run(lambda progress, left_out: b"done", endless) == b"done"


def test_a_machine_without_any_fence_still_ends_what_does_not_end(monkeypatch):
    for fence in ("deny_sockets", "unshare_network"):
        monkeypatch.setattr(bounded.isolation, fence, lambda: False)
    assert b"did not finish" in run(with_one_step(for_ever), SHORT)


@pytest.mark.parametrize(
    ("step", "th", "en"),
    [
        (Step("read", "data/x.ttl"), "ไฟล์ data/x.ttl", "the file data/x.ttl"),
        (Step("read", "data/\x1b[2J.ttl"), "ไฟล์ data/\\x1b[2J.ttl", "the file data/\\x1b[2J.ttl"),
        (Step("shacl", "https://example.org/s#Person"), "กฎ Person", "the rule Person"),
        (Step("shapes", "urn:x:shape"), "กฎ urn:x:shape", "the rule urn:x:shape"),
        (Step("shacl", "_:b0"), "กฎที่ไม่มีชื่อ", "a rule without a name"),
        (Step("questions", "ontology/questions/q05.rq"), "คำถาม q05", "the question q05"),
        (Step("evidence"), "การตรวจหลักฐาน", "the check of the evidence"),
        (Step("polish"), "ขั้นตอน polish", "the step polish"),
    ],
)
def test_a_step_has_words_in_both_languages(step, th, en):
    assert (step.words.th, step.words.en) == (th, en)
