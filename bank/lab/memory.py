"""Where results of experiments are kept, so that variants which share one do not pay twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bank.kept import Kept


class Memory(Protocol):
    """Shared by all who measure: a result that one is computing is not computed by another."""

    def find(self, keys: Sequence[str]) -> dict[str, Kept]:
        """Those results that are there."""

    def claim(self, keys: Sequence[str]) -> set[str]:
        """The keys whose results are now the caller's to compute; the others are being computed elsewhere."""

    def keep(self, key: str, kept: Kept) -> None:
        """A result is there for all; the claim ends."""

    def release(self, keys: Sequence[str]) -> None:
        """Given up: somebody else may compute them."""


class Notebook:
    """The memory of one process."""

    def __init__(self) -> None:
        self._kept: dict[str, Kept] = {}

    def find(self, keys: Sequence[str]) -> dict[str, Kept]:
        return {key: self._kept[key] for key in keys if key in self._kept}

    def claim(self, keys: Sequence[str]) -> set[str]:
        return set(keys)

    def keep(self, key: str, kept: Kept) -> None:
        self._kept[key] = kept

    def release(self, keys: Sequence[str]) -> None:
        """Nobody else waits for them."""
