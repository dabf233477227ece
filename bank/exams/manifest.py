"""A revision as a file: its blueprint, its seed and its variants, from which another installation builds the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bank.variant import digest, encoded, ready

FORMAT = "resit-manifest"
FORMAT_VERSION = 1
COLUMNS = ("item", "place", "part", "pool", "family", "kind", "version", "seed", "params", "content", "id")
MOST_ROWS = 2000  # of one call that brings variants


@dataclass(frozen=True, slots=True)
class Row:
    """One variant: where it stands, how it is drawn again, and the digest of all that it is."""

    item: int
    place: int
    part: int
    pool: str
    family: str
    kind: str
    version: str
    seed: int | None
    params: Mapping[str, Any]
    content: str
    id: str

    def listed(self) -> list[Any]:
        return [getattr(self, name) for name in COLUMNS]


def row_of(listed: Sequence[Any]) -> Row:
    """As `listed` gave it."""
    return Row(*listed)


def manifest(name: str, blueprint: Mapping[str, Any], seed: int, rows: Iterable[Row]) -> Iterator[bytes]:
    """The file in pieces: the same bytes for the same revision, whenever it is written."""
    head = {"format": FORMAT, "format_version": FORMAT_VERSION, "name": name, "seed": seed, "blueprint": blueprint}
    yield ready(head | {"columns": COLUMNS})[:-1] + b',"variants":['
    for place, row in enumerate(rows):
        yield (b",\n" if place else b"\n") + encoded(row.listed()).encode()
    yield b"\n]}\n"


def contents_digest(blueprint: Mapping[str, Any], rows: Sequence[Row]) -> str:
    """Of what the revision holds, the same in every installation: all but the ids, which are made with a secret."""
    listed = [row.listed()[:-1] for row in rows]
    return digest(ready({"blueprint": blueprint, "variants": listed}))
