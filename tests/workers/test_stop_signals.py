"""A signal to stop that comes at any moment, and again, is noticed by who waits for it and by who begins to."""

import os
import signal
from threading import Thread

import pytest

from workers.sweeper import StopSignals

SIGNALS = 20_000


@pytest.fixture
def told():
    known = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield StopSignals()
    for number, handler in known.items():
        signal.signal(number, handler)


def test_nothing_comes_by_itself(told):
    assert not told.within(0.01)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_that_came_before_the_wait_ends_it(told, number):
    os.kill(os.getpid(), number)
    assert told.within(30)


def test_signals_while_waiting_begins_and_ends_stop_nothing_but_the_wait(told):
    def send():
        for _ in range(SIGNALS):
            os.kill(os.getpid(), signal.SIGTERM)

    sender = Thread(target=send)
    sender.start()
    noticed = 0
    while sender.is_alive():
        noticed += told.within(0.001)
    sender.join()
    while told.within(0.01):
        noticed += 1
    assert noticed > 1
