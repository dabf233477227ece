"""The plane of the codes that figures of adversarial autoencoders show, and how one is trained for a figure."""

from __future__ import annotations

from typing import Any

MODES = CLASSES = 10
RADIUS, SIGMA = 4.0, 0.5  # of the circle that the means of the prior lie on, of each of its components
CIRCLE = 2 * SIGMA  # that figures draw about the centre of each
FIGURE: dict[str, Any] = {"hidden": 64, "batch": 128, "samples": 2000, "steps": 2500, "points": True}
"""Settings of the experiment `aae` with which the codes come to look like the prior."""

LABELLINGS = ("none", "few", "all", "random")  # of the images, for the discriminator
FEW = 0.005  # of the images: with one in twenty, the codes lie as with all labels
