"""Calls that come at the same moment, done together: each transaction waits for the disk, and for others.

Whichever thread has its turn does all that wait once it has waited itself. The others find theirs done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
Take = Callable[[], list[Asked]]


class _Waiting(Generic[Asked, Answer]):
    """One call; `outcome` is a list of one once it is done."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.outcome: list[Answer | Exception] = []


class Grouped(Generic[Asked, Answer]):
    """`work` takes the calls, once, as late as it can, and answers them in their order: each with an answer or the
    error that is to be raised."""

    def __init__(self, work: Callable[[Take[Asked]], Sequence[Answer | Exception]]) -> None:
        self._work = work
        self._turn = Lock()
        self._adding = Lock()
        self._waiting: list[_Waiting[Asked, Answer]] = []

    def do(self, asked: Asked) -> Answer:
        """Raises what `work` raises or answers."""
        mine = _Waiting[Asked, Answer](asked)
        with self._adding:
            self._waiting.append(mine)
        with self._turn:
            if not mine.outcome:
                self._do_all()
        (outcome,) = mine.outcome
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def _do_all(self) -> None:
        calls: list[_Waiting[Asked, Answer]] = []

        def take() -> list[Asked]:
            with self._adding:
                calls.extend(self._waiting)
                self._waiting.clear()
            return [call.asked for call in calls]

        try:
            outcomes = self._work(take)
        except Exception as error:  # noqa: BLE001 - each call raises it in the thread that it came from
            outcomes = [error] * len(calls or take())
        for call, outcome in zip(calls, outcomes, strict=True):
            call.outcome.append(outcome)
