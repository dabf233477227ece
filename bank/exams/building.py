"""The variants of a bank: candidates in an order that its seed gives, of which those are taken that are new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bank import registry
from bank.errors import BadParams, NoFairQuestion, Problem
from bank.exams.blueprint import Blueprint, Item, components
from bank.exams.sharing import Together, drawn_together
from bank.store import Plan, Wanted
from bank.variant import Draft, digest

if TYPE_CHECKING:
    from bank.identity import Identity

TWICE = "asked before in this bank"
IN_VAIN_A_QUESTION = 10  # candidates in a row that are nothing new, for each that is built,
FEWEST_IN_VAIN = 100  # and as if so many more were: then there is nothing more
MOST_IN_VAIN = 100_000
IMPOSSIBLE = 50  # so many of them does one count for that can be no fair question
TRIED_AT_ONCE = 10_000  # between two signs of progress
SLOW_SECONDS = 1.0  # of CPU: what takes longer to prove waits in a queue of its own


@dataclass(frozen=True)
class Candidate:
    """One variant, or the parts of a group, with the number that it has among the candidates of its item."""

    number: int
    together: tuple[Together, ...]
    questions: tuple[str, ...]
    seed: int

    def drafts(self) -> tuple[Draft, ...]:
        return tuple(each.family.draft(self.seed, each.kind, each.params) for each in self.together)


class Candidates:
    """Those of one item: the same for the same secret, seed of the bank, item and place among items that are alike."""

    def __init__(self, identity: Identity, seed: int, item: Item, twin: int = 0) -> None:
        self._identity, self._item = identity, item
        self._purpose = f"bank {seed}/{item.recipe()}/{twin}"

    def candidate(self, number: int) -> Candidate:
        """Raises BadParams, NoFairQuestion where this one cannot be."""
        seed = self._identity.seed(f"{self._purpose}/{number}")
        together = tuple(drawn_together(self._item.parts, self._item.shared, seed))
        return Candidate(number, together, tuple(question(each) for each in together), seed)


@dataclass
class Selection:
    """The candidates of one item, tried in their order: which are new, and why the others are not taken."""

    candidates: Candidates
    known: set[str]  # questions of the bank
    space: int | None  # how many there are, as far as that is known
    built: int = 0
    tried: int = 0
    in_vain: int = 0  # in a row, by now

    @property
    def is_over(self) -> bool:
        """Whether there is nothing more: all are built, or so many candidates in a row were nothing new."""
        if self.space is not None and self.built >= self.space:
            return True
        return self.in_vain >= min(MOST_IN_VAIN, IN_VAIN_A_QUESTION * (FEWEST_IN_VAIN + self.built))

    def some(self, most: int) -> tuple[list[Candidate], Counter[str]]:
        """Up to so many new ones, and the reasons of those that were passed over."""
        found: list[Candidate] = []
        refused: Counter[str] = Counter()
        last = self.tried + TRIED_AT_ONCE
        while len(found) < most and self.tried < last and not self.is_over:
            self.tried += 1
            try:
                candidate = self.candidates.candidate(self.tried - 1)
            except (BadParams, NoFairQuestion) as error:
                refused[reason(error)] += 1
                self.in_vain += IMPOSSIBLE
                continue
            if self.known & set(candidate.questions):
                refused[TWICE] += 1
                self.in_vain += 1
                continue
            self.known |= set(candidate.questions)
            self.in_vain = 0
            found.append(candidate)
        return found, refused

    def skip(self) -> None:
        """Leave the next candidate out."""
        self.tried += 1


def space(item: Item) -> int | None:
    """How many questions an item of one part can have at most."""
    sizes = [registry.get(part.family).space(part.kind) for part in item.parts]
    return min((size for size in sizes if size is not None), default=None)


def twin(items: Sequence[Item], place: int) -> int:
    """How many items before this one are alike: their candidates must be others."""
    return sum(other.recipe() == items[place].recipe() for other in items[:place])


def question(each: Together) -> str:
    """Digest of all on which the answer depends, whatever the kind: a question is asked once in a bank."""
    identity = each.family.from_json(each.params).identity(each.kind)
    return digest(f"{each.family.name()} {_canonical(identity)}".encode())


def reason(error: BadParams | NoFairQuestion) -> str:
    return "; ".join(dict.fromkeys(problem.detail for problem in error.problems)) or str(error)


def plan(blueprint: Blueprint, seed: int) -> Plan:
    """What is to be done to build it.

    Raises BadParams naming an item whose parameters never make a fair question, as far as one draw shows that.
    """
    seconds, problems = [], []
    for place, item in enumerate(blueprint.items):
        try:
            seconds.append(_seconds(item, seed))
        except BadParams as error:
            told = error.problems or (Problem("", str(error)),)
            problems += [problem._replace(pointer=f"/items/{place}{problem.pointer}") for problem in told]
            seconds.append(0.0)
        except NoFairQuestion:
            seconds.append(0.0)
    if problems:
        raise BadParams("", *problems)
    wanted = [blueprint.wanted(place) for place in range(len(blueprint.items))]
    pieces = [(places, _work(blueprint, places, seconds)) for places in components(blueprint.items)]
    return Plan(blueprint.to_json(), seed, wanted, pieces)


def _seconds(item: Item, seed: int) -> float:
    """Of CPU, that one variant or group is expected to take."""
    drawn = drawn_together(item.parts, item.shared, seed)
    return sum(each.family.from_json(each.params).seconds(each.kind) for each in drawn)


def _work(blueprint: Blueprint, places: Sequence[int], seconds: Sequence[float]) -> Wanted:
    """The piece for items that are built together; it is named once the bank is."""
    units = sum(blueprint.wanted(place) * len(blueprint.items[place].parts) for place in places)
    expected = sum(blueprint.wanted(place) * seconds[place] for place in places)
    queue = "training" if any(seconds[place] > SLOW_SECONDS for place in places) else "bulk"
    return Wanted("", "", expected, units, queue)


def _canonical(value: Hashable | Mapping[str, Any]) -> str:
    """The same text for the same value in every process: the order of a set is not the same in two of them.

    >>> _canonical((1, frozenset("ba")))
    "(1,{'a','b'})"
    """
    if isinstance(value, set | frozenset):
        return "{" + ",".join(sorted(map(_canonical, value))) + "}"
    if isinstance(value, tuple | list):
        return "(" + ",".join(map(_canonical, value)) + ")"
    return repr(value)


def all_families(blueprint: Blueprint) -> dict[str, str]:
    """The families that it names, and their versions of today."""
    names = sorted({name for item in blueprint.items for name in item.families})
    return {name: registry.get(name).version() for name in names}
