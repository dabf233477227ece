"""One key for each scope, in a file that a shell can read: the record keeps only digests."""

from __future__ import annotations

import os
from pathlib import Path

HEADING = "# Whoever has one of these keys may do what its scope allows. `resit keys revoke PREFIX` takes it back.\n"


def read(path: Path) -> dict[str, str]:
    """Keys by scope; empty where there is no file."""
    lines = path.read_text().splitlines() if path.exists() else []
    pairs = [line.partition("=") for line in lines if not line.startswith("#")]
    return {name.removeprefix("RESIT_").removesuffix("_KEY").lower(): text for name, _, text in pairs}


def write(path: Path, keys: dict[str, str]) -> None:
    """At once or not at all, and never readable by others."""
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as lines:
        lines.write(HEADING)
        lines.writelines(f"RESIT_{scope.upper()}_KEY={text}\n" for scope, text in keys.items())
    draft.replace(path)
