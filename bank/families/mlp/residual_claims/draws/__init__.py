"""What a question about residual blocks may be made of."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product
from math import comb
from random import Random
from typing import Any

from bank.authoring import Problem
from bank.families.mlp.residual_claims import CAN_NEGATE, TAILS, TRUE, Block

ONE, SEVERAL = ("equivalent", "monotone", "trained"), tuple(TRUE)
SIGNS, FREE, SHIFTS = ("plus", "minus"), ("all", "branches"), ("scale_and_shift", "weights_and_shift")
MIRRORED = ("mirrored", "paired", "opposite")  # events with a change of signs
NEEDS = {  # parameters beside the tail, by claim
    "equivalent": ("free", "change"),
    "different": ("free",),
    "monotone": ("sign",),
    "trained": ("event", "change"),
}
CHANGED = ("last_layer", *SHIFTS, "stream", None)
OPTIONS = 4


@cache
def contexts(claim: str) -> list[dict[str, Any]]:
    """What stands around several tails."""
    after, nothing = (True, False), {"sign": None, "free": None}
    if claim == "monotone":
        return [nothing | {"relu_after": relu, "sign": sign} for relu, sign in product(after, SIGNS)]
    if claim in NEEDS:
        return [
            nothing | {"relu_after": relu, "free": free}
            for relu, free in product(after, FREE)
            if relu or free == "branches"
        ]
    return [nothing | {"relu_after": relu} for relu in after]


def several(rng: Random, claim: str) -> tuple[str, ...]:
    drawn: list[str] = []
    right = rng.randint(1, OPTIONS - 1)
    for groups, count in zip(TRUE[claim], (right, OPTIONS - right), strict=True):
        for _ in range(count):
            left = [tail for tail in TAILS if tail not in drawn and TAILS[tail]["group"] in groups]
            there = {group: weight for group, weight in groups.items() if any(TAILS[t]["group"] == group for t in left)}
            (group,) = rng.choices(list(there), weights=list(there.values()))
            drawn.append(rng.choice([tail for tail in left if TAILS[tail]["group"] == group]))
    return tuple(rng.sample(drawn, OPTIONS))


def count_sets(claim: str) -> int:
    """Of four tails, one to three of which the claim holds of."""
    groups = [tail["group"] for tail in TAILS.values()]
    right, wrong = (sum(group in side for group in groups) for side in TRUE[claim])
    return sum(comb(right, k) * comb(wrong, OPTIONS - k) for k in range(1, OPTIONS))


def unclear(claim: str, block: Block) -> Iterator[Problem]:
    """Where two options would be right, or nothing is known."""
    negated = block.group in CAN_NEGATE
    if claim == "equivalent":
        if block.change not in SHIFTS:
            yield Problem("/params/change", f"the option is about {' or '.join(SHIFTS)}")
        if block.free == "all" and not block.relu_after and negated:
            yield Problem("/params/free", "two changes of signs would be right")
    elif block.event in MIRRORED:
        stopped = block.change == "stream" and block.relu_after and negated and block.event != "opposite"
        if not stopped and block.change not in block.mirrors:
            yield Problem("/params/change", "what these signs change was not measured")
        if block.event == "opposite" and block.change == "stream":
            yield Problem("/params/change", "the head would turn twice")
    elif block.event and not (block.relu_after and negated):
        yield Problem("/params/tail", "it was measured for a ReLU after the addition and tails that can be negated")
