"""A finished question, complete and frozen: a draft as long as it has no name, a variant once it has one."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

_ENCODER = json.JSONEncoder(  # our own records hold no circles, and looking for them costs a third of the time
    ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False
)


@dataclass(frozen=True)
class Draft:
    """One finished question without a name. `content` is the digest of all that it is, `looks` of what is seen alone.


    `seen` is the public JSON but for the name, empty as long as a worker has to make it, and `private` the JSON that
    grades; `seconds` of CPU is what its verification is expected to take.
    """

    content: str
    looks: str
    family: str
    version: str
    seed: int | None
    kind: str
    params: dict[str, Any]
    seen: bytes
    private: bytes
    seconds: float = 0.01


@dataclass(frozen=True)
class Variant:
    """A draft with its name: `public` is the JSON that is sent as it is."""

    id: str
    content: str
    looks: str
    family: str
    version: str
    seed: int | None
    kind: str
    params: dict[str, Any]
    public: bytes
    private: bytes
    seconds: float


def digest(content: bytes) -> str:
    """SHA-256, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def ready(value: object) -> bytes:
    """JSON as it is sent: compact, UTF-8, the same bytes for the same value."""
    return encoded(value).encode()


def encoded(value: object) -> str:
    """The same as a string."""
    return _ENCODER.encode(value)
