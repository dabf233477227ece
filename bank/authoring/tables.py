"""Tables of texts and formulas that stand in a TOML file beside the class of their family."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any


def table_beside(file: str) -> dict[str, Any]:
    """The TOML file with the name of a family's own: `LAYERS = table_beside(__file__)`."""
    return tomllib.loads(Path(file).with_suffix(".toml").read_text(encoding="utf-8"))
