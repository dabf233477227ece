"""How many distinct questions a family has in a kind.

To count them takes some families seconds. So `make golden` writes the counts of a package into spaces.json beside its
golden.json; what is not written there of this very version of a family is counted.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from bank.authoring.family import Family
from bank.authoring.versions import beside

SPACES = "spaces.json"


@cache
def space(family: type[Family], kind: str) -> int | None:
    """None where that is not bounded."""
    written = beside(Path(inspect.getfile(family)), SPACES).get(family.name(), {})
    if written.get("version") == family.version() and kind in written["spaces"]:
        count: int | None = written["spaces"][kind]
        return count
    return family.space(kind)


def counted_now(found: Iterable[type[Family]]) -> dict[str, Any]:
    """All counts, with the versions of which they are true."""
    return {
        family.name(): {"version": family.version(), "spaces": {kind: family.space(kind) for kind in family.kinds}}
        for family in found
    }


def write(folder: Path, counts: dict[str, Any]) -> None:
    (folder / SPACES).write_text(json.dumps(counts, indent=1, sort_keys=True) + "\n")
