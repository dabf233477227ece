"""The lab as families see it; `bank.lab`, which loads torch, is never imported by them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from bank.kept import Kept


class Lab(Protocol):
    """What measures. A bench goes by its name: `lab.layers` builds modules and counts their parameters."""

    def __getattr__(self, bench: str) -> Any: ...

    def results(self, experiment: str, settings: Sequence[Any]) -> list[Kept]:
        """Of an experiment, the result of each setting, made now or found kept."""

    def noted(self) -> AbstractContextManager[list[dict[str, Any]]]:
        """The results that are used meanwhile."""
