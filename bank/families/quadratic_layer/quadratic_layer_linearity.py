"""In which of its arguments the output of a quadratic layer is linear or affine, and in which it is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any

from bank.authoring import STEP, Exercise, Lab, Lists, Measurement, OneOf, Problem, Wrong, in_a_sentence, param
from bank.families.quadratic_layer.term_layers import NONE, TABLE, TRAINED, Layer, all_layers
from bank.families.quadratic_layer.term_layers.patterns import ARGUMENTS, OPTIONS, are_nested, patterns_of, weights_of

SYMBOLS: dict[str, str] = TABLE["symbols"]
NUMBERS = (0, 2, 3, 4, -1, -2, -3)
CLAIMS = ("linear", "affine")


class QuadraticLayerLinearity(Exercise):
    """Four arguments, alone or several together.

    Of lambda x^T A x + x^T b, each term has one factor of A and b together, but the second has none of A alone.

    >>> layer = {"quadratic": "form", "linear": "b", "constant": "none", "after": "none", "lam": 2}
    >>> asked = {"claim": "linear", "arguments": ("x", "A", "b", "A+b")}
    >>> QuadraticLayerLinearity(**layer, **asked).solve()
    {'x': False, 'A': False, 'b': False, 'A+b': True}
    """

    title = "Quadratic layer: where it is linear"
    source = ("2a+",)
    points = 2
    kinds = ("multiple_choice",)
    tiers = ("exact",)
    experiment = (
        "sums and multiples of the arguments at 2048 points with whole numbers, through the layer built of terms"
    )
    band = (5, 9)

    claim: str = param(OneOf(CLAIMS), "whether linear or affine")
    quadratic: str = param(OneOf(tuple(TABLE["quadratic"])), "the term with the matrix")
    linear: str = param(OneOf((NONE, *TABLE["linear"])), "the term with the vector b")
    constant: str = param(OneOf((NONE, *TABLE["constant"])), "the term with the scalar c")
    after: str = param(OneOf((NONE, *TABLE["after"])), "the layer that follows")
    lam: str | int = param(OneOf((TRAINED, *NUMBERS)), "lambda: trained, or a fixed number")
    arguments: tuple[str, ...] = param(
        Lists(OneOf(ARGUMENTS), OPTIONS, OPTIONS, distinct=True), "the options, in the order shown"
    )

    stem = TABLE["stem"]
    solution = TABLE["solution"]

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """One or two right options, more seldom three, and each argument as often right as wrong."""
        claim = fixed.get("claim") or rng.choice(CLAIMS)
        (pattern,) = rng.choices(patterns_of(claim), cum_weights=weights_of(claim))
        layers = [layer for place, layer in enumerate(all_layers()) if pattern.layers >> place & 1]
        for part in ("after", "lam"):
            value = rng.choice(sorted({getattr(layer, part) for layer in layers}, key=str))
            layers = [layer for layer in layers if getattr(layer, part) == value]
        layer = rng.choice(layers)
        lam = rng.choice([number for number in NUMBERS if number]) if layer.lam == 1 else layer.lam
        order = tuple(rng.sample(pattern.names, OPTIONS))
        return {**layer._replace(lam=lam)._asdict(), "claim": claim, "arguments": order}

    @classmethod
    def space(cls, kind: str) -> int:
        """Layers, each with every set of options that is fair of it."""
        return sum(pattern.layers.bit_count() for claim in CLAIMS for pattern in patterns_of(claim))

    def identity(self, kind: str) -> tuple[Any, ...]:
        """Neither the order of the options nor the number that lambda is, but for 0, makes another question."""
        layer = self.layer._replace(lam=self.lam if self.lam == TRAINED else int(self.lam != 0))
        return self.claim, layer, frozenset(self.arguments)

    def effort(self) -> float:
        """A thought for each option, and for each term."""
        return STEP * (OPTIONS + len(self.layer.terms))

    def constraints(self) -> Iterator[Problem]:
        yield from self.layer.problems()
        for place, argument in enumerate(self.arguments):
            if missing := set(argument.split("+")) - self.layer.arguments:
                yield Problem(
                    f"/params/arguments/{place}", f"this layer has no {' or '.join(sorted(missing))} to change"
                )
        if self.claim == "affine" and are_nested(self.arguments):
            yield Problem("/params/arguments", "what is affine in some arguments together is so in each of them")

    @property
    def layer(self) -> Layer:
        return Layer(self.quadratic, self.linear, self.constant, self.after, self.lam)

    def solve(self) -> dict[str, bool]:
        return {argument: self.layer.is_so(self.claim, argument) for argument in self.arguments}

    def distractors(self) -> Iterator[Wrong]:
        key = self.solve()
        yield from (Wrong(key | {argument: not holds}, self.why(argument)) for argument, holds in key.items())

    def show(self, options: Sequence[Any]) -> list[str]:
        return [_named(argument) + (" together" if "+" in argument else "") for argument in options]

    def why(self, argument: str) -> str:
        """What decides whether it holds in an argument: the term that grows too fast, or does not grow, or none."""
        names, named = argument.split("+"), _named(argument)
        factor = f"factor from {named}" if len(names) > 1 else f"factor {named}"
        degrees = [(max(term.degrees(names)), term) for term in self.layer.terms]
        most, term = max(degrees, key=lambda each: each[0])
        least, still = min(degrees, key=lambda each: min(each[1].degrees(names)))
        if most > 1 and term.whole:
            changing = [name for name in names if any(max(own.degrees([name])) for own in self.layer.own)]
            return str(TABLE["after"][self.after]["bends"]).replace("<<named>>", _named("+".join(changing)))
        if most > 1:
            return rf"Doubling {named} multiplies \({term.tex}\) by {2**most}."
        if self.claim == "linear" and least == 0:
            twice = "doubling " + {1: named, 2: "both"}.get(len(names), "all of them")
            return rf"\({still.tex}\) does not change with {named}: {twice} does not double \({self.output}\)."
        if self.claim == "linear":
            return f"Each term has exactly one {factor}."
        if most == 0:
            return rf"\({self.output}\) does not change with {named}, and a constant function is affine."
        return f"No term has more than one {factor}."

    @property
    def output(self) -> str:
        return "y" if self.after == NONE else "z"

    @property
    def written(self) -> str:
        return " + ".join(term.tex for term in self.layer.written)

    @property
    def told(self) -> str:
        """What the letters of the formula are."""
        lam = r"\(\lambda \in \mathbb{R}\)" if self.lam == TRAINED else rf"\(\lambda = {self.lam}\) is fixed"
        told = [TABLE[part][name]["told"] for part, name in self.layer.parts.items()]
        return in_a_sentence([*told, lam])

    @property
    def follows(self) -> Mapping[str, str] | None:
        found: Mapping[str, str] | None = TABLE["after"].get(self.after)
        return found

    @property
    def definition(self) -> str:
        return str(TABLE["definitions"][self.claim])

    @property
    def vanishing(self) -> str:
        return self.layer.written[0].tex if self.lam == 0 else ""

    @property
    def expanded(self) -> str:
        """The output as a sum, where it was not written so."""
        terms = self.layer.terms
        written = self.after == NONE or any(term.whole for term in terms)
        return "" if written else " + ".join(term.tex for term in terms)

    @property
    def judgements(self) -> list[tuple[str, bool, str]]:
        key = self.solve()
        return [(text, key[a], self.why(a)) for text, a in zip(self.show(list(key)), key, strict=True)]

    def measured(self, lab: Lab) -> Measurement:
        terms, after = tuple(self.layer.parts.values()), self.after
        found = {a: lab.linearity.holds(self.claim, terms, after, self.lam, a.split("+")) for a in self.arguments}
        return Measurement(found, tolerance=0.0)


def _named(argument: str) -> str:
    return in_a_sentence([rf"\({SYMBOLS[name]}\)" for name in argument.split("+")])
