"""Which aggregators do not care in which order the neighbours are listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations
from random import Random
from typing import Any, NamedTuple

from bank.authoring import Exercise, Lab, Lists, Measurement, OneOf, Problem, Wrong, param
from bank.families.graph_networks import MESSAGE_PASSING


class Aggregator(NamedTuple):
    """How an option describes it, and why it is permutation invariant or not (Markdown)."""

    text: str
    why: str


INVARIANT = {
    "sum": Aggregator(
        r"The vectors are added up, one after the other: \(\sum_{i=1}^{n} \mathbf{h}_i\)",
        "A sum has the same value whatever the order of its terms.",
    ),
    "mean": Aggregator(
        r"The vectors are added up, and the sum is multiplied by \(\frac{1}{n}\)",
        r"Neither the sum nor \(n\) depends on the order.",
    ),
    "max": Aggregator(
        "Of each feature the largest value in the list is kept",
        "The largest value is the same wherever it stands in the list.",
    ),
    "min": Aggregator(
        "Of each feature the smallest value in the list is kept",
        "The smallest value is the same wherever it stands in the list.",
    ),
    "std": Aggregator(
        "The standard deviation of the values in the list is taken, for each feature alone",
        "Mean and mean square are sums over the neighbours, and sums do not depend on the order.",
    ),
    "product": Aggregator(
        "The vectors are multiplied feature by feature, one after the other",
        "A product of numbers has the same value whatever the order of its factors.",
    ),
    "median": Aggregator(
        "Each feature is sorted from small to large, and the middle value is kept",
        "Sorting forgets the order in which the values came.",
    ),
    "logsumexp": Aggregator(
        r"The logarithm of a sum of exponentials is taken: \(\ln \sum_{i=1}^{n} \exp(\mathbf{h}_i)\)",
        "The sum inside the logarithm has the same value whatever the order of its terms.",
    ),
    "attention": Aggregator(
        r"A weighted sum, the weights being the softmax of the scores \(\mathbf{q}^\top \mathbf{h}_i\)",
        "Each weight moves with its neighbour: it depends on the vectors, not on their places in the list.",
    ),
    "sum_of_mlp": Aggregator(
        r"One and the same MLP is applied to each \(\mathbf{h}_i\), and the results are added up",
        "The result for a neighbour does not depend on its place, and a sum does not depend on the order.",
    ),
    "sorted_then_linear": Aggregator(
        "Each feature is sorted from small to large, and a linear layer takes the whole list",
        "Sorting comes first and gives the same list whatever the order was, so the linear layer sees no difference.",
    ),
    "longest": Aggregator(
        r"The \(\mathbf{h}_i\) with the largest norm is kept, the others are dropped",
        "The vector with the largest norm is the same wherever it stands in the list.",
    ),
    "all_differences": Aggregator(
        r"The differences \(|\mathbf{h}_i - \mathbf{h}_j|\) of the pairs with \(i < j\) are added up",
        "Every pair counts once, whichever of the two comes first.",
    ),
}
PLACED = "It uses the position of a neighbour in the list:"
OTHERS = {
    "concatenation": Aggregator(
        "The vectors are concatenated, and a linear layer takes the whole list",
        f"{PLACED} each place has weights of its own in the linear layer.",
    ),
    "lstm": Aggregator(
        "An LSTM reads the vectors one after the other, its last state is kept",
        f"{PLACED} the gates treat what comes late differently from what came early.",
    ),
    "gru": Aggregator(
        "A GRU reads the vectors one after the other, its last state is kept",
        f"{PLACED} the gates treat what comes late differently from what came early.",
    ),
    "first": Aggregator(
        "Of each feature the first value in the list is kept",
        f"{PLACED} another order puts the value of another neighbour first.",
    ),
    "position_weighted": Aggregator(
        r"The vectors are added up, each with a factor: \(\sum_{i=1}^{n} i\, \mathbf{h}_i\)",
        f"{PLACED} the factor is the place, and another order gives a neighbour another factor.",
    ),
    "position_attention": Aggregator(
        r"A weighted sum, the weights being the softmax of trained scores \(s_i\)",
        f"{PLACED} the weight belongs to the place, and does not move with the neighbour.",
    ),
    "position_mlp": Aggregator(
        r"One and the same MLP is applied to each \((\mathbf{h}_i, i)\), and the results are added up",
        f"{PLACED} the MLP is given the place too, and may treat the same vector differently elsewhere.",
    ),
    "running_average": Aggregator(
        r"A running mean \(\mathbf{m}_i = (\mathbf{m}_{i-1} + \mathbf{h}_i)/2\) is updated, \(\mathbf{m}_n\) is kept",
        f"{PLACED} what comes last counts one half, what came earlier less and less.",
    ),
    "alternating": Aggregator(
        "Of each feature the values in the list are added and subtracted in turn",
        f"{PLACED} the sign depends on whether the place is odd or even.",
    ),
    "convolution": Aggregator(
        "A convolution of width 3 runs over the list, of each feature the largest value is kept",
        f"{PLACED} the kernel sees which vectors stand side by side.",
    ),
    "successive_differences": Aggregator(
        r"The differences \(|\mathbf{h}_i - \mathbf{h}_j|\) of the pairs with \(i + 1 = j\) are added up",
        f"{PLACED} another order makes other vectors follow one another.",
    ),
}
AGGREGATORS = INVARIANT | OTHERS
ALIKE = ({"sum", "mean"}, {"max", "min"}, {"lstm", "gru"})  # who knows of one knows of the other
OPTIONS = 4


class PermutationInvariantAggregators(Exercise):
    """Sorting is the trap: it makes anything after it invariant.

    >>> drawn = ("sum", "lstm", "sorted_then_linear", "first")
    >>> PermutationInvariantAggregators(aggregators=drawn).solve()
    {'sum': True, 'lstm': False, 'sorted_then_linear': True, 'first': False}
    """

    title = "Graph networks: permutation invariant aggregators"
    source = ("3a",)
    points = 2
    kinds = ("multiple_choice",)
    tiers = ("numeric",)
    experiment = "the change of the output over 24 random permutations of 6 random vectors with 5 features"

    band = (OPTIONS, OPTIONS)

    aggregators: tuple[str, ...] = param(
        Lists(OneOf(tuple(AGGREGATORS)), OPTIONS, OPTIONS, distinct=True), "the options, in the order shown"
    )

    prelude = MESSAGE_PASSING
    stem = r"""
        An aggregator is *permutation invariant* if every order of the list gives the same result, whatever the vectors
        and the trained weights are. Which of these are permutation invariant? Logarithms, exponentials and absolute
        values are taken of each feature alone.
    """
    solution = r"""
        Ask of each what happens when two neighbours change places in the list.
        <% for aggregator, invariant in judgements %>

        - *<<"Invariant" if invariant else "Not invariant">>*: <<aggregator.text>>. <<aggregator.why>>

        <% endfor %>
    """

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """One, two or three invariant ones, equally often."""
        right = rng.randint(1, OPTIONS - 1)
        drawn = _unlike(rng, INVARIANT, right) + _unlike(rng, OTHERS, OPTIONS - right)
        rng.shuffle(drawn)
        return {"aggregators": tuple(drawn)}

    @classmethod
    @cache
    def space(cls, kind: str) -> int:
        """Sets of aggregators that make a fair question."""
        sets = combinations(AGGREGATORS, OPTIONS)
        return sum(0 < sum(name in INVARIANT for name in names) < OPTIONS and not _alike(names) for names in sets)

    def identity(self, kind: str) -> frozenset[str]:
        """The order of the options makes no other question."""
        return frozenset(self.aggregators)

    def effort(self) -> float:
        """A thought for each option."""
        return float(len(self.aggregators))

    def constraints(self) -> Iterator[Problem]:
        for names in _alike(self.aggregators):
            yield Problem("/params/aggregators", f"{' and '.join(sorted(names))} decide one another")

    def solve(self) -> dict[str, bool]:
        return {name: name in INVARIANT for name in self.aggregators}

    def distractors(self) -> Iterator[Wrong]:
        key = self.solve()
        for name, invariant in key.items():
            yield Wrong(key | {name: not invariant}, AGGREGATORS[name].why)

    def show(self, options: Sequence[Any]) -> list[str]:
        return [AGGREGATORS[name].text for name in options]

    @property
    def judgements(self) -> list[tuple[Aggregator, bool]]:
        return [(AGGREGATORS[name], invariant) for name, invariant in self.solve().items()]

    def measured(self, lab: Lab) -> Measurement:
        found = {name: lab.aggregation.is_invariant(name) for name in self.aggregators}
        return Measurement({n: "undecided" if truth is None else truth for n, truth in found.items()}, tolerance=0.0)


def _unlike(rng: Random, names: Mapping[str, Aggregator], count: int) -> list[str]:
    """Some of the names, no two of which decide one another."""
    drawn: list[str] = []
    for name in rng.sample(list(names), len(names)):
        if len(drawn) < count and not _alike([*drawn, name]):
            drawn.append(name)
    return drawn


def _alike(names: Sequence[str]) -> list[set[str]]:
    return [group for group in ALIKE if group <= set(names)]
