"""Guesses by the words of statements."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bank.strategies.by_value import Strategy, lowest
from bank.strategies.seen import Option, Question

ABSOLUTE = re.compile(
    r"\b(?:only|always|never|must|exactly|all|every|each|any|no|none|nothing|cannot|guarantees?|necessarily|impossible|"
    r"completely|entirely|identical)\b",
    re.IGNORECASE,
)
HEDGE = re.compile(
    r"\b(?:can|could|may|might|tends?|often|usually|typically|sometimes|generally|mostly|possible|possibly|about|"
    r"likely|in general)\b",
    re.IGNORECASE,
)


def counted(words: re.Pattern[str], sign: int) -> Strategy:
    """The options with the fewest of these words, or the most where the sign is -1."""

    def pick(asked: Question) -> Sequence[Option]:
        return lowest(asked, [sign * len(words.findall(option.text)) for option in asked.options])

    return pick


BY_WORDS: dict[str, Strategy] = {
    "most absolute words": counted(ABSOLUTE, -1),
    "fewest absolute words": counted(ABSOLUTE, 1),
    "most hedges": counted(HEDGE, -1),
    "fewest hedges": counted(HEDGE, 1),
}
