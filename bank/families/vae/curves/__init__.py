"""Gaussians that may stand for a mixture of two: by mean and variance, and as curves."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

SHAPES = ("match", "heavy", "light", "between", "wide")
MEANS, VARIANCES = 0.05, 0.02  # in deviations, and relative
PLACES = tuple(round(0.5 * place - 25, 1) for place in range(101))


def shapes(m: Fraction, s: Fraction, w: Fraction) -> dict[str, dict[str, Fraction]]:
    """Near w N(-m, s^2) + (1 - w) N(m, s^2), by name.

    `match` has the mean and the variance of the mixture, `heavy` and `light` are its components, `between` has its mean
    and the variance of a component, `wide` the mean of the heavier component and the variance of the mixture.

    >>> {name: [int(part) for part in found.values()] for name, found in shapes(*map(Fraction, (8, 2, "3/4"))).items()}
    {'match': [-4, 52], 'heavy': [-8, 4], 'light': [8, 4], 'between': [-4, 4], 'wide': [-8, 52]}
    """
    mean, mode = (1 - 2 * w) * m, -m if w > 1 - w else m
    total = s * s + 4 * w * (1 - w) * m * m
    pairs = ((mean, total), (mode, s * s), (-mode, s * s), (mean, s * s), (mode, total))
    return {name: {"mean": mu, "variance": v} for name, (mu, v) in zip(SHAPES, pairs, strict=True)}


def fits(value: Mapping[str, Any], shape: Mapping[str, Fraction]) -> bool:
    """Whether a mean and a variance are those of a shape, up to what neglecting the overlap may change."""
    mean, variance = float(shape["mean"]), float(shape["variance"])
    near = abs(float(value["mean"]) - mean) <= MEANS * math.sqrt(variance)
    return near and abs(float(value["variance"]) - variance) <= VARIANCES * variance


def as_found(result: Any, known: Mapping[str, Mapping[str, Fraction]], names: Sequence[str]) -> list[list[float]]:
    """Curves over the x of a result of kl_fits: the nearest Gaussians as it found them, others as they are known."""
    found = {"match": result["forward"], "heavy": result["reverse"]}
    others = {name: {"mean": own["mean"], "sd": math.sqrt(own["variance"])} for name, own in known.items()}
    drawn = [found.get(name, others[name]) for name in names]
    return [[density(x, each["mean"], each["sd"]) for x in result["x"]] for each in drawn]


def density(x: float, mean: float | Fraction, sd: float) -> float:
    """Of a Gaussian, with six digits.

    >>> density(3, 3, 2)
    0.199471
    """
    return float(f"{math.exp(-((x - float(mean)) ** 2) / (2 * sd * sd)) / (sd * math.sqrt(2 * math.pi)):.6g}")


SPECIMEN: dict[str, Any] = {  # of a result of kl_fits, for w = 0.6, m = 10 and s = 2
    "x": PLACES,
    "p": [0.6 * density(x, -10, 2) + 0.4 * density(x, 10, 2) for x in PLACES],
    "forward": {"mean": -2.0, "sd": 10.0},
    "reverse": {"mean": -10.0, "sd": 2.0},
}
