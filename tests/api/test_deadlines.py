"""Whoever came first is due first, and nobody is waited for longer than all."""

import time

from api.gunicorn.deadlines import Deadlines


def test_the_first_to_come_is_due_first_and_alone_once_it_has_waited():
    queue = Deadlines(60)
    assert (queue.oldest(), queue.first()) == (None, float("inf"))
    queue.add("a")
    time.sleep(0.02)
    queue.add("b")
    assert (queue.oldest(), queue.oldest(0.01), queue.oldest(30)) == ("a", "a", None)
    queue.remove("a")
    assert (queue.oldest(), list(queue)) == ("b", ["b"])


def test_hastened_all_are_due_by_then():
    queue = Deadlines(60)
    queue.add("a")
    queue.hasten(1)
    queue.add("b")
    assert queue.first() <= time.monotonic() + 1
    queue.hasten(10)
    assert queue.first() <= time.monotonic() + 1
