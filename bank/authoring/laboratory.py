"""The lab as families see it; `bank.lab`, which loads torch, is never imported by them."""

from __future__ import annotations

from typing import Any, Protocol


class Lab(Protocol):
    """What measures. A bench goes by its name: `lab.layers` builds modules and counts their parameters."""

    def __getattr__(self, bench: str) -> Any: ...
