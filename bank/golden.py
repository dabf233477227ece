"""What students see of every family, a digest a kind: `make golden` writes it down, a test compares.

The difference of two versions of golden.json is the reach of a change. How many questions there are is written beside
it: spaces.json.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from bank import families, registry, spaces
from bank.authoring.family import Family
from bank.authoring.versions import GOLDEN

SEEDS = 40  # of which each kind of a family is drawn

Digests = dict[str, dict[str, str]]


def seen_now(found: Iterable[type[Family]]) -> Digests:
    """By family and kind, the digest of all that its first seeds are: what is shown, the key, the reasons."""
    return {family.name(): _digests(family) for family in found}


def changed(known: Mapping[str, Mapping[str, str]], now: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The families and kinds whose digest is another one, or that are new or gone: "gd_rate numeric"."""
    pairs = {(name, kind) for digests in (known, now) for name, kinds in digests.items() for kind in kinds}
    return sorted(
        f"{name} {kind}" for name, kind in pairs if known.get(name, {}).get(kind) != now.get(name, {}).get(kind)
    )


def written(folder: Path) -> Digests:
    """What the golden.json of a package of families says."""
    found: Digests = json.loads((folder / GOLDEN).read_text())
    return found


def write(folder: Path, digests: Digests) -> None:
    (folder / GOLDEN).write_text(json.dumps(digests, indent=1, sort_keys=True) + "\n")


def _digests(family: type[Family]) -> dict[str, str]:
    parts = {kind: [family.rehearsed(seed, kind).content for seed in range(SEEDS)] for kind in family.kinds}
    if texts := family.texts():
        parts["texts"] = list(texts)
    return {name: hashlib.sha256("\n".join(part).encode()).hexdigest()[:16] for name, part in parts.items()}


def main() -> None:
    folder = Path(families.__path__[0])
    digests = seen_now(registry.all_families().values())
    known = written(folder) if (folder / GOLDEN).exists() else {}
    write(folder, digests)
    spaces.write(folder, spaces.counted_now(registry.all_families().values()))
    print(*(changed(known, digests) or ["nothing changed"]), sep="\n")  # noqa: T201 - a command


if __name__ == "__main__":
    main()
