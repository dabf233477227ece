"""Statements about the codes that a figure shows: chosen so that each is clearly true or clearly false of this run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any, ClassVar

from bank.authoring.occupancy import Occupancy
from bank.authoring.statements import Statement, contrary
from bank.notation.text import fill

if TYPE_CHECKING:
    from bank.authoring.laboratory import Lab

TOLD = {"none": 0.3, "all": 0.9}  # how often one says which labels there were; see `weights`
GENERAL = 0.5  # how often one is about such trainings, where none is about the labels
LEAST_TOLD = 0.005  # of the codes of a class: what is less goes without saying
LEVEL = "E3"

Values = tuple[int, ...]


class PlaneStatements:
    """What `texts` say of a run with these `labels`: `figure`, `told` and `general`, as aae_latent_figure.toml has it.

    `drawn` is the series of the figure, from which the lab counts again. With runs drawn by `weights`, each
    statement is as often true as false.
    """

    weights: ClassVar[Mapping[str, int]] = {"none": 3, "few": 1, "all": 1, "random": 1}

    def __init__(
        self, texts: Mapping[str, Any], labels: str, table: Sequence[Sequence[int]], drawn: Mapping[str, Any]
    ) -> None:
        self.texts, self.labels, self.drawn = texts, labels, drawn
        self.plane = Occupancy(table)

    def some(self, rng: Random, truths: Sequence[bool]) -> list[Statement]:
        """So many, true and false in this order; no two of them name one class or one mode."""
        first = self._about_trainings(rng, truths[0])
        found = [first] if first else []
        found += self._of_the_figure(rng, truths[len(found) :])
        return found

    def _about_trainings(self, rng: Random, truth: bool) -> Statement | None:
        if rng.random() < TOLD.get(self.labels, 0):
            entry = next(entry for entry in self.texts["told"] if (self.labels in entry["true"]) is truth)
            return Statement(entry["id"], entry["says"], truth, self._lesson, LEVEL, partial(_were, self, entry))
        return self._general(rng, truth) if rng.random() < GENERAL else None

    @property
    def _lesson(self) -> str:
        return " ".join(self.texts["training_shows"][self.labels].split())

    def _general(self, rng: Random, truth: bool) -> Statement:
        entry = rng.choice(self.texts["general"])
        name = entry["check"]
        text, check = entry["true" if truth else "false"], partial(_found, name)
        return Statement(
            f"{name} {truth}".lower(), text, truth, entry["why"], LEVEL, check if truth else contrary(check)
        )

    def _of_the_figure(self, rng: Random, truths: Sequence[bool]) -> Iterator[Statement]:
        """Propositions that are true of some classes and modes and false of others, each once as long as there are."""
        found, taken = dict(self._two_sided()), set[str]()
        order = rng.sample(list(found), len(found))
        for truth in truths:
            name, values = next(
                (name, values)
                for name in order
                for values in rng.sample(found[name][truth], len(found[name][truth]))
                if not taken & self._named(name, values)
            )
            order.append(order.pop(order.index(name)))
            taken |= self._named(name, values)
            yield self._statement(name, values, truth)

    def _two_sided(self) -> Iterator[tuple[str, dict[bool, list[Values]]]]:
        for name in self.texts["figure"]:
            found: dict[bool, list[Values]] = {True: [], False: []}
            for values, holds in self.plane.found(name):
                if holds is not None:
                    found[holds].append(values)
            if all(found.values()):
                yield name, found

    def _named(self, name: str, values: Values) -> set[str]:
        """The classes and modes in a statement: a2, k7."""
        found = {f"{'k' if letter == 'k' else 'a'}{value}" for letter, value in self._at(name, values).items()}
        return found | ({f"k{values[0]}"} if name == "owns" else set())

    def _at(self, name: str, values: Values) -> dict[str, int]:
        return dict(zip(self.texts["figure"][name]["at"], values, strict=True))

    def _statement(self, name: str, values: Values, truth: bool) -> Statement:
        form, at = self.texts["figure"][name], self._at(name, values)
        whys = (self._mode(at["k"]) if letter == "k" else self._class(at[letter]) for letter in form["why"])
        why = "; ".join(told if not place else f"{told[0].lower()}{told[1:]}" for place, told in enumerate(whys))
        text = fill(form["says"], **at)
        told = " ".join(str(value) for value in values)
        return Statement(f"{name} {told}", text, truth, why, LEVEL, partial(_says, self, name, values))

    def _class(self, a: int) -> str:
        """Where its codes lie."""
        shares = {f"mode {k}": row[a] for k, row in enumerate(self.plane.shares)}
        return f"Of the codes of class {a}, {_listed(shares, 'lie in')}"

    def _mode(self, k: int) -> str:
        shares = {f"class {a}": share for a, share in enumerate(self.plane.shares[k])}
        told = _listed(shares, "of the codes of")
        return f"Mode {k} has {told}" if told else f"Mode {k} has hardly any codes"


def _listed(shares: Mapping[str, float], between: str) -> str:
    """
    >>> _listed({"mode 2": 0.1, "mode 5": 0.9, "mode 7": 0.0}, "lie in")
    '90 % lie in mode 5 and 10 % lie in mode 2'
    """
    told = [f"{share:.0%} {between} {name}".replace("%", " %") for name, share in _largest(shares)]
    return " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)


def _largest(shares: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(((n, share) for n, share in shares.items() if share >= LEAST_TOLD), key=lambda each: -each[1])


def _says(told: PlaneStatements, name: str, values: Values, lab: Lab) -> bool | None:
    found: bool | None = lab.scatters.says(told.drawn, name, values)
    return found


def _were(told: PlaneStatements, entry: Mapping[str, Any], lab: Lab) -> bool | None:
    labels = lab.scatters.labels(told.drawn)
    return True if labels in entry["true"] else False if labels in entry["false"] else None


def _found(name: str, lab: Lab) -> bool | None:
    found: bool | None = getattr(lab.aae, name)()
    return found
