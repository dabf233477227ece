"""Adversarial autoencoders with a mixture of ten Gaussians as their prior, after Makhzani et al. 2015, section 2.3.

Without a label the one-hot vector at the discriminator says "unknown", and the positive sample comes from the full
mixture; so models with labels, without, and with some train in one tensor.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.nn import functional as F

from bank.lab import label_criteria, similar_images
from bank.lab.acceptance import Criterion
from bank.lab.class_counts import counted, mean_errors, nearest
from bank.lab.experiment import Experiment, by_shape
from bank.lab.mode_tables import Table, own_share, purity, shared_modes, split_classes, unevenness
from bank.lab.perceptrons import Perceptrons, by_fan_in, half_cosine, step, summed
from bank.lab.similar_images import CLASSES, PIXELS, UNKNOWN
from bank.lab.stacks import pick
from bank.latent_plane import FIGURE, RADIUS, SIGMA

if TYPE_CHECKING:
    from bank.authoring.laboratory import Lab
    from bank.lab.conditions import Conditions

CODE = 2
VARIANCE = 1.69  # of a weight, times its fan-in
WISHED = 50  # samples of each component that the trained decoder turns into images
NEW = similar_images.evenly(1000)  # the classes of images that were not trained on
RATE, JUDGING, BETAS, END = 4e-3, 8e-3, (0.5, 0.9), 0.02  # of Adam: autoencoder, discriminator; share left at the end


@dataclass(frozen=True)
class Autoencoder:
    """One model; `labels` as `similar_images.told` reads them.

    `radius` is that of the circle on which the means of the prior lie. Of "some" labels there is a `share`, and where
    `oversampled` they make up half of each batch. `rare` is the share of class 0 among the images, where it is another
    than that of each other class. `adversarial` is the weight of that loss. A figure wants `points`, the code of every
    image.
    """

    seed: int
    labels: str = "none"
    radius: float = RADIUS
    share: float = 1.0
    oversampled: bool = True
    rare: float | None = None
    adversarial: float = 0.3
    hidden: int = 32
    batch: int = 64
    samples: int = 1000
    steps: int = 1000
    points: bool = False

    def shape(self) -> tuple[int, ...]:
        """Models of one shape fit into one tensor."""
        return self.hidden, self.batch, self.samples, self.steps


class AdversarialAutoencoder(Experiment[Autoencoder]):
    """Which modes the classes take: the table of modes by classes, which `bank.lab.mode_tables` reads.

    Besides, the share of codes `within` three sigma of a mode, what labels call the classes, the reconstruction
    `errors` of each class and, of "some" labels, how many images without one lie in their own mode. Such tables are
    there of `new` images too, equally many of each class, and of samples of the modes: each is `decoded` to the class
    of the new image that it is nearest to.
    """

    settings = Autoencoder
    seconds = 0.4  # 1000 steps
    stack = 40

    @classmethod
    def run(cls, lab: Conditions, settings: Sequence[Autoencoder]) -> list[dict[str, Any]]:
        return by_shape(settings, Autoencoder.shape, lambda alike, *_: _trained(lab, alike))

    @classmethod
    def criteria(cls, lab: Lab, seeds: int) -> list[Criterion]:
        """With labels every class has its own mode, without them modes are shared; and figures look like the prior."""
        runs = {
            (labels, figure): [Autoencoder(seed, labels, **(FIGURE if figure else {})) for seed in range(seeds)]
            for labels in ("none", "all")
            for figure in (False, True)
        }
        kept = lab.results("aae", [setting for each in runs.values() for setting in each])
        tables = iter([result.value["table"] for result in kept])
        found = {run: [next(tables) for _ in settings] for run, settings in runs.items()}
        own = _criteria(found["none", False], found["all", False], found["none", True], found["all", True])
        return own + label_criteria.criteria(lab, seeds)


def _criteria(
    none: Sequence[Table], labelled: Sequence[Table], figures: Sequence[Table], labelled_figures: Sequence[Table]
) -> list[Criterion]:
    def median_of(says: str, statistic: Callable[[Table], float], tables: Sequence[Table], **bounds: Any) -> Criterion:
        return Criterion(says, list(map(statistic, tables)), by="median", **bounds)

    own, twelve = "codes in the mode of their class", "0.12 ± 0.11 over 120 seeds, largest 0.59"
    return [
        median_of(f"{own}, labels", own_share, labelled, least=0.95, specified="0.9973 ± 0.0021 over 120 seeds"),
        median_of("purity, no labels", purity, none, most=0.90, specified="0.733 ± 0.086 over 120 seeds"),
        median_of(f"{own}, no labels", own_share, none, most=0.75, specified=twelve),
        median_of("figure: modes shared, no labels", shared_modes, figures, least=2, specified="3 to 5 of 3 seeds"),
        median_of("figure: classes split, no labels", split_classes, figures, least=1, specified="3 to 6 of 3 seeds"),
        median_of("figure: modes unequally filled", unevenness, figures, most=0.10, specified="0.03 to 0.05"),
        median_of("figure: purity, no labels", purity, figures, most=0.95, specified="0.77 to 0.89 of 3 seeds"),
        median_of(f"figure: {own}, labels", own_share, labelled_figures, least=0.95, specified="0.999"),
    ]


class Given:
    """What one model is given, all drawn beforehand from its own seed; on the CPU."""

    def __init__(self, lab: Conditions, setting: Autoencoder) -> None:
        self.setting = setting
        self.classes = similar_images.evenly(setting.samples, setting.rare)
        noise = lab.noise(f"images {setting.seed}")
        world = similar_images.World(noise)
        self.images = world.images(noise, self.classes)
        self.new = world.images(lab.noise(f"new images {setting.seed}"), NEW)
        noise = lab.noise(f"labels {setting.seed}")
        self.names = similar_images.names(noise, setting.labels)
        self.labels = similar_images.told(noise, self.classes, setting.labels, setting.share, self.names)
        self.start = lab.noise(f"start {setting.seed}")
        noise, batches = lab.noise(f"batches {setting.seed}"), (setting.steps, setting.batch)
        self.index = self._batches(noise)
        anywhere = torch.randint(CLASSES, batches, generator=noise)
        labels = self.labels[self.index]
        component = torch.where(labels == UNKNOWN, anywhere, labels)
        self.prior = means(setting.radius)[component] + SIGMA * torch.randn(*batches, CODE, generator=noise)
        wished = SIGMA * torch.randn(CLASSES, WISHED, CODE, generator=lab.noise(f"samples {setting.seed}"))
        self.wished = (means(setting.radius)[:, None] + wished).flatten(0, 1)

    def _batches(self, noise: torch.Generator) -> Tensor:
        """Which images make up each batch, (steps, batch)."""
        setting = self.setting
        index = torch.randint(setting.samples, (setting.steps, setting.batch), generator=noise)
        if setting.labels == "some" and setting.oversampled:
            labelled, half = (self.labels != UNKNOWN).nonzero()[:, 0], setting.batch // 2
            index[:, :half] = labelled[torch.randint(len(labelled), (setting.steps, half), generator=noise)]
        return index

    def seen(self, codes: Tensor, new: Tensor, again: Tensor, made: Tensor) -> dict[str, Any]:
        """What the codes say, of all images and of the new ones; all images `again`, and those `made` from samples."""
        distance, modes = torch.cdist(codes, means(self.setting.radius)).min(dim=1)
        found: dict[str, Any] = {"table": counted(modes, self.classes), "names": list(self.names)}
        found["new"] = counted(torch.cdist(new, means(self.setting.radius)).argmin(dim=1), NEW)
        found["errors"] = mean_errors(self.images, again, self.classes)
        found["decoded"] = counted(torch.arange(CLASSES).repeat_interleave(WISHED), nearest(made, self.new, NEW))
        found["within"] = _share(distance <= 3 * SIGMA)
        if self.setting.labels == "some":
            found["own_unlabelled"] = _share((modes == self.classes)[self.labels == UNKNOWN])
        if self.setting.points:
            found["points"] = [[round(place, 3) for place in code] for code in codes.tolist()]
            found["classes"] = self.classes.tolist()
        return found


class Autoencoders:
    """V autoencoders with their discriminators."""

    def __init__(self, device: str, given: Sequence[Given]) -> None:
        first = given[0].setting
        starts = [each.start for each in given]

        def net(*sizes: int) -> Perceptrons:
            return Perceptrons([w.to(device) for w in by_fan_in(starts, *sizes, variance=VARIANCE)], "leaky_relu")

        def stacked(tensors: list[Tensor]) -> Tensor:
            return torch.stack(tensors).to(device)

        self.encoder = net(PIXELS, first.hidden, first.hidden, CODE)
        self.decoder = net(CODE, first.hidden, PIXELS)
        self.discriminator = net(CODE + CLASSES + 1, first.hidden, first.hidden, 1)
        self.images = stacked([each.images for each in given])
        self.hot = F.one_hot(stacked([each.labels for each in given]), CLASSES + 1).float()
        self.index = stacked([each.index for each in given]).transpose(0, 1).contiguous()
        self.prior = stacked([each.prior for each in given]).transpose(0, 1).contiguous()
        self.radius = torch.tensor([each.setting.radius for each in given], device=device)[:, None, None]
        self.adversarial = torch.tensor([each.setting.adversarial for each in given], device=device)[:, None, None]
        coding = [*self.encoder.parameters(), *self.decoder.parameters()]
        self.coder = torch.optim.Adam(coding, lr=RATE, betas=BETAS, fused=True)
        self.judge = torch.optim.Adam(self.discriminator.parameters(), lr=JUDGING, betas=BETAS, fused=True)

    def step(self, done: int) -> None:
        """One step of the discriminator, one of the autoencoder."""
        x, hot = pick(self.images, self.index[done]), pick(self.hot, self.index[done])
        z = self.encoder(x)
        real, false = self._judged(self.prior[done], hot), self._judged(z.detach(), hot)
        step(self.judge, summed(F.softplus(-real)) + summed(F.softplus(false)))
        reconstruction = summed((self.decoder(z) - x).square())
        step(self.coder, reconstruction + summed(self.adversarial * F.softplus(-self._judged(z, hot))))

    def _judged(self, z: Tensor, hot: Tensor) -> Tensor:
        """(V, B, 1): how real codes look to the discriminator, which is told their labels."""
        return self.discriminator(torch.cat([z / self.radius, hot], dim=2))

    @torch.no_grad()
    def codes(self, images: Tensor) -> Tensor:
        """(V, S, PIXELS) -> (V, S, CODE)"""
        return self.encoder(images.to(self.images.device)).cpu()

    @torch.no_grad()
    def decoded(self, codes: Tensor) -> Tensor:
        """(V, S, CODE) -> (V, S, PIXELS)"""
        return self.decoder(codes.to(self.images.device)).cpu()


def _trained(lab: Conditions, settings: Sequence[Autoencoder]) -> list[dict[str, Any]]:
    """Models of one shape, and what they came to."""
    given = [Given(lab, setting) for setting in settings]
    models, steps = Autoencoders(lab.device, given), settings[0].steps
    for done in range(steps):
        lab.progress(done, steps)
        half_cosine((models.coder, models.judge), done, steps, END)
        models.step(done)
    codes, new = models.codes(models.images), models.codes(torch.stack([each.new for each in given]))
    made = models.decoded(torch.stack([each.wished for each in given]))
    found = zip(given, codes, new, models.decoded(codes), made, strict=True)
    return [each.seen(*parts) for each, *parts in found]


def means(radius: float) -> Tensor:
    """Of the ten components, (CLASSES, CODE)."""
    angles = 2 * math.pi * torch.arange(CLASSES) / CLASSES
    return radius * torch.stack([angles.cos(), angles.sin()], dim=1)


def _share(holds: Tensor) -> float:
    return round(float(holds.double().mean()), 6)
