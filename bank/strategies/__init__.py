"""How a learner guesses who sees a question and knows nothing of its matter, and what that earns.

A strategy looks at what is seen, and shares its choice among options that it cannot tell apart. None knows a family.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean
from typing import Any

from bank.strategies.by_form import BY_FORM
from bank.strategies.by_likeness import BY_LIKENESS
from bank.strategies.by_value import BY_VALUE, Strategy
from bank.strategies.by_words import BY_WORDS
from bank.strategies.seen import Option, Question, place_by_value, question
from bank.strategies.ticking import TICKING, Ticking

__all__ = [
    "STRATEGIES",
    "TICKING",
    "Option",
    "Question",
    "Score",
    "Strategy",
    "Ticking",
    "limit_of",
    "place_by_value",
    "question",
    "scores",
]

MARGIN = 0.10  # above chance, that a strategy may earn where one option is right
MOST_TICKED = 0.20  # of the variants that a strategy may tick entirely right
OFTEN = 0.20  # of the variants: a strategy that applies to as many is judged by those alone, too
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


def scores(kind: str, asked: Sequence[tuple[Question, Mapping[str, Any]]]) -> list[Score]:
    """What each strategy earns over questions with their answers, the best first; those that never apply are left out.

    Of a kind without options there is none.
    """
    score = {"single_choice": _choosing, "multiple_choice": _ticking}.get(kind)
    found = score(asked) if score else []
    return sorted(found, key=lambda score: (-score.of_all, -score.earned))


def _choosing(asked: Sequence[tuple[Question, Mapping[str, Any]]]) -> list[Score]:
    chance = fmean(1 / len(seen.options) for seen, _ in asked)
    found = []
    for name, strategy in STRATEGIES.items():
        picked = [([option.id for option in strategy(seen)], answer["choice"]) for seen, answer in asked]
        earned = [(right in ids) / len(ids) for ids, right in picked if ids]
        if earned:
            applies, of = len(earned), len(asked)
            of_all = (sum(earned) + chance * (of - applies)) / of
            limits = limit_of(chance, applies), limit_of(chance, of)
            found.append(Score(name, fmean(earned), of_all, applies, of, chance, *limits))
    return found


def _ticking(asked: Sequence[tuple[Question, Mapping[str, Any]]]) -> list[Score]:
    chance = fmean(1 / (2 ** len(seen.options) - 2) for seen, _ in asked)  # neither none nor all of them
    found = []
    for name, strategy in TICKING.items():
        picked = [(strategy(seen), frozenset(answer["choices"])) for seen, answer in asked]
        earned = [(right in selections) / len(selections) for selections, right in picked if selections]
        if earned:
            applies, of = len(earned), len(asked)
            found.append(
                Score(
                    name, fmean(earned), sum(earned) / of, applies, of, chance, 1.0, limit_of(chance, of, MOST_TICKED)
                )
            )
    return found


def limit_of(chance: float, times: int, least: float | None = None) -> float:
    """What may be earned on average: a margin above chance, or what so few questions earn by chance."""
    luck = chance + SIGMAS * sqrt(chance * (1 - chance) / times)
    return max(chance + MARGIN if least is None else least, luck)
