"""How a learner guesses who sees a question and knows nothing of its matter, and what that earns.

A strategy looks at what is seen, and shares its choice among options that it cannot tell apart. None knows a family.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Any

from bank.strategies.by_form import BY_FORM
from bank.strategies.by_likeness import BY_LIKENESS
from bank.strategies.by_value import BY_VALUE, Strategy
from bank.strategies.by_words import BY_WORDS
from bank.strategies.seen import Option, Question, place_by_value, question
from bank.strategies.ticking import TICKING, Ticking

__all__ = [
    "CHOSEN",
    "STRATEGIES",
    "TICKING",
    "Option",
    "Question",
    "Score",
    "Strategy",
    "Tally",
    "Ticking",
    "chance_of",
    "earned",
    "limit_of",
    "place_by_value",
    "question",
    "scores",
]

MARGIN = 0.10  # above chance, that a strategy may earn where one option is right
MOST_TICKED = 0.20  # of the variants that a strategy may tick entirely right
OFTEN = 0.20  # of the variants: a strategy that applies to as many is judged by those alone, too
CHOSEN = ("single_choice", "multiple_choice")  # the kinds that can be guessed
SIGMAS = 3  # of chance, that few questions are allowed

STRATEGIES: Mapping[str, Strategy] = {
    "first": lambda asked: asked.options[:1],
    "last": lambda asked: asked.options[-1:],
    **BY_VALUE,
    **BY_FORM,
    **BY_LIKENESS,
    **BY_WORDS,
}


@dataclass(frozen=True, slots=True)
class Score:
    """What a strategy earns: on all questions, with chance where it has nothing to go by, and on those where it has.

    `chance` is what blind guessing earns; `limit_of_all` is what the strategy may earn on average over all questions,
    and `limit` over those that it applies to.
    """

    name: str
    earned: float
    of_all: float
    applies: int
    of: int
    chance: float
    limit: float
    limit_of_all: float

    @property
    def often(self) -> bool:
        return self.applies >= OFTEN * self.of

    @property
    def too_much(self) -> bool:
        """Whether it earns more than it may."""
        return self.of_all > self.limit_of_all or (self.often and self.earned > self.limit)


@dataclass
class Tally:
    """What strategies earn, question by question: `sums` and `applies` by the strategy's name."""

    kind: str
    of: int = 0
    chances: float = 0.0
    sums: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    applies: Counter[str] = field(default_factory=Counter)

    def add(self, chance: float, earned: Mapping[str, float]) -> None:
        """One more question: what blind guessing earns on it, and each strategy that applies to it."""
        self.of += 1
        self.chances += chance
        for name, share in earned.items():
            self.sums[name] += share
            self.applies[name] += 1

    def scores(self) -> list[Score]:
        """What each strategy earns, the best first; those that never apply are left out."""
        found = [self._score(name, applies) for name, applies in self.applies.items()]
        return sorted(found, key=lambda score: (-score.of_all, -score.earned, score.name))

    def _score(self, name: str, applies: int) -> Score:
        chance, one = self.chances / self.of, self.kind == "single_choice"
        by_chance = chance * (self.of - applies) if one else 0.0  # several options are not ticked right by chance
        limits = (
            (limit_of(chance, applies), limit_of(chance, self.of))
            if one
            else (1.0, limit_of(chance, self.of, MOST_TICKED))
        )
        earned, of_all = self.sums[name] / applies, (self.sums[name] + by_chance) / self.of
        return Score(name, earned, of_all, applies, self.of, chance, *limits)


def scores(kind: str, asked: Iterable[tuple[Question, Mapping[str, Any]]]) -> list[Score]:
    """What each strategy earns over questions with their answers, the best first; of a kind without options none."""
    tally = Tally(kind)
    if kind in CHOSEN:
        for seen, answer in asked:
            tally.add(chance_of(kind, len(seen.options)), earned(kind, seen, answer))
    return tally.scores()


def chance_of(kind: str, options: int) -> float:
    """What blind guessing earns on a question with so many options."""
    return 1 / options if kind == "single_choice" else 1 / (2**options - 2)  # ticked are neither none nor all of them


def earned(kind: str, seen: Question, answer: Mapping[str, Any]) -> dict[str, float]:
    """What each strategy earns on one question, as a share of it; those that do not apply to it are left out."""
    picked: dict[str, Sequence[object]] = {}
    if kind == "single_choice":
        picked = {name: [option.id for option in pick(seen)] for name, pick in STRATEGIES.items()}
        right: object = answer["choice"]
    elif kind == "multiple_choice":
        picked = {name: pick(seen) for name, pick in TICKING.items()}
        right = frozenset(answer["choices"])
    return {name: (right in found) / len(found) for name, found in picked.items() if found}


def limit_of(chance: float, times: int, least: float | None = None) -> float:
    """What may be earned on average: a margin above chance, or what so few questions earn by chance."""
    luck = chance + SIGMAS * sqrt(chance * (1 - chance) / times)
    return max(chance + MARGIN if least is None else least, luck)
