"""The entry of a family in the catalogue."""

from __future__ import annotations

from functools import cache
from typing import Any

from bank.authoring.family import Family
from bank.spaces import space

LARGEST_EXACT = 2**53  # count that every JSON reader keeps as it is
SMALL = 100  # fewer questions than that: learners who draw one each share them


@cache
def entry(family: type[Family]) -> dict[str, Any]:
    """That of `GET /v1/families/{family}`; it is one for all who ask."""
    return {
        "name": family.name(),
        "title": family.title,
        "topic": family.topic(),
        "source": list(family.source),
        "kinds": list(family.kinds),
        "points": family.points,
        "version": family.version(),
        "parameters": family.schema(),
        "space": exact(space(family, family.kinds[0])),
        "spaces": {kind: exact(space(family, kind)) for kind in family.kinds},
        "unbounded": space(family, family.kinds[0]) is None,
        "small": small(family),
        "evidence": list(family.tiers),
        "effort": {asking: list(band) for asking, band in family.bands().items()},
        "calculator": family.calculator,
    }


def small(family: type[Family]) -> list[str]:
    """The kinds in which it has only a few questions."""
    spaces = {kind: space(family, kind) for kind in family.kinds}
    return [kind for kind, count in spaces.items() if count is not None and count < SMALL]


def exact(count: int | None) -> int | None:
    """A count as the catalogue has it: null where a reader of JSON would round it.

    >>> exact(2**53), exact(2**53 + 1)
    (9007199254740992, None)
    """
    return count if count is not None and count <= LARGEST_EXACT else None
