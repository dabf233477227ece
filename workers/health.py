"""`python -m workers.health worker child`: exit status 0 where each role beats, and none that beats has fallen silent.

For health checks of containers. It loads neither Celery nor torch: it is started every few seconds.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from bank import beats
from settings import Settings


def complaints(folder: Path, roles: Sequence[str]) -> list[str]:
    """What is wrong: a role that nobody beats for, and who has not beaten for ten seconds."""
    found = [sign for sign in beats.signs(folder) if sign.role in roles]
    missing = [f"no {role} beats" for role in roles if role not in {sign.role for sign in found}]
    silent = [sign for sign in found if sign.age > beats.STALE_SECONDS]
    return missing + [f"{sign.role} {sign.pid} has been silent for {sign.age:.0f} s" for sign in silent]


def main() -> None:
    folder = Settings.from_env().beats_dir
    if folder is None:
        sys.exit("RESIT_BEATS_DIR is not set: nobody beats")
    if wrong := complaints(folder, sys.argv[1:]):
        sys.exit("; ".join(wrong))


if __name__ == "__main__":
    main()
