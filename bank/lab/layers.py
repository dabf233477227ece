"""Modules that are really built, so that their parameters can be counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from bank.lab import Lab


class QuadraticLayer(nn.Module):
    r"""\(y_i = \lambda x^T A^{(i)} x + x^T b^{(i)} + c^{(i)}\); stores exactly the numbers that it may learn.

    `matrix` says which entries of A are free: "symmetric" (on and above the diagonal), "full", "diagonal",
    "strict" (above the diagonal), "lowrank" (A = U U^T, U of `rank` columns); `shared` is one A for all outputs.
    Shapes: x (batch, M), y (batch, N).
    """

    if TYPE_CHECKING:  # torch leaves the type of a call open

        def __call__(self, x: Tensor) -> Tensor: ...

    def __init__(
        self, M: int, N: int, matrix: str = "symmetric", rank: int = 0, shared: bool = False, bias: bool = True
    ) -> None:
        super().__init__()
        self.M, self.matrix = M, matrix
        forms = 1 if shared else N
        shape = {"full": (M, M), "diagonal": (M,), "lowrank": (M, rank)}.get(matrix)
        free = shape or (self._places().shape[1],)
        self.A = nn.Parameter(torch.zeros((forms, *free), dtype=torch.float64))
        self.b = nn.Parameter(torch.zeros((N, M), dtype=torch.float64))
        self.c = nn.Parameter(torch.zeros(N, dtype=torch.float64)) if bias else None
        self.lam: float | Tensor = 1.0

    def _places(self) -> Tensor:
        return torch.triu_indices(self.M, self.M, offset=1 if self.matrix == "strict" else 0)

    def matrices(self) -> Tensor:
        """Every A as a full matrix, (forms, M, M)."""
        if self.matrix == "full":
            return self.A
        if self.matrix == "diagonal":
            return torch.diag_embed(self.A)
        if self.matrix == "lowrank":
            return self.A @ self.A.mT
        rows, columns = self._places()
        upper = self.A.new_zeros(len(self.A), self.M, self.M)
        upper[:, rows, columns] = self.A
        return upper + upper.mT - torch.diag_embed(torch.diagonal(upper, dim1=1, dim2=2))

    def forward(self, x: Tensor) -> Tensor:
        forms = torch.einsum("bi,nij,bj->bn", x, self.matrices(), x)
        y = self.lam * forms + x @ self.b.T
        return y if self.c is None else y + self.c


class Layers:
    """Builds modules and counts what an optimiser would be handed."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def quadratic(self, M: int, N: int, trained_lambda: bool = False, **options: object) -> QuadraticLayer:
        layer = QuadraticLayer(M, N, **options)  # type: ignore[arg-type]  # options are QuadraticLayer's own
        if trained_lambda:
            layer.lam = nn.Parameter(torch.ones((), dtype=torch.float64))
        return layer

    def filled(self, layer: QuadraticLayer, purpose: str) -> QuadraticLayer:
        """The same layer with random parameters: whole numbers from -4 to 4, so that float64 is exact."""
        rng = self.lab.rng(f"parameters: {purpose}")
        with torch.no_grad():
            for parameter in layer.parameters():
                numbers = [rng.choice((-4, -3, -2, -1, 1, 2, 3, 4)) for _ in range(parameter.numel())]
                parameter.copy_(torch.tensor(numbers).reshape(parameter.shape))
        return layer

    def inputs(self, count: int, M: int, purpose: str) -> Tensor:
        """(count, M): whole numbers from -3 to 3, none of them 0."""
        rng = self.lab.rng(purpose)
        return torch.tensor([[rng.choice((-3, -2, -1, 1, 2, 3)) for _ in range(M)] for _ in range(count)]).double()

    def linear(self, M: int, N: int, bias: bool = True) -> nn.Linear:
        return nn.Linear(M, N, bias=bias)

    def model(self, layers: Sequence[Mapping[str, Any]]) -> nn.Sequential:
        """A model from a list of `type`, `in`, `out`, `bias`, `times`, `trainable`; it is run once, so that it fits."""
        built: list[nn.Module] = []
        for layer in layers:
            module = self._module(layer).double().requires_grad_(layer["trainable"])
            built += [module] * layer["times"]
        model = nn.Sequential(*built)
        model(torch.zeros(2, layers[0]["in"], dtype=torch.float64))
        return model

    def widest(self, M: int, C: int, budget: int) -> int:
        """The largest h with which a quadratic layer M -> h and a linear one h -> C train at most `budget` numbers.

        Models are built and counted, of twice the width until one has too many, then of widths halfway in between: a
        wider model has more. 0 where not even one hidden neuron fits.
        """

        def fits(h: int) -> bool:
            return self.trainable(self.quadratic(M, h), self.linear(h, C)) <= budget

        fitting, too_wide = 0, 1
        while fits(too_wide):
            fitting, too_wide = too_wide, 2 * too_wide
        while too_wide - fitting > 1:
            halfway = (fitting + too_wide) // 2
            fitting, too_wide = (halfway, too_wide) if fits(halfway) else (fitting, halfway)
        return fitting

    def _module(self, layer: Mapping[str, Any]) -> nn.Module:
        if layer["type"] == "quadratic":
            return self.quadratic(layer["in"], layer["out"], bias=layer["bias"])
        if layer["type"] == "linear":
            return self.linear(layer["in"], layer["out"], bias=layer["bias"])
        if layer["type"] == "batchnorm":
            return nn.BatchNorm1d(layer["in"])
        return nn.ReLU() if layer["type"] == "activation" else nn.Dropout()

    @staticmethod
    def trainable(*modules: nn.Module) -> int:
        """How many numbers are trained; a module that is used twice is counted once."""
        unique: Iterable[nn.Parameter] = {id(p): p for module in modules for p in module.parameters()}.values()
        return sum(p.numel() for p in unique if p.requires_grad)
