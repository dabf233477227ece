"""How the lab finds what the rules say: without them, from trainings and from streams of random networks."""

from __future__ import annotations

from bank.authoring import Lab
from bank.families.mlp.residual_claims import Block

UNDECIDED = "undecided"


def whether(lab: Lab, claim: str, block: Block) -> bool | str:
    """Whether a claim of several tails holds of this one."""
    bench, at = lab.plus_and_minus, (block.tail, block.relu_after)
    if claim == "monotone":
        return bool(bench.direction(*at, _number(block.sign)) == {"minus": "down"}.get(str(block.sign), "up"))
    if claim in ("equivalent", "different"):
        found = bench.exchangeable(*at, block.free)
        return UNDECIDED if found is None else found == (claim == "equivalent")
    found = bench.mirrors(block.tail, True, {"scale": "scale_and_shift"}.get(claim, claim))
    return UNDECIDED if found is None else bool(found)


def answer(lab: Lab, claim: str, block: Block) -> str:
    """Which of the options of one tail is right."""
    bench, at = lab.plus_and_minus, (block.tail, block.relu_after)
    if claim == "monotone":
        return str(bench.direction(*at, _number(block.sign)))
    if claim == "equivalent":
        tried = ("last_layer", block.change, *(("stream",) if block.free == "all" else ()))
        right = [change for change in tried if bench.mirrors(*at, change)]
        if len(right) == 1:
            return str(right[0])
        return "no" if not right and bench.exchangeable(*at, block.free) is False else UNDECIDED
    return _expected(lab, block)


def _expected(lab: Lab, block: Block) -> str:
    """What becomes of a trained network, or of one that starts with other signs."""
    bench, at, event = lab.plus_and_minus, (block.tail, block.relu_after), str(block.event)
    if event == "opposite":
        return "opposite" if bench.turns_all_scores(*at, block.change) else UNDECIDED
    same = bool(block.change) and bench.mirrors(*at, block.change)
    if same is not False:
        return "same" if same else UNDECIDED
    if event in ("switched", "mirrored"):
        return "guessing" if bench.is_spoilt(*at, block.change or "none") else UNDECIDED
    return "alike" if bench.trains_alike(*at) else UNDECIDED


def _number(sign: str | None) -> int:
    return -1 if sign == "minus" else 1
