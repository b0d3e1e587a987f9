"""Each way to give up the network, alone, in a process of its own."""

import subprocess
import sys

import pytest

PROBE = """
import os, sys, subprocess
from reviewgraph.store import isolation
done = {way}
print(done, isolation.network_reachable())
"""


def outcome(way: str) -> str:
    code = PROBE.format(way=way)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_a_process_of_its_own_has_the_network():
    """Without this, the tests below would prove nothing."""
    assert outcome("None") == "None True"


def test_leaving_the_network_leaves_it():
    assert outcome("isolation.leave_network()") == "True False"


def test_no_room_for_a_socket():
    assert outcome("isolation.deny_files()") == "None False"


@pytest.mark.parametrize("way", ["unshare_network", "deny_sockets"])
def test_one_fence_is_enough(way):
    done, reachable = outcome(f"isolation.{way}()").split()
    if done == "False":
        pytest.skip(f"{way} is not permitted on this machine")
    assert reachable == "False"


def test_no_other_program_can_be_started():
    way = "isolation.deny_sockets() and subprocess.run(['/bin/true'])"
    if outcome("isolation.deny_sockets()").startswith("False"):
        pytest.skip("seccomp is not permitted on this machine")
    with pytest.raises(subprocess.CalledProcessError):
        outcome(way)


def test_an_orphan_does_not_start():
    code = "from reviewgraph.store import isolation; isolation.die_with_parent(1 << 22)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "parent is gone" in done.stderr
