"""Starting a process, waiting until it serves, stopping it."""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

LONGEST_WAIT_SECONDS = 30  # until something must have happened


def wait_for(condition, what, seconds=LONGEST_WAIT_SECONDS):
    """Until the condition holds; fails with `what` was waited for."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(0.02)
    return found


def start(command, log, **options):
    """A process of its own group, so that it can be killed with all that it started."""
    with log.open("ab") as lines:
        return subprocess.Popen(
            list(map(str, command)),
            stdout=lines,
            stderr=lines,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            **options,
        )


def stop(process, seconds=10):
    """SIGTERM to the group, SIGKILL to what is left."""
    kill_group(process, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    kill_group(process, signal.SIGKILL)
    process.wait(seconds)


def kill_group(process, number):
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def kill_tree(pid, number):
    """To a process and all below it, whatever groups they are in; those too that are started meanwhile."""
    reached = set()
    while left := [below for below in [pid, *descendants(pid)] if below not in reached]:
        for below in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(below, number)
        reached.update(left)


def descendants(pid):
    """The pids of all processes below one."""
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(child) for thread in threads for child in (thread / "children").read_text().split()]
    except FileNotFoundError:
        return []  # it has just ended
    return [below for child in children for below in [child, *descendants(child)]]
