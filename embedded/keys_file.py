"""One key for each scope, in a file that a shell can read: the record keeps only digests."""

from __future__ import annotations

from pathlib import Path

from embedded import private_file

HEADING = "# Whoever has one of these keys may do what its scope allows. `resit keys revoke PREFIX` takes it back.\n"


def read(path: Path) -> dict[str, str]:
    """Keys by scope; empty where there is no file."""
    lines = path.read_text().splitlines() if path.exists() else []
    pairs = [line.partition("=") for line in lines if not line.startswith("#")]
    return {name.removeprefix("RESIT_").removesuffix("_KEY").lower(): text for name, _, text in pairs}


def write(path: Path, keys: dict[str, str]) -> None:
    lines = [f"RESIT_{scope.upper()}_KEY={text}\n" for scope, text in keys.items()]
    private_file.write(path, HEADING + "".join(lines))
