"""What is to be done to build a bank: pieces of work for items that are built together."""

from __future__ import annotations

from collections.abc import Sequence

from bank.errors import BadParams, NoFairQuestion, Problem
from bank.exams.blueprint import Blueprint, Item, components
from bank.exams.sharing import drawn_together
from bank.store import Plan, Wanted

DRAWS = 20  # of an item, before its parameters are refused
SLOW_SECONDS = 1.0  # of CPU: what takes longer to prove waits in a queue of its own


def plan(blueprint: Blueprint, seed: int) -> Plan:
    """What is to be done to build it.

    Raises BadParams naming an item whose parameters never make a fair question, as far as some draws show that.
    """
    seconds, problems = [], []
    for place, item in enumerate(blueprint.items):
        try:
            seconds.append(_seconds(item, seed))
        except BadParams as error:
            told = error.problems or (Problem("", str(error)),)
            problems += [problem._replace(pointer=f"/items/{place}{problem.pointer}") for problem in told]
            seconds.append(0.0)
    if problems:
        raise BadParams("", *problems)
    wanted = [blueprint.wanted(place) for place in range(len(blueprint.items))]
    pieces = [(places, _work(blueprint, places, seconds)) for places in components(blueprint.items)]
    return Plan(blueprint.to_json(), seed, wanted, pieces)


def _seconds(item: Item, seed: int) -> float:
    """Of CPU, that one variant or group is expected to take; 0 where dice alone are to blame that there is none yet.

    Raises BadParams where no draw of several makes a fair question of the parameters that are given.
    """
    refused: list[BadParams] = []
    for number in range(DRAWS):
        try:
            drawn = drawn_together(item.parts, item.shared, seed + number)
        except BadParams as error:
            refused.append(error)
        except NoFairQuestion:
            return 0.0
        else:
            return sum(each.family.from_json(each.params).seconds(each.kind) for each in drawn)
    raise refused[0]


def _work(blueprint: Blueprint, places: Sequence[int], seconds: Sequence[float]) -> Wanted:
    """The piece for items that are built together; it is named once the bank is."""
    units = sum(blueprint.wanted(place) * len(blueprint.items[place].parts) for place in places)
    expected = sum(blueprint.wanted(place) * seconds[place] for place in places)
    queue = "training" if any(seconds[place] > SLOW_SECONDS for place in places) else "bulk"
    return Wanted("", "", expected, units, queue)
