"""A step of gradient descent in letters."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from bank.authoring import Exact, Matrix, Real, Whole, parse, transposed


class Lettering(NamedTuple):
    """Of a step in letters: its learning rate, the components of the point before, and which of them is asked for."""

    rate: str
    start: str
    place: int

    def filled(self, texts: Mapping[str, str], S: Matrix, A: Matrix, b: Sequence[Exact]) -> dict[str, str]:
        """Formulas with the learning rate `h`, the letter `x` that is asked for, and the derivative by it.

        That is `slope`; `rows` and `columns` take the entries of A alone, `added` adds b.
        """
        row, less = self.place - 1, b[self.place - 1]
        forms = {"slope": (S, less), "rows": (A, less), "columns": (transposed(A), less), "added": (S, -less)}
        sums = {name: sum_of(matrix[row], self.start, entry) for name, (matrix, entry) in forms.items()}
        return {name: text.format(h=self.rate, x=self.start[row], **sums) for name, text in texts.items()}

    def domain(self, letters: Iterable[str]) -> dict[str, Real | Whole]:
        """What they may stand for: the learning rate, an eigenvalue "lam", a number of steps "k", else a component."""
        known: dict[str, Real | Whole] = {self.rate: Real(0, 2), "lam": Real(0, 50), "k": Whole(1, 12)}
        return {letter: known.get(letter, Real(-10, 10)) for letter in letters}

    def tex(self, formula: str) -> str:
        """As one writes it by hand."""
        return parse(formula, [self.rate, *self.start, "lam", "k"]).tex.replace(r" \cdot ", r"\, ")

    @property
    def vector(self) -> str:
        """The point, in TeX."""
        return r"\begin{pmatrix} " + r" \\ ".join(self.start) + r" \end{pmatrix}"

    @property
    def ordinal(self) -> str:
        return ("first", "second", "third")[self.place - 1]


def sum_of(factors: Sequence[Exact], letters: str, less: Exact = 0) -> str:
    """Factors times letters, less a number, as a formula.

    >>> sum_of([2, 0, -1], "uvw", 4), sum_of([-1, 3], "uvw")
    ('2*u - w - 4', '-u + 3*v')
    """
    terms = [(factor, letter) for factor, letter in zip(factors, letters, strict=False) if factor]
    written = [f"{'-' if a < 0 else '+'} {letter if abs(a) == 1 else f'{abs(a)}*{letter}'}" for a, letter in terms]
    written += [f"{'-' if less > 0 else '+'} {abs(less)}"] if less else []
    text = " ".join(written).removeprefix("+ ")
    return f"-{text[2:]}" if text.startswith("- ") else text
