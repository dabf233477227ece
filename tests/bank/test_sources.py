"""Sources are read in processes with many threads."""

import ast
import gc
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from bank import sources

PARSED_BY = 8
COLLECTED_EVERY = 50  # objects


@pytest.fixture
def interrupted():
    """Threads change in the middle of parsing: garbage is collected often, and a callback lets others run."""
    before = gc.get_threshold(), sys.getswitchinterval()

    def give_way(phase, info):
        time.sleep(0)

    gc.callbacks.append(give_way)
    gc.set_threshold(COLLECTED_EVERY)
    sys.setswitchinterval(1e-6)
    yield
    gc.callbacks.remove(give_way)
    gc.set_threshold(*before[0])
    sys.setswitchinterval(before[1])


def test_threads_may_read_sources_at_the_same_time(interrupted):
    texts = [path.read_text() for path in sorted(sources.ROOT.glob("authoring/*.py"))]
    with ThreadPoolExecutor(PARSED_BY) as threads:
        trees = list(threads.map(sources.parsed, texts * PARSED_BY))
    assert [len(tree.body) for tree in trees] == [len(ast.parse(text).body) for text in texts] * PARSED_BY
