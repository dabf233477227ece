"""Mode-seeking and mean-seeking: what the two directions of the divergence do, and why."""

from __future__ import annotations

import math

from bank.authoring import Lab, StatementPool
from bank.families.vae import CONTINUOUS_KL

CLOSE = 0.005  # of a number that is told with two or three digits


def way(d: str) -> str:
    r"""The direction that a row writes in TeX.

    >>> way(r"p \,\|\, q"), way(r"q \,\|\, p")
    ('forward', 'reverse')
    """
    return "forward" if d.startswith("p") else "reverse"


def numbers(written: str) -> list[float]:
    """
    >>> numbers("(0.5, 0, 0.5)")
    [0.5, 0.0, 0.5]
    """
    return [float(part) for part in written.strip("()").split(",")]


def discrete(lab: Lab, d: str, p: str, q: str) -> float:
    found: float = lab.directions.discrete(way(d), numbers(p), numbers(q))
    return found


def larger(lab: Lab, d: str, v: float, u: float) -> bool:
    one, other = (lab.directions.gaussian(direction, v, 0.0, u) for direction in ("forward", "reverse"))
    return bool(one > other) is (way(d) == "forward")


def alike(lab: Lab, v: float, u: float) -> bool:
    one, other = (lab.directions.gaussian(direction, v, 2.0, u) for direction in ("forward", "reverse"))
    return math.isclose(one, other, rel_tol=1e-9)


def outliers(lab: Lab, d: str, far: float, kind: str) -> bool | None:
    """Whether the variance `grows` to more than twice, or `stays` within a twentieth."""
    times = lab.directions.follows_outliers(way(d), far)
    grown = True if times >= 2.2 else False if times <= 1.05 else None
    return grown if kind == "grows" or grown is None else not grown


class KlDirections(StatementPool):
    """Statements about the two directions, and the question which is which.

    >>> KlDirections(statements=("T1.1", "F4.2", "T15.1", "F10.1", "F31.1"), polarity="all").solve()
    {'T1.1': True, 'F4.2': False, 'T15.1': True, 'F10.1': False, 'F31.1': False}
    """

    title = "The two directions of the divergence: mode-seeking and mean-seeking"
    source = ("8d",)
    points = 4
    kinds = ("text", "multiple_choice")
    options = (5, 6)
    true_ones = (2, 3, 4)
    prelude = CONTINUOUS_KL

    checks = {
        "2": lambda lab, d: lab.directions.is_likelihood(way(d)),
        "3": lambda lab, d: lab.directions.is_the_gap_of_the_elbo(d[0]),
        "4": lambda lab, d, p, q: discrete(lab, d, p, q) == math.inf,
        "5": lambda lab, d, e, p, q, forward, reverse: (
            discrete(lab, d, p, q) > discrete(lab, e, p, q)
            and abs(lab.directions.discrete("forward", numbers(p), numbers(q)) - forward) < CLOSE
            and abs(lab.directions.discrete("reverse", numbers(p), numbers(q)) - reverse) < CLOSE
        ),
        "6": lambda lab, d, w, value: lab.directions.costs_of_a_component(way(d), w, value),
        "7": lambda lab, d, mean, w, m, **_: lab.directions.has_mean(way(d), mean, w, m, 4),
        "8": lambda lab, d, variance, w, v, **_: lab.directions.has_variance(way(d), variance, w, 10, v),
        "9": lambda lab, d, m: lab.directions.peaks_in_the_gap(way(d), m),
        "10": lambda lab, mean, w, v, t, **_: lab.directions.has_mean("reverse", mean, w, 8, v, t),
        "12": lambda lab, w, how, **_: same(lab.directions.gives_one_fit(w), how == "equal"),
        "13": lambda lab, v, u, how, **_: alike(lab, v, u) is (how == "equal"),
        "14": lambda lab, d, v, u, **_: larger(lab, d, v, u),
        "15": lambda lab, m, where, **_: same(lab.directions.is_at_a_mode(m), "at one" in where),
        "17": lambda lab, d, p, q, **_: lab.directions.term(way(d), p, q) > 1,
        "19": lambda lab, d, w, what, **_: same(lab.directions.traps(way(d), w), what == "stays there"),
        "20": lambda lab, d, what, **_: same(lab.directions.grows_apart(way(d)), what == "grows"),
        "21": lambda lab, d, what, **_: same(lab.directions.broadens_apart(way(d)), what == "becomes broader"),
        "22": lambda lab, d, what, **_: same(lab.directions.moves_with_the_weight(way(d)), "moves" in what),
        "23": lambda lab, d, a, b, near, far: (
            discrete(lab, d, f"({a}, 0, {b})", near) < discrete(lab, d, f"({a}, 0, {b})", far)
        ),
        "25": lambda lab, d, w, kind, **_: lab.directions.leaves(way(d), w, kind),
        "26": lambda lab, d, rho, kind, **_: independent(lab, d, rho, kind),
        "31": lambda lab, d, far, kind, **_: outliers(lab, d, far, kind),
    }


def same(found: bool | None, said: bool) -> bool | None:
    """What is undecided stays so."""
    return None if found is None else found is said


def independent(lab: Lab, d: str, rho: float, kind: str) -> bool | None:
    """Whether the variances are `equal` to those of p, or `smaller`; between the two it is undecided."""
    variance = lab.directions.variance_beside(way(d), rho)
    smaller = True if variance <= 0.9 else False if variance >= 0.98 else None
    return same(smaller, kind == "smaller")
