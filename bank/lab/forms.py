"""Quadratic forms x^T A x: which matrices give the same one, and what the symmetric ones can do.

Polynomials of degree 2 in each variable are told apart by their values on {-1, 0, 1}^M, so equality on that grid is
equality everywhere. Numbers are whole or halves, so that float64 is exact, unless a method says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import combinations, permutations, product
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from bank.lab import Lab

Rows = Sequence[Sequence[int | Fraction]]

M = 3
SIZES = (2, 3, 4)
DRAWS = 10
ROUNDING = 1e-9
REACH = torch.cartesian_prod(torch.arange(-9, 10), torch.arange(-9, 10)).double()  # directions in the plane
ANGLES = 3600  # of changes of coordinates, in half a turn
MIXED = 0.01  # what is left of mixed products; it changes by less than 0.003 from one angle to the next
SKEW = torch.tensor([[1, 2, 1], [0, 1, -1], [0, 0, 1]]).double()  # a change of coordinates that is not orthogonal

FREE: dict[str, Callable[[int, int], bool]] = {  # which entries of a matrix can be chosen
    "any": lambda i, j: True,
    "upper triangular": lambda i, j: i <= j,
    "lower triangular": lambda i, j: i >= j,
    "diagonal": lambda i, j: i == j,
}
DESCRIBED: dict[str, Callable[[Tensor], Tensor]] = {  # to float64
    "trace": torch.trace,
    "determinant": torch.linalg.det,
    "diagonal": torch.diagonal,
    "rank": lambda A: torch.linalg.matrix_rank(A).double(),
    "sum of all entries": torch.sum,
    "sum of all squares of entries": lambda A: (A**2).sum(),
    "sum of the eigenvalues": lambda A: torch.linalg.eigvals(A).sum(),
    "product of the eigenvalues": lambda A: torch.linalg.eigvals(A).prod(),
}
COMPUTED: dict[str, Callable[[Tensor], Tensor]] = {
    "U + Ut": lambda U: U + U.mT,
    "U Ut": lambda U: U @ U.mT,
    "Ut U": lambda U: U.mT @ U,
}


class Forms:
    """Forms of matrices that are drawn, or of all small ones."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    @staticmethod
    def value(A: Rows, x: Sequence[int]) -> float:
        return float(forms(_tensor(A), torch.tensor([x]).double()))

    def are_those_of_the_transpose(self) -> bool:
        A = self.matrices()
        return _same(A, A.mT)

    def ignore_the_antisymmetric_part(self, k: int) -> bool:
        """Whether a form stays the same when that part is multiplied by k."""
        A = self.matrices()
        return _same(A, _symmetric_part(A) + k * (A - A.mT) / 2)

    def determine(self, kind: str) -> bool:
        """Whether different matrices of a kind have different forms."""
        if kind == "orthogonal":
            return not any(_same(A, B) for A, B in combinations(_signed_permutations(M), 2))
        return all(_rank(_spanned(kind, m)) == _spanned(kind, m).shape[1] for m in SIZES)

    def are_the_same_functions(self, kind: str) -> bool:
        """Whether matrices of a kind give all forms that symmetric matrices give, and none besides."""
        pairs = [(_spanned(kind, m), _spanned("symmetric", m)) for m in SIZES]
        return all(_rank(one) == _rank(other) == _rank(torch.cat([one, other], dim=1)) for one, other in pairs)

    def have_squares(self, extreme: str) -> bool:
        """Whether the squared entries of the symmetric matrix of a form have the "least" or the "largest" sum."""
        A = self.matrices()
        assert _same(A, _symmetric_part(A))  # noqa: S101 - else they are no rivals
        more = (A**2).sum((1, 2)) - (_symmetric_part(A) ** 2).sum((1, 2))
        return bool((more > 0).all()) if extreme == "least" else bool((more < 0).all())

    def keep(self, what: str) -> bool:
        """Whether the symmetric part of a matrix has the same trace, determinant, ... as the matrix."""
        describe = DESCRIBED[what]
        tried = [*self.matrices(), torch.tensor([[0.0, 2.0], [0.0, 0.0]]).double()]
        return all(torch.allclose(describe(A), describe(_symmetric_part(A)), atol=ROUNDING) for A in tried)

    def are_substituted(self, order: str) -> bool:
        """Whether the form of a symmetric A at B x is that of a product, such as "Bt A B", at x; to float64.

        Bt is the transpose, Bi the inverse.
        """
        A = self.symmetric()
        known = {"A": A, "B": SKEW, "Bt": SKEW.mT, "Bi": torch.linalg.inv(SKEW)}
        left, middle, right = (known[name] for name in order.split())
        return torch.allclose(forms(A, _grid(M) @ SKEW.mT), forms(left @ middle @ right, _grid(M)), atol=ROUNDING)

    @staticmethod
    def ignore_an_exchange(A: Rows) -> bool:
        """Of the two inputs."""
        return torch.equal(forms(_tensor(A), REACH), forms(_tensor(A), REACH.flip(1)))

    def combine_to_symmetric_ones(self, terms: str) -> bool:
        """Whether a sum of products of symmetric matrices is symmetric: "+12 -21" is A1 A2 - A2 A1."""
        known = {"1": self.symmetric(), "2": self.symmetric().roll(1, dims=0)}
        total = torch.zeros(M, M, dtype=torch.float64)
        for term in terms.split():
            factors = torch.eye(M, dtype=torch.float64)
            for name in term[1:]:
                factors = factors @ known[name]
            total = total + (factors if term[0] == "+" else -factors)
        return torch.equal(total, total.mT)

    @staticmethod
    def reach_every_symmetric_one(order: str, factor: int) -> bool:
        """Whether factor * "U + Ut", "U Ut" or "Ut U" gives each 2 x 2 matrix with entries -1, 0 and 1.

        The entries of U are the quarters from -1 to 1.
        """
        U = torch.cartesian_prod(*[torch.arange(-4, 5).double() / 4] * 4).reshape(-1, 2, 2)
        reached = factor * COMPUTED[order](U)
        return all(bool((reached == A).all((1, 2)).any()) for A in _small_symmetric())

    @staticmethod
    def are_regular_at_times() -> bool:
        """Whether some symmetric matrices have an inverse and some have none."""
        a, b, _, d = _small_symmetric().flatten(1).T
        return set((a * d - b * b != 0).tolist()) == {True, False}

    @staticmethod
    def bend_upwards(lam: int, A: Rows) -> bool:
        """Whether lam times a form in the plane bends upwards, or not at all, in every direction."""
        return bool((lam * forms(_tensor(A), REACH) >= 0).all())

    @staticmethod
    def are_real_by_eigenvalues(A: Rows) -> bool:
        """Whether a form is real, at real points, where it is put together of complex eigenvalues; to float64."""
        values, vectors = torch.linalg.eig(_tensor(A))
        assert values.imag.any()  # noqa: S101 - else nothing would be tried
        rebuilt = vectors @ torch.diag(values) @ torch.linalg.inv(vectors)
        return bool((forms(rebuilt, REACH.to(rebuilt.dtype)).imag.abs() <= ROUNDING).all())

    @staticmethod
    def lose_their_mixed_products(outputs: int) -> bool:
        """Whether some turn of the plane makes any so many symmetric matrices diagonal at once; by angles."""
        angle = torch.arange(ANGLES).double() * torch.pi / ANGLES
        turn = torch.stack([angle.cos(), angle.sin(), -angle.sin(), angle.cos()], dim=1).reshape(-1, 1, 2, 2)
        mixed = (turn.mT @ _small_symmetric() @ turn)[:, :, 0, 1].abs()  # (angles, matrices)
        chosen = combinations(range(mixed.shape[1]), outputs)
        return all(bool(mixed[:, list(each)].amax(dim=1).min() < MIXED) for each in chosen)

    def rank_of_a_product(self, u: Sequence[int], v: Sequence[int]) -> int:
        """Of the symmetric matrix of (u^T x)(v^T x), which is read off values of that form."""
        A = [[left * right for right in v] for left in u]
        return _rank(_tensor(self.lab.symmetry.symmetric_matrix(A)))

    def matrices(self) -> Tensor:
        """(DRAWS, M, M), none of them symmetric."""
        rng = self.lab.rng("matrices without symmetry")
        drawn = torch.tensor([[[rng.randint(-9, 9) for _ in range(M)] for _ in range(M)] for _ in range(DRAWS)])
        return (drawn + (drawn == drawn.mT).triu(1)).double()

    def symmetric(self) -> Tensor:
        """(DRAWS, M, M)"""
        A = self.matrices()
        return A + A.mT


def forms(A: Tensor, x: Tensor) -> Tensor:
    """x^T A x of each matrix (..., M, M) at each point (points, M): (..., points)."""
    return torch.einsum("pi,...ij,pj->...p", x, A, x)


def _tensor(A: Rows) -> Tensor:
    return torch.tensor([[float(entry) for entry in row] for row in A], dtype=torch.float64)


def _symmetric_part(A: Tensor) -> Tensor:
    return (A + A.mT) / 2


def _grid(m: int) -> Tensor:
    return torch.tensor(list(product((-1, 0, 1), repeat=m))).double()


def _same(A: Tensor, B: Tensor) -> bool:
    return torch.equal(forms(A, _grid(A.shape[-1])), forms(B, _grid(B.shape[-1])))


def _spanned(kind: str, m: int) -> Tensor:
    """On the grid the forms of a basis of the matrices of a kind, (3^m, matrices)."""
    return forms(_basis(kind, m), _grid(m)).T


def _basis(kind: str, m: int) -> Tensor:
    """(matrices, m, m)"""
    unit = torch.eye(m * m, dtype=torch.float64).reshape(m, m, m, m)  # unit[i, j] is 1 at i, j
    places = list(product(range(m), repeat=2))
    above = [(i, j) for i, j in places if i < j]
    if kind == "symmetric":
        found = [unit[i, j] + unit[j, i] for i, j in above] + [unit[i, i] for i in range(m)]
    elif kind == "antisymmetric":
        found = [unit[i, j] - unit[j, i] for i, j in above]
    elif kind == "zero-trace":
        found = [unit[i, j] for i, j in places if i != j] + [unit[i, i] - unit[0, 0] for i in range(1, m)]
    else:
        found = [unit[i, j] for i, j in places if FREE[kind](i, j)]
    return torch.stack(found)


def _signed_permutations(m: int) -> list[Tensor]:
    """Matrices that are orthogonal."""
    eye = torch.eye(m, dtype=torch.float64)
    signs = torch.tensor(list(product((-1, 1), repeat=m))).double()
    return [eye[list(order)] * sign for order in permutations(range(m)) for sign in signs]


def _rank(matrix: Tensor) -> int:
    return int(torch.linalg.matrix_rank(matrix))


def _small_symmetric() -> Tensor:
    """All 2 x 2 with entries -1, 0 and 1."""
    return torch.tensor([[[a, b], [b, d]] for a, b, d in product((-1, 0, 1), repeat=3)]).double()
