"""The memory-mapped file in which a process counts, with its space on the disk taken before it is touched.

A mapped page without a block on a full disk ends the process with SIGBUS when it is written to. So the library's file
is given its blocks first, at its birth and whenever it grows. Counts that find no space are kept in this process alone,
and move into the file once there is some.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

from prometheus_client import mmap_dict

FIRST_BYTES = 1 << 16  # as large as the library makes it
log = logging.getLogger(__name__)


class CountFile(mmap_dict.MmapedDict):
    """Counts by key, each a float and a time, as the library keeps them."""

    def __init__(self, filename: str, read_mode: bool = False) -> None:
        self._path, self._homeless = Path(filename), dict[str, tuple[float, float]]()
        self._is_mapped = self._told = False
        self._taken = 0
        self._map()

    def read_value(self, key: str) -> tuple[float, float]:
        if self._has_place(key):
            found: tuple[float, float] = super().read_value(key)  # type: ignore[no-untyped-call]  # it has no types
            return found
        return self._homeless.setdefault(key, (0.0, 0.0))

    def write_value(self, key: str, value: float, timestamp: float) -> None:
        if self._has_place(key):
            self._homeless.pop(key, None)
            super().write_value(key, value, timestamp)  # type: ignore[no-untyped-call]  # as above
        else:
            self._homeless[key] = value, timestamp

    def close(self) -> None:
        if self._is_mapped:
            super().close()  # type: ignore[no-untyped-call]  # as above

    def _has_place(self, key: str) -> bool:
        """Whether the key has, or now gets, a place whose blocks are on the disk."""
        if self._is_mapped and key in self._positions:
            return True
        entry = len(key.encode()) + 4 + 8 + 16  # its length before it, at most 8 of padding, value and time behind it
        try:
            if not self._is_mapped:
                self._map()
            while self._is_mapped and self._used + entry > self._taken:
                self._taken = take_space(self._path, 2 * self._taken)
        except OSError as full:
            self._tell(full)
            return False
        return self._is_mapped

    def _map(self) -> None:
        try:
            self._taken = take_space(self._path, FIRST_BYTES)
            super().__init__(str(self._path))  # type: ignore[no-untyped-call]  # as above
            self._is_mapped = True
        except OSError as full:
            self._tell(full)

    def _tell(self, full: OSError) -> None:
        if not self._told:
            log.warning("counts of %s are kept in this process alone: %s", self._path.name, full.strerror)
            self._told = True


def take_space(path: Path, size: int) -> int:
    """Give a file at least so many bytes, with blocks behind all of them; returns its size. Raises OSError."""
    with path.open("ab") as file:
        missing = size - os.fstat(file.fileno()).st_size
        if missing <= 0:
            return size - missing
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file.fileno(), size - missing, missing)
        else:
            file.write(bytes(missing))
    return size
