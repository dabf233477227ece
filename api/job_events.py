"""A job as server-sent events: each change is told, for as long as one connection may last.

A stream takes a thread, so few go on at a time and none for long; a client is told to come back, as browsers do.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from threading import BoundedSemaphore, Event
from typing import Any

LONGEST_STREAM_SECONDS = 20.0
PAUSE_SECONDS = 0.5  # between two looks at the record
HEARTBEAT_SECONDS = 5.0  # a comment, which shows whether the client is still there
COME_BACK_MS = 500
COME_BACK_LATER_MS = 3000  # where all places are taken: what is known is told once
MOST_UNSENT_BYTES = 100_000
ENDED = ("succeeded", "failed", "cancelled")


class JobEvents:
    """At most `at_once` streams in one process; the others are told the job as it stands."""

    def __init__(self, at_once: int) -> None:
        self._places = BoundedSemaphore(at_once)
        self._closed = Event()

    def stream(self, look: Callable[[], dict[str, Any]], line: Any = None) -> Iterator[bytes]:
        """The text of the events; `look` reads the job as it is sent.

        `line` is the socket of our own gunicorn worker, which gathers an answer to its end unless it is flushed. That
        raises OSError once the client is gone, which ends the stream and frees its place.
        """
        if not self._places.acquire(blocking=False):
            yield _retry(COME_BACK_LATER_MS) + _event(look())
            return
        try:
            for text in self._changes(look):
                yield text
                if line is not None:
                    line.flush()
                    if line.unsent_bytes > MOST_UNSENT_BYTES:  # nobody reads
                        return
        finally:
            self._places.release()

    def close(self) -> None:
        """End all streams: the process is stopping."""
        self._closed.set()

    def _changes(self, look: Callable[[], dict[str, Any]]) -> Iterator[bytes]:
        yield _retry(COME_BACK_MS)
        told, silent = b"", 0.0
        for _ in range(round(LONGEST_STREAM_SECONDS / PAUSE_SECONDS)):
            job = look()
            event = _event(job)
            if event != told:
                yield event
                told, silent = event, 0.0
            elif silent >= HEARTBEAT_SECONDS:
                yield b": still here\n\n"
                silent = 0.0
            if job["state"] in ENDED or self._closed.wait(PAUSE_SECONDS):
                return
            silent += PAUSE_SECONDS


def _retry(milliseconds: int) -> bytes:
    return f"retry: {milliseconds}\n\n".encode()


def _event(job: dict[str, Any]) -> bytes:
    text = json.dumps(job, ensure_ascii=False, separators=(",", ":"), default=lambda moment: moment.isoformat())
    return f"event: job\ndata: {text}\n\n".encode()
