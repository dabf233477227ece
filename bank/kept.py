"""A result of an experiment, as it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Kept:
    """Its value (JSON), the CPU seconds it took, and the device of its tensors."""

    value: Any
    seconds: float
    device: str
