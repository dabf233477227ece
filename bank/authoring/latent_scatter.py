"""The scatter of codes in the plane of an adversarial autoencoder, as questions show it; and one that is made up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from math import ceil, cos, hypot, pi, sin
from random import Random
from statistics import fmean
from typing import Any

from bank.authoring.plot import Cloud, Plot, Ring
from bank.authoring.run import Run, Shown
from bank.latent_plane import CIRCLE, CLASSES, MODES, RADIUS, SIGMA

STEP = 2 * pi / MODES  # angle from one mode to the next
SPAN = 6.5
DECIMALS = 3
APART = 0.5  # of two notes
MADE_UP = 40  # codes of a class

Point = tuple[float, float]
Names = Sequence[int]
OWN: Names = range(CLASSES)  # every class and mode by its own number

PLOT = Plot(
    title="",
    x="first coordinate of the code",
    y="second coordinate of the code",
    alt="The codes of <<images>> images as points of the plane. Their ten classes are told by colour and marker, the "
    "modes of the prior are circles of two standard deviations with their numbers beside them. The table counts the "
    "codes of each class in each mode, and the codes of a mode that lie outside its circle",
    clouds=tuple(Cloud(f"x{number}", f"y{number}", f"class {number}") for number in range(CLASSES)),
    span=SPAN,
    notes="notes",
    table="table",
)


def run_of(labels: str, seed: int) -> Run:
    """The run whose scatter is shown: which images had a label, and the seed."""
    return Run("aae_figure", {"labels": labels, "seed": seed}, made_up(labels, seed))


def renamed(table: Sequence[Sequence[int]], names: Names) -> list[list[int]]:
    """Counts by mode and class, once number c is called names[c], of classes and modes alike.

    >>> renamed([[1, 2], [3, 4]], (1, 0))
    [[4, 3], [2, 1]]
    """
    places = [names.index(name) for name in range(len(names))]
    return [[table[mode][number] for number in places] for mode in places]


def shown(result: Mapping[str, Any], names: Names = OWN, turn: int = 0) -> Shown:
    """All codes, in a plane turned by so many modes; number c is called names[c], of classes and modes alike."""
    across, up = cos(turn * STEP), sin(turn * STEP)

    def turned(points: Sequence[Point]) -> tuple[list[float], list[float]]:
        return (
            [round(x * across - y * up, DECIMALS) for x, y in points],
            [round(x * up + y * across, DECIMALS) for x, y in points],
        )

    series: dict[str, Any] = {"images": sum(map(len, result["points"]))}
    for number, points in enumerate(result["points"]):
        series[f"x{names[number]}"], series[f"y{names[number]}"] = turned(points)
    outside = [result["outside"][names.index(mode)] for mode in range(MODES)]
    rows = [[f"mode {mode}", *counts, outside[mode]] for mode, counts in enumerate(renamed(result["table"], names))]
    series["table"] = {"columns": ["", *(cloud.label for cloud in PLOT.clouds), "outside the circle"], "rows": rows}
    series["notes"] = _notes(zip(*turned(result["middles"]), names, strict=True))
    series["order"] = [names[(place - turn) % MODES] for place in range(MODES)]
    rings = tuple(Ring(*_centre(place), CIRCLE, f"mode {number}") for place, number in enumerate(series["order"]))
    return Shown(replace(PLOT, span=max(SPAN, ceil(2 * result["radius"]) / 2), rings=rings), series)


def _notes(middles: Iterable[tuple[float, float, int]]) -> list[tuple[float, float, str]]:
    """The number of each class in the middle of its codes; no two at one place."""
    notes: list[tuple[float, float, str]] = []
    for x, y, number in middles:
        while any(hypot(x - other[0], y - other[1]) < APART for other in notes):
            y = round(y - APART / 2, DECIMALS)
        notes.append((x, y, str(number)))
    return notes


@lru_cache
def _centre(place: int) -> Point:
    return RADIUS * cos(place * STEP), RADIUS * sin(place * STEP)


@lru_cache(maxsize=64)
def made_up(labels: str, seed: int) -> dict[str, Any]:
    """A result in the form of a real one, which no training made."""
    rng = Random(f"a scatter that is made up/{labels}/{seed}")
    table, outside = [[0] * CLASSES for _ in range(MODES)], [0] * MODES
    points, middles = [], []
    for number, homes in enumerate(_homes(rng, labels)):
        codes = {place: [_code(rng, place, labels) for _ in range(count)] for place, count in homes.items()}
        for place, group in codes.items():
            table[place][number] = len(group)
            outside[place] += sum(hypot(x - _centre(place)[0], y - _centre(place)[1]) > CIRCLE for x, y in group)
        points.append([code for group in codes.values() for code in group])
        middles.append(tuple(round(fmean(axis), DECIMALS) for axis in zip(*max(codes.values(), key=len), strict=True)))
    told = {"table": table, "outside": outside, "points": points, "middles": middles}
    return told | {"radius": max(hypot(*code) for group in points for code in group), "candidate": 0, "accepted": True}


def _homes(rng: Random, labels: str) -> Iterator[dict[int, int]]:
    """Of each class, how many of its codes lie in which mode: pairs that look alike share theirs, if any do."""
    order = list(range(MODES)) if labels in ("all", "few") else rng.sample(range(MODES), MODES)
    mixed = rng.sample(range(5), {"none": 3, "few": 2, "all": 0, "random": 5}[labels])
    for pair in range(5):
        one, other = order[2 * pair], order[2 * pair + 1]
        part = rng.randint(12, 20) if pair in mixed else 0
        beyond = rng.randint(10, 12) if labels == "random" else 0
        third = rng.choice([place for place in range(MODES) if place not in (one, other)])
        for home, second in ((one, other), (other, one)):
            homes = {home: MADE_UP - part - beyond, second: part, third: beyond}
            yield {place: count for place, count in homes.items() if count}


def _code(rng: Random, place: int, labels: str) -> Point:
    """A code in a mode; where labels are random, often between the modes."""
    inwards = rng.uniform(0.5, 1) if labels == "random" else 1.0
    x, y = _centre(place)
    dx, dy = (SIGMA * max(-1.6, min(1.6, rng.gauss(0, 1))) * inwards for _ in "xy")
    return round(x * inwards + dx, 3), round(y * inwards + dy, 3)
