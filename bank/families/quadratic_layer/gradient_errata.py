"""Four lines of gradients, of which one is wrong: it is that of a layer which is defined a little differently."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import replace
from functools import cache, cached_property
from itertools import chain
from random import Random
from typing import Any, Self

from bank.authoring import STEP, Exercise, Lab, Measurement, OneOf, Problem, Subset, Wrong, param, table_beside
from bank.families.quadratic_layer.gradient_lines import OWN, TERMS, Layer, Line, joined, layers_of

TEXTS: dict[str, Any] = table_beside(__file__)
PARAMETERS = ("x A b c", "x A b lam", "x A c lam", "A b c lam", "A b c s")
MATRICES = ("tied", "symmetric", "any")
FAULTS = {  # what of the definition may be mistaken in the line of which parameter
    "x": ("skip", "symmetry"),
    "A": ("tie", "half", "lambda"),
    "b": ("share", "lambda"),
    "c": ("share", "lambda"),
    "s": ("share", "lambda"),
    "lam": ("share",),
}
STEPS = {"x": 3, "A": 3, "b": 2, "c": 1, "s": 2, "lam": 3}


class GradientErrata(Exercise):
    r"""Which line is wrong?

    The exam's own layer, where the line of A forgets that both entries of a pair are one parameter.

    >>> exam = {"parameters": "x A b c", "matrix": "tied", "doubled": True, "half": False, "scaled": ("A",)}
    >>> GradientErrata(**exam, shared=(), skip=False, line="A", fault="tie").solve().partition(" = ")[2]
    '\\lambda\\, \\frac{\\partial L}{\\partial y_k}\\, x_i x_j\\)'
    """

    title = "Quadratic layer: the wrong gradient"
    source = ("2g+",)
    points = 2
    kinds = ("single_choice",)
    tiers = ("numeric",)
    experiment = "every line against automatic differentiation of 20 random layers of this definition"
    band = (8.0, 11.0)

    parameters: str = param(
        OneOf(PARAMETERS), "the parameters whose lines are shown; of A, b, c and s no others have a term"
    )
    matrix: str = param(OneOf(MATRICES), "A_ij and A_ji are one parameter, or two that are equal now, or any two")
    doubled: bool = param(OneOf((True, False)), "the line of x has 2 A, as of a symmetric A, in place of A + A^T")
    half: bool = param(OneOf((True, False)), "1/2 stands in front of x^T A x")
    scaled: tuple[str, ...] = param(
        Subset(OneOf(tuple(TERMS)), tuple(TERMS), 1, 4), "the parameters whose terms have lambda"
    )
    shared: tuple[str, ...] = param(Subset(OneOf(OWN), OWN, 0, 3), "the parameters that all outputs share")
    skip: bool = param(OneOf((True, False)), "the input is added to the output")
    line: str = param(OneOf(tuple(FAULTS)), "the parameter whose line is wrong")
    fault: str = param(OneOf(tuple(dict.fromkeys(chain(*FAULTS.values())))), "what of the definition it mistakes")

    prelude = r"""
        A layer maps \(\mathbf{x} \in \mathbb{R}^N\) to \(\mathbf{y} \in \mathbb{R}^N\) by

        \[y_i = <<layer.output>>, \qquad i = 1, \dots, N.\]

        <% for said in conventions %>
        - <<said>>
        <% endfor %>
    """
    stem = r"""
        A loss \(L\) is computed from \(\mathbf{y}\). Where several entries are one parameter, the derivative is that
        with respect to this parameter. \(\delta_{ij}\) is 1 for \(i = j\), otherwise 0. Three of these lines are right
        for every such layer. Which one is **wrong**?
    """
    solution = r"""
        The wrong line is that of \(<<named>>\). <<reason>>

        In this layer, <<why[line]>> The chain rule \(\frac{\partial L}{\partial <<named>>} =
        \sum_n \frac{\partial L}{\partial y_n} \frac{\partial y_n}{\partial <<named>>}\) gives

        \[<<corrected>>.\]
    """

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """First a layer of which all four lines are right, then one like it of which one line is wrong.

        So each of any four lines is the wrong one equally often.
        """
        lines = [fixed["line"]] if "line" in fixed else list(FAULTS)
        parameters = fixed.get("parameters") or rng.choice([each for each in PARAMETERS if {*lines} & {*each.split()}])
        line = rng.choice([each for each in parameters.split() if each in lines] or lines)
        faults = [fixed["fault"]] if "fault" in fixed else list(FAULTS[line])
        first = {**rng.choice(layers_of(parameters)), **fixed, "line": line, "fault": faults[0]}
        rng.shuffle(faults)
        for fault in faults:
            neighbours = list(cls(**{**first, "fault": fault}).neighbours())
            if neighbours:
                chosen = rng.choice(neighbours)
                return {name: getattr(chosen, name) for name in cls.domains()}
        return first

    def neighbours(self) -> Iterator[Self]:
        """The layers of which all lines but one are those of this layer, by this line and its fault."""
        changes = [self._change]
        if self.fault == "tie" and self.matrix == "tied":
            changes = [{"matrix": "symmetric"}, {"matrix": "any"}]
        elif self.fault == "symmetry":
            changes = [{"matrix": "any"}] if self.matrix == "symmetric" else []
        for other in (replace(self, **change) for change in changes):
            if not any(other.constraints()):
                yield other

    @property
    def _change(self) -> dict[str, Any]:
        """What of the definition is otherwise for who writes the wrong line."""
        if self.fault == "tie":
            return {"matrix": "symmetric" if self.matrix == "tied" else "tied"}
        if self.fault == "symmetry":
            return {"matrix": "symmetric"}
        if self.fault in ("skip", "half"):
            return {self.fault: not getattr(self, self.fault)}
        name = {"lambda": "scaled", "share": "shared"}[self.fault]
        return {name: tuple(sorted({*getattr(self, name)} ^ {self.line}))}

    def constraints(self) -> Iterator[Problem]:
        names, x = self.parameters.split(), "x" in self.parameters
        if self.fault not in FAULTS[self.line]:
            yield Problem("/params/fault", f"the line of {self.line} can mistake {', '.join(FAULTS[self.line])}")
        elif self.line not in names:
            yield Problem("/params/line", f"the lines of {self.parameters} are shown")
        elif not {*self.scaled} <= {*names}:
            yield Problem("/params/scaled", "the layer has no such term")
        elif not {*self.shared} <= {*names}:
            yield Problem("/params/shared", "a parameter is shared whose line is not shown")
        elif not x and (self.skip or self.matrix == "symmetric"):
            yield Problem("/params/parameters", "where the line of x is not shown, this makes no difference")
        elif self.doubled and (not x or (self.matrix == "any") != (self.fault == "symmetry")):
            yield Problem("/params/doubled", "the line of x has 2 A where A is symmetric, or is taken for it")
        elif not (self.scaled and self.mistaken.scaled) or self._altered != [self.line]:
            yield Problem("/params/fault", f"the line of {self.line}, and it alone, would not be wrong")

    @cached_property
    def layer(self) -> Layer:
        names, sets = tuple(self.parameters.split()), (frozenset(self.scaled), frozenset(self.shared))
        return Layer(names, self.matrix, self.doubled, self.half, *sets, self.skip)

    @cached_property
    def mistaken(self) -> Layer:
        """The layer that the wrong line belongs to."""
        return replace(self, **self._change).layer

    @property
    def _altered(self) -> list[str]:
        """The lines that are otherwise for that layer."""
        pairs = zip(self.layer.lines.items(), self.mistaken.lines.values(), strict=True)
        return [name for (name, own), other in pairs if own.right != other.right]

    def identity(self, kind: str) -> Hashable:
        """Where the line of x has A + A^T, nothing depends on whether A is symmetric now."""
        matrix = self.matrix if self.doubled or self.matrix == "tied" else "any"
        return replace(self.layer, matrix=matrix), self.line, self.fault

    @classmethod
    @cache
    def space(cls, kind: str) -> int:
        """Whatever can be drawn is listed."""
        first = (
            cls(**layer, line=line, fault=fault)
            for parameters in PARAMETERS
            for layer in layers_of(parameters)
            for line in parameters.split()
            for fault in FAULTS[line]
        )
        return len({other.identity(kind) for each in first for other in each.neighbours()})

    def solve(self) -> str:
        return _shown(self.line, self.mistaken.lines[self.line])

    def effort(self) -> float:
        """The four lines are derived."""
        return sum(STEPS[name] for name in self.layer.names) * STEP

    def distractors(self) -> Iterator[Wrong]:
        for name, line in self.layer.lines.items():
            if name != self.line:
                yield Wrong(_shown(name, line), f"This line is right: {self.why[name]}")

    def measured(self, lab: Lab) -> Measurement:
        """The line that deviates when all are tried on the same layers, if it is one and the others do not."""
        lines = {**self.layer.lines, self.line: self.mistaken.lines[self.line]}
        verdicts = {
            name: lab.defined_layers.verdict(self.layer.definition, name, line.claim) for name, line in lines.items()
        }
        wrong = [name for name, right in verdicts.items() if right is False]
        if len(wrong) != 1 or None in verdicts.values():
            return Measurement(f"undecided: {verdicts}", tolerance=0.0)
        return Measurement(_shown(wrong[0], lines[wrong[0]]), tolerance=0.0)

    @property
    def conventions(self) -> Iterator[str]:
        """Which numbers are one parameter."""
        yield TEXTS["matrix"][self.matrix]
        for name in OWN:
            if name in self.layer.names:
                yield TEXTS["shared" if name in self.shared else "own"][name]
        if not self.layer.trained:
            yield TEXTS["fixed"]

    @property
    def named(self) -> str:
        return str(TEXTS["named"][self.line])

    @property
    def corrected(self) -> str:
        return f"{_left(self.line)} = {self.layer.lines[self.line].right}"

    @property
    def reason(self) -> str:
        """Which layer the wrong line belongs to."""
        mistaken = {"tie": self.mistaken.matrix == "tied", "skip": self.mistaken.skip, "half": self.mistaken.half}
        mistaken |= {"lambda": self.line in self.mistaken.scaled, "share": self.line in self.mistaken.shared}
        term = TERMS.get(self.line, "").format("k" if self.line == "A" else "i")
        told: str = TEXTS["reasons"][self.fault]["too_much" if mistaken.get(self.fault) else "missing"]
        return told.replace("@term", term).replace("@", self.named)

    @cached_property
    def why(self) -> dict[str, str]:
        """How each line is derived for this layer."""
        return {name: self._derived(name, line) for name, line in self.layer.lines.items()}

    def _derived(self, name: str, line: Line) -> str:
        if name == "x":
            twice = self.doubled and self.matrix != "any"
            parts = ["doubled" if twice else "pairs", *(["skip"] if self.skip else []), "slope"]
        elif name == "A":
            parts = ["tied" if self.matrix == "tied" else "free"]
        else:
            parts = ["shared" if name in self.shared else "own"]
        said = joined(*(TEXTS["why"][part] for part in parts))
        return said.replace("@slope", line.slope).replace("@", TEXTS["named"][name])


def _left(name: str) -> str:
    return rf"\frac{{\partial L}}{{\partial {TEXTS['named'][name]}}}"


def _shown(name: str, line: Line) -> str:
    return rf"\(\displaystyle {_left(name)} = {line.right}\)"
