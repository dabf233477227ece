"""Layers from R^M to R that are put together of terms, and the degree of their output in each argument."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations_with_replacement, product
from pathlib import Path
from typing import NamedTuple

from bank.authoring import Problem, table_beside

TABLE = table_beside(str(Path(__file__).parent.with_name("quadratic_layer_linearity")))
PARTS = ("quadratic", "linear", "constant")  # terms of the layer, in the order written
NONE = "none"
PLAIN = {"quadratic": ("form",), "linear": ("b", NONE), "constant": ("c", NONE), "after": (NONE, "scaled", "linear")}
UNUSUAL = 2  # things at most in which a layer differs from the lecture's
TRAINED = "trained"


class Term(NamedTuple):
    """A term of an output, and how often each argument stands in its products; `whole` where y is no sum in it."""

    tex: str
    products: Sequence[Mapping[str, int]]
    whole: bool = False

    def degrees(self, names: Iterable[str]) -> set[int]:
        """Of its products in some arguments together."""
        return {sum(powers.get(name, 0) for name in names) for powers in self.products}


class Layer(NamedTuple):
    """What stands for each term, what follows, and lambda; nothing of it says what is asked."""

    quadratic: str
    linear: str
    constant: str
    after: str
    lam: str | int

    @property
    def parts(self) -> Mapping[str, str]:
        """The terms that are there, by their place."""
        return {part: getattr(self, part) for part in PARTS if getattr(self, part) != NONE}

    @property
    def written(self) -> Sequence[Term]:
        """All terms of y, even one that is 0 since lambda is."""
        told = [TABLE[part][name] for part, name in self.parts.items()]
        return [Term(each["tex"], [{k: v for k, v in each["powers"].items() if self._varies(k)}]) for each in told]

    @property
    def own(self) -> Sequence[Term]:
        """The terms of y that are not 0."""
        return self.written[self.lam == 0 :]

    @property
    def terms(self) -> Sequence[Term]:
        """The terms of the output that are not 0."""
        own = self.own
        shift = Term("d", [{"d": 1}])
        if self.after == NONE:
            return own
        if self.after in ("relu", "squared"):
            return [Term(TABLE["after"][self.after]["whole"], _squared(own), whole=True), shift]
        last = {"scaled": [], "linear": [shift], "shifted": [_weighted(shift)]}[self.after]
        return [*map(_weighted, own), *last]

    @property
    def arguments(self) -> set[str]:
        """What may change, in the layer and in what follows it."""
        inner = {name for term in self.written for name in term.products[0]}
        return inner | {NONE: set(), "scaled": {"v"}}.get(self.after, {"v", "d"})

    def _varies(self, name: str) -> bool:
        return name != "lam" or self.lam == TRAINED

    def is_so(self, claim: str, argument: str) -> bool:
        """Whether the output is linear, or affine, in an argument or in several together."""
        found = set().union(*(term.degrees(argument.split("+")) for term in self.terms))
        return found == {1} if claim == "linear" else max(found) <= 1

    def problems(self) -> Iterator[Problem]:
        unusual = [place for place, plain in PLAIN.items() if getattr(self, place) not in plain]
        if len(unusual) > UNUSUAL:
            yield Problem("/params", f"{', '.join(unusual)}: at most {UNUSUAL} of them may differ from the lecture")
        if self.quadratic == "form_lam_squared" and self.lam != TRAINED:
            yield Problem("/params/lam", "lambda is squared, and not trained")
        if self.quadratic == "form_alone" and (self.lam == 0 or (self.linear != "lam_b" and self.constant != "lam_c")):
            yield Problem("/params/lam", "lambda does not stand beside the matrix, and leaves too little elsewhere")
        if self.lam == 0 and (self.linear in (NONE, "lam_b") or self.constant == "lam_c"):
            yield Problem("/params/lam", "lambda is 0, and too little is left of the layer")
        if self.after == "relu" and (self.quadratic == "form_A_squared" or self.linear == "b_squared"):
            yield Problem("/params/after", "of squares alone ReLU may change nothing")


@cache
def all_layers() -> Sequence[Layer]:
    """Every layer that is drawn; of the fixed numbers lambda is 0 or 1."""
    choices = [list(TABLE["quadratic"]), *([NONE, *TABLE[part]] for part in (*PARTS[1:], "after")), [TRAINED, 0, 1]]
    return [layer for layer in (Layer(*chosen) for chosen in product(*choices)) if not any(layer.problems())]


def _weighted(term: Term) -> Term:
    """Multiplied by v."""
    return Term(rf"v\, {term.tex}", [{**powers, "v": 1} for powers in term.products])


def _squared(terms: Sequence[Term]) -> Sequence[Mapping[str, int]]:
    """The products in v y^2; as far as degrees go those in v max(y, 0), too: neither is affine in what changes y."""
    pairs = combinations_with_replacement([term.products[0] for term in terms], 2)
    return [{**Counter(p) + Counter(q), "v": 1} for p, q in pairs]
