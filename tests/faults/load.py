"""Fifty requests a second as an exam sends them: most read, some answer, a few draw. Whatever was answered is kept."""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event, Thread

import requests

PER_SECOND = 50
PATIENCE_SECONDS = 20  # of a client, after which nothing came
READ, VALIDATE, GRADE, DRAW = range(4)
MIX = (READ,) * 42 + (VALIDATE,) * 3 + (GRADE,) * 3 + (DRAW,) * 2
FAMILY = {"family": "quadratic_layer_ratio", "kind": "single_choice"}


@dataclass(frozen=True)
class Answer:
    """`status` is 0 where the connection was refused or cut, -1 where nothing came.

    `body` is that of a draw, or the text of a refusal; `learner` that of a grade.
    """

    what: int
    sent: float
    seconds: float
    status: int
    retry_after: str | None = None
    body: object = None
    variant: str = ""
    learner: str = ""


class Load:
    """Runs beside a test until `end`. Every request is sent when its time has come, whatever became of those before."""

    def __init__(self, url, keys, variants):
        self._url, self._keys, self._variants = url, keys, variants
        self._over, self._rng = Event(), random.Random(0)
        self._pool, self._sent = ThreadPoolExecutor(400), []
        self._clock = Thread(target=self._run, daemon=True)
        self._clock.start()

    def end(self):
        """All answers, in the order in which their requests were sent."""
        self._over.set()
        self._clock.join()
        self._pool.shutdown()
        return [future.result() for future in self._sent]

    def _run(self):
        started, number = time.monotonic(), 0
        while not self._over.is_set():
            wish = self._rng.choice(MIX), self._rng.choice(self._variants), number
            self._sent.append(self._pool.submit(self._ask, *wish))
            number += 1
            self._over.wait(max(0.0, started + number / PER_SECOND - time.monotonic()))

    def _ask(self, what, variant, number):
        path, learner = f"/v1/variants/{variant}", f"learner {number}"
        choice = {"choice": self._rng.choice("abcd")}
        method, path, scope, body = {
            READ: ("GET", path, "student", None),
            VALIDATE: ("POST", f"{path}/validate", "student", {"response": choice}),
            GRADE: ("POST", f"{path}/grade", "lms", {"response": choice, "learner": learner}),
            DRAW: ("POST", "/v1/variants", "instructor", FAMILY | {"seed": 10_000 + number}),
        }[what]
        headers, sent = {"Authorization": f"Bearer {self._keys[scope]}"}, time.monotonic()
        try:
            answer = requests.request(method, self._url + path, json=body, headers=headers, timeout=PATIENCE_SECONDS)
        except requests.Timeout:
            return Answer(what, sent, time.monotonic() - sent, -1)
        except requests.ConnectionError:
            return Answer(what, sent, time.monotonic() - sent, 0)
        seconds = time.monotonic() - sent
        kept = answer.text if not answer.ok else answer.json() if what == DRAW else None
        return Answer(
            what, sent, seconds, answer.status_code, answer.headers.get("Retry-After"), kept, variant, learner
        )
