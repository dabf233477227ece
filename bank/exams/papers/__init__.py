"""The papers that come with the bank, each a blueprint in TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@cache
def papers() -> dict[str, Path]:
    """The papers that come with the bank, by name."""
    return {path.stem: path for path in sorted(HERE.glob("*.toml"))}


def paper(name: str, count: int) -> dict[str, Any]:
    """A paper as a blueprint that a client might have written, with so many variants of each item."""
    found = tomllib.loads(papers()[name].read_text())
    return found | {"items": list(_counted(found["items"], count))}


def _counted(items: Iterable[Mapping[str, Any]], count: int) -> Iterator[dict[str, Any]]:
    return ({"count": count, **item} for item in items)
