"""How the variance of the stream grows with the blocks of a Pre-LN Transformer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache, cached_property
from itertools import product
from math import ceil, prod, sqrt
from random import Random
from typing import Any, Self

from bank.authoring import (
    STEP,
    Constant,
    Exercise,
    Integers,
    Lab,
    Line,
    Lists,
    Measurement,
    Number,
    Problem,
    Rationals,
    Value,
    Wrong,
    adding,
    along,
    in_a_sentence,
    multiplying,
    param,
    rounded,
    tex,
)
from bank.families.transformer import PRE_LN

VARIANCES = tuple(Fraction(s) for s in ("3/4", "1", "5/4", "3/2", "2", "5/2", "3", "7/2", "4", "5"))
GAINS = tuple(Fraction(a) for a in ("1/4", "1/2", "3/4", "1", "5/4", "3/2", "2"))
SUB_BLOCKS = {2: ("the MHA", "the FFN"), 3: ("the self-attention", "the cross-attention", "the FFN")}
MOST_BLOCKS = 12
LARGEST_DENOMINATOR = 100
ACCEPTED = 0.04  # what the experiment may be off by
MOST_ADDED = Fraction(22, 3)  # times the variance of the input: were it more, forgetting the input would not show
FAR = 16  # an option is at most so many times the key, and at least such a part of it
ABOUT = r"\approx"
READABLE = 10**39  # an exact mistake of more digits could not be read back
FAIR = 11317  # of the questions in these ranges; a test counts them
NOT_ADDED = "The LayerNorm's output is read by the sub-block, and not added to the stream."
FORGOT_THE_SKIP = "This is what the sub-blocks add; the skip path carries the input's variance through as well."


class PreLnVariance(Exercise):
    """s^2 and what each sub-block adds: its gain.

    >>> exam = PreLnVariance(variance=Fraction(1), gains=(Fraction(1), Fraction(1)), blocks=1)
    >>> str(exam.solve()["variance"])
    '3'
    """

    title = "Pre-LN Transformer: variance of the features"
    source = ("6b",)
    points = 3
    kinds = ("fields", "numeric", "single_choice")
    tiers = ("monte-carlo",)
    experiment = "mean (in standard deviations) and variance after real LayerNorms and random branches, 1024 features"
    form = rounded(0.01)
    separation = 0.05
    clear = 3 * ACCEPTED
    band = (7, 21)

    variance: Fraction = param(Rationals(VARIANCES, Fraction(1, 100), 100), "variance of the elements of the input")
    gains: tuple[Fraction, ...] = param(
        Lists(Rationals(GAINS, Fraction(1, 100), 100), 2, 3),
        "for each sub-block of a block, the variance of its output over that of its own input",
    )
    blocks: int = param(Integers(1, MOST_BLOCKS), "number of blocks")

    prelude = PRE_LN
    stem = r"""
        Each block has <<gains|length>> sub-blocks, <<names>>; the model has <<blocks>>
        <<"block" if blocks == 1 else "blocks, one after the other">>. The elements of the input follow
        \(\mathcal{N}(0, <<variance>>)\), where the second number is the variance. Assume of each sub-block:

        - The variance of its output is \(a_j\) times the variance of its own input, which is the output of its
          LayerNorm: \(<<each_gain>>\)<< "" if blocks == 1 else ", the same in every block">>.
        - The elements of its output have mean zero, are Gaussian, and are uncorrelated with the stream that they are
          added to.

        <% if kind == "fields" %>
        Which distribution \(\mathcal{N}(m, v)\) do the elements of the output of the model follow? `mean` is \(m\),
        `variance` is \(v\).
        <% elif kind == "numeric" %>
        What is the variance of the elements of the output of the model?
        <% else %>
        Which distribution do the elements of the output of the model follow? Variances are rounded to two decimals.
        <% endif %>
    """
    solution = r"""
        Whatever the stream has become, its LayerNorm gives elements of mean 0 and variance 1 to the sub-block. So the
        output of \(F_j\) has the variance \(a_j\), and being uncorrelated with the stream it adds \(a_j\) to the
        variance of the stream; the means stay 0.

        One block adds \(<<sum_of_gains>> = <<per_block>>\)<% if blocks > 1 %>, and <<blocks>> blocks add
        \(<<blocks>> \cdot <<per_block>> = <<added>>\)<% endif %>. The stream started with variance \(<<variance>>\),
        and the skip path carries it through: \(v = <<variance>> + <<added>> = <<answer.variance>><<rounded>>\).
    """

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """No more blocks than leave the variance of the input its weight."""
        variance, gains, blocks = rng.choice(_telling(rng.choice(tuple(SUB_BLOCKS))))
        if not fixed:
            return {"variance": variance, "gains": gains, "blocks": blocks}
        drawn = {"variance": variance, "gains": gains, **fixed}
        most = min(MOST_BLOCKS, int(drawn["variance"] * MOST_ADDED / sum(drawn["gains"])))
        return {**drawn, "blocks": rng.randint(1, max(1, most))}

    @classmethod
    def space(cls, kind: str) -> int:
        """Fair questions, the same in every kind."""
        return FAIR

    def constraints(self) -> Iterator[Problem]:
        if self.added >= MOST_ADDED * self.variance:
            yield Problem("/params/variance", "the variance of the input is lost beside what the blocks add")
        if max(number.denominator for number in (self.variance, *self.gains)) > LARGEST_DENOMINATOR:
            yield Problem("/params", f"a denominator is above {LARGEST_DENOMINATOR}")

    @cached_property
    def per_block(self) -> Fraction:
        return sum(self.gains, Fraction(0))

    @cached_property
    def added(self) -> Fraction:
        """By all blocks."""
        return self.blocks * self.per_block

    def effort(self) -> float:
        """The parts of a block are added, multiplied by the number of blocks, and the input's variance is added."""
        added = multiplying(self.blocks, self.per_block)
        return 2 * STEP + adding(*self.gains) + added + adding(self.variance, self.added)

    @property
    def _total(self) -> Fraction:
        return self.variance + self.added

    def solve(self) -> dict[str, Number]:
        return {"mean": 0, "variance": self._total}

    def part(self, value: Any, kind: str) -> Value:
        part: Value = value if kind == "fields" else value["variance"]
        return part

    def show(self, options: Sequence[Any]) -> list[str]:
        """Whole numbers where all are, else all with two decimals."""
        values = [float(value) for value in options]
        digits = 0 if all(value.is_integer() for value in values) else 2
        return [rf"\(\mathcal{{N}}(0,\; {value:.{digits}f})\)" for value in values]

    def misreadings(self) -> Iterator[Line]:
        least, most = self.added / MOST_ADDED, MOST_ADDED * self.variance / self.per_block
        yield along(self, "variance", "s^2", [variance for variance in VARIANCES if variance > least])
        yield along(self, "blocks", "L", [blocks for blocks in range(1, MOST_BLOCKS + 1) if blocks < most])

    def distractors(self) -> Iterator[Wrong]:
        """Beside the key its root, or itself less the variance in the stem, would tell which one it is."""
        size = float(self._total)
        deviation = Constant(f"sqrt({self._total})", sqrt(size))
        yield Wrong({"mean": 0, "variance": deviation}, "This is the standard deviation.", offered=False)
        for value, why in self._wrong_variances():
            fits = 1 / FAR <= float(value) / size <= FAR and (why != FORGOT_THE_SKIP or self.blocks == 1)
            yield Wrong({"mean": 0, "variance": value}, why, offered=fits)

    def _wrong_variances(self) -> Iterator[tuple[Number, str]]:
        s2, L, gains = self.variance, self.blocks, self.gains
        yield 1, "Only what a sub-block reads is normalised; the stream itself never is."
        grown = s2 * prod(1 + a for a in gains) ** L
        if max(grown.numerator, grown.denominator) < READABLE:
            yield grown, "A sub-block reads the LayerNorm's output, of variance 1, not the stream that has grown."
        yield self.added, FORGOT_THE_SKIP
        yield s2 + L * gains[0], "Every sub-block adds its part to the stream, not only the first one of a block."
        yield s2 + L * prod(gains), "The sub-blocks are no chain: each adds its own part to the stream."
        deviations = " + ".join([f"sqrt({s2})", *(f"{L}*sqrt({a})" for a in gains)])
        spread = sqrt(s2) + L * sum(map(sqrt, gains))
        yield (
            Constant(f"({deviations})^2", spread**2),
            "Variances of uncorrelated summands add up, standard deviations do not.",
        )
        yield from self._of_blocks()
        yield self._total + L * len(gains), NOT_ADDED
        if set(gains) != {1}:  # else they are the answer
            yield s2 + L * len(gains), r"A sub-block adds the variance of its output, \(a_j\), not of its input, 1."
            yield s2 + self.added / len(gains), "What the sub-blocks add is summed up, no mean is taken."

    def _of_blocks(self) -> Iterator[tuple[Number, str]]:
        s2, L, (first, *later) = self.variance, self.blocks, self.gains
        if L > 1:
            yield s2 + self.per_block, f"This is the variance after one block; there are {L}."
            yield L * (s2 + self.per_block), "The input's variance is in the stream once, not once a block."
        else:
            repeated = len(self.gains) * s2 + self.added
            yield repeated, "The input's variance is in the stream once, not once a sub-block."
            unnormed = (s2 + first) * prod(1 + a for a in later)
            yield unnormed, "Every sub-block has a LayerNorm of its own, not only the first."

    @property
    def names(self) -> str:
        """Of the sub-blocks, in their order."""
        names = [rf"{name} (\(F_{j}\))" for j, name in enumerate(SUB_BLOCKS[len(self.gains)], 1)]
        return in_a_sentence(names)

    @property
    def each_gain(self) -> str:
        return r",\ ".join(f"a_{j} = {tex(gain)}" for j, gain in enumerate(self.gains, 1))

    @property
    def sum_of_gains(self) -> str:
        return " + ".join(map(tex, self.gains))

    @property
    def rounded(self) -> str:
        """The answer as a decimal, where it is no whole number."""
        whole, exactly = self._total.denominator == 1, 100 % self._total.denominator == 0
        return "" if whole else rf" {'=' if exactly else ABOUT} {float(self._total):.2f}"

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[Self]) -> list[Measurement]:
        found = lab.layer_norm.pre_ln([q.variance for q in questions], [q.gains * q.blocks for q in questions])
        return [Measurement(moments._asdict(), tolerance=ACCEPTED, seeds=lab.layer_norm.seeds) for moments in found]


@cache
def _telling(sub_blocks: int) -> list[tuple[Fraction, tuple[Fraction, ...], int]]:
    """Variances, gains and numbers of blocks, so that the input's variance tells, and gains that are not 1."""
    drawn = []
    for variance, gains in product(VARIANCES, product(GAINS, repeat=sub_blocks)):
        size, added = float(variance), float(sum(gains))
        for blocks in range(1, min(MOST_BLOCKS, ceil(size * MOST_ADDED / added) - 1) + 1):
            if abs(added - sub_blocks) * blocks > PreLnVariance.clear * (size + blocks * max(added, sub_blocks)):
                drawn.append((variance, gains, blocks))
    return drawn
