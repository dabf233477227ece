"""Files that hold secrets."""

from __future__ import annotations

import os
from pathlib import Path


def write(path: Path, text: str) -> None:
    """At once or not at all, on the disk before this returns, and never readable by others."""
    draft = path.with_name(f"{path.name}.draft")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as lines:
        lines.write(text)
        lines.flush()
        os.fsync(handle)
    draft.replace(path)
