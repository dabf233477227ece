"""Prometheus' files of counts, with their space taken before it is written to.

They are memory-mapped: on a full disk, a page without a block kills the process that touches it (SIGBUS). So all blocks
are asked for when a file is made and whenever it grows; where there are none, the counts go on in memory, for this
process alone.
"""

from __future__ import annotations

import logging
import mmap
import os
from pathlib import Path
from typing import Any

from prometheus_client import values
from prometheus_client.mmap_dict import MmapedDict

FIRST_BYTES = 1 << 16  # as the library makes them
LONGEST_ENTRY_BYTES = 24  # around a key: its length, padding, two numbers

log = logging.getLogger("resit.metrics")


def install() -> None:
    """From here on the library counts in these files."""
    values.MmapedDict = SpacedDict  # type: ignore[attr-defined]  # the only place to put another


class SpacedDict(MmapedDict):
    """`MmapedDict` that dies of no full disk."""

    _f: Any
    _m: mmap.mmap
    _used: int
    _capacity: int

    def __init__(self, filename: str, read_mode: bool = False) -> None:
        try:
            if not read_mode:
                take_space(filename, FIRST_BYTES)
            super().__init__(filename, read_mode)  # type: ignore[no-untyped-call]  # no types
        except OSError as error:
            Path(filename).unlink(missing_ok=True)  # what is empty could not be read
            self._f, self._fname, self._positions = None, filename, {}
            self._m, self._capacity, self._used = mmap.mmap(-1, FIRST_BYTES), FIRST_BYTES, 8
            self._told(error)

    def _init_value(self, key: str) -> None:
        wanted = self._used + len(key.encode()) + LONGEST_ENTRY_BYTES + 8
        if wanted > self._capacity:
            self._grow(max(2 * self._capacity, wanted))
        super()._init_value(key)  # type: ignore[no-untyped-call]  # no types

    def _grow(self, capacity: int) -> None:
        if self._f is not None:
            try:
                take_space(self._fname, capacity)
                self._m, self._capacity = mmap.mmap(self._f.fileno(), capacity), capacity
                return
            except OSError as error:
                self._f.close()
                self._f = None
                self._told(error)
        larger = mmap.mmap(-1, capacity)
        larger[: self._used] = self._m[: self._used]
        self._m, self._capacity = larger, capacity

    def _told(self, error: OSError) -> None:
        log.warning("metrics of this process are not shared: %s", error.strerror)


def take_space(filename: str, size: int) -> None:
    """Raises OSError, and leaves the file as it was, where the disk has no room."""
    descriptor = os.open(filename, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(descriptor, 0, max(size, os.fstat(descriptor).st_size))
    finally:
        os.close(descriptor)
