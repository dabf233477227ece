"""A line of gradients as it is printed, read token by token: so the lab tries what a learner sees."""

import re
from fractions import Fraction

INDICES = {"x": "i", "A": "kij", "b": "ij", "c": "i", "s": "i", "lam": "i"}  # of the left-hand sides
SPACE = re.compile(r"\\,|\s")
ATOMS = {  # what is printed, without spaces: its value in a draw of the lab, where `at` gives numbers for index letters
    r"\\frac\{\\partialL\}\{\\partialy_(\w)\}": lambda d, at, k: d.g[at[k]],
    r"\\frac\{1\}\{2\}": lambda d, at: Fraction(1, 2),
    r"\\lambda\^\{\((\w)\)\}": lambda d, at, k: d.lam[at[k]],
    r"\\lambda": lambda d, at: d.lam[0],
    r"\\mathbf\{x\}\^\\top\\mathbf\{A\}\^\{\((\w)\)\}\\mathbf\{x\}": lambda d, at, k: sum(
        x * a * z for x, row in zip(d.x, d.A[at[k]], strict=True) for a, z in zip(row, d.x, strict=True)
    ),
    r"\\mathbf\{x\}\^\\top\\mathbf\{b\}\^\{\((\w)\)\}": lambda d, at, k: sum(map(int.__mul__, d.x, d.b[at[k]])),
    r"A\^\{\((\w)\)\}_\{(\w)(\w)\}": lambda d, at, k, i, j: d.A[at[k]][at[i]][at[j]],
    r"b\^\{\((\w)\)\}_(\w)": lambda d, at, k, i: d.b[at[k]][at[i]],
    r"c\^\{\((\w)\)\}": lambda d, at, k: d.c[at[k]],
    r"s_(\w)": lambda d, at, i: d.s[at[i]],
    r"x_(\w)": lambda d, at, i: d.x[at[i]],
    r"\\delta_\{(\w)(\w)\}": lambda d, at, i, j: int(at[i] == at[j]),
    r"2": lambda d, at: 2,
}


class Reader:
    """Evaluates one right-hand side; a sum is over the product that follows it."""

    def __init__(self, tex, draw):
        self.tex, self.draw, self.place = SPACE.sub("", tex), draw, 0

    def take(self, pattern):
        found = re.compile(pattern).match(self.tex, self.place)
        self.place = found.end() if found else self.place
        return found

    def total(self, at):
        value = self.product(at)
        while sign := self.take("[+-]"):
            value += self.product(at) * (1 if sign[0] == "+" else -1)
        return value

    def product(self, at):
        value, factors = 1, 0
        while (factor := self.factor(at)) is not None:
            value, factors = value * factor, factors + 1
        assert factors, f"cannot be read from here: {self.tex[self.place :]}"
        return value

    def factor(self, at):
        if letter := self.take(r"\\sum_(\w)"):
            start, values = self.place, []
            for index in range(len(self.draw.x)):
                self.place = start
                values.append(self.product({**at, letter[1]: index}))
            return sum(values)
        if self.take(r"\\left\("):
            value = self.total(at)
            assert self.take(r"\\right\)")
            return value
        for pattern, value in ATOMS.items():
            if found := self.take(pattern):
                return value(self.draw, at, *found.groups())
        return None


def claim_of(name, tex):
    """The derivative by a parameter that the text claims: of a draw, and of indices from 0."""

    def claim(draw, *indices):
        reader = Reader(tex, draw)
        value = reader.total(dict(zip(INDICES[name], indices, strict=True)))
        assert reader.place == len(reader.tex), f"cannot be read from here: {reader.tex[reader.place :]}"
        return value

    return claim


def loss_of(tex, draw):
    """A loss whose derivative by y is g everywhere, where y_i is printed so."""
    return sum(g * Reader(tex, draw).total({"i": place}) for place, g in enumerate(draw.g))
