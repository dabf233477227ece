"""Files that commands read and write."""

from __future__ import annotations

import json
import tomllib
from datetime import date, time
from pathlib import Path
from typing import Any

import click


def save(path: Path, content: bytes) -> None:
    """Raises ClickException where it cannot be written."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}") from None
    click.echo(f"{path} is written, {len(content):,} bytes")


def read_blueprint(path: Path) -> dict[str, Any]:
    """TOML or JSON, as JSON has it: times of TOML are text. Raises ClickException where it is neither."""
    try:
        text = path.read_text("utf-8")
        read: Any = tomllib.loads(text) if path.suffix.lower() == ".toml" else json.loads(text)
        found = json.loads(json.dumps(read, default=_written, allow_nan=False))
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}") from None
    except ValueError as error:
        raise click.ClickException(f"{path}: {error}") from None
    if not isinstance(found, dict):
        raise click.ClickException(f"{path} is no blueprint: that is an object with items")
    return found


def _written(value: date | time) -> str:
    return value.isoformat()
