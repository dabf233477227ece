"""Which candidates a bank takes: those that are new to it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from bank.errors import BadParams, NoFairQuestion
from bank.exams.candidates import Candidate, Candidates

TWICE = "asked before in this bank"
IN_VAIN_A_QUESTION = 10  # candidates in a row that are nothing new, for each that is built,
FEWEST_IN_VAIN = 100  # and as if so many more were: then there is nothing more
MOST_IN_VAIN = 100_000
IMPOSSIBLE = 50  # so many of them does one count for that can be no fair question, or is not proven
TRIED_AT_ONCE = 10_000  # between two signs of progress


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
            found.append(candidate)
        return found, refused

    def settle(self, found: int, taken: int) -> None:
        """Of so many that were found so many were taken: the others were not proven, or look like what is there."""
        self.built += taken
        self.in_vain = 0 if taken else self.in_vain + IMPOSSIBLE * found


def reason(error: BadParams | NoFairQuestion) -> str:
    return "; ".join(dict.fromkeys(problem.detail for problem in error.problems)) or str(error)
