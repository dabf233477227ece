"""Which well-known module a quadratic layer becomes for special parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from random import Random
from string import Template
from typing import Any

from bank.authoring import Exercise, Integers, Lab, Measurement, OneOf, Problem, Wrong, param, parse, table_beside
from bank.families.quadratic_layer import QUADRATIC_LAYER

TABLE = table_beside(__file__)
GROUPS: dict[str, list[list[str]]] = TABLE["groups"]
MODULES: dict[str, Any] = TABLE["modules"]
SETTINGS: dict[str, Any] = TABLE["settings"]
SIZES, NUMBERS = Integers(3, 12), Integers(1, 5)


class QuadraticLayerModule(Exercise):
    """The module that has the functions of a layer with special parameters.

    >>> QuadraticLayerModule(setting="pooling", M=6, k=3).N
    2
    >>> QuadraticLayerModule(setting="pooling", M=6, k=3).solve()
    'average pooling over windows without overlap'
    """

    title = "Quadratic layer: which module is it?"
    source = ("2a",)
    points = 2
    kinds = ("single_choice",)
    tiers = ("numeric",)
    experiment = "the layer compared with every module at 64 inputs; of those that agree, the one of fewest numbers"
    band = (4, 4)

    setting: str = param(
        OneOf(tuple(SETTINGS), aliases=tuple(TABLE["exam"].items())),
        "which parameters are special; a to i are those of the exam's solutions",
    )
    M: int = param(SIZES, "input neurons")
    k: int = param(NUMBERS, "the number of the setting: a window, a distance, lambda or N; 1 where it has none")

    prelude = QUADRATIC_LAYER
    stem = r"""
        Here \(M = <<M>>\), \(N = <<N>>\), \(\lambda = <<lam>>\), and <<given>>.
        <% if "mathbf{e}" in given %>
        The vector \(\mathbf{e}_j\) is the \(j\)-th unit vector.
        <% endif %>
        <% if after %>
        The layer is followed by <<after>>.
        <% endif %>

        What is free may take any value. Which module then represents **exactly** the same functions, no more and no
        fewer?
    """
    solution = r"""
        Here <<because>>. So the module is: <<answer>>.
    """

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """Every module is the key as often as the others, so that the one among four is."""
        module = rng.choice(list(MODULES))
        setting = fixed.get("setting") or rng.choice([name for name, of in SETTINGS.items() if of["module"] == module])
        sizes = [pair for pair in _sizes(setting) if fixed.get("M", pair[0]) == pair[0]]
        M, k = rng.choice([pair for pair in sizes if fixed.get("k", pair[1]) == pair[1]] or _sizes(setting))
        return {"setting": setting, "M": M, "k": k}

    def constraints(self) -> Iterator[Problem]:
        if (self.M, self.k) not in _sizes(self.setting):
            yield Problem("/params/k", f"k and M do not fit the setting {self.setting}")

    @property
    def N(self) -> int:
        """Output neurons."""
        return _outputs(self.setting, self.M, self.k) or 0

    @property
    def lam(self) -> str:
        return self._told("lam", "0")

    @property
    def given(self) -> str:
        return self._told("given")

    @property
    def after(self) -> str:
        return self._told("after", "")

    @property
    def because(self) -> str:
        return self._told("because")

    def _told(self, part: str, unless: str = "") -> str:
        """What the table says of the setting, with the numbers of this question."""
        M, k = self.M, self.k
        numbers = {"M": M, "N": self.N, "k": k, "less": k - 1, "more": M + 1, "rest": M - k}
        multiples = {"twice": 2 * k, "square": k * k, "mass": k * M, "heavy": k * M * M}
        return Template(SETTINGS[self.setting].get(part, unless)).substitute(numbers | multiples)

    def effort(self) -> float:
        """A thought for each option."""
        return float(self.options)

    @property
    def module(self) -> str:
        return str(SETTINGS[self.setting]["module"])

    def solve(self) -> str:
        return str(MODULES[self.module]["name"])

    @property
    def sorts(self) -> list[list[str]]:
        """The modules of the group, those of the key's sort first."""
        (group,) = (sorts for sorts in GROUPS.values() if any(self.module in sort for sort in sorts))
        return sorted(group, key=lambda sort: self.module not in sort)

    def distractors(self) -> Iterator[Wrong]:
        """The other modules of the group, each with what it does instead."""
        for name in chain.from_iterable(self.sorts):
            if name != self.module:
                yield Wrong(MODULES[name]["name"], f"{MODULES[name]['does']} Here {self.because}.")

    def beside(self, rng: Random) -> Sequence[Wrong]:
        """Another module of the key's sort and two of one other sort: each of the four is the key as often."""
        own, *others = self.sorts
        drawn = [rng.choice([name for name in own if name != self.module]), *rng.sample(rng.choice(others), 2)]
        names = [MODULES[name]["name"] for name in drawn]
        return [wrong for wrong in self.asked("single_choice").mistakes if wrong.value in names]

    def measured(self, lab: Lab) -> Measurement:
        """Let the lab name the module."""
        found = lab.modules.obtained(self.setting, self.M, self.N, self.k)
        return Measurement(MODULES[found]["name"], tolerance=0.0)


@cache
def _sizes(setting: str) -> list[tuple[int, int]]:
    """M and k of a setting, as they fit each other."""
    of = SETTINGS[setting]
    least, most = of["M"]
    return [(M, k) for M in range(least, most + 1) for k in of.get("k", [1]) if _outputs(setting, M, k)]


@cache
def _outputs(setting: str, M: int, k: int) -> int | None:
    """N; None where it is not whole, or is smaller than the setting needs."""
    formula = SETTINGS[setting]["N"]
    found = parse(formula, ("M", "k")).evaluate({"M": M, "k": k})
    N = int(float(found))
    return N if found == N and (1 if formula == "1" else 2) <= N else None
