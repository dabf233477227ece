"""What the symmetry of A does and does not: each method measures one proposition about quadratic forms.

Polynomials of degree 2 in each variable are told apart by their values on {-1, 0, 1}^M, so equality on that grid is
equality everywhere. Numbers are small and whole, so that float64 is exact, unless a method says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from bank.lab import Lab
    from bank.lab.layers import QuadraticLayer

Rows = Sequence[Sequence[int | Fraction]]
Form = Callable[[Sequence[int]], int | Fraction]

M, N = 3, 2
SIZES = (2, 3, 4)
DRAWS = 10
STEPS, RATE, DECAY, SAMPLES = 300, 0.005, 0.2, 32  # of the descent that T7 and T8 watch
UNCHANGED, GEOMETRIC = 1e-12, 1e-9  # by how much rounding may blur that


class Symmetry:
    """Forms with whole numbers, and layers whose matrices are or are not symmetric."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def symmetric_matrix(self, A: Rows) -> tuple[tuple[Fraction, ...], ...]:
        """The symmetric matrix of the form of A, from values of that form: half its second differences."""
        q, n = form(A), len(A)
        x = [self.lab.rng("where a form is read").randint(-5, 5) for _ in range(n)]
        base = q(x)

        def second(i: int, j: int) -> Fraction:
            return Fraction(q(_moved(x, i, j)) - q(_moved(x, i)) - q(_moved(x, j)) + base) / 2

        return tuple(tuple(second(i, j) for j in range(n)) for i in range(n))

    def equals_its_symmetric_part(self) -> bool:
        return all(
            _same(A, [[Fraction(A[i][j] + A[j][i], 2) for j in range(M)] for i in range(M)]) for A in self._any()
        )

    def vanishes_where_antisymmetric(self) -> bool:
        return all(_same([[A[i][j] - A[j][i] for j in range(M)] for i in range(M)], [[0] * M] * M) for A in self._any())

    def is_ambiguous_without_it(self) -> bool:
        """Whether several full matrices give one function: fewer independent products than entries."""
        return all(_rank(_full(m)) < m * m for m in SIZES)

    def removes_redundancy(self) -> bool:
        """Whether N M (M-1)/2 parameters go, and each of them was redundant."""
        layers = self.lab.layers
        for m in SIZES:
            full, symmetric = (layers.trainable(layers.quadratic(m, N, matrix=kind)) for kind in ("full", "symmetric"))
            redundant = N * (m * m - _rank(_full(m)))
            if not full - symmetric == redundant == N * m * (m - 1) // 2:
                return False
        return True

    def halves_the_entries(self) -> bool:
        layers = self.lab.layers
        kept = [layers.quadratic(m, 1, matrix="symmetric").A.numel() for m in SIZES]
        return all(2 * entries == m * m for entries, m in zip(kept, SIZES, strict=True))

    def is_unique_with_it(self) -> bool:
        """Whether no free entry of a symmetric matrix can be changed without changing the function."""
        return all(_rank(_symmetric(m)) == _symmetric(m).shape[1] for m in SIZES)

    def keeps_every_function(self) -> bool:
        """Whether each function of a full matrix is one of a symmetric matrix."""
        return all(_rank(torch.cat([_symmetric(m), _full(m)], dim=1)) == _rank(_symmetric(m)) for m in SIZES)

    def costs_functions(self) -> bool:
        """Whether full matrices give more functions than symmetric ones."""
        return any(_rank(_full(m)) > _rank(_symmetric(m)) for m in SIZES)

    def has_gradient_of_outer_products(self) -> bool:
        """Whether the gradient of an unconstrained A is lambda g x x^T, which equals its transpose."""
        layer, x, g = self.layer("full"), self._inputs(1), torch.tensor([[3.0, -5.0]]).double()
        torch.autograd.backward((g * layer(x)).sum())
        expected = layer.lam * torch.einsum("bn,bi,bj->nij", g, x, x)
        return layer.A.grad is not None and torch.equal(layer.A.grad, expected) and torch.equal(expected, expected.mT)

    def needs_symmetry_for_twice_ax(self) -> bool:
        """Whether dy/dx is 2 lambda A x + b for symmetric A only, and lambda (A + A^T) x + b for every A."""
        x = self._inputs(1)[0]
        short, general = {}, {}
        for kind in ("symmetric", "full"):
            layer = self.layer(kind)
            A, slope = layer.matrices().detach(), torch.func.jacrev(layer)(x[None])[0, :, 0]
            short[kind] = torch.equal(slope, 2 * layer.lam * A @ x + layer.b)
            general[kind] = torch.equal(slope, layer.lam * (A + A.mT) @ x + layer.b)
        return short == {"symmetric": True, "full": False} and all(general.values())

    def survives_descent(self) -> bool:
        """Whether 300 steps of descent leave the antisymmetric part of A as it was, while the rest of A learns."""
        run = self.descent(0.0)
        return bool(run["moved"] > 0.1 and run["change"] <= UNCHANGED)

    def decays_geometrically(self) -> bool:
        """Whether weight decay leaves (1 - eta wd)^t of it after 100, 200 and 300 steps."""
        left = self.descent(DECAY)["left"]
        return all(abs(left[t] / (1 - RATE * DECAY) ** int(t) - 1) <= GEOMETRIC for t in left)

    def grows_in_descent(self) -> bool:
        left: dict[str, float] = self.descent(0.0)["left"]
        return all(later > 1.01 * earlier for earlier, later in pairwise([1.0, *left.values()]))

    def descent(self, decay: float) -> dict[str, Any]:
        """Train a layer with full matrices on random targets; what becomes of their antisymmetric part. Run once."""
        name = f"descent of a layer with full matrices, {STEPS} steps, decay {decay}"
        found: dict[str, Any] = self.lab.remember(name, lambda: self._descend(decay))
        return found

    def _descend(self, decay: float) -> dict[str, Any]:
        noise = self.lab.noise("targets of a quadratic layer")
        x, target = (torch.randn(SAMPLES, size, generator=noise, dtype=torch.float64) for size in (M, N))
        layer, left = self.layer("full"), {}
        start = layer.A.detach().clone()
        optimiser = torch.optim.SGD(layer.parameters(), lr=RATE, weight_decay=decay)
        for step in range(1, STEPS + 1):
            optimiser.zero_grad()
            torch.autograd.backward(nn.functional.mse_loss(layer(x), target))
            optimiser.step()
            if step % 100 == 0:
                left[str(step)] = float(_antisymmetric(layer.A).norm() / _antisymmetric(start).norm())
        change = (_antisymmetric(layer.A) - _antisymmetric(start)).abs().max()
        return {"left": left, "change": float(change), "moved": float((layer.A.detach() - start).abs().max())}

    def gives_no_scalar_without_it(self) -> bool:
        column = torch.tensor([[2.0], [-1.0], [3.0]])
        return any((column.T @ torch.tensor(A).float() @ column).numel() != 1 for A in self._any())

    def differs_from_its_transpose(self) -> bool:
        return any(not _same(A, list(zip(*A, strict=True))) for A in self._any())

    def gives_complex_numbers(self) -> bool:
        """The forward pass of a matrix without real eigenvalues."""
        layer, turn = self.lab.layers.quadratic(2, 1, matrix="full"), torch.tensor([[0.0, -1.0], [1.0, 0.0]])
        assert torch.linalg.eigvals(turn).imag.any()  # noqa: S101 - a quarter turn
        with torch.no_grad():
            layer.A.copy_(turn)
        return layer(self._inputs(5)[:, :2]).is_complex()

    def makes_outputs_convex(self) -> bool:
        """Whether no symmetric matrix with entries from -1 to 1 bends downwards anywhere."""
        return all(form(A)(x) >= 0 for A in _small_symmetric() for x in product((-1, 0, 1), repeat=2))

    def is_always_invertible(self) -> bool:
        return all(a * d - b * c for (a, b), (c, d) in _small_symmetric())

    def blocks_backpropagation(self) -> bool:
        """Whether autograd fails, or disagrees with central differences, where A is not symmetric."""
        layer, x = self.layer("full"), self._inputs(1).requires_grad_()
        (slope,) = torch.autograd.grad(layer(x)[0, 0], x)
        ahead, behind = (layer(x.detach() + sign * torch.eye(M).double())[:, 0] for sign in (1, -1))
        return not torch.equal(slope[0], (ahead - behind) / 2)

    def is_equivariant(self) -> bool:
        """Whether exchanging two inputs exchanges two outputs, for layers with M = N and symmetric matrices."""
        layer = self.lab.layers.filled(self.lab.layers.quadratic(M, M), "a square layer")
        x, swap = self._inputs(DRAWS), torch.tensor([1, 0, 2])
        return torch.equal(layer(x[:, swap]), layer(x)[:, swap])

    def layer(self, matrix: str) -> QuadraticLayer:
        layer = self.lab.layers.filled(self.lab.layers.quadratic(M, N, matrix=matrix), f"{matrix} matrices")
        layer.lam = 2.0
        return layer

    def _inputs(self, count: int) -> Tensor:
        return self.lab.layers.inputs(count, M, "inputs of a layer with or without symmetry")

    def _any(self) -> list[list[list[int]]]:
        """Matrices that are not symmetric."""
        rng = self.lab.rng("matrices without symmetry")
        drawn = [[[rng.randint(-9, 9) for _ in range(M)] for _ in range(M)] for _ in range(DRAWS)]
        return [
            [[entry + (i < j and entry == A[j][i]) for j, entry in enumerate(A[i])] for i in range(M)] for A in drawn
        ]


def form(A: Rows) -> Form:
    """x -> x^T A x, in whole numbers or fractions."""
    return lambda x: sum(A[i][j] * x[i] * x[j] for i in range(len(x)) for j in range(len(x)))


def _same(A: Rows, B: Rows) -> bool:
    """Whether two matrices have the same form everywhere."""
    return all(form(A)(x) == form(B)(x) for x in product((-1, 0, 1), repeat=len(A)))


def _moved(x: Sequence[int], *axes: int) -> list[int]:
    return [value + axes.count(place) for place, value in enumerate(x)]


def _full(m: int) -> Tensor:
    """The products x_i x_j at every point of the grid: the form is linear in the entries of A. (3^m, m^2)."""
    grid = torch.tensor(list(product((-1, 0, 1), repeat=m))).double()
    return torch.einsum("bi,bj->bij", grid, grid).flatten(1)


def _symmetric(m: int) -> Tensor:
    """The same for one parameter a pair of equal entries. (3^m, m (m+1) / 2)."""
    products = _full(m).reshape(-1, m, m)
    rows, columns = torch.triu_indices(m, m)
    weights: Tensor = 1 + (rows != columns)
    return products[:, rows, columns] * weights


def _rank(matrix: Tensor) -> int:
    return int(torch.linalg.matrix_rank(matrix))


def _antisymmetric(A: Tensor) -> Tensor:
    return ((A - A.mT) / 2).detach()


def _small_symmetric() -> Iterator[Rows]:
    for a, b, d in product((-1, 0, 1), repeat=3):
        yield [[a, b], [b, d]]
