"""A family's version: a digest of its files, and of what students are known to see of it.

`golden.json`, beside the folders of the topics, holds a digest for each family and kind. So a version changes where a
family itself is changed, or where a change elsewhere altered what students see and was meant to; a comment does not.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from bank.sources import meaning

GOLDEN = "golden.json"
TOPICS_DEEP = 2  # folders above a family's file in which its golden.json is looked for


def version_of(name: str, source: Path) -> str:
    """Twelve hexadecimal digits for the family of a name, whose class stands in `source`."""
    parts = [meaning(source.read_text()), json.dumps(golden_lines(source).get(name), sort_keys=True)]
    parts += [path.read_text() for path in sorted(source.parent.glob(f"{source.stem}.toml"))]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def golden_lines(source: Path) -> dict[str, dict[str, str]]:
    """What students see of the families of a package, a digest a kind; nothing where none was written down yet."""
    return beside(source, GOLDEN)


def beside(source: Path, name: str) -> dict[str, Any]:
    """The JSON of a file beside the folders of the topics of a package; nothing where it is not there."""
    found = (folder / name for folder in list(source.parents)[:TOPICS_DEEP])
    return next((_read(path) for path in found if path.exists()), {})


@cache
def _read(path: Path) -> dict[str, Any]:
    known: dict[str, Any] = json.loads(path.read_text())
    return known
