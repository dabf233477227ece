"""What may vanish at any moment, on Redis: bytes to send, counts, results of experiments, signs of life.

Nothing here raises and nothing waits long: with Redis away or frozen every answer is the one of an empty cache.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from typing import Any, Self, TypeVar

from redis import Redis
from redis.exceptions import RedisError

CALL_TIMEOUT_SECONDS = 0.5
RETRY_AFTER_SECONDS = 1.0  # for which Redis is left alone after it failed

Result = TypeVar("Result")


class Cache:
    """Connects when first asked; may be made before a process forks."""

    def __init__(self, url: str) -> None:
        bounds = {"socket_timeout": CALL_TIMEOUT_SECONDS, "socket_connect_timeout": CALL_TIMEOUT_SECONDS}
        self._redis: Any = Redis.from_url(url, retry=None, **bounds)  # typed as sync and async at once by its library
        self._resting_until = 0.0

    @classmethod
    def of_broker(cls, url: str) -> Self:
        """The Redis behind a URL as Celery writes it: `redis+socket:///path?virtual_host=0` for a unix socket."""
        return cls(url.replace("redis+socket://", "unix://", 1).replace("virtual_host=", "db=", 1))

    def close(self) -> None:
        self._redis.close()

    def get(self, name: str) -> bytes | None:
        found: bytes | None = self._ask(lambda: self._redis.get(name), None)
        return found

    def find(self, names: Sequence[str]) -> list[bytes | None]:
        """What is there under each of the names, in their order."""
        found: list[bytes | None] = self._ask(lambda: self._redis.mget(names), []) if names else []
        return found or [None] * len(names)

    def put(self, name: str, content: bytes, seconds: int) -> None:
        self._ask(lambda: self._redis.set(name, content, ex=seconds), None)

    def delete(self, names: Sequence[str]) -> None:
        self._ask(lambda: self._redis.delete(*names), None)

    def count(self, name: str, amount: int, seconds: int) -> int | None:
        """Add to a count and return it; None where Redis cannot tell."""

        def add() -> int:
            both = self._redis.pipeline(transaction=False).incrby(name, amount).expire(name, seconds)
            return int(both.execute()[0])

        return self._ask(add, None)

    def alive(self) -> bool:
        return self._ask(lambda: bool(self._redis.ping()), False)

    def beat(self, name: str, queues: Sequence[str], seconds: int) -> None:
        """A worker says that it lives and which queues it serves."""
        self.put(f"beat:{name}", json.dumps(list(queues)).encode(), seconds)

    def beating(self) -> set[str]:
        """The queues that living workers serve."""

        def look() -> set[str]:
            beats = self._redis.mget(list(self._redis.scan_iter("beat:*", count=1000)) or ["beat:"])
            return {queue for beat in beats if beat for queue in json.loads(beat)}

        return self._ask(look, set())

    def _ask(self, call: Callable[[], Result], otherwise: Result) -> Result:
        """One call; after a failure none for a while, so that a frozen Redis costs half a second and not one each."""
        if time.monotonic() < self._resting_until:
            return otherwise
        try:
            return call()
        except (RedisError, OSError):
            self._resting_until = time.monotonic() + RETRY_AFTER_SECONDS
            return otherwise
