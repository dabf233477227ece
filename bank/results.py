"""The lab's memory: the record holds every result of an experiment, Redis those that are asked for often."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict

from bank.cache import Cache
from bank.kept import Kept
from bank.store import Results

CACHED_SECONDS = 7 * 86_400


class KeptResults:
    """Read through: with Redis gone, or emptied, it answers all the same and only takes longer.

    A claim lasts `claim_seconds`, after which a process counts as dead; `extend` keeps those of one that lives.
    `on_kept` is told of each new result, by its key.
    """

    def __init__(
        self, results: Results, cache: Cache, claim_seconds: float, on_kept: Callable[[str, Kept], None] | None = None
    ) -> None:
        self._on_kept = on_kept or (lambda key, kept: None)
        self._results = results
        self._cache = cache
        self._claim_seconds = claim_seconds
        self._claimed: set[str] = set()

    def find(self, keys: Sequence[str]) -> dict[str, Kept]:
        """Those of the results that there are."""
        cached = self._cache.find([_name(key) for key in keys])
        found = {key: Kept(**json.loads(content)) for key, content in zip(keys, cached, strict=True) if content}
        missing = [key for key in keys if key not in found]
        recorded = self._results.find(missing) if missing else {}
        for key, kept in recorded.items():
            self._remember(key, kept)
        return found | recorded

    def claim(self, keys: Sequence[str]) -> set[str]:
        """Those that are now this process' to compute; the others are kept by now, or computed elsewhere."""
        mine = self._results.claim(keys, self._claim_seconds)
        self._claimed |= mine
        return mine

    def keep(self, key: str, kept: Kept) -> None:
        """Raises UnkeepableResult for a value that is too large or no JSON; it is still claimed then."""
        self._results.keep(key, kept)
        self._claimed.discard(key)
        self._remember(key, kept)
        self._on_kept(key, kept)

    def release(self, keys: Sequence[str]) -> None:
        """Given up: somebody else may compute them."""
        self._results.release(keys)
        self._claimed -= set(keys)

    def extend(self) -> None:
        """Work goes on: nobody shall take over what this process has claimed. Another thread may call this."""
        if self._claimed:
            self._results.extend(sorted(self._claimed.copy()), self._claim_seconds)

    def release_all(self) -> None:
        """Whatever was claimed and not kept: the work that claimed it has ended."""
        if self._claimed:
            self.release(sorted(self._claimed))

    def _remember(self, key: str, kept: Kept) -> None:
        self._cache.put(_name(key), json.dumps(asdict(kept)).encode(), CACHED_SECONDS)


def _name(key: str) -> str:
    return f"kept:{key}"
