"""Calls that many make at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier


def at_once(ask, calls, together=None):
    """What each is told, in their order. All start together, or so many at a time, which then divides their number."""
    callers = together or len(calls)
    start = Barrier(callers)

    def asked(call):
        start.wait()
        return ask(*call)

    with ThreadPoolExecutor(callers) as many:
        return list(many.map(asked, calls))
