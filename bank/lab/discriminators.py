"""Discriminators of adversarial autoencoders, built and asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn import functional as F

if TYPE_CHECKING:
    from bank.lab import Lab


class Discriminators:
    """Networks that are told a code and the label of its image."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def sizes(self, classes: int, code: int, hidden: Sequence[int], unlabelled: bool) -> dict[str, int]:
        """What the network consists of that judges codes of all classes, and of images without a label if there are."""
        labels = torch.arange(classes)
        if unlabelled:
            labels = torch.cat([labels, labels.new_tensor([classes])])
        hot = F.one_hot(labels).float()
        codes = torch.randn(len(labels), code, generator=self.lab.noise("codes of all classes"))
        inputs = torch.cat([codes, hot], dim=1)
        layers = [nn.LazyLinear(units) for units in (*hidden, 1)]
        network = nn.Sequential(*(part for layer in layers for part in (layer, nn.LeakyReLU(0.2))))[:-1]
        judged = network(inputs)
        if judged.shape != (len(labels), 1):
            raise ValueError(f"a discriminator says {tuple(judged.shape)} of {len(labels)} codes")
        trained = [parameter for parameter in network.parameters() if parameter.requires_grad]
        return {
            "onehot": hot.shape[1],
            "inputs": inputs.shape[1],
            "parameters": sum(parameter.numel() for parameter in trained),
        }
