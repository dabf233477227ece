"""What the fits of kl_fits have to show: beside closed forms, torch.distributions, and where mode-seeking begins."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import TYPE_CHECKING, Any

import torch
from torch.distributions import Normal, kl_divergence

from bank.lab.acceptance import Criterion

if TYPE_CHECKING:
    from bank.authoring.laboratory import Lab

WEIGHTS = (0.2, 0.25, 0.3, 0.4, 0.6, 0.7, 0.75, 0.8)
NEAREST, FURTHEST = 3.5, 6.0  # m / s
UNEQUAL = {"w": 0.6, "m": 8.0, "s": 3.0, "t": 0.5}  # the lighter component is the taller peak
THRESHOLDS = {0.5: 2.81, 0.6: 2.51, 0.7: 2.17, 0.8: 1.91}  # m / s from which the nearest q of KL(q || p) sits on a mode
FROM, TO, HALVINGS = 1.5, 3.5, 9  # between which they are searched for
ON_A_MODE = 0.25  # deviations between mean and mode
NEAR = 0.02  # a threshold, to what was found before

Setting = Mapping[str, float]


def fits_keep_to_theory(lab: Lab, count: int) -> Iterator[Criterion]:
    """Over so many mixtures, the first of them with unequal deviations."""
    settings = [UNEQUAL, *_mixtures(count - 1)]
    fits = _found(lab, settings)
    both = list(zip(settings, fits, strict=True))

    def each(says: str, values: Sequence[float], most: float, specified: str) -> Criterion:
        return Criterion(says, values, most=most, by="each", judged=1, specified=specified)

    yield each("KL(p || q): mean and deviation beside those of p", [_off_moments(*one) for one in both], 1e-6, "6e-16")
    yield each("KL(q || p): |mean - mode| / s", [_off_mode(*one) for one in both], 0.05, "at most 0.0022")
    yield each("KL(q || p): relative error of the deviation", [_off_width(*one) for one in both], 0.02, "0.004")
    yield each("KL(q || p) beside -ln w", [_off_logarithm(*one) for one in both], 0.01, "at most 6e-4")
    for direction in ("forward", "reverse"):
        says = f"{direction}: how much further off the nearest other Gaussian is, in nats"
        margins = [_margin(fit, direction) for fit in fits]
        yield Criterion(says, margins, least=1e-6, by="each", judged=1, specified="strictly larger")
    equal = both[1:]
    yield each("KL(p || moments of p) beside its formula", [_off_match(*one) for one in equal], 1e-3, "at most 1e-3")
    yield each("KL(p || a component) beside its formula", [_off_component(*one) for one in equal], 1e-3, "at most 1e-3")


def quadrature_is_exact(lab: Lab, count: int) -> Criterion:
    """With weight 1 the mixture is a Gaussian, of which torch knows both divergences."""
    settings = [{**each, "w": 1.0, "t": 0.7 * each["s"]} for each in _mixtures(count)]
    values = []
    for each, fit in zip(settings, _found(lab, settings), strict=True):
        p, q = (
            Normal(*torch.tensor(at, dtype=torch.float64)) for at in ((-each["m"], each["s"]), (each["m"], each["t"]))
        )
        for direction, known in (("forward", kl_divergence(p, q)), ("reverse", kl_divergence(q, p))):
            values.append(abs(fit[direction]["named"]["right"] / float(known) - 1))
    says = "divergence of two Gaussians by quadrature beside torch.distributions, relative"
    return Criterion(says, values, most=1e-8, by="each", judged=1, specified="1e-8")


def mode_seeking_begins(lab: Lab) -> Iterator[Criterion]:
    """The least m / s at which the nearest q of KL(q || p) sits on a mode, by halving; all weights at once."""
    low, high = dict.fromkeys(THRESHOLDS, FROM), dict.fromkeys(THRESHOLDS, TO)
    for _ in range(HALVINGS):
        settings = [{"w": w, "m": (low[w] + high[w]) / 2, "s": 1.0, "t": 1.0} for w in THRESHOLDS]
        for each, fit in zip(settings, _found(lab, settings), strict=True):
            on_a_mode = each["m"] - abs(fit["reverse"]["mean"]) <= ON_A_MODE
            (high if on_a_mode else low)[each["w"]] = each["m"]
    for w, known in THRESHOLDS.items():
        says = f"m / s from which KL(q || p) seeks a mode, larger weight {w}"
        yield Criterion(says, [high[w]], known - NEAR, known + NEAR, by="each", judged=1, specified=str(known))


def _mixtures(count: int) -> list[dict[str, float]]:
    rng = Random("mixtures")
    drawn = []
    for _ in range(count):
        w, s = rng.choice(WEIGHTS), rng.choice((0.5, 1.5, 2.0, 3.0))
        drawn.append({"w": w, "m": round(s * rng.uniform(NEAREST, FURTHEST), 3), "s": s, "t": s})
    return drawn


def _found(lab: Lab, settings: Sequence[Setting]) -> list[dict[str, Any]]:
    return [kept.value for kept in lab.results("kl_fits", settings)]


def _off_moments(p: Setting, fit: Mapping[str, Any]) -> float:
    w, m = p["w"], p["m"]
    within = w * p["s"] ** 2 + (1 - w) * p["t"] ** 2
    sd = math.sqrt(within + 4 * w * (1 - w) * m * m)
    return max(abs(fit["forward"]["mean"] - (1 - 2 * w) * m) / sd, abs(fit["forward"]["sd"] / sd - 1))


def _mode(p: Setting) -> tuple[float, float, float]:
    """Weight, mean and deviation of the heavier component."""
    return (p["w"], -p["m"], p["s"]) if p["w"] > 0.5 else (1 - p["w"], p["m"], p["t"])


def _off_mode(p: Setting, fit: Mapping[str, Any]) -> float:
    _, mean, sd = _mode(p)
    return abs(fit["reverse"]["mean"] - mean) / sd


def _off_width(p: Setting, fit: Mapping[str, Any]) -> float:
    return abs(fit["reverse"]["sd"] / _mode(p)[2] - 1)


def _off_logarithm(p: Setting, fit: Mapping[str, Any]) -> float:
    return abs(float(fit["reverse"]["kl"]) + math.log(_mode(p)[0]))


def _margin(fit: Mapping[str, Any], direction: str) -> float:
    """To the nearest of the named Gaussians that is not the fit itself."""
    found = fit[direction]
    itself = "match" if direction == "forward" else min(found["named"], key=found["named"].get)
    others: list[float] = [value for name, value in found["named"].items() if name != itself]
    return min(others) - found["kl"]


def _off_match(p: Setting, fit: Mapping[str, Any]) -> float:
    w = p["w"]
    known = 0.5 * math.log(1 + 4 * w * (1 - w) * (p["m"] / p["s"]) ** 2) - _entropy(w)
    return abs(float(fit["forward"]["named"]["match"]) - known)


def _off_component(p: Setting, fit: Mapping[str, Any]) -> float:
    """Relative for the component on the left: the numbers are large."""
    known = 2 * (1 - p["w"]) * (p["m"] / p["s"]) ** 2 - _entropy(p["w"])
    return abs(fit["forward"]["named"]["left"] / known - 1)


def _entropy(w: float) -> float:
    return -w * math.log(w) - (1 - w) * math.log(1 - w)
