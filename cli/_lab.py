"""The lab, for commands that measure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from settings import Settings

if TYPE_CHECKING:
    from bank.lab import Lab, Memory

WHERE_IT_IS = (
    "this needs the lab, and {} is not installed here. pip install 'resit[lab]' brings it; of the images it is the "
    "worker's: docker compose exec worker resit …"
)


def make_lab(seed: int = 0, memory: Memory | None = None) -> Lab:
    """Loads torch. Raises ClickException where it is not installed, as in the image of the API."""
    try:
        from bank.lab import Lab
    except ModuleNotFoundError as missing:
        raise click.ClickException(WHERE_IT_IS.format(missing.name)) from None
    return Lab(seed, Settings.from_env().device, memory)
