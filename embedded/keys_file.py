"""One key for each scope, in a file that a shell can read: the record keeps only digests."""

from __future__ import annotations

import os
from pathlib import Path

from bank.store import Store
from bank.store.keys import SCOPES

HEADING = "# Whoever has one of these keys may do what its scope allows. `resit keys revoke PREFIX` takes it back.\n"


def provide(store: Store, path: Path) -> bool:
    """See that each scope has a key which the record knows; whether one was made. A revoked one is not replaced."""
    kept = read(path)
    known = {key.prefix for key in store.keys.all()}
    missing = [scope for scope in SCOPES if kept.get(scope, "").partition(".")[0] not in known]
    if missing:
        _write(path, kept | {scope: store.keys.create(scope, "embedded") for scope in missing})
    return bool(missing)


def read(path: Path) -> dict[str, str]:
    """Keys by scope; empty where there is no file."""
    lines = path.read_text().splitlines() if path.exists() else []
    pairs = [line.partition("=") for line in lines if not line.startswith("#")]
    return {name.removeprefix("RESIT_").removesuffix("_KEY").lower(): text for name, _, text in pairs}


def _write(path: Path, keys: dict[str, str]) -> None:
    """At once or not at all, and never readable by others."""
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as lines:
        lines.write(HEADING)
        lines.writelines(f"RESIT_{scope.upper()}_KEY={text}\n" for scope, text in keys.items())
    draft.replace(path)
