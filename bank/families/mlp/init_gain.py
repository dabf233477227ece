"""How large signals are after layers with random weights, and which weights keep them as large as they were."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import perm, prod, sqrt
from random import Random
from typing import Any, Self

from bank.authoring import (
    ROOT,
    STEP,
    Constant,
    Exercise,
    Integers,
    Lab,
    Line,
    Lists,
    Measurement,
    Number,
    OneOf,
    Optional,
    Problem,
    Rationals,
    Within,
    Wrong,
    along,
    along_member,
    digits,
    multiplying,
    param,
    rounded,
    table_beside,
)

TEXTS = table_beside(__file__)
SIGMAS = tuple(Fraction(k, 1000) for k in (10, 12, 14, 15, 16, 18, 20, 22, 24, 25, 28, 30, 32, 35, 36, 40, 45, 50))
WIDTHS = tuple(range(48, 1025, 8))
OUTPUTS = (10, 12, 16, 20, 24, 25, 30, 32, 40)
SINGLE = 0.5  # of the questions about a gain of 1 have one layer, the others two
LEAST_GAIN, MOST_GAIN = 0.15, 0.8  # of a layer, where dice draw it
FITTING = {  # by sigma the widths with which dice draw it
    sigma: tuple(width for width in WIDTHS if LEAST_GAIN <= float(sigma) * sqrt(width) <= MOST_GAIN) for sigma in SIGMAS
}
SMALLEST, LARGEST = 1e-6, 900  # standard deviations that are asked for
UNLIKELY = ("linear", "variance", "gain", "power", "once")  # too far off to be offered, or the square of the key


class InitGain(Exercise):
    """sigma^L sqrt(d_1 ... d_L), or the sigma for which that is 1.

    >>> exam = InitGain(ask="output_std", sigma=Fraction(1, 100), fan_ins=(3072, 512, 256), outputs=10)
    >>> round(float(exam.solve()), 4)  # gains 0.554, 0.226 and 0.160
    0.0201
    >>> InitGain(ask="unit_gain_sigma", sigma=None, fan_ins=(256,), outputs=10).solve()  # 1/16
    Constant(text='(1/256)^(1/2)')
    """

    title = "Initial weights: the gain of layers"
    source = ("7a+",)
    points = 2
    kinds = ("numeric", "single_choice")
    tiers = ("numeric", "monte-carlo")
    experiment = "second moments added over all paths through the net in float64; random nets on random inputs"
    form = rounded()
    band = {"output_std": (24.0, 60.0), "one_layer": (10.0, 24.0), "all_layers": (22.0, 50.0)}
    calculator = True

    ask: str = param(OneOf(("output_std", "unit_gain_sigma")), "what is asked for")
    sigma: Fraction | None = param(
        Optional(Rationals(SIGMAS, 0, 2, above=True), "ask", "output_std"), "standard deviation of all weights"
    )
    fan_ins: tuple[int, ...] = param(
        Lists(Integers(WIDTHS[0], WIDTHS[-1], min=2, max=4096), 1, 4), "number of inputs of each layer"
    )
    outputs: int = param(Integers(OUTPUTS[0], WIDTHS[-1], min=1, max=4096), "number of outputs of the last layer")

    stem = TEXTS["stem"]
    solution = TEXTS["solution"]

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        given = "output_std" if fixed.get("sigma") else fixed.get("ask")
        ask = given or rng.choice(("output_std", "unit_gain_sigma"))
        sigma = fixed.get("sigma") or rng.choice(SIGMAS)
        if ask == "output_std":
            layers, widths = rng.choice((2, 3)), FITTING.get(sigma, WIDTHS)
        else:
            layers, widths, sigma = (1 if rng.random() < SINGLE else 2), WIDTHS, None
        outputs = rng.choice(WIDTHS if layers == 1 else OUTPUTS)
        return {"ask": ask, "sigma": sigma, "fan_ins": tuple(rng.sample(widths, layers)), "outputs": outputs}

    @classmethod
    def space(cls, kind: str) -> int:
        """Fair or not."""
        nets = sum(perm(len(widths), layers) for widths in FITTING.values() for layers in (2, 3))
        return nets + len(WIDTHS) + perm(len(WIDTHS), 2)

    @property
    def irrelevant(self) -> tuple[str, ...]:
        return ("outputs",)

    @property
    def asking(self) -> str:
        if self.ask == "output_std":
            return self.ask
        return "one_layer" if len(self.fan_ins) == 1 else "all_layers"

    @property
    def inputs(self) -> str:
        return ", ".join(rf"\(d_{place} = {width}\)" for place, width in enumerate(self.fan_ins, 1))

    @property
    def decimal_sigma(self) -> str:
        return f"{float(self.sigma or 0):g}"

    @property
    def told_sigma(self) -> str:
        return rf" with \(\sigma = {self.decimal_sigma}\)" if self.sigma else ""

    @property
    def gains(self) -> list[tuple[int, str]]:
        """Of each layer its inputs, and its gain with four digits."""
        return [(width, f"{float(self.sigma or 0) * sqrt(width):#.4g}") for width in self.fan_ins]

    @property
    def product(self) -> str:
        return r" \cdot ".join(gain for _, gain in self.gains)

    @property
    def decimal(self) -> str:
        return f"{float(self.answer):#.4g}"  # type: ignore[arg-type]  # one number

    def constraints(self) -> Iterator[Problem]:
        if self.sigma is not None and not SMALLEST <= float(self.solve()) < LARGEST:
            yield Problem("/params/sigma", f"the standard deviation must be from {SMALLEST} to below {LARGEST}")

    def effort(self) -> float:
        roots = len(self.fan_ins) * (ROOT + STEP) + digits(*self.fan_ins) / 2
        if self.sigma is None:
            return roots + (0.0 if len(self.fan_ins) == 1 else multiplying(*self.fan_ins))
        return roots + len(self.fan_ins) * STEP

    def solve(self) -> Number:
        if self.sigma is not None:
            return _deviation(self.sigma, self.fan_ins)
        return _unit_sigma(self.fan_ins)

    def misreadings(self) -> Iterator[Line]:
        widths = FITTING.get(self.sigma or Fraction(0), WIDTHS)
        if self.sigma is not None:
            least, most = min(self.fan_ins), max(self.fan_ins)
            known = [sigma for sigma, (first, *_, last) in FITTING.items() if first <= least and most <= last]
            yield along(self, "sigma", r"\sigma", known)
        for place in range(len(self.fan_ins)):
            letter = "d" if len(self.fan_ins) == 1 else f"d_{place + 1}"
            yield along_member(self, "fan_ins", place, letter, widths)

    def distractors(self) -> Iterator[Wrong]:
        found = self._deviations(self.sigma) if self.sigma is not None else self._sigmas()
        for name, value in found:
            yield Wrong(value, TEXTS[self.asking][name], offered=name not in UNLIKELY)

    def _deviations(self, sigma: Fraction) -> Iterator[tuple[str, Number]]:
        """By wrong rules, with their names in the table of reasons."""
        d, L = self.fan_ins, len(self.fan_ins)
        s, product = float(sigma), prod(self.fan_ins)
        gains, power = [s * sqrt(width) for width in d], f"({sigma})^{L}"
        key = s**L * sqrt(product)
        yield "linear", Constant(f"{power}*{product}", s**L * product)
        yield "variance", Constant(f"({sigma})^{2 * L}*{product}", key**2)
        yield "fan_out", _deviation(sigma, (*d[1:], self.outputs))
        if L == 1:
            return
        yield "first", _deviation(sigma, d[:1])
        yield "last", _deviation(sigma, d[-1:])
        yield "unlast", _deviation(sigma, d[:-1])
        added = " + ".join(f"sqrt({width})" for width in d)
        yield "sum", Constant(f"({sigma})*({added})", sum(gains))
        yield "mean", Constant(f"({sigma})*({added})/{L}", sum(gains) / L)
        yield "once", Constant(f"({sigma})*sqrt({product})", s * sqrt(product))
        yield "widths", Constant(f"({sigma})*sqrt({sum(d)})", s * sqrt(sum(d)))
        yield "relu", Constant(f"{power}*sqrt({product}/{2 ** (L - 1)})", key / 2 ** ((L - 1) / 2))
        yield "geometric", Constant(f"({sigma})*{product}^(1/{2 * L})", key ** (1 / L))

    def _sigmas(self) -> Iterator[tuple[str, Number]]:
        d, L, m = self.fan_ins, len(self.fan_ins), self.outputs
        if L == 1:
            yield "inverse", Constant(f"1/{d[0]}", 1 / d[0])
            yield "relu", _root(2, d[0])
            yield "fan_out", _root(1, m)
            yield "xavier", _root(2, d[0] + m)
            yield "bound", _root(3, d[0])
            yield "kaiming_bound", _root(6, d[0])
            yield "xavier_bound", _root(6, d[0] + m)
            yield "uniform", _root(1, 3 * d[0])
            yield "both", _root(1, d[0] + m)
            yield "gain", _root(d[0], 1)
            return
        product, around = prod(d), prod(one + other for one, other in zip(d, (*d[1:], m), strict=True))
        yield "first", _root(1, d[0])
        yield "last", _root(1, d[-1])
        yield "mean", _root(L, sum(d))
        yield "sum", _root(1, sum(d))
        added = " + ".join(f"1/sqrt({width})" for width in d)
        yield "mean_sigma", Constant(f"({added})/{L}", sum(1 / sqrt(width) for width in d) / L)
        yield "power", _root(1, product)
        yield "variance", _root(1, product, L)
        yield "fan_out", _unit_sigma((*d[1:], m))
        yield "relu", _root(2**L, product, 2 * L)
        yield "xavier", _root(2**L, around, 2 * L)

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[Self]) -> list[Measurement]:
        """Exactly over all paths; once more with random nets, whose mean has a standard error."""
        found = []
        for question in questions:
            sizes = (*question.fan_ins, question.outputs)
            if question.sigma is not None:
                value = lab.signal_sizes.output_deviation(sizes, float(question.sigma))
                seen, error = lab.signal_sizes.sampled(sizes, float(question.sigma))
            else:
                value = lab.signal_sizes.unit_deviation(sizes)
                seen, error = lab.signal_sizes.sampled_unit(sizes)
            also = (Within("random nets on random inputs", seen, below=error, above=error),)
            found.append(Measurement(value, tolerance=1e-9, also=also))
        return found


def _deviation(sigma: Fraction, widths: Sequence[int]) -> Constant:
    """Of what layers with so many inputs put out, where the inputs of the first have the standard deviation 1."""
    product, layers = prod(widths), len(widths)
    return Constant(f"({sigma})^{layers}*sqrt({product})", float(sigma) ** layers * sqrt(product))


def _unit_sigma(widths: Sequence[int]) -> Constant:
    return _root(1, prod(widths), 2 * len(widths))


def _root(top: int, bottom: int, root: int = 2) -> Constant:
    return Constant(f"({top}/{bottom})^(1/{root})", (top / bottom) ** (1 / root))
